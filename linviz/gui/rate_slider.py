"""A logarithmic slider of learning rates, its track coloured by what theory knows of them."""

import math

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QSlider, QStyle, QStyleOptionSlider, QStylePainter, QWidget

from linviz.core.outlook import Going, Outlook
from linviz.gui.theme import Theme

LOWEST, HIGHEST = -4, 1
"""Powers of ten at its ends."""
TICKS = 20
"""To a power of ten."""
WIDTH, LEAST_WIDTH, HEIGHT = 170, 120, 22
THICKNESS = 4
REACH = 5
"""Pixels that the line at the limit stands out above the track, and the arrow at the best rate below: the two rates are
often near each other."""
MARK = 3
"""Half the width of the arrow at the best rate."""


class RateSlider(QSlider):
    """Likes to be wide and can be narrow.

    Its track is blue where a run converges, amber and dashed where it oscillates on its way, red where it diverges; a
    line crosses it at the stability limit, an arrow below points at the best rate. As long as nothing is known it looks
    like any other slider.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(LOWEST * TICKS, HIGHEST * TICKS)
        self.setPageStep(TICKS)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._outlook: Outlook | None = None
        self._colours: dict[Going, QColor] = {}
        self._ink = QColor()

    @property
    def rate(self) -> float:
        """The rate at which it stands, in two digits: one can say it."""
        return float(f"{10 ** (self.value() / TICKS):.2g}")

    def show_rate(self, rate: float) -> None:
        """Stand as near to a rate as can be, and choose nothing by that."""
        blocked = self.blockSignals(True)
        self.setValue(round(math.log10(rate) * TICKS))
        self.blockSignals(blocked)

    def show_outlook(self, outlook: Outlook | None) -> None:
        """Colour the track by this; none if nothing is known."""
        self._outlook = outlook
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._colours = going_colours(theme)
        self._ink = QColor(theme.text)
        self.update()

    def place_of(self, rate: float) -> float:
        """Give where a rate stands, in pixels from the left; of one beyond an end, that end."""
        track, handle = self._track_and_handle()
        share = (math.log10(rate) - LOWEST) / (HIGHEST - LOWEST) if 0 < rate < math.inf else float(rate > 0)
        return track.left() + handle.width() / 2 + min(max(share, 0.0), 1.0) * (track.width() - handle.width())

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(WIDTH, HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._outlook is None or not self._colours:
            super().paintEvent(event)
            return
        painter = QStylePainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_track(painter, self._outlook)
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        option.subControls = QStyle.SubControl.SC_SliderHandle
        painter.drawComplexControl(QStyle.ComplexControl.CC_Slider, option)
        painter.end()

    def _paint_track(self, painter: QPainter, outlook: Outlook) -> None:
        track, _ = self._track_and_handle()
        left, right, middle = float(track.left()), track.left() + track.width(), track.top() + track.height() / 2
        ends = [left, self.place_of(outlook.monotone_limit), self.place_of(outlook.stability_limit), float(right)]
        if outlook.stability_limit < 10**LOWEST:
            ends[1:3] = [left, left]
        for going, begin, end in zip(Going, ends, ends[1:], strict=False):
            if end - begin < 1:
                continue
            pen = QPen(self._colours[going], THICKNESS, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            if going is Going.OSCILLATES:
                pen.setDashPattern([0.9, 0.4])  # told apart without colours too; in units of the thickness
            painter.setPen(pen)
            painter.drawLine(QPointF(begin, middle), QPointF(end, middle))
        if 10**LOWEST < outlook.stability_limit < 10**HIGHEST:
            painter.fillRect(QRectF(ends[2] - 0.75, middle - THICKNESS / 2 - REACH, 1.5, THICKNESS + REACH), self._ink)
        if 10**LOWEST < outlook.best < 10**HIGHEST:
            x, top = self.place_of(outlook.best), middle + THICKNESS / 2 + 1
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._ink)
            corners = QPointF(x, top), QPointF(x - MARK, top + REACH), QPointF(x + MARK, top + REACH)
            painter.drawPolygon(QPolygonF(corners))

    def _track_and_handle(self) -> tuple[QRect, QRect]:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        parts = QStyle.SubControl.SC_SliderGroove, QStyle.SubControl.SC_SliderHandle
        track, handle = (
            self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self) for part in parts
        )
        return track, handle


def going_colours(theme: Theme) -> dict[Going, QColor]:
    """Give the colours of the three ways to go."""
    names = {
        Going.CONVERGES: theme.converging,
        Going.OSCILLATES: theme.oscillating,
        Going.DIVERGES: theme.diverging,
    }
    return {going: QColor(name) for going, name in names.items()}
