"""When a run is to stop, as values. Needs no torch."""

import math
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from linviz.core.snapshot import Burst, Snapshot
from linviz.errors import InputError

Losses = NDArray[np.float64]


class Condition(Protocol):
    """What is looked for after every step of a run."""

    by_step: ClassVar[bool]
    """Whether it needs more of each step than its loss, so that the run goes one real step at a time."""

    def first(self, burst: Burst, before: float) -> int | None:
        """Give the position in a burst of the first step that meets it; ``before`` is the loss before the burst."""

    def __str__(self) -> str:
        """Say what is met, as the end of a sentence that begins with "Stopped after step 12: "."""


@dataclass(frozen=True, slots=True)
class LossBelow:
    """The loss is below a number."""

    by_step: ClassVar[bool] = False
    value: float

    def __post_init__(self) -> None:
        _check("loss", self.value)

    def first(self, burst: Burst, before: float) -> int | None:
        """See `Condition`."""
        del before
        return _first(burst.losses < self.value)

    def __str__(self) -> str:
        return f"the loss is below {self.value:g}"


@dataclass(frozen=True, slots=True)
class LossRises:
    """The loss is above the one before."""

    by_step: ClassVar[bool] = False

    def first(self, burst: Burst, before: float) -> int | None:
        """See `Condition`."""
        if not len(burst.losses):
            return None
        return _first(burst.losses > np.concatenate(([before], burst.losses[:-1])))

    def __str__(self) -> str:
        return "the loss rose"


@dataclass(frozen=True, slots=True)
class GradientBelow:
    """The Euclidean norm of the gradient, weight and bias together, is below a number."""

    by_step: ClassVar[bool] = True
    value: float

    def __post_init__(self) -> None:
        _check("gradient norm", self.value)

    def first(self, burst: Burst, before: float) -> int | None:
        """See `Condition`."""
        del before
        return len(burst.losses) - 1 if gradient_norm(burst.snapshot) < self.value else None

    def __str__(self) -> str:
        return f"the gradient norm is below {self.value:g}"


@dataclass(frozen=True, slots=True)
class StepReached:
    """So many steps are done, counted from the start."""

    by_step: ClassVar[bool] = False
    step: int

    def __post_init__(self) -> None:
        if self.step < 1:
            raise InputError(f"the step to stop at must be at least 1, got {self.step}")

    def first(self, burst: Burst, before: float) -> int | None:
        """See `Condition`."""
        del before
        return _first(burst.steps + 1 >= self.step)

    def __str__(self) -> str:
        return f"step {self.step:,} is done"


def first_met(conditions: tuple[Condition, ...], burst: Burst, before: float) -> tuple[int, str] | None:
    """Give the position in a burst of the first step that meets one of the conditions, and in words which."""
    found = ((condition.first(burst, before), str(condition)) for condition in conditions)
    return min(((at, words) for at, words in found if at is not None), default=None)


def gradient_norm(snapshot: Snapshot) -> float:
    """Give the Euclidean norm of the gradient that is there, infinite if there is none."""
    if snapshot.weight_grad is None or snapshot.bias_grad is None:
        return math.inf
    parts = (np.linalg.norm(np.asarray(each, np.float64)) for each in (snapshot.weight_grad, snapshot.bias_grad))
    return math.hypot(*map(float, parts))


def _first(met: NDArray[np.bool_]) -> int | None:
    at = int(met.argmax()) if len(met) else 0
    return at if len(met) and met[at] else None


def _check(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise InputError(f"the {name} to stop below must be a positive finite number, got {value}")
