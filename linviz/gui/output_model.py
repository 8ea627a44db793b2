"""What a cell of the notebook gave here beside what it printed, as a Qt table: a number a row."""

from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QFont

from linviz.core.notebook import Cell
from linviz.core.snapshot import Snapshot
from linviz.core.terms import Index as Stored
from linviz.gui.fields import cell_name
from linviz.gui.numbers import short_exponent
from linviz.gui.table_model import Index, TableModel

HEADERS = ("", "here", "printed", "difference")
NAME, HERE, PRINTED, DIFFERENCE = range(4)
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class OutputModel(TableModel):
    """Empty until the cell has run, but for what was printed.

    Attributes
    ----------
    largest
        The row of the largest difference, or −1.
    as_printed
        Whether all numbers are the printed ones, as near as the run's dtype comes to them.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cells: list[tuple[str, Stored]] = []
        self._printed: list[float] = []
        self._here: list[float] = []
        self.largest = -1
        self.as_printed = False

    def show_cell(self, cell: Cell, moment: Snapshot | None) -> None:
        """Show a cell's numbers, those of here from the moment after it."""
        self.beginResetModel()
        self._cells = [(name, index) for name, values in cell.printed.items() for index in np.ndindex(np.shape(values))]
        self._printed = [float(np.asarray(cell.printed[name])[index]) for name, index in self._cells]
        out = cell.out(moment) if moment else {}
        self._here = [float(np.asarray(out[name])[index]) for name, index in self._cells] if moment else []
        self.largest = max(range(len(self._here)), key=self.difference, default=-1)
        nearest = np.asarray(self._printed, moment.x.dtype if moment else None)
        self.as_printed = bool(self._here) and np.array_equal(nearest, self._here)
        self.endResetModel()

    def difference(self, row: int) -> float:
        """Give how far a number here is from the printed one."""
        return abs(self._here[row] - self._printed[row])

    def cell(self, row: int) -> tuple[str, Stored]:
        """Give field and stored index of a row."""
        return self._cells[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(HEADERS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT
            case Qt.ItemDataRole.FontRole if row == self.largest:
                font = QFont()
                font.setBold(True)
                return font
            case Qt.ItemDataRole.ToolTipRole:
                here = f"{self._here[row]!r} here, " if self._here else ""
                return f"{cell_name(*self._cells[row])}: {here}{self._printed[row]!r} printed"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(HEADERS):
            if role == Qt.ItemDataRole.DisplayRole:
                return HEADERS[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT
        return None

    def _text(self, row: int, column: int) -> str:
        if column == NAME:
            return cell_name(*self._cells[row])
        if column == PRINTED:
            return self._number(row, self._printed)
        if not self._here:
            return ""
        return self._number(row, self._here) if column == HERE else short_exponent(f"{self.difference(row):.1e}")

    def _number(self, row: int, numbers: list[float]) -> str:
        decimals = 7 if self._cells[row][0] == "loss" else 4  # of the loss the notebook printed more
        return f"{numbers[row]:.{decimals}f}"
