import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import COMPUTED, DTYPES, FEW, TorchLoop, differing, freshness, problems, same_bits, values

from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Phase, Update
from linviz.core.trainer import Trainer
from linviz.errors import InputError


@FEW
@given(problems(), st.floats(1e-4, 3), DTYPES, st.integers(1, 20), st.integers(0, 9))
def test_a_run_is_so_many_steps_and_what_torch_does(
    problem: Problem, rate: float, dtype: str, steps: int, done: int
) -> None:
    settings = Settings(rate, dtype=dtype)
    ran, stepped, loop = Trainer(problem, settings), Trainer(problem, settings), TorchLoop(problem, rate, dtype)
    for trainer in (ran, stepped):
        for _ in range(done):
            trainer.next_phase()
    losses = [loop.step() for _ in range(done // 5)]
    burst = ran.run(steps=steps)
    for _ in range(len(burst.losses)):
        stepped.step()
        losses.append(loop.step())
    assert len(burst.losses) == steps or not math.isfinite(burst.losses[-1])
    assert burst.snapshot is ran.snapshot()
    assert same_bits(burst.losses, np.array(losses[done // 5 :]))
    assert burst.steps.tolist() == list(range(done // 5, done // 5 + len(burst.losses)))
    for moment in (burst.snapshot, stepped.snapshot()):
        assert differing(values(moment), loop.values()) == []
        assert freshness(moment) == dict.fromkeys(COMPUTED, "stale")
        assert (moment.step, moment.next_phase) == (done // 5 + len(burst.losses), Phase.FORWARD)
        assert moment.last_update is Update.STEP


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_runs_steps_and_single_phases_may_follow_each_other(dtype: str) -> None:
    problem = Problem.notebook()
    trainer, loop = Trainer(problem, Settings(0.2, dtype=dtype)), TorchLoop(problem, 0.2, dtype)
    steps: list[int] = []
    losses: list[float] = []
    for round_ in range(6):
        for _ in range(round_):
            trainer.next_phase()
        for burst in (trainer.run(steps=4), trainer.run(steps=1)):
            steps += burst.steps.tolist()
            losses += burst.losses.tolist()
        trainer.update_again()
        if round_ < 5:
            assert losses[-5:] == [loop.step() for _ in range(5)]
        else:  # five phases done are a step made before the run
            loop.step()
            assert losses[-5:] == [loop.step() for _ in range(5)]
        loop.update()
        assert differing(values(trainer.snapshot()), loop.values()) == []
    assert steps == [n for first in (0, 6, 12, 18, 24, 31) for n in range(first, first + 5)]


@pytest.mark.parametrize("done", [0, 3])
def test_a_run_by_hand_is_so_many_manual_steps(done: int) -> None:
    ran, stepped = (Trainer(Problem.random(10, 3, 2, seed=3)) for _ in range(2))
    for _ in range(done):
        ran.next_phase()
    burst = ran.run(steps=30, by_hand=True)
    losses = [stepped.manual_step().loss for _ in range(30)]
    assert burst.losses.tolist() == losses
    assert burst.steps.tolist() == list(range(30))
    assert [str(array.dtype) for array in (burst.steps, burst.losses)] == ["int64", "float64"]
    assert differing(values(burst.snapshot), values(stepped.snapshot())) == []
    assert burst.snapshot.last_update is Update.MANUAL_STEP
    by_optimizer = Trainer(Problem.random(10, 3, 2, seed=3)).run(steps=30)
    assert differing(values(by_optimizer.snapshot), values(burst.snapshot)) != [], "or the test shows nothing"


def test_a_run_by_hand_ends_as_any_other() -> None:
    trainer = Trainer(Problem.notebook(), Settings(1e3))
    assert len(trainer.run(steps=3, seconds=1e9, by_hand=True).losses) == 3
    assert len(trainer.run(steps=1000, seconds=-1e9, by_hand=True).losses) == 1
    losses = trainer.run(steps=10_000, by_hand=True).losses
    assert 2 < len(losses) < 10_000
    assert np.isfinite(losses[:-1]).all()
    assert not math.isfinite(losses[-1])
    for arguments in ({}, {"steps": 0}):
        with pytest.raises(InputError):
            trainer.run(**arguments, by_hand=True)


@pytest.mark.parametrize("updates", [1, 3])
@pytest.mark.parametrize("done", [6, 7])
def test_a_runs_first_loss_belongs_to_the_parameters_it_was_computed_with(done: int, updates: int) -> None:
    trainer = Trainer(Problem.notebook())
    for _ in range(done):
        trainer.next_phase()
    for _ in range(updates):
        trainer.update_again()
    burst = trainer.run(steps=3)
    assert burst.steps.tolist() == [1, 2 + updates, 3 + updates]
    assert burst.snapshot.step == 4 + updates


@pytest.mark.parametrize("done", [0, 3])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_run_stops_at_the_first_loss_that_is_not_finite(dtype: str, done: int) -> None:
    problem = Problem.notebook()
    trainer, loop = Trainer(problem, Settings(1e3, dtype=dtype)), TorchLoop(problem, 1e3, dtype)
    for _ in range(done):
        trainer.next_phase()
    burst = trainer.run(steps=10_000)
    expected = [loop.step()]
    while math.isfinite(expected[-1]):
        expected.append(loop.step())
    assert 2 < len(expected) < 10_000
    assert same_bits(burst.losses, np.array(expected))
    assert np.isfinite(burst.losses[:-1]).all()
    assert differing(values(trainer.snapshot()), loop.values()) == []
    assert trainer.snapshot().step == len(expected)


@pytest.mark.parametrize("done", [0, 2])
def test_a_run_from_a_loss_that_is_not_finite_makes_one_step(done: int) -> None:
    trainer = Trainer(Problem.notebook(), Settings(1e3))
    trainer.run(steps=10_000)
    before = trainer.snapshot().step
    for _ in range(done):
        trainer.next_phase()
    burst = trainer.run(steps=10)
    assert burst.steps.tolist() == [before]
    assert not np.isfinite(burst.losses).any()
    assert burst.snapshot.step == before + 1


@pytest.mark.parametrize("seconds", [0.0, -1.0, 0.01])
@pytest.mark.parametrize("done", [0, 4])
def test_a_run_by_the_clock_makes_at_least_one_step_and_only_whole_ones(seconds: float, done: int) -> None:
    problem = Problem.notebook()
    trainer, loop = Trainer(problem), TorchLoop(problem)
    for _ in range(done):
        trainer.next_phase()
    burst = trainer.run(seconds=seconds)
    assert burst.snapshot.step == len(burst.losses) >= 1
    assert burst.snapshot.next_phase is Phase.FORWARD
    assert burst.losses.tolist() == [loop.step() for _ in range(len(burst.losses))]
    assert differing(values(burst.snapshot), loop.values()) == []


@pytest.mark.parametrize("done", [0, 1])
def test_of_two_limits_the_first_one_reached_ends_the_run(done: int) -> None:
    trainer = Trainer(Problem.notebook())
    for _ in range(done):
        trainer.next_phase()
    assert len(trainer.run(steps=3, seconds=1e9).losses) == 3
    for _ in range(done):
        trainer.next_phase()
    # A deadline long past leaves the one step that a run always makes.
    assert len(trainer.run(steps=1000, seconds=-1e9).losses) == 1


def test_a_run_without_a_limit_is_refused_and_changes_nothing() -> None:
    trainer = Trainer(Problem.notebook())
    before = trainer.snapshot()
    with pytest.raises(InputError, match="needs a limit"):
        trainer.run()
    assert trainer.snapshot() is before


@pytest.mark.parametrize("steps", [0, -1, -(10**30)])
def test_a_run_of_less_than_one_step_is_refused_by_number(steps: int) -> None:
    trainer = Trainer(Problem.notebook())
    before = trainer.snapshot()
    with pytest.raises(InputError, match=f"at least 1 step, got {steps}$"):
        trainer.run(steps=steps, seconds=1.0)
    assert trainer.snapshot() is before
