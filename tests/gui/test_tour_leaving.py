"""The tour can be left at any cell, and taken up there: the same bits come out again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.asking import press
from gui.code_lines import click_line, lit
from gui.conftest import LOADING, OpenWindow
from gui.driving import settle, trigger
from gui.touring import NUMBERS, cell_shown, enter, escape, numbers_of, run_through, said, take_up
from linviz.gui.main_window import MainWindow
from linviz.gui.preferences import Preferences

Doing = Callable[[QtBot, MainWindow], None]


def other_steps(qtbot: QtBot, window: MainWindow) -> None:
    trigger(qtbot, window, "step", "manual_step", "next_phase", "reset", "next_phase")


def another_problem(qtbot: QtBot, window: MainWindow) -> None:
    trigger(qtbot, window, "new_seed", "step")


def another_rate(qtbot: QtBot, window: MainWindow) -> None:
    window.tool_bar.learning_rate.changed.emit(0.7)
    trigger(qtbot, window, "step")


def a_run_that_is_still_on(qtbot: QtBot, window: MainWindow) -> None:
    before = window.snapshot.step if window.snapshot else 0
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > before + 20)
    assert window.backend.running


def a_line_of_code(qtbot: QtBot, window: MainWindow) -> None:
    click_line(window, "loss.backward()")
    settle(qtbot, window)


@pytest.mark.parametrize(
    "doing",
    [other_steps, another_problem, another_rate, a_run_that_is_still_on, a_line_of_code],
    ids=lambda doing: doing.__name__,
)
def test_left_at_each_cell_and_taken_up_after_other_things_it_gives_the_same_bits(
    doing: Doing, qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    take_up(qtbot, window)
    for number in NUMBERS:
        assert cell_shown(window) == number
        enter(qtbot, window)
        there = numbers_of(window.snapshot)
        escape(window)
        assert lit(window) == {}
        doing(qtbot, window)
        take_up(qtbot, window)
        assert cell_shown(window) == number
        now = numbers_of(window.snapshot)
        assert all(now[name] == there[name] for name in lit(window)), "what is lit is what the cell left"
        assert window.tour.go.text() == f"Run cell {number} again"
        press(window.tour.go, Qt.Key.Key_Return)
        settle(qtbot, window)
        assert not window.backend.running
        # Before cell 38 the rate is the person's own.
        assert numbers_of(window.snapshot) | {"rate": 0} == there | {"rate": 0}
        enter(qtbot, window)
    assert not window.tour.isVisible(), "the last Enter leaves"


def test_left_and_taken_up_at_once_it_goes_on_without_running_anything_again(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    take_up(qtbot, window)
    run_through(qtbot, window, 40)
    before = window.snapshot
    escape(window)
    take_up(qtbot, window)
    assert lit(window) == {"loss": "writes"}
    assert window.tour.go.text() == "Go to cell 41"
    assert window.snapshot is before


@pytest.mark.parametrize("meanwhile", ["step", "next_phase", "reset", "run", "new_seed"])
def test_what_was_asked_for_a_moment_before_does_not_get_between(
    meanwhile: str, qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    take_up(qtbot, window)
    run_through(qtbot, window, 41)
    there = numbers_of(window.snapshot)
    QTest.mouseClick(window.tour.back, Qt.MouseButton.LeftButton)
    window.tour.go.setFocus()
    enter(qtbot, window, 2)  # runs cell 40 again and goes to 41, which ran already
    window.commands[meanwhile].trigger()
    press(window.tour.go, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert numbers_of(window.snapshot) == there
    assert not window.backend.running


class Bad:
    def apply(self, trainer: object) -> object:
        raise ZeroDivisionError("nobody expected this")


def test_a_failed_command_leaves_no_cell_waiting_for_ever(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    take_up(qtbot, window)
    run_through(qtbot, window, 40)
    enter(qtbot, window)
    window.backend.submit(Bad())
    press(window.tour.go, Qt.Key.Key_Return)
    qtbot.waitUntil(window.message.isVisible)
    settle(qtbot, window)
    assert window.tour.go.text() == "Run cell 41"
    assert window.tour.back.isEnabled()
    enter(qtbot, window)
    assert window.tour.go.text() == "Go to cell 42"
    assert window.snapshot is not None
    assert said(window, "said").startswith("8 numbers; the largest difference to what was printed is 9.4e-5")


def test_escape_works_from_every_part_of_the_tour_and_gives_the_keys_back(qtbot: QtBot, window: MainWindow) -> None:
    take_up(qtbot, window)
    tour = window.tour
    enter(qtbot, window)
    for part in (tour.go, tour.forth, tour.leave, tour.output):
        part.setFocus(Qt.FocusReason.TabFocusReason)
        escape(window)
        step = window.snapshot.step if window.snapshot else -1
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_S)
        settle(qtbot, window)
        assert window.snapshot is not None
        assert window.snapshot.step == step + 1
        take_up(qtbot, window)
    QTest.mouseClick(tour.leave, Qt.MouseButton.LeftButton)
    assert not tour.isVisible()


def test_left_while_a_cell_runs_its_output_is_there_when_one_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    take_up(qtbot, window)
    press(window.tour.go, Qt.Key.Key_Return)
    escape(window)
    settle(qtbot, window)
    assert lit(window) == {}
    take_up(qtbot, window)
    assert window.tour.go.text() == "Go to cell 37"
    assert lit(window) == {"x": "writes", "y": "writes"}


def test_the_place_is_kept_for_the_next_start(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    Preferences(ask=False, path=path).save()
    window = MainWindow(preferences=Preferences.load(path))
    window.show()
    with qtbot.waitSignal(window.ready, timeout=LOADING):
        pass
    take_up(qtbot, window)
    run_through(qtbot, window, 41)
    there = numbers_of(window.snapshot)
    window.close()
    again = MainWindow(preferences=Preferences.load(path))
    again.show()
    with qtbot.waitSignal(again.ready, timeout=LOADING):
        pass
    take_up(qtbot, again)
    assert cell_shown(again) == 41
    assert again.tour.go.text() == "Run cell 41"
    enter(qtbot, again)
    assert numbers_of(again.snapshot) == there
    again.close()
    for each in (window, again):
        each.deleteLater()


def test_after_it_a_new_seed_draws_the_shape_that_is_shown(qtbot: QtBot, open_window: OpenWindow) -> None:
    from linviz.core.problem import Recipe

    window = open_window(Recipe(30, 5, 4, seed=1))
    take_up(qtbot, window)
    enter(qtbot, window)
    escape(window)
    trigger(qtbot, window, "new_seed")
    assert window.snapshot is not None
    assert window.snapshot.shape == (10, 3, 2)
