"""Branches that begin with computed parameters."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import DTYPES, FEW, problems
from sessions import Recorded, changed, contents, leapt
from test_history import assert_same
from test_session_file import assert_same_history

from linviz.core.command import Reset, Run, Step
from linviz.core.forecast import Forecast
from linviz.core.history import History
from linviz.core.place import Kind
from linviz.core.problem import Problem
from linviz.core.session_file import from_bytes, to_bytes
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst, Snapshot
from linviz.core.theory import Parameters, Theory
from linviz.core.trainer import Trainer
from linviz.core.travel import Leap, Move, SeekStep, Switch
from linviz.errors import InputError

FAR = 10**9
ONES = np.ones((2, 3)), np.ones(2)


def do(history: History, *commands: Any) -> Snapshot:
    for command in commands:
        assert isinstance(history.perform(command), Burst)
    return history.trainer.snapshot()


@FEW
@given(problems(samples=8, width=3), DTYPES, st.integers(1, 10**15), st.integers(0, 30))
def test_a_run_goes_on_from_computed_parameters_as_one_that_begins_with_them(
    problem: Problem, dtype: str, step: int, more: int
) -> None:
    theory = Theory.of_problem(problem)
    weight, bias = theory.optimum_from(Parameters(problem.weight, problem.bias))
    history = History(problem, Settings(0.01, dtype=dtype))
    do(history, Step(), Leap(step, weight + 1, bias))
    after = do(history, *[Run(steps=more)] * bool(more), Step())
    other = Trainer(Problem(problem.x, problem.y, weight + 1, bias), Settings(0.01, dtype=dtype))
    expected = other.run(more + 1).snapshot
    assert after.step == step + more + 1
    for name in ("weight", "bias", "weight_grad", "bias_grad", "prediction"):
        assert getattr(after, name).tobytes() == getattr(expected, name).tobytes()


def test_it_is_a_branch_of_its_own_and_nothing_is_lost() -> None:
    history = History(Problem.notebook())
    before = do(history, Run(steps=5))
    there = do(history, Leap(FAR, *ONES))
    place = history.place()
    assert [(info.parent, info.first_step, info.steps, info.computed) for info in place.branches] == [
        (None, 0, 5, False), (None, FAR, FAR, True),
    ]  # fmt: skip
    assert (place.branch, place.moment, place.step, place.first) == (2, 0, FAR, FAR)
    assert [(mark.kind, mark.step) for mark in place.marks] == [(Kind.COMPUTED, FAR)]
    assert (there.applied, there.loss, there.computed_at) == (None, None, {})
    assert_same(do(history, Switch(1)), before)
    assert history.place().first == 0
    assert_same(do(history, Switch(2)), there)


def test_every_step_of_it_is_come_to_and_those_before_it_are_its_beginning() -> None:
    history = History(Problem.notebook(), budget=1)
    start = do(history, Leap(FAR, *ONES))
    moments = [do(history, Step()) for _ in range(20)]
    for step in (FAR + 1, FAR + 20, FAR + 7):
        assert_same(do(history, SeekStep(step)), moments[step - FAR - 1])
    for step in (0, 5, FAR - 1, FAR):
        assert_same(do(history, SeekStep(step)), start)
    assert_same(do(history, Move(3, of_steps=True)), moments[2])
    assert_same(do(history, Move(-9, of_steps=True)), start)


def test_a_branch_of_a_computed_one_begins_where_it_leaves_it() -> None:
    history = History(Problem.notebook())
    do(history, Leap(FAR, *ONES), Run(steps=9), SeekStep(FAR + 4), Step(by_hand=True))
    place = history.place()
    assert [(info.parent, info.first_step, info.computed) for info in place.branches[-1:]] == [(2, FAR + 4, False)]
    assert place.first == FAR


def test_a_reset_goes_back_to_the_problems_own_start_and_keeps_a_bare_computed_branch() -> None:
    history = History(Problem.notebook())
    do(history, Step(), Leap(FAR, *ONES))
    start = do(history, Reset())
    assert start.step == 0
    assert start.weight.tolist() == Problem.notebook().weight.astype(np.float32).tolist()
    assert [info.first_step for info in history.place().branches] == [0, FAR, 0]


@pytest.mark.parametrize(
    ("leap", "said"),
    [
        (Leap(0, *ONES), "a step from 1 on, got 0"),
        (Leap(7, ONES[0].T, ONES[1]), "weight must have the shape (2, 3), got (3, 2)"),
        (Leap(7, ONES[0], ONES[1] * 1e39), "bias would hold 1e+39 there, which float32 can't hold"),
        (Leap(7, ONES[0] * np.inf, ONES[1]), "weight would hold inf there"),
    ],
)
def test_what_no_run_can_hold_is_refused_and_changes_nothing(leap: Leap, said: str) -> None:
    history = History(Problem.notebook())
    before, place = do(history, Step()), history.place()
    with pytest.raises(InputError) as refusal:
        history.perform(leap)
    assert said in str(refusal.value)
    assert history.trainer.snapshot() is before
    assert history.place() == place


def test_a_file_brings_computed_branches_back_and_says_that_it_is_of_version_2() -> None:
    session = leapt()
    data = to_bytes(session)
    assert_same_history(History.of(session), History.of(from_bytes(data)))
    assert json.loads(contents(data)[0])["version"] == 2
    assert contents(to_bytes(from_bytes(data))) == contents(data)


@pytest.mark.parametrize(
    "options", [{"momentum": 0.9}, {"momentum": 0.8, "dampening": 0.3}, {"momentum": 0.9, "nesterov": True}]
)
def test_with_momentum_it_goes_on_with_the_buffer_as_a_run_that_came_there(options: dict[str, Any]) -> None:
    recorded = Recorded(commands=[Reset(Settings(0.01, dtype="float64", options=options))])
    history = recorded.history
    forecast = Forecast.of(Theory.of_problem(Problem.notebook()), do(history, Run(steps=5)))
    course = forecast.trajectory
    came = do(history, Run(steps=60))
    there = do(history, Leap(65, *course.parameters(60), course.buffer(60)))
    assert there.state.keys() == came.state.keys() == {"weight_momentum_buffer", "bias_momentum_buffer"}
    for name, buffer in came.state.items():
        assert there.state[name] == pytest.approx(buffer, rel=1e-9)
    on, expected = do(history, Run(steps=100)), do(history, Switch(1), Run(steps=100))
    assert on.weight == pytest.approx(expected.weight, rel=1e-9)
    data = to_bytes(recorded.session())
    assert json.loads(contents(data)[0])["version"] == 4
    again = History.of(from_bytes(data))
    assert_same(do(again, Switch(2), SeekStep(65)), do(history, Switch(2), SeekStep(65)))
    assert_same(do(again, Run(steps=9)), do(history, Run(steps=9)))
    wrong = changed(data, lambda _, arrays: arrays.update({"branch.2.start.memory.weight_momentum_buffer": np.ones(3)}))
    with pytest.raises(InputError, match="begins with a memory that is not that of SGD"):
        from_bytes(wrong)


def test_without_a_buffer_it_begins_with_nothing() -> None:
    history = History(Problem.notebook(), Settings(0.01, options={"momentum": 0.9}))
    assert do(history, Run(steps=5), Leap(FAR, *ONES)).state == {}


def test_a_computed_branch_goes_on_alike_after_it_was_saved() -> None:
    recorded = Recorded(commands=[Run(5), Leap(FAR, *ONES), Run(7)])
    again = History.of(from_bytes(to_bytes(recorded.session())))
    assert_same(do(again, Run(steps=9)), do(recorded.history, Run(steps=9)))


def test_a_file_without_one_is_as_version_1_had_it() -> None:
    header = json.loads(contents(to_bytes(Recorded(commands=[Run(5), Reset(), Run(3)]).session()))[0])
    assert header["version"] == 1
    assert all("step" not in branch for branch in header["branches"])


def drop(name: str) -> Callable[[dict[str, Any], dict[str, Any]], object]:
    return lambda _, arrays: arrays.pop(name)


def put(name: str, array: Any) -> Callable[[dict[str, Any], dict[str, Any]], object]:
    return lambda _, arrays: arrays.update({name: array})


def record(**values: Any) -> Callable[[dict[str, Any], dict[str, Any]], object]:
    return lambda header, _: header["branches"][1].update(values)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (drop("branch.2.start.weight"), "branch.2.start.weight is missing"),
        (put("branch.2.start.weight", np.ones((3, 2), np.float32)), "Run 2 begins with (3, 2) and (2,) parameters"),
        (put("branch.2.start.bias", np.ones(2)), "Run 2 begins with parameters that are not float32"),
        (put("branch.1.start.bias", np.ones(2)), "nothing is known of 'branch.1.start.bias'"),
        (record(step=0), "nothing is known of 'branch.2.start.bias'"),
        (record(step=-1), "its header is damaged"),
        (record(parent=1, settings=None), "Run 2 leaves Run 1 and begins with parameters of its own"),
        (lambda header, _: header.update(version=1), "it is of two versions"),
    ],
)
def test_a_damaged_one_gets_a_sentence(change: Callable[..., object], said: str) -> None:
    with pytest.raises(InputError) as refusal:
        from_bytes(changed(to_bytes(leapt()), change))
    assert said in str(refusal.value)
