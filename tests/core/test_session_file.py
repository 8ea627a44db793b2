"""A file brings back everything, to the last bit."""

import json
import math
import os
import stat
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW, same_bits
from sessions import MANY, Recorded, contents, good, many
from test_history import CHANGES, JUMP, assert_same

from linviz.core.command import Command, Load, Run, SetLearningRate, Step, UpdateAgain
from linviz.core.history import History
from linviz.core.problem import Problem, Recipe
from linviz.core.scaling import Scaling
from linviz.core.session_file import from_bytes, read_session, to_bytes, write_session
from linviz.core.settings import Settings
from linviz.core.travel import Seek
from linviz.errors import InputError


def assert_same_history(one: History, other: History) -> None:
    assert one.place() == other.place()
    assert [branch.info for branch in one.branches] == [branch.info for branch in other.branches]
    losses = [np.array([branch.loss for branch in each.branches], float) for each in (one, other)]
    np.testing.assert_array_equal(losses[0], losses[1])
    assert_same(one.trainer.snapshot(), other.trainer.snapshot())
    here = one.place()
    with np.errstate(all="ignore"):
        for branch in one.branches:
            for moment in {0, branch.fork, *np.linspace(0, branch.moments, 7, dtype=int).tolist()}:
                assert_same(one.seek(moment, branch.number).snapshot, other.seek(moment, branch.number).snapshot)
        for each in (one, other):
            each.seek(here.moment, here.branch)


def test_everything_comes_back() -> None:
    recorded = Recorded(commands=MANY)
    session = recorded.session()
    read = from_bytes(to_bytes(session))
    assert_same_history(recorded.history, History.of(read))
    assert read.problem.title == session.problem.title
    for before, after in zip(session.branches, read.branches, strict=True):
        assert (before.name, before.deleted, before.done) == (after.name, after.deleted, after.done)
        assert before.losses is not None
        assert after.losses is not None
        np.testing.assert_array_equal(before.losses, after.losses)
    assert [branch.deleted for branch in read.branches] == [False, False, True, False]


@FEW
@given(st.integers(0, 50), st.lists(st.one_of(CHANGES, CHANGES, JUMP), max_size=25))
def test_any_history_comes_back_and_goes_on_alike(seed: int, commands: list[Command | float]) -> None:
    recorded = Recorded(Problem.random(4, 2, 2, seed))
    history = recorded.history
    for command in commands:
        if isinstance(command, float):
            branch = history.branches[int(command * 0.999 * len(history.branches))]
            recorded.perform(Seek(round(command * branch.moments), branch.number))
        elif not isinstance(command, UpdateAgain) or history.trainer.snapshot().weight_grad is not None:
            recorded.perform(command)
    read = History.of(from_bytes(to_bytes(recorded.session())))
    assert_same_history(history, read)
    with np.errstate(all="ignore"):
        for going_on in (Step(), SetLearningRate(0.02), Run(5)):
            for each in (history, read):
                each.perform(going_on)
    assert_same_history(history, read)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_and_settings_come_back(dtype: str) -> None:
    history = History(Problem.random(6, 3, 2, 5), Settings(0.25, dtype=dtype))
    history.perform(Run(10))
    session = history.session()
    losses = np.arange(10.0)
    read = from_bytes(to_bytes(replace(session, branches=(replace(session.branches[0], losses=losses),))))
    assert read.settings == Settings(0.25, dtype=dtype)
    assert read.problem.title == "random 6 × 3 → 2, seed 5"
    assert_same_history(history, History.of(read))


def test_a_diverged_run_comes_back() -> None:
    recorded = Recorded(commands=(SetLearningRate(5.0), Run(200), *[Step()] * 60))
    session = recorded.session()
    read = from_bytes(to_bytes(session))
    assert read.branches[0].loss is not None
    assert math.isnan(read.branches[0].loss)
    assert_same_history(recorded.history, History.of(read))


def test_another_problem_is_another_session() -> None:
    recorded = Recorded(commands=(*MANY, Load(Problem.random(3, 1, 1, 2)), Run(5)))
    read = from_bytes(to_bytes(recorded.session()))
    assert read.problem.shape == (3, 1, 1)
    assert len(read.branches) == 1


def test_a_long_run_is_sought_in_from_the_states_in_the_file() -> None:
    history = History(Problem.notebook(), budget=200_000)
    history.perform(Run(100_000))
    session = history.session()
    states = session.branches[0].states.moments
    assert 20 < len(states) < 101
    assert np.diff(states).max() <= 4000
    read = History.of(replace(session, branches=(replace(session.branches[0], losses=np.zeros(100_000)),)))
    kept = [each.moment for each in read.branches[0].kept]
    assert kept == [0, *states]
    assert_same(read.seek(77_777).snapshot, history.seek(77_777).snapshot)


def test_what_was_read_is_written_as_it_was() -> None:
    assert contents(to_bytes(from_bytes(good()))) == contents(good())


def test_a_header_whose_length_begins_as_a_pickle_is_a_header() -> None:
    session = Recorded(commands=[Run(1)]).session()
    length = int.from_bytes(to_bytes(replace(session, window={"x": ""}))[:8], "little")
    data = to_bytes(replace(session, window={"x": "x" * (0x10480 - length)}))
    assert data.startswith(b"\x80\x04")
    assert from_bytes(data).branches[0].done == ((Step(), 1),)


def test_a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "run.linviz"
    write_session(many(), path)
    write_session(Recorded(commands=[Run(3)]).session(), path)
    assert [each.name for each in tmp_path.iterdir()] == ["run.linviz"]
    assert History.of(read_session(path)).place().step == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither links for everybody nor these permissions")
def test_a_link_is_followed_and_permissions_stay(tmp_path: Path) -> None:
    target, link = tmp_path / "run.linviz", tmp_path / "link.linviz"
    mask = os.umask(0o027)
    try:
        write_session(many(), target)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    target.chmod(0o600)
    link.symlink_to(target.name)
    write_session(Recorded(commands=[Run(3)]).session(), link)
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert History.of(read_session(target)).place().step == 3


class Full:
    """A file on a disk that is full."""

    def __init__(self, file: object) -> None:
        self._file = file

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def __enter__(self) -> "Full":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()  # type: ignore[attr-defined]  # it is a file

    def write(self, data: bytes) -> int:
        raise OSError(28, "No space left on device")


def test_on_a_full_disk_the_file_from_before_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.linviz"
    write_session(many(), path)
    before, make = path.read_bytes(), tempfile.NamedTemporaryFile
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", lambda **given: Full(make(**given)))
    with pytest.raises(InputError, match=r"run.linviz: No space left on device; name another file$"):
        write_session(Recorded(commands=[Run(3)]).session(), path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["run.linviz"]


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder.linviz").mkdir()
    session = many()
    for name, said in (
        ("folder.linviz", "which is a folder: name a file in it"),
        ("nowhere/run.linviz", "No such file or directory; name another file"),
        ("x" * 300 + ".linviz", "File name too long; name another file"),
        ("run\0.linviz", "null"),
    ):
        with pytest.raises(InputError, match=said):
            write_session(session, tmp_path / name)
    assert [each.name for each in tmp_path.iterdir()] == ["folder.linviz"]


def known() -> Problem:
    """Give a problem of which everything is known that can be."""
    drawn = Recipe(6, 3, 2, seed=4, noise=0.5, true_bias=(1.5, -2.0)).draw()
    scaling = Scaling(np.array([1.0, 2.0, 1 / 3]), np.ones(3), np.array([0.1, 1e10]), np.array([1.0, 3.0]))
    return replace(drawn, x_names=("a", "größe", "c=x"), y_names=("d", "e"), scaling=scaling, source="6 rows of x.csv")


def test_what_is_known_of_the_data_comes_back() -> None:
    problem = known()
    data = to_bytes(Recorded(problem, (Run(3),)).session())
    assert json.loads(contents(data)[0])["version"] == 3
    read = from_bytes(data).problem
    for field in ("name", "seed", "x_names", "y_names", "noise", "source"):
        assert getattr(read, field) == getattr(problem, field), field
    for field in ("x", "y", "weight", "bias", "true_weight", "true_bias"):
        assert same_bits(getattr(read, field), getattr(problem, field)), field
    for field in ("x_mean", "x_std", "y_mean", "y_std"):
        assert same_bits(getattr(read.scaling, field), getattr(problem.scaling, field)), field
    half = replace(problem, scaling=Scaling(y_mean=np.zeros(2), y_std=np.ones(2)), true_weight=None, true_bias=None)
    read = from_bytes(to_bytes(Recorded(half).session())).problem
    assert read.scaling is not None
    assert (read.scaling.sides, read.true_weight) == (("y",), None)


def test_a_problem_of_which_nothing_is_known_is_written_as_before() -> None:
    text, _ = contents(to_bytes(Recorded(Problem.random(4, 2, 1, 3), (Run(2),)).session()))
    header = json.loads(text)
    assert header["version"] == 1
    assert header["problem"].keys() == {"name", "seed"}
