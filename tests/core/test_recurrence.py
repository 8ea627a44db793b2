"""Distances after any number of steps against the same recurrence in 80 decimal digits."""

import decimal
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import MANY

from linviz.core.descent import Descent
from linviz.core.recurrence import Recurrence

EXACT = decimal.Context(prec=80, Emin=-(10**17), Emax=10**17)
ULP = 2.0**-52
STEPS = (0, 1, 2, 3, 4, 7, 10, 101, 1000, 10**6, 10**9, 10**9 + 1)

KINDS = {
    "gradient descent": Descent(1),
    "heavy ball": Descent(1, 0.9),
    "heavy ball, little momentum": Descent(1, 1e-3),
    "heavy ball, much momentum": Descent(1, 0.99),
    "dampening": Descent(1, 0.9, 0.5),
    "all dampened": Descent(1, 0.9, 1),
    "negative dampening": Descent(1, 0.3, -0.5),
    "Nesterov": Descent(1, 0.9, nesterov=True),
    "Nesterov, half": Descent(1, 0.5, nesterov=True),
    "heavy ball that never settles": Descent(1, 1),
}

Matrix = tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]


def product(a: Matrix, b: Matrix) -> Matrix:
    ctx = EXACT
    rows = [
        [ctx.add(ctx.multiply(a[i][0], b[0][j]), ctx.multiply(a[i][1], b[1][j])) for j in range(2)] for i in range(2)
    ]
    return (rows[0][0], rows[0][1]), (rows[1][0], rows[1][1])


def exact(descent: Descent, curvature: float, steps: int, begin: tuple[float, float] | None = None) -> Decimal:
    """Give the distance by repeated squaring of the matrix of SGD's documented update, after its first step.

    From distance 1 and an empty buffer, or from a given distance and learning rate × buffer.
    """
    with decimal.localcontext(EXACT):
        h, beta = Decimal(descent.learning_rate) * Decimal(curvature), Decimal(descent.momentum)
        if not steps:
            return Decimal(begin[0] if begin else 1)
        ahead = 1 + beta if descent.nesterov else Decimal(1)
        drive = (1 - Decimal(descent.dampening) if beta else Decimal(1)) * h
        # (distance, learning rate × buffer); the buffer begins as the gradient.
        matrix = ((1 - ahead * h, -beta * beta), (h, beta)) if descent.nesterov else ((1 - drive, -beta), (drive, beta))
        power: Matrix = ((Decimal(1), Decimal(0)), (Decimal(0), Decimal(1)))
        left = steps if begin else steps - 1
        while left:
            if left & 1:
                power = product(power, matrix)
            matrix = product(matrix, matrix)
            left >>= 1
        if begin:
            return power[0][0] * Decimal(begin[0]) + power[0][1] * Decimal(begin[1])
        return power[0][0] * (1 - ahead * h) + power[0][1] * h


def worth(mantissa: float, exponent: float) -> Decimal:
    """Multiply what floats can't hold."""
    with decimal.localcontext(EXACT):
        return Decimal(mantissa) * Decimal(exponent).exp() if np.isfinite(exponent) else Decimal(0)


def check(descent: Descent, curvatures: list[float], steps: int, begin: tuple[float, float] | None = None) -> None:
    """Compare to `exact`, from the same beginning."""
    recurrence, at = Recurrence(descent, np.array(curvatures)), np.array([steps])
    if begin:
        kick = -begin[1] * descent.momentum * (descent.momentum if descent.nesterov else 1)
        recurrence = Recurrence(descent, np.array(curvatures), begin[0], kick, carried=True)
    (mantissas,), (exponents,) = recurrence.at(at)
    (bounds,), (bounded,) = recurrence.envelope(at)
    (changes,) = recurrence.change(at, *recurrence.at(at))
    start = begin[0] if begin else 1.0
    for i, curvature in enumerate(curvatures):
        expected = exact(descent, curvature, steps, begin)
        # Rounding of the curvature, or of the momentum, by two units in the last place can't be told from none.
        moved = [exact(descent, curvature * (1 + off), steps, begin) for off in (-2 * ULP, 2 * ULP)]
        if descent.momentum:
            others = [replace(descent, momentum=descent.momentum * (1 + off)) for off in (-2 * ULP, 2 * ULP)]
            moved += [exact(other, curvature, steps, begin) for other in others]
        distance, bound = worth(mantissas[i], exponents[i]), worth(bounds[i], bounded[i])
        with decimal.localcontext(EXACT):
            blur = 2 * max(abs(each - expected) for each in moved)
            # Far below or above all floats the exponent itself has no more digits.
            size = max(abs(expected), bound) * Decimal(1e-11 + (4 * ULP * abs(exponents[i]) if bound else 0))
            assert abs(distance - expected) <= blur + size, (curvature, steps)
            assert abs(expected) <= bound + size + blur, (curvature, steps)
            change = expected - Decimal(start)
            if abs(change) < abs(Decimal(start)) / 2 and (begin is None or begin[1] == 0):
                allowed = blur + Decimal("1e-11") * abs(change) + Decimal(4 * ULP * abs(start))
                assert abs(Decimal(float(changes[i])) - change) <= allowed, (curvature, steps)


def curvatures_of(descent: Descent) -> list[float]:
    beta = descent.momentum
    # Equal roots, and roots of 0; beside them the discriminant is nearly 0.
    drive = descent.drive or 1.0
    special = [(1 - beta**0.5) ** 2 / drive, (1 + beta**0.5) ** 2 / drive, ((1 - beta) / (1 + beta)) ** 2, 1.0]
    limit = descent.stability_limit(1.0)
    near = [value * (1 + off) for value in special for off in (0, 1e-14, -1e-14, 1e-9, -1e-9, 1e-4, -1e-4)]
    ends = [limit * share for share in (0.5, 0.99, 1 - 1e-6, 1 + 1e-6, 1.01)] if 0 < limit < np.inf else []
    plain = [1e-12, 1e-9, 1e-6, 1e-3, 0.01, 0.1, 0.3, 0.5, 1.25, 1.9, 1.999, 2.0, 2.001, 2.5, 3.0, 10.0, 1e3]
    return [value for value in [*plain, *near, *ends] if value > 0]


@pytest.mark.parametrize("descent", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("steps", STEPS)
def test_distances_are_exact_but_for_rounding_of_the_curvature(descent: Descent, steps: int) -> None:
    check(descent, curvatures_of(descent), steps)


@given(
    share=st.floats(1e-9, 1.5),
    momentum=st.one_of(st.just(0.0), st.floats(0.001, 0.99)),
    dampening=st.floats(0, 0.9),
    nesterov=st.booleans(),
    steps=st.integers(0, 10**9),
)
@MANY
def test_distances_of_any_descent(share: float, momentum: float, dampening: float, nesterov: bool, steps: int) -> None:
    nesterov = nesterov and momentum > 0
    descent = Descent(1.0, momentum, 0.0 if nesterov else dampening, nesterov)
    check(descent, [share * descent.stability_limit(1.0)], steps)


@pytest.mark.parametrize("descent", KINDS.values(), ids=KINDS)
def test_many_steps_at_once_are_those_one_by_one(descent: Descent) -> None:
    recurrence = Recurrence(descent, np.array([0.0, 0.2, 1.0, 2.3]))
    together = recurrence.at(np.array(STEPS))
    for row, step in enumerate(STEPS):
        for found, alone in zip(together, recurrence.at(np.array([step])), strict=True):
            np.testing.assert_array_equal(found[row], alone[0])


@pytest.mark.parametrize("descent", [*KINDS.values(), Descent(1, 1.5)])
def test_where_there_is_no_curvature_nothing_moves(descent: Descent) -> None:
    recurrence, steps = Recurrence(descent, np.zeros(2)), np.array([0, 1, 2, 10**9])
    mantissa, exponent = recurrence.at(steps)
    np.testing.assert_array_equal(mantissa * np.exp(exponent), np.ones((4, 2)))
    np.testing.assert_array_equal(recurrence.change(steps, mantissa, exponent), np.zeros((4, 2)))
    np.testing.assert_array_equal(recurrence.factor, [1, 1])


@pytest.mark.parametrize("kind", [Descent(1e308), Descent(1e308, 0.9), Descent(1e308, 0.9, nesterov=True)])
def test_rates_beyond_all_sense_are_no_errors(kind: Descent) -> None:
    recurrence = Recurrence(kind, np.array([1e-300, 1.0, 1e200]))
    mantissa, exponent = recurrence.at(np.array([0, 1, 2, 10**9]))
    assert np.isfinite(mantissa).all()
    assert np.isfinite(exponent).all()
    assert (exponent[1:] + np.log(np.abs(mantissa[1:])) > 10).all()


BEGINS = (1.0, 0.0), (0.0, 1.0), (1.0, 0.3), (1.0, -2.0), (-0.4, 1e-3), (1e-9, -1.0)


def sizeable(most: float) -> st.SearchStrategy[float]:
    """Give 0, or numbers whose products float64 still has all digits of."""
    return st.floats(-most, most).map(lambda value: value if abs(value) > 1e-200 else 0.0)


@pytest.mark.parametrize("begin", BEGINS)
@pytest.mark.parametrize("descent", [kind for kind in KINDS.values() if kind.momentum])
@pytest.mark.parametrize("steps", [0, 1, 2, 3, 10, 101, 10**6, 10**9 + 1])
def test_from_a_buffer_that_is_carried_they_are_as_exact(
    descent: Descent, steps: int, begin: tuple[float, float]
) -> None:
    check(descent, [0.0, *curvatures_of(descent)], steps, begin)


@given(
    share=st.floats(1e-9, 1.2),
    momentum=st.floats(1e-6, 0.999),
    dampening=st.floats(-0.5, 0.9),
    nesterov=st.booleans(),
    steps=st.integers(0, 10**9),
    begin=st.tuples(sizeable(1), sizeable(10)),
)
@MANY
def test_from_any_buffer(
    share: float, momentum: float, dampening: float, nesterov: bool, steps: int, begin: tuple[float, float]
) -> None:
    descent = Descent(1, momentum, 0 if nesterov else dampening, nesterov)
    check(descent, [share * descent.stability_limit(1.0)], steps, begin)
