"""An eigenvector as the weight panel would show it: inputs down, and below them the bias."""

from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, QSize, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from linviz.core.snapshot import Array
from linviz.gui.cell_delegate import CellDelegate
from linviz.gui.fields import Field
from linviz.gui.table_model import Index, TableModel
from linviz.gui.theme import Theme

EIGENVECTOR = Field(
    "eigenvector",
    "v",
    "eigenvector",
    "The selected direction, as the weight panel stands: how much of each input's weight, and of the bias, a unit step "
    "along it changes; the same for each output",
)
SHORT = 4
"""Characters of names that there is room for."""
MOST_ROWS = 1000
"""As many are higher than every screen."""


class EigenvectorModel(TableModel):
    """One column: an entry for each input, and one for the bias if there is one.

    Attributes
    ----------
    field
        How it is written.
    values
        What is shown: (parameters, 1); none before it is known.
    scale
        The magnitude of full colour.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.field = EIGENVECTOR
        self.values: Array | None = None
        self.scale = 1.0
        self._inputs = 0
        self._names: tuple[str, ...] = ()

    def show_vector(self, vector: Array, inputs: int, names: tuple[str, ...] = ()) -> None:
        """Show another vector; the inputs may have names."""
        other = (len(vector), inputs, names) != (self.rowCount(), self._inputs, self._names)
        if other:
            self.beginResetModel()
        self.values, self._inputs, self._names = vector.reshape(-1, 1), inputs, names
        self.scale = float(np.abs(vector).max()) or 1.0
        if other:
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0, 0), self.index(len(vector) - 1, 0))

    def number(self, row: int, column: int) -> float:
        """Give a number as it is written."""
        assert self.values is not None  # noqa: S101  # this tells the type checker
        return float(self.values[row, column])

    def is_other(self, row: int, column: int) -> bool:
        """Tell that nothing of it flashes."""
        del row, column
        return False

    def name(self, row: int) -> str:
        """Give what an entry belongs to, as the rows of the weight panel are named: an input, or the bias."""
        if row == self._inputs:
            return "b[k]"
        return f"W[k, {row}] ({self._names[row]})" if self._names else f"W[k, {row}]"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() or self.values is None else len(self.values)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self.values is None:
            return None
        value = self.values[index.row(), 0].item()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{value:.4f}"
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{self.name(index.row())} of each output k: {value:.6g}"
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return EIGENVECTOR.symbol
        if section == self._inputs:
            return "b"
        short = self._names and max(map(len, self._names)) <= SHORT
        return self._names[section] if short else str(section)


class EigenvectorTable(QTableView):
    """As wide as one number, with the inputs' numbers beside it."""

    def __init__(self, model: EigenvectorModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._delegate = CellDelegate(model, self)
        self.setObjectName(EIGENVECTOR.name)
        self.setAccessibleName("eigenvector: a unit step along this direction, for each input and the bias")
        self.setToolTip(EIGENVECTOR.meaning)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        columns.setHighlightSections(False)
        rows.setHighlightSections(False)
        for header in (rows, columns):
            header.setMinimumSectionSize(8)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and measures."""
        self.ensurePolished()  # the style sheet's font, not the one before it
        self._delegate.set_theme(theme, QFontMetricsF(self.font()))
        self.verticalHeader().setDefaultSectionSize(self._delegate.cell.height())
        self.horizontalHeader().setDefaultSectionSize(self._delegate.cell.width())
        self.updateGeometry()
        self.viewport().update()

    def whole_height(self) -> int:
        """Give the height of all entries."""
        entries = min(self.model().rowCount(), MOST_ROWS)
        return self.horizontalHeader().height() + entries * self._delegate.cell.height()

    def sizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width() if self.height() < self.whole_height() else 0
        return QSize(self.verticalHeader().sizeHint().width() + self._delegate.cell.width() + bar, 60)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 2 * self._delegate.cell.height())
