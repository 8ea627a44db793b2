"""What the loss curve says under the mouse, or where the arrow keys stand."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from linviz.core.loss_record import Floats
from linviz.gui.theme import Theme

Steps = NDArray[np.int64]

REACH = 50
"""Steps to each side in which a finite loss is looked for."""


class ReadOut:
    """A line, a dot and a text at one step.

    Attributes
    ----------
    step
        Where it stands, or none while it is hidden.
    """

    def __init__(self, plot: pg.PlotWidget) -> None:
        self.step: int | None = None
        self._view = plot.getPlotItem().getViewBox()
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._dot = pg.ScatterPlotItem(size=9, pxMode=True)
        self._text = pg.TextItem(anchor=(0, 0))
        for part in self._parts:
            part.setZValue(10)  # above the curve
            plot.addItem(part, ignoreBounds=True)
        self.hide()

    @property
    def _parts(self) -> tuple[pg.GraphicsObject, ...]:
        return self._line, self._dot, self._text

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Take colours and font."""
        self._line.setPen(pg.mkPen(theme.next, width=1))
        self._dot.setBrush(QColor(theme.next))
        self._dot.setPen(None)
        self._text.setColor(QColor(theme.text))
        self._text.setFont(font)
        self._text.fill = pg.mkBrush(theme.card)

    def hide(self) -> None:
        """Show nothing."""
        self.step = None
        for part in self._parts:
            part.hide()

    def show_at(self, step: int, height: float, text: str) -> None:
        """Stand at a step, at the height of its loss on the axis."""
        self.step = step
        self._line.setPos(step)
        self._dot.setData([step], [height])
        (left, right), (_, top) = self._view.viewRange()
        self._text.setAnchor((1, 0) if step > (left + right) / 2 else (0, 0))
        self._text.setPos(QPointF(step, top))
        self._text.setText(text)
        for part in self._parts:
            part.show()


def nearest_finite(count: int, at: Callable[[Steps], Floats], step: int, towards: int = 0) -> int | None:
    """Give the step nearest to this one that has a finite loss, or none.

    Parameters
    ----------
    count
        How many steps there are.
    at
        Gives the losses of steps.
    step
        Any number; beyond the ends it means the end.
    towards
        Where to look first, as one moves: −1 before it, 1 after it.
    """
    if not count:
        return None
    step = min(max(step, 0), count - 1)
    near = np.arange(max(step - REACH, 0), min(step + REACH + 1, count))
    near = near[np.isfinite(at(near))]
    ahead = near[(near - step) * towards >= 0]
    near = ahead if len(ahead) else near
    return int(near[np.abs(near - step).argmin()]) if len(near) else None
