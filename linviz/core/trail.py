"""The way of a run over a landscape, as a window learns of it: burst by burst, or asked for. Needs no torch."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from linviz.core.landscape import Landscape, Plane, Points
from linviz.core.snapshot import Burst
from linviz.core.waypoints import Way, Waypoint

MOST = 512
"""Waypoints that are remembered; of more, every second one is let go."""
COARSE = 0.01
"""Of the size of the whole way: a stretch of plain descent longer than this is filled in by theory."""
STOPS = np.array([*range(1, 17), 19, 24, 31, 40, 53, 70, 93, 124, 165, 220, 293, 390, 519, 692, 921])
"""Steps of a stretch at which it is: odd and even ones, so that a way that goes to and fro is seen to."""


@dataclass(frozen=True, slots=True, eq=False)
class Traced:
    """A line across a landscape.

    Parameters
    ----------
    points
        Its corners: (points, 2).
    joined
        Whether a line leads from each corner to the next one, or a person put the parameters there: (points,).
    stops
        Those corners that are moments of the run that are known, not filled in: (stops, 2).
    version
        As long as it is the same, a longer line begins with this one.
    """

    points: Points
    joined: NDArray[np.bool_]
    stops: Points
    version: int = 0


NOTHING = Traced(np.empty((0, 2)), np.empty(0, bool), np.empty((0, 2)))


class Trail:
    """The way along the branch that the run stands on.

    Attributes
    ----------
    branch
        The branch's number; none before any way is known.
    """

    def __init__(self) -> None:
        self.branch: int | None = None
        self._version = 0
        self._points: list[Waypoint] = []
        self._landscape: Landscape | Plane | None = None
        self._before: Burst | None = None  # the last one that was put
        self._clear()

    def _clear(self) -> None:
        self._version += 1
        self._size = self._followed = 0  # corners, and points that have theirs
        self._end = 0  # corners before those of the last point
        self._still = False  # whether the last point is where the one before it is
        self._corners, self._moments = np.empty((64, 2)), np.empty(64)
        self._joined, self._known = np.zeros(64, bool), np.zeros(64, bool)
        self._low, self._high, self._extent = np.full(2, np.inf), np.full(2, -np.inf), 0.0

    def put(self, burst: Burst) -> bool:
        """Note where a command led; tell whether the way there is known, or has to be asked for."""
        before, self._before = self._before, burst
        place = burst.place
        if (
            place is None
            or before is None
            or before.place is None
            or before.snapshot.problem is not burst.snapshot.problem
        ):
            self.forget()
            return False
        if place.branch != self.branch or not self._points or place.moments < self._points[-1].moment:
            self.forget()
            return False
        end = self._points[-1].moment
        if place.moment <= end:
            return True  # in the past, or where it was
        if before.place.moment != end or before.place.branch != place.branch:
            return False
        self._add(Waypoint.after(before.snapshot, burst))
        return True

    def forget(self) -> None:
        """Know nothing of the way any more."""
        self.branch, self._points = None, []
        self._clear()

    def take(self, way: Way) -> None:
        """Take the way along a branch as it was asked for."""
        place = self._before.place if self._before is not None else None
        if way.points and place is not None and place.branch == way.branch:
            self.branch, self._points = way.branch, list(way.points)
            self._clear()

    def cross(self, landscape: Landscape | Plane | None) -> None:
        """See it on another landscape; on none, nothing is seen. On a plane theory can't fill anything in."""
        self._landscape = landscape
        self._clear()

    def until(self, moment: int) -> tuple[Traced, Traced]:
        """Give the way to a moment, and what was done after it."""
        self._follow()
        at = int(np.searchsorted(self._moments[: self._size], moment, side="right"))
        return self._part(0, at), self._part(max(at - 1, 0), self._size)

    @property
    def bounds(self) -> Points:
        """The corners of the rectangle around all of it that is finite; none without any: (2 or 0, 2)."""
        return np.array([self._low, self._high]) if self._high[0] >= self._low[0] else np.empty((0, 2))

    def _part(self, first: int, last: int) -> Traced:
        corners = self._corners[first:last]
        return Traced(corners, self._joined[first:last], corners[self._known[first:last]], self._version)

    def _add(self, point: Waypoint) -> None:
        """Note a point; where the way stands still only its begin and end are kept."""
        if self._still and point.stays_at(self._points[-2]):
            self._let_go_of_end()
        else:
            self._still = point.stays_at(self._points[-1])
        self._points.append(point)
        if len(self._points) > MOST:
            self._points = _thinned(self._points)
            self._clear()

    def _let_go_of_end(self) -> None:
        self._points.pop()
        if self._followed > len(self._points):
            self._size, self._followed = self._end, len(self._points)

    def _follow(self) -> None:
        """Cross the landscape to the last point."""
        if self._landscape is None or not self._points:
            return
        if not self._followed:
            first = self._points[0]
            self._put(self._landscape.coordinates(first.at)[None], np.array([float(first.moment)]), False)
        for before, point in pairwise(self._points[max(self._followed - 1, 0) :]):
            self._end = self._size
            self._extend(self._landscape, before, point)
        self._followed = len(self._points)

    def _extend(self, landscape: Landscape | Plane, before: Waypoint, point: Waypoint) -> None:
        """Add the corners from one point to the next."""
        begin, end = self._corners[self._size - 1], landscape.coordinates(point.at)
        corners, moments = end[None], np.array([float(point.moment)])
        steps = point.step - before.step
        far = not float(np.abs(end - begin).max()) <= COARSE * self._extent
        if isinstance(landscape, Landscape) and point.plain and steps > 1 and far:
            stops = STOPS[: np.searchsorted(STOPS, steps)]
            corners = np.vstack([landscape.descended(before.at, point.rate, stops), corners])
            moments = np.concatenate([before.moment + stops, moments])
        self._put(corners, moments, not point.jumped)

    def _put(self, corners: Points, moments: NDArray[np.float64], joined: bool) -> None:
        finite = corners[np.isfinite(corners).all(axis=1)]
        self._low = np.minimum(self._low, finite.min(axis=0, initial=np.inf))
        self._high = np.maximum(self._high, finite.max(axis=0, initial=-np.inf))
        self._extent = max(0.0, float((self._high - self._low).max()))
        begin, end = self._size, self._size + len(corners)
        while end > len(self._moments):
            for name in ("_corners", "_moments", "_joined", "_known"):
                grown = getattr(self, name)
                setattr(self, name, np.concatenate([grown, np.zeros_like(grown)]))
        self._corners[begin:end], self._moments[begin:end] = corners, moments
        self._joined[begin:end], self._known[begin:end] = joined, False
        self._known[end - 1] = True
        self._size = end


def _thinned(points: list[Waypoint]) -> list[Waypoint]:
    """Let every second point go, but those that a person put there, and the last."""
    found = [points[0]]
    let_go: Waypoint | None = None
    for point in points[1:]:
        if let_go is None and not point.jumped and point is not points[-1]:
            let_go = point
            continue
        if let_go is not None:
            if point.jumped:
                found.append(let_go)
            else:
                same = let_go.plain and point.plain and let_go.rate == point.rate
                found.append(replace(point, plain=same))
                let_go = None
                continue
        found.append(point)
        let_go = None
    return found
