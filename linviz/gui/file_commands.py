"""The commands of the File menu that have to do with problems and sessions, and the question before a loss."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QMessageBox

from linviz.core.reading import TABLES, holds_table
from linviz.gui.document import Document
from linviz.gui.importer import Importer
from linviz.gui.new_problem_dialog import NewProblemDialog

if TYPE_CHECKING:
    from linviz.gui.main_window import MainWindow

SUFFIX = "linviz"
FILTER = f"linviz sessions (*.{SUFFIX})"
_TABLES = " ".join(f"*{suffix}" for suffix in TABLES)
OPENS = f"Runs and tables (*.{SUFFIX} {_TABLES});;{FILTER};;Tables ({_TABLES});;All files (*)"
Act = Callable[[], None]


class FileCommands(QObject):
    """Opens and saves, and asks before something is lost."""

    touched = Signal(object)
    """The `Path` of a file that was opened or saved."""
    asking = Signal()
    """A question is about to be asked, which may never be answered."""

    def __init__(self, window: "MainWindow", document: Document) -> None:
        super().__init__(window)
        self._window, self._document = window, document
        self._then: Act | None = None  # what waits for the answer
        self.asks = window.commands["ask"]
        self.importer = Importer(window)
        self.importer.begun.connect(self.touched)
        window.commands["new_problem"].triggered.connect(self._on_new_problem)
        window.commands["open"].triggered.connect(self._on_open)
        window.commands["save"].triggered.connect(self._on_save)
        window.commands["save_as"].triggered.connect(self._on_save_as)
        document.changed.connect(self._on_changed)
        window.recent.chosen.connect(self.open)
        self.touched.connect(window.recent.note)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @property
    def must_ask(self) -> bool:
        """Whether a person has to say what becomes of the run."""
        return self._document.modified and self.asks.isChecked()

    def guard(self, act: Act) -> None:
        """Do what would lose the run, at once or when a person has said so."""
        if self.must_ask:
            self._question(act).open()
        else:
            act()

    def open(self, path: Path) -> None:
        """Go on with the run that a file holds, or let its columns be chosen."""
        if holds_table(path):
            self.importer.open(path)
            return
        self.guard(lambda: self._document.open(path, then=lambda: self.touched.emit(path)))

    def _question(self, act: Act) -> QMessageBox:
        self._window.backend.pause()
        self.asking.emit()
        self._then = act
        for other in self._window.findChildren(QMessageBox, "unsaved"):
            other.close()
        box = QMessageBox(self._window)
        box.setObjectName("unsaved")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("linviz")
        box.setText(f"Save what was done on {self._document.name}?")
        runs = self._document.branches
        steps = max((run.steps for run in runs), default=0)
        box.setInformativeText(
            f"{len(runs)} run{'s' * (len(runs) != 1)} of up to {steps:,} step{'s' * (steps != 1)} would be lost."
        )
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.button(buttons.Discard).setText("&Don't save")
        box.setDefaultButton(buttons.Save)
        box.setEscapeButton(buttons.Cancel)
        never = QCheckBox("Do&n't ask again", box)
        never.setToolTip("File → Ask before unsaved runs are lost turns it on again")
        box.setCheckBox(never)
        box.finished.connect(self._on_answered)
        return box

    @Slot(int)
    def _on_answered(self, answer: int) -> None:
        box, then = self.sender(), self._then
        assert isinstance(box, QMessageBox)  # noqa: S101  # it is the sender; this tells the type checker
        self._then = None
        if answer == QMessageBox.StandardButton.Cancel or then is None:
            return
        if box.checkBox().isChecked():
            self.asks.setChecked(False)
        if answer == QMessageBox.StandardButton.Save:
            self.save(then)
        else:
            then()

    def save(self, then: Act | None = None) -> None:
        """Save into the run's file, or into one that a person names; on success go on with ``then``."""
        path = self._document.path
        if path is None:
            self._name_file(then)
        else:
            self._save_to(path, then)

    def _save_to(self, path: Path, then: Act | None) -> None:
        def go_on() -> None:
            self.touched.emit(path)
            if then is not None:
                then()

        self._document.save(path, go_on)

    def _name_file(self, then: Act | None) -> None:
        folder = self._document.path.parent if self._document.path else Path()
        name = Path(self._document.name).stem if self._document.path else self._document.name
        dialog = QFileDialog(self._window, "Save the run", str(folder / f"{name}.{SUFFIX}"), FILTER)
        dialog.setObjectName("save_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._then = then
        dialog.fileSelected.connect(self._on_named)
        dialog.open()

    @Slot(str)
    def _on_named(self, path: str) -> None:
        then, self._then = self._then, None
        self._save_to(Path(path), then)

    @Slot()
    def _on_new_problem(self) -> None:
        window = self._window
        dialog = NewProblemDialog(window.driver.settings.dtype, window.view.appearance, window)
        dialog.chosen.connect(window.driver.load)
        dialog.file_asked.connect(window.commands["open"].trigger)
        dialog.paste_asked.connect(self.importer.paste)
        window.dialogs.show(dialog)

    @Slot()
    def _on_open(self) -> None:
        dialog = QFileDialog(self._window, "Open a run or a table", "", OPENS)
        dialog.setObjectName("open_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_chosen)
        dialog.open()

    @Slot(str)
    def _on_chosen(self, path: str) -> None:
        self.open(Path(path))

    @Slot()
    def _on_save(self) -> None:
        self.save()

    @Slot()
    def _on_save_as(self) -> None:
        self._name_file(None)

    @Slot()
    def _on_changed(self) -> None:
        self._window.setWindowTitle(f"{self._document.name}[*] – linviz")
        self._window.setWindowModified(self._document.modified)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a file that is dropped anywhere on the window."""
        if isinstance(event, QDropEvent) and event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            path = _dropped_file(event)
            if path is not None:
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                if not isinstance(event, QDragEnterEvent):
                    self.open(path)
                return True
        return super().eventFilter(watched, event)


def _dropped_file(event: QDropEvent) -> Path | None:
    """Give the one file of this machine that is dropped."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
