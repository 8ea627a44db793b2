import math

from hypothesis import given
from hypothesis import strategies as st

from gui.parts import MANY
from linviz.gui.plot_range import EMPTY, losses_range, steps_range

STEPS = st.integers(0, 10**9)
HEIGHTS = st.floats(0, 1e150) | st.floats(-300, 150)
RANGES = st.tuples(HEIGHTS, HEIGHTS).map(sorted).filter(lambda ends: ends[0] < ends[1]).map(tuple)


@MANY
@given(STEPS)
def test_the_range_of_steps_has_room_for_all_and_not_for_many_more(last: int) -> None:
    left, right = steps_range(last)
    assert left < 0
    assert last < right <= 1.7 * max(last, 10)


@MANY
@given(STEPS, STEPS)
def test_the_range_of_steps_only_grows(one: int, other: int) -> None:
    first, second = sorted((one, other))
    assert steps_range(first)[1] <= steps_range(second)[1]


def test_the_range_of_steps_changes_seldom() -> None:
    assert len({steps_range(last) for last in range(100_000)}) < 45


@MANY
@given(HEIGHTS, HEIGHTS, RANGES)
def test_the_range_of_losses_contains_them_is_finite_and_has_a_size(
    one: float, other: float, now: tuple[float, float]
) -> None:
    lowest, highest = sorted((one, other))
    low, high = losses_range(lowest, highest, now)
    assert -math.inf < low <= lowest <= highest <= high < math.inf
    assert low < high


@MANY
@given(HEIGHTS, HEIGHTS, RANGES)
def test_a_range_of_losses_that_fits_is_kept(one: float, other: float, now: tuple[float, float]) -> None:
    lowest, highest = sorted((one, other))
    first = losses_range(lowest, highest, now)
    assert losses_range(lowest, highest, first) == first
    if first != now and highest - lowest > 1e-6 * abs(highest):  # a range that was there may fit only just
        inside = lowest + 0.1 * (highest - lowest)
        assert losses_range(inside, highest, first) == first


@MANY
@given(HEIGHTS, HEIGHTS, RANGES)
def test_a_curve_fills_most_of_its_range(one: float, other: float, now: tuple[float, float]) -> None:
    lowest, highest = sorted((one, other))
    low, high = losses_range(lowest, highest, now)
    if highest - lowest > 1e-6 * max(abs(highest), abs(lowest)):
        assert highest - lowest >= 0.65 * (high - low)
    else:
        assert high - low <= 3 * max(abs(highest), abs(lowest), 1.0)


def test_the_range_of_an_empty_plot_counts_for_nothing() -> None:
    low, high = losses_range(0.1, 1.0, EMPTY)
    assert low > 0
    assert high < EMPTY[1]
