"""What was not saved, kept in a file of its own for the case that the program ends without asking."""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, Qt, QTimer, Slot
from PySide6.QtWidgets import QAbstractButton, QMessageBox

from linviz.core.filing import Keep
from linviz.gui.document import Infos

if TYPE_CHECKING:
    from linviz.gui.main_window import MainWindow

EVERY = 30_000
"""Milliseconds between two looks whether something changed."""
NOT_KEPT = "not kept"

_log = logging.getLogger(__name__)


def default_folder() -> Path:
    """Give the place for it, by the platform's custom."""
    base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(base) / "linviz" / "recovery"


class Kept:
    """A file of the folder, locked: nobody else touches it as long as this process lives.

    Raises
    ------
    BlockingIOError
        If another process holds it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = QLockFile(str(path.with_suffix(".lock")))
        self._lock.setStaleLockTime(0)  # only a process that is gone has lost it
        if not self._lock.tryLock(0):
            raise BlockingIOError(f"{path} is another window's")

    def release(self) -> None:
        """Leave the file to the next start."""
        self._lock.unlock()

    def discard(self) -> None:
        """Remove the file."""
        self.path.unlink(missing_ok=True)


class Recovery(QObject):
    """Keeps a window's unsaved run, and offers at the next start what a crash left behind.

    Parameters
    ----------
    window
        Its run is kept.
    folder
        Where to.
    """

    def __init__(self, window: "MainWindow", folder: Path) -> None:
        super().__init__(window)
        self._window, self._document, self._folder = window, window.document, folder
        self._own: Kept | None = None
        self._in_file: Infos = ()
        self._offered: list[Kept] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_due)
        self._timer.start(EVERY)
        self._document.saved.connect(self._on_saved)
        window.closed.connect(self._on_closed)
        window.faults.interrupted.connect(self._on_interrupted)
        window.file_commands.asking.connect(self._on_due)
        window.ready.connect(self._on_ready)

    def keep(self, then: Callable[[], None] | None = None) -> bool:
        """Write what is not saved, if it is not in the file yet; tell whether it is on its way.

        Parameters
        ----------
        then
            Is called when it is there.
        """
        if not self._document.modified or self._document.branches == self._in_file:
            return False
        try:
            self._own = self._own or self._new()
        except OSError as error:
            self._complain(str(error))
            return False
        path = self._own.path

        def note(infos: Infos, result: object) -> None:
            if result is not None:
                self._complain(str(result))
            elif self._document.modified:
                self._in_file = infos
            else:
                self._on_saved()  # saved meanwhile
            if then is not None:
                then()

        self._document.write(lambda session: Keep(session, path), note)
        return True

    @Slot()
    def _on_due(self) -> None:
        self.keep()

    def _complain(self, text: str) -> None:
        _log.warning("%s", text)
        self._window.message.say(
            f"What is not saved would be lost in a crash: {text}. File → Save keeps it.", topic=NOT_KEPT
        )
        self._timer.stop()  # it is said once

    def _new(self) -> Kept:
        self._folder.mkdir(parents=True, exist_ok=True)
        return Kept(self._folder / f"{uuid.uuid4().hex}.linviz")

    @Slot()
    def _on_saved(self) -> None:
        if self._own is not None:
            self._own.discard()
        self._in_file = ()

    @Slot()
    def _on_closed(self) -> None:
        """Let go of the files; those that are there yet are offered at the next start."""
        self._timer.stop()
        for kept in (*self._offered, *([self._own] if self._own else [])):
            kept.release()

    @Slot()
    def _on_interrupted(self) -> None:
        """Close without a question, when what is not saved is in the file."""
        if not self.keep(then=self._leave):
            self._leave()

    def _leave(self) -> None:
        self._window.leave(keep=True)

    @Slot()
    def _on_ready(self) -> None:
        """Offer what processes left behind that are gone."""
        for path in sorted(self._folder.glob("*.linviz"), key=lambda each: each.stat().st_mtime):
            try:
                self._offered.append(Kept(path))
            except BlockingIOError:
                continue  # the window it belongs to is open
        self._offer()

    def _offer(self) -> None:
        if not self._offered:
            return
        when = datetime.fromtimestamp(self._offered[-1].path.stat().st_mtime)
        box = QMessageBox(self._window)
        box.setObjectName("recover")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("linviz")
        box.setText("linviz ended before a run was saved. Recover it?")
        box.setInformativeText(f"It was last kept on {when:%Y-%m-%d at %H:%M:%S}.")
        recover = box.addButton("&Recover", QMessageBox.ButtonRole.AcceptRole)
        recover.setObjectName("recover")
        box.addButton("&Discard", QMessageBox.ButtonRole.DestructiveRole).setObjectName("discard")
        later = box.addButton("&Later", QMessageBox.ButtonRole.RejectRole)
        later.setToolTip("Ask again at the next start")
        box.setDefaultButton(recover)
        box.setEscapeButton(later)
        box.finished.connect(self._on_answered)
        box.open()

    @Slot()
    def _on_answered(self) -> None:
        box = self.sender()
        assert isinstance(box, QMessageBox)  # noqa: S101  # it is the sender; this tells the type checker
        clicked: QAbstractButton | None = box.clickedButton()
        answer = "" if clicked is None else clicked.objectName()
        if answer == "recover":
            kept = self._offered[-1]
            self._window.file_commands.guard(
                lambda: self._document.open(kept.path, recovered=True, then=lambda: self._adopt(kept))
            )
        elif answer == "discard":
            kept = self._offered.pop()
            kept.discard()
            kept.release()
            self._offer()

    def _adopt(self, kept: Kept) -> None:
        """Go on with a recovered file as this window's own: it stays until its run is saved or given up."""
        self._offered.remove(kept)
        if self._own is not None:
            self._own.discard()
            self._own.release()
        self._own, self._in_file = kept, self._document.branches
