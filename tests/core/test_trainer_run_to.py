"""Running to a phase is running one phase after the other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import DTYPES, FEW, TorchLoop, differing, freshness, problems, values

from linviz.core.command import RunTo
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import PHASES, Phase, Snapshot, Update
from linviz.core.trainer import Trainer

BY = {False: Update.STEP, True: Update.MANUAL_STEP}


def advance(trainer: Trainer, loop: TorchLoop, count: int, by_hand: bool) -> None:
    """Run so many phases, each on its own, in both."""
    for _ in range(count):
        match trainer.snapshot().next_phase:
            case Phase.FORWARD:
                loop.forward()
            case Phase.LOSS:
                loop.compute_loss()
            case Phase.ZERO_GRAD:
                loop.zero_grad()
            case Phase.BACKWARD:
                loop.backward()
            case Phase.UPDATE:
                (loop.update_by_hand if by_hand else loop.update)()
                if by_hand:
                    trainer.manual_step()
                    continue
        trainer.next_phase()


def assert_same(one: Snapshot, other: Snapshot) -> None:
    assert differing(values(one), values(other)) == []
    assert freshness(one) == freshness(other)
    for name in ("step", "next_phase", "last_update", "settings", "computed_at"):
        assert getattr(one, name) == getattr(other, name)


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("done", range(10))
def test_from_each_phase_to_each(done: int, phase: Phase, by_hand: bool) -> None:
    problem = Problem.random(6, 3, 2, seed=5)
    ran, single, loop = Trainer(problem, Settings(0.1)), Trainer(problem, Settings(0.1)), TorchLoop(problem, 0.1)
    for _ in range(done):
        ran.next_phase()
    advance(single, loop, done, by_hand=False)
    moment = ran.run_to(phase, by_hand)
    # At least one phase and at most five: if it was the last that ran, once around.
    count = (PHASES.index(phase) - done) % 5 + 1
    advance(single, loop, count, by_hand)
    assert moment is ran.snapshot()
    assert_same(moment, single.snapshot())
    assert differing(values(moment), loop.values()) == []
    assert moment.next_phase is PHASES[(PHASES.index(phase) + 1) % 5]
    assert moment.step == (done + count) // 5
    passed = (done + count) // 5 > done // 5
    assert moment.last_update is (BY[by_hand] if passed else Update.STEP if done >= 5 else None)


@FEW
@given(
    problems(samples=12, width=4),
    st.floats(1e-4, 3),
    DTYPES,
    st.lists(st.tuples(st.sampled_from((*PHASES, "again")), st.booleans()), max_size=12),
)
def test_one_after_the_other_with_updates_again_between(
    problem: Problem, rate: float, dtype: str, places: list[tuple[Any, bool]]
) -> None:
    settings = Settings(rate, dtype=dtype)
    ran, single, loop = Trainer(problem, settings), Trainer(problem, settings), TorchLoop(problem, rate, dtype)
    for place, by_hand in places:
        if place == "again":
            if ran.snapshot().weight_grad is not None:
                for trainer in (ran, single):
                    trainer.update_again(by_hand)
                (loop.update_by_hand if by_hand else loop.update)()
            continue
        advance(single, loop, 1, by_hand)
        while single.snapshot().next_phase is not PHASES[(PHASES.index(place) + 1) % 5]:
            advance(single, loop, 1, by_hand)
        assert_same(ran.run_to(place, by_hand), single.snapshot())
        assert differing(values(ran.snapshot()), loop.values()) == []


@pytest.mark.parametrize("done", range(5))
def test_step_and_manual_step_run_to_the_update(done: int) -> None:
    for by_hand in (False, True):
        one, other = Trainer(Problem.notebook()), Trainer(Problem.notebook())
        for trainer in (one, other):
            trainer.step()
            for _ in range(done):
                trainer.next_phase()
        assert_same(one.manual_step() if by_hand else one.step(), other.run_to(Phase.UPDATE, by_hand))


def test_the_command_gives_the_moment_and_its_loss() -> None:
    trainer, other = Trainer(Problem.notebook()), Trainer(Problem.notebook())
    burst = RunTo(Phase.FORWARD).apply(trainer)
    assert burst.snapshot is trainer.snapshot()
    assert (burst.steps.tolist(), burst.losses.tolist()) == ([], [])
    burst = RunTo(Phase.FORWARD, by_hand=True).apply(trainer)
    moment = other.manual_step()
    assert (burst.steps.tolist(), burst.losses.tolist()) == ([0], [moment.loss])
    assert differing(values(burst.snapshot), values(other.next_phase())) == []
    assert burst.snapshot.last_update is Update.MANUAL_STEP


def test_what_is_no_phase_is_refused_before_anything_runs() -> None:
    trainer = Trainer(Problem.notebook())
    before = trainer.snapshot()
    for wrong in ("forwards", "", None, 3):
        with pytest.raises(ValueError, match="not a valid Phase"):
            RunTo(wrong).apply(trainer)  # type: ignore[arg-type]  # as a damaged record would have it
        assert trainer.snapshot() is before
    assert RunTo("loss").apply(trainer).snapshot.next_phase is Phase.ZERO_GRAD  # type: ignore[arg-type]  # as a record may have it
