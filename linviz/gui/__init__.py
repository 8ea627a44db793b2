"""The window: Qt, pyqtgraph and numpy. Importing it imports no torch, but on Windows."""

import sys

if sys.platform == "win32":
    # There torch's libraries fail to load once Qt's are (pytorch#166628), so here it goes before all of them.
    import torch  # noqa: F401
