"""Parameters and momentum buffer after any number of steps of full-batch descent, in closed form."""

from functools import cached_property

import numpy as np

from linviz.core.descent import Descent
from linviz.core.recurrence import Recurrence, Steps
from linviz.core.snapshot import Array
from linviz.core.theory import Parameters, Theory


class Motion:
    """A descent along the eigen-directions of the Hessian, in each of which it goes its own way.

    Let A be the distance of `linviz.core.recurrence` for ``start = 1, kick = 0``, and S that for ``start = 0, kick =
    1``. Then the distance to the optimum along a direction is ``A · distance + S · kick``, where a carried buffer b
    makes the kick ``−learning_rate · momentum · b``, with Nesterov once more by the momentum.

    Parameters
    ----------
    theory
        Of the data, with the weight decay of the descent.
    descent
        How it is descended.
    start
        The parameters at step 0.
    buffer
        The momentum buffer at step 0, of the shape of the parameters; none if it is empty, as at the start of a run.

    Attributes
    ----------
    distance, kick
        Along the directions in which the loss is curved: (rank, outputs).
    flat, flat_kick
        The part of the parameters and of the kick along those in which it is flat: (parameters, outputs).
    recurrence
        Of A: that of each curved direction, and last one for all that are flat, where weight decay alone acts.
    """

    def __init__(self, theory: Theory, descent: Descent, start: Parameters, buffer: Parameters | None) -> None:
        self._theory, self._descent, self._carried = theory, descent, buffer is not None
        packed = theory.packed(start)
        self._buffer = np.zeros_like(packed) if buffer is None else theory.packed(buffer)
        kick = -descent.learning_rate * descent.momentum * self._buffer * (descent.momentum if descent.nesterov else 1)
        self._from = theory.directions.T @ packed
        self.distance, self.kick = self._from - theory.along, theory.directions.T @ kick
        self.flat, self.flat_kick = theory.flat_part(packed), theory.flat_part(kick)
        self._pull = np.append(theory.curvature, 0) + descent.weight_decay
        self.recurrence = self.along()

    def along(self, start: Array | float = 1.0, kick: Array | float = 0.0) -> Recurrence:
        """Give the recurrence of each curved direction and of all flat ones, from other distances and kicks."""
        return Recurrence(self._descent, self._pull, start, kick, carried=self._carried)

    def along_twice(self, start: Array, kick: Array) -> Recurrence:
        """Give the recurrences of `along`, and after them those of S."""
        starts, kicks = np.append(start, np.zeros_like(start)), np.append(kick, np.ones_like(kick))
        return Recurrence(self._descent, np.tile(self._pull, 2), starts, kicks, carried=self._carried)

    @cached_property
    def pushed(self) -> Recurrence:
        """That of S."""
        return self.along(0.0, 1.0)

    def parameters(self, steps: Steps) -> Parameters:
        """Give the parameters after a step, the only one of ``steps``; where float64 ends, they are infinite."""
        at, push = self.recurrence.at(steps), self.pushed.at(steps) if self._carried else None
        (change,) = self.recurrence.change(steps, *at)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            left, pushes = _worth(at), _worth(push) if push else np.zeros_like(change)
            # From whichever end is near: the difference of large numbers would lose the digits of a small one.
            near_start = np.abs(change[:-1, None]) < 1 / 2
            along = np.where(
                near_start,
                self._from + change[:-1, None] * self.distance,
                self._theory.along + left[:-1, None] * self.distance,
            )
            packed = self._theory.directions @ (along + pushes[:-1, None] * self.kick)
            packed = packed + left[-1] * self.flat + pushes[-1] * self.flat_kick
        if not np.isfinite(packed).all():
            packed = self._beyond(at, push)
        return self._theory.unpacked(packed)

    def buffer(self, steps: Steps) -> Parameters | None:
        """Give the buffer after a step, the only one of ``steps``; none where it is empty.

        It follows the recurrence of the distance: with the gradient's share ``(1 − dampening) λ d`` of each step, from
        ``b₀`` and ``b₁ = momentum · b₀ + (1 − dampening) λ d₀``. An empty one, whose first step isn't dampened, goes on
        as one of ``dampening / momentum · λ d₀`` would.
        """
        descent, theory = self._descent, self._theory
        if not descent.momentum or (not self._carried and not steps[0]):
            return None
        pull, beta = self._pull, descent.momentum
        along, flat = theory.directions.T @ self._buffer, theory.flat_part(self._buffer)
        if not self._carried:
            along = descent.dampening / beta * pull[:-1, None] * self.distance
            flat = descent.dampening / beta * pull[-1] * self.flat
        h = descent.learning_rate * pull
        # So that the factor of the first step is the momentum.
        lost = (1 + beta) * h if descent.nesterov else descent.drive * h
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            fading = _worth(Recurrence(descent, pull, 1.0, lost - (1 - beta), carried=True).at(steps))
            gained = descent.drive * pull * _worth(Recurrence(descent, pull, 0.0, 1.0, carried=True).at(steps))
            packed = theory.directions @ (fading[:-1, None] * along + gained[:-1, None] * self.distance)
            return theory.unpacked(packed + fading[-1] * flat + gained[-1] * self.flat)

    def _beyond(self, at: tuple[Array, Array], push: tuple[Array, Array] | None) -> Array:
        """Give packed parameters some of which are beyond float64, by a common factor that is put in last."""
        parts = [(*at, self.distance, self.flat)]
        if push is not None:
            parts.append((*push, self.kick, self.flat_kick))
        # Growth counts only where there is something that grows.
        moving = [np.append(curved.any(axis=1), flat.any()) & (mantissa[0] != 0) for mantissa, _, curved, flat in parts]
        offset = max(
            float(exponent[0][moves].max(initial=-np.inf))
            for (_, exponent, *_), moves in zip(parts, moving, strict=True)
        )
        directions = self._theory.directions
        packed = np.zeros_like(self.flat)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            for ((mantissa,), (exponent,), curved, flat), moves in zip(parts, moving, strict=True):
                left = np.where(moves, mantissa * np.exp(exponent - offset), 0)
                packed = packed + directions @ (left[:-1, None] * curved) + left[-1] * flat
            packed = np.where(packed == 0, 0, packed * np.exp(offset))
            return packed + directions @ self._theory.along


def _worth(at: tuple[Array, Array]) -> Array:
    """Give the numbers of one step that mantissas and exponents stand for: (directions,)."""
    (mantissa,), (exponent,) = at
    return np.asarray(mantissa * np.exp(exponent))
