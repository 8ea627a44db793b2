"""Every moment of any sequence of commands can be stood at again, to the last bit."""

import math
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW, differing, freshness, values

from linviz.core.command import (
    Command,
    Load,
    NextPhase,
    Reset,
    Run,
    RunTo,
    SetLearningRate,
    Step,
    UpdateAgain,
)
from linviz.core.comparison import Compare, Comparison
from linviz.core.condition import StepReached
from linviz.core.history import History
from linviz.core.place import Kind, Mark, Place
from linviz.core.problem import Problem
from linviz.core.runner import PIECE
from linviz.core.settings import Settings
from linviz.core.snapshot import PHASES, Burst, Phase, Snapshot
from linviz.core.trainer import Trainer
from linviz.core.travel import Delete, EndOf, Move, Rename, Seek, SeekStep, Switch
from linviz.errors import InputError

CHANGES = st.one_of(
    st.sampled_from((NextPhase(), NextPhase(), NextPhase(), Step(), Step(by_hand=True), UpdateAgain(), Reset())),
    st.builds(Run, steps=st.integers(1, 30), by_hand=st.booleans()),
    st.builds(RunTo, phase=st.sampled_from(PHASES), by_hand=st.booleans()),
    st.builds(SetLearningRate, learning_rate=st.sampled_from((0.01, 0.1, 0.3, 40.0))),
)
JUMP = st.floats(0, 1)
"""A share of the way along a branch."""


def burst(history: History, command: object) -> Burst:
    done = history.perform(command)  # type: ignore[arg-type]  # all of them are commands
    assert isinstance(done, Burst)
    assert done.place == history.place()
    return done


def assert_same(one: Snapshot, other: Snapshot) -> None:
    assert differing(values(one), values(other)) == []
    assert freshness(one) == freshness(other)
    for name in ("step", "next_phase", "settings", "last_update", "computed_at"):
        assert getattr(one, name) == getattr(other, name), name


@dataclass
class Straight:
    """What was done on each branch, and the learning rate it begins with."""

    problem: Problem
    done: dict[int, list[Command]] = field(default_factory=lambda: {1: []})
    rate: dict[int, float] = field(default_factory=lambda: {1: 0.05})

    def at(self, branch: int, moment: int) -> Snapshot:
        """Do it all from the start, on a trainer of its own."""
        trainer = Trainer(self.problem, Settings(self.rate[branch]))
        for command in self.done[branch][:moment]:
            command.apply(trainer)
        return trainer.snapshot()

    def note(self, command: Command, before: Snapshot, at: Place, made: Burst) -> None:
        assert made.place is not None
        branch = made.place.branch
        if isinstance(command, Reset):
            self.done[branch], self.rate[branch] = [], before.settings.learning_rate
            return
        if branch not in self.done:
            self.done[branch], self.rate[branch] = self.done[at.branch][: at.moment], self.rate[at.branch]
        if isinstance(command, Run):
            self.done[branch] += [Step(command.by_hand)] * (made.snapshot.step - before.step)
        elif made.snapshot is not before:
            self.done[branch].append(command)


@FEW
@given(
    st.integers(0, 50),
    st.sampled_from((2_500, 20_000, 1 << 28)),
    st.lists(st.one_of(CHANGES, CHANGES, JUMP), max_size=25),
)
def test_any_moment_is_what_a_straight_replay_gives(seed: int, budget: int, commands: list[Command | float]) -> None:
    problem = Problem.random(4, 2, 2, seed)
    history, straight = History(problem, Settings(0.05), budget), Straight(problem)
    with np.errstate(all="ignore"):
        for command in commands:
            place, before = history.place(), history.trainer.snapshot()
            if isinstance(command, float):
                target = place.branches[int(command * 0.999 * len(place.branches))].number
                moment = round(command * len(straight.done[target]))
                assert_same(burst(history, Seek(moment, target)).snapshot, straight.at(target, moment))
            elif not isinstance(command, UpdateAgain) or before.weight_grad is not None:
                straight.note(command, before, place, burst(history, command))
        for number, done in straight.done.items():
            for moment in {0, len(done) // 3, len(done) // 2, len(done)}:
                assert_same(burst(history, Seek(moment, number)).snapshot, straight.at(number, moment))


def test_a_change_in_the_past_begins_a_branch_and_nothing_is_lost() -> None:
    history = History(Problem.notebook())
    burst(history, Run(steps=20))
    end = history.trainer.snapshot()
    place = burst(history, SeekStep(7)).place
    assert place is not None
    assert place.in_the_past
    assert (place.step, place.steps, place.branch) == (7, 20, 1)
    place = burst(history, Step(by_hand=True)).place
    assert place is not None
    assert not place.in_the_past
    assert (place.branch, place.step, place.moments) == (2, 8, 8)
    assert [(info.parent, info.first_step, info.steps) for info in place.branches] == [(None, 0, 20), (1, 7, 8)]
    assert_same(burst(history, Switch(1)).snapshot, end)


def test_looking_and_asking_change_nothing_and_begin_no_branch() -> None:
    history = History(Problem.notebook())
    burst(history, Run(steps=20))
    burst(history, SeekStep(7))
    before = history.place(), history.trainer.snapshot()
    assert isinstance(history.perform(Compare()), Comparison)
    end = history.perform(EndOf(1))
    assert isinstance(end, Snapshot)
    assert end.step == 20
    assert (history.place(), history.trainer.snapshot().step) == (before[0], 7)
    burst(history, SetLearningRate(0.01))  # the one in force
    assert len(history.place().branches) == 1
    assert_same(history.trainer.snapshot(), before[1])


def test_back_and_forward_go_as_one_advanced_and_beyond_the_end_go_on() -> None:
    history = History(Problem.notebook())
    for command in (Step(), NextPhase(), NextPhase(), Step(), Run(steps=3)):
        burst(history, command)
    phases = [burst(history, Move(-1)).snapshot for _ in range(8)]
    assert [(moment.step, moment.next_phase.value) for moment in phases] == [
        (4, "forward"),
        (3, "forward"),
        (2, "forward"),
        (1, "zero_grad"),
        (1, "loss"),
        (1, "forward"),
        (0, "forward"),
        (0, "forward"),
    ]
    forward = Move(1, beyond=NextPhase())
    assert [burst(history, forward).snapshot.step for _ in range(7)] == [1, 1, 1, 2, 3, 4, 5]
    assert burst(history, forward).snapshot.next_phase is Phase.LOSS
    assert history.place().moments == 8


def test_steps_back_and_forward_pass_over_phases() -> None:
    history = History(Problem.notebook())
    for command in (Run(steps=3), NextPhase(), NextPhase()):
        burst(history, command)
    steps = [burst(history, Move(-1, of_steps=True)).snapshot for _ in range(5)]
    assert [(moment.step, moment.next_phase.value) for moment in steps] == [
        (3, "forward"),
        (2, "forward"),
        (1, "forward"),
        (0, "forward"),
        (0, "forward"),
    ]
    on = Move(1, of_steps=True, beyond=Step())
    assert [burst(history, on).snapshot.step for _ in range(5)] == [
        1,
        2,
        3,
        3,
        4,
    ]
    assert len(history.place().branches) == 1


def test_reset_keeps_what_was_run_and_begins_a_run_of_its_own() -> None:
    history = History(Problem.notebook(), Settings(0.1))
    burst(history, Reset())
    assert len(history.place().branches) == 1  # nothing was done yet
    burst(history, Run(steps=5))
    burst(history, SetLearningRate(0.2))
    place = burst(history, Reset()).place
    assert place is not None
    assert (place.branch, place.moments, place.steps) == (2, 0, 0)
    assert history.trainer.snapshot().settings.learning_rate == 0.2
    burst(history, Step())
    assert burst(history, Switch(1)).snapshot.step == 5
    burst(history, Load(Problem.random(3, 2, 1)))
    assert [info.steps for info in history.place().branches] == [0]


def test_what_was_no_plain_step_is_marked() -> None:
    history = History(Problem.notebook())
    for command in (Run(steps=3), Run(steps=2, by_hand=True), UpdateAgain(), SetLearningRate(0.2), Step()):
        burst(history, command)
    marks = (Mark(Kind.MANUAL, 3, 2), Mark(Kind.AGAIN, 5), Mark(Kind.SETTINGS, 6))
    assert history.place().marks == marks
    burst(history, SeekStep(4))
    burst(history, Step())
    assert history.place().marks == (Mark(Kind.MANUAL, 3), Mark(Kind.BRANCH, 4))


def test_marks_follow_what_is_done_and_a_run_does_not_go_through_them_again() -> None:
    history = History(Problem.notebook())
    for count in range(1, 4):
        burst(history, Step(by_hand=True))
        assert history.place().marks == (Mark(Kind.MANUAL, 0, count),)
    burst(history, Run(steps=5))
    marks = history.place().marks
    burst(history, Run(steps=5))
    assert history.place().marks is marks
    burst(history, Step(by_hand=True))
    assert history.place().marks == (*marks, Mark(Kind.MANUAL, 13))
    # A run by hand that is stopped takes steps back.
    done = burst(history, Run(steps=9, by_hand=True, until=(StepReached(17),)))
    assert done.snapshot.step == 17
    assert history.place().marks == (*marks, Mark(Kind.MANUAL, 13, 4))


def test_names_and_deletion_are_in_the_list_and_wrong_ones_change_nothing() -> None:
    history = History(Problem.notebook())
    burst(history, Step())
    burst(history, Reset())
    burst(history, Rename(1, "  small steps "))
    assert [info.name for info in history.place().branches] == ["small steps", "Run 2"]
    before = history.place()
    for wrong in (Rename(1, "  "), Rename(9, "x"), Delete(2), Delete(9), Seek(5), Seek(-1), Seek(0, 9), Switch(0)):
        with pytest.raises(InputError):
            history.perform(wrong)
        assert history.place() == before
    burst(history, Delete(1))
    assert [info.number for info in history.place().branches] == [2]
    burst(history, Delete(1, deleted=False))
    assert history.place() == before


@pytest.mark.parametrize("budget", [1, 40_000, 1 << 28])
def test_kept_states_stay_within_the_budget(budget: int) -> None:
    history = History(Problem.notebook(), Settings(0.1), budget)
    for _ in range(30):
        burst(history, Run(steps=PIECE // 2))
        burst(history, NextPhase())
        burst(history, Step(by_hand=True))
    starts = sum(branch.kept[0].cost for branch in history._branches)
    assert history._keeper.cost <= max(budget, starts)
    assert history._keeper.cost == sum(kept.cost for branch in history._branches for kept in branch.kept)
    total = history.place().steps
    trainer = Trainer(Problem.notebook(), Settings(0.1))
    trainer.run(steps=PIECE // 2)
    assert_same(burst(history, SeekStep(PIECE // 2)).snapshot, trainer.snapshot())
    assert burst(history, SeekStep(10**9)).snapshot.step == total


def test_a_run_that_diverged_is_stood_at_again() -> None:
    history = History(Problem.notebook(), Settings(1e6))
    with np.errstate(all="ignore"):
        made = burst(history, Run(steps=500))
        assert not math.isfinite(made.losses[-1])
        for _ in range(3):
            burst(history, Step())
        end = history.trainer.snapshot()
        burst(history, Seek(2))
        assert_same(burst(history, Move(10**9)).snapshot, end)
