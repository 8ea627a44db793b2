"""Gauges beside each other: a word and a number each."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from linviz.core.gauges import Gauge
from linviz.gui.numbers import brief
from linviz.gui.theme import Theme

WIDTH, COMPACT_WIDTH = 84, 108
"""Of a gauge of two lines and of one, at least."""
VERTICAL = 3
"""Pixels between rows."""


class GaugeView(QWidget):
    """Paints one gauge: what it is, and below it or, where it is compact, beside it the number.

    It never asks for another layout by what it shows.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ("",)
        self._number = ""
        self._small, self._large = QFont("Inter"), QFont("JetBrains Mono")
        self._text, self._dim = QColor(), QColor()
        self.compact = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours and the size of text."""
        self._text, self._dim = QColor(theme.text), QColor(theme.dim)
        self._small.setPixelSize(round(11 * text_scale))
        self._large.setPixelSize(round(13 * text_scale))
        self._large.setBold(True)
        self.updateGeometry()

    def show_gauge(self, gauge: Gauge) -> None:
        """Show a reading."""
        number = _number(gauge)
        if gauge.past:
            whose = f"{gauge.name}, last step"
            words: tuple[str, ...] = f"{whose}: {gauge.word}", whose, f"last {gauge.name}"
        else:
            whose = gauge.name
            words = f"{whose} · {gauge.word}", gauge.word if gauge.name == "α" else whose
        if (number, words) != (self._number, self._words):
            self._number, self._words = number, words
            self.update()
        spoken = f"{whose}: {number}, {gauge.word}"
        if spoken != self.accessibleName():
            self.setAccessibleName(spoken)
            self.setToolTip(f"<b>{whose} = {gauge.value:.9g}</b> · {gauge.word}<br>{gauge.meaning}")
            self.setAccessibleDescription(gauge.meaning)

    def sizeHint(self) -> QSize:
        small, large = (QFontMetricsF(font).height() for font in (self._small, self._large))
        return QSize(WIDTH, math.ceil(max(small, large) if self.compact else small + large + 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setFont(self._small)
        painter.setPen(self._dim)
        small, large = QFontMetricsF(self._small), QFontMetricsF(self._large)
        if self.compact:
            painter.drawText(QPointF(0, large.ascent()), self._words[-1])
            painter.setFont(self._large)
            painter.setPen(self._text)
            left = min(
                small.horizontalAdvance(f"{self._words[-1]} "), self.width() - large.horizontalAdvance(self._number)
            )
            painter.drawText(QPointF(left, large.ascent()), self._number)
            painter.end()
            return
        fitting = (text for text in self._words if small.horizontalAdvance(text) <= self.width())
        last = small.elidedText(self._words[-1], Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, 0, self.width(), small.height()), next(fitting, last))
        painter.setFont(self._large)
        painter.setPen(self._text)
        painter.drawText(QPointF(0, small.height() + large.ascent()), self._number)
        painter.end()


class GaugeRow(QWidget):
    """As many gauges beside each other as there is room for, the others below."""

    def __init__(self, count: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.views = [GaugeView(self) for _ in range(count)]
        self._columns, self._scale = 0, 1.0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(VERTICAL)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self._share()

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours and the size of text."""
        self._scale = text_scale
        for view in self.views:
            view.set_theme(theme, text_scale)
        self._share()

    def fit(self, room: int) -> None:
        """Keep within a height: write each gauge in one line instead of two, and leave out the last rows if it must."""
        for compact in (False, True):
            for view in self.views:
                view.compact = compact
            self._share()
            height = self.views[0].sizeHint().height() + VERTICAL
            rows = (room + VERTICAL) // height
            if rows * self._columns >= len(self.views):
                break
        for at, view in enumerate(self.views):
            view.setVisible(at < rows * self._columns)
            view.updateGeometry()
            view.update()

    def show_gauges(self, gauges: tuple[Gauge, ...]) -> None:
        """Show readings; of fewer than there are views, in the first ones."""
        for view, gauge in zip(self.views, gauges, strict=False):
            view.show_gauge(gauge)

    def _share(self) -> None:
        width = COMPACT_WIDTH if self.views[0].compact else WIDTH
        columns = min(max(int(self.width() // (width * self._scale)), 1), len(self.views))
        columns = math.ceil(len(self.views) / math.ceil(len(self.views) / columns))  # no row but the last is shorter
        if columns != self._columns:
            self._columns = columns
            for at, view in enumerate(self.views):
                self._grid.addWidget(view, at // columns, at % columns)
            for column in range(len(self.views)):
                self._grid.setColumnStretch(column, int(column < columns))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()


def _number(gauge: Gauge) -> str:
    value = gauge.value
    if gauge.name == "α" and abs(value) < 100:  # noqa: PLR2004  # above it only the size counts
        return f"{value:+.2f}"
    return brief(value, sign=gauge.name == "α")
