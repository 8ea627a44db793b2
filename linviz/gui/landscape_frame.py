"""The picture of a landscape as a frame: which coordinates stand on which of its pixels."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QPolygonF

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from typing import TYPE_CHECKING

from linviz.core.landscape import Points
from linviz.gui.landscape_range import Range

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF

FAR = 1e6
"""Pixels beyond which nothing is told apart."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Maps coordinates to pixels, so that Qt gets no number that it can't bear.

    Parameters
    ----------
    seen
        The ranges across and up.
    width, height
        In pixels.
    """

    seen: Range
    width: float
    height: float

    @classmethod
    def of(cls, view: pg.ViewBox) -> "Frame":
        """Give that of a view box."""
        (left, right), (low, high) = view.viewRange()
        rect: QRectF = view.rect()
        return cls(((left, right), (low, high)), rect.width(), rect.height())

    @property
    def corners(self) -> Points:
        """The coordinates of its corners: (4, 2)."""
        return np.array([[x, y] for x in self.seen[0] for y in self.seen[1]])

    @property
    def unit(self) -> tuple[float, float]:
        """How many pixels a unit of the coordinates is, across and down."""
        (left, right), (low, high) = self.seen
        return self.width / (right - left), -self.height / (high - low)

    def contains(self, point: Points) -> bool:
        """Tell whether coordinates are in it."""
        return all(low <= value <= high for value, (low, high) in zip(point.tolist(), self.seen, strict=True))

    def grid(self, count: int) -> Points:
        """Give the coordinates of places spread evenly over it: (count², 2)."""
        places = (np.linspace(low, high, count) for low, high in self.seen)
        return np.stack(np.meshgrid(*places), axis=-1).reshape(-1, 2)

    def pixels(self, points: Points) -> Points:
        """Give where coordinates stand: (points, 2)."""
        with np.errstate(over="ignore", invalid="ignore"):
            spots = (points - [self.seen[0][0], self.seen[1][1]]) * self.unit
            if not -FAR < spots.sum() < FAR:
                spots = np.clip(np.nan_to_num(spots, nan=-FAR), -FAR, FAR)
        return np.asarray(spots, np.float64)


def polygon(spots: Points) -> QPolygonF:
    """Give spots as Qt has them."""
    made: QPolygonF = pg.functions.arrayToQPolygonF(
        np.ascontiguousarray(spots[:, 0]), np.ascontiguousarray(spots[:, 1])
    )
    return made
