"""Hessian, optimum and limits against autograd and ``lstsq``."""

import numpy as np
import pytest
import torch
from descending import far, start_of
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW, problems

from linviz.core import triangle as triangle_module
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Array
from linviz.core.theory import Parameters, Theory, stability_limit
from linviz.core.trainer import Trainer
from linviz.core.triangle import triangle
from linviz.errors import InputError

SHAPES = [(10, 3, 2), (1, 1, 1), (5, 8, 3), (200, 12, 5)]


def hessian_of(problem: Problem, reduction: str = "mean", biased: bool = True, decay: float = 0) -> Array:
    """Give torch's Hessian over all parameters, an output's after another's: (outputs · parameters) squared."""
    x, y = (torch.tensor(each, dtype=torch.float64) for each in (problem.x, problem.y))
    _samples, inputs, outputs = problem.shape

    def objective(parameters: torch.Tensor) -> torch.Tensor:
        bias = parameters[:, -1] if biased else None
        prediction = torch.nn.functional.linear(x, parameters[:, :inputs], bias)
        loss = torch.nn.functional.mse_loss(prediction, y, reduction=reduction)
        return loss + decay / 2 * parameters.square().sum()

    start = torch.zeros(outputs, inputs + biased, dtype=torch.float64)
    hessian = torch.autograd.functional.hessian(objective, start)  # type: ignore[no-untyped-call]  # torch's own has no types
    found: Array = hessian.reshape(start.numel(), start.numel()).numpy()
    return found


def with_ones(x: Array) -> Array:
    return np.hstack([x.astype(np.float64), np.ones((len(x), 1))])


def deficient(kind: str) -> Problem:
    plain = Problem.random(12, 3, 2, seed=6)
    extra = {
        "copy": plain.x[:, :1],
        "sum": plain.x[:, :1] + plain.x[:, 1:2].astype(np.float64),
        "constant": np.full((12, 1), 3.0),
        "nothing": np.zeros((12, 1)),
    }
    if kind == "few samples":
        return Problem.random(3, 6, 2, seed=6)
    x = np.hstack([plain.x.astype(np.float64), extra[kind]])
    return Problem(x, plain.y, np.hstack([plain.weight, plain.weight[:, :1] + 1]), plain.bias)


DEFICIENT = {"copy": 1, "sum": 1, "constant": 1, "nothing": 1, "few samples": 4}


def test_the_notebooks_numbers() -> None:
    theory = Theory.of_problem(Problem.notebook())
    np.testing.assert_allclose(theory.eigenvalues, [0.0953, 0.6368, 1.2342, 1.5457], atol=5e-5)
    assert theory.stability_limit == pytest.approx(1.2939, abs=5e-5)
    assert theory.optimal_loss == pytest.approx(0.5322, abs=5e-5)
    assert theory.rank == 4
    assert theory.condition_number == pytest.approx(1.5457 / 0.0953, rel=1e-3)
    assert theory.best_learning_rate == pytest.approx(2 / (0.0953 + 1.5457), abs=5e-5)
    assert "one optimum" in theory.rank_meaning
    assert stability_limit(Problem.notebook().x, 2) == pytest.approx(theory.stability_limit, rel=1e-14)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_the_hessian_is_torchs(shape: tuple[int, int, int], reduction: str, biased: bool, decay: float) -> None:
    problem = Problem.random(*shape, seed=4)
    theory = Theory.of(problem.x, problem.y, bias=biased, reduction=reduction, weight_decay=decay)
    expected = hessian_of(problem, reduction, biased, decay)
    size = float(np.abs(expected).max())
    # Alike for each output, and no output knows of another.
    np.testing.assert_allclose(np.kron(np.eye(shape[2]), theory.hessian), expected, atol=1e-13 * size)
    values, vectors = theory.eigenvalues, theory.eigenvectors
    alone = expected[: theory.parameters, : theory.parameters]
    np.testing.assert_allclose(values, np.linalg.eigvalsh(alone), atol=1e-12 * size)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(theory.parameters), atol=1e-13)
    np.testing.assert_allclose(alone @ vectors, vectors * values, atol=1e-12 * size)
    assert theory.stability_limit == pytest.approx(2 / np.linalg.eigvalsh(alone)[-1], rel=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_windows_limit_is_two_by_the_largest_eigenvalue_of_torchs_hessian(shape: tuple[int, int, int]) -> None:
    problem = Problem.random(*shape, seed=4)
    largest = float(np.linalg.eigvalsh(hessian_of(problem))[-1])
    assert stability_limit(problem.x, shape[2]) == pytest.approx(2 / largest, rel=1e-12)
    alone = float(np.linalg.eigvalsh(hessian_of(problem, "sum", biased=False))[-1])
    assert stability_limit(problem.x, shape[2], bias=False, reduction="sum") == pytest.approx(2 / alone, rel=1e-12)


@given(problem=problems(40, 7))
@FEW
def test_the_optimum_is_that_of_lstsq(problem: Problem) -> None:
    theory = Theory.of_problem(problem)
    a, y = with_ones(problem.x), problem.y.astype(np.float64)
    solution, _, rank, singular = np.linalg.lstsq(a, y)
    assert theory.rank == rank
    condition = float(singular[0] / singular[rank - 1])
    # No more than what rounding of the data themselves can change (Golub and Van Loan, 4th ed., section 5.3.7).
    allowed = 1e-14 * condition**2
    assert far(theory.optimum, Parameters(solution[:-1].T, solution[-1])) < max(allowed, 1e-13)
    assert theory.optimal_loss == pytest.approx(np.mean((a @ solution - y) ** 2), rel=1e-10, abs=1e-26 * condition**2)


def test_the_optimum_is_torchs_too() -> None:
    problem = Problem.random(50, 4, 3, seed=2)
    a, y = torch.tensor(with_ones(problem.x)), torch.tensor(problem.y, dtype=torch.float64)
    solution = torch.linalg.lstsq(a, y).solution.numpy()
    assert far(Theory.of_problem(problem).optimum, Parameters(solution[:-1].T, solution[-1])) < 1e-13


def test_an_optimum_where_the_gram_matrix_has_lost_its_digits() -> None:
    # Condition 10⁹: squared it is beyond float64, and the smallest eigenvalue of the Gram matrix is noise.
    draw = np.random.default_rng(1)
    a = np.linalg.qr(draw.normal(size=(60, 4)))[0] * [1, 1e-3, 1e-6, 1e-9] @ np.linalg.qr(draw.normal(size=(4, 4)))[0]
    y = a @ draw.normal(size=(4, 1)) * 1e3
    theory = Theory.of(a, y, bias=False)
    expected = np.linalg.lstsq(a, y)[0]
    assert theory.rank == 4
    assert far(theory.optimum, Parameters(expected.T, np.zeros(1))) < 1e-5
    np.testing.assert_allclose(theory.eigenvalues, 2 / 60 * np.array([1e-18, 1e-12, 1e-6, 1]), rtol=1e-5)


@pytest.mark.parametrize(("kind", "flat"), DEFICIENT.items())
def test_a_deficient_rank_is_seen_and_said(kind: str, flat: int) -> None:
    problem = deficient(kind)
    theory = Theory.of_problem(problem)
    assert theory.rank == theory.parameters - flat == np.linalg.matrix_rank(with_ones(problem.x))
    assert np.sum(theory.eigenvalues == 0) == flat
    a, y = with_ones(problem.x), problem.y.astype(np.float64)
    solution = np.linalg.lstsq(a, y)[0]
    assert far(theory.optimum, Parameters(solution[:-1].T, solution[-1])) < 1e-11
    nonzero = np.linalg.eigvalsh(theory.hessian)[flat:]
    assert theory.condition_number == pytest.approx(nonzero[-1] / nonzero[0], rel=1e-9)
    assert theory.best_learning_rate == pytest.approx(2 / (nonzero[-1] + nonzero[0]), rel=1e-9)
    words = theory.rank_meaning
    assert f"In {flat} direction" in words
    assert "many optima" in words
    assert ("3 sample(s) can't determine 7 parameters" in words) == (kind == "few samples")
    assert "weight decay alone" in theory.with_weight_decay(0.1).rank_meaning


@pytest.mark.parametrize("kind", DEFICIENT)
def test_descent_keeps_the_part_of_the_start_where_the_loss_is_flat(kind: str) -> None:
    problem = deficient(kind)
    theory = Theory.of_problem(problem)
    run = Trainer(problem, Settings(theory.best_learning_rate, dtype="float64"))
    run.run(steps=20_000)
    end = run.snapshot()
    reached = theory.optimum_from(start_of(problem))
    assert far(reached, Parameters(end.weight, end.bias)) < 1e-9
    assert far(reached, theory.optimum) > 1e-2
    assert theory.loss(reached) == pytest.approx(theory.optimal_loss, rel=1e-9, abs=1e-25)
    # Weight decay leaves no part of it.
    decayed = theory.with_weight_decay(0.5)
    assert far(decayed.optimum_from(start_of(problem)), decayed.optimum) == 0


@given(problem=problems(30, 6), decay=st.sampled_from((0.0, 0.05, 2.0)), reduction=st.sampled_from(("mean", "sum")))
@FEW
def test_no_parameters_have_less_of_the_objective_than_the_optimum(
    problem: Problem, decay: float, reduction: str
) -> None:
    theory = Theory.of(problem.x, problem.y, weight_decay=decay, reduction=reduction)
    x, y, w, b = (
        torch.tensor(each, dtype=torch.float64, requires_grad=True)
        for each in (problem.x, problem.y, theory.optimum.weight, theory.optimum.bias)
    )
    loss = torch.nn.functional.mse_loss(torch.nn.functional.linear(x, w, b), y, reduction=reduction)
    assert theory.loss(theory.optimum) == pytest.approx(loss.item(), rel=1e-11, abs=1e-24)
    assert theory.optimal_loss == pytest.approx(loss.item(), rel=1e-9, abs=1e-22)
    objective = loss + decay / 2 * (w.square().sum() + b.square().sum())
    assert theory.optimal_objective == pytest.approx(objective.item(), rel=1e-9, abs=1e-22)
    size = theory.eigenvalues[-1] * (1 + max(float(np.abs(each).max()) for each in theory.optimum))
    for gradient in torch.autograd.grad(objective, (w, b)):
        assert float(gradient.abs().max()) < 1e-11 * size


def test_the_loss_anywhere_is_torchs() -> None:
    problem = Problem.random(30, 4, 3, seed=9)
    theory = Theory.of_problem(problem)
    x, y = (torch.tensor(each, dtype=torch.float64) for each in (problem.x, problem.y))
    for size in (1e-3, 1.0, 1e6):
        weight, bias = problem.weight * size, problem.bias.astype(np.float64)
        prediction = torch.nn.functional.linear(x, torch.tensor(weight, dtype=torch.float64), torch.tensor(bias))
        expected = torch.nn.functional.mse_loss(prediction, y).item()
        assert theory.loss(Parameters(weight, bias)) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("blocks", [(32, 48), (2**12, 48), (2**21, 0)])
@pytest.mark.parametrize("rows", [1, 2, 5, 6, 1000, 1003])
def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch, blocks: tuple[int, int], rows: int) -> None:
    draw = np.random.default_rng(rows)
    x, y = draw.normal(size=(rows, 3)).astype(np.float32), draw.normal(size=(rows, 2))
    monkeypatch.setattr(triangle_module, "NARROW", blocks[0])
    monkeypatch.setattr(triangle_module, "FEW_COLUMNS", blocks[1])
    factor, whole = triangle(x, y), np.hstack([with_ones(x), y])
    assert factor.shape == (min(rows, 6), 6)
    np.testing.assert_allclose(factor.T @ factor, whole.T @ whole, atol=1e-12 * rows)


def test_data_are_never_held_in_float64_as_a_whole() -> None:
    import tracemalloc

    x, y = np.ones((400_000, 10), np.float32), np.ones((400_000, 1), np.float32)
    tracemalloc.start()
    Theory.of(x, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < x.nbytes / 4


def test_without_any_curvature_there_is_no_limit() -> None:
    theory = Theory.of(np.zeros((4, 2)), np.ones((4, 1)), bias=False)
    assert theory.rank == 0
    assert theory.stability_limit == theory.best_learning_rate == np.inf
    assert np.isnan(theory.condition_number)
    assert theory.optimal_loss == 1
    np.testing.assert_array_equal(theory.optimum.weight, np.zeros((1, 2)))
    assert np.abs(theory.eigenvectors.T @ theory.eigenvectors - np.eye(2)).max() < 1e-15


def test_what_can_not_be_is_refused() -> None:
    x, y = np.ones((3, 1)), np.ones((3, 1))
    with pytest.raises(InputError, match="reduction must be mean or sum, got none"):
        Theory.of(x, y, reduction="none")
    for decay in (-1, np.inf, np.nan):
        with pytest.raises(InputError, match="weight decay must be a finite number from 0 on, got"):
            Theory.of(x, y, weight_decay=decay)
    with pytest.raises(InputError, match=r"x or y holds numbers near .*e\+200, whose squares float64 can't hold"):
        Theory.of(x * 1e200, y)


@pytest.mark.parametrize("seed", range(5))
def test_below_the_limit_a_run_converges_and_above_it_diverges(seed: int) -> None:
    problem = Problem.random(10, 3, 2, seed)
    limit = stability_limit(problem.x, 2)
    ends = []
    for rate in (0.98 * limit, 1.02 * limit):
        losses = Trainer(problem, Settings(rate, dtype="float64")).run(steps=3000).losses
        ends.append(losses[-1] / losses[0])
    assert ends[0] <= 1
    assert ends[1] > 1e6 or not np.isfinite(ends[1])
