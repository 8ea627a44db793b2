"""The closed form against runs that go step by step."""

import itertools

import numpy as np
import pytest
from descending import KINDS, copied_columns, course_of, descended, far, optimized, remaining, start_of
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW, problems

from linviz.core.descent import Descent
from linviz.core.problem import Problem
from linviz.core.theory import Parameters, Theory
from linviz.core.trajectory import Trajectory
from linviz.errors import InputError


def agree(course: Trajectory, step: int, weight: object, bias: object, loss: float) -> None:
    expected = Parameters(np.asarray(weight), np.asarray(bias))
    assert far(course.parameters(step), expected) < 1e-9, step
    # A run's own residuals are rounded: of a loss of nearly 0 fewer digits are left to it.
    rounding = 1e-14 * (1 + max(float(np.abs(each).max()) for each in expected))
    floor = rounding * (rounding + 2 * np.sqrt(loss))
    assert course.loss(step) == pytest.approx(loss, rel=1e-9, abs=floor), step


@pytest.mark.parametrize("descent", KINDS.values(), ids=KINDS)
def test_every_step_is_that_of_torchs_optimizer(descent: Descent) -> None:
    problem = Problem.notebook()
    course = course_of(problem, descent)
    for step, moment in enumerate(itertools.islice(optimized(problem, descent), 40)):
        agree(course, step, *moment)


@pytest.mark.parametrize("descent", KINDS.values(), ids=KINDS)
def test_the_loop_below_is_torchs_optimizer(descent: Descent) -> None:
    problem = Problem.notebook()
    for (_, *found), expected in zip(descended(problem, descent, 40), optimized(problem, descent), strict=False):
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(np.asarray(a), b, rtol=1e-12)


@pytest.mark.parametrize("descent", KINDS.values(), ids=KINDS)
def test_over_ten_thousand_steps(descent: Descent) -> None:
    problem = Problem.random(12, 4, 2, seed=3)
    # The same place beside the limit as with the notebook's data.
    theory = Theory.of_problem(problem)
    rate = descent.learning_rate * theory.stability_limit / 1.2939301580485385
    descent = Descent(rate, *(getattr(descent, name) for name in ("momentum", "dampening", "nesterov", "weight_decay")))
    course = course_of(problem, descent)
    compared = 0
    for step, weight, bias, loss in descended(problem, descent, 10_000, every=97):
        if not loss < 1e280:
            assert not course.loss(step) < 1e270
            break
        agree(course, step, weight, bias, loss)
        compared += 1
    assert compared > (100 if course.converges else 2)


def rates(limit: float) -> st.SearchStrategy[float]:
    return st.floats(0.001, 1.2).map(lambda share: share * limit)


@given(data=st.data(), problem=problems(30, 6), momentum=st.floats(0, 0.99), dampening=st.floats(0, 0.9))
@FEW
def test_any_shape_and_rate(data: st.DataObject, problem: Problem, momentum: float, dampening: float) -> None:
    nesterov = momentum > 0 and data.draw(st.booleans())
    decay = data.draw(st.sampled_from((0.0, 0.0, 0.01, 1.0)))
    kind = Descent(1, momentum, 0 if nesterov else dampening, nesterov, decay)
    theory = Theory.of_problem(problem, weight_decay=decay)
    limit = kind.stability_limit(float(theory.eigenvalues[-1]))
    descent = Descent(data.draw(rates(limit)), momentum, kind.dampening, nesterov, decay)
    course = Trajectory(theory, descent, start_of(problem))
    assert course.converges == (descent.learning_rate < limit)
    for step, weight, bias, loss in descended(problem, descent, 300, every=23):
        if loss > 1e250:
            break
        agree(course, step, weight, bias, loss)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("biased", [True, False])
def test_both_reductions_with_and_without_bias(reduction: str, biased: bool) -> None:
    problem = Problem.random(9, 3, 2, seed=8)
    theory = Theory.of(problem.x, problem.y, bias=biased, reduction=reduction)
    descent = Descent(0.7 * theory.stability_limit, 0.3)
    course = Trajectory(theory, descent, start_of(problem))
    for step, weight, bias, loss in descended(problem, descent, 500, 50, biased, reduction):
        agree(course, step, weight, bias, loss)


@pytest.mark.parametrize("problem", [copied_columns(), Problem.random(3, 5, 2, 4)], ids=["copies", "few samples"])
@pytest.mark.parametrize("descent", [Descent(0.05), Descent(0.05, 0.9), Descent(0.05, weight_decay=0.4)])
def test_where_the_loss_is_flat(problem: Problem, descent: Descent) -> None:
    course = course_of(problem, descent)
    assert course.theory.rank < course.theory.parameters
    for step, weight, bias, loss in descended(problem, descent, 2000, every=100):
        agree(course, step, weight, bias, loss)
    end = course.theory.optimum_from(course.start)
    assert far(course.parameters(10**9), end) < 1e-12


def test_a_start_far_away_and_one_at_the_optimum_keep_their_digits() -> None:
    problem, descent = Problem.notebook(), Descent(0.4)
    theory = Theory.of_problem(problem)
    away = Problem(problem.x, problem.y, problem.weight * 1e8, problem.bias)
    course = Trajectory(theory, descent, start_of(away))
    for step, weight, bias, loss in descended(away, descent, 1000, every=10):
        agree(course, step, weight, bias, loss)
    still = Trajectory(theory, descent, theory.optimum)
    assert far(still.parameters(10**6), theory.optimum) < 1e-15
    assert still.loss(10**6) == pytest.approx(theory.optimal_loss, rel=1e-14)


def test_a_direction_that_hardly_moves_keeps_its_digits() -> None:
    # Two columns all but alike: the optimum lies 10⁸ away in a direction of curvature 10⁻¹⁸.
    plain = Problem.random(20, 3, 1, seed=0)
    x = plain.x.astype(np.float64)
    x[:, 2] = x[:, 1] + 1e-9 * x[:, 2]
    problem, descent = Problem(x, plain.y, plain.weight, plain.bias), Descent(0.1)
    course = course_of(problem, descent)
    assert np.abs(course.theory.optimum.weight).max() > 1e7
    for step, weight, bias, loss in descended(problem, descent, 10_000, every=1000):
        agree(course, step, weight, bias, loss)


def test_the_excess_keeps_its_digits_where_the_subtraction_has_none() -> None:
    course = course_of(Problem.notebook(), Descent(1.0))
    steps = np.array([400, 800, 2000])
    excess = course.excess(steps)
    slowest = float(course.theory.eigenvalues[0])
    # One direction is left: a straight line on a logarithmic axis.
    np.testing.assert_allclose(np.diff(np.log(excess)), np.diff(steps) * 2 * np.log1p(-slowest), rtol=1e-12)
    assert excess[-1] < 1e-150
    assert course.loss(2000) == course.theory.optimal_loss
    near = np.arange(5)
    subtracted = course.losses(near) - course.theory.optimal_loss
    np.testing.assert_allclose(course.excess(near), subtracted, rtol=1e-12)


@pytest.mark.parametrize("decay", [0.0, 0.2])
def test_the_excess_is_that_of_what_is_descended(decay: float) -> None:
    course = course_of(Problem.notebook(), Descent(0.3, weight_decay=decay))
    for step in (0, 1, 7):
        squares = sum(float(np.sum(each**2)) for each in course.parameters(step))
        objective = course.loss(step) + decay / 2 * squares
        expected = objective - course.theory.optimal_objective
        assert course.excess(np.array([step]))[0] == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("descent", KINDS.values(), ids=KINDS)
def test_a_billion_steps_are_the_optimum_or_infinity(descent: Descent) -> None:
    course = course_of(Problem.notebook(), descent)
    for step in (10**9, 10**9 + 1, 2**63 - 1):
        weight, bias = course.parameters(step)
        if course.converges:
            assert far(Parameters(weight, bias), course.theory.optimum) < 1e-14
            assert course.loss(step) == pytest.approx(course.theory.optimal_loss, rel=1e-14)
        else:
            assert np.isinf(weight).all()
            assert np.isinf(bias).all()
            assert course.loss(step) == np.inf


def test_a_billion_small_steps_are_those_of_the_differential_equation() -> None:
    # (1 − h)ⁿ → exp(−n h), off by n h² / 2 = 10⁻⁹ at most.
    course = course_of(Problem.notebook(), Descent(1e-9))
    expected = np.exp(-course.theory.eigenvalues)
    np.testing.assert_allclose(remaining(course, 10**9), expected, rtol=2e-9)


def test_beyond_float64_parameters_have_the_sign_of_the_direction_that_grows() -> None:
    course = course_of(Problem.notebook(), Descent(2.0))
    grown = np.sign(course.parameters(400).weight)
    for step in (10**5, 10**9):
        np.testing.assert_array_equal(course.parameters(step).weight, grown * np.inf)
    # Each step goes to the other side, also where a float can't tell an odd number from an even one.
    np.testing.assert_array_equal(course.parameters(2**62 + 1).weight, -grown * np.inf)


def test_what_does_not_fit_is_refused() -> None:
    theory = Theory.of_problem(Problem.notebook())
    with pytest.raises(InputError, match=r"shapes \(2, 3\) and \(2,\) to fit the data, got \(3, 2\) and \(2,\)"):
        Trajectory(theory, Descent(0.1), Parameters(np.zeros((3, 2)), np.zeros(2)))
    with pytest.raises(InputError, match="a step is a whole number from 0 on, got -1"):
        course_of(Problem.notebook(), Descent(0.1)).loss(-1)


def test_a_direction_that_would_grow_but_starts_at_its_optimum_does_not() -> None:
    # The weight, the steeper of two directions, starts where it belongs, to the last bit; the bias doesn't.
    theory = Theory.of(np.array([[2.0], [-2.0]]), np.zeros((2, 1)))
    course = Trajectory(theory, Descent(3.0), Parameters(np.zeros((1, 1)), np.ones(1)))
    for step, bias in ((1, -5), (2, 25), (10**6, np.inf), (10**6 + 1, -np.inf)):
        assert course.parameters(step).weight[0, 0] == 0
        assert course.parameters(step).bias[0] == pytest.approx(bias, rel=1e-14)
    assert course.loss(10**6) == np.inf
