"""What stands in the loss plot beside its curves: manual steps, where the loss stopped being finite, a hint."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QTextOption

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from linviz.gui.branch_losses import BranchLosses
from linviz.gui.broken_line import BrokenLine
from linviz.gui.loss_scale import LossScale
from linviz.gui.theme import Theme

Heights = NDArray[np.float64]

MOST_CIRCLES = 150
HINT = 0.64
"""Of the plot's width, at the right, that a hint may take beside a prediction."""
MARGIN = 8
"""Pixels that it leaves."""


class LossMarks:
    """Marks of the branch that the run stands on."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._view = plot.getPlotItem().getViewBox()
        self.circles = pg.ScatterPlotItem(size=10, pxMode=True)
        self.broken_line = BrokenLine()
        self.hint = pg.TextItem(anchor=(0.5, 0.5))
        centred = QTextOption(Qt.AlignmentFlag.AlignCenter)
        self.hint.textItem.document().setDefaultTextOption(centred)
        for part in (self.circles, self.broken_line, self.hint):
            plot.addItem(part, ignoreBounds=True)

    def set_theme(self, theme: Theme, font: QFont, text_scale: float) -> None:
        """Take colours and font."""
        self.circles.setPen(pg.mkPen(theme.manual, width=2))
        self.circles.setBrush(QColor(theme.card))
        self.broken_line.set_theme(theme, font)
        self.hint.setColor(QColor(theme.dim))
        self.hint.fill = pg.mkBrush(theme.card)  # the prediction may pass below it
        larger = QFont(font)
        larger.setPixelSize(round(13 * text_scale))
        self.hint.setFont(larger)

    def draw(self, branch: BranchLosses, scale: LossScale, first: float, last: float, ahead: Heights | None) -> None:
        """Mark what a range of steps shows; the hint stands in an empty plot, beside the heights of what is ahead."""
        manual = branch.manual_between(first, last, MOST_CIRCLES)
        losses = branch.path.at(manual)
        there = np.isfinite(losses) & branch.counts_on(scale)
        self.circles.setData(*scale.polyline(manual[there].astype(float), losses[there]))
        self.broken_line.setVisible(branch.broken is not None)
        if branch.broken is not None:
            step, loss = branch.broken
            words, place = ("not finite:", f"loss is {loss:g}", after(step)), (step - first) / (last - first)
            self.broken_line.stand_at(step, words, place, self._view.width())
        self.hint.setVisible(ahead is not None)
        if ahead is not None:
            self._place_hint(ahead)

    def _place_hint(self, ahead: Heights) -> None:
        """Put the hint, wrapped, at the right where the curve ahead leaves most room, above or below it."""
        (left, right), (low, high) = self._view.viewRange()
        share = HINT if len(ahead) else 1.0
        self.hint.setTextWidth(max(share * self._view.width() - MARGIN, 60))
        beside = np.clip(ahead[round((1 - HINT) * len(ahead)) :], low, high)
        if len(beside):
            above, below = (float(beside.max()), high), (low, float(beside.min()))
            low, high = above if above[1] - above[0] >= below[1] - below[0] else below
        self.hint.setPos(right - share / 2 * (right - left), (low + high) / 2)


def after(step: int) -> str:
    """Say with which parameters a loss was computed."""
    return f"after step {step}" if step else "at the start"
