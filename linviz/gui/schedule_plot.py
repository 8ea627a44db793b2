"""The learning rate over the steps, below the loss plot and on its axis."""

import math

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from linviz.core.loss_record import Floats
from linviz.core.settings import Settings
from linviz.gui.loss_plot import LossPlot
from linviz.gui.theme import Theme

LINES = 4
"""Heights of a line of text that the plot takes."""
ROOM = 1.6
"""Of the highest rate, that the axis reaches: above the curve it is told."""


class SchedulePlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """A curve as thin as the strip it stands in; there only while the schedule of the run isn't constant.

    Past steps have the rates that were in force then, as far as the window saw them; those to come have the present
    settings'.
    """

    def __init__(self, plot: LossPlot, parent: object = None) -> None:
        super().__init__(parent)
        self.setObjectName("schedule_plot")
        self.setAccessibleName("learning rate by step")
        self._plot, self._settings, self._step = plot, Settings(), 0
        self._has_room = True
        self._drawn: object = None
        item = self.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.hideAxis("bottom")
        self._view = item.getViewBox()
        self._view.setMouseEnabled(False, False)
        self._view.disableAutoRange()
        self._axis = item.getAxis("left")
        self._axis.enableAutoSIPrefix(False)
        self._curve = pg.PlotCurveItem(skipFiniteCheck=True)
        self._here = pg.ScatterPlotItem(size=8, pxMode=True, pen=None)
        self._told = pg.TextItem(anchor=(1, 0))
        for part in (self._curve, self._here, self._told):
            self.addItem(part, ignoreBounds=True)
        plot.getPlotItem().getViewBox().sigXRangeChanged.connect(self._on_range_changed)
        self.hide()

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours and the size of text."""
        font = QFont("Inter")
        font.setPixelSize(round(11 * text_scale))
        self.setBackground(theme.card)
        self._axis.setPen(pg.mkPen(theme.grid))
        self._axis.setTextPen(pg.mkPen(theme.dim))
        self._axis.setStyle(tickFont=font, tickTextOffset=6)
        self._axis.setWidth(round(58 * text_scale))  # that of the loss plot, so that steps stand below each other
        self._curve.setPen(pg.mkPen(theme.accent, width=1))
        self._here.setBrush(QColor(theme.next))
        self._told.setColor(QColor(theme.dim))
        self._told.setFont(font)
        line = QFontMetricsF(font).height()
        self.getPlotItem().setContentsMargins(0, 2, 8, math.ceil(line / 2))  # half a number's height, or the 0 is cut
        self.setFixedHeight(round(LINES * line))

    def show_moment(self, settings: Settings, step: int) -> None:
        """Show the rate of the update to come among those of all steps; nothing if they are all the same."""
        self._settings, self._step = settings, step
        self._show()

    def set_room(self, has_room: bool) -> None:
        """Be there or not, as there is room: the loss comes first."""
        if has_room != self._has_room:
            self._has_room = has_room
            self._show()

    def _show(self) -> None:
        settings, step = self._settings, self._step
        self.setVisible(self._has_room and not settings.schedule.constant)
        if self.isHidden():
            return
        rate = settings.rate(step)
        self._here.setData([step], [rate])
        self._told.setText(f"η = {rate:.4g} at step {step:,}")
        self.setAccessibleDescription(
            f"Learning rate {rate:.4g} at step {step:,}, {settings.schedule.schedule} schedule"
        )
        self.setToolTip(f"The learning rate of the update after step {step:,} is {rate!r}")
        self._draw()

    @Slot()
    def _on_range_changed(self) -> None:
        if not self.isHidden():
            self._draw()

    def _draw(self) -> None:
        """Draw the range of the loss plot, if that is other than before."""
        first, last = self._plot.getPlotItem().getViewBox().viewRange()[0]
        rates = tuple(self._plot.branches.losses.rates) or ((0, self._settings),)
        state = first, last, rates, self.width()
        if state == self._drawn:
            return
        self._drawn = state
        steps = np.unique(np.linspace(max(first, 0), max(last, 1), max(int(self._view.width()), 100)).round())
        heights = np.array([settings_at(rates, int(step)).rate(int(step)) for step in steps])
        self._curve.setData(*_stairs(steps, heights))
        highest = float(heights.max())
        self._axis.setTicks([[(0, "0"), (highest, f"{highest:.3g}")]])
        top = highest * ROOM
        self._view.setXRange(first, last, padding=0)
        self._view.setYRange(0, top, padding=0)
        self._told.setPos(last, top)


def settings_at(rates: tuple[tuple[int, Settings], ...], step: int) -> Settings:
    """Give the settings in force at a step, of those that were from some steps on, ascending."""
    return next((settings for begin, settings in reversed(rates) if begin <= step), rates[0][1])


def _stairs(steps: Floats, heights: Floats) -> tuple[Floats, Floats]:
    """Let each rate go on until the next one."""
    return np.repeat(steps, 2)[1:], np.repeat(heights, 2)[:-1]
