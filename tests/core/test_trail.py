"""The way over a landscape goes through the moments of the run, and between them as descent does."""

import numpy as np
import pytest

from linviz.core.axis import Axis
from linviz.core.command import Command, Edit, Reset, Run, Step
from linviz.core.history import History
from linviz.core.landscape import Landscape
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Array, Burst
from linviz.core.theory import Parameters, Theory
from linviz.core.trail import MOST, Trail
from linviz.core.travel import Seek, Travel
from linviz.core.waypoints import Way, WayOf

NOTEBOOK = Problem.notebook()
LANDSCAPE = Landscape.of(Theory.of_problem(NOTEBOOK), Axis(0, 0), Axis(1, 2))
RATE = 1.2


class Followed:
    """A run whose bursts a trail is given, as by a window; it asks where it must."""

    def __init__(self, rate: float = RATE) -> None:
        self.history, self.trail, self.asked = History(NOTEBOOK, Settings(rate, dtype="float64")), Trail(), 0
        self.trail.cross(LANDSCAPE)
        self.show(self.history.here())

    def do(self, *commands: Command | Travel) -> "Followed":
        for command in commands:
            burst = self.history.perform(command)
            assert isinstance(burst, Burst)
            self.show(burst)
        return self

    def show(self, burst: Burst) -> None:
        if not self.trail.put(burst):
            assert burst.place is not None
            way = self.history.perform(WayOf(burst.place.branch))
            assert isinstance(way, Way)
            self.asked += 1
            self.trail.take(way)

    def way(self) -> Array:
        return self.trail.until(self.history.place().moment)[0].points

    def ahead(self) -> Array:
        return self.trail.until(self.history.place().moment)[1].points

    def here(self) -> Array:
        moment = self.history.trainer.snapshot()
        return np.array([moment.weight[0, 0], moment.weight[1, 2]])


def descended(steps: int) -> Array:
    """Give where gradient descent stands on the axes after each step, by numpy: (steps + 1, 2)."""
    weight, bias = NOTEBOOK.weight.astype(float), NOTEBOOK.bias.astype(float)
    found = [[weight[0, 0], weight[1, 2]]]
    for _ in range(steps):
        residual = NOTEBOOK.x @ weight.T + bias - NOTEBOOK.y
        slope = 2 / residual.size * residual
        weight, bias = weight - RATE * slope.T @ NOTEBOOK.x, bias - RATE * slope.sum(0)
        found.append([weight[0, 0], weight[1, 2]])
    return np.array(found)


def test_it_goes_step_by_step_where_steps_were_made_one_by_one() -> None:
    followed = Followed().do(*[Step()] * 6)
    assert followed.way() == pytest.approx(descended(6))
    assert followed.asked == 1


def test_between_bursts_theory_fills_in_what_descent_does() -> None:
    followed = Followed().do(Run(steps=14), Run(steps=2))
    assert followed.way() == pytest.approx(descended(16), rel=1e-9)
    assert len(followed.trail.until(16)[0].stops) == 3


def test_the_closed_form_is_descent() -> None:
    steps = np.array([0, 1, 7, 40])
    found = LANDSCAPE.descended(Parameters(NOTEBOOK.weight, NOTEBOOK.bias), RATE, steps)
    assert found == pytest.approx(descended(40)[steps], rel=1e-9)


def test_in_the_past_the_rest_lies_ahead() -> None:
    followed = Followed().do(*[Step()] * 6, Seek(4))
    assert followed.way() == pytest.approx(descended(6)[:5])
    assert followed.ahead() == pytest.approx(descended(6)[4:])
    assert followed.asked == 1


def test_a_branch_has_the_way_of_the_one_it_comes_from_up_to_where_it_leaves() -> None:
    followed = Followed().do(*[Step()] * 6, Seek(3), Edit((("weight", (0, 0), 2.0),)), Step())
    way = followed.trail.until(5)[0]
    assert way.points[:4] == pytest.approx(descended(3))
    assert way.points[4] == pytest.approx([2.0, descended(3)[3, 1]])
    assert way.points[5] == pytest.approx(followed.here())
    assert way.joined.tolist()[1:] == [True, True, True, False, True]
    assert followed.asked == 2


def test_a_reset_begins_a_way_of_its_own() -> None:
    followed = Followed().do(*[Step()] * 6, Reset())
    assert followed.way() == pytest.approx(descended(0))
    followed.do(Step())
    assert followed.way() == pytest.approx(descended(1))


def test_another_landscape_shows_the_same_way() -> None:
    followed = Followed().do(Run(steps=9), Step())
    followed.trail.cross(Landscape.of(LANDSCAPE.theory, Axis(0, 0, eigen=True), Axis(0, 3, eigen=True)))
    way = followed.way()
    assert len(way) == 11
    factors = (way[1:] / way[:-1])[:4]
    expected = 1 - RATE * LANDSCAPE.theory.eigenvalues[[0, 3]]
    assert factors == pytest.approx(np.tile(expected, (4, 1)))
    followed.trail.cross(None)
    assert len(followed.way()) == 0


def test_a_way_that_stands_still_is_kept_as_where_that_begins_and_ends() -> None:
    followed = Followed().do(Run(steps=2000), *[Step()] * 300)
    way = followed.trail.until(10_000)[0]
    assert way.points[-1] == pytest.approx(followed.here(), abs=1e-12)
    assert followed.trail.until(2299)[1].points[-1] == pytest.approx(followed.here(), abs=1e-12)
    assert len(way.stops) < 10
    way = followed.do(Edit((("weight", (0, 0), 2.0),)), Step()).trail.until(10_000)[0]
    assert way.points[-2] == pytest.approx([2.0, way.points[-3, 1]])
    assert way.points[-1] == pytest.approx(followed.here())


def test_a_way_seen_while_it_stands_still_gets_no_longer() -> None:
    followed = Followed().do(Run(steps=2000))
    sizes = {len(followed.do(Step()).way()) for _ in range(30)}
    assert len(sizes) <= 3


def test_a_long_way_is_thinned_out_and_keeps_its_ends_and_jumps() -> None:
    followed = Followed(rate=0.01)
    followed.do(*[Step()] * 100, Edit((("weight", (0, 0), 2.0),)), *[Step()] * (MOST + 100))
    way = followed.trail.until(10_000)[0]
    assert way.points[0] == pytest.approx(descended(0)[0])
    assert way.points[-1] == pytest.approx(followed.here())
    assert np.sum(~way.joined[1:]) == 1
    assert MOST / 2 < len(way.stops) <= MOST
