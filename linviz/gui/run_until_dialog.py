"""Run until a condition holds: what stops one run, and what stops each."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from linviz.core.condition import Condition, GradientBelow, LossBelow, LossRises, StepReached
from linviz.core.numerals import count, positive
from linviz.errors import InputError
from linviz.gui.card import Card
from linviz.gui.condition_line import ConditionLine
from linviz.gui.number_entry import NumberEntry

MORE, LOSS, GRADIENT = 100, 0.6, 1e-3
"""What the entries begin with."""
LEAST_ROUND = 100
SLOWER = "makes a run slower: it goes one real step at a time"
REACHED = "done: it stops a run again that comes from before"
ALWAYS = "always on"
WIDTH = 620


class RunUntilDialog(QDialog):
    """Keeps the breakpoints: it is made once, and to close it changes nothing in them."""

    started = Signal(object, object)
    """Run: a tuple of conditions, and how many steps more at most, or none."""
    changed = Signal(object)
    """Other breakpoints are in force: a tuple of conditions."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Run until…")
        self.setObjectName("run_until_dialog")
        self._step = 0
        self._step_chosen = False  # until then the entry proposes a step to come
        self._breakpoints: tuple[Condition, ...] = ()
        self._said, self._complaint = QLabel(self), QLabel(self)
        for name, label, role in (("run_until_said", self._said, "title"), ("complaint", self._complaint, "differ")):
            label.setObjectName(name)
            label.setProperty("role", role)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._more = self._line("more_steps", "after", "more steps", _read_more, MORE)
        self._at = self._line("stop_step", "when step", "is done", self._read_step, LEAST_ROUND)
        self._loss = self._line("loss_below", "when the loss is below", "", _read_loss, LOSS)
        self._gradient = self._line("gradient_below", "when the gradient norm is below", "", _read_norm, GRADIENT)
        self._gradient.remark(SLOWER)
        self._rises = ConditionLine("loss_rises", "when the loss rises", "", None, self)
        not_finite = ConditionLine("not_finite", "when the loss is not finite", "", None, self)
        not_finite.remark(ALWAYS)
        not_finite.box.setChecked(True)
        not_finite.box.setEnabled(False)
        self._lines = (self._more, self._at, self._loss, self._gradient, self._rises)
        for line in self._lines:
            line.changed.connect(self._on_changed)
        self._run, self._clear = QPushButton("Run", self), QPushButton("Clear all", self)
        self._run.setObjectName("run_until")
        self._run.setProperty("primary", "true")
        self._run.setDefault(True)
        self._run.clicked.connect(self._on_run)
        self._clear.setObjectName("clear_all")
        self._clear.clicked.connect(self._on_clear)
        self._lay_out(not_finite)
        self.show_step(0)
        self._on_changed()

    def _line(self, name: str, before: str, after: str, read: Callable[[str], float], number: float) -> ConditionLine:
        spoken = f"{before.removeprefix('when ')} … {after}".strip(" …")
        return ConditionLine(name, before, after, NumberEntry(read, number, name, spoken, self), self)

    def _lay_out(self, not_finite: ConditionLine) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 10, 10, 10)
        whole.setSpacing(8)
        whole.addWidget(self._said)
        for title, caption, lines in (
            ("Only this run", "", (self._more,)),
            ("Breakpoints", "this run stops, and each later one", (*self._lines[1:], not_finite)),
        ):
            card, heading = Card(self), QHBoxLayout()
            for text, role in ((title, "title"), (caption, "dim")):
                label = QLabel(text, card)
                label.setProperty("role", role)
                heading.addWidget(label)
            heading.addStretch()
            column = QVBoxLayout(card)
            column.setContentsMargins(11, 8, 11, 10)
            column.setSpacing(6)
            column.addLayout(heading)
            for line in lines:
                column.addWidget(line)
            whole.addWidget(card)
        whole.addWidget(self._complaint)
        whole.addStretch()
        close = QPushButton("Close", self)
        close.setToolTip("Close this; the breakpoints stay in force  (Esc)")
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self._run)
        row.addWidget(self._clear)
        row.addStretch()
        row.addWidget(close)
        whole.addLayout(row)
        self.resize(WIDTH, self.sizeHint().height())

    @property
    def breakpoints(self) -> tuple[Condition, ...]:
        """The conditions in force for each later run; a step that is done already isn't among them."""
        return self._breakpoints

    def show_step(self, step: int) -> None:
        """Take the present step."""
        self._step = step
        self._said.setText(f"Run from step {step:,} until the first of these holds")
        entry = self._at.entry
        assert entry is not None  # noqa: S101  # this tells the type checker
        if not (self._step_chosen or self._at.box.isChecked() or entry.isModified()):
            entry.show_number(max(10 ** len(str(step)), LEAST_ROUND))
        if self._at.wrong:
            entry.check()  # going back makes it right again
        self._on_changed()

    def _read_step(self, text: str) -> int:
        step = count(text, "step")
        if step <= self._step:
            raise InputError(
                f"step {step:,} is done already, the run stands at step {self._step:,}: choose a later one"
            )
        return step

    def _in_force(self) -> tuple[Condition, ...]:
        conditions: list[Condition] = []
        if self._at.number is not None and self._at.number > self._step:
            conditions.append(StepReached(int(self._at.number)))
        if self._loss.number is not None:
            conditions.append(LossBelow(self._loss.number))
        if self._gradient.number is not None:
            conditions.append(GradientBelow(self._gradient.number))
        if self._rises.holds:
            conditions.append(LossRises())
        return tuple(conditions)

    @Slot()
    def _on_changed(self) -> None:
        wrong = next((line.wrong for line in self._lines if line.wrong), "")
        self._complaint.setText(f"{wrong[:1].upper()}{wrong[1:]}." if wrong else "")
        self._complaint.setVisible(bool(wrong))
        self._step_chosen |= self._at.box.isChecked()
        number = self._at.number
        self._at.remark(REACHED if number is not None and number <= self._step else "")
        self._offer(
            self._run, "Run until one of these holds, or Pause  (Enter)", "Correct what is marked" if wrong else ""
        )
        ticked = any(line.box.isChecked() for line in self._lines)
        self._offer(self._clear, "Tick nothing; the numbers stay", "" if ticked else "Nothing is ticked")
        conditions = self._in_force()
        if conditions != self._breakpoints:
            self._breakpoints = conditions
            self.changed.emit(conditions)

    @staticmethod
    def _offer(button: QPushButton, tip: str, why_not: str) -> None:
        button.setEnabled(not why_not)
        button.setToolTip(why_not or tip)
        button.setAccessibleDescription(why_not or tip)

    @Slot()
    def _on_run(self) -> None:
        for line in self._lines:
            line.take()
        wrong = next((line.entry for line in self._lines if line.wrong), None)
        if wrong is not None:
            wrong.setFocus()
            wrong.selectAll()
        else:
            more = self._more.number
            self.started.emit(self._breakpoints, None if more is None else int(more))

    @Slot()
    def _on_clear(self) -> None:
        for line in self._lines:
            line.box.setChecked(False)


def _read_more(text: str) -> int:
    return count(text, "number of steps")


def _read_loss(text: str) -> float:
    return positive(text, "loss")


def _read_norm(text: str) -> float:
    return positive(text, "gradient norm")
