"""How fast a closed-form course comes near its optimum: contraction, steps and best rates."""

from typing import Any

import numpy as np
import pytest
from descending import KINDS, copied_columns, course_of, remaining

from linviz.core.descent import Descent
from linviz.core.problem import Problem
from linviz.core.theory import Parameters, Theory
from linviz.core.trajectory import Trajectory
from linviz.errors import InputError


@pytest.mark.parametrize("descent", KINDS.values(), ids=KINDS)
def test_contraction_is_what_a_late_step_multiplies_by(descent: Descent) -> None:
    course = course_of(Problem.notebook(), descent)
    sizes = np.abs([remaining(course, step) for step in range(360)])
    early, late = sizes[100:160].max(axis=0), sizes[300:360].max(axis=0)  # over a swing
    seen = late > 0  # no longer below float64's range
    assert seen.any()
    np.testing.assert_allclose((late[seen] / early[seen]) ** (1 / 200), course.contraction[seen], rtol=0.01)


def test_contraction_of_gradient_descent_is_one_minus_rate_times_curvature() -> None:
    course = course_of(copied_columns(), Descent(0.2))
    np.testing.assert_allclose(course.contraction, np.abs(1 - 0.2 * course.theory.eigenvalues), rtol=1e-14)


@pytest.mark.parametrize("kind", ["gradient descent", "heavy ball", "overdamped", "Nesterov", "weight decay"])
@pytest.mark.parametrize("share", [0.5, 1e-3, 1e-9])
def test_steps_to_an_excess_are_those_a_walk_counts(kind: str, share: float) -> None:
    course = course_of(Problem.notebook(), KINDS[kind])
    walked = course.excess(np.arange(20_000))
    target = share * float(walked[0])
    expected = int(np.flatnonzero(walked > target)[-1]) + 1
    assert course.steps_to_excess(target) == expected
    if kind != "weight decay":
        factor = 1 + target / course.theory.optimal_loss
        assert course.steps_to_factor(factor) == pytest.approx(expected, abs=1)


def test_steps_that_were_measured() -> None:
    # A random start at learning rate 0.01 took 2,509 whole steps and its next loss was within 1e-6.
    assert course_of(Problem.random(10, 3, 2, seed=0), Descent(0.01)).steps_to_excess(1e-6) in (2509, 2510)


def test_no_steps_lead_where_a_run_never_comes() -> None:
    assert course_of(Problem.notebook(), Descent(1.3)).steps_to_factor(1.1) is None
    assert course_of(Problem.random(3, 5, 2, 4), Descent(0.01)).steps_to_factor(1.1) is None  # the optimal loss is 0
    slow = course_of(Problem.notebook(), Descent(1e-12)).steps_to_factor(1.001)
    assert slow is not None
    assert 10**12 < slow < 10**15
    theory = Theory.of_problem(Problem.notebook())
    assert Trajectory(theory, Descent(0.1), theory.optimum).steps_to_factor(1.001) == 0


@pytest.mark.parametrize("factor", [1, 0.5, -1, np.inf, np.nan])
def test_a_factor_that_is_none_is_refused(factor: float) -> None:
    with pytest.raises(InputError, match="the factor of the optimal loss must be a finite number above 1, got"):
        course_of(Problem.notebook(), Descent(0.1)).steps_to_factor(factor)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"weight_decay": 0.3},
        {"momentum": 0.4},
        {"momentum": 0.2, "dampening": 0.3},
        {"momentum": 0.3, "nesterov": True},
        {"momentum": 0.9, "nesterov": True},
    ],
)
def test_at_the_best_learning_rate_the_slowest_direction_is_fastest(options: dict[str, Any]) -> None:
    problem = Problem.notebook()

    def slowest(rate: float) -> float:
        return float(course_of(problem, Descent(rate, **options)).contraction.max())

    best = course_of(problem, Descent(0.1, **options)).best_learning_rate
    scanned = np.geomspace(1e-3, 10, 2000)
    assert slowest(best) <= min(map(slowest, scanned)) + 1e-9
    if not options:
        assert best == pytest.approx(Theory.of_problem(problem).best_learning_rate, rel=1e-14)


def test_where_no_rate_converges_none_is_best() -> None:
    problem = Problem.notebook()
    assert np.isnan(course_of(problem, Descent(0.1, 1.0)).best_learning_rate)
    flat = Trajectory(
        Theory.of(np.zeros((3, 2)), np.ones((3, 1)), bias=False), Descent(0.1), Parameters(np.ones((1, 2)), np.zeros(1))
    )
    assert flat.best_learning_rate == np.inf
