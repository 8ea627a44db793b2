"""What every table model of the window has in common: nothing can be dropped on it."""

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex


class TableModel(QAbstractTableModel):
    """A table model that takes no drops: PySide6's own ``dropMimeData`` unpickles what is dropped."""

    def mimeTypes(self) -> list[str]:
        return []

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        del data, action, row, column, parent
        return False

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        del data, action, row, column, parent
        return False
