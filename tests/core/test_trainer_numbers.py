"""The numbers against closed forms and finite differences, within what rounding allows."""

import math

import numpy as np
import pytest
from hypothesis import given
from oracle import DTYPES, FEW, Array, problems, rounding

from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.core.trainer import Trainer


def after_backward(problem: Problem, dtype: str) -> Snapshot:
    """Run the four phases up to the gradient."""
    trainer = Trainer(problem, Settings(dtype=dtype))
    for _ in range(4):
        trainer.next_phase()
    return trainer.snapshot()


def double(array: Array | None) -> Array:
    assert array is not None
    return array.astype(np.float64)


def mean_squared_residual(problem: Problem, weight: Array, bias: Array) -> float:
    """Give the loss in float64 with sums that round once, so that differences of it can be trusted."""
    samples, inputs, outputs = problem.shape
    squares = []
    for n in range(samples):
        for k in range(outputs):
            terms = [problem.x[n, j] * weight[k, j] for j in range(inputs)]
            squares.append(math.fsum((*terms, bias[k], -problem.y[n, k])) ** 2)
    return math.fsum(squares) / (samples * outputs)


@FEW
@given(problems(), DTYPES)
def test_the_prediction_is_x_times_weight_transposed_plus_bias(problem: Problem, dtype: str) -> None:
    moment = after_backward(problem, dtype)
    x, weight, bias = double(moment.x), double(moment.weight), double(moment.bias)
    error = np.abs(double(moment.prediction) - (x @ weight.T + bias))
    # Both sides round: ours in its dtype, the reference in float64.
    bound = 2 * rounding(problem.shape[1] + 1, dtype) * (np.abs(x) @ np.abs(weight).T + np.abs(bias))
    assert np.all(error <= bound)


@FEW
@given(problems(), DTYPES)
def test_the_residual_is_prediction_minus_y_rounded_once(problem: Problem, dtype: str) -> None:
    moment = after_backward(problem, dtype)
    assert moment.prediction is not None
    assert np.array_equal(moment.residual, moment.prediction - moment.y)  # type: ignore[arg-type]  # it is there


@FEW
@given(problems(), DTYPES)
def test_the_loss_is_the_mean_square_over_samples_times_outputs(problem: Problem, dtype: str) -> None:
    moment = after_backward(problem, dtype)
    residual = double(moment.residual)
    expected = math.fsum((residual**2).ravel()) / residual.size
    assert moment.loss == pytest.approx(expected, rel=2 * rounding(residual.size + 2, dtype), abs=0)


@FEW
@given(problems(), DTYPES)
def test_the_gradients_are_the_closed_form(problem: Problem, dtype: str) -> None:
    moment = after_backward(problem, dtype)
    x, residual = double(moment.x), double(moment.residual)
    factor, samples = 2 / residual.size, problem.shape[0]
    allowed = 2 * rounding(samples + 3, dtype) * factor
    weight_error = np.abs(double(moment.weight_grad) - factor * residual.T @ x)
    assert np.all(weight_error <= allowed * np.abs(residual).T @ np.abs(x))
    bias_error = np.abs(double(moment.bias_grad) - factor * residual.sum(axis=0))
    assert np.all(bias_error <= allowed * np.abs(residual).sum(axis=0))


@FEW
@given(problems(samples=6, width=4))
def test_the_gradients_are_the_central_finite_differences(problem: Problem) -> None:
    moment = after_backward(problem, "float64")
    # The loss is quadratic: central differences have no truncation error, only the rounding of two losses, each with
    # a few units of float64, divided by 2h; the largest terms of the sums inside stand for their size.
    h = 2.0**-10
    size = mean_squared_residual(
        Problem(np.abs(problem.x), -np.abs(problem.y), np.abs(problem.weight) + h, np.abs(problem.bias) + h),
        np.abs(problem.weight) + h,
        np.abs(problem.bias) + h,
    )
    allowed = 16 * float(np.finfo(np.float64).eps) * size / h
    for name in ("weight", "bias"):
        gradient = double(getattr(moment, f"{name}_grad"))
        for index in np.ndindex(gradient.shape):
            losses = []
            for sign in (1, -1):
                moved = {n: double(getattr(moment, n)).copy() for n in ("weight", "bias")}
                moved[name][index] += sign * h
                losses.append(mean_squared_residual(problem, moved["weight"], moved["bias"]))
            assert abs((losses[0] - losses[1]) / (2 * h) - gradient[index]) <= allowed, (name, index)


def test_a_step_subtracts_the_learning_rate_times_the_gradient() -> None:
    trainer = Trainer(Problem.notebook(), Settings(0.01, dtype="float64"))
    start, moment = trainer.snapshot(), trainer.step()
    for name in ("weight", "bias"):
        before, after, gradient = (
            double(getattr(*pair)) for pair in ((start, name), (moment, name), (moment, f"{name}_grad"))
        )
        assert np.abs(after - (before - 0.01 * gradient)).max() <= 4e-16 * max(1.0, float(np.abs(before).max()))
