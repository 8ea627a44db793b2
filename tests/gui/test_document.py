"""Saving and opening by hand: what comes back, what is asked, and what is never lost."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from gui.driving import label, settle, trigger
from gui.filing import MakeWindow, answer, bits, drop, focus_of, question, windows_that_ask
from linviz.cli import main
from linviz.core.problem import Problem, Recipe
from linviz.core.session_file import read_session
from linviz.core.travel import SeekStep
from linviz.gui.main_window import MainWindow


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[MakeWindow]:
    """Give a function that opens windows that ask before something is lost."""
    yield from windows_that_ask(qtbot)


def title(window: MainWindow) -> str:
    """Give the title as a person reads it, with the mark of unsaved changes."""
    return window.windowTitle().replace("[*]", "*" if window.isWindowModified() else "")


def save(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.document.save(path)
    settle(qtbot, window)
    assert label(window, "message") == "" or not window.message.isVisible()


def test_a_run_with_branches_comes_back_where_it_was(qtbot: QtBot, make: MakeWindow, tmp_path: Path) -> None:
    path = tmp_path / "run.linviz"
    window = make(source=Recipe(6, 4, 3, 9))
    trigger(qtbot, window, *["step"] * 30, "next_phase", "next_phase")
    window.driver.submit(SeekStep(12))
    settle(qtbot, window)
    trigger(qtbot, window, *["manual_step"] * 5, "log_scale", "as_stored")
    assert title(window) == "random 6 × 4 → 3, seed 9* – linviz"
    save(qtbot, window, path)
    assert title(window) == "run.linviz – linviz"
    place, curves = window.traveller.place, window.loss.plot.branches
    other = make()
    other.document.open(path)
    settle(qtbot, other)
    assert title(other) == "run.linviz – linviz"
    assert other.traveller.place == place
    assert bits(other.snapshot) == bits(window.snapshot)
    assert other.commands["log_scale"].isChecked()
    assert other.commands["as_stored"].isChecked()
    for number in (1, 2):
        for steps in (0, 1, 12, 30):
            mine, read = (each.own_losses(number, steps) for each in (curves, other.loss.plot.branches))
            np.testing.assert_array_equal(mine, read)
    assert other.loss.plot.branches.losses.manual == curves.losses.manual
    assert not other.commands["undo"].isEnabled()
    trigger(qtbot, other, "step")
    trigger(qtbot, window, "step")
    assert bits(other.snapshot) == bits(window.snapshot)
    assert title(other) == "run.linviz* – linviz"


def test_trace_prints_the_bits_that_the_window_showed(
    qtbot: QtBot, make: MakeWindow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, window = tmp_path / "run.linviz", make()
    shown: dict[int, Any] = {}
    for name in ("step", "manual_step", "step", "next_phase", "step", "rate", "manual_step", "step"):
        if name == "rate":
            window.tool_bar.learning_rate.changed.emit(0.3)
        trigger(qtbot, window, *[name] * (name != "rate"))
        assert window.snapshot is not None
        shown.setdefault(window.snapshot.step, window.snapshot)
    save(qtbot, window, path)
    for step in range(1, 7):
        assert main(["trace", "--session", str(path), "--step", str(step), "--json"]) == 0
        record, moment = json.loads(capsys.readouterr().out), shown[step]
        assert moment.applied is not None
        assert record["learning_rate"] == (0.3 if step > 4 else 0.01)
        assert record["loss"] == moment.loss
        for name, array in (
            ("weight_after", moment.weight),
            ("bias_after", moment.bias),
            ("prediction", moment.prediction),
            ("weight_grad", moment.weight_grad),
            ("weight", moment.applied.operands["weight"]),
        ):
            assert np.array(record[name], np.float32).tobytes() == np.asarray(array).tobytes()


def test_a_session_of_the_command_line_is_opened_with_its_file(qtbot: QtBot, make: MakeWindow, tmp_path: Path) -> None:
    path = tmp_path / "run.linviz"
    window = make(source=Problem.random(5, 2, 1, 3))
    trigger(qtbot, window, "step", "step")
    save(qtbot, window, path)
    other = make(source=read_session(path), path=path)
    assert title(other) == "run.linviz – linviz"
    assert bits(other.snapshot) == bits(window.snapshot)
    assert other.document.path == path


def test_going_through_the_past_is_no_change(qtbot: QtBot, make: MakeWindow, tmp_path: Path) -> None:
    window = make()
    trigger(qtbot, window, "step", "step")
    save(qtbot, window, tmp_path / "run.linviz")
    trigger(qtbot, window, "back", "first", "last", "compare")
    assert not window.isWindowModified()
    trigger(qtbot, window, "first", "step")
    assert window.isWindowModified()


def test_saved_in_the_middle_of_a_run_the_losses_fit_the_steps(qtbot: QtBot, make: MakeWindow, tmp_path: Path) -> None:
    path = tmp_path / "run.linviz"
    window = make()
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > 2000)
    for _ in range(5):
        window.document.save(path)
    qtbot.waitUntil(path.exists)
    trigger(qtbot, window, "run")
    session = read_session(path)
    (branch,) = session.branches
    assert branch.losses is not None
    assert len(branch.losses) == session.moment > 1000
    assert np.isfinite(branch.losses).all()
    np.testing.assert_array_equal(branch.losses, window.loss.plot.path.losses(0, session.moment))


BAD = {"empty": b"", "text": b"x,y\n1,2\n", "pickle": b"\x80\x04K\x01.", "cut": b"\xff\x00\x00\x00\x00\x00\x00\x00{"}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_changes_nothing(qtbot: QtBot, make: MakeWindow, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "bad.linviz"
    path.write_bytes(BAD[kind])
    window = make()
    trigger(qtbot, window, "step", "next_phase")
    before, place = window.snapshot, window.traveller.place
    window.file_commands.open(path)
    answer(qtbot, window, Qt.Key.Key_D)  # don't save
    qtbot.waitUntil(lambda: label(window, "message").startswith(f"Can't open {path}: it is "))
    assert window.snapshot is before
    assert window.traveller.place == place
    assert window.isWindowModified(), "what was not saved is not saved now either"
    assert title(window) == "notebook* – linviz"
    trigger(qtbot, window, "step")
    assert window.snapshot is not None
    assert window.snapshot.step == 2


def test_a_file_that_cannot_be_written_leaves_the_run_unsaved(qtbot: QtBot, make: MakeWindow, tmp_path: Path) -> None:
    window = make()
    trigger(qtbot, window, "step")
    window.document.save(tmp_path / "nowhere" / "run.linviz")
    qtbot.waitUntil(lambda: "Can't write" in label(window, "message"))
    assert window.isWindowModified()
    assert window.document.path is None


@pytest.mark.parametrize(("key", "open_", "saved"), [("Key_Escape", True, False), ("Key_D", False, False)])
def test_closing_asks_and_keys_answer(
    qtbot: QtBot, make: MakeWindow, tmp_path: Path, key: str, open_: bool, saved: bool
) -> None:
    path = tmp_path / "run.linviz"
    window = make()
    trigger(qtbot, window, "step")
    save(qtbot, window, path)
    before = path.read_bytes()
    trigger(qtbot, window, "step")
    window.close()
    assert window.isVisible()
    answer(qtbot, window, getattr(Qt.Key, key))
    assert window.isVisible() == open_
    assert (path.read_bytes() != before) == saved


def test_enter_saves_and_closes(qtbot: QtBot, make: MakeWindow, tmp_path: Path) -> None:
    path = tmp_path / "run.linviz"
    window = make()
    save(qtbot, window, path)
    trigger(qtbot, window, "step")
    window.close()
    box = question(window)
    assert box is not None
    QTest.keyClick(focus_of(box), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert read_session(path).moment == 1


def test_without_a_file_saving_asks_for_one_and_goes_on(qtbot: QtBot, make: MakeWindow, tmp_path: Path) -> None:
    window = make()
    trigger(qtbot, window, "step")
    window.close()
    box = question(window)
    assert box is not None
    QTest.keyClick(focus_of(box), Qt.Key.Key_Return)
    (dialog,) = window.findChildren(QFileDialog, "save_dialog")
    assert Path(dialog.selectedFiles()[0]).name == "notebook.linviz"
    dialog.fileSelected.emit(str(tmp_path / "run.linviz"))
    dialog.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert read_session(tmp_path / "run.linviz").moment == 1


def test_giving_up_the_name_of_a_file_gives_up_closing(qtbot: QtBot, make: MakeWindow, tmp_path: Path) -> None:
    window = make()
    trigger(qtbot, window, "step")
    window.close()
    box = question(window)
    assert box is not None
    QTest.keyClick(focus_of(box), Qt.Key.Key_Return)
    (dialog,) = window.findChildren(QFileDialog, "save_dialog")
    dialog.reject()
    trigger(qtbot, window, "save_as")
    other = next(each for each in window.findChildren(QFileDialog, "save_dialog") if each is not dialog)
    other.fileSelected.emit(str(tmp_path / "run.linviz"))
    other.close()
    settle(qtbot, window)
    assert window.isVisible()


@pytest.mark.parametrize("name", ["new_seed", "open_notebook", "tour"])
def test_another_problem_asks_before_the_run_is_lost(qtbot: QtBot, make: MakeWindow, name: str) -> None:
    window = make(source=Recipe(6, 4, 3, 9))
    trigger(qtbot, window, "step")
    before = window.snapshot

    def ask() -> None:
        trigger(qtbot, window, name)
        if name == "tour":
            QTest.keyClick(window.tour.go, Qt.Key.Key_Return)

    ask()
    answer(qtbot, window, Qt.Key.Key_Escape)
    assert window.snapshot is before
    ask()
    answer(qtbot, window, Qt.Key.Key_D)
    assert window.snapshot is not None
    assert before is not None
    assert window.snapshot.problem is not before.problem
    assert not window.isWindowModified()


def test_nothing_done_nothing_asked(qtbot: QtBot, make: MakeWindow) -> None:
    window = make()
    trigger(qtbot, window, "new_seed", "open_notebook")
    assert question(window) is None
    window.close()
    assert not window.isVisible()


def test_it_stops_asking_when_told(qtbot: QtBot, make: MakeWindow) -> None:
    window = make()
    trigger(qtbot, window, "step", "new_seed")
    box = question(window)
    assert box is not None
    box.checkBox().setChecked(True)
    answer(qtbot, window, Qt.Key.Key_D)
    assert not window.commands["ask"].isChecked()
    trigger(qtbot, window, "step", "new_seed")
    assert question(window) is None


def test_a_dropped_file_is_opened_wherever_it_falls(qtbot: QtBot, make: MakeWindow, tmp_path: Path) -> None:
    path = tmp_path / "ein Lauf ü.linviz"
    window = make(source=Recipe(6, 4, 3, 9))
    trigger(qtbot, window, "step")
    save(qtbot, window, path)
    there = bits(window.snapshot)
    url = QUrl.fromLocalFile(str(path)).toString()
    other = make()
    for part in (other, other.desk, other.loss.plot.viewport(), other.equation.panels["x"].table.viewport()):
        trigger(qtbot, other, "open_notebook")
        assert drop(part, url)
        settle(qtbot, other)
        assert bits(other.snapshot) == there
    assert not drop(other, url, url)
    assert not drop(other, "https://example.org/run.linviz")


def test_recent_files_are_offered_and_opened(qtbot: QtBot, make: MakeWindow, tmp_path: Path) -> None:
    window = make()
    menu = window.findChild(QMenu, "recent")
    assert menu is not None
    menu.aboutToShow.emit()
    assert [(action.text(), action.isEnabled()) for action in menu.actions()] == [("None yet", False)]
    for number in range(10):
        window.commands["step"].trigger()
        settle(qtbot, window)
        window.file_commands._save_to(tmp_path / f"{number} & more.linviz", None)
        settle(qtbot, window)
    menu.aboutToShow.emit()
    assert [action.data() for action in menu.actions()] == [
        os.fspath(tmp_path / f"{number} & more.linviz") for number in (9, 8, 7, 6, 5, 4, 3, 2)
    ]
    menu.actions()[6].trigger()
    settle(qtbot, window)
    assert window.snapshot is not None
    assert window.snapshot.step == 4
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == "&1  3 && more.linviz"


@pytest.mark.parametrize(
    "layout", [{"size": [10**9, 3]}, {"splitter": "x"}, {"log_scale": 7}, {"position": [1]}, {"maximized": None}]
)
def test_a_layout_that_makes_no_sense_is_said_and_left(
    qtbot: QtBot, make: MakeWindow, tmp_path: Path, layout: dict[str, object]
) -> None:
    from dataclasses import replace

    from linviz.core.session_file import write_session

    path = tmp_path / "run.linviz"
    window = make()
    trigger(qtbot, window, "step")
    save(qtbot, window, path)
    write_session(replace(read_session(path), window={"moves": True, **layout}), path)
    size = window.size()
    window.file_commands.open(path)
    settle(qtbot, window)
    (name,) = layout
    assert label(window, "message").startswith(f"The file's layout of the window can't be used: {name} can't be ")
    assert window.size() == size
    assert not window.commands["moves"].isChecked()
    assert bits(window.snapshot)[0] == 1
