import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import COMPUTED, DTYPES, FEW, TorchLoop, differing, freshness, problems, values

from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import PHASES, Phase, Update
from linviz.core.trainer import Trainer
from linviz.errors import InputError

# The badges of prediction, residual, loss, weight_grad and bias_grad after each phase of two iterations.
BADGES = [
    ("forward", "fresh fresh none none none"),
    ("loss", "fresh fresh fresh none none"),
    ("zero_grad", "fresh fresh fresh none none"),
    ("backward", "fresh fresh fresh fresh fresh"),
    ("update", "stale stale stale stale stale"),
    ("forward", "fresh fresh stale stale stale"),
    ("loss", "fresh fresh fresh stale stale"),
    ("zero_grad", "fresh fresh fresh none none"),
    ("backward", "fresh fresh fresh fresh fresh"),
    ("update", "stale stale stale stale stale"),
]


def phases(loop: TorchLoop) -> list[Callable[[], None]]:
    """Give the five lines of an iteration."""
    return [loop.forward, loop.compute_loss, loop.zero_grad, loop.backward, loop.update]


def pair(dtype: str = "float32", learning_rate: float = 0.1) -> tuple[Trainer, TorchLoop]:
    """Give a trainer and an independent loop at the notebook's start."""
    problem = Problem.notebook()
    return Trainer(problem, Settings(learning_rate, dtype=dtype)), TorchLoop(problem, learning_rate, dtype)


def advance(trainer: Trainer, loop: TorchLoop, count: int) -> None:
    """Run so many phases in both."""
    for number in range(count):
        trainer.next_phase()
        phases(loop)[number % 5]()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_each_phase_computes_what_torch_does_and_says_what_is_stale(dtype: str) -> None:
    trainer, loop = pair(dtype)
    for number, (phase, badges) in enumerate(BADGES):
        assert trainer.snapshot().next_phase == phase
        moment = trainer.next_phase()
        phases(loop)[number % 5]()
        assert moment is trainer.snapshot()
        assert differing(values(moment), loop.values()) == [], phase
        assert freshness(moment) == dict(zip(COMPUTED, badges.split(), strict=True)), phase
        assert moment.next_phase == PHASES[(number + 1) % 5]
        assert moment.step == (number + 1) // 5
        assert moment.last_update == (None if number < 4 else Update.STEP)


@pytest.mark.parametrize("done", range(5))
@pytest.mark.parametrize("by_hand", [False, True])
def test_step_finishes_the_iteration_with_the_bits_of_a_whole_one(done: int, by_hand: bool) -> None:
    (whole, loop), (cut, _loop) = pair(), pair()
    for trainer in (whole, cut):
        trainer.step()
    loop.step()
    for _ in range(done):
        cut.next_phase()
    finish = Trainer.manual_step if by_hand else Trainer.step
    finished, expected = finish(cut), finish(whole)
    for run_phase in phases(loop)[:4]:
        run_phase()
    (loop.update_by_hand if by_hand else loop.update)()
    for moment in (finished, expected):
        assert differing(values(moment), loop.values()) == []
        assert (moment.step, moment.next_phase) == (2, Phase.FORWARD)
        assert moment.last_update is (Update.MANUAL_STEP if by_hand else Update.STEP)
        assert freshness(moment) == dict.fromkeys(COMPUTED, "stale")


@FEW
@given(problems(), st.floats(1e-4, 3), DTYPES)
def test_manual_step_is_the_notebooks_expression_bit_for_bit(problem: Problem, rate: float, dtype: str) -> None:
    trainer, loop = Trainer(problem, Settings(rate, dtype=dtype)), TorchLoop(problem, rate, dtype)
    for _ in range(3):
        trainer.manual_step()
        for run_phase in phases(loop)[:4]:
            run_phase()
        loop.update_by_hand()
        assert differing(values(trainer.snapshot()), loop.values()) == []


# 5: between two iterations; 6: between forward and loss; 7: between loss and zero_grad, with the gradient of the
# iteration before; 9: between backward and update, with this iteration's. After 8 zero_grad has left none.
@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("done", [5, 6, 7, 9])
def test_update_again_uses_the_gradient_that_is_there_between_any_two_phases(done: int, by_hand: bool) -> None:
    trainer, loop = pair()
    advance(trainer, loop, done)
    moment = trainer.update_again(by_hand)
    (loop.update_by_hand if by_hand else loop.update)()
    assert moment is trainer.snapshot()
    assert differing(values(moment), loop.values()) == []
    assert freshness(moment) == dict.fromkeys(COMPUTED, "stale")
    assert moment.last_update is (Update.AGAIN_BY_HAND if by_hand else Update.AGAIN)
    assert moment.step == 2
    assert moment.next_phase == PHASES[done % 5]
    for phase in range(done % 5, 5):
        trainer.next_phase()
        phases(loop)[phase]()
        assert differing(values(trainer.snapshot()), loop.values()) == []
    assert trainer.snapshot().step == 3


def test_a_gradient_of_a_stale_prediction_is_stale_as_soon_as_it_is_there() -> None:
    trainer, loop = pair()
    advance(trainer, loop, 7)  # forward, loss
    trainer.update_again()
    trainer.next_phase()  # zero_grad
    backward = trainer.next_phase()
    assert backward.next_phase is Phase.UPDATE
    assert freshness(backward) == dict.fromkeys(COMPUTED, "stale")
    assert freshness(trainer.step()) == dict.fromkeys(COMPUTED, "stale")
    assert freshness(trainer.next_phase())["prediction"] == "fresh"


def test_updates_again_add_up() -> None:
    trainer, loop = pair()
    advance(trainer, loop, 5)
    for by_hand in (False, True, True, False):
        trainer.update_again(by_hand)
        (loop.update_by_hand if by_hand else loop.update)()
    assert trainer.snapshot().step == 5
    assert differing(values(trainer.snapshot()), loop.values()) == []


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("done", [0, 1, 2, 3, 8])
def test_an_update_again_without_gradient_is_refused_and_changes_nothing(done: int, by_hand: bool) -> None:
    trainer, loop = pair()
    advance(trainer, loop, done)
    before = trainer.snapshot()
    with pytest.raises(InputError, match="no gradient"):
        trainer.update_again(by_hand)
    assert trainer.snapshot() is before
    for phase in range(done % 5, 5):
        trainer.next_phase()
        phases(loop)[phase]()
    assert differing(values(trainer.snapshot()), loop.values()) == []


def test_a_learning_rate_takes_effect_on_the_next_update() -> None:
    trainer, loop = pair()
    for rate, by_hand in ((0.5, False), (0.03, True), (1.2, False)):
        before = trainer.snapshot()
        moment = trainer.set_learning_rate(rate)
        assert moment.settings == trainer.settings == Settings(rate)
        assert differing(values(moment), values(before)) == []
        assert freshness(moment) == freshness(before)
        loop.set_learning_rate(rate)
        (trainer.manual_step if by_hand else trainer.step)()
        for run_phase in phases(loop)[:4]:
            run_phase()
        (loop.update_by_hand if by_hand else loop.update)()
        assert differing(values(trainer.snapshot()), loop.values()) == []
    assert trainer.run(steps=3).losses.tolist() == [loop.step() for _ in range(3)]


@pytest.mark.parametrize("done", range(5))
def test_a_learning_rate_may_be_set_between_any_two_phases(done: int) -> None:
    trainer, loop = pair()
    trainer.step()
    loop.step()
    for _ in range(done):
        trainer.next_phase()
    trainer.set_learning_rate(0.7)
    loop.set_learning_rate(0.7)
    trainer.step()
    loop.step()
    assert differing(values(trainer.snapshot()), loop.values()) == []


@pytest.mark.parametrize("value", [-1, 0, math.nan, math.inf, "", "abc", None, True, 1e39])
def test_a_bad_learning_rate_is_refused_and_changes_nothing(value: Any) -> None:
    trainer, loop = pair()
    advance(trainer, loop, 7)
    before = trainer.snapshot()
    with pytest.raises(InputError, match="learning rate must be "):
        trainer.set_learning_rate(value)
    assert trainer.snapshot() is before
    assert trainer.settings == Settings(0.1)
    for run_phase in phases(loop)[2:]:
        run_phase()
    trainer.step()
    assert differing(values(trainer.snapshot()), loop.values()) == []


@pytest.mark.parametrize("done", [1, 3, 4, 5, 12])
def test_reset_gives_the_bits_of_the_start_after_anything(done: int) -> None:
    trainer, loop = pair()
    start = trainer.snapshot()
    trainer.run(steps=4)
    for _ in range(done):
        trainer.next_phase()
    trainer.manual_step()
    trainer.update_again()
    again = trainer.reset()
    assert again is trainer.snapshot()
    assert differing(values(again), values(start)) == []
    assert freshness(again) == dict.fromkeys(COMPUTED, "none")
    assert (again.step, again.next_phase, again.last_update) == (0, Phase.FORWARD, None)
    assert trainer.run(steps=20).losses.tolist() == [loop.step() for _ in range(20)]
    assert differing(values(trainer.snapshot()), loop.values()) == []


def test_reset_keeps_the_learning_rate_in_force() -> None:
    trainer, loop = pair()
    trainer.run(steps=3)
    trainer.set_learning_rate(0.25)
    assert trainer.reset().settings.learning_rate == 0.25
    loop.set_learning_rate(0.25)
    trainer.step()
    loop.step()
    assert differing(values(trainer.snapshot()), loop.values()) == []


def test_another_problem_is_loaded_with_the_settings_in_force() -> None:
    trainer, _loop = pair("float64")
    trainer.set_learning_rate(0.3)
    trainer.run(steps=3)
    trainer.next_phase()
    problem = Problem.random(7, 4, 5, seed=2)
    moment = trainer.load(problem)
    fresh = Trainer(problem, Settings(0.3, dtype="float64"))
    assert moment is trainer.snapshot()
    assert trainer.problem is problem
    assert differing(values(moment), values(fresh.snapshot())) == []
    assert (moment.step, moment.next_phase, moment.last_update) == (0, Phase.FORWARD, None)
    assert moment.settings == Settings(0.3, dtype="float64")
    loop = TorchLoop(problem, 0.3, "float64")
    for _ in range(3):
        loop.step()
        trainer.step()
    assert differing(values(trainer.snapshot()), loop.values()) == []


def test_a_problem_that_does_not_fit_is_refused_and_changes_nothing() -> None:
    trainer, loop = pair()
    advance(trainer, loop, 6)
    before, problem = trainer.snapshot(), trainer.problem
    with pytest.raises(InputError, match="float64"):
        trainer.load(Problem([[1e300]], [[1.0]], [[1.0]], [1.0]))  # type: ignore[arg-type]  # lists are arrays enough
    assert trainer.snapshot() is before
    assert trainer.problem is problem
    for run_phase in phases(loop)[1:]:
        run_phase()
    trainer.step()
    assert differing(values(trainer.snapshot()), loop.values()) == []
    trainer.reset()
    assert differing(values(trainer.snapshot()), values(Trainer(problem, Settings(0.1)).snapshot())) == []


def test_training_leaves_the_global_random_state_alone() -> None:
    problem = Problem.notebook()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(20)
        before = torch.get_rng_state()
        trainer = Trainer(problem)
        for act in (trainer.next_phase, trainer.step, trainer.manual_step, trainer.update_again, trainer.reset):
            act()
            assert torch.equal(torch.get_rng_state(), before), act.__name__
        trainer.run(steps=3)
        trainer.load(Problem.random(4, 3, 2))
        assert torch.equal(torch.get_rng_state(), before)


def test_the_trainers_model_criterion_and_optimizer_are_torchs_own() -> None:
    trainer, _loop = pair()
    assert type(trainer.linear) is torch.nn.Linear
    assert type(trainer.criterion) is torch.nn.MSELoss
    assert type(trainer.optimizer) is torch.optim.SGD
