"""The dialog *Run until*, alone."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import spoken_name
from gui.running_until import BOXES, ESCAPE, RETURN, SPACE, TAB, UntilRoom
from gui.travelling import to_front
from linviz.core.condition import GradientBelow, LossBelow, LossRises, StepReached
from linviz.gui.appearance import Appearance
from linviz.gui.run_until_dialog import RunUntilDialog


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[UntilRoom]:
    window = QWidget()
    qtbot.addWidget(window)
    window.setStyleSheet(Appearance("light", 1.0, window).style_sheet())
    dialog = RunUntilDialog(window)
    dialog.show()
    to_front(qtbot, dialog)
    yield UntilRoom(dialog)
    dialog.close()


def test_it_begins_with_nothing_in_force_but_that_the_loss_is_finite(room: UntilRoom) -> None:
    assert [name for name in BOXES if room.box(name).isChecked()] == []
    assert room.box("not_finite").isChecked()
    assert not room.box("not_finite").isEnabled()
    assert room.dialog.breakpoints == ()
    room.click("run_until")
    assert room.started == [((), None)]


def test_each_line_is_its_condition(room: UntilRoom) -> None:
    room.tick(*BOXES)
    assert list(room.dialog.breakpoints) == [StepReached(100), LossBelow(0.6), GradientBelow(1e-3), LossRises()]
    room.type("stop_step", "10 000 000")
    room.type("loss_below", "1e-3")
    room.type("gradient_below", "7")
    room.type("more_steps", "12")
    room.click("run_until")
    until = (StepReached(10_000_000), LossBelow(1e-3), GradientBelow(7), LossRises())
    assert room.started == [(until, 12)]
    assert list(room.dialog.breakpoints) == list(until)
    room.click("clear_all")
    assert not room.dialog.breakpoints
    assert room.entry("loss_below").text() == "0.001", "the numbers stay"


@pytest.mark.parametrize(("name", "text", "said"), [
    ("more_steps", "0", "Number of steps must be a whole number from 1 on, got 0."),
    ("more_steps", "1.5", "Number of steps must be a whole number from 1 on, got 1.5."),
    ("more_steps", "1e16", "Number of steps must be at most 1,000,000,000,000,000, got 1e16."),
    ("stop_step", "-3", "Step must be a whole number from 1 on, got -3."),
    ("stop_step", "12", "Step 12 is done already, the run stands at step 20: choose a later one."),
    ("stop_step", "20", "Step 20 is done already, the run stands at step 20: choose a later one."),
    ("loss_below", "0,1", "Loss must be a positive finite number, got 0,1."),
    ("loss_below", "inf", "Loss must be a positive finite number, got inf."),
    ("gradient_below", "", "Gradient norm must be a positive finite number, got nothing."),
])  # fmt: skip
@pytest.mark.parametrize("end", [TAB, RETURN])
def test_a_wrong_number_is_one_sentence_and_nothing_runs(
    room: UntilRoom, name: str, text: str, said: str, end: Qt.Key
) -> None:
    room.dialog.show_step(20)
    room.tick("loss_rises")
    room.type(name, text, end)
    assert room.said("complaint") == said
    assert not room.button("run_until").isEnabled()
    assert room.button("run_until").toolTip() == "Correct what is marked"
    for _ in range(3):
        QTest.keyClick(room.entry(name), RETURN)
    assert room.started == []
    assert room.dialog.breakpoints == (LossRises(),), "what is right stays in force"
    QTest.keyClick(room.entry(name), ESCAPE)
    assert room.dialog.isVisible()
    assert (room.said("complaint"), room.button("run_until").isEnabled()) == ("", True)


@pytest.mark.parametrize("number", [2**31 - 1, 2**31, 2**31 + 1, 2**32, 10**15])
def test_steps_beyond_what_qt_counts_to_are_taken(room: UntilRoom, number: int) -> None:
    room.dialog.show_step(2**31)
    room.type("more_steps", str(number))
    room.type("stop_step", str(number + 2**31 if number < 10**15 else number))
    room.click("run_until")
    ((until, more),) = room.started
    assert more == number
    assert isinstance(until[0], StepReached)
    assert until[0].step == min(number + 2**31, 10**15)
    assert "2,147,483,648" in room.said("run_until_said")


def test_a_number_that_is_still_being_typed_counts_for_run(room: UntilRoom) -> None:
    room.type("more_steps", "7", None)
    room.click("run_until")
    assert room.started == [((), 7)]


def test_enter_in_an_entry_takes_the_number_and_runs(room: UntilRoom) -> None:
    room.type("loss_below", "0.5", RETURN)
    assert room.started == [((LossBelow(0.5),), None)]


def test_all_of_it_works_by_keyboard_alone(room: UntilRoom) -> None:
    room.box("more_steps").setFocus()
    reached = []
    for _ in range(20):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in reached:
            break
        reached.append(focused)
        QTest.keyClick(focused, TAB)
    entries = [room.entry(name) for name in BOXES[:4]]
    assert {*entries, *(room.box(name) for name in BOXES), room.button("run_until")} <= set(reached)
    room.box("loss_rises").setFocus()
    QTest.keyClick(room.box("loss_rises"), SPACE)
    QTest.keyClick(room.box("loss_rises"), RETURN)
    assert room.started == [((LossRises(),), None)]
    QTest.keyClick(room.dialog, ESCAPE)
    assert not room.dialog.isVisible()
    assert room.dialog.breakpoints == (LossRises(),), "to close it changes nothing"


def test_a_screen_reader_has_a_name_for_everything(room: UntilRoom) -> None:
    names = {name: spoken_name(room.box(name)) for name in (*BOXES, "not_finite")}
    assert names["more_steps"] == "after … more steps"
    assert names["stop_step"] == "when step … is done"
    assert len(set(names.values())) == len(names)
    assert spoken_name(room.entry("gradient_below")) == "the gradient norm is below"
    heard = QAccessible.queryAccessibleInterface(room.box("gradient_below")).text(QAccessible.Text.Description)
    assert "slower" in heard


def test_a_step_to_come_is_proposed_until_one_is_chosen(room: UntilRoom) -> None:
    for step, proposed in ((0, "100"), (99, "100"), (100, "1,000"), (12_345, "100,000")):
        room.dialog.show_step(step)
        assert room.entry("stop_step").text() == proposed
    room.type("stop_step", "200 000")
    room.box("stop_step").setChecked(False)
    room.dialog.show_step(300_000)
    assert room.entry("stop_step").text() == "200,000"


def test_a_step_that_is_done_stops_nothing_until_the_run_comes_from_before_it(room: UntilRoom) -> None:
    changes: list[object] = []
    room.dialog.changed.connect(changes.append)
    room.tick("stop_step")
    for step, in_force in ((99, True), (100, False), (5000, False), (99, True)):
        room.dialog.show_step(step)
        assert room.dialog.breakpoints == ((StepReached(100),) if in_force else ())
    assert changes == [(StepReached(100),), (), (StepReached(100),)]


def test_going_back_makes_right_what_was_done_already(room: UntilRoom) -> None:
    room.dialog.show_step(150)
    room.type("stop_step", "120")
    assert room.said("complaint") != ""
    room.dialog.show_step(10)
    assert room.said("complaint") == ""
    assert room.dialog.breakpoints == (StepReached(120),)


def test_to_run_on_past_the_step_says_what_to_correct(room: UntilRoom) -> None:
    room.tick("stop_step")
    room.dialog.show_step(100)
    room.click("run_until")
    assert room.started == []
    assert room.said("complaint") == ("Step 100 is done already, the run stands at step 100: choose a later one.")
    assert QApplication.focusWidget() is room.entry("stop_step")
    assert room.entry("stop_step").selectedText() == "100"
