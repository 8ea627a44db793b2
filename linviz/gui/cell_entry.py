"""Typing another number into a cell."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QStatusTipEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from linviz.core.clipping import typed
from linviz.errors import InputError, sentence
from linviz.gui.array_model import ArrayModel
from linviz.gui.editable_model import EditableModel

LONGEST = 40
PADDING = 14
"""Pixels beside the digits, both sides together."""
_TAKES = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab}


class CellEntry(QLineEdit):
    """A number with all its digits, to be changed; what can't be taken is marked, and explained in the status line.

    Parameters
    ----------
    read
        Reads a number from a text, or raises `InputError`.
    text
        What it starts with.
    spoken
        Its accessible name.
    parent
        The table's viewport.

    Attributes
    ----------
    number
        What was typed, if it can be taken; else none.
    wrong
        Why what stands there can't be taken, or nothing.
    """

    def __init__(self, read: Callable[[str], float], text: str, spoken: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self._read = read
        self.number: float | None = None
        self.wrong = ""
        self.setObjectName("cell_entry")
        self.setAccessibleName(spoken)
        self.setMaxLength(LONGEST)
        self.setFrame(False)
        self.selectAll()
        self.textEdited.connect(self._on_edited)

    def begin(self, text: str) -> None:
        """Start with what was typed instead of what stood there."""
        self.clear()
        self.insert(text)

    def check(self) -> bool:
        """Read what stands there; mark it if it can't be taken."""
        try:
            self.number = self._read(self.text())
        except InputError as error:
            self.number = None
            self._mark(sentence(error))
        else:
            self._mark("")
        return not self.wrong

    def hideEvent(self, event: QHideEvent) -> None:
        """Withdraw what was said of it: it is given up."""
        super().hideEvent(event)
        if self.wrong and not event.spontaneous():
            self._mark("")

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        if self.wrong:  # else 0. may still become 0.5
            self.check()

    def _mark(self, wrong: str) -> None:
        before, self.wrong = self.wrong, wrong
        said = f"{wrong} Esc leaves the number as it was." if wrong else ""
        self.setToolTip(said)
        self.setAccessibleDescription(said)
        if before != wrong:
            QApplication.sendEvent(self, QStatusTipEvent(said))  # which the window says at its bottom
        if bool(before) != bool(wrong):
            self.setProperty("wrong", "true" if wrong else "false")
            self.style().unpolish(self)  # the style sheet follows a property only when polished again
            self.style().polish(self)


class EntryDelegate(QStyledItemDelegate):
    """Opens a `CellEntry` in a cell that can be edited."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        del option
        model = index.model()
        assert isinstance(model, EditableModel)  # noqa: S101  # no other says that it can be edited
        model.begun.emit()
        row, column, name = index.row(), index.column(), model.cell_name(index.row(), index.column())

        def read(text: str) -> float:
            number = typed(text)
            model.check(row, column, number)
            return number

        return CellEntry(read, index.data(Qt.ItemDataRole.EditRole), f"{name}, another number", parent)

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:  # noqa: N802  # Qt's name
        """Leave what is being typed, whatever number comes meanwhile."""

    def setModelData(  # noqa: N802  # as above
        self, editor: QWidget, model: object, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        assert isinstance(editor, CellEntry)  # noqa: S101  # createEditor made it
        assert isinstance(model, ArrayModel)  # noqa: S101  # likewise
        if editor.isModified() and editor.check():
            model.setData(index, editor.number)

    def updateEditorGeometry(  # noqa: N802  # as above
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Cover the cell, and of its neighbours what all digits need."""
        del index
        assert isinstance(editor, CellEntry)  # noqa: S101  # as above
        viewport = editor.parentWidget()
        rect, whole = option.rect, viewport.width() if viewport else 0
        needed = editor.fontMetrics().horizontalAdvance(f"{editor.text()}0") + PADDING
        rect.setLeft(min(rect.left(), max(rect.right() + 1 - needed, 0)))
        rect.setRight(max(rect.right(), min(rect.left() + needed, whole) - 1))
        editor.setGeometry(rect)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep an entry open that can't be taken."""
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _TAKES
        if pressed and isinstance(watched, CellEntry) and watched.isModified() and not watched.check():
            return True
        return super().eventFilter(watched, event)
