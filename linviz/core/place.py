"""Where a run stands in what was done, as values that a window can show. Needs no torch."""

from dataclasses import dataclass, field
from enum import StrEnum

from linviz.core.settings import Settings


class Kind(StrEnum):
    """What a mark on the time line stands for."""

    MANUAL = "manual"
    AGAIN = "again"
    SETTINGS = "settings"
    BRANCH = "branch"
    COMPUTED = "computed"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on the way that wasn't a plain step.

    Parameters
    ----------
    kind
        What it was.
    step
        The number of steps done when it began.
    count
        How many of it follow each other, a step each; 1 for what is no step.
    """

    kind: Kind
    step: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class BranchInfo:
    """A branch of the history.

    Parameters
    ----------
    number
        Counts the branches since the problem was loaded, from 1.
    name
        What it is called.
    parent
        The number of the branch that it leaves; none for one that begins at the start.
    first_step
        The number of steps done where it begins.
    steps
        The number of steps done where it ends.
    settings
        Those in force where it ends.
    loss
        The last one that was computed; none if there is none.
    moments
        Its last moment.
    """

    number: int
    name: str
    parent: int | None
    first_step: int
    steps: int
    settings: Settings
    loss: float | None = field(compare=False)  # it comes with the moments; one that is NaN would equal nothing
    moments: int = 0

    @property
    def computed(self) -> bool:
        """Whether the parameters that it begins with were computed for a later step than the start, not trained."""
        return self.parent is None and self.first_step > 0


@dataclass(frozen=True, slots=True)
class Place:
    """A moment, and what lies around it.

    Parameters
    ----------
    branch
        The number of the branch.
    moment
        Which one, counted along the branch from the start.
    moments
        The branch's last one.
    step, steps
        The number of steps done at this moment, and at the last one.
    branches
        All that were not deleted, in order.
    marks
        Those of the branch, in order, with those of the branches that it comes from.
    first
        The number of steps at its moment 0: none, unless the parameters there were computed for a later step.
    """

    branch: int
    moment: int
    moments: int
    step: int
    steps: int
    branches: tuple[BranchInfo, ...] = ()
    marks: tuple[Mark, ...] = ()
    first: int = 0

    @property
    def in_the_past(self) -> bool:
        """Whether something came after it."""
        return self.moment < self.moments
