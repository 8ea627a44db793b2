"""The first rows of a table, as the file has them."""

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from linviz.core.tables.table import Preview
from linviz.gui.table_model import Index, TableModel

DISPLAY = Qt.ItemDataRole.DisplayRole
LONGEST = 24
"""Characters of a cell or a name; the rest is in its tool tip."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
NOTHING = "–"
"""Stands where a value is missing."""


class RowsModel(TableModel):
    """Text, cell by cell; numbers stand at the right."""

    def __init__(self, preview: Preview, parent: QObject) -> None:
        super().__init__(parent)
        self._preview = preview

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._preview.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._preview.columns)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid():
            return None
        text = self._preview.rows[index.row()][index.column()].strip()
        if role == DISPLAY:
            return shortened(text) or NOTHING
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{self._preview.columns[index.column()].name}: {text or 'missing'}"
        return self._side(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self._preview.columns):
            name = self._preview.columns[section].name
            if role in (DISPLAY, Qt.ItemDataRole.ToolTipRole):
                return shortened(name) if role == DISPLAY else name
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return self._side(section)
        return None

    def _side(self, column: int) -> Qt.AlignmentFlag:
        return RIGHT if self._preview.columns[column].kind == "number" else LEFT


def shortened(text: str) -> str:
    """Write at most `LONGEST` characters."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
