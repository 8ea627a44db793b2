"""What can be asked of a trainer, as values: they can be queued, recorded and replayed. Needs no torch."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from linviz.core.new_start import NewStart
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst, Phase
from linviz.core.tables.table import TableSource, Watch
from linviz.core.terms import Index

if TYPE_CHECKING:
    from linviz.core.condition import Condition
    from linviz.core.trainer import Trainer


Drawable = Problem | Recipe | TableSource
"""A problem, or what it can be made from."""


class Command(Protocol):
    """Anything that changes a run."""

    def apply(self, trainer: "Trainer") -> Burst:
        """Do it, on the thread that owns the trainer."""


class Question(Protocol):
    """Anything that is asked of a run without changing it."""

    def apply(self, trainer: "Trainer") -> object:
        """Find the answer, on the thread that owns the trainer."""


@dataclass(frozen=True, slots=True)
class NextPhase:
    """Run one phase."""

    def apply(self, trainer: "Trainer") -> Burst:
        """See `Trainer.next_phase`."""
        return Burst.of(trainer.next_phase())


@dataclass(frozen=True, slots=True)
class Step:
    """Finish this iteration, with ``optimizer.step()`` or by hand."""

    by_hand: bool = False

    def apply(self, trainer: "Trainer") -> Burst:
        """See `Trainer.step` and `Trainer.manual_step`."""
        return Burst.of(trainer.manual_step() if self.by_hand else trainer.step())


@dataclass(frozen=True, slots=True)
class RunTo:
    """Run phases up to and including one."""

    phase: Phase
    by_hand: bool = False

    def apply(self, trainer: "Trainer") -> Burst:
        """See `Trainer.run_to`."""
        return Burst.of(trainer.run_to(self.phase, self.by_hand))


@dataclass(frozen=True, slots=True)
class UpdateAgain:
    """Apply an update once more with the gradient that is there."""

    by_hand: bool = False

    def apply(self, trainer: "Trainer") -> Burst:
        """See `Trainer.update_again`."""
        return Burst.of(trainer.update_again(self.by_hand))


@dataclass(frozen=True, slots=True)
class Run:
    """Repeat Step for a number of steps, or seconds, or whichever ends first.

    With ``continued`` it goes on with a run that was asked for before, and so does nothing once a loss that isn't
    finite has stopped that. The conditions of ``until`` are looked for by `History`, after every step.
    """

    steps: int | None = None
    seconds: float | None = None
    continued: bool = False
    by_hand: bool = False
    until: tuple["Condition", ...] = ()

    def apply(self, trainer: "Trainer") -> Burst:
        """See `Trainer.run`."""
        moment = trainer.snapshot()
        if self.continued and moment.loss is not None and not math.isfinite(moment.loss):
            return Burst.of(moment)
        return trainer.run(self.steps, self.seconds, self.by_hand)


@dataclass(frozen=True, slots=True)
class Reset:
    """Go back to the same start, with other settings if there are any; another dtype begins a new history."""

    settings: Settings | None = None

    def apply(self, trainer: "Trainer") -> Burst:
        """See `Trainer.reset` and `Trainer.restart`."""
        return Burst.of(trainer.reset() if self.settings is None else trainer.restart(self.settings))


@dataclass(frozen=True, slots=True)
class SetLearningRate:
    """Use another learning rate from the next update on."""

    learning_rate: float

    def apply(self, trainer: "Trainer") -> Burst:
        """See `Trainer.set_learning_rate`."""
        return Burst.of(trainer.set_learning_rate(self.learning_rate))


@dataclass(frozen=True, slots=True)
class Edit:
    """Put other numbers into cells of x, y, weight or bias: (field, stored index, number) each."""

    cells: tuple[tuple[str, Index, float], ...]

    def apply(self, trainer: "Trainer") -> Burst:
        """See `Trainer.edit`."""
        return Burst.of(trainer.edit(self.cells))


@dataclass(frozen=True, slots=True)
class Load:
    """Start on another problem, given or yet to be drawn."""

    source: Drawable | NewStart

    def apply(self, trainer: "Trainer") -> Burst:
        """See `Trainer.load`."""
        return Burst.of(trainer.load(drawn(self.source)))


def drawn(source: Drawable | NewStart, watch: Watch | None = None) -> Problem:
    """Draw the problem if it is only a recipe yet, or read it, under a watch, if it is in a table."""
    if isinstance(source, TableSource):
        return source.draw(watch)
    return source if isinstance(source, Problem) else source.draw()
