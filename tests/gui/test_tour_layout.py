"""The tour can be read in small windows and at large text."""

import contextlib

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from gui.asking import press
from gui.conftest import OpenWindow
from gui.driving import trigger
from gui.touring import NUMBERS, enter, run_through, take_up
from linviz.gui.main_window import MainWindow


def area_of(window: MainWindow) -> QScrollArea:
    (area,) = window.tour.findChildren(QScrollArea)
    return area


def cut(window: MainWindow) -> list[str]:
    """Give the texts that are wider than their label or have more lines than it, and columns narrower than numbers."""
    found = []
    for name in ("title", "code", "said", "remark"):
        label = window.tour.findChild(QLabel, f"tour_{name}")
        assert isinstance(label, QLabel)
        room = QRect(0, 0, label.width(), 10_000)
        needed = QFontMetrics(label.font()).boundingRect(room, int(Qt.TextFlag.TextWordWrap), label.text())
        if label.isVisibleTo(window) and (needed.width() > label.width() or needed.height() > label.height()):
            found.append(label.text())
    output = window.tour.output
    if output.isVisibleTo(window):
        columns = (at for at in range(4) if output.columnWidth(at) < output.sizeHintForColumn(at))
        found += [f"column {at}" for at in columns]
    return found


@pytest.mark.parametrize("larger", [0, 3, 6])
def test_no_text_is_cut_at_any_cell(larger: int, qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(1024, 700)
    trigger(qtbot, window, *["larger_text"] * larger)
    take_up(qtbot, window)
    for _ in range(2 * len(NUMBERS)):
        with contextlib.suppress(Exception):
            qtbot.waitUntil(lambda: cut(window) == [])
        print(cut(window), window.tour.size())
        assert not area_of(window).horizontalScrollBar().maximum()
        enter(qtbot, window)
    assert not window.tour.isVisible()


def test_it_takes_no_room_from_the_numbers(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(1024, 700)
    trigger(qtbot, window, "step")
    panels = window.equation.panels.values()

    def whole() -> bool:
        bars = (bar for panel in panels for bar in (panel.table.horizontalScrollBar(), panel.table.verticalScrollBar()))
        return not any(bar.isVisible() for bar in bars)

    qtbot.waitUntil(whole)
    heights = {panel.field.name: panel.height() for panel in panels}
    take_up(qtbot, window)
    run_through(qtbot, window, 43)
    qtbot.waitUntil(whole)
    assert {panel.field.name: panel.height() for panel in panels} == heights


def test_what_there_is_no_room_for_is_reached_by_page_down(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(1024, 700)
    take_up(qtbot, window)
    run_through(qtbot, window, 43)
    bar = area_of(window).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    view, output = area_of(window).viewport(), window.tour.output

    def at_the_end() -> bool:
        press(window.tour.go, Qt.Key.Key_PageDown)
        end = output.mapTo(view, output.rect().bottomLeft()).y()
        return bar.value() == bar.maximum() and view.rect().bottom() >= end

    qtbot.waitUntil(at_the_end)
    press(window.tour.go, Qt.Key.Key_PageUp)
    assert bar.value() < bar.maximum()
    enter(qtbot, window)
    assert bar.value() == 0, "another cell begins at its code"


def test_the_button_that_goes_on_stays_where_it_is(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(1440, 900)
    take_up(qtbot, window)
    places = set()
    layout = window.tour.layout()
    assert layout is not None
    for _ in range(17):
        layout.activate()
        places.add(window.tour.go.geometry().getRect())
        enter(qtbot, window)
    assert len(places) == 1
