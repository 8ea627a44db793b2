"""The session that a window shows as a file: saved, opened, and not lost without a question."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from linviz.core.filing import Capture, OpenFile, Write
from linviz.core.place import BranchInfo, Place
from linviz.core.problem import Problem
from linviz.core.session import Session
from linviz.gui.backend import Asking

if TYPE_CHECKING:
    from linviz.gui.main_window import MainWindow

Infos = tuple[BranchInfo, ...]
Then = Callable[[object], None]


class Document(QObject):
    """Knows which file the run belongs to, and what of it is not in there.

    Attributes
    ----------
    path
        The file; none before it was saved.
    """

    changed = Signal()
    """The name, or whether everything is saved."""
    saved = Signal()
    """All that was done is in a file of the person's, or there is something else now."""

    def __init__(self, window: "MainWindow", path: Path | None) -> None:
        super().__init__(window)
        self._window, self.path = window, path
        self._name = ""
        self._problem: Problem | None = None
        self._here: Infos = ()
        self._there: Infos | None = ()  # what is in the file; none if that was lost
        self._expecting = False
        self._asked: list[tuple[object, Then]] = []
        window.traveller.placed.connect(self.show_place)
        window.backend.done.connect(self._on_done)
        window.backend.refused.connect(self._on_refused)

    @property
    def modified(self) -> bool:
        """Whether something would be lost."""
        return self._expecting or self._here != self._there

    @property
    def name(self) -> str:
        """What the window's title calls it."""
        return self.path.name if self.path else self._name

    @property
    def branches(self) -> Infos:
        """All that were not deleted, as far as the window knows."""
        return self._here

    def give_up(self) -> None:
        """Let go what is not saved."""
        self._there, self._expecting = self._here, False
        self.changed.emit()
        self.saved.emit()

    @Slot(object, object)
    def show_place(self, place: Place, problem: Problem) -> None:
        """Note what was done; another problem is another document."""
        if problem is not self._problem:
            if self._problem is not None:
                self.path = None
            self._problem, self._name, self._there = problem, problem.title, place.branches
            self.saved.emit()
        self._here = place.branches
        self._expecting = self._expecting and self._window.backend.busy
        self.changed.emit()

    def expect(self) -> None:
        """Note that something is being done, of which the window will know in a moment."""
        self._expecting = True
        self.changed.emit()

    def open(self, path: Path, recovered: bool = False, then: Callable[[], None] | None = None) -> None:
        """Go on with what a file holds, a recovered one bound to no file; on success go on with ``then``."""

        def note(opened: object) -> None:
            del opened  # the window shows it
            self.path, self._name = (None, "recovered") if recovered else (path, "")
            self._there = None if recovered else self._here
            self.changed.emit()
            if then is not None:
                then()

        self._ask(OpenFile(path), note)

    def save(self, path: Path, then: Callable[[], None] | None = None) -> None:
        """Write everything into a file, which is the run's own from then on; on success go on with ``then``."""

        def note(infos: Infos, result: object) -> None:
            del result
            self.path, self._there = path, infos
            self.changed.emit()
            if not self.modified:
                self.saved.emit()
            if then is not None:
                then()

        self.write(lambda session: Write(session, path), note)

    def write(self, make: Callable[[Session], Asking], then: Callable[[Infos, object], None]) -> None:
        """Have everything captured and written by the command that ``make`` gives.

        Parameters
        ----------
        make
            Gives the command, for a session.
        then
            Is called with the branches that are in the file, and what the command gave.
        """

        def take(session: object) -> None:
            assert isinstance(session, Session)  # noqa: S101  # that is what Capture gives
            # Every burst before the capture has been delivered, and none after it: the losses fit.
            infos = tuple(branch.info for _, branch, _ in session.grown() if not branch.deleted)
            self._ask(make(self._completed(session)), lambda result: then(infos, result))

        self._ask(Capture(), take)

    def _completed(self, session: Session) -> Session:
        """Add what the window alone knows."""
        curves = self._window.loss.plot.branches
        branches = tuple(
            replace(saved, losses=curves.own_losses(saved.number, branch.steps - branch.step))
            for saved, branch, _ in session.grown()
        )
        return replace(session, branches=branches, window=self._window.view.layout())

    def _ask(self, command: Asking, then: Then) -> None:
        self._asked.append((command, then))
        self._window.backend.submit(command)

    @Slot(object, object)
    def _on_done(self, command: object, result: object) -> None:
        self._look_again()
        for then in self._taken(command):
            then(result)

    @Slot(object)
    def _on_refused(self, command: object) -> None:
        self._look_again()
        self._taken(command)  # nothing goes on from it; the window says why

    def _look_again(self) -> None:
        """Expect nothing any more once everything is done."""
        if self._expecting and not self._window.backend.busy:
            self._expecting = False
            self.changed.emit()

    def _taken(self, command: object) -> list[Then]:
        found = [then for asked, then in self._asked if asked is command]
        self._asked = [(asked, then) for asked, then in self._asked if asked is not command]
        return found
