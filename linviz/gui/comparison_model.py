"""Step against Manual Step as a Qt table: a parameter a row."""

import math
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QColor

from linviz.core.comparison import ALPHA, MANUAL_STEP, STEP, ComparedCell, Comparison
from linviz.gui.fields import cell_name
from linviz.gui.table_model import Index, TableModel
from linviz.gui.theme import Theme

HEADERS = ("", "before", "gradient", "optimizer.step()", "sub_(lr * grad)", "ulp", "sub_(grad, alpha=lr)", "ulp")
NAME, BEFORE, GRADIENT, BY_STEP, BY_HAND, ULP, BY_ALPHA, ALPHA_ULP = range(8)
DIGITS = {"float32": 9, "float64": 17}
"""Significant digits that tell any two numbers of a dtype apart."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ComparisonModel(TableModel):
    """Rows in which the bits differ have another colour."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.comparison: Comparison | None = None
        self._differing = QColor(), QColor()
        self._last: tuple[int, ComparedCell] | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._differing = QColor(theme.stale), QColor(theme.on_stale)
        self._tell_changed()

    def show_comparison(self, comparison: Comparison) -> None:
        """Show another one."""
        before = self.comparison
        same = before is not None and (len(before), before.spellings) == (len(comparison), comparison.spellings)
        if not same:
            self.beginResetModel()
        self.comparison, self._last = comparison, None
        if not same:
            self.endResetModel()
        else:
            self._tell_changed()

    def cell(self, row: int) -> ComparedCell:
        """Give the parameter in a row."""
        assert self.comparison is not None  # noqa: S101  # there are no rows without one
        if self._last is None or self._last[0] != row:
            self._last = row, self.comparison.cell(row)  # a view asks for a row's columns in turn
        return self._last[1]

    def number(self, value: float) -> str:
        """Write a number so that its last bit can be told."""
        assert self.comparison is not None  # noqa: S101  # as above
        return f"{value:.{DIGITS[self.comparison.moment.settings.dtype]}g}"

    def differs(self, row: int, spelling: str) -> bool:
        """Tell whether a spelling comes to other bits than ``optimizer.step()``."""
        step, other = (self.cell(row).new[each] for each in (STEP, spelling))
        same = step == other and math.copysign(1, step) == math.copysign(1, other)
        return not same and not (math.isnan(step) and math.isnan(other))

    def _tell_changed(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() or self.comparison is None else len(self.comparison)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._headers())

    def _headers(self) -> tuple[str, ...]:
        if self.comparison is None or ALPHA in self.comparison.spellings:
            return HEADERS
        return *HEADERS[:BY_HAND], "by hand", HEADERS[ULP]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cell, column = self.cell(index.row()), index.column()
        spelling = ALPHA if column in (BY_ALPHA, ALPHA_ULP) else MANUAL_STEP
        marked = column > BY_STEP and self.differs(index.row(), spelling)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(cell, column, spelling)
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT
            case Qt.ItemDataRole.BackgroundRole if marked:
                return self._differing[0]
            case Qt.ItemDataRole.ForegroundRole if marked:
                return self._differing[1]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < self.columnCount():
            if role == Qt.ItemDataRole.DisplayRole:
                return self._headers()[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT
        return None

    def _text(self, cell: ComparedCell, column: int, spelling: str) -> str:
        match column:
            case 0:
                return cell_name(cell.field, cell.index)
            case 1:
                return self.number(cell.old)
            case 2:
                return self.number(cell.gradient)
            case 3:
                return self.number(cell.new[STEP])
            case 4 | 6:
                return self.number(cell.new[spelling])
            case _:
                ulp = cell.ulp[spelling]
                return "–" if math.isnan(ulp) else f"{ulp:+.2g}" if ulp else "0"
