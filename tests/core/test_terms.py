import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW, Array

from linviz.core.terms import BLOCK, CHUNK, Column, Factor, Term, Terms

NUMBERS = st.floats(-1e6, 1e6, width=32)


def single(values: Array) -> Terms:
    """Give terms of one operand each."""
    return Terms((Column("residual", values, (None, 0)),))


def products(left: list[float], right: list[float], others: tuple[Term, ...] = ()) -> Terms:
    n = min(len(left), len(right))
    x, weight = np.array(left[:n], np.float32), np.array(right[:n], np.float32)
    return Terms((Column("x", x, (7, None)), Column("weight", weight, (1, None))), others, "j")


def naive_largest(values: Array, count: int) -> list[float]:
    return sorted((abs(float(value)) for value in values), reverse=True)[:count]


@FEW
@given(st.lists(NUMBERS, max_size=40), st.lists(NUMBERS, max_size=40), st.booleans())
def test_it_is_a_sequence_of_products(left: list[float], right: list[float], with_bias: bool) -> None:
    bias = (Term.of(("bias", (1,), 0.5)),) if with_bias else ()
    terms = products(left, right, bias)
    pairs = list(zip(left, right, strict=False))
    expected = [
        Term((Factor("x", (7, j), x), Factor("weight", (1, j), w)), float(x) * float(w))
        for j, (x, w) in enumerate(pairs)
    ] + list(bias)
    assert len(terms) == len(expected)
    assert list(terms) == expected
    assert [terms[n] for n in range(len(terms))] == expected
    assert [terms[-1 - n] for n in range(len(terms))] == expected[::-1]
    for part in (slice(None), slice(1, -1), slice(None, None, -2), slice(3, 1000), slice(5, 2)):
        assert terms[part] == expected[part]
    for beyond in (len(expected), -len(expected) - 1):
        with pytest.raises(IndexError):
            terms[beyond]
    # Each product of two float32 is exact in float64; only the sum rounds.
    size = math.fsum(abs(term.value) for term in expected)
    assert abs(terms.sum() - math.fsum(term.value for term in expected)) <= len(expected) * 2.0**-53 * size
    assert terms.magnitude() == pytest.approx(size, rel=1e-14)
    assert terms.values.dtype == np.float64


def test_labels_say_what_is_gone_through() -> None:
    terms = products([1, 2, 3], [4, 5, 6], (Term.of(("bias", (1,), 0.5)),))
    assert [terms.label(n) for n in range(4)] == ["j=0", "j=1", "j=2", ""]
    assert terms.operands() == {"x": (7, None), "weight": (1, None), "bias": (1,)}
    residual = np.arange(6.0)
    each = Column("residual", residual, (None, None), width=2)
    squares = Terms((each, each), letters="ik")
    assert [squares.label(n) for n in range(6)] == [f"i={i} k={k}" for i in range(3) for k in range(2)]
    assert [term.factors[0].index for term in squares] == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    assert squares.operands() == {"residual": (None, None)}
    assert squares.sum() == 55
    assert single(residual).label(5) == "i=5"


def test_a_term_of_its_own_has_its_sign_and_may_be_the_only_one() -> None:
    terms = Terms((), (Term.of(("prediction", (0, 1), 2.0)), Term.of(("y", (0, 1), 3.0), sign=-1)))
    assert (len(terms), terms.sum(), terms.magnitude()) == (2, -1, 5)
    assert [terms.label(n) for n in range(2)] == ["", ""]
    assert terms.operands() == {"prediction": (0, 1), "y": (0, 1)}
    nothing = Terms(())
    assert (len(nothing), list(nothing), nothing.sum(), nothing.largest(5), nothing.operands()) == (0, [], 0, [], {})


def test_a_products_value_is_that_of_all_its_factors() -> None:
    term = Term.of(("learning_rate", (), 0.25), ("bias_grad", (3,), np.float32(1.5)), sign=-1)
    assert term == Term((Factor("learning_rate", (), 0.25), Factor("bias_grad", (3,), 1.5)), -0.375, -1)


def layouts() -> dict[str, Array]:
    """Give many terms, in orders that a look at blocks and chunks could misjudge."""
    draw = np.random.default_rng(0)
    n = 4 * BLOCK + 3 * CHUNK + 5
    positions = np.arange(n)
    small = draw.uniform(-1e-3, 1e-3, n)
    return {
        "at random": draw.standard_normal(n),
        "all the same": np.full(n, -2.5),
        "all zero": np.zeros(n),
        "ascending": positions / n,
        "descending": -positions[::-1] / n,
        "the largest all in one chunk": np.where(positions // CHUNK == 7, 1e3 + positions, small),
        "one large one in each chunk": np.where(positions % CHUNK == CHUNK - 1, -1e3 - positions, small),
        "large ones at the edges of blocks": np.where(np.isin(positions % BLOCK, (0, BLOCK - 1)), 1e6, small),
        "large ones in what is left over": np.where(positions >= n - 5, -1e6 - positions, small),
        "few values, many ties": draw.integers(-3, 4, n).astype(float),
        "fewer than asked for are not zero": np.where(positions < 20, -1.0, 0.0),
        "one is infinite": np.where(positions == 12_345, -np.inf, small),
        "exactly a block": draw.standard_normal(BLOCK),
        "one more than a block": draw.standard_normal(BLOCK + 1),
        "halves": np.concatenate((np.full(n // 2, 1.0), np.full(n - n // 2, -2.0))),
    }


@pytest.mark.parametrize("layout", list(layouts()))
@pytest.mark.parametrize("count", [1, 50])
def test_the_largest_are_the_largest_of_many(layout: str, count: int) -> None:
    values = layouts()[layout]
    terms = single(values)
    shown = terms.largest(count)
    assert shown == sorted(set(shown))
    assert len(shown) == count
    assert sorted((abs(float(values[at])) for at in shown), reverse=True) == naive_largest(values, count)
    rest = np.delete(values, shown)
    assert terms.remainder(shown) == pytest.approx(math.fsum(rest), rel=1e-9, abs=1e-12 * float(np.abs(rest).sum()))


@FEW
@given(st.lists(st.one_of(NUMBERS, st.sampled_from((0.0, 1.0, -1.0))), min_size=1, max_size=120), st.integers(1, 60))
def test_the_largest_are_the_largest_of_few(numbers: list[float], count: int) -> None:
    values = np.array(numbers)
    terms = single(values)
    shown = terms.largest(count)
    assert shown == sorted(set(shown))
    assert len(shown) == min(count, len(values))
    assert sorted((abs(float(values[at])) for at in shown), reverse=True) == naive_largest(values, count)
    size = math.fsum(np.abs(values))
    assert abs(math.fsum(values[shown]) + terms.remainder(shown) - math.fsum(values)) <= 1e-13 * size


def test_the_remainder_of_small_terms_is_not_lost_beside_large_ones() -> None:
    values = np.full(1000, 1e-3)
    values[::20] = 1e18
    terms = single(values)
    assert terms.remainder(terms.largest(50)) == pytest.approx(0.95, rel=1e-12)


@pytest.mark.parametrize("count", [60, 2 * BLOCK + 3])
@pytest.mark.parametrize("share", [1, 2, 1000])
@pytest.mark.parametrize("worst", [math.nan, math.inf])
def test_terms_that_are_not_finite_come_first(count: int, share: int, worst: float) -> None:
    values = np.ones(count)
    values[::share] = worst
    values[1::share] = -worst
    terms = single(values)
    shown = terms.largest(50)
    assert len(set(shown)) == 50
    bad = int(np.count_nonzero(~np.isfinite(values)))
    assert int(np.count_nonzero(~np.isfinite(values[shown]))) == min(bad, 50)
    assert not math.isfinite(terms.sum())
    assert not math.isfinite(terms.magnitude())
    if bad <= 50:
        assert terms.remainder(shown) == count - 50


def test_terms_of_their_own_count_among_many_rows() -> None:
    draw = np.random.default_rng(1)
    n = 3 * BLOCK + 1
    x, weight = draw.standard_normal((2, n)).astype(np.float32)
    for own in (-1e6, 1e-9):
        terms = Terms(
            (Column("x", x, (0, None)), Column("weight", weight, (0, None))), (Term.of(("bias", (0,), own)),), "j"
        )
        values = [*(float(a) * float(b) for a, b in zip(x, weight, strict=True)), own]
        assert terms.values.tolist() == values
        assert terms.sum() == pytest.approx(math.fsum(values), rel=1e-12)
        assert terms.magnitude() == pytest.approx(math.fsum(map(abs, values)), rel=1e-12)
        shown = terms.largest(50)
        assert (n in shown) == (own == -1e6)
        assert terms.remainder(shown) == pytest.approx(math.fsum(np.delete(values, shown)), abs=1e-10)
        assert terms.remainder([]) == terms.sum()


def test_many_terms_take_little_memory() -> None:
    values = np.ones(20 * BLOCK)
    tracemalloc.start()
    terms = single(values)
    before, _peak = tracemalloc.get_traced_memory()
    shown = terms.largest(50)
    assert terms.remainder(shown) == terms.sum() - 50 == len(values) - 50
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert peak < values.nbytes / 2


def test_to_explain_leaves_the_cells_alone() -> None:
    values = np.array([1.0, 2.0, 3.0])
    values.flags.writeable = False
    column = Column("x", values, (None, 0))
    assert Terms((column, column)).sum() == 14
    assert values.tolist() == [1, 2, 3]


@FEW
@given(st.lists(st.floats(-1e6, 1e6), max_size=60))
def test_the_leading_terms_make_up_half_or_are_the_three_largest(numbers: list[float]) -> None:
    terms, sizes = single(np.array(numbers)), sorted((abs(number) for number in numbers), reverse=True)
    leading, whole = terms.leading(), sum(sizes)
    assert [abs(numbers[at]) for at in leading] == sizes[: len(leading)]
    if len(numbers) <= 2 or not whole:
        assert leading == []
    elif sum(sizes[:3]) >= whole * (0.1 + 1e-12):
        share = terms.share(leading)
        assert share == pytest.approx(sum(sizes[: len(leading)]) / whole)
        assert len(leading) == 3 or share >= 0.5 * (1 - 1e-12)
        assert len(leading) <= 3


def test_where_no_term_stands_out_none_leads() -> None:
    assert single(np.ones(31)).leading() == []
    assert single(np.array([1.0, np.nan, 2.0])).leading() == []
    assert np.isnan(Terms(()).share([]))


def test_the_first_operand_that_is_no_finite_number_is_found() -> None:
    x, weight = np.ones(3 * BLOCK), np.ones(3 * BLOCK)
    terms = Terms((Column("x", x, (7, None)), Column("weight", weight, (1, None))), (Term.of(("bias", (1,), 0.5)),))
    assert terms.not_finite() is None
    weight[2 * BLOCK + 5] = np.inf
    assert terms.not_finite() == Factor("weight", (1, 2 * BLOCK + 5), np.inf)
    x[BLOCK] = -np.inf
    assert terms.not_finite() == Factor("x", (7, BLOCK), -np.inf)
    assert Terms((), (Term.of(("y", (0, 1), np.inf)),)).not_finite() == Factor("y", (0, 1), np.inf)
