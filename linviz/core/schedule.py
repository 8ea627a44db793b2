"""Learning rates that change with the steps. Needs no torch."""

import math
from dataclasses import dataclass
from typing import ClassVar, Final

from linviz.core.option import Choices, Option, number, whole

SCHEDULES: Final = ("constant", "step", "cosine")


@dataclass(frozen=True, slots=True)
class Schedule(Choices):
    """What the learning rate is multiplied by at each step: a function of the step alone.

    It is what ``torch.optim.lr_scheduler.LambdaLR`` does with `code`. ``StepLR`` and ``CosineAnnealingLR`` follow the
    same courses, but multiply from step to step, so that their last bits depend on the way.

    Parameters
    ----------
    schedule
        One of `SCHEDULES`: the same at all steps; times ``schedule_factor`` every ``schedule_steps`` steps; along half
        a cosine from 1 to ``schedule_factor`` in ``schedule_steps`` steps, and that from there on (Loshchilov and
        Hutter, SGDR, 2017, without restarts).
    schedule_steps, schedule_factor
        See ``schedule``.
    warm_up
        Over so many steps at first it rises evenly to 1; the schedule begins after them.

    Raises
    ------
    InputError
        If a value is none of those allowed.
    """

    schedule: str = "constant"
    schedule_steps: int = 100
    schedule_factor: float = 0.1
    warm_up: int = 0

    OPTIONS: ClassVar[tuple[Option, ...]] = (
        Option.of_words("schedule", SCHEDULES, "How the learning rate goes with the steps."),
        Option(
            "schedule_steps",
            100,
            "a whole number from 1 on",
            whole(1),
            "Steps between two changes, or of the half cosine.",
        ),
        Option(
            "schedule_factor",
            0.1,
            "a number above 0 to 1",
            lambda entry: number(entry, lambda value: 0 < value <= 1),
            "What each change multiplies by, or where the cosine ends.",
        ),
        Option("warm_up", 0, "a whole number from 0 on", whole(0), "Steps over which the learning rate rises first."),
    )

    @property
    def constant(self) -> bool:
        """Whether the learning rate is the same at all steps."""
        return self.schedule == "constant" and not self.warm_up

    def factor(self, step: int) -> float:
        """Give what the learning rate is multiplied by after so many updates."""
        if step < self.warm_up:
            return (step + 1) / (self.warm_up + 1)
        k, n, f = step - self.warm_up, self.schedule_steps, self.schedule_factor
        if self.schedule == "step":
            return math.pow(f, k // n)
        if self.schedule == "cosine":
            return f + (1 - f) * (1 + math.cos(math.pi * min(k, n) / n)) / 2
        return 1.0

    @property
    def code(self) -> str:
        """The factor as an expression of Python in k, the number of updates before."""
        k, n, f = (f"(k - {self.warm_up})" if self.warm_up else "k"), self.schedule_steps, self.schedule_factor
        course = {
            "constant": "1.0",
            "step": f"{f!r} ** ({k} // {n})",
            "cosine": f"{f!r} + (1 - {f!r}) * (1 + math.cos(math.pi * min({k}, {n}) / {n})) / 2",
        }[self.schedule]
        return f"(k + 1) / {self.warm_up + 1} if k < {self.warm_up} else {course}" if self.warm_up else course
