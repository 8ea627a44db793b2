"""The fast loop is held to the bits of ``nn.Linear``, ``nn.MSELoss`` and ``torch.optim.SGD``."""

import itertools
import math
import os
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import DTYPES, MANY, TorchLoop, differing, problems, same_bits, values

from linviz.core.burst_loop import BurstLoop
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.trainer import Trainer

SHAPES = [(10, 3, 2), (1, 1, 1), (1, 3, 2), (7, 1, 4), (200, 12, 5), (1000, 40, 1), (3, 64, 64)]


@pytest.fixture
def all_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(max(2, os.cpu_count() or 2))
    yield
    torch.set_num_threads(before)


class Fast:
    """A burst loop on a model of its own."""

    def __init__(self, problem: Problem, dtype: str) -> None:
        self.start = TorchLoop(problem, dtype=dtype)  # only its tensors are used, none of its steps
        self.loop = BurstLoop(self.start.linear, self.start.x, self.start.y)

    def differing(self, reference: TorchLoop) -> list[str]:
        """Name the parameters that are not the reference's bits."""
        ours = {"weight": self.start.linear.weight.detach().numpy(), "bias": self.start.linear.bias.detach().numpy()}
        return differing(dict(ours), {name: reference.values()[name] for name in ours})


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_thousands_of_steps_are_torchs_bits(shape: tuple[int, int, int], dtype: str) -> None:
    problem = Problem.random(*shape, seed=11)
    fast, reference = Fast(problem, dtype), TorchLoop(problem, 0.01, dtype)
    for steps in (0, 1, 2, 997, 2000):
        losses = fast.loop.run(Settings(0.01), 0, steps, math.inf)
        assert same_bits(np.array(losses), np.array([reference.step() for _ in range(steps)]))
        assert fast.differing(reference) == []


@pytest.mark.usefixtures("all_threads")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(200, 12, 5), (64, 513, 64), (2000, 40, 8)], ids=str)
def test_large_shapes_on_all_threads_are_torchs_bits_too(shape: tuple[int, int, int], dtype: str) -> None:
    problem = Problem.random(*shape, seed=11)
    fast, reference = Fast(problem, dtype), TorchLoop(problem, 0.01, dtype)
    losses = fast.loop.run(Settings(0.01), 0, 20, math.inf)
    assert same_bits(np.array(losses), np.array([reference.step() for _ in losses]))
    assert fast.differing(reference) == []


@MANY
@given(problems(), st.floats(1e-4, 3), DTYPES)
def test_any_shape_and_learning_rate_gives_torchs_bits(problem: Problem, rate: float, dtype: str) -> None:
    fast, reference = Fast(problem, dtype), TorchLoop(problem, rate, dtype)
    losses = fast.loop.run(Settings(rate), 0, 20, math.inf)
    assert same_bits(np.array(losses), np.array([reference.step() for _ in losses]))
    assert fast.differing(reference) == []


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_run_that_diverges_stops_before_the_loss_that_is_not_finite(shape: tuple[int, int, int], dtype: str) -> None:
    problem = Problem.random(*shape, seed=11)
    fast, reference = Fast(problem, dtype), TorchLoop(problem, 1e4, dtype)
    losses = fast.loop.run(Settings(1e4), 0, 10_000, math.inf)
    assert 2 < len(losses) < 10_000
    assert np.isfinite(losses).all()
    assert same_bits(np.array(losses), np.array([reference.step() for _ in losses]))
    assert fast.differing(reference) == [], "the iteration whose loss is not finite is not begun"
    assert not math.isfinite(reference.step())


@pytest.mark.parametrize("scale", [1e-30, 1e-20, 1e15])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_very_small_and_very_large_numbers_give_torchs_bits(dtype: str, scale: float) -> None:
    plain = Problem.random(10, 3, 2, seed=5)
    problem = Problem(plain.x, plain.y * np.float32(scale), plain.weight * np.float32(scale), plain.bias * 0)
    fast, reference = Fast(problem, dtype), TorchLoop(problem, 0.1, dtype)
    losses = fast.loop.run(Settings(0.1), 0, 50, math.inf)
    assert len(losses) == 50
    assert same_bits(np.array(losses), np.array([reference.step() for _ in losses]))
    assert fast.differing(reference) == []


@pytest.mark.parametrize("steps", [None, 1, 1000])
def test_after_a_deadline_no_step_is_made(steps: int | None) -> None:
    problem = Problem.notebook()
    fast, reference = Fast(problem, "float32"), TorchLoop(problem)
    assert fast.loop.run(Settings(0.01), 0, steps, -math.inf) == []
    assert fast.differing(reference) == []


def test_without_a_limit_it_goes_on_to_the_loss_that_is_not_finite() -> None:
    fast = Fast(Problem.notebook(), "float32")
    losses = fast.loop.run(Settings(1e3), 0, None, math.inf)
    assert len(losses) > 2
    assert losses == Fast(Problem.notebook(), "float32").loop.run(Settings(1e3), 0, len(losses), math.inf)
    assert not math.isfinite(fast.start.step())


def test_the_losses_are_plain_floats() -> None:
    losses = Fast(Problem.notebook(), "float32").loop.run(Settings(0.01), 0, 3, math.inf)
    assert [type(loss) for loss in losses] == [float] * 3


def test_the_losses_fall_at_a_learning_rate_below_the_stability_limit() -> None:
    losses = Fast(Problem.notebook(), "float64").loop.run(Settings(0.01), 0, 500, math.inf)
    assert all(later < earlier for earlier, later in itertools.pairwise(losses))


def test_the_parameters_are_trained_in_place_and_autograd_still_works_after() -> None:
    problem = Problem.notebook()
    fast, reference = Fast(problem, "float32"), TorchLoop(problem)
    addresses = fast.start.linear.weight.data_ptr(), fast.start.linear.bias.data_ptr()
    fast.loop.run(Settings(0.01), 0, 5, math.inf)
    assert (fast.start.linear.weight.data_ptr(), fast.start.linear.bias.data_ptr()) == addresses
    for _ in range(5):
        reference.step()
    assert fast.start.step() == reference.step()
    assert differing(fast.start.values(), reference.values()) == []
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_trainers_bursts_are_torchs_bits_for_thousands_of_steps(dtype: str) -> None:
    problem = Problem.notebook()
    trainer, reference = Trainer(problem, Settings(0.3, dtype=dtype)), TorchLoop(problem, 0.3, dtype)
    for steps in (1, 999, 2000):
        losses = trainer.run(steps=steps).losses
        assert same_bits(losses, np.array([reference.step() for _ in range(steps)]))
        assert differing(values(trainer.snapshot()), reference.values()) == []
