"""The loss along the update to come as a function of the learning rate, on which a rate is chosen by dragging."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QResizeEvent, QTextOption

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from linviz.core.what_if import Parabola, Rates, WhatIf
from linviz.gui.numbers import brief
from linviz.gui.rate_slider import TICKS
from linviz.gui.theme import Theme
from linviz.gui.what_if_range import depth, rates_end

POINTS, EDGE = 160, 0.02
"""Of the curve, and what is seen to the left of rate 0."""
SNAP = 5
"""Pixels to each side of the best rate, within which that is meant."""
ABOVE, BELOW, LEAST_SHARE = 2.5, 1.4, 0.3
"""Lines of text above the loss of now and below the least one, and the share of the height that the curve has at least.
"""
KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageUp: TICKS,
    Qt.Key.Key_PageDown: -TICKS,
}
"""As on the slider, in its ticks."""
KEYS_SAID = "Left and Right choose another rate, Page Up and Down ten times as much, Enter the best one."


class WhatIfPlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """A parabola from the loss of now, with the present rate, the best one for this step and the limit.

    What is drawn is the change from the loss of now, so that every digit of it counts.
    """

    chosen = Signal(float)
    """A learning rate."""
    pointed = Signal(object)
    """The rate under the mouse; none if it is elsewhere."""

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent)
        self.setObjectName("what_if_plot")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.what_if: WhatIf | None = None
        self.rate = 0.0
        self.dragging = False
        self._end, self._depth = 0.0, 1.0
        self._line_height = 14.0
        self._range = 0.0, 0.0, 0.0
        self._hinting = False
        self._written: dict[str, str] = {}
        item = self.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)  # as in LossPlot
        item.hideAxis("left")
        item.setContentsMargins(2, 0, 2, 0)
        self._axis = item.getAxis("bottom")
        self._axis.enableAutoSIPrefix(False)
        self._view = item.getViewBox()
        self._view.setMouseEnabled(x=False, y=False)
        self._view.disableAutoRange()
        self._now, self._best, self._limit, self._here, self._pointer = (
            pg.InfiniteLine(angle=angle, movable=False) for angle in (0, 90, 90, 90, 90)
        )
        self._curve, self._loss = pg.PlotCurveItem(skipFiniteCheck=True), pg.PlotCurveItem(skipFiniteCheck=True)
        for curve in (self._curve, self._loss):
            curve.opts["antialias"] = True  # which costs little for a smooth curve
        self._dots = pg.ScatterPlotItem(size=8, pxMode=True, pen=None)
        self._texts = {name: pg.TextItem() for name in ("now", "best", "limit", "here", "hint")}
        for text in self._texts.values():
            text.textItem.document().setDocumentMargin(1)
        centred = QTextOption(Qt.AlignmentFlag.AlignCenter)
        self._texts["hint"].textItem.document().setDefaultTextOption(centred)
        parts = (self._now, self._best, self._limit, self._pointer, self._loss, self._curve, self._here, self._dots)
        for part in (*parts, *self._texts.values()):
            self.addItem(part, ignoreBounds=True)
        self._drawn = parts
        self.show_what_if(None, 0.0)

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours and the size of text."""
        font = QFont("Inter")
        font.setPixelSize(round(11 * text_scale))
        self._line_height = QFontMetricsF(font).height()
        self.setBackground(theme.card)
        self._axis.setPen(pg.mkPen(theme.grid))
        self._axis.setTextPen(pg.mkPen(theme.dim))
        self._axis.setStyle(tickFont=font, tickTextOffset=4)
        self._axis.setTickDensity(0.8 / text_scale)
        self._axis.setHeight(round(19 * text_scale))
        self._curve.setPen(pg.mkPen(theme.accent, width=2))
        self._loss.setPen(pg.mkPen(theme.dim, width=1))
        dash = Qt.PenStyle.DashLine
        for line, colour, width, style in (
            (self._now, theme.dim, 1, Qt.PenStyle.DotLine),
            (self._best, theme.on_done, 1, dash),
            (self._limit, theme.on_danger, 1, dash),
            (self._here, theme.next, 2, Qt.PenStyle.SolidLine),
            (self._pointer, theme.border, 1, Qt.PenStyle.SolidLine),
        ):
            line.setPen(pg.mkPen(colour, width=width, style=style))
        colours = {"best": theme.on_done, "limit": theme.on_danger, "here": theme.on_stale, "hint": theme.dim}
        for name, text in self._texts.items():
            text.setColor(QColor(colours.get(name, theme.dim)))
            text.setFont(font)
            text.fill = pg.mkBrush(theme.card)
        self._dots.setBrush(QColor(theme.next))
        self._draw()

    def show_what_if(self, what_if: WhatIf | None, rate: float, hint: str = "") -> None:
        """Draw the line at a moment, and on it a rate; or say this, or why there is no line, in the empty plot."""
        self.what_if, self.rate = what_if, rate
        step = "the update" if what_if is None or what_if.straight else "a step along the negative gradient"
        self.setAccessibleName(f"loss after {step}, by learning rate")
        if what_if is None or not (what_if.objective.finite and what_if.objective.curvature > 0):
            self._texts["hint"].setText(hint or (what_if.sentence(rate) if what_if else ""))
        self._draw()

    def spot(self, rate: float) -> QPointF:
        """Give the place of a rate on the level of now, in the widget."""
        return QPointF(self.mapFromScene(self._view.mapViewToScene(QPointF(rate, 0))))

    def _draw(self) -> None:
        what_if = self.what_if
        parabola = None if what_if is None else what_if.objective
        if what_if is None or parabola is None or not (parabola.finite and parabola.curvature > 0):
            self._show_parts(hint=True)
            self.setAccessibleDescription(self._texts["hint"].toPlainText())
            self._texts["hint"].setTextWidth(max(self.width() - 20, 40))
            self._texts["hint"].setAnchor((0.5, 0.5))
            self._set_range(1.0, 0.0, 1.0)
            self._texts["hint"].setPos(0.5, 0.5)
            return
        self._show_parts(hint=False)
        self._pointer.setVisible(False)
        self.setAccessibleDescription(f"{what_if.sentence(self.rate)} {KEYS_SAID}")
        if not self.dragging:  # or the axis would slip away under the mouse
            self._end = rates_end(parabola, self.rate, self._end)
        self._depth = depth(parabola, self._end)
        line = self._line_height / max(self._view.height(), 1)
        squeeze = min(1.0, (1 - LEAST_SHARE) / ((ABOVE + BELOW) * line))
        unit = 1 / (1 - (ABOVE + BELOW) * line * squeeze)  # the height of the plot, in depths
        best = parabola.best
        low = -BELOW * line * squeeze * unit - (best is not None)
        high = low + unit
        self._set_range(self._end, low, high)
        rates = np.linspace(0.0, self._end, POINTS)
        self._curve.setData(rates, np.minimum(self._heights(parabola, rates), high + 1))
        self._loss.setVisible(what_if.decays)
        if what_if.decays:
            self._loss.setData(rates, np.clip(self._heights(what_if.loss, rates), low - 1, high + 1))
        self._place("now", 0, 0, (0, 1), f"now {brief(parabola.value, 5)}")
        for item in (self._best, self._limit, self._texts["best"], self._texts["limit"]):
            item.setVisible(best is not None)
        if best is not None:
            least = float(parabola.change(np.array([best]))[0])
            self._best.setPos(best)
            self._limit.setPos(2 * best)
            self._place("best", best, -1, (0.5, 0), f"best {brief(best)}: {brief(least, sign=True)}")
            self._place("limit", 2 * best, 0, (1, 1), f"limit {brief(2 * best)}")
        self._draw_rate(parabola, high)

    def _show_parts(self, *, hint: bool) -> None:
        """Show the parabola and its marks, or the hint alone; it seldom changes, and takes long."""
        if hint != self._hinting:
            self._hinting = hint
            for part in (*self._drawn, self._axis):
                part.setVisible(not hint)
            for name, text in self._texts.items():
                text.setVisible((name == "hint") == hint)

    def _set_range(self, end: float, low: float, high: float) -> None:
        """Show these rates and heights; that they are shown already is the rule."""
        if (end, low, high) != self._range:
            self._range = end, low, high
            self._view.setRange(xRange=(-EDGE * end, end), yRange=(low, high), padding=0)

    def _heights(self, parabola: Parabola, rates: Rates) -> Rates:
        """Give the heights of changes of the loss, in depths of the parabola."""
        return parabola.change(rates) / self._depth

    def _draw_rate(self, parabola: Parabola, top: float) -> None:
        """Draw where the present rate is, or say that it is beyond the axis."""
        change = float(parabola.change(np.array([self.rate]))[0])
        seen = self.rate <= self._end
        self._here.setVisible(seen)
        self._here.setPos(min(self.rate, self._end))
        self._dots.setData([0.0, self.rate][: 1 + seen], [0.0, min(change / self._depth, top + 1)][: 1 + seen])
        line = "" if self.what_if is None or self.what_if.straight else " along −∂L/∂θ"
        text = f"η {brief(self.rate)}{line}: {brief(change, sign=True)}"
        if seen:
            self._place("here", self.rate, top, (1 if self.rate > self._end / 2 else 0, 0), text)
        else:
            self._place("here", self._end, top, (1, 0), f"{text} →")

    def _place(self, name: str, rate: float, height: float, anchor: tuple[float, float], text: str) -> None:
        """Put a text at a rate and a height by its anchor, but never cut at a side."""
        item = self._texts[name]
        if text != self._written.get(name):
            self._written[name] = text
            item.setText(text)
        room, width = self._view.width(), item.textItem.boundingRect().width()
        place = (rate + EDGE * self._end) / ((1 + EDGE) * self._end) * room
        left = min(max(place - anchor[0] * width, 0.0), max(room - width, 0.0))
        item.setAnchor(((place - left) / width, anchor[1]))
        item.setPos(rate, height)

    def _rate_at(self, event: QMouseEvent) -> float | None:
        """Give the rate that is pointed at, in digits that one can say; none outside of the curve's place."""
        if self.what_if is None or not self._curve.isVisible():
            return None
        spot = event.position()
        best = self.what_if.objective.best
        if best is not None and abs(self.spot(best).x() - spot.x()) <= SNAP:
            return float(f"{best:.4g}")
        rate = float(self._view.mapSceneToView(self.mapToScene(spot.toPoint())).x())
        pixel = self._end / max(self._view.width(), 1)
        decimals = math.floor(math.log10(pixel))
        return min(max(round(rate, -decimals), 10.0**decimals), self._end)

    def _choose(self, rate: float) -> None:
        if rate != self.rate:
            self.rate = rate
            self._draw()
            self.chosen.emit(rate)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        rate = self._rate_at(event) if event.button() == Qt.MouseButton.LeftButton else None
        if rate is not None:
            self.dragging = True
            self._choose(rate)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        rate = self._rate_at(event)
        if rate is not None and self.dragging:
            self._choose(rate)
        self._point(rate)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self.dragging = False
        self._draw()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(None)

    def _point(self, rate: float | None) -> None:
        self._pointer.setVisible(rate is not None)
        if rate is not None:
            self._pointer.setPos(rate)
        self.pointed.emit(rate)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        best = None if self.what_if is None else self.what_if.objective.best
        key = Qt.Key(event.key())
        if key in KEYS and self.rate:
            ticks = round(math.log10(self.rate) * TICKS) + KEYS[key]
            self._choose(float(f"{10 ** (ticks / TICKS):.2g}"))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and best is not None:
            self._choose(float(f"{best:.4g}"))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_drawn"):  # Qt resizes once before the constructor is through
            self._draw()
