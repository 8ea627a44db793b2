from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, picture, spoken_name
from gui.shown_time_line import ShownTimeLine
from gui.travelling import branch, place_at
from linviz.core.command import Run, Step
from linviz.core.place import Kind, Mark, Place
from linviz.core.travel import SeekStep
from linviz.gui.theme import LIGHT
from linviz.gui.time_line import LONGEST

FAR_STEP = 3_000_000_000


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[ShownTimeLine]:
    """Give a time line at the end of 60 steps."""
    made = ShownTimeLine(qtbot)
    made.perform(Run(60))
    yield made
    made.window.close()


# To drag it


def test_a_drag_shows_the_steps_on_the_way_and_ends_where_it_was_left(room: ShownTimeLine) -> None:
    room.press(60)
    for step in (45, 30, 12):
        room.move(step)
        assert room.answer() == step
        assert room.said("time_label") == f"step {step}"
    room.release(12)
    assert room.sought == [45, 30, 12]
    assert (room.slider.value(), room.said("time_end")) == (12, "of 60")


def test_of_a_drag_that_is_faster_than_the_answers_only_the_last_step_is_asked_for(room: ShownTimeLine) -> None:
    room.press(60)
    for step in (45, 44, 30, 21, 20):
        room.move(step)
    assert room.sought == [45]
    assert room.answer() == 45
    assert (room.said("time_label"), room.slider.value()) == ("step 45", 20)  # the handle stays under the mouse
    assert room.answer() == 20
    room.release(20)
    assert room.sought == [45, 20]
    assert (room.said("time_label"), room.slider.value()) == ("step 20", 20)


def test_the_last_answer_may_come_after_the_handle_was_left(room: ShownTimeLine) -> None:
    room.press(60)
    for step in (50, 33):
        room.move(step)
    room.release(33)
    room.answer()
    assert room.slider.value() == 33
    room.answer()
    assert (room.sought, room.slider.value(), room.said("time_label")) == ([50, 33], 33, "step 33")


def test_a_drag_back_to_where_it_began_asks_for_that_again(room: ShownTimeLine) -> None:
    room.press(60)
    room.move(40)
    room.move(60)
    room.release(60)
    room.answer()
    assert room.answer() == 60
    assert (room.slider.value(), room.line.property("past")) == (60, "false")


def test_the_burst_of_a_run_that_was_on_its_way_does_not_take_the_handle_away(room: ShownTimeLine) -> None:
    room.press(60)
    room.move(20)
    room.perform(Run(40))
    assert (room.slider.value(), room.slider.maximum()) == (20, 100)
    assert room.said("time_label") == "step 100"
    room.answer()
    room.slider.setSliderDown(False)
    assert (room.slider.value(), room.said("time_label")) == (20, "step 20")


def test_the_handle_follows_the_run_where_nobody_drags(room: ShownTimeLine) -> None:
    for _ in range(5):
        room.perform(Run(40))
    assert (room.slider.value(), room.slider.maximum(), room.sought) == (260, 260, [])


def test_what_failed_is_not_waited_for(room: ShownTimeLine) -> None:
    room.slider.setValue(30)
    room.line.give_up()
    room.slider.setValue(31)
    assert room.sought == [30, 31]


# By keys


@pytest.mark.parametrize("answered_every", [1, 2, 3, 7, 50], ids=lambda every: f"answered_every_{every}")
def test_fifty_fast_presses_go_fifty_steps_back(room: ShownTimeLine, answered_every: int) -> None:
    room.slider.setFocus()
    for press in range(1, 51):
        QTest.keyClick(room.slider, Qt.Key.Key_Left)
        if press % answered_every == 0:
            room.answer()
    while room.slider.value() != room.history.place().step:
        room.answer()
    assert room.slider.value() == 10
    assert room.said("time_label") == "step 10"


def test_the_ends_and_pages_are_reached_by_keys(room: ShownTimeLine) -> None:
    room.slider.setFocus()
    for key, step in ((Qt.Key.Key_Home, 0), (Qt.Key.Key_PageUp, 10), (Qt.Key.Key_Right, 11), (Qt.Key.Key_End, 60)):
        QTest.keyClick(room.slider, key)
        assert room.answer() == step


def test_nothing_is_asked_beyond_the_ends(room: ShownTimeLine) -> None:
    room.slider.setFocus()
    for _ in range(3):
        QTest.keyClick(room.slider, Qt.Key.Key_Right)
    assert room.sought == []


def test_each_part_that_tab_reaches_has_its_name(room: ShownTimeLine) -> None:
    room.perform(SeekStep(30), Step())
    reached = [
        each
        for each in room.line.findChildren(QWidget)
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    ]
    # Of a combo box Qt says on some platforms what is chosen, and leaves the name to a label.
    spoken = {each.accessibleName() if isinstance(each, QComboBox) else spoken_name(each) for each in reached}
    assert spoken == {"step", "branch", "Start", "Back", "Forward", "End", "Branches…", "speed of Run"}


def test_the_buttons_are_the_commands_with_their_keys_in_the_tips(room: ShownTimeLine) -> None:
    for name in ("first", "back", "forward", "last"):
        button = next(
            each for each in room.line.findChildren(QToolButton) if each.defaultAction() is room.actions[name]
        )
        key = room.actions[name].shortcut().toString(QKeySequence.SequenceFormat.PortableText)
        assert button.toolTip().endswith(f"({key.replace('Left', '←').replace('Right', '→')})")


# What it says


def test_a_screen_reader_hears_name_and_step(room: ShownTimeLine) -> None:
    room.perform(SeekStep(30))
    heard = QAccessible.queryAccessibleInterface(room.slider)
    assert (heard.text(QAccessible.Text.Name), heard.text(QAccessible.Text.Value)) == ("step", "30")
    assert heard.valueInterface().maximumValue() == 60


def test_the_past_is_seen_and_over_at_the_end(room: ShownTimeLine) -> None:
    seen = []
    for step in (60, 59, 60):
        room.perform(SeekStep(step))
        label = room.line.findChild(QLabel, "time_label")
        assert isinstance(label, QLabel)
        ground = colour_at(picture(room.line), label.geometry().topLeft() + QPoint(5, label.height() // 2)).name()
        seen.append((room.line.property("past"), room.said("time_end"), ground == LIGHT.stale))
    assert seen == [("false", "", False), ("true", "of 60", True), ("false", "", False)]


def test_in_the_middle_of_the_last_iteration_is_in_the_past_too(room: ShownTimeLine) -> None:
    room.line.show_place(Place(1, 61, 63, 60, 60, (branch(1),)))
    assert (room.line.property("past"), room.said("time_end"), room.said("time_label")) == ("true", "of 60", "step 60")


def test_steps_are_grouped_by_thousands(room: ShownTimeLine) -> None:
    room.line.show_place(place_at(1_234_567, 10_000_000))
    assert (room.said("time_label"), room.said("time_end")) == ("step 1,234,567", "of 10,000,000")


@pytest.mark.parametrize("step", [0, LONGEST - 1, LONGEST, LONGEST + 1, FAR_STEP])
def test_more_steps_than_the_slider_counts_are_shown_all_the_same(room: ShownTimeLine, step: int) -> None:
    marks = (Mark(Kind.MANUAL, 5, FAR_STEP - 5), Mark(Kind.SETTINGS, FAR_STEP))
    room.line.show_place(place_at(step, FAR_STEP, marks=marks))
    picture(room.line)
    assert room.said("time_label") == f"step {step:,}"
    assert (room.slider.value(), room.slider.maximum()) == (min(step, LONGEST), LONGEST)
    assert room.sought == []


# To click beside the handle


def test_a_click_on_the_line_goes_there_and_can_be_dragged_on(room: ShownTimeLine) -> None:
    room.press(20)
    assert room.answer() == 20
    room.move(31)
    assert room.answer() == 31
    room.release(31)
    assert room.sought == [20, 31]
