from collections.abc import Iterator

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gui.parts import picture, settle, spoken_name
from linviz.core.command import Load, NextPhase, Reset, Run, SetLearningRate, Step
from linviz.core.history import History
from linviz.core.problem import Problem
from linviz.core.snapshot import Burst
from linviz.core.travel import Delete, EndOf, Rename, SeekStep, Switch
from linviz.gui.appearance import Appearance
from linviz.gui.branches_dialog import BranchesDialog
from linviz.gui.branches_model import NAME
from linviz.gui.theme import LIGHT

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Room:
    """A window with the dialog, in front, and behind it a real history; edits can be undone."""

    def __init__(self) -> None:
        self.window = QWidget()
        self.appearance = Appearance("light", 1.0, self.window)
        self.window.setStyleSheet(self.appearance.style_sheet())
        self.dialog = BranchesDialog(self.appearance, self.window)
        self.history = History(Problem.notebook())
        self.asked: list[object] = []
        self.undone: list[object] = []
        self.edits: list[str] = []
        self.deaf = False
        self.dialog.asked.connect(self._on_asked)
        self.dialog.edited.connect(self._on_edited)

    def perform(self, *commands: object) -> None:
        """Do what a window does with a command, as soon as it comes."""
        for command in commands:
            result = self.history.perform(command)  # type: ignore[arg-type]  # whatever the dialog emits
            if isinstance(result, Burst):
                assert result.place is not None
                self.dialog.show_place(result.place)
            self.dialog.take_done(command, result)

    def _on_asked(self, command: object) -> None:
        self.asked.append(command)
        if not self.deaf:
            self.perform(command)

    def _on_edited(self, does: object, undoes: object, text: str) -> None:
        self.undone.append(undoes)
        self.edits.append(text)
        if not self.deaf:
            self.perform(does)

    def undo(self) -> None:
        self.perform(self.undone.pop())

    def button(self, name: str) -> QPushButton:
        found = self.dialog.findChild(QPushButton, name)
        assert isinstance(found, QPushButton)
        return found

    def click(self, name: str) -> None:
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def click_row(self, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        spot = self.dialog.table.visualRect(self.dialog.table.model().index(row, NAME)).center()
        QTest.mouseClick(self.dialog.table.viewport(), Qt.MouseButton.LeftButton, modifier, spot)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.dialog, key, modifier)
        settle()  # Enter closes an editor by a posted event

    def editor(self) -> QLineEdit:
        found = QApplication.focusWidget()
        assert isinstance(found, QLineEdit)
        return found

    def rename(self, name: str) -> None:
        """Type a name over the one in the editor."""
        self.editor().selectAll()
        QTest.keyClick(self.editor(), Qt.Key.Key_Delete)
        QTest.keyClicks(self.editor(), name)
        self.key(Qt.Key.Key_Return)

    def said(self, name: str) -> str:
        """Give what a label says, if it is there to be read."""
        found = self.dialog.findChild(QLabel, name)
        assert isinstance(found, QLabel)
        return found.text() if found.isVisible() else ""

    def names(self) -> list[str]:
        model = self.dialog.table.model()
        return [model.index(row, NAME).data() for row in range(model.rowCount())]

    def ends(self) -> list[list[str]]:
        model = self.dialog.ends.table.model()
        return [[model.index(row, column).data() for column in range(4)] for row in range(model.rowCount())]


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    """Give three runs: 40 steps, from step 12 of it 50 faster ones, and after a reset one step; that is present."""
    made = Room()
    qtbot.addWidget(made.window)
    for command in (Run(40), SeekStep(12), SetLearningRate(0.1), Run(50), Reset(), Step()):
        made.history.perform(command)
    made.dialog.show_place(made.history.place())
    made.dialog.show()
    made.dialog.activateWindow()
    qtbot.waitUntil(made.dialog.isActiveWindow)
    made.dialog.table.setFocus()
    yield made
    if isValid(made.dialog):  # it is gone once it is closed
        made.dialog.close()


def enabled(room: Room) -> list[str]:
    return [name for name in ("switch", "rename", "delete", "compare") if room.button(name).isEnabled()]


def test_it_opens_on_the_present_run_and_says_which_that_is(room: Room) -> None:
    assert room.names() == ["Run 1", "Run 2", "Run 3"]
    assert room.said("branches_said") == "3 runs. The present one is Run 3."
    assert room.dialog.table.rows() == [2]
    room.click_row(0)
    room.perform(Step())
    assert room.dialog.table.rows() == [0]  # what is selected stays so


def test_a_single_run_is_told_how_another_begins(qtbot: QtBot) -> None:
    room = Room()
    qtbot.addWidget(room.window)
    room.perform(Step())
    room.dialog.show()
    said = room.said("branches_said")
    assert said.startswith("1 run. The present one is Run 1. Change anything in the past, or Reset")
    assert room.dialog.table.rows() == [0]
    room.dialog.close()


def test_switch_stands_at_the_end_of_a_run(room: Room) -> None:
    room.click_row(0)
    room.click("switch")
    assert room.asked == [Switch(1)]
    assert room.said("branches_said") == "3 runs. The present one is Run 1."
    assert room.history.trainer.snapshot().step == 40
    assert "switch" not in enabled(room)
    assert "stands on it already" in room.button("switch").toolTip()


def test_delete_takes_a_run_out_and_undo_brings_it_back(room: Room) -> None:
    room.click_row(0)
    room.click("delete")
    assert room.edits == ["Delete Run 1"]
    assert room.names() == ["Run 2", "Run 3"]
    assert room.dialog.table.model().index(0, 1).data() == "at step 12 of a deleted run"
    room.undo()
    assert room.names() == ["Run 1", "Run 2", "Run 3"]


def test_several_are_deleted_one_by_one(room: Room) -> None:
    room.click_row(0)
    room.click_row(1, SHIFT)
    room.key(Qt.Key.Key_Delete)
    assert room.edits == ["Delete Run 1", "Delete Run 2"]
    assert room.undone == [Delete(1, deleted=False), Delete(2, deleted=False)]
    assert room.names() == ["Run 3"]
    assert enabled(room) == []


def test_the_present_one_is_not_deleted_and_that_is_explained(room: Room) -> None:
    room.click_row(2)
    assert "delete" not in enabled(room)
    assert room.button("delete").toolTip() == "The run stands on it: switch to another one first"
    assert room.button("delete").accessibleDescription() == room.button("delete").toolTip()
    room.key(Qt.Key.Key_Delete)
    assert (room.edits, room.names()) == ([], ["Run 1", "Run 2", "Run 3"])
    assert room.said("complaint") == "The run stands on it: switch to another one first."
    room.click_row(1)
    assert room.said("complaint") == ""
    assert "delete" in enabled(room)


def test_what_is_offered_depends_on_what_is_selected(room: Room) -> None:
    for rows, offered in (
        ([], []),
        ([0], ["switch", "rename", "delete"]),
        ([2], ["rename"]),
        ([0, 1], ["delete", "compare"]),
        ([0, 2], ["compare"]),
        ([0, 1, 2], []),
    ):
        room.dialog.table.clearSelection()
        for row in rows:
            index = room.dialog.table.model().index(row, NAME)
            rows_of_it = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            room.dialog.table.selectionModel().select(index, rows_of_it)
        assert enabled(room) == offered
        for name in ("switch", "rename", "delete", "compare"):
            assert len(room.button(name).toolTip()) > 10


@pytest.mark.parametrize("how", ["F2", "double click", "button"])
def test_a_name_is_edited_in_place_and_undone(how: str, room: Room) -> None:
    room.click_row(1)
    if how == "F2":
        room.key(Qt.Key.Key_F2)
    elif how == "button":
        room.click("rename")
    else:
        table = room.dialog.table
        spot = table.visualRect(table.model().index(1, NAME)).center()
        QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert room.editor().text() == "Run 2"
    assert spoken_name(room.editor()) == "name of the run"
    room.rename("fast & good")
    assert room.names()[1] == "fast & good"
    assert room.edits == ["Rename Run 2"]
    assert room.undone == [Rename(2, "Run 2")]
    room.click_row(1)
    room.click("rename")
    room.rename("faster")
    assert room.edits[1] == "Rename fast && good"  # no letter of it is a key of the menu
    room.undo()
    room.undo()
    assert room.names() == ["Run 1", "Run 2", "Run 3"]


def test_escape_leaves_the_editor_and_the_name(room: Room) -> None:
    room.click_row(1)
    room.key(Qt.Key.Key_F2)
    QTest.keyClicks(room.editor(), "abc")
    room.key(Qt.Key.Key_Escape)
    assert room.dialog.isVisible()
    assert (room.names()[1], room.edits) == ("Run 2", [])


@pytest.mark.parametrize("name", ["", "  ", "x" * 150])
def test_a_wrong_name_is_explained_and_changes_nothing(name: str, room: Room) -> None:
    room.click_row(1)
    room.key(Qt.Key.Key_F2)
    room.rename(name)
    assert (room.edits, room.asked, room.names()[1]) == ([], [], "Run 2")
    assert room.said("complaint").endswith("It is still called Run 2.")
    room.key(Qt.Key.Key_F2)
    room.rename("better")
    assert (room.said("complaint"), room.names()[1]) == ("", "better")


def test_what_is_being_typed_is_not_taken_away_by_a_run_that_goes_on(room: Room) -> None:
    room.click_row(2)
    room.key(Qt.Key.Key_F2)
    room.editor().selectAll()
    QTest.keyClicks(room.editor(), "half a na")
    room.perform(Step(), SeekStep(1), Step(by_hand=True))  # the row changes, and another one comes
    assert room.editor().text() == "half a na"
    QTest.keyClicks(room.editor(), "me")
    room.key(Qt.Key.Key_Return)
    assert room.names() == ["Run 1", "Run 2", "half a name", "Run 4"]


def test_a_name_that_fails_is_taken_back(room: Room) -> None:
    room.deaf = True
    room.click_row(1)
    room.key(Qt.Key.Key_F2)
    room.rename("lost")
    assert room.names()[1] == "lost"
    room.dialog.give_up()
    assert room.names()[1] == "Run 2"


def test_two_runs_are_compared_where_they_end(room: Room) -> None:
    assert "Select two runs" in room.said("ends_hint")
    place = room.history.place()
    room.click_row(0)
    room.click_row(1, CONTROL)
    room.click("compare")
    assert room.asked == [EndOf(1), EndOf(2)]
    assert room.history.place() == place  # the run stays where it is
    first, second = room.history.end_of(1), room.history.end_of(2)
    apart = {
        **{f"W[{k}, {j}]": second.weight[k, j].item() - first.weight[k, j].item() for k in range(2) for j in range(3)},
        **{f"b[{k}]": second.bias[k].item() - first.bias[k].item() for k in range(2)},
    }
    assert [row[0] for row in room.ends()] == list(apart)
    assert [row[3] for row in room.ends()] == [f"{change:+.4f}" for change in apart.values()]
    largest = max(apart, key=lambda name: abs(apart[name]))
    said = f"Run 1 ↔ Run 2, where they end: {largest} differs most, by {apart[largest]:+.4f}."
    assert room.said("ends_title") == said
    assert [index.row() for index in room.dialog.ends.table.selectionModel().selectedRows()] == [
        list(apart).index(largest)
    ]
    assert first.loss is not None
    assert second.loss is not None
    losses = room.said("ends_losses")
    assert f"Run 1: 40 steps, last loss {first.loss:.6f} at step 39" in losses
    assert f"Run 2: 62 steps, last loss {second.loss:.6f} at step 61" in losses
    assert f"difference {second.loss - first.loss:+.4f}" in losses
    assert room.said("ends_hint") == ""


def test_the_same_bits_are_called_so(room: Room) -> None:
    room.perform(Switch(1), SeekStep(39), NextPhase(), Step())
    room.click_row(0)
    room.click_row(3, CONTROL)
    room.click("compare")
    assert room.said("ends_title") == "Run 1 ↔ Run 4, where they end: all 8 parameters are the same, bit for bit."
    assert "difference 0" in room.said("ends_losses")


def test_a_run_without_steps_has_no_loss(room: Room) -> None:
    room.perform(Reset())
    room.click_row(0)
    room.click_row(3, CONTROL)
    room.click("compare")
    assert "Run 4: 0 steps, no loss yet" in room.said("ends_losses")
    assert "difference" not in room.said("ends_losses")


def test_a_comparison_says_when_it_has_aged(room: Room) -> None:
    room.click_row(0)
    room.click_row(2, CONTROL)
    room.click("compare")
    room.perform(Switch(2))
    assert room.said("ends_aged") == ""
    room.perform(Switch(3), Step())
    assert room.said("ends_aged") == "Run 3 has changed since, it now ends at step 2: Compare again."
    room.click("compare")
    assert room.said("ends_aged") == ""
    room.perform(Rename(3, "mine"))
    assert room.said("ends_title").startswith("Run 1 ↔ mine")
    room.perform(Delete(1))
    assert room.said("ends_aged") == "Run 1 is not in the list any more."
    room.perform(Load(Problem.random(5, 3, 2)))
    assert "mine is not in the list any more." in room.said("ends_aged")


def test_answers_of_others_and_late_ones_are_left_alone(room: Room) -> None:
    room.deaf = True
    room.click_row(0)
    room.click_row(1, CONTROL)
    room.click("compare")
    end = room.history.end_of(1)
    for command in (EndOf(1), EndOf(2), *room.asked[:1]):
        room.dialog.take_done(command, end)
    assert room.said("ends_title") == ""
    room.dialog.give_up()
    room.dialog.take_done(room.asked[1], end)
    assert room.said("ends_title") == ""
    room.deaf = False
    room.click("compare")
    assert room.said("ends_title") != ""


def test_all_of_it_works_by_keyboard_alone(qtbot: QtBot, room: Room) -> None:
    room.key(Qt.Key.Key_Up)
    room.key(Qt.Key.Key_Return)
    assert room.asked == [Switch(2)]
    room.key(Qt.Key.Key_Up, CONTROL)
    room.key(Qt.Key.Key_Space, CONTROL)
    assert room.dialog.table.rows() == [0, 1]
    while QApplication.focusWidget() is not room.button("compare"):
        room.key(Qt.Key.Key_Tab)
    room.key(Qt.Key.Key_Space)
    assert room.asked[1:] == [EndOf(1), EndOf(2)]
    room.key(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isValid(room.dialog))


def test_enter_does_nothing_where_there_is_nothing_to_switch_to(room: Room) -> None:
    room.click_row(2)
    room.key(Qt.Key.Key_Return)
    assert room.asked == []
    assert room.dialog.isVisible()


def test_a_screen_reader_has_a_name_for_everything(room: Room) -> None:
    room.click_row(0)
    room.click_row(1, CONTROL)
    room.click("compare")
    reached = [
        child
        for child in room.dialog.findChildren(QWidget)
        if child.isVisible() and child.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    ]
    assert len(reached) == 7
    assert len({spoken_name(child) for child in reached} - {""}) == len(reached)


def test_selected_rows_are_marked_by_a_bar(room: Room) -> None:
    room.click_row(0)
    room.click_row(2, CONTROL)
    table = room.dialog.table
    shown = picture(table.viewport())
    bars = [shown.pixelColor(1, table.visualRect(table.model().index(row, NAME)).center().y()) for row in range(3)]
    assert [colour.name() == LIGHT.accent for colour in bars] == [True, False, True]


def test_numbers_that_grow_get_their_room(room: Room) -> None:
    room.appearance.scale_text(8)
    room.window.setStyleSheet(room.appearance.style_sheet())
    table = room.dialog.table
    table.fit()
    before = [table.columnWidth(column) for column in range(6)]
    room.perform(Rename(1, "a much longer name than before"))
    after = [table.columnWidth(column) for column in range(6)]
    assert after[NAME] > before[NAME]
    assert after[1] > before[1]
    for column in range(6):
        for row in range(3):
            text = table.model().index(row, column).data()
            assert table.fontMetrics().horizontalAdvance(text) <= table.columnWidth(column)


def test_it_follows_the_theme(room: Room) -> None:
    before = picture(room.dialog.table)
    room.appearance.choose("dark")
    room.window.setStyleSheet(room.appearance.style_sheet())
    assert picture(room.dialog.table) != before


def test_it_is_not_modal_and_gone_when_closed(room: Room, qtbot: QtBot) -> None:
    assert not room.dialog.isModal()
    assert room.dialog.objectName() == "branches_dialog"
    gone: list[bool] = []
    room.dialog.destroyed.connect(lambda: gone.append(True))
    room.key(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bool(gone))
    room.dialog = BranchesDialog(room.appearance, room.window)  # for what closes it afterwards
