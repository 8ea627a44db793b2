"""A table in which a block of cells can be selected, and numbers be typed."""

from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QTableView, QWidget

from linviz.gui.cell_entry import CellEntry

BEGINNINGS = frozenset("0123456789+-.,")
"""What a number begins with; the comma will be explained."""
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
Index = QModelIndex | QPersistentModelIndex


class Block(NamedTuple):
    """A rectangle of cells, by its first and its last row and column."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.bottom - self.top + 1, self.right - self.left + 1

    def holds(self, row: int, column: int) -> bool:
        """Tell whether a cell is inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


class CellTable(QTableView):
    """Selects a block by Shift with the arrows or a click, by dragging, or all of it.

    Qt's own selection of many cells takes a second per 100,000 rows; a block is four numbers. The current cell, at
    which the last of these keys or clicks arrived, is one as without a block. Enter, a double click, and what numbers
    begin with, open an entry in it.

    Attributes
    ----------
    block
        What is selected, if that is more than the current cell.
    """

    refused = Signal()
    """Something was typed, and the model's cells can't be edited."""
    paste_asked = Signal()
    """The keys to paste were pressed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.block: Block | None = None
        self._anchor: tuple[int, int] | None = None  # the corner from which a block extends
        self._extends = False
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setEditTriggers(QTableView.EditTrigger.DoubleClicked)

    @property
    def selection(self) -> Block | None:
        """The block, or the current cell alone; none if there is neither."""
        current = self.currentIndex()
        if self.block is None and current.isValid():
            return Block(current.row(), current.column(), current.row(), current.column())
        return self.block

    def set_block(self, block: Block | None) -> None:
        """Select a block, or the current cell alone."""
        if block is not None and block.shape == (1, 1):
            block = None
        if block != self.block:
            self.block = block
            self.viewport().update()

    def drop_block(self) -> None:
        """Select the current cell alone; a block extends from it."""
        current = self.currentIndex()
        self._anchor = (current.row(), current.column()) if current.isValid() else None
        self.set_block(None)

    def type_into(self, index: Index, text: str = "") -> None:
        """Open an entry in a cell, with its number or with what was typed; or tell that this can't be."""
        if not self.model().flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.refused.emit()
            return
        self.edit(index)
        entry = self.indexWidget(index)
        if text and isinstance(entry, CellEntry):
            entry.begin(text)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802  # Qt's name
        super().currentChanged(current, previous)
        if self._extends and self._anchor is not None and current.isValid():
            rows, columns = zip(self._anchor, (current.row(), current.column()), strict=True)
            self.set_block(Block(min(rows), min(columns), max(rows), max(columns)))
        else:
            self.drop_block()

    def selectAll(self) -> None:  # noqa: N802  # Qt's name
        model = self.model()
        if model.rowCount() and model.columnCount():
            self.set_block(Block(0, 0, model.rowCount() - 1, model.columnCount() - 1))

    def keyboardSearch(self, search: str) -> None:  # noqa: N802  # Qt's name
        """Look for nothing: of ten million rows each would be asked for its text."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.currentIndex()
        types = event.text() in BEGINNINGS and not event.modifiers() & _COMMANDS
        begins = types or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_asked.emit()
        elif begins and current.isValid() and self.state() != QTableView.State.EditingState:
            self.type_into(current, event.text() if types else "")
        else:
            self._extends = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            super().keyPressEvent(event)
            self._extends = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.RightButton and self.block and self.block.holds(at.row(), at.column()):
            return  # a menu for the block
        self._extends = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        before = self.currentIndex()
        super().mousePressEvent(event)
        if not self._extends and self.currentIndex() == before:
            self.drop_block()
        self._extends = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._extends = bool(event.buttons() & Qt.MouseButton.LeftButton)
        super().mouseMoveEvent(event)
        self._extends = False
