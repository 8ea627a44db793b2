"""The largest magnitude of an array, found once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from linviz.core import peaks
from linviz.core.peaks import find_peaks, peak
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot


def frozen(*values: float) -> NDArray[np.float32]:
    array = np.array(values, np.float32)
    array.flags.writeable = False
    return array


@given(st.lists(st.floats(width=32), min_size=1, max_size=20))
def test_it_is_the_largest_of_the_finite_ones(values: list[float]) -> None:
    assert peak(frozen(*values)) == max((abs(each) for each in values if np.isfinite(each)), default=0.0)


def test_it_is_looked_for_once_while_the_array_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    array = frozen(1, -3)
    key = id(array)
    assert peak(array) == 3
    monkeypatch.setattr(np, "isfinite", None)  # to look again would call it
    assert peak(array) == 3
    assert key in peaks._known
    del array
    assert key not in peaks._known


def test_an_array_that_may_change_is_looked_at_again() -> None:
    array = np.array([1.0, -2.0])
    assert peak(array) == 2
    array[0] = 5
    assert peak(array) == 5


def test_those_of_a_moment_are_known_when_they_are_found() -> None:
    moment = Snapshot.at_start(Problem.notebook(), Settings())
    find_peaks(moment)
    arrays = (moment.x, moment.y, moment.weight, moment.bias)
    assert all(peaks._known[id(each)][1] == np.abs(each).max() for each in arrays)
