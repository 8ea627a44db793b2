"""The losses over all training samples and over the test set, in the loss plot."""

import math

import numpy as np
from PySide6.QtGui import QColor

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from typing import TYPE_CHECKING

from linviz.core.evaluation_record import TEST, TRAINING
from linviz.gui.branch_losses import BranchLosses
from linviz.gui.loss_scale import LossScale
from linviz.gui.theme import Theme

if TYPE_CHECKING:
    from linviz.core.loss_record import Floats

SYMBOLS = {TRAINING: "s", TEST: "d"}
"""Squares and diamonds: told apart without colours too."""
KEYS = {TRAINING: "■", TEST: "◆"}
"""The same in a text."""
SIZES = {TRAINING: 7, TEST: 9}
SMOOTH = 400
"""Points of a curve whose edges are smooth: each costs more than one without."""
MOST_SYMBOLS = 24
"""On a curve; from there on some of its points have one."""


class EvaluationCurves:
    """Draws what evaluations of a branch say that its own curve doesn't, a line with some of its points marked."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._lines = {kind: pg.PlotCurveItem(skipFiniteCheck=True) for kind in SYMBOLS}
        self._symbols = {
            kind: pg.ScatterPlotItem(size=SIZES[kind], pxMode=True, symbol=symbol) for kind, symbol in SYMBOLS.items()
        }
        for kind in SYMBOLS:
            self._lines[kind].setSegmentedLineMode("on")
            for item in (self._lines[kind], self._symbols[kind]):
                item.setZValue(1)  # above the curve of the batches, which goes up and down
                plot.addItem(item, ignoreBounds=True)
        self.heights: list[Floats] = []
        self._shown: tuple[int, ...] = ()

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        for kind, colour in ((TRAINING, theme.whole), (TEST, theme.test)):
            self._lines[kind].setPen(pg.mkPen(colour, width=2))
            self._symbols[kind].setBrush(QColor(colour))
            self._symbols[kind].setPen(pg.mkPen(theme.card, width=1))

    def draw(self, branch: BranchLosses, first: float, last: float, points: int, scale: LossScale) -> None:
        """Draw what a range of steps shows; the heights are kept, to make room for them."""
        shown = branch.evaluated_on(scale)
        if not shown and not self._shown:
            return  # a run that has nothing of this pays nothing for it
        self.heights, self._shown = [], shown
        for kind, line in self._lines.items():
            curve = marks = np.empty(0), np.empty(0)
            if kind in shown:
                curve = scale.polyline(*branch.evaluations.curve(kind, first, last, points))
                marks = scale.polyline(*branch.evaluations.marks(kind, first, last, MOST_SYMBOLS))
                self.heights.append(curve[1])
            line.setData(*curve, antialias=len(curve[0]) <= SMOOTH)
            self._symbols[kind].setData(*marks)


def told(branch: BranchLosses, step: int, scale: LossScale) -> str:
    """Say what an evaluation at a step says that the loss doesn't."""
    found = branch.evaluations.at(step)
    shown = [] if found is None else [(kind, found[kind]) for kind in branch.evaluated_on(scale)]
    return "".join(f" · {KEYS[kind]} {loss:.6g}" for kind, loss in shown if math.isfinite(loss))
