"""The closed form from a momentum buffer that is carried, and the buffer itself, against runs that go step by step."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from descending import KINDS, Floats, copied_columns, course_of, descended, far, remembered, start_of
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW, problems

from linviz.core.descent import Descent
from linviz.core.problem import Problem
from linviz.core.theory import Parameters, Theory
from linviz.core.trajectory import Trajectory

MOMENTA = {name: kind for name, kind in KINDS.items() if kind.momentum}
each_kind = pytest.mark.parametrize("descent", MOMENTA.values(), ids=MOMENTA)


def made_up(problem: Problem, size: float = 1.0, seed: int = 5) -> Parameters:
    random = np.random.default_rng(seed)
    return Parameters(size * random.normal(size=problem.weight.shape), size * random.normal(size=problem.bias.shape))


def agree(course: Trajectory, step: int, weight: Floats, bias: Floats, loss: float) -> None:
    assert far(course.parameters(step), Parameters(weight, bias)) < 1e-9, step
    size = 1 + max(float(np.abs(weight).max()), float(np.abs(bias).max()))
    assert course.loss(step) == pytest.approx(loss, rel=1e-9, abs=1e-13 * size * (1e-13 * size + np.sqrt(loss))), step


@each_kind
@pytest.mark.parametrize("done", [1, 2, 7])
def test_a_run_is_gone_on_from_in_the_middle(descent: Descent, done: int) -> None:
    problem = Problem.notebook()
    moments = list(itertools.islice(remembered(problem, descent), done + 40))
    buffer, weight, bias, _ = moments[done]
    course = Trajectory(Theory.of_problem(problem), descent, Parameters(weight, bias), buffer)
    for step, (_, at, offset, loss) in enumerate(moments[done:]):
        agree(course, step, at, offset, loss)


@each_kind
def test_the_buffer_is_torchs(descent: Descent) -> None:
    problem, theory = Problem.notebook(), Theory.of_problem(Problem.notebook())
    moments = list(itertools.islice(remembered(problem, descent), 60))
    for done in (0, 1, 20):
        buffer, weight, bias, _ = moments[done]
        course = Trajectory(theory, descent, Parameters(weight, bias), buffer)
        for step, (expected, *_) in enumerate(moments[done:]):
            found = course.buffer(step)
            if expected is None:
                assert found is None
            else:
                assert found is not None
                assert far(found, expected) < 1e-9, (done, step)


@each_kind
@pytest.mark.parametrize("size", [1e-3, 1.0, 100.0])
def test_from_any_buffer_over_ten_thousand_steps(descent: Descent, size: float) -> None:
    problem = Problem.notebook()
    buffer = made_up(problem, size)
    course = Trajectory(Theory.of_problem(problem), descent, start_of(problem), buffer)
    compared = 0
    for step, weight, bias, loss in descended(problem, descent, 10_000, every=97, carried=buffer):
        if not loss < 1e280:
            break
        agree(course, step, weight, bias, loss)
        compared += 1
    assert compared > (100 if course.converges else 2)


@pytest.mark.parametrize("problem", [copied_columns(), Problem.random(3, 5, 2, 4)], ids=["copies", "few samples"])
@pytest.mark.parametrize("descent", [Descent(0.05, 0.9), Descent(0.05, 0.9, 0.3, weight_decay=0.4)])
def test_where_the_loss_is_flat_a_buffer_still_moves(problem: Problem, descent: Descent) -> None:
    buffer = made_up(problem)
    course = Trajectory(Theory.of_problem(problem), descent, start_of(problem), buffer)
    for step, weight, bias, loss in descended(problem, descent, 300, every=7, carried=buffer):
        agree(course, step, weight, bias, loss)
    flat = course.theory.flat_part(course.theory.packed(start_of(problem)))
    still = course.theory.flat_part(course.theory.packed(course.parameters(10**6)))
    assert np.abs(still - flat).max() > 0.1


@given(data=st.data(), problem=problems(30, 6), momentum=st.floats(0.01, 0.99), dampening=st.floats(0, 0.9))
@FEW
def test_any_shape_rate_and_buffer(data: st.DataObject, problem: Problem, momentum: float, dampening: float) -> None:
    nesterov, decay = data.draw(st.booleans()), data.draw(st.sampled_from((0.0, 0.0, 0.01, 1.0)))
    kind = Descent(1, momentum, 0 if nesterov else dampening, nesterov, decay)
    theory = Theory.of_problem(problem, weight_decay=decay)
    rate = data.draw(st.floats(0.001, 1.2)) * kind.stability_limit(float(theory.eigenvalues[-1]))
    descent = replace(kind, learning_rate=rate)
    buffer = made_up(problem, data.draw(st.floats(0, 10)), data.draw(st.integers(0, 99)))
    course = Trajectory(theory, descent, start_of(problem), buffer)
    for step, weight, bias, loss in descended(problem, descent, 300, every=23, carried=buffer):
        if loss > 1e250:
            break
        agree(course, step, weight, bias, loss)


@each_kind
def test_the_excess_is_that_of_the_objective_and_its_parts_sum_up_to_it(descent: Descent) -> None:
    problem = Problem.notebook()
    course = Trajectory(Theory.of_problem(problem), descent, start_of(problem), made_up(problem, 3))
    theory, steps = course.theory, np.array([0, 1, 5, 30, 31])
    for step, excess in zip(steps, course.excess(steps), strict=True):
        there = course.parameters(int(step))
        objective = theory.loss(there) + descent.weight_decay / 2 * np.sum(theory.packed(there) ** 2)
        assert excess == pytest.approx(objective - theory.optimal_objective, rel=1e-8)
    np.testing.assert_allclose(course.excess_along(steps).sum(axis=1), course.excess(steps), rtol=1e-12)


@pytest.mark.parametrize("size", [0.1, 10, 1e4])
@pytest.mark.parametrize("kind", ["heavy ball", "overdamped", "dampening", "Nesterov"])
@pytest.mark.parametrize("share", [0.5, 1e-3, 1e-9])
def test_steps_to_an_excess_are_those_a_walk_counts(kind: str, share: float, size: float) -> None:
    problem = Problem.notebook()
    for seed in range(5):
        course = Trajectory(Theory.of_problem(problem), KINDS[kind], start_of(problem), made_up(problem, size, seed))
        walked = course.excess(np.arange(20_000))
        target = share * float(walked.max())
        assert course.steps_to_excess(target) == int(np.flatnonzero(walked > target)[-1]) + 1


def test_a_billion_steps_are_the_optimum_or_infinity() -> None:
    problem = Problem.notebook()
    for descent in MOMENTA.values():
        course = Trajectory(Theory.of_problem(problem), descent, start_of(problem), made_up(problem))
        there, buffer = course.parameters(10**9), course.buffer(10**9)
        assert buffer is not None
        if course.converges:
            assert far(there, course.theory.optimum) < 1e-12
            assert max(np.abs(each).max() for each in buffer) < 1e-12
            assert course.excess(np.array([10**9]))[0] == 0
        else:
            assert np.isinf(there.weight).all()
            assert np.sign(there.weight).tolist() == np.sign(course.parameters(1000).weight).tolist()


def test_a_buffer_of_zeros_is_an_empty_one_but_for_dampening() -> None:
    problem = Problem.notebook()
    zeros = Parameters(np.zeros_like(problem.weight), np.zeros_like(problem.bias))
    for descent in MOMENTA.values():
        rest = course_of(problem, descent)
        carried = Trajectory(Theory.of_problem(problem), descent, start_of(problem), zeros)
        same = far(carried.parameters(9), rest.parameters(9)) < 1e-9
        assert same == (descent.dampening == 0)
