"""What theory predicts, in the loss plot: the course ahead of the run, the optimum, the eigen-directions."""

import math

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from linviz.core.forecast import Forecast
from linviz.core.loss_record import Floats
from linviz.gui.loss_scale import LossScale, Scale
from linviz.gui.theme import Theme

DASH, GAP = 6, 5
"""Pixels across."""
DIRECTIONS = 12
"""Lines of single directions, at most: more can't be told apart."""
ROOM = 0.3
"""Of the curve's height, that a prediction may take beyond it,"""
LEAST_ROOM = {Scale.LINEAR: 0.0, Scale.LOG: 0.5, Scale.EXCESS: 3.0}
"""or so many powers of ten."""
DECADES = 3
"""That the optimum may lie below the curve on a logarithmic axis and still be shown."""
FINEST = 1e-4
"""Of the optimal loss, that the losses shown above it take at least; for what is finer there is the excess."""
LEAST_LABELS = 6
"""Heights of the optimum's label that the plot must have to show it."""
LABEL = 1.25
"""Heights of its text that the optimum's label takes."""


class ForecastCurve:
    """Draws a prediction once for each range that is looked at; a run that follows it just covers it.

    The dashes are lines of their own: Qt would take milliseconds each frame to cut a curve into some.
    """

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._dashes, self._directions = pg.PlotCurveItem(connect="pairs"), pg.PlotCurveItem(connect="pairs")
        for item in (self._dashes, self._directions):
            item.setZValue(-2)
            plot.addItem(item, ignoreBounds=True)
        # pyqtgraph asks for an anchor for each half of the plot's height; both put the text below the line.
        options = {"position": 0.985, "anchors": [(1, 0.1), (1, 0.1)]}
        self._optimum_line = pg.InfiniteLine(angle=0, movable=False, label="", labelOpts=options)
        self._optimum_line.setZValue(-3)
        self._optimum_line.setVisible(False)
        plot.addItem(self._optimum_line, ignoreBounds=True)
        self.forecast: Forecast | None = None
        self.optimum: float | None = None
        self._drawn: object = None
        self.heights: Floats = np.empty(0)
        self._label_height = 0.0

    def set_theme(self, theme: Theme, font: QFont, colour: str) -> None:
        """Take colours and font; ``colour`` is that of the run's own curve."""
        dash = pg.mkPen(colour, width=2)
        dash.setCapStyle(Qt.PenCapStyle.FlatCap)
        self._dashes.setPen(dash)
        self._directions.setPen(pg.mkPen(theme.dim, width=1))
        self._optimum_line.setPen(pg.mkPen(theme.on_done, width=1, style=Qt.PenStyle.DashLine))
        self._optimum_line.label.setColor(QColor(theme.on_done))
        self._optimum_line.label.setFont(font)
        self._optimum_line.label.fill = pg.mkBrush(theme.card)  # lines of the grid may pass below it
        self._label_height = LABEL * QFontMetricsF(font).height()

    @property
    def parted(self) -> bool:
        """Whether each direction's excess is a straight line, all of which sum up to the whole."""
        descent = None if self.forecast is None else self.forecast.trajectory.descent
        return descent is None or not (descent.momentum or descent.weight_decay)

    def show(self, forecast: Forecast | None, optimum: float | None) -> None:
        """Take another prediction, and the optimal loss; none where they aren't known."""
        self.forecast, self.optimum, self._drawn = forecast, optimum, None

    def draw(self, first: float, last: float, pixels: float, scale: LossScale) -> None:
        """Draw what a range of steps shows, if that is other than before."""
        state = first, last, pixels, scale
        if state == self._drawn:
            return
        self._drawn = state
        shown = self.optimum is not None and scale.kind is not Scale.EXCESS
        self._optimum_line.setVisible(shown)
        if shown and self.optimum is not None:
            self._optimum_line.setPos(float(scale.heights(np.array([self.optimum]))[0]))
            self._optimum_line.label.setFormat(f"optimum {self.optimum:.4g}")  # it takes none while it is hidden
        steps = self._steps(first, last, int(pixels))
        self.heights = self._predicted(steps, scale)
        places = np.arange(steps[0], last, (DASH + GAP) * (last - first) / pixels) if len(steps) > 1 else np.empty(0)
        ends = np.minimum(places + DASH * (last - first) / pixels, last)
        pairs = np.column_stack([places, ends]).ravel()
        self._dashes.setData(pairs, np.interp(pairs, steps, self.heights) if len(pairs) else pairs)
        self._draw_directions(steps, scale)

    def room(self, low: float, high: float, scale: LossScale, pixels: float) -> tuple[float, float]:
        """Give the range of heights that shows curve and prediction.

        Parameters
        ----------
        low, high
            Of the curves themselves; NaN if there are none.
        scale
            That of the heights.
        pixels
            The height of the plot.
        """
        if len(self.heights):
            if math.isnan(low):
                low = high = float(self.heights[0])
            more = max(ROOM * max(high - low, 0.1 * abs(high)), LEAST_ROOM[scale.kind])
            least, most = float(self.heights.min()), float(self.heights.max())
            low, high = min(low, max(least, low - more)), max(high, min(most, high + more))
        if self.optimum is not None and scale.kind is not Scale.EXCESS and not math.isnan(low):
            height = float(scale.heights(np.array([self.optimum]))[0])
            if not scale.logarithmic:
                # Near the optimum the axis would have no room for the digits in which its numbers differ.
                high = max(high, height + FINEST * abs(height))
            if not scale.logarithmic or height > low - DECADES:
                share = self._label_height / max(pixels, self._label_height * 2)
                low = min(low, height - share * max(high - height, 0) / (1 - share))
        return low, high

    def _steps(self, first: float, last: float, points: int) -> Floats:
        """Give the steps of a range at which the prediction is looked at, at most one a pixel: (steps,)."""
        if self.forecast is None:
            return np.empty(0)
        begin, end = max(self.forecast.first, math.floor(first)), math.ceil(last)
        if end <= begin:
            return np.empty(0)
        return np.unique(np.linspace(begin, end, min(end - begin + 1, max(points, 2))).round())

    def _predicted(self, steps: Floats, scale: LossScale) -> Floats:
        if self.forecast is None or not len(steps):
            return np.empty(0)
        whole = steps.astype(np.int64)
        if scale.kind is Scale.EXCESS:
            return scale.heights_of(self.forecast.excess(whole))
        return scale.heights(self.forecast.losses(whole))

    def _draw_directions(self, steps: Floats, scale: LossScale) -> None:
        """Draw the excess that each direction has alone: on a logarithmic axis a straight line."""
        if self.forecast is None or not self.parted or scale.kind is not Scale.EXCESS or len(steps) < 2:  # noqa: PLR2004  # a line's ends
            self._directions.setData([], [])
            return
        ends = steps[[0, -1]]
        parts = self.forecast.trajectory.excess_along((ends - self.forecast.first).astype(np.int64))
        largest = np.argsort(parts[0])[::-1][:DIRECTIONS]
        heights = scale.heights_of(np.asarray(parts[:, largest], np.float64))
        self._directions.setData(np.tile(ends, len(largest)), heights.T.ravel())
