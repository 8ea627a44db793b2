import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.parts import MANY, picture, settle
from gui.shown_plot import BOTH_SCALES, FALLING, ShownPlot
from linviz.gui.read_out import nearest_finite
from linviz.gui.theme import LIGHT


@pytest.fixture
def shown(qtbot: QtBot) -> ShownPlot:
    return ShownPlot(qtbot)


def test_the_read_out_names_step_and_loss_under_the_mouse(shown: ShownPlot) -> None:
    shown.put(FALLING)
    for step, loss in enumerate(FALLING):
        shown.hover(shown.spot(step + 0.3, 0.1))
        assert f"L = {loss:g}" in shown.read_out()
        assert ("at the start" if step == 0 else f"step {step} ") in shown.read_out()


def test_the_read_out_is_painted_beside_its_line(shown: ShownPlot) -> None:
    shown.put(FALLING)
    shown.hover(shown.spot(2, 2.5))
    image = picture(shown.plot)
    assert shown.colours_at(2)[LIGHT.next] > 200
    x = shown.spot(2, 0).x()
    nearby = {image.pixelColor(x + right, y).lightness() for right in range(4, 90) for y in range(2, 40)}
    assert min(nearby) < 100  # dark letters on the card


def test_beside_the_curve_and_when_the_mouse_leaves_there_is_no_read_out(shown: ShownPlot) -> None:
    shown.put(FALLING)
    shown.hover(shown.middle())
    assert shown.read_out()
    shown.hover(QPoint(3, shown.plot.height() - 3))
    assert shown.read_out() == ""
    shown.hover(shown.middle())
    QApplication.sendEvent(shown.plot, QEvent(QEvent.Type.Leave))
    assert shown.read_out() == ""


def test_arrow_keys_walk_along_the_curve(shown: ShownPlot) -> None:
    shown.put(FALLING)
    for key, step in (
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_End, 4),
        (Qt.Key.Key_Right, 4),
        (Qt.Key.Key_Left, 3),
        (Qt.Key.Key_PageUp, 0),
        (Qt.Key.Key_PageDown, 4),
    ):
        shown.press(key)
        assert f"L = {FALLING[step]:g}" in shown.read_out()


def test_the_first_arrow_key_starts_at_the_end(shown: ShownPlot) -> None:
    shown.put(FALLING)
    shown.press(Qt.Key.Key_Left)
    assert "step 3 " in shown.read_out()


def test_walking_passes_over_steps_without_a_finite_loss(shown: ShownPlot) -> None:
    shown.put(FALLING[:2])
    shown.put([*FALLING[2:], math.inf], 6)
    shown.press(Qt.Key.Key_Home)
    met = []
    for _ in range(6):
        shown.press(Qt.Key.Key_Right)
        met.append(shown.read_out().partition(" · ")[0])
    assert met == ["after step 1", *(f"after step {step}" for step in (6, 7, 8, 8, 8))]
    shown.press(Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert "after step 1 " in shown.read_out()


def test_the_read_out_tells_of_a_manual_step(shown: ShownPlot) -> None:
    shown.put([4.0])
    shown.put([2.0], 1, by_hand=True)
    shown.press(Qt.Key.Key_End)
    assert "manual step" in shown.read_out()
    shown.press(Qt.Key.Key_Left)
    assert "manual" not in shown.read_out()


@BOTH_SCALES
def test_the_read_out_gives_the_loss_and_not_the_height(log: bool, shown: ShownPlot) -> None:
    shown.plot.set_log(log)
    shown.put([0.001234567, 0.0])
    shown.press(Qt.Key.Key_Home)
    assert "L = 0.00123457" in shown.read_out()
    shown.press(Qt.Key.Key_End)
    assert shown.read_out().endswith("L = 0")


@pytest.mark.parametrize("losses", [[], [math.nan], [math.inf]])
def test_where_nothing_is_finite_keys_and_mouse_read_out_nothing(losses: list[float], shown: ShownPlot) -> None:
    if losses:
        shown.put(losses)
    shown.hover(shown.middle())
    shown.press(Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_Plus)
    assert shown.read_out() == ""
    assert not picture(shown.plot).isNull()


def test_the_read_out_stays_at_its_step_and_on_top_while_the_run_goes_on(shown: ShownPlot) -> None:
    shown.put(FALLING)
    shown.hover(shown.spot(1, 1))
    shown.put(np.full(500, 50.0), 5)
    settle()
    text = shown.plot._read_out._text
    assert shown.read_out() == "after step 1 · L = 2"
    assert shown.view.sceneBoundingRect().top() == pytest.approx(text.mapRectToScene(text.boundingRect()).top(), abs=3)


def test_the_read_out_stays_in_the_plot_near_both_ends(shown: ShownPlot) -> None:
    shown.put(FALLING * 3)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_End):
        shown.press(key)
        settle()
        text = shown.plot._read_out._text
        assert shown.view.sceneBoundingRect().contains(text.mapRectToScene(text.boundingRect()).adjusted(2, 2, -2, -2))


@pytest.mark.parametrize("key", [0, 0x424, Qt.Key.Key_S.value, Qt.Key.Key_unknown.value])
def test_other_keys_of_any_keyboard_are_left_to_the_window(key: int, shown: ShownPlot) -> None:
    shown.put(FALLING)
    before = shown.ranges()
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "ф")
    QApplication.sendEvent(shown.plot, event)
    assert (shown.ranges(), shown.read_out()) == (before, "")


LOSSES = st.lists(st.sampled_from([1.0, math.nan, math.inf]), max_size=30)


@MANY
@given(LOSSES, st.integers(-5, 40), st.sampled_from([-10, -1, 0, 1, 10]))
def test_the_nearest_finite_loss_is_found_and_first_where_one_is_going(
    losses: list[float], step: int, towards: int
) -> None:
    found = nearest_finite(len(losses), np.array(losses, float).__getitem__, step, towards)
    finite = [at for at, loss in enumerate(losses) if math.isfinite(loss)]
    if not finite:
        assert found is None
        return
    clamped = min(max(step, 0), len(losses) - 1)
    ahead = [at for at in finite if (at - clamped) * towards >= 0]
    assert found in finite
    assert abs(found - clamped) == min(abs(at - clamped) for at in ahead or finite)


def test_a_finite_loss_far_away_is_not_taken_for_the_one_under_the_mouse() -> None:
    losses = np.full(10_000, np.nan)
    losses[0] = 1.0
    assert nearest_finite(len(losses), losses.__getitem__, 9_000) is None
    assert nearest_finite(len(losses), losses.__getitem__, 30) == 0
