"""The course of full-batch descent in closed form: any step in the time of the first one."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from linviz.core.descent import Descent
from linviz.core.motion import Motion
from linviz.core.recurrence import Recurrence, Steps, best_learning_rate
from linviz.core.snapshot import Array
from linviz.core.theory import Parameters, Theory
from linviz.errors import InputError

LAST = 2**62
"""No step beyond is looked for; a million steps a second take 146,000 years there."""
LOOKED_AT = 2**21
"""Steps, at most, from where it may be on, for the one at which a swing crosses a value."""
AT_ONCE = 2**14


class Trajectory:
    """Where a descent stands after any number of steps, as exact arithmetic has it.

    Along each eigen-direction of the Hessian the distance to the optimum follows its own recurrence
    (`linviz.core.recurrence`), and the loss is the sum of what these distances cost. So neither the number of steps nor
    that of samples makes a difference, and the excess over the optimum keeps its digits when it is far below them.

    Parameters
    ----------
    theory
        Of the data.
    descent
        How it is descended. Its weight decay counts, whatever that of the theory is.
    start
        The parameters at step 0.
    buffer
        The momentum buffer at step 0, of the shape of the parameters; none if it is empty, as at the start of a run.
    """

    def __init__(self, theory: Theory, descent: Descent, start: Parameters, buffer: Parameters | None = None) -> None:
        self.theory, self.descent = theory.with_weight_decay(descent.weight_decay), descent
        self.start, self._buffer = Parameters(*(np.asarray(each, np.float64) for each in start)), buffer
        theory, decay = self.theory, descent.weight_decay
        self._motion = motion = Motion(theory, descent, self.start, buffer)
        self._optimal_loss = theory.optimal_loss
        curvature = np.append(theory.curvature, 0)
        with np.errstate(over="ignore"):
            self._sizes, squares = _sizes(motion) if buffer is not None else (motion.recurrence, _squares(motion))
            repeats = len(squares) // len(curvature)
            self._excess = np.tile(curvature + decay, repeats) * squares / 2
            self._curved = np.tile(curvature, repeats) * squares / 2
        # At the optimum the loss itself has a slope, which weight decay holds: by distances, and by kicks.
        self._slope, self._slope_pushed = (
            np.append(-decay * np.sum(theory.along * each, axis=1), 0) for each in (motion.distance, motion.kick)
        )

    def from_start(self, learning_rate: float) -> "Trajectory":
        """Give the course from the same start at another learning rate."""
        return Trajectory(self.theory, replace(self.descent, learning_rate=learning_rate), self.start, self._buffer)

    @property
    def contraction(self) -> Array:
        """By what a step multiplies the distance in the long run, in the order of the eigenvalues: (parameters,).

        For gradient descent ``|1 − learning rate · λ|``. Below 1 it shrinks, above it grows; where the objective is
        flat it is 1, and nothing moves.
        """
        return np.exp(self.log_contraction)

    @property
    def log_contraction(self) -> Array:
        """The logarithm of `contraction`, of the right sign where a factor can't be told from 1: (parameters,)."""
        flat = self.theory.parameters - self.theory.rank
        log = self._motion.recurrence.log_factor
        return np.concatenate([np.full(flat, log[-1]), log[:-1]])

    @property
    def stability_limit(self) -> float:
        """The learning rate above which this way of descending diverges; see `Descent.stability_limit`."""
        return self.descent.stability_limit(float(self.theory.eigenvalues[-1]))

    @property
    def best_learning_rate(self) -> float:
        """The one whose slowest direction is fastest, for this way of descending.

        See `linviz.core.recurrence.best_learning_rate`. Infinite if all λ are 0, and NaN if no rate converges.
        """
        nonzero = self.theory.eigenvalues[self.theory.eigenvalues > 0]
        return best_learning_rate(self.descent, *map(float, nonzero[[0, -1]])) if len(nonzero) else np.inf

    @property
    def converges(self) -> bool:
        """Whether it comes as near to an optimum as one likes, wherever it starts."""
        return bool(np.all(self.log_contraction[self.theory.eigenvalues > 0] < 0))

    def parameters(self, step: int) -> Parameters:
        """Give the parameters after a step; where float64 ends, they are infinite, with the right sign."""
        return self._motion.parameters(_steps(step))

    def buffer(self, step: int) -> Parameters | None:
        """Give the momentum buffer after a step, of the shape of the parameters; none where there is none."""
        return self._motion.buffer(_steps(step))

    def loss(self, step: int) -> float:
        """Give the loss with the parameters after a step, as the criterion returns it; infinite where float64 ends."""
        return float(self.losses(_steps(step))[0])

    def losses(self, steps: Steps) -> Array:
        """Give `loss` after each of these steps: (steps,)."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            curved = _squared(self._curved, _left(self._sizes, steps))
            slope = np.where(np.isinf(curved), 0, self._sloping(steps))
        return self._optimal_loss + slope + curved

    def excess(self, steps: Steps) -> Array:
        """Give the objective after each of these steps less that of the optimum: (steps,), never negative.

        Without weight decay this is loss − optimal loss, but computed from what remains in each direction instead of by
        the subtraction, which would leave no digit of it near the optimum.
        """
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            return _squared(self._excess, _left(self._sizes, steps))

    def excess_along(self, steps: Steps) -> Array:
        """Give the part of `excess` that each direction has, in the order of the eigenvalues: (steps, parameters)."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            parts = np.where(self._excess == 0, 0, (np.sqrt(self._excess) * _left(self._sizes, steps)) ** 2)
        parts = parts.reshape(len(steps), -1, self.theory.rank + 1).sum(axis=1)
        # What is flat is one part, whichever way it lies; the first of the flat directions stands for all.
        flat = np.zeros((len(steps), self.theory.parameters - self.theory.rank))
        flat[:, :1] = parts[:, -1:][:, : flat.shape[1]]
        return np.hstack([flat, parts[:, :-1]])

    def steps_to_factor(self, factor: float) -> int | None:
        """Give the step from which on the objective stays below a factor of the optimal one; none if there is none.

        Raises
        ------
        InputError
            If the factor isn't above 1.
        """
        if not 1 < factor < np.inf:
            raise InputError(f"the factor of the optimal loss must be a finite number above 1, got {factor}")
        return self.steps_to_excess((factor - 1) * self.theory.optimal_objective)

    def steps_to_excess(self, excess: float) -> int | None:
        """Give the step from which on `excess` stays at or below this; none if there is none before `LAST`."""
        if not self._excess.any():
            return 0
        if not excess > 0 or self._envelope(_steps(LAST), self._excess)[0] > np.log(excess):
            return None
        high = 1
        while not self._stays_below(excess, high):
            high = min(2 * high, LAST)
        high = first(lambda step: self._stays_below(excess, step), high // 2, high)
        # The last step that is above comes before, by about a swing.
        for count in _counts():
            begin = max(high - count, 0)
            above = np.flatnonzero(self.excess(np.arange(begin, high)) > excess)
            if len(above):
                return begin + int(above[-1]) + 1
            high = begin
            if begin == 0:
                break
        return high

    def first_loss_above(self, loss: float) -> int | None:
        """Give the first step of a diverging descent at which the loss is above this; none if there is none.

        Exact for plain gradient descent. With momentum, a rise above it that directions make which settle in the end
        isn't looked for, except at the start.
        """
        if self.loss(0) > loss:
            return 0
        growing = np.where(self._sizes.factor >= 1, self._curved, 0)
        if not growing.any():
            return None
        goal = np.log(loss - self.theory.optimal_loss)
        high = 1
        while self._envelope(_steps(high), growing)[0] <= goal:
            if high == LAST:
                return None
            high = min(2 * high, LAST)
        begin = first(lambda step: bool(self._envelope(_steps(step), growing)[0] > goal), high // 2, high) - 1
        # It swings up to the envelope within about half a turn.
        for count in _counts():
            above = np.flatnonzero(self.losses(np.arange(begin, begin + count)) > loss)
            if len(above):
                return begin + int(above[0])
            begin += count
        return begin

    def _sloping(self, steps: Steps) -> Array:
        """Give what the loss's own slope at the optimum makes of the distances: (steps,)."""
        if not self.descent.weight_decay:
            return np.zeros(len(steps))
        slope = _sum(self._slope, _left(self._motion.recurrence, steps))
        return slope if self._buffer is None else slope + _sum(self._slope_pushed, _left(self._motion.pushed, steps))

    def _envelope(self, steps: Steps, weights: Array) -> Array:
        """Give the logarithm of what the squared distances, so weighted and summed, swing below: (steps,)."""
        counts = weights > 0
        mantissa, exponent = (each[:, counts] for each in self._sizes.envelope(steps))
        with np.errstate(divide="ignore"):
            logs: Array = np.logaddexp.reduce(np.log(weights[counts]) + 2 * (np.log(mantissa) + exponent), axis=1)
        return logs

    def _stays_below(self, excess: float, step: int) -> bool:
        """Tell whether the envelope is below this from a step on; it may rise before it falls, where roots are near."""
        later = np.array([min(round(step * 2 ** (quarter / 4)), LAST) for quarter in range(4 * 63)])
        return bool(np.all(self._envelope(later, self._excess) <= np.log(excess)))


def first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Give the first number above low for which something holds that goes on holding, as it does for high."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _counts() -> Iterator[int]:
    """Give how many steps to look at, time after time: few at first, for the one looked for is mostly near."""
    count, left = 16, LOOKED_AT
    while left > 0:
        yield count
        left -= count
        count = min(2 * count, AT_ONCE)


def _steps(step: int) -> Steps:
    if step < 0:
        raise InputError(f"a step is a whole number from 0 on, got {step}")
    return np.array([step], np.int64)


def _left(recurrence: Recurrence, steps: Steps) -> Array:
    """Give what remains of the distances: (steps, directions)."""
    mantissa, exponent = recurrence.at(steps)
    return mantissa * np.exp(exponent)


def _squares(motion: Motion) -> Array:
    """Give the squared distances, over all outputs, of each curved direction and of all flat ones."""
    return np.append(np.sum(motion.distance**2, axis=1), np.sum(motion.flat**2))


def _sizes(motion: Motion) -> tuple[Recurrence, Array]:
    """Give two distances for each direction whose squares, so weighed, sum up to the squared distance over all outputs.

    The outputs' distances A · d + S · k are all made of the same A and S. With k split into the part along d and the
    rest, as by QR, the squares are those of ``A |d| + S k·d/|d|`` and of S times the rest: nothing cancels in the sum.
    """
    found = [_split(motion.distance, motion.kick), _split(motion.flat.reshape(1, -1), motion.flat_kick.reshape(1, -1))]
    size, along, rest = (np.concatenate(each) for each in zip(*found, strict=True))
    whole = np.hypot(size, along)
    share = np.where(whole > 0, whole, 1)
    start = np.where(whole > 0, size / share, 1)
    recurrence = motion.along_twice(start, along / share)
    return recurrence, np.concatenate([whole, rest]) ** 2


def _split(distance: Array, kick: Array) -> tuple[Array, Array, Array]:
    """Give the size of each row of distances, the kick along it and the size of what is left of the kick."""
    size = np.linalg.norm(distance, axis=1)
    unit = distance / np.where(size > 0, size, 1)[:, None]
    along = np.sum(unit * kick, axis=1)
    return size, along, np.linalg.norm(kick - along[:, None] * unit, axis=1)


def _sum(weights: Array, values: Array) -> Array:
    """Sum over directions; one of no weight counts nothing, even where its value is infinite."""
    counts = weights != 0
    total: Array = values[:, counts] @ weights[counts]
    return total


def _squared(weights: Array, values: Array) -> Array:
    """Sum squares over directions; each is weighed before it is squared, so it is infinite only where its term is."""
    counts = weights != 0
    total: Array = np.sum((values[:, counts] * np.sqrt(weights[counts])) ** 2, axis=1)
    return total
