from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, picture, spoken_name
from linviz.core.numerals import LARGEST_COUNT, count, positive
from linviz.gui.appearance import Appearance
from linviz.gui.condition_line import ConditionLine
from linviz.gui.number_entry import NumberEntry
from linviz.gui.theme import LIGHT

RETURN, ESCAPE, TAB = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab
NO_COUNT = ["abc", "-1", "0", "0.5", "1.5", "nan", "", "   ", "1,00", "10 00", "1__000", "0x10", "٣", "1e-3", "½"]
NO_LOSS = ["abc", "-1", "0", "nan", "inf", "-inf", "1e400", "0,1", "", "1_0", "0x10", "1 000"]
COUNTS = [
    ("1", 1),
    (" 10000000 ", 10_000_000),
    ("10 000 000", 10_000_000),
    ("10,000,000", 10_000_000),
    ("10_000_000", 10_000_000),
    ("1e7", 10_000_000),
    ("10\u202f000\u202f000", 10_000_000),
    (str(2**31), 2**31),
    (str(2**53 - 1), None),
    ("3e9", 3_000_000_000),
    (str(LARGEST_COUNT), LARGEST_COUNT),
    (str(LARGEST_COUNT + 1), None),
    ("1e300", None),
    ("9" * 40, None),
]


def read_count(text: str) -> int:
    return count(text, "number of steps")


def read_loss(text: str) -> float:
    return positive(text, "loss")


class Room:
    """A window, in front, with an entry and another one below."""

    def __init__(self, qtbot: QtBot, read: Callable[[str], float], number: float) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.entry = NumberEntry(read, number, "entry", "a number", self.window)
        self.line = ConditionLine("line", "when the loss is below", "or so", self.entry, self.window)
        self.other = QLineEdit(self.window)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.line)
        layout.addWidget(self.other)
        self.window.setStyleSheet(Appearance("light", 1.0, self.window).style_sheet())
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.entered: list[float] = []
        self.changed = self.marked = 0
        self.entry.entered.connect(lambda: self.entered.append(self.entry.number))
        self.entry.marked.connect(self._on_marked)
        self.line.changed.connect(self._on_changed)

    def _on_marked(self) -> None:
        self.marked += 1

    def _on_changed(self) -> None:
        self.changed += 1

    def type(self, text: str, end: Qt.Key | None = RETURN) -> None:
        """Replace what stands in the entry, key by key; what no keyboard has is pasted."""
        self.entry.setFocus()
        self.entry.selectAll()
        QTest.keyClick(self.entry, Qt.Key.Key_Delete)
        if text.isascii():
            QTest.keyClicks(self.entry, text)
        else:
            QGuiApplication.clipboard().setText(text)
            QTest.keyClick(self.entry, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        if end is not None:
            QTest.keyClick(self.entry, end)

    def is_marked(self) -> bool:
        ground = colour_at(picture(self.window), self.entry.mapTo(self.window, QPoint(5, 5))).name()
        assert (ground == LIGHT.danger) == (self.entry.wrong != "") == (self.entry.property("wrong") == "true")
        return ground == LIGHT.danger


@pytest.fixture
def counting(qtbot: QtBot) -> Room:
    return Room(qtbot, read_count, 100)


@pytest.fixture
def losing(qtbot: QtBot) -> Room:
    return Room(qtbot, read_loss, 0.6)


# The entry


@pytest.mark.parametrize(("text", "number"), COUNTS)
def test_a_whole_number_is_taken_as_people_write_it_and_shown_in_groups(
    counting: Room, text: str, number: int | None
) -> None:
    counting.type(text)
    if number is None:
        assert counting.entry.wrong.startswith("number of steps must be at most 1,000,000,000,000,000, got ")
        assert counting.entry.number == 100
    else:
        assert (counting.entry.number, counting.entry.text(), counting.is_marked()) == (number, f"{number:,}", False)
        assert isinstance(counting.entry.number, int)
        counting.type(counting.entry.text())
        assert counting.entry.number == number, "what is shown reads back as the same"


@pytest.mark.parametrize("text", NO_COUNT)
def test_what_is_no_whole_number_is_marked_explained_and_not_taken(counting: Room, text: str) -> None:
    counting.type(text)
    shown = text.strip() or "nothing"
    assert counting.entry.wrong == f"number of steps must be a whole number from 1 on, got {shown}"
    assert counting.entry.toolTip() == f"{counting.entry.wrong}  (Esc brings back 100)"
    heard = QAccessible.queryAccessibleInterface(counting.entry)
    assert heard.text(QAccessible.Text.Description) == counting.entry.toolTip()
    assert counting.is_marked()
    assert (counting.entry.number, counting.entry.taken, counting.entry.text()) == (100, False, text)


@pytest.mark.parametrize("text", NO_LOSS)
def test_what_is_no_positive_number_is_marked_explained_and_not_taken(losing: Room, text: str) -> None:
    losing.type(text, TAB)
    assert losing.entry.wrong == f"loss must be a positive finite number, got {text.strip() or 'nothing'}"
    assert losing.is_marked()
    assert (losing.entry.number, losing.entry.taken) == (0.6, False)


@pytest.mark.parametrize("text", ["0.1", "1e-3", "1e-300", "1e300", "0.30000000000000004", "7", "5e-324"])
def test_a_positive_number_reads_back_as_the_same(losing: Room, text: str) -> None:
    losing.type(text)
    assert losing.entry.number == float(text) == float(losing.entry.text())
    assert not losing.is_marked()


def test_what_could_still_become_right_is_not_marked_while_it_is_typed(losing: Room) -> None:
    losing.type("0.0", None)
    assert (losing.entry.wrong, losing.entered) == ("", [])
    QTest.keyClicks(losing.entry, "5")
    QTest.keyClick(losing.entry, RETURN)
    assert losing.entry.number == 0.05


def test_the_mark_goes_as_soon_as_it_is_right_and_follows_what_is_typed(losing: Room) -> None:
    losing.type("x")
    assert losing.is_marked()
    QTest.keyClicks(losing.entry, "y")
    assert losing.entry.wrong.endswith("got xy")
    for _ in range(2):
        QTest.keyClick(losing.entry, Qt.Key.Key_Backspace)
    assert losing.entry.wrong.endswith("got nothing")
    QTest.keyClicks(losing.entry, "3")
    assert not losing.is_marked()
    assert losing.entry.number == 0.6, "but it is not taken before it is complete"
    QTest.keyClick(losing.entry, RETURN)
    assert (losing.entry.number, losing.entered) == (3, [0.6, 3])


@pytest.mark.parametrize("wrong", ["abc", "0.2"])
def test_escape_brings_back_the_number_in_force(losing: Room, wrong: str) -> None:
    losing.type(wrong, None)
    QTest.keyClick(losing.entry, ESCAPE)
    assert (losing.entry.text(), losing.entry.number, losing.is_marked(), losing.entered) == ("0.6", 0.6, False, [])
    losing.type("abc")
    QTest.keyClick(losing.entry, ESCAPE)
    assert (losing.entry.text(), losing.entry.taken, losing.is_marked()) == ("0.6", True, False)


def test_it_is_taken_when_it_is_left_and_said_once(losing: Room) -> None:
    losing.type("0.2", TAB)
    assert losing.entered == [0.2]
    losing.entry.setFocus()
    QTest.keyClick(losing.entry, RETURN)
    losing.other.setFocus()
    assert losing.entered == [0.2], "nothing was typed"


def test_no_entry_is_longer_than_its_message_bears(counting: Room) -> None:
    counting.type("1" * 500)
    assert len(counting.entry.text()) == 40
    assert len(counting.entry.wrong) < 140


# The line


def test_to_type_a_number_ticks_the_box(losing: Room) -> None:
    assert (losing.line.holds, losing.line.number) == (False, None)
    losing.type("0.2")
    assert (losing.line.box.isChecked(), losing.line.holds, losing.line.number) == (True, True, 0.2)


def test_a_wrong_number_ticks_it_too_and_holds_nothing(losing: Room) -> None:
    losing.type("abc")
    assert (losing.line.box.isChecked(), losing.line.holds, losing.line.number) == (True, False, None)
    assert losing.line.wrong == losing.entry.wrong != ""


def test_a_line_that_is_not_ticked_is_never_wrong_and_gets_its_number_back(losing: Room) -> None:
    losing.type("abc")
    QTest.mouseClick(losing.line.box, Qt.MouseButton.LeftButton)
    assert (losing.line.wrong, losing.entry.text(), losing.is_marked()) == ("", "0.6", False)
    losing.line.box.setFocus()
    QTest.keyClick(losing.line.box, Qt.Key.Key_Space)
    assert (losing.line.holds, losing.line.number) == (True, 0.6)


def test_what_is_being_typed_can_be_taken_from_outside(losing: Room) -> None:
    losing.type("0.2", None)
    assert not losing.entered
    losing.line.take()
    assert (losing.line.number, losing.entered) == (0.2, [0.2])


def test_every_change_is_told(losing: Room) -> None:
    losing.line.box.setChecked(True)
    assert losing.changed == 1
    losing.type("abc")
    assert losing.changed > 1
    before = losing.changed
    QTest.keyClick(losing.entry, ESCAPE)
    assert losing.changed > before


def test_the_parts_have_names_and_a_remark_is_heard(losing: Room) -> None:
    assert spoken_name(losing.line.box) == "when the loss is below … or so"
    assert spoken_name(losing.entry) == "a number"
    losing.line.remark("slower")
    assert QAccessible.queryAccessibleInterface(losing.line.box).text(QAccessible.Text.Description) == "slower"
    assert "slower" in [label.text() for label in losing.line.findChildren(QLabel)]


def test_a_line_without_a_number_holds_when_it_is_ticked(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    line = ConditionLine("rises", "when the loss rises", "", None, parent)
    assert (line.holds, line.number, line.wrong) == (False, None, "")
    line.box.setChecked(True)
    line.take()
    assert (line.holds, line.number, line.wrong) == (True, None, "")
