"""The record of losses against a dictionary that keeps everything."""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from oracle import MANY

from linviz.core.loss_record import BLOCK, BUCKET, LossRecord

Floats = NDArray[np.float64]


class Naive:
    """What the record has to know: the loss of each step, the last one put if there are two."""

    def __init__(self) -> None:
        self.by_step: dict[int, float] = {}

    def put(self, steps: NDArray[np.int64], losses: Floats) -> None:
        self.by_step |= dict(zip(steps.tolist(), losses.tolist(), strict=True))

    def losses(self) -> Floats:
        """Give the losses by step number, NaN where there is none."""
        size = max(self.by_step, default=-1) + 1
        return np.array([self.by_step.get(step, math.nan) for step in range(size)], np.float64)


def filled(losses: Floats) -> LossRecord:
    record = LossRecord()
    record.put(np.arange(len(losses)), losses)
    return record


def hard_losses(size: int, seed: int) -> Floats:
    """Give losses over many orders of magnitude, with gaps, NaN, infinities and long stretches of one of them."""
    rng = np.random.default_rng(seed)
    losses = np.exp(rng.normal(0, 5, size))
    for value in (np.nan, np.inf, -np.inf):
        losses[rng.random(size) < rng.choice([0.0, 0.02, 0.5])] = value
        if size:
            start = int(rng.integers(size))
            losses[start : start + int(rng.choice([0, 10, 300, 2000]))] = value
    return losses


def check_curve(record: LossRecord, losses: Floats, first: float, last: float, points: int) -> None:
    """Hold a curve to what a range with ``first <= last`` owes, by looking at every loss."""
    steps, drawn = record.curve(first, last, points)
    assert steps.shape == drawn.shape
    assert steps.ndim == 1
    assert np.all(np.isfinite(drawn))
    assert np.all(np.diff(steps) >= 0)
    assert len(steps) <= max(points, 2) + BUCKET
    all_steps = np.arange(len(losses), dtype=float)
    finite = np.isfinite(losses)
    asked = finite & (all_steps >= math.floor(max(first, -1))) & (all_steps <= math.ceil(min(last, len(losses))))
    if asked.any():
        # The curve covers the range asked for, and nothing in it is lower or higher than what is drawn.
        assert steps[0] <= all_steps[asked][0]
        assert steps[-1] >= all_steps[asked][-1]
        assert drawn.min() <= losses[asked].min()
        assert drawn.max() >= losses[asked].max()
    if len(steps):
        # Over what it does cover, its extremes are the true ones, and each of its points has a loss of the record.
        covered = finite & (all_steps >= steps[0]) & (all_steps <= steps[-1])
        assert drawn.min() == losses[covered].min()
        assert drawn.max() == losses[covered].max()
        assert np.isin(drawn, losses[covered]).all()
        assert steps[0] >= 0
        assert steps[-1] < len(losses)


@st.composite
def records(draw: st.DrawFn) -> tuple[LossRecord, Floats]:
    """Draw a record filled in portions, with steps left out, losses noted twice and a clear on the way."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    record, naive = LossRecord(), Naive()
    # What was there before a clear must not shine through the gaps of what comes after.
    before = draw(st.sampled_from((0, 1, BUCKET, 5000)))
    record.put(np.arange(before), np.full(before, -7.0))
    record.clear()
    step = 0
    for portion in draw(st.lists(st.sampled_from((0, 1, 2, 7, 255, 256, 257, 1024, 5000)), max_size=6)):
        step += int(rng.choice([0, 0, 1, 2, 300]))  # updates again: steps without a loss
        steps = np.arange(step, step + portion)
        losses = hard_losses(portion, int(rng.integers(2**32)))
        if portion > 2:  # gaps inside one portion too
            keep = np.sort(rng.choice(portion, size=int(rng.integers(1, portion + 1)), replace=False))
            steps, losses = steps[keep], losses[keep]
        record.put(steps, losses)
        naive.put(steps, losses)
        if len(steps):
            if draw(st.booleans()):  # a command that computes no new loss reports the last one again
                record.put(steps[-1:], losses[-1:])
            step = int(steps[-1]) + 1
    return record, naive.losses()


@MANY
@given(records())
def test_every_loss_is_kept_by_its_step_and_gaps_are_nan(filled_: tuple[LossRecord, Floats]) -> None:
    record, losses = filled_
    assert len(record) == len(losses)
    assert np.array_equal(record.losses, losses, equal_nan=True)


@MANY
@given(records(), st.floats(-0.2, 1.2), st.floats(0, 1.2), st.integers(2, 3000))
def test_a_curve_looks_like_all_the_losses_of_its_range(
    filled_: tuple[LossRecord, Floats], start: float, length: float, points: int
) -> None:
    record, losses = filled_
    first = start * len(losses)
    check_curve(record, losses, first, first + length * len(losses), points)


@MANY
@given(records(), st.integers(2, 40))
def test_the_whole_of_a_record_at_any_width(filled_: tuple[LossRecord, Floats], points: int) -> None:
    record, losses = filled_
    check_curve(record, losses, 0, len(losses), points)
    check_curve(record, losses, -math.inf, math.inf, points)


@pytest.mark.parametrize("points", [2, 3, 4, 7, 100, 1000, 2400])
@pytest.mark.parametrize("size", [BUCKET - 1, BUCKET, BUCKET + 1, 20 * BUCKET, 300_000])
def test_a_long_record_keeps_a_single_spike_up_or_down_wherever_it_is(size: int, points: int) -> None:
    for spike in (0, 1, size // 3, size // 2, size - 2, size - 1):
        for value in (1e9, -1e9):
            losses = np.linspace(2, 1, size)
            losses[spike] = value
            _steps, drawn = filled(losses).curve(0, size, points)
            assert value in drawn


def test_the_reduced_and_the_raw_path_agree_on_the_extremes() -> None:
    size = 300 * BUCKET
    losses = hard_losses(size, seed=4)
    record = filled(losses)
    for first_bucket, last_bucket in ((0, 300), (3, 290), (17, 80)):
        first, last = first_bucket * BUCKET, last_bucket * BUCKET - 1
        results = [record.curve(first, last, points) for points in (4, 20, 1000, size)]
        true = losses[first : last + 1]
        true = true[np.isfinite(true)]
        for steps, drawn in results:
            assert (drawn.min(), drawn.max()) == (true.min(), true.max())
            assert first <= steps[0] <= steps[-1] <= last
        assert [len(steps) for steps, _ in results] == sorted(len(steps) for steps, _ in results)
        assert np.array_equal(results[-1][1], true)


def test_a_range_that_fits_is_given_loss_by_loss_with_the_neighbours_just_outside() -> None:
    losses = hard_losses(5000, seed=1)
    losses[9:22] = np.arange(13)
    losses[14] = np.nan
    steps, drawn = filled(losses).curve(10.5, 19.5, 100)
    expected = [10, 11, 12, 13, 15, 16, 17, 18, 19, 20]
    assert steps.tolist() == expected
    assert drawn.tolist() == losses[expected].tolist()


@pytest.mark.parametrize("points", [2, 10, 11, 500, 2400])
@pytest.mark.parametrize("size", [1, 100, 10_000, 400_000])
def test_a_curve_has_about_as_many_points_as_were_asked_for(size: int, points: int) -> None:
    record = filled(np.cos(np.arange(size) / 100))
    for first, last in ((0, size), (size // 3, size), (size // 3, size // 2)):
        steps, _drawn = record.curve(first, last, points)
        shown = last - first
        # No fewer than a quarter, or the curve is coarser than the screen.
        assert min(shown, points) / 4 <= len(steps) <= points + BUCKET


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("size", [1, 50, 5000, 300_000])
def test_losses_that_cannot_be_drawn_give_an_empty_curve(size: int, value: float) -> None:
    record = filled(np.full(size, value))
    for points in (2, 100, 10**6):
        steps, drawn = record.curve(0, size, points)
        assert (len(steps), len(drawn)) == (0, 0)
    assert len(record) == size


def test_a_single_finite_loss_among_others_is_found() -> None:
    for where in (0, 77_777, 299_999):
        losses = np.full(300_000, np.inf)
        losses[where] = 3.5
        steps, drawn = filled(losses).curve(0, 300_000, 100)
        assert set(drawn.tolist()) == {3.5}
        assert steps[0] <= where <= steps[-1]


@pytest.mark.parametrize(("first", "last"), [(0, 0), (0, 10), (-5, -1), (7, 3), (-math.inf, math.inf), (1e300, 1e301)])
@pytest.mark.parametrize("points", [1, 2, 1000])
def test_an_empty_record_gives_an_empty_curve(first: float, last: float, points: int) -> None:
    record = LossRecord()
    steps, losses = record.curve(first, last, points)
    assert (steps.tolist(), losses.tolist()) == ([], [])
    assert (len(record), record.losses.tolist()) == (0, [])


@pytest.mark.parametrize("points", [1, 2, 1000])
@pytest.mark.parametrize(("first", "last"), [(0, 0), (-3, 5), (0, 1), (-math.inf, math.inf)])
def test_a_record_of_one_loss_is_one_point(first: float, last: float, points: int) -> None:
    steps, losses = filled(np.array([0.75])).curve(first, last, points)
    assert (steps.tolist(), losses.tolist()) == ([0.0], [0.75])


@pytest.mark.parametrize("size", [5, 2000, 300_000])
def test_a_range_beside_the_record_shows_at_most_its_nearest_loss(size: int) -> None:
    record = filled(np.arange(1.0, size + 1))
    for first, last, nearest in ((size, size + 9, size - 1), (2e9, 3e9, size - 1), (-9, -1, 0), (-3e9, -2e9, 0)):
        steps, losses = record.curve(first, last, 100)
        assert steps.tolist() in ([], [nearest])
        assert losses.tolist() == [nearest + 1.0] * len(steps)


@pytest.mark.parametrize(
    ("first", "last"), [(10, 5), (4000, 3), (5, -5), (1e9, 2), (math.inf, -math.inf), (10.9, 10.1)]
)
def test_a_range_turned_round_shows_at_most_the_place_where_it_begins(first: float, last: float) -> None:
    record = filled(np.arange(5000.0))
    steps, losses = record.curve(first, last, 100)
    assert len(steps) <= 2
    assert steps.tolist() == losses.tolist()
    assert all(abs(step - min(first, 5000)) <= 1 for step in steps.tolist())


def test_what_was_cleared_is_forgotten_even_where_the_next_run_has_gaps() -> None:
    record = filled(np.full(10_000, 9.0))
    record.clear()
    assert len(record) == 0
    assert record.curve(0, 10_000, 100)[0].tolist() == []
    record.put(np.array([2, 5000]), np.array([0.5, 0.25]))
    assert len(record) == 5001
    assert np.flatnonzero(np.isfinite(record.losses)).tolist() == [2, 5000]
    assert set(record.curve(0, 5001, 4)[1].tolist()) == {0.5, 0.25}


def test_nothing_put_changes_nothing() -> None:
    record = filled(np.array([1.0, 2.0]))
    record.put(np.empty(0, np.int64), np.empty(0))
    assert record.losses.tolist() == [1.0, 2.0]


def test_the_last_step_may_be_noted_again() -> None:
    record = LossRecord()
    for _ in range(3):
        record.put(np.array([4]), np.array([0.5]))
    assert len(record) == 5
    assert record.curve(0, 9, 100)[1].tolist() == [0.5]


@pytest.mark.parametrize("portion", [1, 100, BUCKET, 1000, 99_999])
def test_it_does_not_matter_in_what_portions_losses_come(portion: int) -> None:
    size = 3000 if portion == 1 else 200_000
    losses = hard_losses(size, seed=8)
    whole, record = filled(losses), LossRecord()
    for start in range(0, size, portion):
        steps = np.arange(start, min(start + portion, size))
        record.put(steps, losses[steps])
    assert np.array_equal(record.losses, losses, equal_nan=True)
    for points in (2, 10, 500):
        for ours, theirs in zip(record.curve(0, size, points), whole.curve(0, size, points), strict=True):
            assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("first", [BLOCK - 2, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK - 1, 3 * BLOCK])
@pytest.mark.parametrize("gap", [1, 2, BLOCK, 2 * BLOCK + 1])
def test_losses_and_gaps_stand_right_at_the_edges_of_blocks(first: int, gap: int) -> None:
    record = filled(np.full(4 * BLOCK, -7.0))
    record.clear()
    steps = np.array([3, first, first + gap, first + gap + 1])
    record.put(steps[:2], np.array([0.0, 1.0]))
    record.put(steps[1:], np.array([1.0, 2.0, 3.0]))
    expected = np.full(first + gap + 2, np.nan)
    expected[steps] = np.arange(4.0)
    assert np.array_equal(record.losses, expected, equal_nan=True)
    around = slice(first - 1, first + gap + 1)
    assert np.array_equal(record.between(around.start, around.stop), expected[around], equal_nan=True)
    asked = np.array([first + gap, 3, first, first - 1])
    assert np.array_equal(record.at(asked), expected[asked], equal_nan=True)


def test_no_portion_copies_what_is_there() -> None:
    record = filled(np.zeros(10 * BLOCK))
    for start in range(10 * BLOCK, 20 * BLOCK, 5000):
        steps = np.arange(start, start + 5000)
        tracemalloc.start()
        record.put(steps, np.ones(5000))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 2 * 8 * BLOCK


def test_a_curve_is_the_callers_own() -> None:
    record = filled(np.arange(10.0))
    steps, losses = record.curve(0, 9, 100)
    losses[:] = -1
    steps[:] = -1
    assert record.losses.tolist() == list(range(10))
    assert record.curve(0, 9, 100)[1].tolist() == list(range(10))
