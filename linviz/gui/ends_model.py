"""The parameters where two branches end, side by side, as a Qt table: a parameter a row."""

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QFont

from linviz.core.snapshot import Snapshot
from linviz.core.terms import Index as Stored
from linviz.gui.comparison_model import DIGITS
from linviz.gui.fields import cell_name
from linviz.gui.measured_table import MeasuredModel
from linviz.gui.numbers import change_text, fitted
from linviz.gui.table_model import Index
from linviz.gui.theme import HEAT_STEPS, Theme

if TYPE_CHECKING:
    from numpy.typing import NDArray

CELL, FIRST, SECOND, DIFFERENCE = range(4)
PARAMETERS = ("weight", "bias")
ROOM = 12
"""Characters for a number."""
LONGEST_HEADER = 20
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class EndsModel(MeasuredModel):
    """Each difference has its heat colour; the row of the largest is bold.

    Attributes
    ----------
    largest
        The row of the largest difference, or −1 if there is none.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.largest = -1
        self._values: tuple[NDArray[np.float64], ...] = ()
        self._difference = np.array([])
        self._outputs = self._inputs = 0
        self._digits = 0
        self._names = ("", "")
        self._theme: Theme | None = None
        self._bold = QFont()
        self._bold.setBold(True)

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._theme = theme
        if len(self._difference):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._difference) - 1, DIFFERENCE))

    def show_ends(self, first: Snapshot, second: Snapshot) -> None:
        """Show the parameters of two moments of the same problem."""
        self.beginResetModel()
        self._values = tuple(
            np.concatenate([np.asarray(getattr(end, name), np.float64).ravel() for name in PARAMETERS])
            for end in (first, second)
        )
        self._outputs, self._inputs = first.weight.shape
        self._digits = DIGITS[first.settings.dtype]
        with np.errstate(over="ignore", invalid="ignore"):  # what diverged has no difference
            self._difference = self._values[1] - self._values[0]
        sizes = np.where(np.isnan(self._difference), np.inf, np.abs(self._difference))
        self.largest = int(sizes.argmax()) if sizes.any() else -1
        self.endResetModel()

    def show_names(self, first: str, second: str) -> None:
        """Call the two otherwise."""
        self._names = first, second
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, FIRST, SECOND)

    def cell(self, row: int) -> tuple[str, Stored]:
        """Give field and stored index of a row."""
        if row < self._outputs * self._inputs:
            return "weight", divmod(row, self._inputs)
        return "bias", (row - self._outputs * self._inputs,)

    def difference(self, row: int) -> float:
        """Give the second number of a row minus the first."""
        return float(self._difference[row])

    def longest(self, column: int) -> str:
        last = self._outputs * self._inputs - 1  # of the weight, whose names are the longer ones
        return "0" * ROOM if column != CELL else cell_name(*self.cell(max(last, 0)))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._difference)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else DIFFERENCE + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: PLR0911  # a role a line
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT
            case Qt.ItemDataRole.FontRole if row == self.largest:
                return self._bold
            case Qt.ItemDataRole.BackgroundRole if column == DIFFERENCE and self._theme is not None:
                return self._theme.heat()[HEAT_STEPS + self._share(row)]
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row, column)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section <= DIFFERENCE:
            match role:
                case Qt.ItemDataRole.DisplayRole:
                    name = ("", *self._names, "difference")[section]
                    return name if len(name) <= LONGEST_HEADER else name[: LONGEST_HEADER - 1] + "…"
                case Qt.ItemDataRole.TextAlignmentRole:
                    return RIGHT
                case Qt.ItemDataRole.ToolTipRole if any(self._names):
                    first, second = self._names
                    return ("The parameter", first, second, f"{second} minus {first}")[section]
        return None

    def _text(self, row: int, column: int) -> str:
        if column == CELL:
            return cell_name(*self.cell(row))
        if column == DIFFERENCE:
            return change_text(self.difference(row), ROOM)
        return fitted(float(self._values[column - FIRST][row]), ROOM)

    def _spoken(self, row: int, column: int) -> str:
        """Say a number with all its digits."""
        name = cell_name(*self.cell(row))
        if column == CELL:
            return name
        if column == DIFFERENCE:
            return f"{name}: {self.difference(row):+.3g}{', the largest' if row == self.largest else ''}"
        return f"{name} = {self._values[column - FIRST][row]:.{self._digits}g}"

    def _share(self, row: int) -> int:
        """Give how far from 0 a difference is in the heat colours, the largest furthest."""
        change, most = self.difference(row), self.difference(self.largest) if self.largest >= 0 else 0.0
        if not (np.isfinite(change) and np.isfinite(most) and most):
            return 0
        return round(change / abs(most) * HEAT_STEPS)
