"""The list of branches, in the real window."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gui.conftest import OpenWindow
from gui.driving import label, settle, trigger
from gui.parts import settle as lay_out
from gui.travelling import place, rate_of, step_of, to_front
from linviz.core.command import Reset, Run, SetLearningRate
from linviz.core.travel import SeekStep
from linviz.gui.branches_dialog import BranchesDialog
from linviz.gui.main_window import MainWindow

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Room:
    """A window with three runs, and the list of them in front."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self._qtbot, self.window = qtbot, window
        for command in (Run(40), SeekStep(12), SetLearningRate(0.1), Run(50), Reset(), SetLearningRate(0.02), Run(5)):
            window.backend.submit(command)
        settle(qtbot, window)
        self.open()

    def open(self) -> None:
        trigger(self._qtbot, self.window, "branches")
        (self.dialog,) = self.window.findChildren(BranchesDialog)
        to_front(self._qtbot, self.dialog)
        self.dialog.table.setFocus()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is, and wait for what it does."""
        QTest.keyClick(QApplication.focusWidget() or self.dialog, key, modifier)
        lay_out()  # Enter closes an editor by a posted event
        settle(self._qtbot, self.window)

    def select(self, row: int) -> None:
        spot = self.dialog.table.visualRect(self.dialog.table.model().index(row, 0)).center()
        QTest.mouseClick(self.dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    def click(self, name: str) -> None:
        button = self.dialog.findChild(QPushButton, name)
        assert isinstance(button, QPushButton)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        settle(self._qtbot, self.window)

    def names(self) -> list[str]:
        model = self.dialog.table.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def row(self, row: int) -> list[str]:
        model = self.dialog.table.model()
        return [model.index(row, column).data() for column in range(model.columnCount())]

    def listed(self) -> list[str]:
        """Give the names in the list of the time line."""
        branches = self.window.desk.time_line.branches
        return [branches.itemText(at) for at in range(branches.count())]

    def said(self, name: str) -> str:
        found = self.dialog.findChild(QLabel, name)
        assert isinstance(found, QLabel)
        return found.text()


@pytest.fixture
def room(qtbot: QtBot, open_window: OpenWindow) -> Iterator[Room]:
    made = Room(qtbot, open_window())
    yield made
    if isValid(made.dialog):
        made.dialog.close()


def test_it_shows_the_runs_as_they_are(room: Room) -> None:
    assert [room.row(row)[:4] for row in range(3)] == [
        ["Run 1", "at the start", "0.01", "40"],
        ["Run 2", "at step 12 of Run 1", "0.1", "62"],
        ["Run 3", "at the start", "0.02", "5"],
    ]
    assert room.window.snapshot is not None
    assert room.row(2)[4] == f"{room.window.snapshot.loss:#.6g}"


def test_switch_shows_the_end_of_the_run_in_the_whole_window(room: Room) -> None:
    room.select(1)
    room.key(Qt.Key.Key_Return)
    assert (place(room.window).branch, step_of(room.window), rate_of(room.window)) == (2, 62, 0.1)
    assert label(room.window, "time_label") == "step 62"
    assert room.window.tool_bar.learning_rate.entry.text() == "0.1"
    assert room.window.desk.time_line.branches.currentText() == "Run 2"
    assert room.window.loss.plot.branches.current == 2


def test_a_new_name_is_everywhere_and_undone_everywhere(room: Room) -> None:
    room.select(0)
    room.key(Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "slow & steady")
    room.key(Qt.Key.Key_Return)
    assert room.names() == room.listed() == ["slow & steady", "Run 2", "Run 3"]
    assert room.row(1)[1] == "at step 12 of slow & steady"
    assert room.window.commands["undo"].text() == "Undo Rename Run 1"
    room.key(Qt.Key.Key_Z, CONTROL)
    assert room.names() == room.listed() == ["Run 1", "Run 2", "Run 3"]
    assert room.window.commands["redo"].text() == "Redo Rename Run 1"


def test_deletion_is_undone_and_redone_by_keys_without_leaving_the_list(room: Room) -> None:
    room.select(0)
    room.key(Qt.Key.Key_Down, SHIFT)
    room.key(Qt.Key.Key_Delete)
    assert room.names() == room.listed() == ["Run 3"]
    assert sorted(room.window.loss.plot.branches._items) == []
    for names in (["Run 2", "Run 3"], ["Run 1", "Run 2", "Run 3"]):
        room.key(Qt.Key.Key_Z, CONTROL)
        assert room.names() == room.listed() == names
    room.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert room.names() == room.listed() == ["Run 2", "Run 3"]
    assert place(room.window).branch == 3
    assert step_of(room.window) == 5


def test_the_keys_of_the_window_go_on_working_where_it_is_in_front(qtbot: QtBot, room: Room) -> None:
    room.select(0)
    room.key(Qt.Key.Key_Delete)
    to_front(qtbot, room.window)
    room.window.desk.setFocus()
    QTest.keyClick(room.window, Qt.Key.Key_Z, CONTROL)
    settle(qtbot, room.window)
    assert room.names() == ["Run 1", "Run 2", "Run 3"]


def test_the_present_run_is_not_deleted_and_that_is_explained(room: Room) -> None:
    room.select(2)
    room.key(Qt.Key.Key_Delete)
    assert room.names() == ["Run 1", "Run 2", "Run 3"]
    assert room.said("complaint") == "The run stands on it: switch to another one first."
    assert not room.window.commands["undo"].isEnabled()


def test_two_rates_are_compared_where_they_end(room: Room) -> None:
    room.select(0)
    room.key(Qt.Key.Key_Down, SHIFT)
    room.click("compare")
    assert room.said("ends_title").startswith("Run 1 ↔ Run 2, where they end: ")
    assert "Run 2: 62 steps" in room.said("ends_losses")
    assert (place(room.window).branch, step_of(room.window)) == (3, 5), "the run stays where it is"
    assert not place(room.window).in_the_past


def test_it_follows_a_run_and_a_comparison_during_one_stops_nothing(qtbot: QtBot, room: Room) -> None:
    room.window.commands["run"].trigger()
    qtbot.waitUntil(lambda: step_of(room.window) > 500, timeout=20_000)
    qtbot.waitUntil(lambda: int(room.row(2)[3].replace(",", "")) > 500, timeout=20_000)
    room.select(0)
    QTest.keyClick(room.dialog.table, Qt.Key.Key_Down, SHIFT)
    button = room.dialog.findChild(QPushButton, "compare")
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: room.said("ends_title") != "", timeout=20_000)
    assert room.window.backend.running
    room.window.backend.pause()
    settle(qtbot, room.window)
    losses = room.window.loss.plot.path.losses(0, step_of(room.window))
    assert np.diff(losses).max() < 1e-6, "the run went on from where it was"


def test_another_problem_has_one_run(qtbot: QtBot, room: Room) -> None:
    trigger(qtbot, room.window, "open_notebook")
    assert room.names() == ["Run 1"]
    assert not room.window.desk.time_line.branches.isVisible()


def test_it_can_be_closed_and_opened_again(qtbot: QtBot, room: Room) -> None:
    for _ in range(3):
        room.key(Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: not isValid(room.dialog))
        assert room.window.commands["undo"].shortcut().toString() == "Ctrl+Z"
        room.open()
    assert room.names() == ["Run 1", "Run 2", "Run 3"]
