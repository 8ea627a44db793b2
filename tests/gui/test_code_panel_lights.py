"""A line that is pointed at, by mouse or keys, lights up the parts that it reads and writes."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gui.asking import press
from gui.code_lines import BACKWARD, BY_HAND, FORWARD, LOSS, UPDATE, ZERO_GRAD, click_line, lit, spot, texts
from gui.driving import settle, trigger
from linviz.gui.main_window import MainWindow

READS, WRITES = "reads", "writes"
LIGHTS = {
    "x = torch.tensor(…)  # 10 × 3": {"x": WRITES},
    "linear.weight.data = torch.tensor(…)  # 2 × 3": {"weight": WRITES},
    "criterion = nn.MSELoss()": {},
    FORWARD: {"x": READS, "weight": READS, "bias": READS, "prediction": WRITES, "residual": WRITES},
    LOSS: {"prediction": READS, "y": READS, "loss": WRITES},
    ZERO_GRAD: {"weight_grad": WRITES, "bias_grad": WRITES},
    BACKWARD: {"x": READS, "residual": READS, "loss": READS, "weight_grad": WRITES, "bias_grad": WRITES},
    UPDATE: {"weight": WRITES, "bias": WRITES, "weight_grad": READS, "bias_grad": READS},
}


def hover(window: MainWindow, text: str) -> None:
    QTest.mouseMove(window.code.list.viewport(), spot(window, text))


def away(window: MainWindow) -> None:
    """Take the mouse to where there is no line."""
    QTest.mouseMove(window.loss, QPoint(20, 20))
    # Which a window that an earlier test left there, a tool tip say, may have taken.
    QApplication.sendEvent(window.code.list.viewport(), QEvent(QEvent.Type.Leave))


def said(window: MainWindow) -> str:
    foot = window.code.findChild(QLabel, "code_foot")
    assert isinstance(foot, QLabel)
    return foot.text()


@pytest.mark.parametrize("text", LIGHTS)
def test_under_the_mouse_a_line_lights_up_what_it_reads_and_writes_and_nothing_else(
    text: str, qtbot: QtBot, window: MainWindow
) -> None:
    hint = said(window)
    hover(window, text)
    qtbot.waitUntil(lambda: lit(window) == LIGHTS[text])
    if LIGHTS[text]:
        qtbot.waitUntil(lambda: said(window) != hint)
    away(window)
    qtbot.waitUntil(lambda: lit(window) == {})
    qtbot.waitUntil(lambda: said(window) == hint)


def test_by_hand_each_line_lights_up_its_own_parameter(qtbot: QtBot, window: MainWindow) -> None:
    trigger(qtbot, window, "by_hand")
    for text, name in zip(BY_HAND, ("weight", "bias"), strict=True):
        hover(window, text)
        qtbot.waitUntil(lambda name=name: lit(window) == {name: WRITES, f"{name}_grad": READS})  # type: ignore[misc]  # bound in a loop


def test_keys_light_up_line_by_line_and_nothing_stays_when_the_focus_leaves(qtbot: QtBot, window: MainWindow) -> None:
    lines = window.code.list
    lines.setFocus(Qt.FocusReason.TabFocusReason)
    press(lines, Qt.Key.Key_Home)
    for text in texts(window):
        if text:
            assert lines.currentIndex().data() == text
            if text in LIGHTS:
                assert lit(window) == LIGHTS[text]
            press(lines, Qt.Key.Key_Down)
    assert lit(window) == LIGHTS[UPDATE]
    QTest.keyClick(lines, Qt.Key.Key_Tab)
    assert lit(window) == {}
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Backtab)
    assert window.focusWidget() is lines
    assert lit(window) == LIGHTS[UPDATE]


def test_what_is_said_below_names_what_is_lit_as_it_is_drawn(window: MainWindow) -> None:
    window.code.list.setFocus(Qt.FocusReason.TabFocusReason)
    press(window.code.list, Qt.Key.Key_End)
    assert said(window) == "reads W, b, ∂L/∂W, ∂L/∂b (dotted) · writes W, b (solid)"
    press(window.code.list, Qt.Key.Key_Up)
    assert said(window) == "reads L, ŷ − y, x (dotted) · writes ∂L/∂W, ∂L/∂b (solid)"


def test_the_mouse_goes_before_the_keys_and_gives_the_line_back_when_it_leaves(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.code.list.setFocus(Qt.FocusReason.TabFocusReason)
    press(window.code.list, Qt.Key.Key_End)
    hover(window, LOSS)
    qtbot.waitUntil(lambda: lit(window) == LIGHTS[LOSS])
    away(window)
    qtbot.waitUntil(lambda: lit(window) == LIGHTS[UPDATE])


def test_after_a_click_the_lights_go_out_with_the_mouse(qtbot: QtBot, window: MainWindow) -> None:
    hover(window, ZERO_GRAD)
    click_line(window, ZERO_GRAD)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: lit(window) == LIGHTS[ZERO_GRAD])
    away(window)
    qtbot.waitUntil(lambda: lit(window) == {})


def test_the_lights_follow_the_line_that_took_the_place(qtbot: QtBot, window: MainWindow) -> None:
    window.code.list.setFocus(Qt.FocusReason.TabFocusReason)
    press(window.code.list, Qt.Key.Key_End)
    press(window.code.list, Qt.Key.Key_H)
    assert lit(window) == {"weight": WRITES, "weight_grad": READS}
    press(window.code.list, Qt.Key.Key_Down)
    assert lit(window) == {"bias": WRITES, "bias_grad": READS}
    press(window.code.list, Qt.Key.Key_H)
    settle(qtbot, window)
    current = window.code.list.currentIndex().data()
    assert lit(window) == LIGHTS.get(current or "", {})


@pytest.mark.parametrize("how", ["mouse", "keys"])
def test_the_tour_in_the_place_of_the_code_puts_its_lights_out(how: str, qtbot: QtBot, window: MainWindow) -> None:
    if how == "mouse":
        hover(window, BACKWARD)
    else:
        window.code.list.setFocus(Qt.FocusReason.TabFocusReason)
        press(window.code.list, Qt.Key.Key_End, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: lit(window) == LIGHTS[BACKWARD])
    press(window, Qt.Key.Key_F2)
    assert window.tour.isVisible()
    qtbot.waitUntil(lambda: lit(window) == {})


def test_a_light_changes_no_number_and_no_size(qtbot: QtBot, window: MainWindow) -> None:
    before = {name: (panel.geometry(), panel.table.geometry()) for name, panel in window.equation.panels.items()}
    moment = window.snapshot
    for text in (FORWARD, BACKWARD, UPDATE):
        hover(window, text)
        qtbot.waitUntil(lambda text=text: lit(window) == LIGHTS[text])  # type: ignore[misc]  # bound in a loop
    after = {name: (panel.geometry(), panel.table.geometry()) for name, panel in window.equation.panels.items()}
    assert before == after
    assert window.snapshot is moment
