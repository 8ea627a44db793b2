"""Distances in units in the last place, and the exact result, against exact arithmetic."""

import math
import struct
from dataclasses import replace
from decimal import Context, Decimal
from fractions import Fraction

import numpy as np
import pytest
from compared import RATES, any_numbers, forged
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW, Array

from linviz.core.comparison import ALPHA, MANUAL_STEP, SPELLINGS, STEP, Comparison
from linviz.core.problem import Problem
from linviz.core.snapshot import Phase
from linviz.core.trainer import Trainer

EXACTLY = Context(prec=5000)
# Digits of a number, and the power of two of the smallest, by dtype (IEEE 754).
FORMATS = {"float32": (24, -149), "float64": (53, -1074)}


def unit(value: float, dtype: str) -> Fraction:
    """Give the unit in the last place of a finite number."""
    digits, smallest = FORMATS[dtype]
    return Fraction(2) ** (max(math.frexp(value)[1] - digits, smallest) if value else smallest)


def units(distance: Fraction, value: float, dtype: str) -> float:
    quotient = distance / unit(value, dtype)
    try:
        return float(quotient)
    except OverflowError:
        return math.copysign(math.inf, quotient)


@FEW
@given(any_numbers(finite=True), RATES | st.floats(0, 2, exclude_min=True))
def test_units_and_the_exact_result_are_those_of_exact_arithmetic(numbers: tuple[Array, Array], rate: float) -> None:
    compared, dtype = forged(*numbers, rate), str(numbers[0].dtype)
    held = struct.unpack("f", struct.pack("f", rate))[0] if dtype == "float32" else rate
    for at, (old, gradient) in enumerate(zip(*map(np.ndarray.tolist, numbers), strict=True)):
        cell = compared.cell(at)
        product = EXACTLY.multiply(Decimal(held), Decimal(gradient))
        assert cell.exact == Fraction(EXACTLY.subtract(Decimal(old), product))
        step = cell.new[STEP]
        for spelling in SPELLINGS:
            assert cell.ulp[spelling] == pytest.approx(
                float(compared.ulp(spelling, cell.field)[cell.index]), nan_ok=True
            )
            if not (math.isfinite(step) and math.isfinite(cell.new[spelling])):
                continue
            # After the very largest number there is no next one; numpy calls its unit infinite.
            if max(abs(old), abs(step)) == np.finfo(dtype).max:
                continue
            # In float32 the difference is exact in float64; in float64 it is where the two are near each other.
            distance = Fraction(cell.new[spelling]) - Fraction(step)
            assert cell.ulp[spelling] == units(distance, max(abs(old), abs(step)), dtype)
            assert cell.own_ulp[spelling] == units(distance, abs(step), dtype)


def test_torch_takes_the_rate_to_the_dtype_before_it_multiplies() -> None:
    numbers, rate = np.array([0.7, 0.3], np.float32), 1 + 2**-30  # which float32 holds as 1
    compared = forged(numbers, numbers, rate)
    for at in range(2):
        assert compared.cell(at).exact == 0
        assert set(compared.cell(at).new.values()) == {0.0}
    compared = forged(numbers.astype(np.float64), numbers.astype(np.float64), rate)
    assert compared.cell(0).exact == -Fraction(float(numbers[0])) / 2**30


def told(old: float, step: float, other: float) -> Comparison:
    """Compare results that no arithmetic here came to; they are in the bias, after the weight's 6 cells."""
    moment = replace(Trainer(Problem.notebook()).run_to(Phase.BACKWARD), bias=np.array([old, 0], np.float32))
    results = {
        spelling: {"weight": moment.weight, "bias": np.array([value, 0], np.float32)}
        for spelling, value in ((STEP, step), (ALPHA, step), (MANUAL_STEP, other))
    }
    return Comparison(moment, results)


@pytest.mark.parametrize(
    ("old", "step", "other", "ulp", "own", "count"),
    [
        (2e38, -2e38, -math.inf, -math.inf, -math.inf, 1),  # a product beyond the largest number, of one spelling only
        (1.0, 0.0, 2.0**-18, 2.0**5, 2.0**131, 1),  # where nothing is left, the unit is the smallest number there is
        (1.0, 2.0**-20, 2.0**-20 + 2.0**-43, 2.0**-20, 1.0, 1),
        (-1.0, 0.0, -0.0, 0.0, 0.0, 1),  # other bits at no distance
        (1.0, math.nan, math.nan, math.nan, math.nan, 0),
        (1.0, math.inf, math.inf, 0.0, 0.0, 0),
    ],
)
def test_distances_at_the_ends_of_the_numbers(
    old: float, step: float, other: float, ulp: float, own: float, count: int
) -> None:
    compared = told(old, step, other)
    cell = compared.cell(6)
    assert (cell.field, cell.index) == ("bias", (0,))
    assert cell.ulp[MANUAL_STEP] == pytest.approx(ulp, rel=0, nan_ok=True)
    assert cell.own_ulp[MANUAL_STEP] == pytest.approx(own, rel=0, nan_ok=True)
    assert compared.largest_ulp(MANUAL_STEP) == (0 if math.isnan(ulp) else abs(ulp))
    assert [compared.differing(spelling) for spelling in SPELLINGS] == [0, count, 0]
