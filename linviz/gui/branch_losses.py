"""What the loss plot knows of a branch: its losses, evaluations, and the settings they came from."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from linviz.core.evaluation_record import TEST, TRAINING, EvaluationRecord
from linviz.core.loss_path import LossPath
from linviz.core.loss_record import Floats
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst, Phase, Update
from linviz.gui.loss_scale import LossScale, Scale


@dataclass(eq=False)
class BranchLosses:
    """What the plot knows of a branch.

    Parameters
    ----------
    path
        Its losses, by step.
    manual
        The steps whose update was written by hand, ascending; to be looked up and gone through.
    broken
        Step and value of the first loss that isn't finite, or none.
    evaluations
        Of its parameters, as far as they were delivered.
    settings
        Those in force where the run stood on it last; none before it did.
    by_parts
        Whether its losses are those of batches, each of other samples.
    rates
        The settings that learning rates came from, each with the step from which on; ascending.
    looked_back
        Whether evaluations were asked for that the window wasn't there to see, if there are some.
    """

    path: LossPath = field(default_factory=LossPath)
    manual: dict[int, None] = field(default_factory=dict)
    broken: tuple[int, float] | None = None
    evaluations: EvaluationRecord = field(default_factory=EvaluationRecord)
    settings: Settings | None = None
    by_parts: bool = False
    rates: list[tuple[int, Settings]] = field(default_factory=list)
    looked_back: bool = False

    def branched(self, first: int) -> "BranchLosses":
        """Give those of a branch that leaves this one at a step."""
        broken = self.broken if self.broken is not None and self.broken[0] < first else None
        manual = {step: None for step in self.manual if step < first}
        # At its start a run may begin by other settings; anywhere else the parameters are those of this one.
        evaluations = self.evaluations.until(first) if first > self.path.first else EvaluationRecord()
        rates = [each for each in self.rates if each[0] < first]
        return BranchLosses(LossPath(self.path, first), manual, broken, evaluations, rates=rates)

    def take_settings(self, settings: Settings, samples: int, step: int) -> None:
        """Take how so many samples are trained on from a step on; what was so in the past was noted there."""
        self.settings = settings
        self.by_parts = not settings.batches.all_at_once(samples - settings.split.tests(samples))
        if not self.rates or step >= self.rates[-1][0]:
            if self.rates and step == self.rates[-1][0]:
                self.rates.pop()
            if not self.rates or self.rates[-1][1] != settings:
                self.rates.append((step, settings))

    def must_look_back(self) -> bool:
        """Tell once whether there may be evaluations to ask for: in a session are none."""
        first, self.looked_back = not self.looked_back, True
        unseen = len(self.path.own.record) > 1 and len(self.evaluations) <= 1
        return first and unseen and bool(self.evaluated_on(LossScale()))

    def counts_on(self, scale: LossScale) -> bool:
        """Tell whether its losses mean something there: that of a batch isn't above the optimum of all samples."""
        return not (self.by_parts and scale.kind is Scale.EXCESS)

    def evaluated_on(self, scale: LossScale) -> tuple[int, ...]:
        """Tell which losses of its evaluations say something there that its own losses don't."""
        if self.settings is None:
            return ()
        if scale.kind is Scale.EXCESS:
            return (TRAINING,) if self.by_parts and self.settings.criterion.loss == "MSE" else ()
        return (TRAINING,) * self.by_parts + (TEST,) * (self.settings.split.test_share > 0)

    def curve(self, first: float, last: float, points: int, scale: LossScale) -> tuple[Floats, Floats]:
        """Give the points of its curve that the axis reaches: steps and heights."""
        if not self.counts_on(scale):
            return np.empty(0), np.empty(0)
        return scale.polyline(*self.path.curve(first, last, points))

    def take_saved(self, losses: Floats, last: float | None, first: int) -> None:
        """Add the losses of its own steps, the first of them at a step; ``last`` is the last that was computed."""
        ends = len(losses) if last is not None and math.isnan(last) else _end_of_numbers(losses)
        self.path.put(np.arange(first, first + ends), losses[:ends])
        infinite = np.flatnonzero(np.isinf(losses[:ends]))
        broken = int(infinite[0]) if len(infinite) else _end_of_numbers(losses)
        if broken < ends and self.broken is None:
            self.broken = first + broken, float(losses[broken])

    def manual_between(self, first: float, last: float, most: int) -> NDArray[np.int64]:
        """Give the steps of a range that were updated by hand; of more than so many, some."""
        marked = np.fromiter(self.manual, np.int64, len(self.manual))
        inside = marked[np.searchsorted(marked, first) : np.searchsorted(marked, last, "right")]
        return inside[:: len(inside) // most + 1]

    def put(self, burst: Burst) -> None:
        """Add what a command did."""
        self.path.put(burst.steps, burst.losses)
        moment = burst.snapshot
        if moment.settings is not self.settings:
            # A change of the rate comes by itself; what comes first is as the branch began.
            self.take_settings(moment.settings, len(moment.x), moment.step if self.rates else self.path.own.first)
        if burst.evaluation is not None and self.evaluated_on(LossScale()):
            self.evaluations.put(burst.evaluation)
        if len(burst.losses) and not math.isfinite(burst.losses[-1]) and self.broken is None:
            self.broken = int(burst.steps[-1]), float(burst.losses[-1])
        if moment.last_update is Update.MANUAL_STEP and moment.next_phase is Phase.FORWARD:
            self.manual |= dict.fromkeys(burst.steps.tolist())


def _end_of_numbers(losses: Floats) -> int:
    """Give one more than the position of the last loss that is a number."""
    numbers = np.flatnonzero(~np.isnan(losses))
    return int(numbers[-1]) + 1 if len(numbers) else 0
