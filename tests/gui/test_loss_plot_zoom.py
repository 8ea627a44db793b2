import math
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.parts import picture
from gui.shown_plot import BOTH_SCALES, FALLING, ShownPlot


@pytest.fixture
def shown(qtbot: QtBot) -> ShownPlot:
    return ShownPlot(qtbot)


def test_the_axes_follow_a_run(shown: ShownPlot) -> None:
    for first in range(0, 3000, 100):
        shown.put(1 / np.arange(first + 1, first + 101), first)
        left, right, low, high = shown.ranges()
        assert left < 0 < first + 99 < right < 2 * (first + 100) + 20
        assert low < 1 / (first + 100) < 1 < high


def zoom_by_wheel(shown: ShownPlot) -> None:
    shown.wheel(shown.middle(), 3)


def zoom_by_key(shown: ShownPlot) -> None:
    shown.press(Qt.Key.Key_Plus)


def drag(shown: ShownPlot) -> None:
    start = shown.middle()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for kind, spot, buttons in (
        (QEvent.Type.MouseButtonPress, start, left),
        (QEvent.Type.MouseMove, start + QPoint(40, 0), left),
        (QEvent.Type.MouseMove, start + QPoint(90, 20), left),
        (QEvent.Type.MouseButtonRelease, start + QPoint(90, 20), Qt.MouseButton.NoButton),
    ):
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else left
        place = QPointF(spot)
        event = QMouseEvent(kind, place, QPointF(shown.plot.mapToGlobal(spot)), button, buttons, none)
        QApplication.sendEvent(shown.plot.viewport(), event)


@pytest.mark.parametrize("zoom", [zoom_by_wheel, zoom_by_key, drag])
def test_zoomed_or_moved_the_plot_stays_until_it_is_asked_to_follow_again(zoom: Any, shown: ShownPlot) -> None:
    shown.put(FALLING)
    followed = shown.ranges()
    zoom(shown)
    zoomed = shown.ranges()
    assert zoomed != followed
    shown.put(np.full(500, 9.0), 5)
    assert shown.ranges() == zoomed
    shown.plot.reset_zoom()
    assert shown.contains((0, 0.25), (504, 9.0))
    shown.put(np.full(500, 20.0), 505)
    assert shown.ranges()[1] > 1004
    assert shown.ranges()[3] > 20


def test_a_double_click_shows_all_again(shown: ShownPlot) -> None:
    shown.put(FALLING)
    followed = shown.ranges()
    shown.wheel(shown.middle(), 5)
    spot, left = QPointF(shown.middle()), Qt.MouseButton.LeftButton
    place = QPointF(shown.plot.mapToGlobal(shown.middle()))
    none = Qt.KeyboardModifier.NoModifier
    click = QMouseEvent(QEvent.Type.MouseButtonDblClick, spot, place, left, left, none)
    QApplication.sendEvent(shown.plot.viewport(), click)
    assert shown.ranges() == pytest.approx(followed)


def test_the_wheel_zooms_in_and_out_about_the_mouse(shown: ShownPlot) -> None:
    shown.put(FALLING)
    before, spot = shown.ranges(), shown.spot(2, 1.0)
    shown.wheel(spot, 2)
    inside = shown.ranges()
    assert before[0] < inside[0] < 2 < inside[1] < before[1]
    assert (shown.spot(2, 1.0) - spot).manhattanLength() <= 2
    shown.wheel(spot, -2)
    assert shown.ranges() == pytest.approx(before)


def test_plus_and_minus_zoom_the_steps_about_the_read_out(shown: ShownPlot) -> None:
    shown.put(FALLING)
    shown.press(Qt.Key.Key_Home, Qt.Key.Key_Right)
    left, right, low, high = shown.ranges()
    shown.press(Qt.Key.Key_Plus)
    inside = shown.ranges()
    assert left < inside[0] < 1 < inside[1] < right
    assert inside[2:] == (low, high)
    shown.press(Qt.Key.Key_Minus)
    assert shown.ranges() == pytest.approx((left, right, low, high))


@BOTH_SCALES
def test_another_scale_shows_the_whole_curve(log: bool, shown: ShownPlot) -> None:
    shown.plot.set_log(not log)
    shown.put(FALLING)
    zoom_by_wheel(shown)
    shown.plot.set_log(log)
    assert shown.contains(*zip(*shown.curve(), strict=True))


@pytest.mark.parametrize("clicks", [60, -60])
def test_zoomed_beyond_all_reason_the_plot_is_still_drawn(clicks: int, shown: ShownPlot) -> None:
    shown.put(FALLING)
    for _ in range(5):
        shown.wheel(shown.middle(), clicks)
        assert not picture(shown.plot).isNull()
    assert all(math.isfinite(end) for end in shown.ranges())
    shown.plot.reset_zoom()
    assert shown.curve()[0].tolist() == [0, 1, 2, 3, 4]
