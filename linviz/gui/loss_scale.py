"""How losses stand on the axis of the loss plot."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from linviz.core.loss_record import Floats

SMALLEST, LARGEST, LARGEST_LOG = 1e-300, 1e300, 1e308
"""What the axes can bear: a subnormal loss divides by zero there, one near the largest double overflows."""


class Scale(StrEnum):
    """What the height of a loss is."""

    LINEAR = "linear"
    LOG = "log"
    EXCESS = "excess"
    """The logarithm of what the loss is above the optimal one."""


@dataclass(frozen=True, slots=True)
class LossScale:
    """A scale, and what it is counted from.

    Parameters
    ----------
    kind
        Which one.
    optimum
        The optimal loss; needed for `Scale.EXCESS` alone.
    """

    kind: Scale = Scale.LINEAR
    optimum: float = 0.0

    @property
    def logarithmic(self) -> bool:
        """Whether the axis counts powers of ten."""
        return self.kind is not Scale.LINEAR

    def heights(self, losses: Floats) -> Floats:
        """Give where losses stand; one that the axis doesn't reach stands at its end."""
        if self.kind is Scale.EXCESS:
            losses = losses - self.optimum
        return self.heights_of(losses)

    def heights_of(self, values: Floats) -> Floats:
        """Give where values stand that the axis counts: losses, or for `Scale.EXCESS` what is above the optimum."""
        if self.logarithmic:
            return np.log10(np.clip(values, SMALLEST, LARGEST_LOG))
        return np.where(values < SMALLEST, 0.0, np.minimum(values, LARGEST))

    def polyline(self, steps: Floats, losses: Floats) -> tuple[Floats, Floats]:
        """Give the points of a curve that the axis reaches: steps and heights.

        Rounding brings a loss below the optimal one, where there is no logarithm.
        """
        if self.kind is Scale.EXCESS:
            reached = losses > self.optimum
        elif self.kind is Scale.LINEAR:
            reached = losses <= LARGEST  # what is above leaves the picture
        else:
            reached = np.ones(len(losses), bool)
        return steps[reached], self.heights(losses[reached])
