"""The distance to the optimum after any number of steps, along one eigen-direction."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from linviz.core.descent import Descent
from linviz.core.snapshot import Array

Steps = NDArray[np.int64]
Flags = NDArray[np.bool_]

HALVINGS = 60
"""Until two floats are neighbours."""
LARGEST = 1e300
"""Of learning rate × curvature: beyond it the first step is as good as infinite."""


class Recurrence:
    """Descent along eigen-directions of given curvature, from a distance to the optimum, at rest or under way.

    In a direction of curvature λ, with ``h = learning_rate · λ`` and ``k = (1 − dampening) · h``, the distance follows
    ``dₙ₊₁ = T dₙ − D dₙ₋₁`` from ``d₀ = start`` and ``d₁ = g · start + kick``; with momentum β,

    - heavy ball: ``T = 1 + β − k``, ``D = β``, ``g = 1 − h``, as the first step from an empty buffer is never dampened,
      ``1 − k`` from one that is carried; β = 0 is gradient descent;
    - Nesterov: ``T = (1 + β)(1 − h)``, ``D = β (1 − h)``, ``g = 1 − (1 + β) h``.

    These are trace and determinant of the 2 × 2 matrix that takes (distance, buffer) from step to step (Goh, Why
    Momentum Really Works, Distill, 2017; O'Donoghue and Candès, Adaptive Restart for Accelerated Gradient Schemes,
    2015). With the roots ``z₁, z₂`` of ``z² − T z + D``, ``|z₁| ≥ |z₂|``,

        dₙ = start · z₁ⁿ + (start · (g − z₁) + kick) Sₙ,   Sₙ = (z₁ⁿ − z₂ⁿ) / (z₁ − z₂)

    where Sₙ is ``n z₁ⁿ⁻¹`` for equal roots, and for complex ones, ``z = r exp(±iφ)``, all of it a rotation:
    ``rⁿ (start · cos nφ + (start · (g − r cos φ) + kick) / (r sin φ) · sin nφ)``. So that digits last to n = 10⁹, the
    distances of the roots to 1 and −1, on which high powers depend, are taken from the polynomial's values there and
    not by subtraction; the discriminant from its factors; powers and their differences through log1p and expm1. What
    can't be helped is the rounding of h itself: the distance after n steps is uncertain by as much as that changes it.

    Parameters
    ----------
    descent
        How it is descended; its weight decay must be part of the curvature already.
    curvature
        λ of each direction, not negative: (directions,). Where it is 0, nothing but a kick moves anything.
    start
        The distance at step 0; a number, or one for each direction.
    kick
        What a carried buffer adds to the distance in the first step; shaped as ``start``.
    carried
        Whether a buffer is carried at step 0, be it one of zeros.
    """

    def __init__(
        self,
        descent: Descent,
        curvature: Array,
        start: Array | float = 1.0,
        kick: Array | float = 0.0,
        *,
        carried: bool = False,
    ) -> None:
        with np.errstate(over="ignore"):
            h = np.minimum(descent.learning_rate * np.asarray(curvature, np.float64), LARGEST)
        beta, (self._start, self._kick) = descent.momentum, (np.broadcast_to(each, h.shape) for each in (start, kick))
        if descent.nesterov:
            # (T² − 4 D) is the product of these two, and lost is 1 − g.
            factors, lost = (1 - h, (1 - beta) ** 2 - (1 + beta) ** 2 * h), (1 + beta) * h
            trace, shrinks = (1 + beta) * (1 - h), -np.minimum(h, 1)
            # Of 1 − z₁ and 1 − z₂ half the sum (g − T / 2 is half − lost) and the product; that of 1 + z₁ and 1 + z₂.
            half, at_one, at_minus_one = (1 - beta + (1 + beta) * h) / 2, h, 2 + 2 * beta - (1 + 2 * beta) * h
        else:
            k, root = descent.drive * h, np.sqrt(beta)
            factors, lost = (((1 - beta) / (1 + root)) ** 2 - k, (1 + root) ** 2 - k), k if carried else h
            trace, shrinks = 1 + beta - k, np.zeros_like(h)
            half, at_one, at_minus_one = (1 - beta + k) / 2, k, 2 + 2 * beta - k
        self._still = (h == 0) & (self._kick == 0)
        first = 1 - lost
        self._first = first * self._start + self._kick
        self._rotates = np.sign(factors[0]) * np.sign(factors[1]) < 0
        self._flips = trace < 0
        gap = np.sqrt(np.abs(factors[0])) * np.sqrt(np.abs(factors[1])) / 2  # of the roots, or r sin φ
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            signed = np.where(self._flips, -gap, gap)
            larger = trace / 2 + signed
            below_one = _root(half, -signed, at_one)  # 1 − z₁
            above_minus_one = _root(1 + trace / 2, signed, at_minus_one)  # 1 + z₁
            size = np.abs(larger)
            close = (size > 1 / 2) & (size < 3 / 2)
            log = np.where(close, np.log1p(-np.where(self._flips, above_minus_one, below_one)), np.log(size))
            lead = np.where(close & ~self._flips, below_one - lost, first - larger)
            self._lead = (self._start * lead + self._kick) / larger  # start · (g − z₁) + kick, over z₁
            self._apart = 2 * signed / larger  # 1 − z₂ / z₁
            self._opposed = self._apart > 1
            self._log_ratio = np.log1p(np.where(self._opposed, -trace / larger, -self._apart))  # of |z₂ / z₁|
            # Where the roots rotate their product is β, with Nesterov's β (1 − h).
            self._log = np.where(self._rotates, (np.log(beta) + np.log1p(shrinks)) / 2, log)
            # Roots left of 0 are turned by half a turn, the sign put in by `at`: so a small angle keeps its digits.
            self._angle = np.where(self._rotates, np.arctan2(gap, np.abs(trace) / 2), 0)
            swing = self._start * (half - lost) + self._kick
            self._swing = np.where(self._rotates, np.where(self._flips, -swing, swing) / gap, 0)
        self._gone = ~self._rotates & (larger == 0)

    @property
    def factor(self) -> Array:
        """By what a step multiplies the distance in the long run, the size of the larger root: (directions,)."""
        return np.exp(self.log_factor)

    @property
    def log_factor(self) -> Array:
        """The logarithm of `factor`, which tells it from 1 where floats no longer do: (directions,)."""
        return np.where(self._still, 0.0, self._log)

    @property
    def turn(self) -> Array:
        """By what part of half a turn each step takes the distance round: (directions,).

        0 where it stays on its side of the optimum, 1 where each step lands on the other side; between them, with
        momentum, it swings through the optimum every ``1 / turn`` steps.
        """
        angle = self._angle / np.pi
        return np.where(self._still | self._gone, 0.0, np.where(self._flips, 1 - angle, angle))

    def at(self, steps: Steps) -> tuple[Array, Array]:
        """Give the distances after these steps as ``mantissa · exp(exponent)``, which may be beyond all floats.

        Both are (steps, directions); the exponent is −∞ where nothing remains.
        """
        n, odd = _columns(steps)
        with np.errstate(all="ignore"):
            straight = self._start + self._lead * self._sum(n, odd)
            turned = self._start * np.cos(n * self._angle) + self._swing * np.sin(n * self._angle)
            mantissa = np.where(self._rotates, turned, straight) * np.where(odd & self._flips, -1.0, 1.0)
            exponent = n * self._log
        # What the formulas have no word for: roots of 0, directions that don't move, and the start.
        mantissa[:, self._gone] = np.where(n == 1, self._first[self._gone], 0)
        exponent[:, self._gone] = np.where(n == 1, 0, -np.inf)
        for settled in ((slice(None), self._still), (steps == 0, slice(None))):
            mantissa[settled], exponent[settled] = np.broadcast_to(self._start, mantissa.shape)[settled], 0
        return mantissa, exponent

    def change(self, steps: Steps, mantissa: Array, exponent: Array) -> Array:
        """Give ``distance − start`` from what `at` gave, with all digits while little changes: (steps, directions).

        A kick leaves it those of ``start`` alone.
        """
        n, odd = _columns(steps)
        with np.errstate(all="ignore"):
            turned = self._swing * np.sin(n * self._angle) - 2 * self._start * np.sin(n * self._angle / 2) ** 2
            less = np.where(self._rotates, turned, self._lead * self._sum(n, odd))
            less = np.where(self._flips | self._gone, mantissa - self._start, less)
            change: Array = np.expm1(exponent) * mantissa + less
        change[:, self._still] = 0
        change[steps == 0] = 0
        return change

    def envelope(self, steps: Steps) -> tuple[Array, Array]:
        """Give what the distances' sizes are never above, in the form of `at`: they themselves, unless they swing."""
        mantissa, exponent = self.at(steps)
        bound = np.abs(mantissa)
        if self._kick.any():  # which may take them through the optimum, once
            with np.errstate(all="ignore"):
                straight = np.abs(self._start) + np.abs(self._lead) * self._sum(*_columns(steps))
            bound = np.where(self._gone | self._still | (steps == 0)[:, None], bound, straight)
        return np.where(self._rotates, np.hypot(self._start, self._swing), bound), exponent

    def _sum(self, n: Array, odd: Flags) -> Array:
        """Give Sₙ / z₁ⁿ⁻¹, the geometric sum (1 − ρⁿ) / (1 − ρ) of ρ = z₂ / z₁."""
        power = n * self._log_ratio
        rest = np.where(odd & self._opposed, 1 + np.exp(power), -np.expm1(power))
        return np.where(self._apart == 0, n, rest / self._apart)


def best_learning_rate(descent: Descent, least: float, most: float) -> float:
    """Give the rate whose slowest direction is fastest, between two curvatures, neither of them 0.

    For gradient descent and heavy ball the size of the larger root grows with the size of the trace (see `Recurrence`),
    which is the same at the smallest and the largest eigenvalue λ for ``(1 + momentum) / (1 − dampening) · 2 / (λmin +
    λmax)``. For Nesterov's it falls with ``rate · λ`` up to 1, where it is 0, and then grows: so again both are equal,
    at a rate between 1/λmax and 1/λmin that is found by halving. NaN if no rate converges.
    """
    if not descent.stability_limit(most) or not descent.drive:
        return np.nan
    if not descent.nesterov:
        return 2 * (1 + descent.momentum) / (descent.drive * (least + most))
    low, high, ends = 1 / most, 1 / least, np.array([least, most])
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        flattest, steepest = Recurrence(replace(descent, learning_rate=middle), ends).factor
        low, high = (middle, high) if flattest > steepest else (low, middle)
    return (low + high) / 2


def _columns(steps: Steps) -> tuple[Array, Flags]:
    """Give steps as a column of floats, and which of them are odd, which a float beyond 2⁵³ can't tell."""
    return steps[:, None].astype(np.float64), steps[:, None] % 2 == 1


def _root(half: Array, gap: Array, product: Array) -> Array:
    """Give ``half + gap``, a root of w² − 2 half w + product: through the product where that sum would cancel."""
    other = half - gap
    cancels = (half >= 0) != (gap >= 0)
    return np.where(cancels, np.where(other == 0, 0, product / other), half + gap)
