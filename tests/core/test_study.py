from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from oracle import DTYPES, FEW, problems

from linviz.core.command import Load, Reset, Run, SetLearningRate, Step
from linviz.core.criterion import Criterion
from linviz.core.history import History
from linviz.core.initialisation import Initialisation
from linviz.core.new_start import NewStart
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst
from linviz.core.split import Split
from linviz.core.study import MOST_WORK, Studied, Study


def studied(history: History) -> Studied:
    found = history.perform(Study())
    assert isinstance(found, Studied)
    return found


@FEW
@given(problems(samples=12, width=4), DTYPES)
def test_it_is_the_theory_of_the_data_as_the_run_holds_them(problem: Problem, dtype: str) -> None:
    found = studied(History(problem, Settings(dtype=dtype)))
    assert found.moment.problem is problem
    assert found.theory is not None
    x, y = (getattr(problem, name).astype(dtype).astype(np.float64) for name in ("x", "y"))
    columns = np.column_stack([x, np.ones(len(x))])
    fitted = columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    assert found.theory.optimal_loss == pytest.approx(np.mean((fitted - y) ** 2), rel=1e-6, abs=1e-9 * np.mean(y**2))


def test_asking_changes_nothing() -> None:
    history = History(Problem.notebook())
    history.perform(Step())
    before, place = history.trainer.snapshot(), history.place()
    studied(history)
    assert history.trainer.snapshot() is before
    assert history.place() == place


def test_another_problem_has_another_theory() -> None:
    history = History(Problem.notebook())
    other = Problem.random(5, 2, 1)
    history.perform(Load(other))
    found = studied(history)
    assert found.moment.problem is other
    assert found.theory is not None
    assert found.theory.parameters == 3


def test_the_same_data_with_another_start_are_asked_for_anew() -> None:
    problem = Problem.random(5, 2, 1)
    history = History(problem)
    found = studied(history)
    moment = history.trainer.load(NewStart(problem, 3).draw())
    assert moment.x is found.moment.x
    assert not found.fits(moment)


def test_data_whose_squares_nothing_holds_have_none_and_it_is_said_why() -> None:
    huge = Problem(np.full((3, 2), 1e200), np.ones((3, 1)), np.ones((1, 2)), np.ones(1))
    found = studied(History(huge, Settings(dtype="float64")))
    assert found.theory is None
    assert "scale them down" in found.why_not


def test_what_would_take_minutes_is_not_begun() -> None:
    side = round((MOST_WORK / 30) ** (1 / 3)) + 1
    wide = Problem(np.zeros((side, side)), np.zeros((side, 1)), np.zeros((1, side)), np.zeros(1))
    found = studied(History(wide))
    assert found.theory is None
    assert f"{side:,} inputs" in found.why_not


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_it_is_of_the_loss_that_is_trained_and_the_samples_that_are(bias: bool, reduction: str) -> None:
    settings = Settings.of(dtype="float64", training={"bias": bias, "reduction": reduction, "test_share": 0.3})
    problem = Problem.random(20, 3, 2, seed=4)
    found = studied(History(problem, settings))
    assert found.theory is not None
    rows, _ = settings.split.rows(20)
    columns = problem.x[rows].astype(np.float64)
    if bias:
        columns = np.column_stack([columns, np.ones(len(rows))])
    fitted = columns @ np.linalg.lstsq(columns, problem.y[rows].astype(np.float64), rcond=None)[0]
    squares = (fitted - problem.y[rows]) ** 2
    assert found.theory.optimal_loss == pytest.approx(squares.mean() if reduction == "mean" else squares.sum())


def test_of_another_loss_there_is_none_and_another_one_has_to_be_asked_for() -> None:
    history = History(Problem.notebook(), Settings.of(training={"loss": "L1"}))
    found = studied(history)
    assert found.theory is None
    assert "L1Loss" in found.why_not
    assert found.fits(history.trainer.snapshot())
    for chosen in ({}, {"loss": "L1", "reduction": "sum"}, {"loss": "L1", "bias": False}):
        history.perform(Reset(Settings.of(training=chosen)))
        assert not found.fits(history.trainer.snapshot())
    history.perform(Reset(Settings.of(0.5, "Adam", training={"loss": "L1", "batch": 3})))
    assert found.fits(history.trainer.snapshot())


SETTINGS = [
    Settings(0.1, criterion=Criterion(reduction="sum")),
    Settings(0.1, bias=False),
    Settings(0.1, split=Split(0.3)),
    Settings(0.1, initialisation=Initialisation("normal")),
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_it_is_that_of_the_loss_and_the_samples_that_are_trained(settings: Settings) -> None:
    history = History(Problem.notebook(), replace(settings, dtype="float64"))
    found = studied(history)
    assert found.theory is not None
    assert found.start is not None
    end = history.perform(Run(steps=1))
    assert isinstance(end, Burst)
    assert found.theory.loss(found.start) == pytest.approx(end.losses[0], rel=1e-12)
    gradient = found.theory.gradient(found.start)
    assert gradient.weight == pytest.approx(end.snapshot.weight_grad, rel=1e-9)


@pytest.mark.parametrize("settings", SETTINGS)
def test_other_settings_of_the_loss_ask_for_another(settings: Settings) -> None:
    history = History(Problem.notebook(), Settings(0.1))
    found = studied(history)
    before = history.trainer.snapshot()
    history.perform(SetLearningRate(0.3))
    assert found.fits(history.trainer.snapshot())
    history.perform(Reset(settings))
    assert not found.fits(history.trainer.snapshot())
    history.perform(Reset(before.settings))
    assert found.fits(history.trainer.snapshot())
