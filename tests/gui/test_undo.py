"""A person takes edits back, and makes them again, in the real window."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import label, settle, trigger
from gui.travelling import place, rate_of, run_to_the_end, set_rate, step_of, to_front
from linviz.core.command import Reset, Run, Step
from linviz.core.place import Kind
from linviz.core.travel import Delete, Rename, SeekStep, Switch
from linviz.gui.main_window import MainWindow

SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def names(window: MainWindow) -> list[str]:
    return [each.name for each in place(window).branches]


def edit(qtbot: QtBot, window: MainWindow, does: object, undoes: object, text: str = "it") -> None:
    window.traveller.edit(does, undoes, text)
    settle(qtbot, window)


@pytest.fixture
def window(open_window: OpenWindow, qtbot: QtBot) -> MainWindow:
    """Give a window in front, after 60 steps."""
    made = open_window()
    to_front(qtbot, made)
    made.backend.submit(Run(60))
    settle(qtbot, made)
    return made


def test_the_rates_of_one_drag_are_one_edit(qtbot: QtBot, window: MainWindow) -> None:
    set_rate(qtbot, window, 0.02, 0.05, 0.1)
    assert window.commands["undo"].text() == "Undo learning rate 0.01"
    trigger(qtbot, window, "undo")
    assert rate_of(window) == 0.01
    assert not window.commands["undo"].isEnabled()
    trigger(qtbot, window, "redo")
    assert rate_of(window) == 0.1
    assert not window.commands["redo"].isEnabled()


@pytest.mark.parametrize("between", ["step", "manual_step", "next_phase", "back"])
def test_rates_with_something_done_between_are_two_edits(qtbot: QtBot, window: MainWindow, between: str) -> None:
    set_rate(qtbot, window, 0.1)
    trigger(qtbot, window, between)
    before = rate_of(window)
    set_rate(qtbot, window, 0.2)
    trigger(qtbot, window, "undo")
    assert rate_of(window) == before
    assert window.commands["undo"].text() == "Undo learning rate 0.01"
    trigger(qtbot, window, "undo")
    assert rate_of(window) == 0.01


def test_a_drag_back_to_the_rate_it_began_with_leaves_nothing_to_undo(qtbot: QtBot, window: MainWindow) -> None:
    set_rate(qtbot, window, 0.02, 0.05, 0.01)
    assert rate_of(window) == 0.01
    assert not window.commands["undo"].isEnabled()
    assert window.commands["undo"].text() == "Undo"
    set_rate(qtbot, window, 0.3)
    trigger(qtbot, window, "undo")
    assert rate_of(window) == 0.01


def test_a_new_edit_forgets_what_could_be_done_again(qtbot: QtBot, window: MainWindow) -> None:
    set_rate(qtbot, window, 0.1)
    trigger(qtbot, window, "undo")
    set_rate(qtbot, window, 0.2)
    assert not window.commands["redo"].isEnabled()
    trigger(qtbot, window, "undo", "redo")
    assert rate_of(window) == 0.2


def test_undo_and_redo_by_their_keys_as_fast_as_one_can(qtbot: QtBot, window: MainWindow) -> None:
    for name in "abcde":
        edit(qtbot, window, Rename(1, name), Rename(1, names(window)[0]), name)
    for _ in range(20):
        QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    settle(qtbot, window)
    assert names(window) == ["Run 1"]
    for _ in range(3):
        QTest.keyClick(window, Qt.Key.Key_Z, CONTROL | SHIFT)
    QTest.keyClick(window, Qt.Key.Key_Y, CONTROL)
    settle(qtbot, window)
    assert names(window) == ["d"]
    assert window.commands["redo"].text() == "Redo e"


def test_a_branch_that_others_come_from_goes_and_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    for command in (SeekStep(20), Step(by_hand=True)):
        window.backend.submit(command)
    settle(qtbot, window)
    assert window.snapshot is not None
    before = window.snapshot.weight
    edit(qtbot, window, Delete(1), Delete(1, deleted=False), "Delete Run 1")
    assert names(window) == ["Run 2"]
    trigger(qtbot, window, *["back"] * 6)
    assert step_of(window) == 15, "what it shares with the deleted one is its past still"
    trigger(qtbot, window, "last", "undo")
    assert names(window) == ["Run 1", "Run 2"]
    assert np.array_equal(window.snapshot.weight, before)
    window.backend.submit(Switch(1))
    settle(qtbot, window)
    assert step_of(window) == 60


def test_to_delete_again_where_the_run_stands_is_refused_in_a_sentence(qtbot: QtBot, window: MainWindow) -> None:
    for command in (Reset(), Step()):
        window.backend.submit(command)
    settle(qtbot, window)
    edit(qtbot, window, Delete(1), Delete(1, deleted=False))
    trigger(qtbot, window, "undo")
    window.backend.submit(Switch(1))
    settle(qtbot, window)
    trigger(qtbot, window, "redo")
    said = "Run 1 is the branch that the run stands on: switch to another one first."
    assert label(window, "message") == said
    assert (names(window), step_of(window)) == (["Run 1", "Run 2"], 60)
    trigger(qtbot, window, "undo")
    assert names(window) == ["Run 1", "Run 2"]


@pytest.mark.parametrize("name", ["open_notebook", "new_seed"])
def test_another_problem_has_nothing_to_undo(qtbot: QtBot, window: MainWindow, name: str) -> None:
    set_rate(qtbot, window, 0.1)
    edit(qtbot, window, Rename(1, "mine"), Rename(1, "Run 1"))
    trigger(qtbot, window, "undo")
    trigger(qtbot, window, name)
    for action in ("undo", "redo"):
        assert not window.commands[action].isEnabled()
        assert window.commands[action].text() == action.capitalize()
    assert names(window) == ["Run 1"]
    assert not place(window).in_the_past


def test_a_reset_is_no_other_problem(qtbot: QtBot, window: MainWindow) -> None:
    set_rate(qtbot, window, 0.1)
    trigger(qtbot, window, "reset", "undo")
    assert rate_of(window) == 0.01
    assert len(place(window).branches) == 2


def test_a_rate_is_undone_in_the_past_as_anything_is_done_there(qtbot: QtBot, window: MainWindow) -> None:
    set_rate(qtbot, window, 0.1)
    window.backend.submit(Run(10))
    settle(qtbot, window)
    trigger(qtbot, window, *["back"] * 5, "undo")
    assert (rate_of(window), step_of(window)) == (0.01, 65)
    assert [(each.steps, each.settings.learning_rate) for each in place(window).branches] == [(70, 0.1), (65, 0.01)]


def test_a_change_during_a_run_is_taken_back_during_it(qtbot: QtBot, window: MainWindow) -> None:
    window.commands["run"].trigger()
    for rate in (0.02, 0.03):
        window.tool_bar.learning_rate.changed.emit(rate)
    qtbot.waitUntil(lambda: rate_of(window) == 0.03, timeout=20_000)
    window.commands["undo"].trigger()
    qtbot.waitUntil(lambda: rate_of(window) == 0.01, timeout=20_000)
    assert window.backend.running
    window.backend.pause()
    run_to_the_end(qtbot, window)
    assert [mark.kind for mark in place(window).marks] == [Kind.SETTINGS] * 3
