"""Real runs beside the stability limit, and the step at which they leave their dtype."""

import itertools
import math

import numpy as np
import pytest
import torch
from descending import course_of, optimized, overflowing, start_of

from linviz.core.descent import Descent
from linviz.core.overflow import overflow_step
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.theory import Theory
from linviz.core.trainer import Trainer
from linviz.core.trajectory import Trajectory

COUNT = {"few": 100, "many": 2000}
SIZES = [pytest.param(COUNT["few"], id="few"), pytest.param(COUNT["many"], id="many", marks=pytest.mark.soak)]
SHAPES = [(10, 3, 2), (40, 5, 1), (3, 5, 2)]


def first_overflow(problem: Problem, descent: Descent, dtype: torch.dtype, most: int = 20_000) -> int | None:
    """Run torch's own objects until a loss isn't finite."""
    for step, (_weight, _bias, loss) in zip(range(most), optimized(problem, descent, dtype), strict=False):
        if not math.isfinite(loss):
            return step
    return None


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_just_below_the_limit_float32_converges_and_just_above_it_overflows_when_predicted(
    shape: tuple[int, int, int], count: int
) -> None:
    problems = [Problem.random(*shape, seed) for seed in range(count)]
    theories = [Theory.of_problem(problem) for problem in problems]
    limits = np.array([theory.stability_limit for theory in theories])
    first, _losses = overflowing(problems, 1.01 * limits, 3000, torch.float32)
    for problem, theory, limit, step in zip(problems, theories, limits, first.tolist(), strict=True):
        course = Trajectory(theory, Descent(1.01 * limit), start_of(problem))
        predicted = overflow_step(course, "float32")
        assert not course.converges
        assert predicted is not None
        assert step != -1
        assert abs(predicted - step) <= 2, problem.title
    first, losses = overflowing(problems, 0.99 * limits, 1000, torch.float32)
    assert (first == -1).all()
    for problem, theory, limit, loss in zip(problems, theories, limits, losses.tolist(), strict=True):
        course = Trajectory(theory, Descent(0.99 * limit), start_of(problem))
        assert course.converges
        assert overflow_step(course, "float32") is None
        # It comes as near to the optimum as theory says; what is still far is only slow, not growing.
        assert loss <= course.loss(0)
        assert loss == pytest.approx(course.loss(1000), rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "descent",
    [
        Descent(1.4),
        Descent(1.5),
        Descent(4),
        Descent(1e9),
        Descent(3, 0.9),
        Descent(0.5, 1.2),
        Descent(5.2, 0.9, 0.5),
        Descent(1.2, 0.9, nesterov=True),
        Descent(1.6, weight_decay=0.05),
    ],
)
def test_the_loss_overflows_when_predicted(descent: Descent, dtype: str) -> None:
    problem = Problem.notebook()
    predicted = overflow_step(course_of(problem, descent), dtype)
    found = first_overflow(problem, descent, getattr(torch, dtype))
    assert predicted is not None
    assert found is not None
    assert abs(predicted - found) <= 1


def test_the_trainer_counts_alike() -> None:
    problem, descent = Problem.notebook(), Descent(1.6)
    trainer = Trainer(problem, Settings(1.6))
    trainer.run(steps=10_000)
    moment = trainer.snapshot()
    assert moment.loss is not None
    assert not math.isfinite(moment.loss)
    # The loss belongs to the parameters as they were after so many updates, not to the step that computed it.
    assert overflow_step(course_of(problem, descent), "float32") == moment.computed_at["loss"]


def test_the_sum_overflows_before_the_mean() -> None:
    # 100,000 equal residuals: their mean square is far below the limit when the sum isn't.
    samples = 100_000
    x, y = np.zeros((samples, 1), np.float32), np.full((samples, 1), 1e17, np.float32)
    problem = Problem(x, y, np.zeros((1, 1)), np.zeros(1))
    assert (y.astype(np.float64) ** 2).mean() < 1e35
    assert first_overflow(problem, Descent(0.1), torch.float32, 5) == 0
    assert overflow_step(course_of(problem, Descent(0.1)), "float32") == 0
    assert overflow_step(course_of(problem, Descent(0.1)), "float64") is None


@pytest.mark.parametrize("samples", [1, 10, 1000])
@pytest.mark.parametrize("outputs", [1, 4])
def test_whatever_the_shape(samples: int, outputs: int) -> None:
    problem = Problem.random(samples, 2, outputs, seed=5)
    descent = Descent(1.2 * Theory.of_problem(problem).stability_limit)
    predicted = overflow_step(course_of(problem, descent), "float32")
    found = first_overflow(problem, descent, torch.float32)
    assert predicted is not None
    assert found is not None
    assert abs(predicted - found) <= 1


def test_a_run_that_diverges_slowly_overflows_late() -> None:
    theory = Theory.of_problem(Problem.notebook())
    start = start_of(Problem.notebook())
    late = overflow_step(Trajectory(theory, Descent(theory.stability_limit * (1 + 1e-10)), start), "float64")
    assert late is not None
    assert 10**12 < late < 10**13
    assert overflow_step(Trajectory(theory, Descent(theory.stability_limit * (1 - 1e-10)), start), "float64") is None


def test_the_rate_is_the_dtypes() -> None:
    problem = Problem.notebook()
    rate = Theory.of_problem(problem).stability_limit * (1 + 1e-6)
    rounded = float(np.float32(rate))
    exact, single = (overflow_step(course_of(problem, Descent(each)), "float64") for each in (rate, rounded))
    assert exact != single
    assert exact is not None
    late = overflow_step(course_of(problem, Descent(rate)), "float32")
    assert late == overflow_step(course_of(problem, Descent(rounded)), "float32")


def test_a_rate_too_small_for_the_dtype_moves_nothing() -> None:
    assert overflow_step(course_of(Problem.notebook(), Descent(1e-60)), "float32") is None


def test_a_rate_too_large_for_the_dtype_overflows_at_once() -> None:
    assert overflow_step(course_of(Problem.notebook(), Descent(1e60)), "float32") == 1


def test_near_the_end_of_float64_a_loss_is_finite_as_long_as_that_of_a_real_run() -> None:
    problem, descent = Problem.random(7, 3, 1, 2), Descent(1.294784745173309, momentum=0.9)
    course = course_of(problem, descent)
    assert overflow_step(course, "float64") == first_overflow(problem, descent, torch.float64) == 932
    *_, (_weight, _bias, loss) = itertools.islice(optimized(problem, descent), 932)
    assert course.loss(931) == pytest.approx(loss, rel=1e-9)
    assert np.sum(course.excess_along(np.array([931]))) == pytest.approx(loss, rel=1e-9)
