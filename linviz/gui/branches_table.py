"""The table of branches: several can be selected, names are edited in place."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QWidget

from linviz.gui.branches_model import NAME, BranchesModel
from linviz.gui.measured_table import MeasuredTable, RowDelegate
from linviz.gui.theme import Theme

AIR = 9
"""Pixels of a row above and below its text, so that a name can be edited in it."""
FILLED = "filled"


class NameDelegate(RowDelegate):
    """Edits a name; what happens in the run meanwhile doesn't take the letters away that are being typed."""

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:  # noqa: N802  # Qt's name
        if not editor.property(FILLED) and isinstance(editor, QLineEdit):
            editor.setProperty(FILLED, True)
            editor.setText(index.data(Qt.ItemDataRole.EditRole))
            editor.setAccessibleName("name of the run")


class BranchesTable(MeasuredTable):
    """Rows are selected with Ctrl and Shift as anywhere; F2 edits the name, Delete asks for deletion."""

    deleting = Signal()

    def __init__(self, model: BranchesModel, parent: QWidget) -> None:
        super().__init__(model, NameDelegate(), "branches_table", "runs", parent)
        self._branches = model
        self._longest: list[int] = []  # characters, of each column, when it was measured
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        model.dataChanged.connect(self._on_changed)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and the font's measures."""
        self.ensurePolished()
        self.setIconSize(QSize(1, 1) * self.fontMetrics().height())
        super().set_theme(theme)

    def fit(self) -> None:
        """Measure anew, with room for a name to be edited in."""
        self._longest = [len(self._branches.longest(column)) for column in range(self._branches.columnCount())]
        super().fit()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + AIR)

    def rows(self) -> list[int]:
        """Give the selected rows, in order."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def edit_name(self, row: int) -> None:
        """Edit the name in a row."""
        index = self._branches.index(row, NAME)
        if index.isValid():
            self.setCurrentIndex(index)
            self.edit(index)

    @Slot(QModelIndex, QModelIndex)
    def _on_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        """Make room for what has grown; a run that goes on changes one row, so that the others aren't asked."""
        rows = range(first.row(), last.row() + 1)
        cells = ((row, column, most) for row in rows for column, most in enumerate(self._longest))
        if any(len(self._branches.index(row, column).data()) > most for row, column, most in cells):
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.edit_name(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Delete:
            self.deleting.emit()
        else:
            super().keyPressEvent(event)

    def sizeHintForColumn(self, column: int) -> int:
        return super().sizeHintForColumn(column) + (self.iconSize().width() if column == NAME else 0)
