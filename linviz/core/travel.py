"""Commands that move in what was done, or order it. Needs no torch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from linviz.core.command import Command
from linviz.core.computed_start import computed_start
from linviz.core.snapshot import Array, Burst, Snapshot
from linviz.core.theory import Parameters

if TYPE_CHECKING:
    from linviz.core.history import History


@runtime_checkable
class Travel(Protocol):
    """Anything that moves in what was done, or orders it."""

    def travel(self, history: "History") -> object:
        """Do it, on the thread that owns the history; give a burst if the window is to show where the run stands."""


@dataclass(frozen=True, slots=True)
class Seek:
    """Stand at a moment of a branch; of the present one without a number."""

    moment: int
    branch: int | None = None

    def travel(self, history: "History") -> Burst:
        """See `History.seek`."""
        return history.seek(self.moment, self.branch)


@dataclass(frozen=True, slots=True)
class SeekStep:
    """Stand where a step was just done."""

    step: int
    branch: int | None = None

    def travel(self, history: "History") -> Burst:
        """See `History.seek_step`."""
        return history.seek_step(self.step, self.branch)


@dataclass(frozen=True, slots=True)
class Rename:
    """Call a branch otherwise."""

    branch: int
    name: str

    def travel(self, history: "History") -> Burst:
        """See `History.rename`."""
        history.rename(self.branch, self.name)
        return Burst.of(history.trainer.snapshot())


@dataclass(frozen=True, slots=True)
class Delete:
    """Take a branch out of the list, or put it back."""

    branch: int
    deleted: bool = True

    def travel(self, history: "History") -> Burst:
        """See `History.delete`."""
        history.delete(self.branch, self.deleted)
        return Burst.of(history.trainer.snapshot())


@dataclass(frozen=True, slots=True)
class Move:
    """Go some moments back or forward along the branch, or some steps.

    Relative, so that of two quick clicks neither is lost. Before the start there is nothing; beyond the end ``beyond``
    is done, if it is given.
    """

    by: int
    of_steps: bool = False
    beyond: Command | None = None

    def travel(self, history: "History") -> Burst:
        """See `History.move`."""
        return history.move(self.by, self.of_steps, self.beyond)


@dataclass(frozen=True, slots=True)
class Switch:
    """Stand at the end of a branch."""

    branch: int

    def travel(self, history: "History") -> Burst:
        """See `History.switch`."""
        return history.switch(self.branch)


@dataclass(frozen=True, slots=True, eq=False)
class Leap:
    """Begin a branch at parameters that were computed for a step, not trained."""

    step: int
    weight: Array
    bias: Array
    buffer: Parameters | None = None

    def travel(self, history: "History") -> Burst:
        """See `History.leap`."""
        now = history.trainer.snapshot()
        return history.leap(computed_start(now, self.step, self.weight, self.bias, self.buffer))


@dataclass(frozen=True, slots=True)
class SetBudget:
    """Let the kept states take so many bytes, of this problem and of those that come after it."""

    budget: int

    def travel(self, history: "History") -> None:
        """See `History.set_budget`."""
        history.set_budget(self.budget)


@dataclass(frozen=True, slots=True)
class EndOf:
    """Ask for the last moment of a branch, a `Snapshot`; the run stays where it is."""

    branch: int

    def travel(self, history: "History") -> Snapshot:
        """See `History.end_of`."""
        return history.end_of(self.branch)
