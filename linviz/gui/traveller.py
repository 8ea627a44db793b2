"""Moving in what was done: the commands for it, the time line, undo and redo."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QUndoCommand, QUndoStack

from linviz.core.command import Command, NextPhase, SetLearningRate, Step
from linviz.core.place import Place
from linviz.core.problem import Problem
from linviz.core.travel import Delete, Move, Rename, SeekStep, Switch, Travel
from linviz.gui.time_line import TimeLine

FAR = 2**62
"""More moments than there are."""
MOVES = {
    "first": Move(-FAR),
    "back": Move(-1),
    "back_step": Move(-1, of_steps=True),
    # What is beyond the end is done.
    "forward": Move(1, beyond=NextPhase()),
    "forward_step": Move(1, of_steps=True, beyond=Step()),
    "last": Move(FAR),
}
BACKWARD = "first", "back", "back_step"


class Edit(QUndoCommand):
    """Something that isn't a step, as two commands: one does it, one undoes it."""

    def __init__(self, traveller: "Traveller", does: object, undoes: object, text: str, key: str) -> None:
        super().__init__(text)
        self._traveller, self._does, self._undoes, self._key = traveller, does, undoes, key

    def redo(self) -> None:
        self._traveller.asked.emit(self._does)

    def undo(self) -> None:
        self._traveller.asked.emit(self._undoes)

    def id(self) -> int:
        return hash(self._key) % 2**31 if self._key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802  # Qt's name
        if not isinstance(other, Edit) or other._key != self._key:
            return False
        self._does = other._does
        self.setObsolete(self._does == self._undoes)
        return True


class Traveller(QObject):
    """Carries out the commands of the History menu.

    Attributes
    ----------
    place
        Where the run stands; none before that is known.
    news
        That a branch began by what was done last, in a sentence; nothing if none did.
    """

    asked = Signal(object)
    """A command for the worker."""

    placed = Signal(object, object)
    """The `Place` where the run stands, and the `Problem`."""

    def __init__(self, actions: dict[str, QAction], time_line: TimeLine, parent: QObject) -> None:
        super().__init__(parent)
        self._actions, self._time_line = actions, time_line
        self.place: Place | None = None
        self.news = ""
        self._known: set[int] = set()  # branches
        self._problem: Problem | None = None
        self._stack = QUndoStack(self)
        self._turn = 0  # counts what else was done, between edits
        for name in MOVES:
            actions[name].triggered.connect(self._on_move)
        actions["undo"].triggered.connect(self._stack.undo)
        actions["redo"].triggered.connect(self._stack.redo)
        self._stack.indexChanged.connect(self._on_stack_changed)
        time_line.sought.connect(self._on_sought)
        time_line.switched.connect(self._on_switched)
        self._on_stack_changed()

    @Slot(object, object)
    def show_place(self, place: Place, problem: Problem) -> None:
        """Show where the run stands; what was undone of another problem can't be done again."""
        if problem is not self._problem:
            self._problem = problem
            self._stack.clear()
            self._known = {each.number for each in place.branches}
        self.place = place
        self._note_branch(place)
        self._time_line.show_place(place)
        self.placed.emit(place, problem)
        for name in BACKWARD:
            self._actions[name].setEnabled(place.moment > 0)
        self._actions["last"].setEnabled(place.in_the_past)

    def _note_branch(self, place: Place) -> None:
        by_number = {each.number: each for each in place.branches}
        here = by_number[place.branch]
        parent = by_number.get(here.parent or 0)
        if here.number not in self._known and here.computed:
            self.news = f"{here.name} begins here, with parameters computed for step {here.first_step:,}, not trained."
        elif here.number not in self._known and parent is not None:
            self.news = f"{here.name} begins here, after step {here.first_step} of {parent.name}, which stays as it is."
        elif here.number not in self._known:
            self.news = f"{here.name} begins at the start, with {here.settings.description}."
        self._known |= by_number.keys()

    @Slot(object, object, str)
    def edit(self, does: object, undoes: object, text: str, key: str = "") -> None:
        """Do something that can be undone; what has the same key and follows at once is undone with it."""
        self._stack.push(Edit(self, does, undoes, text, f"{key} {self._turn}" if key else ""))

    def expect(self, command: Command | Travel) -> None:
        """Refuse no click until the next place is shown: what is on its way may make room for it."""
        self.news = ""
        if not isinstance(command, SetLearningRate | Rename | Delete):
            self._turn += 1
        for name in (*BACKWARD, "last"):
            self._actions[name].setEnabled(True)

    @Slot()
    def _on_move(self) -> None:
        self.asked.emit(MOVES[self.sender().objectName()])

    @Slot(object)
    def _on_sought(self, step: int) -> None:
        self.asked.emit(SeekStep(step))

    @Slot(object)
    def _on_switched(self, branch: int) -> None:
        self.asked.emit(Switch(branch))

    @Slot()
    def _on_stack_changed(self) -> None:
        for name, can, text in (
            ("undo", self._stack.canUndo(), self._stack.undoText()),
            ("redo", self._stack.canRedo(), self._stack.redoText()),
        ):
            action = self._actions[name]
            action.setEnabled(can)
            action.setText(f"{name.capitalize()} {text}".strip())
