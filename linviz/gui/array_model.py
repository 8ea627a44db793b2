"""A Qt table model over an array of a snapshot."""

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt

from linviz.core.snapshot import Array
from linviz.gui.fields import FRESHNESS, Field
from linviz.gui.table_model import Index, TableModel

if TYPE_CHECKING:
    from collections.abc import Callable


DISPLAY = Qt.ItemDataRole.DisplayRole
ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
VERTICAL = Qt.Orientation.Vertical

MAX_ROWS = 10_000_000
"""A table hangs beyond 2³¹ pixels of height; the panel says how many rows there are."""


LEAST_SCALE = 1e-3
"""So that numbers which four decimals show as 0 look like 0: a gradient fades as it vanishes."""


class ArrayModel(TableModel):
    """Shows a 1-D array as one row, a 2-D array as it is or transposed.

    Before there are values it has their shape and empty cells, so that nothing jumps when they come.

    Attributes
    ----------
    values
        What is shown, as it stands on the screen: (rows, columns), or none.
    scale
        The magnitude of full colour: the largest finite one there is, but not less than `LEAST_SCALE`.
    """

    def __init__(self, field: Field, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._given = field.name in ("x", "y")
        self.values: Array | None = None
        self.scale = LEAST_SCALE
        self.transposed = False
        self._array: Array | None = None
        self._rows = self._columns = 0
        self._freshness = "none"
        self._answers: dict[int, Callable[[np.floating[Any], int, int], object]] = {
            Qt.ItemDataRole.DisplayRole: lambda value, _row, _column: f"{value:.4f}",
            Qt.ItemDataRole.UserRole: lambda value, _row, _column: value.item(),
            Qt.ItemDataRole.ToolTipRole: self._tip,
            Qt.ItemDataRole.AccessibleTextRole: self._spoken,
        }

    def start(self, shape: tuple[int, ...], transposed: bool) -> None:
        """Take a new stored shape or orientation; values come with the next `show_array`."""
        self.beginResetModel()
        rows, columns = shape if len(shape) > 1 else (1, *shape)
        self.transposed = transposed
        self._rows, self._columns = (columns, rows) if transposed else (rows, columns)
        self._array = self.values = None
        self.scale = LEAST_SCALE
        self.endResetModel()

    def show_array(self, array: Array | None, freshness: str) -> bool:
        """Show an array of the shape that was given to `start`; tell whether its values are other than before.

        Parameters
        ----------
        array
            The stored array, read-only, or none.
        freshness
            One of the words of `Freshness`.
        """
        self._freshness = freshness
        if array is self._array:
            return False
        self._array = array
        if array is None:
            self.values = None
        else:
            shown = array.reshape(1, -1) if array.ndim == 1 else array
            self.values = shown.T if self.transposed else shown
            self.scale = max(_largest(array), LEAST_SCALE)
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self._columns - 1))
        return True

    def cell_name(self, row: int, column: int) -> str:
        """Give a cell's name by its stored index, whatever the orientation: ``W[k, j]``."""
        symbol = f"({self.field.symbol})" if "−" in self.field.symbol else self.field.symbol
        return f"{symbol}[{', '.join(map(str, self.stored_index(row, column)))}]"

    def stored_index(self, row: int, column: int) -> tuple[int, ...]:
        """Give the index in the stored array of a cell on the screen."""
        if self.field.name in ("bias", "bias_grad"):
            return (column,)
        return (column, row) if self.transposed else (row, column)

    def _tip(self, value: np.floating[Any], row: int, column: int) -> str:
        if self._given:
            return f"<b>{self.cell_name(row, column)} = {value.item()!r}</b> ({value.dtype})<br>{self.field.meaning}"
        return (
            f"<b>{self.cell_name(row, column)} = {value.item()!r}</b> ({value.dtype})<br>{self.field.meaning}"
            f"<br>{self._freshness.capitalize()}: {FRESHNESS[self._freshness].lower()}"
        )

    def _spoken(self, value: np.floating[Any], row: int, column: int) -> str:
        return f"{self.cell_name(row, column)} = {value:.4f}, {self._freshness}"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else min(self._rows, MAX_ROWS)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else self._columns

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        if self.values is None:
            return "" if role == DISPLAY else None
        row, column = index.row(), index.column()
        answer = self._answers.get(role)
        return answer(self.values[row, column], row, column) if answer else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        count = self.rowCount() if orientation == VERTICAL else self._columns
        if role == DISPLAY and 0 <= section < count:
            return str(section)
        return RIGHT if role == ALIGNMENT and orientation == VERTICAL else None


def _largest(array: Array) -> float:
    """Give the largest finite magnitude, 0 if there is none."""
    largest = float(np.max(np.abs(array)))
    if not np.isfinite(largest):
        largest = float(np.max(np.abs(array), initial=0.0, where=np.isfinite(array)))
    return largest
