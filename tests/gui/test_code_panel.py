"""A person follows the code of the run, and runs it line by line."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.asking import press
from gui.code_lines import (
    BACKWARD,
    BY_HAND,
    FORWARD,
    ITERATION,
    LOSS,
    UPDATE,
    assert_same_moment,
    click_line,
    heard,
    spot,
    states,
    texts,
)
from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from linviz.core.snapshot import PHASES, Phase
from linviz.gui.code_model import NOT_BY_HAND, NOT_BY_OPTIMIZER
from linviz.gui.main_window import MainWindow


def trainer_of(window: MainWindow, phases: int = 0):  # type: ignore[no-untyped-def]  # a Trainer brings torch
    from linviz.core.trainer import Trainer

    assert window.snapshot is not None
    trainer = Trainer(window.snapshot.problem, window.snapshot.settings)
    for _ in range(phases):
        trainer.next_phase()
    return trainer


def test_before_torch_is_there_the_code_is_and_nothing_is_ticked(open_window: OpenWindow) -> None:
    window = open_window(wait=False)
    assert texts(window)[-5:] == [*ITERATION]
    assert set(heard(window).values()) == {"to come"}


def test_ticks_and_mark_at_each_phase_after_reset_and_after_an_update_again(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    assert states(window) == "▶····"
    assert {state for text, state in heard(window).items() if text not in ITERATION} == {"done"}
    for signs in ("✓▶···", "✓✓▶··", "✓✓✓▶·", "✓✓✓✓▶", "▶✓✓✓✓", "✓▶···"):
        trigger(qtbot, window, "next_phase")
        assert states(window) == signs
    trigger(qtbot, window, "step")
    assert states(window) == "▶✓✓✓✓"
    trigger(qtbot, window, "update_again")
    assert states(window) == "▶✓✓✓✓"
    trigger(qtbot, window, "reset")
    assert states(window) == "▶····"
    trigger(qtbot, window, *["next_phase"] * 4, "update_again")
    assert states(window) == "✓✓✓✓▶", "an update again is no phase of the iteration"


def test_during_a_run_and_after_it_all_lines_have_run_and_the_first_is_next(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: states(window) == "▶✓✓✓✓", timeout=20_000)
    assert window.backend.running
    trigger(qtbot, window, "run")
    assert states(window) == "▶✓✓✓✓"


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("before", range(5))
def test_a_click_runs_up_to_and_including_its_line_and_no_further(
    before: int, by_hand: bool, qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    if by_hand:
        window.commands["by_hand"].trigger()
    lines = [*zip(ITERATION, PHASES, strict=True)][:-1] + [(text, Phase.UPDATE) for text in BY_HAND]
    for text, phase in lines if by_hand else zip(ITERATION, PHASES, strict=True):
        trigger(qtbot, window, "reset", *["next_phase"] * before)
        trainer = trainer_of(window, before)
        click_line(window, text)
        settle(qtbot, window)
        assert_same_moment(window.snapshot, trainer.run_to(phase, by_hand))
        click_line(window, text)
        settle(qtbot, window)
        assert_same_moment(window.snapshot, trainer.run_to(phase, by_hand))  # a whole iteration more


def test_a_click_on_the_set_up_does_nothing(qtbot: QtBot, window: MainWindow) -> None:
    before = window.snapshot
    for row, text in enumerate(texts(window)[:-5]):
        rect = window.code.list.visualRect(window.code.list.model().index(row, 0))
        QTest.mouseClick(window.code.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
        settle(qtbot, window)
        assert window.snapshot is before, text or "the gap"


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_other_buttons_run_nothing(button: Qt.MouseButton, qtbot: QtBot, window: MainWindow) -> None:
    before = window.snapshot
    QTest.mouseClick(window.code.list.viewport(), button, pos=spot(window, UPDATE))
    settle(qtbot, window)
    assert window.snapshot is before


def test_a_double_click_is_one_click(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    viewport, place = window.code.list.viewport(), spot(window, UPDATE)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=place)
    settle(qtbot, window)
    assert_same_moment(window.snapshot, trainer_of(window).step())


def test_a_press_that_is_released_elsewhere_runs_nothing(qtbot: QtBot, window: MainWindow) -> None:
    before, viewport = window.snapshot, window.code.list.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=spot(window, UPDATE))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=spot(window, FORWARD))
    settle(qtbot, window)
    assert window.snapshot is before


def test_clicks_made_while_pytorch_loads_are_done_in_their_order(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(wait=False)
    for text in (LOSS, UPDATE, BACKWARD):
        click_line(window, text)
    qtbot.waitUntil(lambda: window.snapshot is not None and not window.backend.busy, timeout=60_000)
    trainer = trainer_of(window)
    trainer.step()
    assert_same_moment(window.snapshot, trainer.run_to(Phase.BACKWARD))


@pytest.mark.parametrize(("text", "coming"), [(BACKWARD, Phase.UPDATE), (FORWARD, Phase.LOSS), (UPDATE, Phase.FORWARD)])
def test_a_click_in_the_middle_of_a_run_ends_it_and_stands_after_that_line(
    text: str, coming: Phase, qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > 5)
    click_line(window, text)
    assert not window.commands["run"].isChecked()
    settle(qtbot, window)
    assert window.snapshot is not None
    step = window.snapshot.step
    trainer = trainer_of(window)
    if text == UPDATE:
        assert_same_moment(window.snapshot, trainer.run(steps=step).snapshot)
    else:
        trainer.run(steps=step)
        assert_same_moment(window.snapshot, trainer.run_to(PHASES[PHASES.index(coming) - 1]))
    assert states(window)[PHASES.index(coming)] == "▶"


def test_next_phase_in_the_middle_of_a_run_ends_it_and_a_step_is_one_more(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    window.commands["run"].trigger()
    for name in ("step", "manual_step", "step"):
        step = window.snapshot.step if window.snapshot else 0
        window.commands[name].trigger()
        qtbot.waitUntil(lambda step=step: window.snapshot is not None and window.snapshot.step > step + 5)  # type: ignore[misc]  # bound in a loop
        assert window.commands["run"].isChecked()
    window.commands["next_phase"].trigger()
    assert not window.commands["run"].isChecked()
    settle(qtbot, window)
    assert window.snapshot is not None
    assert window.snapshot.next_phase is Phase.LOSS
    assert states(window) == "✓▶···"


@pytest.mark.parametrize(("shown_by_hand", "name"), [(False, "manual_step"), (True, "step")])
def test_an_update_written_otherwise_than_the_code_shown_is_not_ticked_and_the_foot_says_why(
    shown_by_hand: bool, name: str, qtbot: QtBot, open_window: OpenWindow
) -> None:
    QCursor.setPos(0, 0)  # or it may point to a line
    window = open_window()
    foot = window.code.findChild(QLabel, "code_foot")
    assert isinstance(foot, QLabel)
    if shown_by_hand:
        window.commands["by_hand"].trigger()
    before = foot.text()
    trigger(qtbot, window, name)
    shown = BY_HAND if shown_by_hand else (UPDATE,)
    assert {heard(window)[text] for text in shown} == {"not run"}
    assert heard(window)[BACKWARD] == "done"
    assert foot.text() == (NOT_BY_HAND if shown_by_hand else NOT_BY_OPTIMIZER)
    assert foot.height() >= foot.heightForWidth(foot.width())
    window.commands["by_hand"].trigger()
    assert "not run" not in heard(window).values()
    window.commands["by_hand"].trigger()
    trigger(qtbot, window, "next_phase")
    assert foot.text() == before


def test_the_foot_says_that_both_lines_of_an_update_by_hand_run(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    foot = window.code.findChild(QLabel, "code_foot")
    assert isinstance(foot, QLabel)
    assert "together" not in foot.text()
    window.commands["by_hand"].trigger()
    assert "those of the update run together" in foot.text()
    QTest.mouseMove(window.code.list.viewport(), spot(window, BY_HAND[0]))
    qtbot.waitUntil(lambda: "writes W" in foot.text())
    assert foot.text().endswith("runs with the other one")


def test_by_keys_alone_tab_to_the_code_arrows_to_a_line_enter_runs_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for _ in range(100):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        if window.focusWidget() is window.code.list:
            break
    press(window.code.list, Qt.Key.Key_End, Qt.Key.Key_Up)
    assert window.code.list.currentIndex().data() == BACKWARD
    press(window.code.list, Qt.Key.Key_Return)
    settle(qtbot, window)
    trainer = trainer_of(window)
    assert_same_moment(window.snapshot, trainer.run_to(Phase.BACKWARD))
    press(window.code.list, Qt.Key.Key_Up, Qt.Key.Key_Enter)
    settle(qtbot, window)
    assert_same_moment(window.snapshot, trainer.run_to(Phase.ZERO_GRAD))
    press(window.code.list, Qt.Key.Key_Home, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert_same_moment(window.snapshot, trainer.snapshot())
    press(window.code.list, Qt.Key.Key_S)
    settle(qtbot, window)
    assert_same_moment(window.snapshot, trainer.step())
