"""Gauges against torch, ``lstsq`` and the definition of Cockpit."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import FEW, problems

from linviz.core.gauges import Gauge, gauges
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.core.theory import Theory
from linviz.core.trainer import Trainer
from linviz.core.what_if import WhatIf

FEWER = settings(FEW, max_examples=40)
NAMES = ["α", "gradient", "update", "distance", "excess"]


def read(moment: Snapshot, rate: float | None = None) -> dict[str, Gauge]:
    line = WhatIf.of(Theory.of(moment.x, moment.y), moment)
    found = {gauge.name: gauge for gauge in gauges(line, line.rate if rate is None else rate)}
    assert list(found) == NAMES
    return found


def flat(*arrays: object) -> torch.Tensor:
    return torch.cat([torch.tensor(each, dtype=torch.float64).flatten() for each in arrays])


def measured(moment: Snapshot) -> tuple[float, torch.Tensor]:
    """Give loss and gradient at the parameters of a moment, by autograd in float64."""
    x, y, weight, bias = (
        torch.tensor(each, dtype=torch.float64) for each in (moment.x, moment.y, moment.weight, moment.bias)
    )
    loss = torch.nn.functional.mse_loss(
        torch.nn.functional.linear(x, weight.requires_grad_(), bias.requires_grad_()), y
    )
    loss.backward()  # type: ignore[no-untyped-call]  # torch's own signature has no types
    assert weight.grad is not None
    assert bias.grad is not None
    return loss.item(), torch.cat([weight.grad.flatten(), bias.grad])


def cockpits_alpha(before: Snapshot, after: Snapshot) -> float:
    """Fit a parabola to losses and slopes at both ends of a step, and give where it ends on it."""
    (loss, gradient), (new_loss, new_gradient) = measured(before), measured(after)
    step = flat(after.weight, after.bias) - flat(before.weight, before.bias)
    t = float(step.norm())
    rows = np.array([[1, 0, 0], [1, t, t * t], [0, 1, 0], [0, 1, 2 * t]])
    seen = np.array([loss, new_loss, float(gradient @ step) / t, float(new_gradient @ step) / t])
    _, slope, half = np.linalg.lstsq(rows, seen)[0]
    return float(2 * t * half / -slope - 1)


@FEWER
@given(problems(samples=12, width=4), st.floats(0.01, 3))
def test_they_are_what_torch_and_lstsq_measure(problem: Problem, rate: float) -> None:
    trainer = Trainer(problem, Settings(rate, dtype="float64"))
    before = trainer.snapshot()
    found = {name: gauge.value for name, gauge in read(before).items()}
    after = trainer.step()
    loss, gradient = measured(before)
    now, step = flat(before.weight, before.bias), flat(after.weight, after.bias) - flat(before.weight, before.bias)
    assert found["α"] == pytest.approx(cockpits_alpha(before, after), rel=1e-6, abs=1e-8)
    assert found["gradient"] == pytest.approx(float(gradient.norm()), rel=1e-10)
    assert found["update"] == pytest.approx(float(step.norm() / now.norm()), rel=1e-9)
    a = np.hstack([before.x, np.ones((len(before.x), 1))])
    here = np.vstack([before.weight.T, before.bias])
    # Of all optima the one of least distance: from here on, the shortest solution.
    away = np.linalg.lstsq(a, before.y - a @ here)[0]
    condition = np.linalg.cond(a @ np.linalg.pinv(a) @ a) if len(a) >= a.shape[1] else np.linalg.cond(a)
    assert found["distance"] == pytest.approx(float(np.linalg.norm(away)), rel=1e-12 * condition**2 + 1e-9)
    least = float(np.mean((a @ (here + away) - before.y) ** 2))
    assert found["excess"] == pytest.approx(loss - least, rel=1e-8, abs=1e-12 * loss)


@pytest.mark.parametrize("optimizer", ["Adam", "RMSprop"])
def test_of_other_optimizers_the_update_before_is_told(optimizer: str) -> None:
    trainer = Trainer(Problem.notebook(), Settings(0.2, optimizer, "float64"))
    assert np.isnan(read(trainer.snapshot())["α"].value)
    assert "here there was none" in read(trainer.snapshot())["update"].meaning
    for _ in range(3):
        before, after = trainer.snapshot(), trainer.step()
        found = read(after)
        assert found["α"].value == pytest.approx(cockpits_alpha(before, after), rel=1e-8)
        step = flat(after.weight, after.bias) - flat(before.weight, before.bias)
        assert found["update"].value == pytest.approx(float(step.norm() / flat(before.weight, before.bias).norm()))
        assert "the update before" in found["α"].meaning


@pytest.mark.parametrize(
    ("share", "word"),
    [(0.1, "undershoots"), (1.0, "at the minimum"), (1.5, "overshoots"), (2.5, "raises the loss")],
)
def test_a_word_says_what_alpha_means(share: float, word: str) -> None:
    moment = Snapshot.at_start(Problem.notebook(), Settings(dtype="float64"))
    best = WhatIf.of(Theory.of(moment.x, moment.y), moment).loss.best
    assert best is not None
    found = read(moment, share * best)["α"]
    assert found.value == pytest.approx(share - 1)
    assert found.word == word


def test_weight_decay_counts_in_the_excess_and_the_optimum() -> None:
    settings = Settings(0.1, dtype="float64", options={"weight_decay": 0.5})
    end = Trainer(Problem.notebook(), settings).run(steps=2000).snapshot
    found = read(end)
    assert found["distance"].value < 1e-12
    assert found["excess"].value < 1e-24
    assert found["excess"].word == "J − J*"
    assert found["gradient"].value > 0.01  # of the loss, which weight decay holds


def test_what_is_not_finite_is_no_number() -> None:
    found = read(Trainer(Problem.notebook(), Settings(1e30)).run(steps=5).snapshot)
    assert [name for name, gauge in found.items() if np.isfinite(gauge.value)] == []
    assert found["α"].word == "not known"
