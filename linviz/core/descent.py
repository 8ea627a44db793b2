"""The ways of descending whose course is known in closed form. Needs no torch."""

import math
from dataclasses import dataclass
from typing import Any

from linviz.core.settings import Settings
from linviz.core.theory import Parameters
from linviz.errors import InputError


@dataclass(frozen=True, slots=True)
class Descent:
    """Full-batch ``torch.optim.SGD``: gradient descent, heavy ball or Nesterov momentum.

    Torch documents the update as, with the gradient g of the loss::

        g ← g + weight_decay · θ
        buffer ← g at the first step, then momentum · buffer + (1 − dampening) · g
        θ ← θ − learning_rate · (g + momentum · buffer if nesterov else buffer)

    Without momentum there is no buffer, and dampening has no effect. With it, this is Polyak's heavy ball (Some methods
    of speeding up the convergence of iteration methods, 1964) or Nesterov's method (A method of solving a convex
    programming problem with convergence rate O(1/k²), 1983) in the form of Sutskever et al. (On the importance of
    initialization and momentum in deep learning, 2013).

    Parameters
    ----------
    learning_rate
        Positive and finite.
    momentum
        Finite, from 0 on; from 1 on the heavy ball never settles.
    dampening
        Finite.
    nesterov
        Needs momentum and no dampening, as torch does.
    weight_decay
        Finite, from 0 on.

    Raises
    ------
    InputError
        If a value is none of those allowed.
    """

    learning_rate: float
    momentum: float = 0.0
    dampening: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.learning_rate < math.inf:
            raise InputError(f"learning rate must be a positive finite number, got {self.learning_rate}")
        for name in ("momentum", "weight_decay"):
            value = getattr(self, name)
            if not 0 <= value < math.inf:
                raise InputError(f"{name.replace('_', ' ')} must be a finite number from 0 on, got {value}")
        if not math.isfinite(self.dampening):
            raise InputError(f"dampening must be a finite number, got {self.dampening}")
        if self.nesterov and (not self.momentum or self.dampening):
            raise InputError(
                "Nesterov momentum needs a momentum above 0 and a dampening of 0, got momentum "
                f"{self.momentum} and dampening {self.dampening}"
            )

    @classmethod
    def of(cls, settings: Settings) -> "Descent":
        """Read the way of descending from the settings.

        Raises
        ------
        InputError
            If its course has no closed form.
        """
        require_closed_form(settings)
        chosen: dict[str, Any] = dict(settings.options)
        return cls(settings.learning_rate, **chosen)

    @property
    def drive(self) -> float:
        """The factor of the gradient from the second step on, in learning rates."""
        return 1 - self.dampening if self.momentum else 1.0

    def after(
        self, at: Parameters, gradient: Parameters, buffer: Parameters | None
    ) -> tuple[Parameters, Parameters | None]:
        """Give parameters and buffer after one step with a gradient of the loss; an empty buffer is none."""
        steep = [slope + self.weight_decay * each for each, slope in zip(at, gradient, strict=True)]
        move, kept = steep, None
        if self.momentum:
            kept = steep
            if buffer is not None:
                kept = [self.momentum * old + self.drive * new for old, new in zip(buffer, steep, strict=True)]
            ahead = [new + self.momentum * each for new, each in zip(steep, kept, strict=True)]
            move = ahead if self.nesterov else kept
        there = Parameters(*(each - self.learning_rate * way for each, way in zip(at, move, strict=True)))
        return there, None if kept is None else Parameters(*kept)

    def stability_limit(self, largest: float) -> float:
        """Give the learning rate from which on this diverges, whatever it is now.

        ``2 / λ`` without momentum, ``2 (1 + momentum) / λ`` for the heavy ball (Polyak 1964; Goh, Why Momentum Really
        Works, Distill, 2017), by ``1 − dampening`` with that; ``2 (1 + momentum) / (1 + 2 momentum) / λ`` for
        Nesterov's. Each is where a root of the recurrence in `linviz.core.recurrence` leaves the unit circle at −1.

        Parameters
        ----------
        largest
            The largest eigenvalue of the Hessian, weight decay included.
        """
        if self.nesterov:
            return 2 * (1 + self.momentum) / (1 + 2 * self.momentum) / largest if largest else math.inf
        if self.momentum >= 1 or self.drive < 0:
            return 0.0
        return 2 * (1 + self.momentum) / (self.drive * largest) if self.drive * largest else math.inf


def require_closed_form(settings: Settings) -> None:
    """Refuse settings under which the course of a run can't be told without running it.

    Raises
    ------
    InputError
        Unless each step is the same linear function of parameters and buffer: that of SGD, at one learning rate, on one
        paraboloid, that of all samples.
    """
    if settings.optimizer != "SGD":
        raise InputError(
            f"the course of {settings.optimizer} has no closed form, its step isn't a fixed linear function of the "
            "parameters: run it, or choose SGD"
        )
    if settings.criterion.loss != "MSE":
        raise InputError(
            f"the course under {settings.criterion.name} has no closed form, its loss is no paraboloid: run it, or "
            "choose loss MSE"
        )
    if settings.batches.batch is not None:
        raise InputError(
            f"the course in batches of {settings.batches.batch} has no closed form, each step descends the loss of "
            "other samples: run it, or choose batch none"
        )
    if not settings.schedule.constant:
        raise InputError(
            "the course under a schedule has no closed form here, as its learning rate changes from step to step: run "
            "it, or choose schedule constant and warm-up 0"
        )
