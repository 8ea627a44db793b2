"""Tables on their way into the window: looked at, chosen from, read with progress, and begun."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from linviz.core.command import Load
from linviz.core.problem import Problem
from linviz.core.reading import Look, Read
from linviz.core.tables.table import Data, Preview, TableSource, Watch
from linviz.errors import InputError, sentence
from linviz.gui.backend import Source
from linviz.gui.import_dialog import ImportDialog

if TYPE_CHECKING:
    from linviz.gui.main_window import MainWindow

EVERY = 50
"""Milliseconds between two looks at how far it is."""
LARGEST_PASTE = 100_000_000
"""Characters; a clipboard is no place for more."""


class Importer(QObject):
    """One table at a time; what is shown stays until the other problem is there."""

    begun = Signal(object)
    """The `Path` of a file whose data are trained from now on."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._look: Look | None = None
        self._read: Read | None = None
        self._dialog: ImportDialog | None = None
        self._starting = False  # whether the window waits for its first problem, which is in a table
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._on_due)
        window.commands["paste_table"].triggered.connect(self.paste)
        window.backend.done.connect(self._on_done)
        window.backend.refused.connect(self._on_refused)
        window.ready.connect(self._on_started)
        window.desk.reading.cancelled.connect(window.backend.watch.cancel)

    def expect(self, source: Source) -> None:
        """Show how the problem is read that the window begins with, if it is in a table."""
        if isinstance(source, TableSource):
            self._starting = True
            self._window.desk.reading.begin(source.title)
            self._timer.start()

    def open(self, data: Data) -> None:
        """Look at a table, and let a person choose its columns."""
        self._look = Look(data)  # of two in quick succession the later one counts
        self._window.backend.submit(self._look)

    @Slot()
    def paste(self) -> None:
        """Look at the table that is on the clipboard."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            self._window.message.say("There is no table on the clipboard: copy some cells of a spreadsheet first.")
        elif len(text) > LARGEST_PASTE:
            self._window.message.say("The clipboard holds too much to paste: save it as CSV and open that.")
        else:
            self.open(text.encode())

    def stop(self) -> None:
        """Read no further."""
        if self._read is not None:
            self._read.watch.cancel()

    @Slot(object, object)
    def _on_done(self, asked: object, answer: object) -> None:
        if asked is self._look:
            self._look = None
            self._choose(asked, answer)
        elif asked is self._read:
            self._end(answer)

    @Slot(object)
    def _on_refused(self, asked: object) -> None:
        if asked is None:
            self._on_started()  # or rather not
        elif asked is self._look:
            self._look = None
        elif asked is self._read:
            self._end(InputError("it could not be read: see the message in the window"))

    def _choose(self, look: object, answer: object) -> None:
        assert isinstance(look, Look)  # noqa: S101  # that is what was asked; this tells the type checker
        if isinstance(answer, InputError):
            self._window.message.say(sentence(answer), "error")
            return
        assert isinstance(answer, Preview)  # noqa: S101  # as above
        window = self._window
        self._dialog = ImportDialog(look.data, answer, window.driver.settings.dtype, window.view.appearance, window)
        self._dialog.asked.connect(self._on_asked)
        self._dialog.cancelled.connect(self.stop)
        self._dialog.finished.connect(self._on_finished)
        window.dialogs.show(self._dialog)

    @Slot()
    def _on_finished(self) -> None:
        if self.sender() is self._dialog:
            self._dialog = None

    @Slot(object)
    def _on_asked(self, source: TableSource) -> None:
        assert self._dialog is not None  # noqa: S101  # it asked; this tells the type checker
        self._read = Read(source, Watch())
        self._dialog.show_reading(True)
        self._timer.start()
        self._window.backend.submit(self._read)

    @Slot()
    def _on_started(self) -> None:
        self._starting = False
        self._window.desk.reading.hide()
        if self._read is None:
            self._timer.stop()

    @Slot()
    def _on_due(self) -> None:
        if self._starting and not self._window.backend.watch.cancelled:
            self._window.desk.reading.show_fraction(self._window.backend.watch.fraction)
        if self._read is not None and self._dialog is not None and not self._read.watch.cancelled:
            self._dialog.bar.show_fraction(self._read.watch.fraction)

    def _end(self, answer: object) -> None:
        asked, self._read = self._read, None
        assert asked is not None  # noqa: S101  # it was answered; this tells the type checker
        self._timer.stop()
        if isinstance(answer, Problem) and not asked.watch.cancelled:
            if self._dialog is not None:
                self._dialog.accept()
            self._begin(answer, asked.source)
        elif self._dialog is not None and self._dialog.reading:
            self._dialog.show_reading(False, str(answer))

    def _tell(self, problem: Problem, source: TableSource) -> None:
        """Say how many rows were left out, if that was asked for."""
        if source.drop_missing:
            self._window.message.say(sentence(problem.source))

    def _begin(self, problem: Problem, source: TableSource) -> None:
        path = source.data if isinstance(source.data, Path) else None

        def begin() -> None:
            self._window.driver.submit(Load(problem))
            self._tell(problem, source)
            if path is not None:
                self.begun.emit(path)

        self._window.file_commands.guard(begin)
