"""The window: Qt, pyqtgraph and numpy. Importing it imports no torch."""
