"""The command line: ``linviz``, ``linviz trace``, ``linviz theory`` and ``linviz render``.

Importing it imports neither torch nor numpy nor Qt: ``linviz --help`` answers at once, ``linviz trace`` runs where Qt
can't, and the window is painted before torch is loaded.
"""

from linviz.cli.command_line import main

__all__ = ["main"]
