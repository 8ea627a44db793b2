from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QSlider, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import settle
from gui.parts import settle as lay_out
from gui.parts import spoken_name
from linviz.gui.appearance import Appearance
from linviz.gui.speed import SPEEDS, Speed

Changes = list[float | None]


@pytest.fixture
def speed(qtbot: QtBot) -> Iterator[Speed]:
    window = QWidget()
    qtbot.addWidget(window)
    made = Speed(window)
    QVBoxLayout(window).addWidget(made)
    window.setStyleSheet(Appearance("light", 1.0, window).style_sheet())
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made.slider.setFocus()
    yield made
    window.close()


def said(speed: Speed) -> str:
    label = speed.findChild(QLabel, "speed_label")
    assert isinstance(label, QLabel)
    return label.text()


def test_it_begins_at_full_speed_and_goes_down_to_a_step_in_two_seconds(speed: Speed) -> None:
    assert (speed.speed, said(speed)) == (None, "full speed")
    QTest.keyClick(speed.slider, Qt.Key.Key_Home)
    assert (speed.speed, said(speed)) == (0.5, "0.5 steps/s")
    QTest.keyClick(speed.slider, Qt.Key.Key_End)
    assert (speed.speed, said(speed)) == (None, "full speed")


def test_each_key_goes_to_the_next_speed_and_says_it_once(speed: Speed) -> None:
    changes: Changes = []
    speed.changed.connect(changes.append)
    for _ in range(20):
        QTest.keyClick(speed.slider, Qt.Key.Key_Left)
    assert changes == list(reversed(SPEEDS[:-1]))
    for _ in range(20):
        QTest.keyClick(speed.slider, Qt.Key.Key_Right)
    assert changes[len(SPEEDS) - 1 :] == list(SPEEDS[1:])


def test_the_speeds_ascend_and_only_the_last_has_no_limit() -> None:
    limited = [each for each in SPEEDS if each is not None]
    assert limited == sorted(set(limited))
    assert SPEEDS[-1] is None
    assert len(limited) == len(SPEEDS) - 1
    assert limited[0] == 0.5


@pytest.mark.parametrize("at", range(len(SPEEDS)))
def test_a_screen_reader_hears_the_speed_and_the_label_has_room_for_it(speed: Speed, at: int) -> None:
    speed.slider.setValue(1 if at == 0 else 0)  # with the first one the label gets its room
    width = speed.sizeHint().width()
    speed.slider.setValue(at)
    lay_out()
    heard = QAccessible.queryAccessibleInterface(speed.slider)
    assert spoken_name(speed.slider) == "speed of Run"
    assert heard.text(QAccessible.Text.Description) == said(speed)
    label = speed.findChild(QLabel, "speed_label")
    assert isinstance(label, QLabel)
    assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()
    assert speed.sizeHint().width() == width, "nothing beside it moves"


def test_the_slider_of_the_window_sets_the_pace_of_its_runs(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    slider = window.findChild(QSlider, "speed")
    assert isinstance(slider, QSlider)
    slider.setValue(0)
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step == 1, timeout=20_000)
    settle(qtbot, window)
    assert window.backend.running, "the next step is due in two seconds"
    assert window.snapshot is not None
    assert window.snapshot.step == 1
    slider.setValue(len(SPEEDS) - 1)
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > 1000, timeout=20_000)
    window.commands["run"].trigger()
    settle(qtbot, window)
    assert not window.backend.running
