"""A person moves in what was done, in the real window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import label, settle, trigger
from gui.travelling import place, rate_of, step_of, to_front
from linviz.core.command import Run, SetLearningRate
from linviz.core.history import History
from linviz.core.place import Kind
from linviz.core.problem import Problem
from linviz.core.snapshot import Phase
from linviz.core.travel import SeekStep
from linviz.gui.main_window import MainWindow

SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def moment(window: MainWindow) -> tuple[int, Phase]:
    assert window.snapshot is not None
    return window.snapshot.step, window.snapshot.next_phase


@pytest.fixture
def window(open_window: OpenWindow, qtbot: QtBot) -> MainWindow:
    """Give a window in front, after 60 steps."""
    made = open_window()
    to_front(qtbot, made)
    made.backend.submit(Run(60))
    settle(qtbot, made)
    return made


# To move


@pytest.mark.parametrize(("key", "modifier", "step"), [
    (Qt.Key.Key_Left, NONE, 10), (Qt.Key.Key_Left, SHIFT, 10), (Qt.Key.Key_Home, NONE, 0),
])  # fmt: skip
def test_fifty_fast_presses_lose_none(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier, step: int
) -> None:
    for _ in range(50):
        QTest.keyClick(window, key, modifier)
    settle(qtbot, window)
    assert step_of(window) == step
    reference = History(Problem.notebook())
    if step:
        reference.perform(Run(step))
    assert window.snapshot is not None
    np.testing.assert_array_equal(window.snapshot.weight, reference.trainer.snapshot().weight)
    assert len(place(window).branches) == 1


def test_more_presses_than_there_are_moments_stop_at_the_start(qtbot: QtBot, window: MainWindow) -> None:
    for _ in range(80):
        window.commands["back"].trigger()
    settle(qtbot, window)
    assert moment(window) == (0, Phase.FORWARD)
    assert [window.commands[name].isEnabled() for name in ("first", "back", "back_step", "last")] == [False] * 3 + [
        True
    ]
    assert label(window, "message") == ""


def test_a_key_pressed_before_the_answer_came_counts(qtbot: QtBot, window: MainWindow) -> None:
    """End is offered in the past alone, Left beyond the start alone: what is on its way may lead there."""
    QTest.keyClick(window, Qt.Key.Key_Home)
    QTest.keyClick(window, Qt.Key.Key_End)
    settle(qtbot, window)
    assert step_of(window) == 60
    trigger(qtbot, window, "reset")
    for key in (Qt.Key.Key_S, Qt.Key.Key_S, Qt.Key.Key_Left):
        QTest.keyClick(window, key)
    settle(qtbot, window)
    assert step_of(window) == 1
    assert window.commands["last"].isEnabled()


def test_what_can_not_be_done_is_not_offered_once_all_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    for names_, offered in ((("last",), False), (("first",), False), (("last", "back"), True)):
        trigger(qtbot, window, *names_)
        assert window.commands["last"].isEnabled() == (step_of(window) < 60)
        assert window.commands["back"].isEnabled() == (step_of(window) > 0), offered


def test_phases_made_one_by_one_are_gone_through_one_by_one(qtbot: QtBot, window: MainWindow) -> None:
    trigger(qtbot, window, *["next_phase"] * 3)
    assert moment(window) == (60, Phase.BACKWARD)
    QTest.keyClick(window, Qt.Key.Key_Left)
    settle(qtbot, window)
    assert moment(window) == (60, Phase.ZERO_GRAD)
    QTest.keyClick(window, Qt.Key.Key_Left, SHIFT)
    settle(qtbot, window)
    assert moment(window) == (60, Phase.FORWARD)
    QTest.keyClick(window, Qt.Key.Key_Right, SHIFT)
    settle(qtbot, window)
    assert moment(window) == (60, Phase.BACKWARD), "first to the end of what was done"
    QTest.keyClick(window, Qt.Key.Key_Right)
    settle(qtbot, window)
    assert moment(window) == (60, Phase.UPDATE), "beyond the end it is the next phase"
    QTest.keyClick(window, Qt.Key.Key_Right, SHIFT)
    settle(qtbot, window)
    assert moment(window) == (61, Phase.FORWARD), "and with Shift a step"
    assert len(place(window).branches) == 1


@pytest.mark.parametrize("name", ["back", "back_step", "first"])
def test_to_move_ends_a_run(qtbot: QtBot, window: MainWindow, name: str) -> None:
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: step_of(window) > 500, timeout=20_000)
    trigger(qtbot, window, name)
    assert not window.backend.running
    assert not window.commands["run"].isChecked()
    steps = place(window).steps
    assert step_of(window) == {"back": steps - 1, "back_step": steps - 1, "first": 0}[name]
    assert len(place(window).branches) == 1


def test_a_drag_during_a_run_ends_it_and_stays_where_it_was_left(qtbot: QtBot, window: MainWindow) -> None:
    slider = window.desk.time_line.slider
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: slider.maximum() > 500, timeout=20_000)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=handle_of(slider))
    for share in (0.9, 0.6, 0.3):
        QTest.mouseMove(slider, QPoint(round(slider.width() * share), slider.height() // 2))
        settle(qtbot, window)
        assert step_of(window) == slider.value() > 0
        assert place(window).in_the_past
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.width() * 0.3), slider.height() // 2))
    settle(qtbot, window)
    assert not window.backend.running
    assert step_of(window) == slider.value()
    assert label(window, "time_label") == f"step {slider.value():,}"
    assert label(window, "step_count") == str(slider.value())
    assert len(place(window).branches) == 1


def handle_of(slider: QSlider) -> QPoint:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    handle = QStyle.SubControl.SC_SliderHandle
    return slider.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, handle, slider).center()


@pytest.mark.parametrize("name", ["step", "manual_step", "next_phase", "run", "update_again"])
def test_whatever_changes_the_run_in_the_past_begins_a_branch_there(
    qtbot: QtBot, window: MainWindow, name: str
) -> None:
    window.backend.submit(SeekStep(20))
    settle(qtbot, window)
    assert len(place(window).branches) == 1
    window.commands[name].trigger()
    qtbot.waitUntil(lambda: len(place(window).branches) == 2, timeout=20_000)
    window.backend.pause()
    settle(qtbot, window)
    first, second = place(window).branches
    assert (first.steps, second.parent, second.first_step) == (60, 1, 20)
    assert place(window).branch == 2
    assert window.desk.time_line.branches.currentText() == "Run 2"
    assert Kind.BRANCH in {mark.kind for mark in place(window).marks}


# A switch


def test_the_list_of_the_time_line_stands_at_the_end_of_another_branch(qtbot: QtBot, window: MainWindow) -> None:
    for command in (SeekStep(20), SetLearningRate(0.1), Run(3), SeekStep(5)):
        window.backend.submit(command)
    settle(qtbot, window)
    assert (place(window).branch, step_of(window), rate_of(window)) == (2, 5, 0.01)
    branches = window.desk.time_line.branches
    for at, branch, step, rate in ((0, 1, 60, 0.01), (1, 2, 23, 0.1)):
        branches.setCurrentIndex(at)
        branches.activated.emit(at)
        settle(qtbot, window)
        assert (place(window).branch, step_of(window), rate_of(window)) == (branch, step, rate)
        assert window.tool_bar.learning_rate.entry.text() == f"{rate:g}"
        assert not place(window).in_the_past


def test_same_start_two_learning_rates_is_four_clicks(qtbot: QtBot, open_window: OpenWindow) -> None:
    """Run, Reset, the other rate, Run: both curves are drawn, from the same start."""
    window = open_window()
    slider = window.tool_bar.findChild(QSlider, "learning_rate_slider")
    assert isinstance(slider, QSlider)
    QTest.mouseClick(window.tool_bar.buttons["run"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: step_of(window) > 300, timeout=20_000)
    QTest.mouseClick(window.tool_bar.buttons["reset"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 8, slider.height() // 2))
    QTest.mouseClick(window.tool_bar.buttons["run"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(place(window).branches) == 2 and place(window).steps > 300, timeout=20_000)
    window.backend.pause()
    settle(qtbot, window)
    first, second = place(window).branches
    assert (first.parent, second.parent) == (None, None)
    assert second.settings.learning_rate > first.settings.learning_rate == 0.01
    plot = window.loss.plot
    losses = [plot.branches.of(number).path.losses(0, 300) for number in (1, 2)]
    assert losses[0][0] == losses[1][0]
    assert losses[0][250] != losses[1][250]
    assert sorted(plot.branches._items) == [1]
    drawn = [plot.branches._items[1], plot._curve]
    assert all(len(each.getData()[0]) > 100 for each in drawn)
    assert len({each.opts["pen"].color().name() for each in drawn}) == 2
