"""The table of eigen-directions: paints itself in one go, each number on its bar."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from linviz.core.directions import Manner
from linviz.gui.cell_delegate import MARGIN
from linviz.gui.spectrum_model import EIGENVALUE, FACTOR, LEFT, SpectrumModel
from linviz.gui.table_model import Index
from linviz.gui.theme import Theme

CHARACTERS = {EIGENVALUE: 7, FACTOR: 8, LEFT: 6}
"""That a number of four decimals takes; what is left of the width is shared. Where there is less, it has fewer."""
DECIMALS, FEWEST = 4, 2
PADDING, RADIUS, MARK = 3, 3, 7
MOST_ROWS = 1000
"""As many are higher than every screen."""
WORD = 11
"""Characters of a manner's word, which stands before its factor where there is room."""


class SpectrumTable(QTableView):
    """A row is chosen as a whole.

    As `linviz.gui.terms_table.TermsTable`, it has no delegate: that would hold up training for each cell.
    """

    chosen = Signal(int)
    """The row of a direction."""

    def __init__(self, model: SpectrumModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = model
        self._metrics = QFontMetricsF(self.font())
        self._decimals = DECIMALS
        self._theme: Theme | None = None
        self._marks: dict[Manner, QColor] = {}
        self.setObjectName("spectrum")
        self.setAccessibleName("eigen-directions")
        self.setModel(model)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for header in (rows, columns):
            header.setMinimumSectionSize(8)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # as the terms' table

    def set_theme(self, theme: Theme) -> None:
        """Take colours and the font's measures."""
        self.ensurePolished()  # the style sheet's font, not the one before it
        self._theme, self._metrics = theme, QFontMetricsF(self.font())
        oscillating = QColor(theme.oscillating)
        self._marks = {
            Manner.CONVERGES: QColor(theme.converging),
            Manner.OVERSHOOTS: oscillating,
            Manner.SWINGS: oscillating,
            Manner.DIVERGES: QColor(theme.diverging),
            Manner.FLAT: QColor(theme.dim),
            Manner.UNKNOWN: QColor(theme.dim),
        }
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 2 * MARGIN)
        self._share_width()
        self.viewport().update()

    def whole_height(self) -> int:
        """Give the height of all rows."""
        rows = min(self._rows.rowCount(), MOST_ROWS)
        return self.horizontalHeader().height() + rows * self.verticalHeader().defaultSectionSize()

    def row(self) -> int:
        """Give the row that is chosen; the first one if none is."""
        return max(self.currentIndex().row(), 0)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802  # Qt's name
        super().currentChanged(current, previous)
        self.viewport().update()
        if current.isValid():
            self.chosen.emit(current.row())

    def _share_width(self) -> None:
        digit, room = self._metrics.horizontalAdvance("0"), self.viewport().width()
        for fewer in range(DECIMALS - FEWEST + 1):
            self._decimals = DECIMALS - fewer
            least = {column: round((count - fewer) * digit) + 2 * PADDING for column, count in CHARACTERS.items()}
            least[LEFT] += round(fewer * digit)  # which has no such decimals
            least[FACTOR] += MARK
            if sum(least.values()) <= room:
                break
        spare = max(room - sum(least.values()), 0)
        word = round(WORD * digit) * (spare >= WORD * digit)
        share = (spare - word) // len(least)
        for column, width in least.items():
            self.setColumnWidth(column, width + share + (word if column == FACTOR else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.horizontalHeader().sizeHint().height() + 2 * self.verticalHeader().defaultSectionSize())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        area = event.rect()
        painter = QPainter(self.viewport())
        painter.fillRect(area, QColor(self._theme.card))
        first = self.rowAt(area.top())
        if first >= 0:
            height = self.verticalHeader().defaultSectionSize()
            top = self.rowViewportPosition(first)
            last = min(first + (area.bottom() - top) // height, self._rows.rowCount() - 1)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for row in range(first, last + 1):
                self._paint_row(painter, row, top + (row - first) * height, height, self._theme)
        painter.end()

    def _paint_row(self, painter: QPainter, row: int, top: int, height: int, theme: Theme) -> None:
        baseline = top + (height - self._metrics.height()) / 2 + self._metrics.ascent()
        digit = self._metrics.horizontalAdvance("0")
        for column, colour in ((EIGENVALUE, theme.negative), (LEFT, theme.positive)):
            left, width = self.columnViewportPosition(column) + PADDING, self.columnWidth(column) - PADDING
            length = width * self._rows.bar(row, column)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            # From the right, where the numbers stand.
            painter.drawRoundedRect(QRectF(left + width - length, top + 2, length, height - 4), RADIUS, RADIUS)
        painter.setPen(QColor(theme.text))
        for column in (EIGENVALUE, FACTOR, LEFT):
            right = self.columnViewportPosition(column) + self.columnWidth(column) - PADDING
            text = self._rows.text(row, column, self._decimals)
            painter.drawText(QPointF(right - len(text) * digit, baseline), text)
        self._paint_manner(painter, row, top, height, baseline)
        if row == self.row():
            painter.setPen(QPen(QColor(theme.next), 2 if self.hasFocus() else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            width = self.columnViewportPosition(LEFT) + self.columnWidth(LEFT)
            painter.drawRoundedRect(QRectF(1, top + 1, width - 2, height - 2), RADIUS, RADIUS)

    def _paint_manner(self, painter: QPainter, row: int, top: int, height: int, baseline: float) -> None:
        """Mark how a direction goes by colour, and by word where there is room."""
        manner, left = self._rows.manner(row), self.columnViewportPosition(FACTOR) + 2 * PADDING
        digit = self._metrics.horizontalAdvance("0")
        if (CHARACTERS[FACTOR] + WORD) * digit <= self.columnWidth(FACTOR):
            painter.drawText(QPointF(left + MARK + PADDING, baseline), manner)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._marks[manner])
        square = QRectF(left, top + (height - MARK) / 2, MARK, MARK)
        if manner is Manner.CONVERGES:
            painter.drawEllipse(square)
        else:
            painter.drawRect(square)
