"""Where the parameters have come along: some of the moments of a branch. Needs no torch."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from linviz.core.branch import Branch, Kept
from linviz.core.command import Edit, Step
from linviz.core.settings import Settings
from linviz.core.snapshot import Array, Burst, Phase, Snapshot, Update
from linviz.core.theory import Parameters

if TYPE_CHECKING:
    from linviz.core.history import History

MOST = 256
"""Points of a way that are asked for."""
SAME = 1e-6
"""Of a parameter's size: a way that is shorter in each of them is none."""
PLAIN = Update.STEP, Update.MANUAL_STEP


@dataclass(frozen=True, slots=True, eq=False)
class Waypoint:
    """The parameters at a moment.

    Parameters
    ----------
    moment, step
        Which one, and the number of steps done there.
    weight, bias
        As a `Snapshot` has them.
    rate
        The learning rate in force on the way here from the point before.
    plain
        Whether that way is whole steps of plain gradient descent and nothing else, so that theory knows what lies
        between.
    jumped
        Whether a person put the parameters here.
    """

    moment: int
    step: int
    weight: Array
    bias: Array
    rate: float = 0.0
    plain: bool = False
    jumped: bool = False

    @property
    def at(self) -> Parameters:
        """The parameters."""
        return Parameters(self.weight, self.bias)

    def stays_at(self, other: "Waypoint") -> bool:
        """Tell whether the run came here by itself and in the same manner, and it is the same place."""
        if self.jumped or (self.plain, self.rate) != (other.plain, other.rate):
            return False
        pairs = (self.weight, other.weight), (self.bias, other.bias)
        return all(bool((np.abs(one - another) <= SAME * np.abs(one)).all()) for one, another in pairs)

    @classmethod
    def after(cls, before: Snapshot, burst: Burst) -> "Waypoint":
        """Give the moment that a command led to, from the one before it on the same branch."""
        moment, update = burst.snapshot, burst.snapshot.last_update
        steps = moment.step - before.step
        plain = (
            before.settings == moment.settings
            and _is_plain(moment.settings)
            and before.next_phase is Phase.FORWARD
            and moment.next_phase is Phase.FORWARD
            and update in PLAIN
            and 0 < steps <= len(burst.losses)
        )
        jumped = update is Update.EDIT and moment.applied is not before.applied
        at = burst.place.moment if burst.place else 0
        return cls(at, moment.step, moment.weight, moment.bias, before.settings.learning_rate, plain, jumped)


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Points of the way along a branch, in order, with those of the branches that it comes from.

    Parameters
    ----------
    branch
        Its number.
    points
        The first is where all of it begins; none if there is no such branch any more.
    """

    branch: int
    points: tuple[Waypoint, ...]


@dataclass(frozen=True, slots=True)
class WayOf:
    """Ask for the way along a branch, as far as states of it are kept; the run stays where it is."""

    branch: int
    most: int = MOST

    def travel(self, history: "History") -> Way:
        """Pick some: more of the first steps, which go farthest; none of a branch that is gone with its problem."""
        branch, place = next((each for each in history.branches if each.number == self.branch), None), history.place()
        if branch is None:
            return Way(self.branch, ())
        kept = kept_along(branch)
        if place.branch == self.branch and place.moment > kept[-1].moment:
            kept.append(Kept(place.moment, history.trainer.snapshot(), whole=True))
        count = len(kept)
        if count > self.most:
            half = self.most // 2
            picked = np.concatenate([np.geomspace(1, count, half) - 1, np.linspace(0, count - 1, half)])
            kept = [kept[at] for at in np.unique(picked.round().astype(int))]
        points = [Waypoint(kept[0].moment, kept[0].snapshot.step, kept[0].snapshot.weight, kept[0].snapshot.bias)]
        points += [_between(branch, one, other) for one, other in pairwise(kept)]
        return Way(branch.number, tuple(points))


def _is_plain(settings: Settings) -> bool:
    """Tell whether steps are those of which theory knows the course."""
    return settings.is_plain and settings.is_exact and settings.schedule.constant


def kept_along(branch: Branch) -> list[Kept]:
    """Give the kept states along a branch, in order, one of each moment."""
    found: dict[int, Kept] = {}
    for each, end in branch.lineage(branch.moments):
        for kept in each.kept:
            if kept.moment <= end:
                found.setdefault(kept.moment, kept)
    return [found[moment] for moment in sorted(found)]


def _between(branch: Branch, one: Kept, other: Kept) -> Waypoint:
    done = [command for command, _ in branch.way(one.moment, other.moment)]
    settings, start = one.snapshot.settings, one.snapshot.next_phase
    plain = _is_plain(settings) and start is Phase.FORWARD and all(isinstance(command, Step) for command in done)
    jumped = any(isinstance(command, Edit) for command in done)
    at = other.snapshot
    return Waypoint(other.moment, at.step, at.weight, at.bias, settings.learning_rate, plain and bool(done), jumped)
