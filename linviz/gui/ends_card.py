"""Two branches compared where they end: their losses, and each parameter."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from linviz.core.place import BranchInfo, Place
from linviz.core.snapshot import Snapshot
from linviz.core.travel import EndOf
from linviz.gui.branches_model import loss_text
from linviz.gui.card import Card
from linviz.gui.ends_model import PARAMETERS, EndsModel
from linviz.gui.fields import cell_name
from linviz.gui.measured_table import MeasuredTable, RowDelegate
from linviz.gui.numbers import change_text
from linviz.gui.theme import Theme

HINT = "Select two runs, with Ctrl or Shift held down, and Compare: where they end, parameter by parameter."


class EndsCard(Card):
    """Asks for both ends, shows them when they are there, and says when one of the branches has gone on."""

    asked = Signal(object)
    """A question for the worker."""
    begun = Signal()
    """The first comparison is there, and needs room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._questions: tuple[EndOf, ...] = ()
        self._answers: list[Snapshot] = []
        self._numbers: tuple[int, ...] = ()
        self._ends: tuple[Snapshot, ...] = ()
        self._branches: dict[int, BranchInfo] = {}
        self._names: dict[int, str] = {}
        self._hint = QLabel(HINT, self)
        self._title, self._losses, self._aged = (QLabel(self) for _ in range(3))
        for name, label, role in (
            ("ends_hint", self._hint, "dim"),
            ("ends_title", self._title, "title"),
            ("ends_losses", self._losses, ""),
            ("ends_aged", self._aged, "badge"),
        ):
            label.setObjectName(name)
            label.setProperty("role", role)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._aged.setProperty("badge", "stale")
        self._model = EndsModel(self)
        spoken = "parameters where both runs end"
        self.table = MeasuredTable(self._model, RowDelegate(), "ends_table", spoken, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(11, 8, 11, 8)
        column.setSpacing(4)
        for widget in (self._hint, self._title, self._losses, self._aged):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        self._show_parts()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and the font's measures."""
        self._model.set_theme(theme)
        self.table.set_theme(theme)

    def compare(self, first: int, second: int) -> None:
        """Ask for the ends of two branches; what was asked for before is not waited for any more."""
        self._questions, self._answers = (EndOf(first), EndOf(second)), []
        for question in self._questions:
            self.asked.emit(question)

    def take_done(self, command: object, result: object) -> None:
        """Take an answer, if it is one of those that were asked for; they come in the order of the questions."""
        if any(command is question for question in self._questions) and isinstance(result, Snapshot):
            self._answers.append(result)
            if len(self._answers) == len(self._questions):
                self._numbers = tuple(question.branch for question in self._questions)
                self._ends, self._questions = tuple(self._answers), ()
                self._show_ends()

    def give_up(self) -> None:
        """Wait no longer: something failed."""
        self._questions = ()

    def show_place(self, place: Place) -> None:
        """Take the names in force, and say what has changed since the comparison."""
        before, self._branches = self._branches, {info.number: info for info in place.branches}
        self._names |= {info.number: info.name for info in place.branches}
        if any(before.get(number) != self._branches.get(number) for number in self._numbers):
            self._tell()

    def _show_ends(self) -> None:
        first_time = self.table.isHidden()
        self._model.show_ends(*self._ends)
        self._tell()
        self.table.fit()
        if self._model.largest >= 0:
            self.table.selectRow(self._model.largest)
        if first_time:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
            self.begun.emit()

    def _show_parts(self) -> None:
        self._hint.setVisible(not self._ends)
        for part in (self._title, self._losses, self.table):
            part.setVisible(bool(self._ends))
        self._aged.setVisible(bool(self._aged.text()))

    def _tell(self) -> None:
        """Write what is said in words."""
        if not self._ends:
            return
        first, second = (self._names.get(number, f"Run {number}") for number in self._numbers)
        self._model.show_names(first, second)
        count, largest = self._model.rowCount(), self._model.largest
        if largest >= 0:
            most = f"by {change_text(self._model.difference(largest))}"
            verdict = f"{cell_name(*self._model.cell(largest))} differs most, {most}"
        else:
            verdict = f"all {count} parameters are the same{', bit for bit' if _same_bits(*self._ends) else ''}"
        self._title.setText(f"{first} ↔ {second}, where they end: {verdict}.")
        self._losses.setText(_losses_told((first, second), self._ends))
        self._aged.setText(self._changes())
        self._show_parts()

    def _changes(self) -> str:
        """Say which of the two is not any more what it was when they were compared."""
        said = []
        for number, end in zip(self._numbers, self._ends, strict=True):
            info = self._branches.get(number)
            if info is None:
                said.append(f"{self._names.get(number, f'Run {number}')} is not in the list any more.")
            elif (info.steps, repr(info.loss), info.settings) != (end.step, repr(end.loss), end.settings):
                said.append(f"{info.name} has changed since, it now ends at step {info.steps:,}: Compare again.")
        return " ".join(said)


def _losses_told(names: tuple[str, str], ends: tuple[Snapshot, ...]) -> str:
    said = [
        f"{name}: {end.step:,} steps, "
        + (
            "no loss yet"
            if end.loss is None
            else f"last loss {loss_text(end.loss)} at step {end.computed_at['loss']:,}"
        )
        for name, end in zip(names, ends, strict=True)
    ]
    first, second = (end.loss for end in ends)
    if first is not None and second is not None:
        said.append(f"difference {change_text(second - first)}")
    return "  ·  ".join(said)


def _same_bits(first: Snapshot, second: Snapshot) -> bool:
    return all(getattr(first, name).tobytes() == getattr(second, name).tobytes() for name in PARAMETERS)
