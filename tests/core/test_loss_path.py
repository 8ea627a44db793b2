"""A path over several branches reads like one record that holds all of it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW

from linviz.core.loss_path import LossPath
from linviz.core.loss_record import BUCKET, LossRecord

# For each branch: how far back from the end of the one before it begins, and how many losses it has of its own.
BRANCHES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 700)), min_size=1, max_size=5)


def built(branches: list[tuple[int, int]]) -> tuple[LossPath, np.ndarray]:
    """Give a path, and the losses along it in one array."""
    draw = np.random.default_rng(0)
    path, whole = LossPath(), np.empty(0)
    for number, (back, count) in enumerate(branches):
        if number:
            first = max(len(whole) - back, 0)
            path, whole = LossPath(path, first), whole[:first]
        losses = draw.random(count)
        path.put(np.arange(len(whole), len(whole) + count), losses)
        whole = np.concatenate((whole, losses))
    return path, whole


@FEW
@given(BRANCHES, st.integers(0, 800), st.integers(0, 800))
def test_it_reads_like_one_array(branches: list[tuple[int, int]], first: int, last: int) -> None:
    path, whole = built(branches)
    assert len(path) == len(whole)
    padded = np.concatenate((whole, np.full(2000, np.nan)))
    assert np.array_equal(path.losses(first, last), padded[first:last], equal_nan=True)
    steps = np.arange(0, 900, 7)
    assert np.array_equal(path.at(steps), padded[steps], equal_nan=True)


@FEW
@given(BRANCHES, st.floats(-10, 900), st.floats(-10, 900))
def test_its_curve_with_points_to_spare_is_that_of_one_record(
    branches: list[tuple[int, int]], first: float, last: float
) -> None:
    path, whole = built(branches)
    first, last = min(first, last), max(first, last)
    record = LossRecord()
    record.put(np.arange(len(whole)), whole)
    steps, losses = path.curve(first, last, 100_000)
    expected_steps, expected = record.curve(first, last, 100_000)
    inside = (expected_steps >= first) & (expected_steps <= last)
    for step, loss in zip(expected_steps[inside], expected[inside], strict=True):
        assert loss == losses[np.flatnonzero(steps == step)[0]]
    assert list(steps) == sorted(set(steps))
    assert np.array_equal(losses, whole[steps.astype(int)])


@FEW
@given(BRANCHES, st.integers(2, 60))
def test_with_few_points_it_shows_the_extremes_and_no_more_points_than_asked_for(
    branches: list[tuple[int, int]], points: int
) -> None:
    path, whole = built(branches)
    if not len(whole):
        return
    steps, losses = path.curve(0, len(whole), points)
    assert (losses.min(), losses.max()) == (whole.min(), whole.max())
    assert len(steps) <= points + (BUCKET + 4) * len(branches)  # what fills no bucket yet is drawn as it is
    assert np.all(np.diff(steps) >= 0)


def test_what_a_branch_does_not_change_is_not_held_twice() -> None:
    path = LossPath()
    path.put(np.arange(100_000), np.zeros(100_000))
    branch = LossPath(path, 90_000)
    branch.put(np.arange(90_000, 90_010), np.ones(10))
    assert len(branch.own.record) == 10
    assert len(branch) == 90_010
    # The one that was left goes on by itself.
    path.put(np.arange(100_000, 100_001), np.ones(1))
    assert len(branch) == 90_010
    assert path.losses(90_000, 90_001)[0] == 0
