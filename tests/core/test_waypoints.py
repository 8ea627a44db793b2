"""The points of a way are the moments that can be stood at, and say what theory may fill in between."""

from itertools import pairwise

import numpy as np
import pytest

from linviz.core.command import Command, Edit, NextPhase, Run, SetLearningRate, Step, UpdateAgain
from linviz.core.descent import Descent
from linviz.core.history import History
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst
from linviz.core.theory import Theory
from linviz.core.trajectory import Trajectory
from linviz.core.travel import Seek
from linviz.core.waypoints import Way, WayOf, Waypoint

NOTEBOOK = Problem.notebook()
FINE = Settings(0.1, dtype="float64")


def way_of(history: History, branch: int = 1, most: int = 256) -> Way:
    found = history.perform(WayOf(branch, most))
    assert isinstance(found, Way)
    return found


def after(history: History, *commands: Command) -> list[Waypoint]:
    """Carry out commands, and note each as a window does."""
    noted = []
    for command in commands:
        before = history.trainer.snapshot()
        burst = history.perform(command)
        assert isinstance(burst, Burst)
        noted.append(Waypoint.after(before, burst))
    return noted


def test_each_point_is_the_moment_it_says_and_the_run_stays() -> None:
    history = History(NOTEBOOK, FINE)
    for command in (Run(steps=2500), NextPhase(), Step(), SetLearningRate(0.2), Run(steps=30, by_hand=True)):
        history.perform(command)
    history.perform(Seek(1500))
    history.perform(Run(steps=10))
    here = history.trainer.snapshot()
    for branch in (1, 2):
        way = way_of(history, branch)
        assert history.trainer.snapshot() is here
        assert way.branch == branch
        assert way.points[0].moment == 0
        assert [point.moment for point in way.points] == sorted({point.moment for point in way.points})
        for point in way.points:
            stood = history.seek(point.moment, branch).snapshot
            assert (stood.step, stood.weight.tobytes()) == (point.step, point.weight.tobytes())
        history.seek(1510, 2)
        here = history.trainer.snapshot()


def test_what_is_plain_is_what_theory_fills_in() -> None:
    history = History(NOTEBOOK, FINE)
    noted = after(
        history, Run(steps=1500), SetLearningRate(0.2), Step(), Step(by_hand=True), UpdateAgain(), Run(steps=9)
    )
    assert [point.plain for point in noted] == [True, False, True, True, False, True]
    theory = Theory.of_problem(NOTEBOOK)
    ways = [way_of(history).points, (way_of(history).points[0], *noted)]
    for points in ways:
        filled = [(one, other) for one, other in pairwise(points) if other.plain]
        assert len(filled) >= 3
        for one, other in filled:
            course = Trajectory(theory, Descent(other.rate), one.at).parameters(other.step - one.step)
            assert course.weight == pytest.approx(other.weight, rel=1e-9)
            assert course.bias == pytest.approx(other.bias, rel=1e-9)


@pytest.mark.parametrize("settings", [Settings(0.1, options={"momentum": 0.9}), Settings(0.1, "Adam")])
def test_of_other_optimizers_nothing_is_filled_in(settings: Settings) -> None:
    history = History(NOTEBOOK, settings)
    noted = after(history, Run(steps=150), Step())
    assert not any(point.plain for point in (*noted, *way_of(history).points))


def test_where_a_person_put_the_parameters_is_told() -> None:
    history = History(NOTEBOOK, FINE)
    noted = after(history, Step(), Edit((("bias", (1,), 3.0),)), Step(), Edit((("x", (0, 0), 3.0),)))
    assert [point.jumped for point in noted] == [False, True, False, False]
    assert [point.jumped for point in way_of(history).points if point.moment in (1, 2, 3)] == [False, True, False]


def test_no_more_points_come_than_were_asked_for_most_of_them_from_the_beginning() -> None:
    history = History(NOTEBOOK, FINE)
    for _ in range(300):
        history.perform(Step())
    points = way_of(history, most=40).points
    moments = np.array([point.moment for point in points])
    assert 25 < len(points) <= 40
    assert (moments[0], moments[-1]) == (0, 300)
    assert np.sum(moments < 100) > np.sum(moments >= 200)


@pytest.mark.parametrize("training", [{"batch": 3}, {"loss": "Huber"}, {"schedule": "cosine"}])
def test_where_steps_are_not_those_of_one_paraboloid_at_one_rate_nothing_is_filled_in(
    training: dict[str, object],
) -> None:
    history = History(NOTEBOOK, Settings.of(0.1, training=training))
    noted = after(history, Run(steps=150), Step())
    assert not any(point.plain for point in (*noted, *way_of(history).points))
