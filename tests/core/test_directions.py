"""Factors and what remains, against runs of torch's own optimizer."""

import numpy as np
import pytest
from descending import remaining, start_of
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import FEW, problems

from linviz.core.descent import Descent
from linviz.core.directions import Directions, Manner
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Array, Snapshot
from linviz.core.theory import Parameters, Theory
from linviz.core.trainer import Trainer
from linviz.core.trajectory import Trajectory

FEWER = settings(FEW, max_examples=40)


def at(moment: Snapshot) -> Parameters:
    return Parameters(moment.weight, moment.bias)


def coordinates(directions: Directions, moment: Snapshot) -> Array:
    """Give where the error is along each direction, of each output: (parameters, outputs)."""
    theory = directions.theory
    away = theory.packed(at(moment)) - theory.packed(theory.optimum_from(at(moment)))
    return np.array([directions.vector(at) @ away for at in range(theory.parameters)])


@FEWER
@given(problems(samples=12, width=4), st.floats(0.05, 1.5), st.sampled_from([0.0, 0.3]))
def test_each_step_multiplies_the_error_by_the_factor(problem: Problem, share: float, decay: float) -> None:
    theory = Theory.of_problem(problem, weight_decay=decay)
    settings = Settings(share * theory.stability_limit, dtype="float64", options={"weight_decay": decay})
    directions = Directions.of(Theory.of_problem(problem), settings)
    trainer = Trainer(problem, settings)
    before, after = coordinates(directions, trainer.snapshot()), coordinates(directions, trainer.step())
    size = np.abs(before).max() + np.abs(problem.weight).max()
    moving = theory.eigenvalues > 0
    assert after[moving] == pytest.approx((directions.factors[:, None] * before)[moving], abs=1e-9 * size)
    expected = np.where(theory.eigenvalues == 0, 1, 1 - settings.learning_rate * theory.eigenvalues)
    assert directions.factors == pytest.approx(expected, abs=1e-12)
    assert [manner is Manner.FLAT for manner in directions.manners] == list(~moving)


def test_what_remains_is_that_of_the_run_in_the_panels() -> None:
    settings = Settings(0.5, dtype="float64")
    trainer = Trainer(Problem.notebook(), settings)
    directions = Directions.of(Theory.of_problem(Problem.notebook()), settings)
    start, end = directions.errors(at(trainer.snapshot())), directions.errors(at(trainer.run(steps=20).snapshot))
    assert directions.remaining(start, end) == pytest.approx(np.abs(directions.factors) ** 20, rel=1e-9)
    assert directions.remaining(start, start) == pytest.approx(1)


@pytest.mark.parametrize(
    "descent",
    [Descent(0.1, 0.9), Descent(0.5, 0.3), Descent(1.7, 0.2), Descent(0.6, 0.5, nesterov=True), Descent(9, 0.9)],
)
def test_the_manners_are_those_of_the_course(descent: Descent) -> None:
    problem = Problem.notebook()
    theory = Theory.of_problem(problem)
    options = {"momentum": descent.momentum, "nesterov": descent.nesterov}
    directions = Directions.of(theory, Settings(descent.learning_rate, options=options))
    trajectory = Trajectory(theory, descent, start_of(problem))
    assert np.abs(directions.factors) == pytest.approx(trajectory.contraction)
    late = np.array([remaining(trajectory, step) for step in range(40, 80)])
    for manner, factor, course in zip(directions.manners, directions.factors, late.T, strict=True):
        flips = int(np.sum(np.sign(course[1:]) != np.sign(course[:-1])))
        match manner:
            case Manner.DIVERGES:
                assert abs(factor) > 1
            case Manner.CONVERGES:
                assert (flips, 0 < factor < 1) == (0, True)
            case Manner.OVERSHOOTS:
                assert (flips, -1 < factor < 0) == (39, True)
            case _:
                assert manner is Manner.SWINGS
                assert 0 < flips < 39


def test_of_other_optimizers_it_says_that_there_is_no_closed_form_and_still_knows_what_remains() -> None:
    theory = Theory.of_problem(Problem.notebook())
    directions = Directions.of(theory, Settings(optimizer="Adam"))
    assert np.isnan(directions.factors).all()
    assert set(directions.manners) == {Manner.UNKNOWN}
    assert "Adam has no closed form" in directions.why_not
    start = directions.errors(start_of(Problem.notebook()))
    assert directions.remaining(start, start / 4) == pytest.approx(0.25)


def test_in_a_flat_direction_nothing_remains_to_be_done() -> None:
    problem = Problem.random(5, 8, 1, seed=0)
    settings = Settings(0.1, dtype="float64")
    directions = Directions.of(Theory.of_problem(problem), settings)
    assert directions.manners[:4] == (Manner.FLAT,) * 4
    errors = directions.errors(start_of(problem))
    assert errors[:4] == pytest.approx(np.zeros(4), abs=1e-14)
    assert np.isnan(directions.remaining(errors, errors)[:4]).all()
    assert directions.remaining(errors, errors)[4:] == pytest.approx(1)
    decayed = Directions.of(Theory.of_problem(problem), Settings(options={"weight_decay": 0.1}))
    assert Manner.FLAT not in decayed.manners
    alike = decayed.errors(start_of(problem))[:4]
    assert alike == pytest.approx(np.linalg.norm(coordinates(decayed, Snapshot.at_start(problem, settings))[:4]))
    vectors = np.array([directions.vector(at) for at in range(9)])
    assert vectors @ vectors.T == pytest.approx(np.eye(9), abs=1e-12)
    hessian = directions.theory.hessian
    assert vectors @ hessian == pytest.approx(directions.theory.eigenvalues[:, None] * vectors, abs=1e-12)


def test_what_is_not_finite_remains_as_no_number() -> None:
    theory = Theory.of_problem(Problem.notebook())
    directions = Directions.of(theory, Settings(1e30))
    assert set(directions.manners) == {Manner.DIVERGES}
    broken = directions.errors(Parameters(np.full((2, 3), np.nan), np.zeros(2)))
    assert np.isnan(directions.remaining(directions.errors(start_of(Problem.notebook())), broken)).all()
