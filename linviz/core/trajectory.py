"""The course of full-batch descent in closed form: any step in the time of the first one."""

from collections.abc import Callable, Iterator

import numpy as np

from linviz.core.descent import Descent
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
        The parameters at step 0, with an empty momentum buffer.
    """

    def __init__(self, theory: Theory, descent: Descent, start: Parameters) -> None:
        self.theory, self.descent = theory.with_weight_decay(descent.weight_decay), descent
        self.start = Parameters(*(np.asarray(each, np.float64) for each in start))
        theory, decay = self.theory, descent.weight_decay
        packed = theory.packed(self.start)
        self._flat = theory.flat_part(packed)
        self._aim, self._optimal_loss = theory.along, theory.optimal_loss
        self._from = theory.directions.T @ packed
        self._distance = self._from - self._aim
        # The last direction stands for all that are flat: weight decay alone acts there, on all alike.
        self.recurrence = Recurrence(descent, np.append(theory.curvature, 0) + decay)
        with np.errstate(over="ignore"):
            squares = np.sum(self._distance**2, axis=1)
            pull = theory.curvature + decay
            self._excess = np.append(pull * squares, decay * np.sum(self._flat**2)) / 2
            self._curved = np.append(theory.curvature * squares, 0) / 2
        # At the optimum the loss itself has a slope, which weight decay holds.
        self._slope = np.append(-decay * np.sum(self._aim * self._distance, axis=1), 0)

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
        log = self.recurrence.log_factor
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

    def remaining(self, step: int) -> Array:
        """Give what remains of the distance in each direction, by sign, in the order of the eigenvalues: (parameters,).

        1 at the start; where a direction overshoots, negative every other step.
        """
        mantissa, exponent = self.recurrence.at(_steps(step))
        with np.errstate(over="ignore", under="ignore"):
            left = (mantissa * np.exp(exponent))[0]
        return np.concatenate([np.full(self.theory.parameters - self.theory.rank, left[-1]), left[:-1]])

    def parameters(self, step: int) -> Parameters:
        """Give the parameters after a step; where float64 ends, they are infinite, with the right sign."""
        steps = _steps(step)
        at = self.recurrence.at(steps)
        (change,), (mantissa,), (exponent,) = self.recurrence.change(steps, *at), *at
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            left = mantissa * np.exp(exponent)
            # From whichever end is near: the difference of large numbers would lose the digits of a small one.
            near_start = np.abs(change[:-1, None]) < 1 / 2
            along = np.where(
                near_start,
                self._from + change[:-1, None] * self._distance,
                self._aim + left[:-1, None] * self._distance,
            )
            packed = self.theory.directions @ along + left[-1] * self._flat
        if not np.isfinite(packed).all():
            packed = self._beyond(mantissa, exponent)
        return self.theory.unpacked(packed)

    def loss(self, step: int) -> float:
        """Give the loss with the parameters after a step, as the criterion returns it; infinite where float64 ends."""
        return float(self.losses(_steps(step))[0])

    def losses(self, steps: Steps) -> Array:
        """Give `loss` after each of these steps: (steps,)."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            left = self._left(steps)
            curved = _squared(self._curved, left)
            slope = np.where(np.isinf(curved), 0, _sum(self._slope, left))
        return self._optimal_loss + slope + curved

    def excess(self, steps: Steps) -> Array:
        """Give the objective after each of these steps less that of the optimum: (steps,), never negative.

        Without weight decay this is loss − optimal loss, but computed from what remains in each direction instead of by
        the subtraction, which would leave no digit of it near the optimum.
        """
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            return _squared(self._excess, self._left(steps))

    def excess_along(self, steps: Steps) -> Array:
        """Give the part of `excess` that each direction has, in the order of the eigenvalues: (steps, parameters)."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            parts = np.where(self._excess == 0, 0, (np.sqrt(self._excess) * self._left(steps)) ** 2)
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
        growing = np.where(self.recurrence.factor >= 1, self._curved, 0)
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

    def _left(self, steps: Steps) -> Array:
        """Give what remains of the distances: (steps, directions)."""
        mantissa, exponent = self.recurrence.at(steps)
        return mantissa * np.exp(exponent)

    def _envelope(self, steps: Steps, weights: Array) -> Array:
        """Give the logarithm of what the squared distances, so weighted and summed, swing below: (steps,)."""
        counts = weights > 0
        mantissa, exponent = (each[:, counts] for each in self.recurrence.envelope(steps))
        with np.errstate(divide="ignore"):
            logs: Array = np.logaddexp.reduce(np.log(weights[counts]) + 2 * (np.log(mantissa) + exponent), axis=1)
        return logs

    def _stays_below(self, excess: float, step: int) -> bool:
        """Tell whether the envelope is below this from a step on; it may rise before it falls, where roots are near."""
        later = np.array([min(step * 2**doubled, LAST) for doubled in range(63)])
        return bool(np.all(self._envelope(later, self._excess) <= np.log(excess)))

    def _beyond(self, mantissa: Array, exponent: Array) -> Array:
        """Give packed parameters some of which are beyond float64, by a common factor that is put in last."""
        # Growth counts only where there is a distance that grows.
        moving = np.append(self._distance.any(axis=1), self._flat.any()) & (mantissa != 0)
        offset = exponent[moving].max()
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            left = np.where(moving, mantissa * np.exp(exponent - offset), 0)
            packed = self.theory.directions @ (left[:-1, None] * self._distance) + left[-1] * self._flat
            packed = np.where(packed == 0, 0, packed * np.exp(offset))
            return packed + self.theory.directions @ self._aim


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
