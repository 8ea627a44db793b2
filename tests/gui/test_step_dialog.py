"""Go to a step by theory: the numbers, and going on from there."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.driving import label, settle, trigger
from gui.travelling import place, set_rate
from linviz.core.command import Reset, Run
from linviz.core.formula import formula_of
from linviz.core.settings import Settings
from linviz.core.theory import Theory
from linviz.gui.main_window import MainWindow
from linviz.gui.step_dialog import StepDialog


class Room:
    """A window after two steps, with the dialog open."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        trigger(qtbot, window, "reset", "step", "step", "go_to_step")
        found = window.findChild(StepDialog)
        assert found is not None
        self.dialog = found

    def type(self, text: str) -> None:
        self.dialog.entry.selectAll()
        QTest.keyClicks(self.dialog.entry, text)
        QTest.keyClick(self.dialog.entry, Qt.Key.Key_Return)

    def said(self, name: str = "step_said") -> str:
        found = self.dialog.findChild(QLabel, name)
        assert isinstance(found, QLabel)
        return found.text() if found.isVisible() else ""

    def go_on(self) -> None:
        self.dialog._go_on.click()
        settle(self.qtbot, self.window)


@pytest.fixture
def room(window: MainWindow, qtbot: QtBot) -> Room:
    return Room(window, qtbot)


def test_the_numbers_follow_the_typing_and_what_is_wrong_is_marked_at_once(room: Room) -> None:
    room.type("300")
    shown = room.said()
    QTest.keyClick(room.dialog.entry, Qt.Key.Key_End)
    QTest.keyClicks(room.dialog.entry, "0")
    assert room.said() not in ("", shown)
    assert room.dialog._leap is not None
    assert room.dialog._leap.step == 3000
    QTest.keyClicks(room.dialog.entry, "x")
    assert room.said() == ""
    assert room.dialog.entry.property("wrong") == "true"
    assert not room.dialog._go_on.isEnabled()
    QTest.keyClick(room.dialog.entry, Qt.Key.Key_Escape)
    assert room.said() == shown
    assert room.dialog._go_on.isEnabled()


@pytest.mark.parametrize("step", [5, 300])
def test_the_numbers_are_those_that_a_run_comes_to(step: int, room: Room) -> None:
    room.type(f"{step}")
    weight, bias = (room.dialog.panels[name].model.values for name in ("weight", "bias"))
    said = float(room.said().split("L = ")[1].split(",")[0])
    room.window.driver.submit(Run(steps=step - 2))
    settle(room.qtbot, room.window)
    moment = room.window.snapshot
    assert moment is not None
    assert moment.step == step
    assert weight is not None
    assert bias is not None
    assert weight.T.tolist() == [pytest.approx(row, rel=1e-4, abs=1e-5) for row in moment.weight.tolist()]
    assert bias[0].tolist() == pytest.approx(moment.bias.tolist(), rel=1e-4, abs=1e-5)
    residual = moment.x.astype(float) @ moment.weight.T.astype(float) + moment.bias - moment.y
    assert said == pytest.approx(np.mean(residual**2), rel=1e-5)


def test_after_a_billion_steps_it_stands_at_the_optimum(room: Room) -> None:
    moment = room.window.snapshot
    assert moment is not None
    theory = Theory.of(moment.x, moment.y)
    room.type("1e9")
    weight = room.dialog.panels["weight"].model.values
    assert weight is not None
    assert pytest.approx(theory.optimum.weight, rel=1e-12) == weight.T
    assert "0 above the optimum" in room.said()


def test_a_run_goes_on_from_there_as_a_branch_that_says_what_it_is(room: Room) -> None:
    room.type("1 000 000")
    shown = room.dialog.panels["bias"].model.values
    room.go_on()
    moment = room.window.snapshot
    assert moment is not None
    assert shown is not None
    assert moment.step == 1_000_000
    assert moment.bias.tolist() == shown[0].astype(np.float32).tolist()
    here = place(room.window)
    assert here.branches[-1].computed
    assert here.branch == here.branches[-1].number
    assert "with parameters computed for step 1,000,000, not trained" in label_of_state(room.window)
    assert label(room.window, "time_label") == "step 1,000,000"
    room.window.go_to("weight", (0, 0))
    assert label(room.window, "why_note") == "Computed by theory for step 1,000,000, not trained."
    trigger(room.qtbot, room.window, "step", "step", "back_step")
    assert room.window.snapshot is not None
    assert room.window.snapshot.step == 1_000_001
    slider = room.window.desk.time_line.slider
    assert (slider.minimum(), slider.value(), slider.maximum()) == (0, 1, 2)
    slider.setValue(2)
    settle(room.qtbot, room.window)
    assert room.window.snapshot.step == 1_000_002
    assert room.window.document.modified


def label_of_state(window: MainWindow) -> str:
    return label(window, "state")


def test_the_curve_begins_where_the_branch_does_and_takes_no_memory_for_what_lies_before(room: Room) -> None:
    room.type("1e12")
    room.go_on()
    trigger(room.qtbot, room.window, "step", "step")
    plot = room.window.loss.plot
    (left, right), _ = plot.getPlotItem().getViewBox().viewRange()
    assert 1e12 - 10 < left < 1e12 <= 1e12 + 2 < right < 1e12 + 100
    steps, _ = plot._curve.getData()
    assert steps.tolist() == [1e12, 1e12 + 1]
    assert len(plot.path.own.record) == 2
    axis = plot.getPlotItem().getAxis("bottom")
    texts = axis.tickStrings([1e12, 1e12 + 1], 1, 1)
    assert texts == ["1,000,000,000,000", "1,000,000,000,001"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("abc", "Step must be a whole number from 1 on, got abc."),
        ("0", "Step must be a whole number from 1 on, got 0."),
        ("1e16", "Step must be at most 1,000,000,000,000,000, got 1e16."),
    ],
)
def test_a_wrong_step_gets_a_sentence_and_no_numbers(text: str, said: str, room: Room) -> None:
    room.type(text)
    assert room.said("step_complaint") == said
    assert room.said() == ""
    assert not room.dialog._go_on.isEnabled()
    room.type("10")
    assert room.said("step_complaint") == ""
    assert room.dialog._go_on.isEnabled()


def test_another_prediction_has_other_numbers_and_may_begin_later(room: Room) -> None:
    room.type("2")
    before = room.said()
    assert before
    set_rate(room.qtbot, room.window, 0.5)
    assert room.said("step_course") == "from step 2 on by SGD at η = 0.5"
    room.type("1")
    assert room.said("step_complaint").startswith("Step 1 comes before step 2, from which on the course is known")
    room.type("3")
    assert room.said() not in ("", before)


def test_a_step_at_which_the_run_has_overflowed_is_shown_but_nothing_goes_on_from_it(room: Room) -> None:
    set_rate(room.qtbot, room.window, 2.0)
    room.type("500")
    assert "L = inf" in room.said() or float(room.said().split("L = ")[1].split(",")[0]) > 1e100
    assert "which float32 can't hold: choose an earlier step" in room.said("step_complaint")
    assert not room.dialog._go_on.isEnabled()
    room.type("20")
    assert math.isfinite(float(room.said().split("L = ")[1].split(",")[0]))
    assert room.dialog._go_on.isEnabled()


def test_the_panels_stand_as_those_of_the_equation(room: Room) -> None:
    assert room.dialog.panels["weight"].model.rowCount() == 3
    trigger(room.qtbot, room.window, "as_stored")
    assert room.dialog.panels["weight"].model.rowCount() == 2
    assert {panel._badge.text() for panel in room.dialog.panels.values()} == {"computed"}


def test_with_momentum_a_run_goes_on_with_its_buffer(room: Room) -> None:
    room.window.driver.submit(Reset(Settings(options={"momentum": 0.9})))
    settle(room.qtbot, room.window)
    room.window.driver.submit(Run(steps=3))
    settle(room.qtbot, room.window)
    room.type("500")
    assert room.dialog._go_on.isEnabled()
    room.go_on()
    there = room.window.snapshot
    assert there is not None
    assert there.step == 500
    assert there.state.keys() == {"weight_momentum_buffer", "bias_momentum_buffer"}
    room.window.go_to("weight_momentum_buffer", (0, 0))
    assert label(room.window, "why_note") == "Computed by theory for step 500, not trained."
    assert formula_of(there, "weight_momentum_buffer", (0, 0))[0] == "u_{0,0}"
