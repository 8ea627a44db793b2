"""A person goes back, drags the time line, branches off, and stops runs where something holds."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QInputDialog
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import label, settle, trigger
from linviz.core.condition import LossBelow, StepReached
from linviz.core.place import Place
from linviz.core.problem import Problem
from linviz.core.trainer import Trainer
from linviz.gui.main_window import MainWindow


def place(window: MainWindow) -> Place:
    assert window.traveller.place is not None
    return window.traveller.place


def weight_after(steps: int) -> np.ndarray:
    trainer = Trainer(Problem.notebook())
    if steps:
        trainer.run(steps=steps)
    return trainer.snapshot().weight


def assert_at(window: MainWindow, step: int) -> None:
    assert window.snapshot is not None
    assert window.snapshot.step == step
    np.testing.assert_array_equal(window.snapshot.weight, weight_after(step))
    assert label(window, "time_label") == f"step {step}"
    assert window.desk.time_line.slider.value() == step


def test_back_and_forward_by_keys_lose_no_press(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    trigger(qtbot, window, *["step"] * 6)
    for _ in range(4):
        QTest.keyClick(window, Qt.Key.Key_Left)
    settle(qtbot, window)
    assert_at(window, 2)
    assert place(window).in_the_past
    QTest.keyClick(window, Qt.Key.Key_Right)
    QTest.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, window)
    assert_at(window, 4)
    QTest.keyClick(window, Qt.Key.Key_Home)
    settle(qtbot, window)
    assert_at(window, 0)
    assert not window.commands["back"].isEnabled()
    QTest.keyClick(window, Qt.Key.Key_End)
    settle(qtbot, window)
    assert_at(window, 6)
    assert not place(window).in_the_past
    assert len(place(window).branches) == 1


def test_a_drag_ends_where_it_was_left_and_a_step_there_begins_a_branch(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    trigger(qtbot, window, *["step"] * 9)
    slider = window.desk.time_line.slider
    for step in (7, 3, 5, 1, 4):
        slider.setValue(step)
    settle(qtbot, window)
    assert_at(window, 4)
    trigger(qtbot, window, "manual_step")
    assert [(info.parent, info.first_step, info.steps) for info in place(window).branches] == [(None, 0, 9), (1, 4, 5)]
    assert window.desk.time_line.branches.count() == 2
    assert len(window.loss.plot.path) == 5
    window.desk.time_line.branches.activated.emit(0)
    settle(qtbot, window)
    assert_at(window, 9)
    assert len(window.loss.plot.path) == 9


def test_a_run_stops_at_the_very_step(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    for conditions, step, words in (
        ((LossBelow(0.7),), None, "the loss is below 0.7"),
        ((StepReached(700),), 700, "step 700 is done"),
    ):
        window.driver.run(conditions)
        qtbot.waitUntil(lambda: not window.backend.running, timeout=20_000)
        settle(qtbot, window)
        assert window.snapshot is not None
        assert step in (None, window.snapshot.step)
        assert label(window, "message") == f"Stopped after step {window.snapshot.step:,}: {words}."
        assert place(window).steps == window.snapshot.step


def test_the_learning_rate_is_undone_and_done_again(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.tool_bar.learning_rate.changed.emit(0.5)
    settle(qtbot, window)
    assert window.commands["undo"].text() == "Undo learning rate 0.01"
    for name, rate in (("undo", 0.01), ("redo", 0.5)):
        trigger(qtbot, window, name)
        assert window.snapshot is not None
        assert window.snapshot.settings.learning_rate == rate
        assert window.tool_bar.learning_rate.entry.text() == f"{rate:g}"


def test_the_dialogs_of_the_run_open_once_and_follow_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    trigger(qtbot, window, "step", "branches", "branches", "run_until", "reset", "step", "step")
    visible = [each for each in window.findChildren(QDialog) if each.isVisible()]
    assert sorted(each.objectName() for each in visible) == ["branches_dialog", "run_until_dialog"]
    assert [info.steps for info in place(window).branches] == [1, 2]
    for each in visible:
        each.close()


def test_a_branch_is_told_until_the_next_thing_is_done(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    trigger(qtbot, window, "step", "step")
    trigger(qtbot, window, "back", "step")
    said = "Run 2 begins here, after step 1 of Run 1, which stays as it is. "
    assert label(window, "state").startswith(said)
    trigger(qtbot, window, "step")
    assert "begins here" not in label(window, "state")
    trigger(qtbot, window, "first")
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: "Run 3 begins here, after step 0 of Run 2" in label(window, "state"))
    window.commands["run"].trigger()
    settle(qtbot, window)
    assert label(window, "state").startswith("Run 3 begins here, after step 0 of Run 2, which stays as it is. ")
    trigger(qtbot, window, "reset")
    assert "begins here" not in label(window, "state")


def test_the_memory_for_the_past_is_a_persons_choice(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    trigger(qtbot, window, "memory")
    dialog = window.findChild(QInputDialog, "memory_dialog")
    assert dialog is not None
    assert dialog.intValue() == 256
    dialog.setIntValue(1)
    dialog.accept()
    settle(qtbot, window)
    history = window.backend._history
    assert history is not None
    assert history._keeper._budget == 1 << 20
    trigger(qtbot, window, "open_notebook")
    assert history._keeper._budget == 1 << 20
    assert window.view.memory == 1
