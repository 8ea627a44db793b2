"""The table of terms: paints itself in one go."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QSizePolicy, QTableView, QWidget

from linviz.gui.terms_model import BAR, TermsModel
from linviz.gui.theme import Theme

RADIUS = 3
LEAST_BAR = 20
"""Width that the bars need; where there is less, the numbers have it."""
FEWEST_ROWS = 3
"""That stay visible, and scroll, where there is little height."""


class TermsTable(QTableView):
    """Terms, a row each, and a bar for each from the middle: to the left below 0, to the right above.

    It is as high as its rows, lower if it must: then it scrolls.

    A delegate is called for each cell and asks for seven roles of it. During a run each of these calls waits for the
    worker to give up the interpreter, and the worker then for the call; here there is one call for all cells.
    """

    def __init__(self, model: TermsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._terms = model
        self._metrics = QFontMetricsF(self.font())
        self._characters: list[int] = []  # of the longest text of each column
        self._card, self._text, self._colours = QColor(), QColor(), (QColor(), QColor())
        self._focus = QPen()
        self.setObjectName("why_terms")
        self.setAccessibleName("terms of the sum")
        self.setToolTip("The terms; click an operand, or press Enter on it, to go to it")
        self.setModel(model)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setMinimumSectionSize(8)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns.hide()
        columns.setSectionResizeMode(BAR, QHeaderView.ResizeMode.Stretch)
        columns.setMinimumSectionSize(LEAST_BAR)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        # Or everything behind it would be painted too.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and the font's measures."""
        self.ensurePolished()  # the style sheet's font, not the one before it
        self._metrics = QFontMetricsF(self.font())
        self._card, self._text = QColor(theme.card), QColor(theme.text)
        self._colours = QColor(theme.negative), QColor(theme.positive)
        self._focus = QPen(QColor(theme.next), 1)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 4)
        self._characters = []
        self.fit()
        self.viewport().update()

    def fit(self) -> None:
        """Make the columns as wide as their texts; the bars take the rest."""
        characters = [max(map(len, self._terms.texts(column)), default=0) for column in range(BAR)]
        if characters != self._characters:
            self._characters = characters
            edge, left = 0.0, 0
            for column, count in enumerate(characters):
                edge += (count + 1) * self._metrics.horizontalAdvance("0")  # all letters are equally wide
                self.setColumnWidth(column, round(edge) - left)
                left = round(edge)
        self._fit_height()

    def _texts_width(self) -> int:
        return sum(map(self.columnWidth, range(BAR)))

    def _fit_height(self) -> None:
        """Get no higher than the rows, so that what follows them stands right below."""
        if not self._terms.rowCount():
            return
        self.setColumnHidden(BAR, self.width() - self._texts_width() < LEAST_BAR)
        whole = self._height(self._terms.rowCount())
        if whole != self.maximumHeight():
            self.setMaximumHeight(whole)
            self.updateGeometry()

    def _height(self, rows: int) -> int:
        sideways = self._texts_width() > self.width()
        bar = self.horizontalScrollBar().sizeHint().height() if sideways else 0
        return rows * self.verticalHeader().defaultSectionSize() + bar

    def sizeHint(self) -> QSize:
        return QSize(0, self._height(min(self._terms.rowCount(), FEWEST_ROWS)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        area = event.rect()
        painter = QPainter(self.viewport())
        painter.fillRect(area, self._card)
        first = self.rowAt(area.top())
        if first >= 0:
            height = self.verticalHeader().defaultSectionSize()
            top = self.rowViewportPosition(first)
            last = min(first + (area.bottom() - top) // height, self._terms.rowCount() - 1)
            self._paint_texts(painter, range(first, last + 1), top, height)
            if not self.isColumnHidden(BAR):
                self._paint_bars(painter, range(first, last + 1), top, height)
            if self.hasFocus() and self.currentIndex().isValid():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(self._focus)
                cell = QRectF(self.visualRect(self.currentIndex())).adjusted(0.5, 0.5, -0.5, -0.5)
                painter.drawRoundedRect(cell, RADIUS, RADIUS)
        painter.end()

    def _paint_texts(self, painter: QPainter, rows: range, top: int, height: int) -> None:
        painter.setPen(self._text)
        left = self.columnViewportPosition(0) + self._metrics.horizontalAdvance("0") / 2
        baseline = top + (height - self._metrics.height()) / 2 + self._metrics.ascent()
        columns = [self._terms.texts(column) for column in range(BAR)]
        plain = painter.font()
        bold = QFont(plain)
        bold.setBold(True)  # of the same width: all of the type's letters are
        for n, row in enumerate(rows):
            painter.setFont(bold if self._terms.leads(row) else plain)
            # The columns are as many characters wide: one text for a row takes a quarter of the time of four.
            texts = (texts[row].rjust(count) for texts, count in zip(columns, self._characters, strict=True))
            painter.drawText(QPointF(left, baseline + n * height), " ".join(texts))

    def _paint_bars(self, painter: QPainter, rows: range, top: int, height: int) -> None:
        left, half = self.columnViewportPosition(BAR) + 2, self.columnWidth(BAR) / 2 - 2
        for n, row in enumerate(rows):
            share = self._terms.share(row)
            bar = QRectF(left + half * min(1 + share, 1), top + n * height + 4, half * abs(share), height - 8)
            painter.fillRect(bar, self._colours[share > 0])
