"""A copy that stands where a snapshot was taken does what the original does, to the last bit."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from explained import COMMANDS, do, moments
from hypothesis import given
from hypothesis import strategies as st
from oracle import DTYPES, FEW, MANY, differing, freshness, problems, same_bits, unfounded, values

from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import PHASES, Phase, Snapshot
from linviz.core.trainer import Trainer
from linviz.errors import InputError

RATES = st.floats(1e-4, 3) | st.sampled_from((1e-300, 1e4, 1e30))


def everything(moment: Snapshot) -> tuple[object, ...]:
    """Give all of a snapshot but its arrays."""
    applied = moment.applied and (moment.applied.update, moment.applied.learning_rate)
    places = (moment.step, moment.next_phase, moment.run, moment.problem, moment.settings)
    return (*places, freshness(moment), dict(moment.computed_at), applied)


def sources(moment: Snapshot) -> dict[str, Any]:
    """Give all arrays that a snapshot says its fields were computed from."""
    found = dict(moment.computed_from)
    if moment.applied:
        found["applied"] = moment.applied.operands
    return {f"{name} from {other}": array for name, each in found.items() for other, array in each.items()}


def assert_same(one: Snapshot, other: Snapshot) -> None:
    assert differing(values(one), values(other)) == []
    assert differing(sources(one), sources(other)) == []
    assert everything(one) == everything(other)


def assert_held(trainer: Trainer) -> None:
    """Check that torch holds what the snapshot says."""
    moment, linear = trainer.snapshot(), trainer.linear
    tensors: dict[str, torch.Tensor | None] = {"weight": linear.weight, "bias": linear.bias}
    tensors |= {"weight_grad": linear.weight.grad, "bias_grad": linear.bias.grad}
    for name, tensor in tensors.items():
        assert same_bits(getattr(moment, name), None if tensor is None else tensor.detach().numpy()), name


@MANY
@given(problems(samples=20, width=5), RATES, DTYPES, COMMANDS, COMMANDS)
def test_a_copy_goes_on_as_the_original_from_wherever_it_stands(
    problem: Problem, rate: float, dtype: str, commands: list[str], others: list[str]
) -> None:
    original = Trainer(problem, Settings(rate, dtype=dtype))
    moment = do(original, commands)
    copy = Trainer.at(moment)
    assert copy.snapshot() is moment
    assert copy.problem is problem
    assert copy.settings == moment.settings
    assert_held(copy)
    for command in (*others, "phase", "step"):
        assert_same(do(copy, [command]), do(original, [command]))
        assert_held(copy)
    assert unfounded(copy.snapshot()) == []


@FEW
@given(problems(samples=10, width=4), DTYPES, COMMANDS)
def test_from_each_past_moment_the_rest_comes_again(problem: Problem, dtype: str, commands: list[str]) -> None:
    trainer = Trainer(problem, Settings(0.1, dtype=dtype))
    past = [trainer.snapshot(), *(do(trainer, [command]) for command in commands)]
    before = [[None if value is None else np.array(value) for value in values(moment).values()] for moment in past]
    for number, moment in enumerate(past):
        copy = Trainer.at(moment)
        for command, expected in zip(commands[number:], past[number + 1 :], strict=True):
            do(copy, [command])
            assert differing(values(copy.snapshot()), values(expected)) == []
            assert freshness(copy.snapshot()) == freshness(expected)
        copy.update_again() if copy.snapshot().weight_grad is not None else copy.step()
    # What the copies did left no trace in what was there, nor in the trainer.
    for moment, held in zip(past, before, strict=True):
        assert all(map(same_bits, values(moment).values(), held))
    assert trainer.snapshot() is past[-1]
    assert_held(trainer)


@FEW
@given(problems(samples=10, width=4), DTYPES, COMMANDS, COMMANDS, COMMANDS)
def test_a_trainer_that_stood_elsewhere_goes_on_from_there_too(
    problem: Problem, dtype: str, commands: list[str], elsewhere: list[str], others: list[str]
) -> None:
    original, restored = (Trainer(problem, Settings(0.1, dtype=dtype)) for _ in range(2))
    moment = do(original, commands)
    do(restored, elsewhere)
    restored.restore(moment)
    assert restored.snapshot() is moment
    assert_held(restored)
    for command in (*others, "step"):
        one, other = do(restored, [command]), do(original, [command])
        assert_same(replace(one, run=0), replace(other, run=0))  # as it counts its own starts on
        assert_held(restored)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rate", [0.01, 1e18])
def test_each_moment_of_two_iterations_and_an_update_in_the_middle(dtype: str, rate: float) -> None:
    # The larger rate leads to infinity in the second iteration.
    past = list(moments(Problem.notebook(), dtype, rate))
    assert {moment.next_phase for moment in past} == set(PHASES)
    for moment in past:
        for by_hand in (False, True):
            one, other = Trainer.at(moment), Trainer.at(moment)
            for phase in PHASES:
                assert_same(one.run_to(phase, by_hand), other.run_to(phase, by_hand))
    for number, moment in enumerate(past[:11]):
        copy = Trainer.at(moment)
        for expected in past[number + 1 : 12]:
            assert_same(copy.next_phase(), expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(1, 1, 1), (1000, 60, 20), (257, 33, 1), (1, 300, 7)])
def test_large_and_odd_shapes_take_the_same_way_through_torch(shape: tuple[int, int, int], dtype: str) -> None:
    # Sums of other lengths are blocked and vectorized otherwise; memory of its own lies otherwise too.
    for done in range(12):
        original = Trainer(Problem.random(*shape, seed=3), Settings(1e-3, dtype=dtype))
        for _ in range(done):
            original.next_phase()
        copy = Trainer.at(original.snapshot())
        assert_same(copy.run(steps=3).snapshot, original.run(steps=3).snapshot)


def test_an_update_again_is_refused_where_the_original_refuses_it() -> None:
    for moment in moments(Problem.notebook()):
        copy = Trainer.at(moment)
        if moment.weight_grad is None:
            with pytest.raises(InputError, match="no gradient"):
                copy.update_again()
            assert copy.snapshot() is moment
        else:
            assert copy.update_again().step == moment.step + 1


def test_a_copy_of_the_start_needs_no_trainer_before_it() -> None:
    start = Snapshot.at_start(Problem.notebook(), Settings(0.2))
    copy = Trainer.at(start)
    assert copy.snapshot() is start
    assert differing(values(copy.step()), values(Trainer(Problem.notebook(), Settings(0.2)).step())) == []


def test_a_copy_is_reset_loaded_and_set_as_any_other() -> None:
    original = Trainer(Problem.random(5, 3, 2, seed=9), Settings(0.2, dtype="float64"))
    original.run(steps=3)
    original.reset()
    original.set_learning_rate(0.3)
    for phase in (Phase.LOSS, Phase.BACKWARD):
        original.run_to(phase)
        copy = Trainer.at(original.snapshot())
        assert_same(Trainer.at(original.snapshot()).reset(), Trainer.at(copy.snapshot()).reset())
        fresh = Trainer(Problem.notebook(), Settings(0.3, dtype="float64"))
        assert differing(values(copy.load(Problem.notebook())), values(fresh.snapshot())) == []
        assert copy.snapshot().run == original.snapshot().run + 1
        copy.set_learning_rate(0.4)
        assert original.settings.learning_rate == 0.3
        fresh.set_learning_rate(0.4)
        assert differing(values(copy.run(steps=2).snapshot), values(fresh.run(steps=2).snapshot)) == []


def test_making_copies_leaves_the_global_random_state_alone() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(20)
        before = torch.get_rng_state()
        for moment in moments(Problem.notebook()):
            Trainer.at(moment).step()
        assert torch.equal(torch.get_rng_state(), before)
