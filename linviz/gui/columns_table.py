"""The table in which columns are chosen, by mouse or by keys."""

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from linviz.gui.columns_model import FIRST_USE, USES, ColumnsModel
from linviz.gui.plain_table import PlainTable

KEYS = {Qt.Key.Key_X: "x", Qt.Key.Key_Y: "y", Qt.Key.Key_L: "", Qt.Key.Key_Delete: "", Qt.Key.Key_Backspace: ""}
HINT = "Click on a circle, or press X, Y or L (leave out) on the selected rows; Space goes through the three."


class ColumnsTable(PlainTable):
    """A row is a column of the file; several can be selected, and are chosen together."""

    def __init__(self, model: ColumnsModel, parent: QWidget) -> None:
        super().__init__(model, "columns", "columns of the table", parent)
        self._columns = model
        self.setAccessibleDescription(HINT)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.clicked.connect(self._on_clicked)
        if model.rowCount():
            self.setCurrentIndex(model.index(0, 0))

    def _rows(self) -> list[int]:
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() >= FIRST_USE:
            rows = self._rows()
            # A click takes the selection with it unless it began another one.
            self._columns.put(rows if index.row() in rows else [index.row()], USES[index.column() - FIRST_USE])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and key in KEYS:
            self._columns.put(self._rows(), KEYS[key])
        elif plain and key == Qt.Key.Key_Space:
            self._columns.cycle(self._rows())
        else:
            super().keyPressEvent(event)
