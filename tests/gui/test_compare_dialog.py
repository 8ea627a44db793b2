"""A person holds Step against Manual Step, and the run stays as it is."""

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui.asking import press
from gui.code_lines import assert_same_moment
from gui.comparing import assert_shows, column, comparison_at, open_dialog, said
from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.gui.compare_dialog import CompareDialog
from linviz.gui.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable

STAYS, GOES_ON = "The run stays as it is.", "The run has gone on since: pause it to compare from there."


@pytest.mark.parametrize("phases", range(6))
def test_it_compares_from_the_moment_that_the_window_shows(phases: int, qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    trigger(qtbot, window, *["next_phase"] * phases)
    dialog = open_dialog(qtbot, window)
    assert_shows(dialog, comparison_at(window.snapshot))
    dialog.close()


def test_it_follows_each_step_pressed_in_it_or_in_the_window_and_changes_nothing_in_the_run(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    from linviz.core.trainer import Trainer

    window = open_window()
    before = window.snapshot
    dialog = open_dialog(qtbot, window)
    assert window.snapshot is before
    (button,) = dialog.findChildren(QToolButton)
    trainer = Trainer(Problem.notebook(), Settings())
    acts: tuple[Callable[[], object], ...] = (
        button.click,
        lambda: press(dialog.table, Qt.Key.Key_S),
        window.commands["step"].trigger,
    )
    for act in acts:
        act()
        settle(qtbot, window)
        assert_same_moment(window.snapshot, trainer.step())
        qtbot.waitUntil(lambda: not window.backend.busy)
        assert_shows(dialog, comparison_at(trainer.snapshot()))
    trigger(qtbot, window, "next_phase", "manual_step", "update_again", "next_phase")
    trainer.manual_step()
    trainer.update_again()
    trainer.next_phase()
    settle(qtbot, window)
    assert_same_moment(window.snapshot, trainer.snapshot())
    assert_shows(dialog, comparison_at(trainer.snapshot()))
    trigger(qtbot, window, "new_seed")
    settle(qtbot, window)
    assert_shows(dialog, comparison_at(window.snapshot))
    dialog.close()


def test_many_steps_in_a_row_end_in_the_comparison_from_the_last(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    dialog = open_dialog(qtbot, window)
    trigger(qtbot, window, *["step", "manual_step"] * 20)
    qtbot.waitUntil(lambda: not window.backend.busy)
    assert_shows(dialog, comparison_at(window.snapshot))
    dialog.close()


def test_during_a_run_it_stands_still_and_says_so_and_after_it_it_follows(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    dialog = open_dialog(qtbot, window)
    shown = said(dialog, "compare_said"), column(dialog, 3)
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > 200)
    assert column(dialog, 3) == shown[1]
    assert shown[0].endswith(STAYS)
    assert said(dialog, "compare_said") == shown[0].replace(STAYS, GOES_ON)
    trigger(qtbot, window, "run")
    qtbot.waitUntil(lambda: not window.backend.busy and said(dialog, "compare_said") != shown[0])
    qtbot.waitUntil(lambda: not window.backend.busy)
    assert_shows(dialog, comparison_at(window.snapshot))
    assert said(dialog, "compare_said").endswith(STAYS)
    dialog.close()


def test_opened_during_a_run_it_says_that_the_run_goes_on(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > 20)
    window.commands["compare"].trigger()
    (dialog,) = window.findChildren(CompareDialog)
    qtbot.waitUntil(lambda: said(dialog, "compare_said").endswith(GOES_ON))
    trigger(qtbot, window, "run")
    qtbot.waitUntil(lambda: not window.backend.busy and said(dialog, "compare_said").endswith(STAYS))
    qtbot.waitUntil(lambda: not window.backend.busy)
    assert_shows(dialog, comparison_at(window.snapshot))
    dialog.close()


def test_by_keys_alone_rows_are_explained_and_enter_closes_nothing(qtbot: QtBot, window: MainWindow) -> None:
    press(window, Qt.Key.Key_C)
    settle(qtbot, window)
    (dialog,) = window.findChildren(CompareDialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    while dialog.focusWidget() is not dialog.table:
        focus: QWidget | None = dialog.focusWidget()
        QTest.keyClick(dialog if focus is None else focus, Qt.Key.Key_Tab)
    for name in ("W[0, 1]", "W[0, 2]", "W[1, 0]"):
        press(dialog.table, Qt.Key.Key_Down, Qt.Key.Key_Return)
        assert said(dialog, "compare_exactly").startswith(f"{name}: ")
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.destroyed):
        press(dialog.table, Qt.Key.Key_Escape)


def test_opened_twice_there_is_one(qtbot: QtBot, window: MainWindow) -> None:
    first = open_dialog(qtbot, window)
    with qtbot.waitSignal(first.destroyed):
        window.commands["compare"].trigger()
    settle(qtbot, window)
    (second,) = window.findChildren(CompareDialog)
    assert_shows(second, comparison_at(window.snapshot))
    second.close()


def test_with_larger_text_it_opens_larger_but_no_larger_than_the_screen(qtbot: QtBot, window: MainWindow) -> None:
    first = open_dialog(qtbot, window)
    before, room = first.size(), first.screen().availableSize()
    first.close()
    trigger(qtbot, window, *["larger_text"] * 2)
    second = open_dialog(qtbot, window)
    assert second.height() == min(round(before.height() * 1.3), room.height())
    assert second.width() == min(max(before.width(), round(980 * 1.3)), room.width())
    second.close()


def test_closed_with_a_question_on_its_way_nothing_is_left_and_the_window_goes_on(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    window.commands["compare"].trigger()
    (dialog,) = window.findChildren(CompareDialog)
    assert window.backend.busy
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()
    trigger(qtbot, window, "step")
    from linviz.core.trainer import Trainer

    assert_same_moment(window.snapshot, Trainer(Problem.notebook(), Settings()).step())
    window.commands["compare"].trigger()
    (dialog,) = window.findChildren(CompareDialog)
    window.close()
    dialog.close()


def test_a_command_that_fails_does_not_stop_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    dialog = open_dialog(qtbot, window)

    class Bad:
        def apply(self, trainer: object) -> object:
            raise ZeroDivisionError("nobody expected this")

    window.commands["step"].trigger()
    window.backend.submit(Bad())
    settle(qtbot, window)
    qtbot.waitUntil(window.message.isVisible)
    assert_shows(dialog, comparison_at(window.snapshot))
    trigger(qtbot, window, "step")
    settle(qtbot, window)
    assert_shows(dialog, comparison_at(window.snapshot))
    dialog.close()


def test_the_rate_of_the_run_is_shown_though_a_question_came_between(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(settings=Settings(learning_rate=0.3))
    dialog = open_dialog(qtbot, window)
    trigger(qtbot, window, "tour")
    window.tour.at = 2
    window.tour.go.click()
    settle(qtbot, window)
    assert window.snapshot is not None
    assert window.snapshot.settings.learning_rate == 0.01
    assert window.driver._settings == window.snapshot.settings
    dialog.close()
