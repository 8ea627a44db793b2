"""The files that were opened or saved last, in a menu."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from linviz.gui.preferences import MOST_RECENT


class RecentFiles(QMenu):
    """Lists them, the last one first; filled when it opens."""

    chosen = Signal(object)
    """A `Path`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Open recent", parent)
        self.setObjectName("recent")
        self.setToolTipsVisible(True)
        self.paths: tuple[str, ...] = ()
        self.aboutToShow.connect(self._fill)
        self.triggered.connect(self._on_triggered)

    @Slot(object)
    def note(self, path: Path) -> None:
        """Put a file on top."""
        whole = str(path.absolute())
        self.paths = (whole, *(each for each in self.paths if each != whole))[:MOST_RECENT]

    @Slot()
    def _fill(self) -> None:
        self.clear()
        for number, path in enumerate(self.paths, 1):
            action = self.addAction(f"&{number}  {Path(path).name.replace('&', '&&')}")
            action.setToolTip(path)
            action.setData(path)
        if not self.paths:
            self.addAction("None yet").setEnabled(False)

    @Slot(object)
    def _on_triggered(self, action: object) -> None:
        self.chosen.emit(Path(action.data()))  # type: ignore[attr-defined]  # a QAction
