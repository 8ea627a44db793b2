"""An option of the training in a form: its entry, and what it does."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from linviz.core.option import Option, Value
from linviz.errors import InputError
from linviz.gui.tick_box import TickBox

LONGEST = 60


class Choice(QComboBox):
    """Turned by the wheel only when it has the focus: a form that scrolls under the mouse changes nothing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class OptionLine(QWidget):
    """An entry for a word, a switch or a number; what can't be taken is marked and explained at once.

    Parameters
    ----------
    option
        What is chosen.
    name
        How it is called on the screen.
    unit
        Of what it counts, or nothing.
    owner
        Whose option it is, in messages.
    parent
        The part it stands in.

    Attributes
    ----------
    value
        The last one that could be taken.
    wrong
        Why what stands there can't be, or nothing.
    """

    changed = Signal()
    """Something else stands there, right or wrong."""

    def __init__(self, option: Option, name: str, unit: str, owner: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.option, self.name, self._owner = option, name, owner
        self.value, self.wrong = option.default, ""
        self._why_not = ""
        self.label, self._said = QLabel(name, self), QLabel(option.meaning, self)
        self.label.setProperty("role", "mono")
        self._said.setProperty("role", "dim")
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self.entry, self._read, self._write = self._made()
        self.entry.setObjectName(f"option_{option.name}")
        self.entry.setAccessibleName(name)
        self.label.setBuddy(self.entry)
        row = QHBoxLayout()
        row.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        row.addWidget(self.entry)
        if isinstance(self.entry, TickBox):
            row.addWidget(self._said, 1)
        else:
            self._unit = QLabel(unit, self)
            row.addWidget(self._unit, 1)
            column.addWidget(self._said)
        self._tell()

    def _made(self) -> tuple[QWidget, Callable[[], object], Callable[[Value], None]]:
        """Make the entry, and what reads and writes it."""
        if self.option.choices:
            words = Choice(self)
            words.addItems(list(self.option.choices))
            words.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            words.currentTextChanged.connect(self._on_edited)
            return words, words.currentText, lambda value: words.setCurrentText(str(value))
        if isinstance(self.option.default, bool):
            box = TickBox(self)
            box.toggled.connect(self._on_edited)
            return box, box.isChecked, lambda value: box.setChecked(bool(value))
        line = QLineEdit(self)
        line.setMaxLength(LONGEST)
        line.textChanged.connect(self._on_edited)
        return line, line.text, lambda value: line.setText(text_of(value))

    def show_value(self, value: Value) -> None:
        """Have a value stand there."""
        self._write(value)
        self._on_edited()

    def count(self, why_not: str) -> None:
        """Take entries, or none as long as it counts for nothing, for this reason."""
        self._why_not = why_not
        for each in (self.entry, self.label):
            each.setEnabled(not why_not)
        self._tell()

    def offer(self, found: tuple[str, ...], why_not: str) -> None:
        """Offer of its words those that were found, and say why not the others."""
        assert isinstance(self.entry, QComboBox)  # noqa: S101  # it has words; this tells the type checker
        model = self.entry.model()
        assert isinstance(model, QStandardItemModel)  # noqa: S101  # Qt's own; this tells the type checker
        for at in range(model.rowCount()):
            item = model.item(at)
            there = item.text() in found
            item.setEnabled(there)
            item.setToolTip("" if there else why_not)

    @property
    def counts(self) -> bool:
        """Whether it counts for something."""
        return not self._why_not

    @Slot()
    def _on_edited(self) -> None:
        self.wrong = ""
        try:
            self.value = self.option.value(self._read(), self._owner)
        except InputError as error:
            self.wrong = str(error)
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        """Mark what is wrong, and say what it is."""
        wrong = self.wrong if self.counts else ""
        needs = f"It must be {self.option.needs}. Default: {text_of(self.option.default)}."
        tip = wrong or f"{self.option.meaning} {self._why_not or needs}"
        self.entry.setToolTip(tip)
        self.entry.setAccessibleDescription(tip)
        self._said.setText(f"{self.option.meaning} {self._why_not}".strip())
        marked = "true" if wrong else "false"
        if self.entry.property("wrong") != marked:
            self.entry.setProperty("wrong", marked)
            self.entry.style().unpolish(self.entry)  # the style sheet follows a property only when polished again
            self.entry.style().polish(self.entry)


def text_of(value: Value) -> str:
    """Write a value so that its option reads it as the same."""
    if isinstance(value, tuple):
        return ", ".join(map(text_of, value))
    if isinstance(value, bool) or value is None:
        return {True: "on", False: "off", None: "none"}[value]
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    return str(value)
