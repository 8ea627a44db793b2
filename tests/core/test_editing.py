"""Cells that a person writes: what becomes of the numbers, of what depends on them, and of the past."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sessions import Recorded

from linviz.core.command import Edit, NextPhase, Reset, Run, RunTo, SetLearningRate, Step, UpdateAgain
from linviz.core.explain import explain
from linviz.core.history import History
from linviz.core.problem import Problem
from linviz.core.session_file import from_bytes, to_bytes
from linviz.core.settings import Settings
from linviz.core.snapshot import ARRAY_FIELDS, Burst, Freshness, Phase, Snapshot, Update
from linviz.core.study import fits
from linviz.core.trainer import Trainer
from linviz.errors import InputError


def stale(moment: Snapshot) -> set[str]:
    return {name for name in (*ARRAY_FIELDS, "loss") if moment.freshness(name) is Freshness.STALE}


AFTER_PREDICTION = {"prediction", "residual", "loss", "weight_grad", "bias_grad"}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (("x", (1, 2), 0.5), AFTER_PREDICTION),
        (("weight", (1, 0), 0.5), AFTER_PREDICTION),
        (("bias", (0,), 0.5), AFTER_PREDICTION),
        (("y", (3, 1), 0.5), AFTER_PREDICTION - {"prediction"}),
    ],
)
def test_what_depends_on_an_edited_cell_is_stale_and_nothing_else(
    cell: tuple[str, tuple[int, ...], float], expected: set[str]
) -> None:
    trainer = Trainer(Problem.notebook())
    before = trainer.run_to(Phase.BACKWARD)
    assert stale(before) == set()
    after = trainer.edit((cell,))
    assert stale(after) == expected
    assert after.next_phase is Phase.FORWARD
    assert getattr(after, cell[0])[cell[1]] == np.float32(cell[2])
    assert getattr(before, cell[0])[cell[1]] != np.float32(cell[2])


def test_a_step_after_an_edit_is_that_of_torch_with_the_same_numbers() -> None:
    trainer = Trainer(Problem.notebook(), Settings(0.1))
    trainer.run(5)
    trainer.run_to(Phase.BACKWARD)
    moment = trainer.edit((("x", (0, 0), 2.5), ("y", (1, 1), -1.0), ("weight", (0, 2), 0.25), ("bias", (1,), 1.5)))
    linear = torch.nn.Linear(3, 2)
    x, y = torch.tensor(moment.x), torch.tensor(moment.y)
    linear.weight.data, linear.bias.data = torch.tensor(moment.weight), torch.tensor(moment.bias)
    optimizer = torch.optim.SGD(linear.parameters(), lr=0.1)
    for _ in range(40):
        optimizer.zero_grad()
        torch.nn.MSELoss()(linear(x), y).backward()
        optimizer.step()
    after = trainer.run(40).snapshot
    assert after.weight.tobytes() == linear.weight.detach().numpy().tobytes()
    assert after.bias.tobytes() == linear.bias.detach().numpy().tobytes()


def test_an_update_again_after_an_edit_takes_the_gradient_that_is_there() -> None:
    trainer = Trainer(Problem.notebook(), Settings(0.1))
    gradient = trainer.step().weight_grad
    assert gradient is not None
    edited = trainer.edit((("weight", (0, 0), 1.0),))
    after = trainer.update_again()
    assert after.weight_grad is gradient
    np.testing.assert_allclose(after.weight, edited.weight - 0.1 * gradient, rtol=1e-6)


def test_an_update_again_by_lbfgs_evaluates_the_edited_data() -> None:
    settings = Settings.of(1.0, "LBFGS", training={"batch": 4})
    trainer = Trainer(Problem.notebook(), settings)
    used = trainer.step().rows
    assert used is not None
    edited = trainer.edit((("x", (int(used[0]), 0), 9.0), ("y", (int(used[1]), 1), 5.0)))
    assert trainer.update_again().weight.tobytes() == Trainer.at(edited).update_again().weight.tobytes()


def test_an_edit_is_explained_as_one() -> None:
    trainer = Trainer(Problem.notebook())
    trainer.run(3)
    moment = trainer.edit((("weight", (0, 0), 1.0), ("x", (0, 0), 9.0)))
    assert moment.last_update is Update.EDIT
    assert explain(moment, "weight", (0, 0)).note.startswith("Edited: it was ")
    assert explain(moment, "weight", (0, 1)).note == "As it was before other parameters were edited."
    assert explain(moment, "x", (0, 0)).note == "Edited: the problem, notebook, gives 0.1766."
    assert "Given with the problem" in explain(moment, "x", (0, 1)).note
    assert explain(moment, "prediction", (0, 0)).note == (
        "Stale: computed with the parameters after step 2, before step 3; the parameters have changed since."
    )


def test_what_an_optimizer_remembers_outlives_an_edit() -> None:
    trainer = Trainer(Problem.notebook(), Settings(0.01, "Adam"))
    before = trainer.run(3).snapshot
    moment = trainer.edit((("bias", (0,), 1.0),))
    assert moment.state is before.state
    assert (
        explain(moment, "weight_exp_avg", (0, 0)).note == "Remembered from the updates before a parameter was edited."
    )


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (("prediction", (0, 0), 1.0), r"prediction can't be edited, it is computed: edit one of x, y, weight, bias"),
        (("x", (10, 0), 1.0), r"there is no cell x\[10, 0\]: x has the shape \[10, 3\], counted from 0"),
        (("bias", (-1,), 1.0), r"there is no cell bias\[-1\]"),
        (("bias", (0, 0), 1.0), r"there is no cell bias\[0, 0\]"),
        (("weight", (0, 0), float("nan")), r"weight\[0, 0\] must be a finite number that float32 can hold, got nan"),
        (("y", (0, 0), 1e39), r"y\[0, 0\] must be a finite number that float32 can hold, got 1e\+39"),
    ],
)
def test_what_cannot_be_edited_is_told_and_changes_nothing(cell: tuple[str, tuple[int, ...], float], said: str) -> None:
    trainer = Trainer(Problem.notebook())
    before = trainer.run_to(Phase.LOSS)
    with pytest.raises(InputError, match=said):
        trainer.edit((("x", (0, 0), 5.0), cell))
    assert trainer.snapshot() is before


def test_an_edit_to_the_same_number_changes_nothing() -> None:
    trainer = Trainer(Problem.notebook())
    before = trainer.run_to(Phase.LOSS)
    assert trainer.edit((("x", (0, 0), float(before.x[0, 0])),)) is before


def test_every_moment_around_edits_comes_back_bit_for_bit() -> None:
    history = History(Problem.notebook(), Settings(0.1, options={"momentum": 0.9}))
    seen: list[Snapshot] = []

    def do(command: object) -> None:
        burst = history.perform(command)  # type: ignore[arg-type]
        assert isinstance(burst, Burst)
        seen.append(burst.snapshot)

    for command in (
        Step(),
        Edit((("x", (0, 0), 3.0),)),
        Step(),
        NextPhase(),
        Edit((("weight", (0, 0), 3.0), ("y", (2, 1), 0.0))),
        RunTo(Phase.BACKWARD),
        Edit((("bias", (0,), -1.0),)),
        UpdateAgain(),
        SetLearningRate(0.05),
        Step(by_hand=True),
    ):
        do(command)
    for moment in (3, 9, 1, 0, 10, 5, 6, 2, 8, 7, 4):
        here = history.seek(moment).snapshot
        if moment:
            assert_same(here, seen[moment - 1])
    history.set_budget(0)  # all but the start is let go
    for moment in (10, 4, 7):
        assert_same(history.seek(moment).snapshot, seen[moment - 1])


def assert_same(one: Snapshot, other: Snapshot) -> None:
    assert (one.step, one.next_phase, one.settings) == (other.step, other.next_phase, other.settings)
    for name in (*ARRAY_FIELDS, "loss"):
        left, right = getattr(one, name), getattr(other, name)
        assert (left is None) == (right is None)
        assert np.asarray(left).tobytes() == np.asarray(right).tobytes(), name
        assert one.freshness(name) is other.freshness(name), name


def test_reset_goes_back_to_the_numbers_of_the_problem() -> None:
    history = History(Problem.notebook())
    history.perform(Edit((("x", (0, 0), 3.0), ("weight", (0, 0), 3.0))))
    start = history.perform(Reset())
    assert isinstance(start, Burst)
    assert start.snapshot.x.tobytes() == Problem.notebook().as_dtype("float32").x.tobytes()
    assert start.snapshot.weight.tobytes() == Problem.notebook().as_dtype("float32").weight.tobytes()


def test_a_session_keeps_edits_and_the_states_after_them() -> None:
    edit = Edit((("x", (0, 0), 3.0), ("y", (0, 1), 2.0)))
    recorded = Recorded(commands=(Run(steps=1500), edit, Run(steps=2500)))
    history = recorded.history
    here = history.trainer.snapshot()
    data = to_bytes(recorded.session())
    resumed = History.of(from_bytes(data))
    assert_same(resumed.trainer.snapshot(), here)
    kept = [kept for kept in resumed.branches[0].kept if kept.moment > 1501]
    assert kept
    assert all(each.snapshot.x.tobytes() == here.x.tobytes() for each in kept)
    assert_same(resumed.seek(2600).snapshot, history.seek(2600).snapshot)
    assert b"linviz session 3" in data


def test_a_session_of_an_edit_that_does_not_fit_is_refused() -> None:
    session = Recorded(commands=(Edit((("x", (9, 0), 3.0),)),)).session()
    small = Problem(session.problem.x[:5], session.problem.y[:5], session.problem.weight, session.problem.bias)
    with pytest.raises(InputError, match=r"there is no cell x\[9, 0\]"):
        type(session)(small, session.branches, 1, 1, session.weight, session.bias, session.torch)


def test_a_session_that_edits_a_bias_it_has_not_is_refused() -> None:
    recorded = Recorded(Problem.notebook(), (Edit((("bias", (0,), 3.0),)),))
    session = recorded.session()
    start = replace(session.settings, bias=False)
    first = session.branches[0]
    states = replace(first.states, memory={})
    with pytest.raises(InputError, match="edits a bias, and has none"):
        replace(session, branches=(replace(first, start=start, states=states),))


def test_theory_holds_until_the_data_are_edited() -> None:
    trainer = Trainer(Problem.notebook())
    start = trainer.snapshot()
    assert fits(start, trainer.edit((("weight", (0, 0), 1.0),)))
    assert not fits(start, trainer.edit((("y", (0, 0), 1.0),)))


def test_x_and_y_are_held_once() -> None:
    problem = Problem.random(1000, 4, 1)
    trainer = Trainer(problem)
    assert np.shares_memory(trainer._samples.training.x.numpy(), problem.x)
