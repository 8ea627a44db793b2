"""The losses along a branch: its own, and before them those of the branches that it comes from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linviz.core.loss_record import Floats, LossRecord


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """The losses of one branch, from the step at which it begins.

    Parameters
    ----------
    record
        Holds them, counted from there.
    first
        That step.
    """

    record: LossRecord
    first: int

    @property
    def end(self) -> int:
        """One more than the last step that has a loss."""
        return self.first + len(self.record)


class LossPath:
    """Reads like one record, and shares what branches have in common.

    Parameters
    ----------
    before
        The path of the branch that it leaves, or none.
    first
        The step at which it leaves it: from there on losses are its own.
    """

    def __init__(self, before: "LossPath | None" = None, first: int = 0) -> None:
        self.own = Stretch(LossRecord(), first)
        self._stretches: list[Stretch]
        # Of the stretches before, those that begin before this one does; each is read up to where the next begins.
        self._stretches = [*(each for each in (before._stretches if before else ()) if each.first < first), self.own]

    def __len__(self) -> int:
        """One more than the last step that has a loss."""
        return max(self.own.end if len(self.own.record) else 0, *(end for _, _, end in self._parts()))

    @property
    def first(self) -> int:
        """The step at which all of it begins."""
        return self._stretches[0].first

    def put(self, steps: NDArray[np.int64], losses: Floats) -> None:
        """Note losses; see `LossRecord.put`. What comes before the branch is there already."""
        own = steps >= self.own.first
        self.own.record.put(steps[own] - self.own.first, losses[own])

    def losses(self, first: int, last: int) -> Floats:
        """Give the losses of the steps from ``first`` to before ``last``, NaN where there is none: (last − first,)."""
        found = np.full(max(last - first, 0), np.nan)
        for stretch, begin, end in self._parts():
            low, high = max(first, begin), min(last, end)
            if low < high:
                found[low - first : high - first] = stretch.record.between(low - stretch.first, high - stretch.first)
        return found

    def at(self, steps: NDArray[np.int64]) -> Floats:
        """Give the losses of these steps, NaN where there is none: (n,)."""
        found = np.full(len(steps), np.nan)
        for stretch, begin, end in self._parts():
            here = (steps >= begin) & (steps < end)
            found[here] = stretch.record.at(steps[here] - stretch.first)
        return found

    def curve(self, first: float, last: float, points: int) -> tuple[Floats, Floats]:
        """Give a polyline through the finite losses of a range of steps; see `LossRecord.curve`."""
        drawn = []
        for stretch, begin, end in self._parts():
            low, high = max(first, begin), min(last, end - 1)
            if (low <= high and end > begin) or len(self._stretches) == 1:
                share = max(round(points * (high - low) / max(last - first, 1)), 2)
                steps, losses = stretch.record.curve(
                    low - stretch.first, high - stretch.first, share if len(self._stretches) > 1 else points
                )
                own = steps < end - stretch.first  # a neighbour outside may be another branch's
                drawn.append((steps[own] + stretch.first, losses[own]))
        if not drawn:
            return np.empty(0), np.empty(0)
        return np.concatenate([steps for steps, _ in drawn]), np.concatenate([losses for _, losses in drawn])

    def _parts(self) -> list[tuple[Stretch, int, int]]:
        """Give each stretch with the steps that are read from it: the first, and one more than the last."""
        following = [*(stretch.first for stretch in self._stretches[1:]), None]
        return [
            (stretch, stretch.first, stretch.end if stop is None else max(min(stretch.end, stop), stretch.first))
            for stretch, stop in zip(self._stretches, following, strict=True)
        ]
