"""A table of numbers to read, not to edit."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from linviz.gui.table_model import TableModel


class PlainTable(QTableView):
    """Columns as wide as their numbers, and what is left over shared; where there is less room it scrolls.

    A row is chosen as a whole.

    Parameters
    ----------
    model
        What it shows.
    name
        Its objectName.
    spoken
        Its accessible name.
    parent
        The part it stands in.
    """

    def __init__(self, model: TableModel, name: str, spoken: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._least: list[int] = []
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setModel(model)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("rows", "true")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setMinimumSectionSize(8)
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for header in (rows, columns):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def fit(self) -> None:
        """Measure the numbers anew: they are others, or the text has another size."""
        self.ensurePolished()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 4)
        columns = range(self.model().columnCount())
        header = self.horizontalHeader()
        self._least = [max(self.sizeHintForColumn(each), header.sectionSizeHint(each)) for each in columns]
        self._share_width()

    def _share_width(self) -> None:
        spare = max(self.viewport().width() - sum(self._least), 0)
        for column, least in enumerate(self._least):
            self.setColumnWidth(column, least + spare // len(self._least))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()
