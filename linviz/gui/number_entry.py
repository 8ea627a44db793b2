"""A free entry for a number: what can't be taken is marked, explained and not applied."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from linviz.errors import InputError

LONGEST = 40
CHARACTERS = 12
"""That it has room for: ten million, in groups."""
KINDS = "A positive number: 0.001 or 1e-3", "A whole number: 10000000, 10 000 000 or 1e7"


class NumberEntry(QLineEdit):
    """Takes what was typed when it is left, or with Enter; Esc brings back the number before.

    Parameters
    ----------
    read
        Reads a number from a text, or raises `InputError`.
    number
        What it starts with.
    name
        Its objectName.
    spoken
        Its accessible name.
    parent
        The part it stands in.

    Attributes
    ----------
    number
        The last one that could be taken.
    taken
        Whether it is what stands there.
    wrong
        Why what stands there can't be taken, or nothing.
    """

    entered = Signal()
    """Something was typed and is complete, right or wrong."""
    marked = Signal()
    """It is wrong for another reason than before, or for none any more."""

    def __init__(self, read: Callable[[str], float], number: float, name: str, spoken: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._read = read
        self.number, self.taken, self.wrong = number, True, ""
        self._before = number
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setMaxLength(LONGEST)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.editingFinished.connect(self.take)
        self.textEdited.connect(self._on_edited)
        self.show_number(number)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        hint.setWidth(self.fontMetrics().horizontalAdvance("0" * CHARACTERS) + 20)
        return hint

    def show_number(self, number: float) -> None:
        """Show a number in force, so that it reads back as the same."""
        self.number, self.taken, self._before = number, True, number
        short = f"{number:,}" if isinstance(number, int) else f"{number:g}"
        self.setText(short if isinstance(number, int) or float(short) == number else repr(number))
        self.setCursorPosition(0)
        self._mark("")

    @Slot()
    def take(self) -> None:
        """Take what was typed, if something was."""
        if self.isModified():
            self.setModified(False)
            self.check()
            if not self.wrong:
                self.show_number(self.number)
            self.entered.emit()

    def check(self) -> None:
        """Read again what stands there; whether it can be taken may depend on more than its letters."""
        try:
            self.number, self.taken = self._read(self.text()), True
        except InputError as error:
            self.taken = False
            self._mark(str(error))
        else:
            self._mark("")

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        if self.wrong:  # else 0.0 may still become 0.05
            try:
                self._read(text)
            except InputError as error:
                self._mark(str(error))
            else:
                self._mark("")

    def _mark(self, wrong: str) -> None:
        before, self.wrong = self.wrong, wrong
        self.setToolTip(
            f"{wrong}  (Esc brings back {self._before:g})" if wrong else KINDS[isinstance(self.number, int)]
        )
        self.setAccessibleDescription(self.toolTip())
        if bool(before) != bool(wrong):
            self.setProperty("wrong", "true" if wrong else "false")
            self.style().unpolish(self)  # the style sheet follows a property only when polished again
            self.style().polish(self)
        if before != wrong:
            self.marked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self.isModified() or self.wrong):
            self.show_number(self._before)
            return  # the dialog stays
        super().keyPressEvent(event)
