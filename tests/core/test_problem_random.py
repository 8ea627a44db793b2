"""Problems that are drawn: what is drawn, and what is too large to be."""

import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import psutil
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW, SEEDS, same_bits
from torch import nn

from linviz.core.problem import MAX_SEED, Problem, Recipe
from linviz.errors import InputError


@pytest.fixture
def double_by_default() -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@FEW
@given(st.integers(1, 60), st.integers(1, 12), st.integers(1, 12), SEEDS)
def test_a_random_problem_is_the_notebooks_recipe_bit_for_bit(
    samples: int, inputs: int, outputs: int, seed: int
) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        x = torch.randn(samples, inputs)
        y = torch.randn(samples, outputs)
        linear = nn.Linear(inputs, outputs)
    problem = Problem.random(samples, inputs, outputs, seed)
    expected = (x, y, linear.weight.detach(), linear.bias.detach())
    for name, tensor in zip(("x", "y", "weight", "bias"), expected, strict=True):
        assert same_bits(getattr(problem, name), tensor.numpy()), name
    assert problem.shape == (samples, inputs, outputs)
    assert problem.seed == seed


@FEW
@given(st.integers(1, 20), st.integers(1, 5), st.integers(1, 5), SEEDS, st.floats(0, 10))
def test_y_is_made_with_true_parameters_and_noise(
    samples: int, inputs: int, outputs: int, seed: int, noise: float
) -> None:
    plain, made = Recipe(samples, inputs, outputs, seed).draw(), Recipe(samples, inputs, outputs, seed, noise).draw()
    for name in ("x", "weight", "bias"):
        assert same_bits(getattr(made, name), getattr(plain, name)), name
    assert made.true_weight is not None
    assert made.true_bias is not None
    parts = [torch.from_numpy(each.copy()) for each in (made.x, made.true_weight, made.true_bias, plain.y)]
    x, weight, bias, y = parts
    assert same_bits(made.y, (x @ weight.T + bias + noise * y).numpy())
    rows, row = tuple((0.5,) * inputs for _ in range(outputs)), tuple(map(float, range(outputs)))
    exact = Recipe(samples, inputs, outputs, seed, true_weight=rows, true_bias=row).draw()
    np.testing.assert_allclose(exact.y, exact.x @ np.array(rows).T + np.array(row), rtol=1e-5, atol=1e-5)
    assert exact.noise == 0


def test_the_largest_seed_draws_too() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(MAX_SEED)
        x = torch.randn(2, 3)
    assert same_bits(Problem.random(2, 3, 1, MAX_SEED).x, x.numpy())


def test_drawing_leaves_the_global_random_state_alone() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(20)
        before = torch.get_rng_state()
        Problem.random(10, 3, 2, seed=7)
        assert torch.equal(torch.get_rng_state(), before)
        torch.rand(1)
        assert not torch.equal(torch.get_rng_state(), before)


@pytest.mark.usefixtures("double_by_default")
def test_a_random_problem_does_not_depend_on_torchs_default_dtype() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        x, y = torch.randn(5, 2, dtype=torch.float32), torch.randn(5, 1, dtype=torch.float32)
    problem = Problem.random(5, 2, 1, seed=3)
    assert same_bits(problem.x, x.numpy())
    assert same_bits(problem.y, y.numpy())
    assert [str(array.dtype) for array in (problem.weight, problem.bias)] == ["float32", "float32"]


def test_numpys_whole_numbers_are_sizes_and_seeds_too() -> None:
    sizes: dict[str, Any] = {"samples": np.int64(4), "inputs": np.int32(3), "outputs": np.uint8(2)}
    assert same_bits(Recipe(**sizes, seed=1).draw().x, Problem.random(4, 3, 2, 1).x)
    seed: Any = np.int64(1)
    assert same_bits(Recipe(4, 3, 2, seed).draw().x, Problem.random(4, 3, 2, 1).x)


@pytest.mark.parametrize("name", ["samples", "inputs", "outputs"])
@pytest.mark.parametrize("value", [0, -1, -(10**30), True, False, 2.0, 2.5, "3", None, float("nan")])
def test_a_size_that_is_no_whole_number_of_at_least_1_is_refused_by_name(name: str, value: Any) -> None:
    sizes: dict[str, Any] = {"samples": 2, "inputs": 2, "outputs": 2} | {name: value}
    with pytest.raises(InputError) as caught:
        Problem.random(**sizes)
    assert str(caught.value) == f"{name} must be a whole number of at least 1, got {value}"


@pytest.mark.parametrize("seed", [-1, 2**63, 2**64, 10**30, True, 1.0, "1", None])
def test_a_seed_out_of_range_is_refused_by_name(seed: Any) -> None:
    with pytest.raises(InputError) as caught:
        Problem.random(2, 2, 2, seed)
    assert str(caught.value) == f"seed must be a whole number from 0 to 2**63 - 1, got {seed}"


@pytest.mark.parametrize(
    "shape",
    [(10**12, 3, 2), (1, 10**12, 1), (1, 1, 10**12), (10**6, 10**6, 1), (10**30, 1, 1)],
    ids=str,
)
def test_more_than_fits_into_memory_is_refused_before_it_is_drawn(shape: tuple[int, int, int]) -> None:
    with pytest.raises(InputError) as caught:
        Problem.random(*shape)
    message = str(caught.value)
    assert message.startswith(f"random {shape[0]} {shape[1]} {shape[2]} needs about ")
    assert "GB are free" in message


@pytest.mark.parametrize("samples", [10**400, np.int64(2**62)], ids=["10**400", "numpy 2**62"])
def test_a_size_beyond_all_arithmetic_is_refused_too(samples: int) -> None:
    with pytest.raises(InputError, match="of memory"):
        Problem.random(samples, 1, 1)


def test_it_is_the_memory_that_is_free_which_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    Problem.random(1000, 10, 2)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: types.SimpleNamespace(available=1000 * 10 * 4))
    with pytest.raises(InputError, match="random 1000 10 2 needs about"):
        Problem.random(1000, 10, 2)
    assert Problem.random(10, 3, 2).shape == (10, 3, 2)
