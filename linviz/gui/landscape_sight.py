"""What is to be seen of a landscape at a moment, as numbers."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from linviz.core.landscape import Landscape, Plane, Points, Slice
from linviz.core.relief import Relief
from linviz.core.snapshot import Freshness, Phase, Snapshot
from linviz.core.theory import Parameters
from linviz.core.trail import NOTHING, Traced, Trail
from linviz.core.what_if import WhatIf

LEAST_DISTANCE = 1e-9
"""Of the parameters' size: a distance that is rounding."""


@dataclass(eq=False)
class Sight:
    """A moment on a landscape.

    Parameters
    ----------
    slice
        The loss around it; none where it has to be computed and isn't yet.
    moment
        The moment.
    here
        Where the parameters stand, seen along all other directions: (2,).
    following
        Where the update to come leads; none where the optimizer alone knows.
    downhill
        The gradient of the loss there, with its sign turned: (2,); none where it isn't known.
    optimum
        Where the loss is least of all: (2,); none where it isn't known.
    aim
        Where loss and weight decay together are least; none without weight decay.
    way, ahead
        The way so far, and what was done after this moment.
    bounds
        Corners of a rectangle around both: (points, 2).
    """

    slice: Slice | Relief | None
    moment: Snapshot
    here: Points
    following: Points | None
    downhill: Points | None
    optimum: Points | None
    aim: Points | None
    way: Traced = NOTHING
    ahead: Traced = NOTHING
    bounds: Points = field(default_factory=lambda: np.empty((0, 2)))

    @classmethod
    def of(cls, landscape: Landscape, moment: Snapshot, seen: Slice, optimum: Points) -> "Sight":
        """Look at a moment, with the loss around it on a slice, and the optimum where it is."""
        theory, now = landscape.theory, Parameters(moment.weight, moment.bias)
        with np.errstate(over="ignore", invalid="ignore"):  # of a run that diverges
            here, slope = landscape.coordinates(now), landscape.slope(now)
            rate = moment.settings.rate(moment.step)
            following: Points | None = here - rate * slope
            aim: Points | None = None
            if not moment.settings.is_exact:
                following = None  # it depends on which samples come
            elif not (moment.settings.is_plain and moment.next_phase is Phase.FORWARD):
                what_if = WhatIf.of(theory, moment)
                following = here - rate * landscape.shift(what_if.direction) if what_if.straight else None
                if what_if.decays:
                    aim = landscape.coordinates(what_if.theory.optimum_from(now))
            return cls(seen, moment, here, following, -slope, optimum, aim)

    @classmethod
    def computed(cls, plane: Plane, moment: Snapshot, relief: Relief | None) -> "Sight":
        """Look at a moment of a loss that is no paraboloid, with what was computed of it."""
        here = plane.coordinates(Parameters(moment.weight, moment.bias))
        slope = relief.slope if relief is not None and relief.moment.weight is moment.weight else None
        straight = slope is not None and moment.settings.is_plain and moment.settings.batches.batch is None
        following = None
        stale = moment.next_phase is not Phase.FORWARD and moment.freshness("prediction") is Freshness.STALE
        if straight and slope is not None and not stale:
            following = here - moment.settings.rate(moment.step) * slope
        return cls(relief, moment, here, following, None if slope is None else -slope, None, None)

    def along(self, trail: Trail, moment: int) -> "Sight":
        """Take the way along a trail to this moment, and beyond."""
        self.way, self.ahead = trail.until(moment)
        self.bounds = trail.bounds
        return self

    @property
    def finite(self) -> bool:
        """Whether it can be drawn."""
        return (self.slice is None or self.slice.finite) and bool(np.isfinite(self.here).all())

    def distance(self, at_optimum: bool) -> float:
        """Give how far the optimum is off the slice; of a slice through the optimum, how far the parameters are."""
        if not isinstance(self.slice, Slice):
            return 0.0
        theory, now = self.slice.landscape.theory, Parameters(self.moment.weight, self.moment.bias)
        found = self.slice.distance(now if at_optimum else theory.optimum_from(now))
        with np.errstate(over="ignore"):
            size = float(np.linalg.norm(theory.packed(now)))
        return found if not found <= LEAST_DISTANCE * size else 0.0

    @cached_property
    def outstanding(self) -> Points:
        """The points that should be seen: (points, 2)."""
        single = [each for each in (self.here, self.optimum, self.following, self.aim) if each is not None]
        points = np.vstack([*single, self.bounds])
        if self.optimum is None and len(points) > 1:
            # Where the run is heading isn't known, so there is room all around.
            low, high = points.min(axis=0), points.max(axis=0)
            points = np.vstack([points, low - (high - low) / 2, high + (high - low) / 2])
        return points
