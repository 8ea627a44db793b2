"""The axes of the loss plot, and the lines at their numbers."""

import math

import numpy as np
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QFont, QFontMetricsF

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from linviz.gui.theme import Theme

FAR = 1e16
"""Beyond every step."""


class StepAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Numbers whole steps alone."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:  # noqa: N802  # pyqtgraph's
        return [level for level in super().tickSpacing(low, high, size) if level[0] >= 1] or [(1, 0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        del scale, spacing  # every digit counts: steps from a billion on differ in the last ones
        return [f"{value:,.0f}" for value in values]


class LossAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Numbers so many of a logarithmic axis' lines as there is room for: 1 to 9 of each power of ten, or 1, 2, 5, or 1.

    Attributes
    ----------
    number_height
        Pixels that a number takes.
    """

    number_height = 14.0

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        texts: list[str] = super().tickStrings(values, scale, spacing)
        low, high = self.range
        if not self.logMode or high <= low:
            return texts
        room = self.height() / (high - low)  # pixels to a power of ten
        wanted: tuple[int, ...] = (1,)
        for more in ((1, 2, 5), tuple(range(1, 10))):
            narrowest = min(math.log10(b / a) for a, b in zip(more, (*more[1:], 10), strict=True))
            if narrowest * room >= self.number_height:
                wanted = more
        return [text if round(10 ** (value % 1)) in wanted else "" for text, value in zip(texts, values, strict=True)]


class PlotAxes(QObject):
    """Losses on the left, steps below, and a line across at each loss that has a number."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        super().__init__(plot)
        item = plot.getPlotItem()
        self._view = item.getViewBox()
        self._view.sigYRangeChanged.connect(self._on_losses_range_changed)
        self._losses, self._steps = (item.getAxis(side) for side in ("left", "bottom"))
        for axis in (self._losses, self._steps):
            axis.enableAutoSIPrefix(False)
        self._losses.setStyle(maxTextLevel=0)
        self._steps.setLabel("steps done")
        # The axes' own grid takes 10 ms a frame; this one takes no time that can be measured.
        self._grid = pg.PlotCurveItem(connect="pairs")
        plot.addItem(self._grid, ignoreBounds=True)

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Count the losses by powers of ten, or not."""
        self._losses.setLogMode(logarithmic)
        # Only numbers that have a line of their own; within a decade a logarithmic axis has too few of those.
        self._losses.setStyle(maxTextLevel=2 if logarithmic else 0)

    def set_theme(self, theme: Theme, font: QFont, text_scale: float) -> None:
        """Take colours and font."""
        for axis in (self._losses, self._steps):
            axis.setPen(pg.mkPen(theme.grid))
            axis.setTextPen(pg.mkPen(theme.dim))
            axis.setStyle(tickFont=font, tickTextOffset=6)
            axis.label.setFont(font)
            axis.setTickDensity(1.2 / text_scale)
        self._losses.number_height = QFontMetricsF(font).height()
        self._losses.setWidth(round(58 * text_scale))
        self._steps.setHeight(round(40 * text_scale))
        self._grid.setPen(pg.mkPen(theme.grid, width=1))

    @Slot()
    def _on_losses_range_changed(self) -> None:
        """Draw a line at each number that stands on the axis."""
        low, high = self._view.viewRange()[1]
        levels = self._losses.tickValues(low, high, max(self._view.height(), 1))
        heights = np.repeat(np.array(levels[0][1] if levels else [], float), 2)
        self._grid.setData(np.resize([-FAR, FAR], len(heights)), heights)
