"""The loss along the update to come, against losses that torch computes there."""

from contextlib import suppress

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import FEW, problems

from linviz.core.command import NextPhase, Step, UpdateAgain
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Phase, Snapshot
from linviz.core.theory import Theory
from linviz.core.trainer import Trainer
from linviz.core.what_if import Parabola, WhatIf
from linviz.errors import InputError

RATES = np.array([0.0, 0.03, 0.7, 5.0])
FEWER = settings(FEW, max_examples=40)
DESCENTS = [
    {},
    {"weight_decay": 0.3},
    {"momentum": 0.9},
    {"momentum": 0.5, "dampening": 0.2, "weight_decay": 0.1},
    {"momentum": 0.8, "nesterov": True, "weight_decay": 0.2},
]
DONE = st.lists(st.sampled_from([NextPhase(), Step(), UpdateAgain()]), max_size=8)


def line_of(problem: Problem, settings: Settings | None = None) -> WhatIf:
    moment = Snapshot.at_start(problem, settings or Settings(dtype="float64"))
    return WhatIf.of(Theory.of(moment.x, moment.y), moment)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize("decay", [0.0, 0.4])
def test_losses_along_the_gradient_are_those_that_torch_computes(reduction: str, biased: bool, decay: float) -> None:
    problem = Problem.random(7, 4, 3, seed=1)
    moment = Snapshot.at_start(problem, Settings(dtype="float64", options={"weight_decay": decay}))
    found = WhatIf.of(Theory.of(moment.x, moment.y, bias=biased, reduction=reduction), moment)
    x, y, weight, bias = (torch.tensor(each) for each in (moment.x, moment.y, moment.weight, moment.bias))
    theta = [weight, bias] if biased else [weight]

    def loss(parameters: list[torch.Tensor]) -> torch.Tensor:
        return torch.nn.functional.mse_loss(torch.nn.functional.linear(x, *parameters), y, reduction=reduction)

    def objective(parameters: list[torch.Tensor]) -> torch.Tensor:
        return loss(parameters) + decay / 2 * sum(each.square().sum() for each in parameters)

    gradient = torch.autograd.grad(objective([each.requires_grad_() for each in theta]), theta)
    for parabola, real in ((found.loss, loss), (found.objective, objective)):
        there = [
            real([each.detach() - rate * slope for each, slope in zip(theta, gradient, strict=True)]).item()
            for rate in RATES
        ]
        assert parabola.at(RATES) == pytest.approx(there, rel=1e-11)
    assert found.decays == bool(decay)


@FEWER
@given(problems(samples=12, width=4), DONE, st.sampled_from(DESCENTS), st.floats(0.001, 3))
def test_at_any_moment_the_update_to_come_leads_to_the_loss_that_is_shown(
    problem: Problem, done: list[NextPhase | Step | UpdateAgain], options: dict[str, float], rate: float
) -> None:
    trainer = Trainer(problem, Settings(0.05, dtype="float64", options=options))
    for command in done:
        with suppress(InputError):  # an update again needs a gradient
            command.apply(trainer)
    moment = trainer.snapshot()
    found = WhatIf.of(Theory.of(moment.x, moment.y), moment)
    trainer.set_learning_rate(rate)
    trainer.step()
    real = trainer.run(steps=1).losses[0]
    assert found.loss.at(np.array([rate]))[0] == pytest.approx(real, rel=1e-9, abs=1e-11 * found.loss.value)


@FEW
@given(problems(samples=12, width=4))
def test_the_best_rate_is_cauchys_and_twice_that_leaves_the_loss_as_it_is(problem: Problem) -> None:
    parabola = line_of(problem).loss
    best = parabola.best
    assert best is not None
    assert parabola.limit == 2 * best
    here, least, there, *beside = parabola.at(best * np.array([0, 1, 2, 0.99, 1.01]))
    assert there == pytest.approx(here, rel=1e-12)
    assert min(beside) >= least
    assert (parabola.overshoot(best), parabola.overshoot(2 * best)) == pytest.approx((0, 1))
    assert parabola.overshoot(0) == -1


def test_a_stale_gradient_may_lead_uphill_and_is_said_to_be_stale() -> None:
    trainer = Trainer(Problem.notebook(), Settings(1.2, dtype="float64"))
    trainer.run_to(Phase.BACKWARD)
    trainer.update_again()
    moment = trainer.update_again()
    found = WhatIf.of(Theory.of(moment.x, moment.y), moment)
    assert found.stale
    assert "stale" in found.words[0]
    assert found.loss.slope > 0
    assert (found.loss.best, found.loss.limit) == (None, None)
    assert "uphill" in found.sentence(0.1)
    assert found.loss.overshoot(0.1) < -1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(), "along the negative gradient, which theory knows before backward() does"),
        (Settings(options={"momentum": 0.9}), "along the gradient and momentum, which theory knows before"),
        (Settings(optimizer="Adam"), "along the negative gradient; Adam itself goes another way"),
    ],
)
def test_it_says_what_the_line_is(settings: Settings, said: str) -> None:
    found = line_of(Problem.notebook(), settings)
    assert found.words[0].startswith(said)
    assert found.straight == (settings.optimizer == "SGD")


def test_once_backward_has_run_the_gradient_is_its_own() -> None:
    trainer = Trainer(Problem.notebook(), Settings())
    moment = trainer.run_to(Phase.BACKWARD)
    assert WhatIf.of(Theory.of(moment.x, moment.y), moment).words[0].startswith("along the negative gradient: what")


def test_where_there_is_no_parabola_it_says_why() -> None:
    settled = line_of(Problem(np.zeros((3, 2)), np.zeros((3, 1)), np.ones((1, 2)), np.zeros(1)))
    assert settled.loss == Parabola(0, 0, 0)
    assert settled.loss.best is None
    assert settled.sentence(0.1) == "The gradient is 0: no learning rate moves anything."
    assert settled.loss.overshoot(0.1) == -1
    trainer = Trainer(Problem.notebook(), Settings(1e30))
    moment = trainer.run(steps=5).snapshot
    broken = WhatIf.of(Theory.of(moment.x, moment.y), moment)
    assert not broken.loss.finite
    assert broken.loss.best is None
    assert "not finite" in broken.sentence(0.1)


def test_it_says_what_a_rate_does() -> None:
    found = line_of(Problem.notebook())
    assert found.loss.best is not None
    assert "lowers the loss from 0.731813 to" in found.sentence(found.loss.best)
    assert "raises the loss" in found.sentence(2.1 * found.loss.best)
    decayed = line_of(Problem.notebook(), Settings(options={"weight_decay": 0.1}))
    assert "the loss with the term of the weight decay" in decayed.sentence(0.1)
