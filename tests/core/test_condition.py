"""A run stops at the very step that meets a condition, as a loop that looks after each one would."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW, differing, values

from linviz.core.command import NextPhase, Run, Step
from linviz.core.condition import Condition, GradientBelow, LossBelow, LossRises, StepReached, gradient_norm
from linviz.core.history import History
from linviz.core.problem import Problem
from linviz.core.runner import PIECE
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst, Snapshot
from linviz.core.trainer import Trainer
from linviz.core.travel import SeekStep
from linviz.errors import InputError


def run(history: History, steps: int, *until: Condition) -> Burst:
    burst = history.perform(Run(steps=steps, until=until))
    assert isinstance(burst, Burst)
    return burst


def stopped_at(trainer: Trainer, condition: Condition, most: int) -> Snapshot:
    """Step by step, looking after each one."""
    before = math.inf
    for _ in range(most):
        moment = trainer.step()
        assert moment.loss is not None
        match condition:
            case LossBelow(value=value):
                met = moment.loss < value
            case LossRises():
                met = moment.loss > before
            case GradientBelow(value=value):
                met = gradient_norm(moment) < value
            case StepReached(step=step):
                met = moment.step >= step
        before = moment.loss
        if met or not math.isfinite(moment.loss):
            break
    return trainer.snapshot()


@FEW
@given(
    st.integers(0, 30),
    st.sampled_from((0.05, 0.5, 1.2)),
    st.one_of(
        st.builds(LossBelow, st.floats(0.05, 2)),
        st.just(LossRises()),
        st.builds(GradientBelow, st.floats(0.01, 1)),
        st.builds(StepReached, st.integers(1, 60)),
    ),
)
def test_it_stops_where_a_loop_that_looks_after_each_step_does(seed: int, rate: float, condition: Condition) -> None:
    problem = Problem.random(5, 2, 2, seed)
    expected = stopped_at(Trainer(problem, Settings(rate)), condition, 40)
    history = History(problem, Settings(rate))
    burst = run(history, 40, condition)
    assert burst.snapshot.step == expected.step
    assert differing(values(burst.snapshot), values(expected)) == []
    assert len(burst.losses) == expected.step
    assert burst.place is not None
    assert (burst.place.moment, burst.place.moments) == (expected.step, expected.step)
    if not burst.met:
        assert burst.snapshot.step == 40 or not math.isfinite(burst.losses[-1])
    if not math.isfinite(burst.losses[-1]):
        return
    # What comes after goes on from there.
    after = history.perform(Step())
    assert isinstance(after, Burst)
    again = Trainer(problem, Settings(rate))
    again.run(steps=expected.step + 1)
    assert differing(values(after.snapshot), values(again.snapshot())) == []


def test_it_is_found_beyond_the_first_piece_and_the_first_of_several_counts() -> None:
    history = History(Problem.notebook(), Settings(0.01))
    burst = run(history, 10 * PIECE, StepReached(2 * PIECE + 17), LossBelow(1e-9))
    assert (burst.snapshot.step, burst.met) == (2 * PIECE + 17, f"step {2 * PIECE + 17:,} is done")
    assert np.array_equal(burst.steps, np.arange(2 * PIECE + 17))
    assert run(history, 10, LossRises(), StepReached(1)).snapshot.step == 2 * PIECE + 18


def test_in_the_past_and_within_an_iteration_it_begins_a_branch() -> None:
    history = History(Problem.notebook(), Settings(0.1))
    run(history, 30)
    history.perform(SeekStep(10))
    history.perform(NextPhase())
    burst = run(history, 100, StepReached(15))
    assert burst.place is not None
    assert (burst.place.branch, burst.snapshot.step, burst.place.steps) == (2, 15, 15)
    trainer = Trainer(Problem.notebook(), Settings(0.1))
    trainer.run(steps=15)
    assert differing(values(burst.snapshot), values(trainer.snapshot())) == []


def test_a_condition_that_never_holds_stops_nothing() -> None:
    burst = run(History(Problem.notebook()), 50, LossBelow(1e-30), StepReached(51))
    assert (burst.snapshot.step, burst.met) == (50, "")


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
@pytest.mark.parametrize("kind", [LossBelow, GradientBelow])
def test_a_number_that_makes_no_sense_is_refused_by_name(
    kind: type[LossBelow] | type[GradientBelow], value: float
) -> None:
    with pytest.raises(InputError, match="must be a positive finite number, got"):
        kind(value)


def test_a_step_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(InputError, match="at least 1, got 0"):
        StepReached(0)


def test_without_a_gradient_its_norm_is_infinite() -> None:
    trainer = Trainer(Problem.notebook())
    assert gradient_norm(trainer.snapshot()) == math.inf
    moment = trainer.step()
    assert moment.weight_grad is not None
    assert moment.bias_grad is not None
    flat = np.concatenate((moment.weight_grad.ravel(), moment.bias_grad)).astype(np.float64)
    assert gradient_norm(moment) == pytest.approx(math.sqrt(float(flat @ flat)), rel=1e-12)
