"""The code that is shown is the run's own, and can be taken away."""

import re

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from gui.asking import press
from gui.code_lines import BY_HAND, UPDATE, heard, states, texts
from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from linviz.core.code import SAID, script
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.gui.main_window import MainWindow


def test_the_line_that_runs_next_is_seen_however_small_the_window_is(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    lines = window.code.list

    def next_is_seen() -> bool:
        row = next(row for row, text in enumerate(texts(window)) if heard(window).get(text) == "next")
        return lines.viewport().rect().contains(lines.visualRect(lines.model().index(row, 0)))

    for size, names in (((1440, 900), ()), ((800, 560), ()), ((1024, 700), ("larger_text",) * 3)):
        window.resize(*size)
        trigger(qtbot, window, *names)
        qtbot.waitUntil(next_is_seen)
        for _ in range(5):
            trigger(qtbot, window, "next_phase")
            qtbot.waitUntil(next_is_seen)
        trigger(qtbot, window, "by_hand")
        qtbot.waitUntil(next_is_seen)


def test_a_learning_rate_shows_in_the_code_and_leaves_the_current_line(qtbot: QtBot, window: MainWindow) -> None:
    window.code.list.setFocus(Qt.FocusReason.TabFocusReason)
    press(window.code.list, Qt.Key.Key_End)
    window.tool_bar.learning_rate.changed.emit(0.25)
    settle(qtbot, window)
    assert "lr = 0.25" in texts(window)
    assert "lr = 0.01" not in texts(window)
    assert window.code.list.currentIndex().data() == UPDATE
    assert states(window) == "✓✓✓✓▶"


def test_another_problem_changes_the_set_up_and_the_notebooks_brings_it_back(qtbot: QtBot, window: MainWindow) -> None:
    given = texts(window)
    trigger(qtbot, window, "new_seed")
    assert window.snapshot is not None
    assert texts(window)[:2] == [f"torch.manual_seed({window.snapshot.problem.seed})", "x = torch.randn(10, 3)"]
    assert states(window) == "▶····"
    trigger(qtbot, window, "open_notebook")
    assert texts(window) == given


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("source", [Problem.notebook(), Recipe(7, 4, 3, seed=11)], ids=["notebook", "drawn"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_copied_program_gives_the_bits_of_the_runs_first_step(
    dtype: str, source: Problem | Recipe, by_hand: bool, qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window(source, Settings(dtype=dtype))
    window.tool_bar.learning_rate.changed.emit(0.3)
    if by_hand:
        window.commands["by_hand"].trigger()
    QGuiApplication.clipboard().setText("what was there")
    trigger(qtbot, window, "manual_step" if by_hand else "step")
    trigger(qtbot, window, "copy_code")
    copied = QGuiApplication.clipboard().text()
    names: dict[str, object] = {}
    exec(compile(copied, "copied", "exec"), names)  # noqa: S102  # what the window wrote is what is tested
    moment, linear = window.snapshot, names["linear"]
    assert moment is not None
    for field, tensor in (
        ("x", names["x"]),
        ("y", names["y"]),
        ("prediction", names["pred"]),
        ("loss", names["loss"]),
        *((name, getattr(linear, name)) for name in ("weight", "bias")),
        *((f"{name}_grad", getattr(linear, name).grad) for name in ("weight", "bias")),
    ):
        np.testing.assert_array_equal(tensor.detach().numpy(), getattr(moment, field), err_msg=field)


def test_the_buttons_of_the_panel_are_the_commands(qtbot: QtBot, window: MainWindow) -> None:
    buttons = {button.accessibleName(): button for button in window.code.findChildren(QToolButton)}
    QTest.mouseClick(buttons["Code with the update by hand"], Qt.MouseButton.LeftButton)
    assert texts(window)[-2:] == [*BY_HAND]
    assert window.commands["by_hand"].isChecked()
    QGuiApplication.clipboard().setText("what was there")
    QTest.mouseClick(buttons["Copy the code"], Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().endswith("\n".join(BY_HAND) + "\n")


def test_the_lines_stay_under_the_mouse_whatever_is_said_below_them(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(800, 600)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    foot = window.code.findChild(QLabel, "code_foot")
    assert isinstance(foot, QLabel)
    press(window.code.list, Qt.Key.Key_Home)
    window.code.list.setFocus(Qt.FocusReason.TabFocusReason)
    heights, said = set(), set()
    for _ in texts(window):
        heights.add((window.code.list.height(), foot.height()))
        said.add(re.sub(r"[^a-z ]", "", foot.text()))
        assert foot.height() >= foot.heightForWidth(foot.width())
        press(window.code.list, Qt.Key.Key_Down)
    assert len(heights) == 1
    assert len(said) > 3


def test_after_steps_and_another_rate_the_copied_program_is_what_its_tip_says(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    trigger(qtbot, window, "step", "step")
    window.tool_bar.learning_rate.changed.emit(0.3)
    trigger(qtbot, window, "step")
    trigger(qtbot, window, "copy_code")
    copied = QGuiApplication.clipboard().text()
    assert copied == script(Problem.notebook(), Settings(learning_rate=0.3))
    assert all(f"{said}\n" in copied for said in SAID)
    tip = window.commands["copy_code"].toolTip()
    for promise in ("runs as it is", "this problem", "the settings in force", "one iteration from the start"):
        assert promise in tip
