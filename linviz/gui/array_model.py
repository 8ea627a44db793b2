"""A Qt table model over an array of a snapshot."""

import html
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from linviz.core.movement import Move
from linviz.core.peaks import peak
from linviz.core.snapshot import Array
from linviz.gui.fields import FRESHNESS, Field, cell_name
from linviz.gui.numbers import change_text, telling
from linviz.gui.panel_words import PanelWords
from linviz.gui.table_model import Index, TableModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from linviz.gui.own_units import Rescaled


DISPLAY = Qt.ItemDataRole.DisplayRole
ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
VERTICAL = Qt.Orientation.Vertical

MAX_ROWS = 10_000_000
"""A table hangs beyond 2³¹ pixels of height; the panel says how many rows there are."""


NOTHING_SHOWN: Array = np.empty(0)
"""No array that is ever given, and not none either, which may come next and is then to be shown."""


class ArrayModel(TableModel):
    """Shows a 1-D array as one row, a 2-D array as it is or transposed.

    Before there are values it has their shape and empty cells, so that nothing jumps when they come.

    Attributes
    ----------
    values
        What is shown, as it stands on the screen: (rows, columns), or none.
    is_given
        Whether it is of the data: training doesn't change it.
    scale
        The magnitude of full colour: the largest finite one there is, but not less than the field's least.
    is_line
        Whether the array has one dimension.
    old
        Of a parameter: what it was before the last update, as it stands on the screen, or none.
    most_moved
        Row and column of the parameter that the last update moved most, if it is here, or none.
    words
        What the problem says of it.
    rescaled
        The same numbers in other units, if they are shown in those; colours stay those of `values`.
    true
        Of a parameter: what the data were made with, as it stands on the screen, or none.
    """

    rows_marked = Signal()
    """Other words of the same width stand before rows; of ten million Qt's own signal would go through each."""

    def __init__(self, field: Field, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.is_given = field.name in ("x", "y")
        self.values: Array | None = None
        self.scale = self.field.least_scale
        self.transposed = False
        self.old: Array | None = None
        self.most_moved: tuple[int, int] | None = None
        self.words = PanelWords(field)
        self.rescaled: Rescaled | None = None
        self.true: Array | None = None
        self._largest_change = 0.0
        self._before: Array | None = None
        self._array: Array | None = None
        self._rows = self._columns = 0
        self.is_line = False
        self._freshness = "none"
        self._answers: dict[int, Callable[[np.floating[Any], int, int], object]] = {
            Qt.ItemDataRole.DisplayRole: lambda value, _row, _column: self._written(value),
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
        self.is_line = len(shape) == 1
        self._array = self.values = self._before = self.old = self.most_moved = None
        self.scale = self.field.least_scale
        self.words, self.rescaled, self.true = PanelWords(self.field), None, None
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
        self._array, self._before = array, self.values
        self.values = self._turned(array)
        if array is not None:
            self.scale = max(peak(array), self.field.least_scale)
        self.tell_all()
        return True

    def show_anew(self, words: PanelWords, true: Array | None) -> None:
        """Take other words and true numbers, stored; what is shown next is drawn again, the same or not."""
        self.words, self.true, self._array = words, self._turned(true), NOTHING_SHOWN
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self._columns - 1)

    def tell_all(self) -> None:
        """Tell the views that all cells may be other than before."""
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self._columns - 1))

    def show_move(self, old: Array | None, move: Move | None) -> None:
        """Take what the parameters were before the last update, stored, and which of all it moved most.

        Comes before `show_array`, which says that there is something new to be seen.
        """
        self.old = self._turned(old)
        self._largest_change = abs(move.change) if move else 0.0
        self.most_moved = self.shown_at(move.index) if move and move.field == self.field.name else None

    def change(self, row: int, column: int) -> float:
        """Give by how much the last update moved a parameter; 0 if there was none."""
        if self.values is None or self.old is None:
            return 0.0
        return float(self.values[row, column]) - float(self.old[row, column])

    def share(self, row: int, column: int) -> float:
        """Give a parameter's change by the largest of all parameters' changes: −1 to 1; 0 for what is no number."""
        change = self.change(row, column)
        return change / self._largest_change if self._largest_change and abs(change) <= self._largest_change else 0.0

    def is_other(self, row: int, column: int) -> bool:
        """Tell whether a number is other than the one that was shown before it."""
        if self.values is None:
            return False
        if self._before is None:
            return True
        now, then = self.values[row, column].item(), self._before[row, column].item()
        return now != then and not (math.isnan(now) and math.isnan(then))

    def shown_at(self, index: tuple[int, ...]) -> tuple[int, int]:
        """Give row and column on the screen of a stored index."""
        if len(index) == 1:
            return 0, index[0]
        return (index[1], index[0]) if self.transposed else (index[0], index[1])

    def cell_name(self, row: int, column: int) -> str:
        """Give a cell's name by its stored index, whatever the orientation: ``W[k, j]``."""
        return cell_name(self.field.name, self.stored_index(row, column))

    def number(self, row: int, column: int) -> float:
        """Give a number in the units in which it is shown; there must be values."""
        return float(self._exact(row, column))

    def numbers(self, rows: slice, columns: slice) -> Array:
        """Give a block in the units in which it is shown, NaN for what isn't there: (rows, columns)."""
        assert self.values is not None  # noqa: S101  # this tells the type checker
        return self.values[rows, columns]

    def _exact(self, row: int, column: int) -> "np.floating[Any]":
        assert self.values is not None  # noqa: S101  # as above
        source = self.values if self.rescaled is None else self.rescaled
        shown: np.floating[Any] = source[self._at(row), column]
        return shown

    def _at(self, row: int) -> int:
        """Give the row of `values` that stands in a row of the screen."""
        return row

    def _spoken_name(self, row: int, column: int) -> str:
        names, index = self.words.names, self.stored_index(row, column)
        return names.behind(self.cell_name(row, column), self.field.name, index)

    def stored_index(self, row: int, column: int) -> tuple[int, ...]:
        """Give the index in the stored array of a cell on the screen."""
        if self.is_line:
            return (column,)
        return (column, row) if self.transposed else (row, column)

    def _tip(self, value: np.floating[Any], row: int, column: int) -> str:
        name = html.escape(self._spoken_name(row, column))
        said = f"<b>{name} = {value.item()!r}</b> ({value.dtype})<br>{self.field.meaning}"
        if self.rescaled is not None and self.values is not None:
            said += f"<br>In the data's own units; trained on as {self.values[self._at(row), column].item()!r}."
        if self.is_given:
            return said
        return (
            f"{said}<br>{self._freshness.capitalize()}: {FRESHNESS[self._freshness].lower()}"
            f"{self._moved(row, column, '<br>')}{self._missed(value, row, column)}"
        )

    def _missed(self, value: np.floating[Any], row: int, column: int) -> str:
        """Say how far a parameter is from the true one, if that is known."""
        if self.true is None or self.words.own_units:
            return ""
        true = self.true[row, column].item()
        return f"<br>True value {true:.6g}; it is off by {change_text(value.item() - true)}."

    def _moved(self, row: int, column: int, separator: str) -> str:
        """Say what the last update did to a parameter."""
        if self.old is None:
            return ""
        most = ", the most of all parameters" if self.most_moved == (row, column) else ""
        change = change_text(self.change(row, column))
        return f"{separator}The last update moved it by {change}, from {self.old[row, column]:.4f}{most}."

    def _turned(self, array: Array | None) -> Array | None:
        if array is None or array.ndim == 1:
            return array if array is None else array.reshape(1, -1)
        return array.T if self.transposed else array

    def _written(self, value: np.floating[Any]) -> str:
        return telling(value.item()) if self.field.by_exponent else f"{value:.4f}"

    def _spoken(self, value: np.floating[Any], row: int, column: int) -> str:
        moved = self._moved(row, column, ". ")
        return f"{self._spoken_name(row, column)} = {self._written(value)}, {self._freshness}{moved}"

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
        return answer(self._exact(row, column), row, column) if answer else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        count = self.rowCount() if orientation == VERTICAL else self._columns
        if role == DISPLAY and 0 <= section < count:
            names = () if orientation == VERTICAL else self.words.names.of_columns(self.field.name)
            return names[section] if names else str(section)
        if role == Qt.ItemDataRole.ToolTipRole and orientation != VERTICAL and 0 <= section < count:
            return self.words.column_tip(section) or None
        return RIGHT if role == ALIGNMENT and orientation == VERTICAL else None
