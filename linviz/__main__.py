"""``python -m linviz`` is the command ``linviz``."""

import sys

from linviz.cli import main

if __name__ == "__main__":
    sys.exit(main())
