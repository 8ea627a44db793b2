"""The columns of a table that is about to be read, and what each is to be."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from linviz.core.tables.table import Column
from linviz.gui.table_model import Index, TableModel

USES = "x", "y", ""
"""What a column can be: an input, a target, or left out."""
NAME, KIND, MISSING, FIRST_USE = range(4)
HEADERS = "column", "type", "missing", "x", "y", "leave out"
CHOSEN, OPEN = "●", "○"
DISPLAY = Qt.ItemDataRole.DisplayRole
SPOKEN = {"x": "in x", "y": "in y", "": "left out"}
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ColumnsModel(TableModel):
    """A column of the file a row; its use is one of three, at first none is in use."""

    chosen = Signal()
    """The use of a column is another."""

    def __init__(self, columns: tuple[Column, ...], parent: QObject) -> None:
        super().__init__(parent)
        self.columns = columns
        self._uses = [""] * len(columns)

    def use(self, row: int) -> str:
        """Give what a column is to be: one of `USES`."""
        return self._uses[row]

    def used(self, *uses: str) -> tuple[Column, ...]:
        """Give the columns of these uses, in the order of the file."""
        return tuple(column for column, use in zip(self.columns, self._uses, strict=True) if use in uses)

    def put(self, rows: Iterable[int], use: str) -> None:
        """Let columns be this."""
        before = [*self._uses]
        for row in rows:
            self._uses[row] = use
        if before != self._uses:
            self.dataChanged.emit(self.index(0, FIRST_USE), self.index(self.rowCount() - 1, self.columnCount() - 1))
            self.chosen.emit()

    def cycle(self, rows: Iterable[int]) -> None:
        """Let columns be what comes after what the first of them is."""
        found = [*rows]
        if found:
            self.put(found, USES[(USES.index(self._uses[found[0]]) + 1) % len(USES)])

    def put_numbers(self) -> None:
        """Let the last column of numbers be y, the others of numbers x, and leave out those of text."""
        numbers = [row for row, column in enumerate(self.columns) if column.kind == "number"]
        uses = ["x" if row in numbers[:-1] else "y" if row in numbers else "" for row in range(len(self.columns))]
        if uses != self._uses:
            self._uses = uses
            self.dataChanged.emit(self.index(0, FIRST_USE), self.index(self.rowCount() - 1, self.columnCount() - 1))
            self.chosen.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(HEADERS)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid():
            return None
        column, use, at = self.columns[index.row()], self._uses[index.row()], index.column()
        if role == DISPLAY:
            if at < FIRST_USE:
                return (column.name, column.kind, f"{column.missing:,}")[at]
            return CHOSEN if USES[at - FIRST_USE] == use else OPEN
        spoken = f"{column.name}, {column.kind}, {column.missing:,} missing, {SPOKEN[use]}"
        return {
            Qt.ItemDataRole.TextAlignmentRole: _side(at),
            Qt.ItemDataRole.ToolTipRole: spoken if at < FIRST_USE else f"{column.name}: {SPOKEN[USES[at - FIRST_USE]]}",
            Qt.ItemDataRole.AccessibleTextRole: spoken,
        }.get(Qt.ItemDataRole(role))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(HEADERS):
            if role == DISPLAY:
                return HEADERS[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _side(section)
        return None


def _side(column: int) -> Qt.AlignmentFlag:
    return LEFT if column < MISSING else RIGHT if column == MISSING else Qt.AlignmentFlag.AlignCenter
