import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, dress, picture, settle, spoken_name
from linviz.gui.message_bar import MessageBar
from linviz.gui.theme import DARK, LIGHT


class Room:
    """A window with a message bar above an entry."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.bar, self.entry = MessageBar(self.window), QLineEdit(self.window)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.bar)
        layout.addWidget(self.entry)
        layout.addStretch(1)
        dress(self.window, parts=[self.bar])
        self.window.resize(700, 400)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.entry.setFocus()

    def button(self, name: str) -> QPushButton:
        found = self.bar.findChild(QPushButton, name)
        assert isinstance(found, QPushButton)
        return found

    def text(self) -> str:
        found = self.bar.findChild(QLabel, "message")
        assert isinstance(found, QLabel)
        return found.text() if found.isVisible() else ""

    def ground(self) -> str:
        settle()
        return colour_at(picture(self.window), self.bar.mapTo(self.window, QPoint(4, self.bar.height() // 2))).name()


@pytest.fixture
def room(qtbot: QtBot) -> Room:
    return Room(qtbot)


def test_there_is_no_bar_while_there_is_nothing_to_say(room: Room) -> None:
    assert not room.bar.isVisible()


def test_a_message_is_shown_and_heard_until_it_is_dismissed(room: Room) -> None:
    room.bar.say("The loss is not finite.")
    assert room.text() == "The loss is not finite."
    assert spoken_name(room.bar) == "The loss is not finite."
    QTest.mouseClick(room.button("dismiss"), Qt.MouseButton.LeftButton)
    assert not room.bar.isVisible()


def test_a_message_takes_the_place_of_the_one_before(room: Room) -> None:
    room.bar.say("The first.", "error", "its details")
    room.bar.say("The second.")
    assert room.text() == spoken_name(room.bar) == "The second."
    assert not room.button("copy_details").isVisible()


def test_a_message_is_withdrawn_by_its_topic_and_by_no_other(room: Room) -> None:
    room.bar.say("The loss is not finite.", topic="loss")
    room.bar.withdraw("another")
    assert room.bar.isVisible()
    room.bar.withdraw("loss")
    assert not room.bar.isVisible()
    room.bar.say("The first.", topic="loss")
    room.bar.say("The second.")
    room.bar.withdraw("loss")
    assert room.text() == "The second."


def test_details_are_copied(room: Room) -> None:
    QGuiApplication.clipboard().setText("what was there")
    for details in ("Traceback\n  line 2", "others"):
        room.bar.say("Something went wrong.", "error", details)
        assert room.button("copy_details").isVisible()
        QTest.mouseClick(room.button("copy_details"), Qt.MouseButton.LeftButton)
        assert QGuiApplication.clipboard().text() == details
    assert room.bar.isVisible()


def test_without_details_there_is_nothing_to_copy(room: Room) -> None:
    room.bar.say("The loss is not finite.")
    assert not room.button("copy_details").isVisible()


def test_a_warning_and_an_error_look_different(room: Room) -> None:
    for kind, colour in (("warning", LIGHT.stale), ("error", LIGHT.danger), ("warning", LIGHT.stale)):
        room.bar.say("A message.", kind)
        assert room.ground() == colour


def test_the_bar_follows_the_theme_while_it_is_shown(room: Room) -> None:
    room.bar.say("A message.", "error")
    light = picture(room.bar)
    dress(room.window, "dark", parts=[room.bar])
    assert room.ground() == DARK.danger
    assert picture(room.bar) != light


def test_a_message_is_never_taken_for_html(room: Room) -> None:
    room.bar.say("<b>bold</b> & <img src='x'>")
    label = room.bar.findChild(QLabel, "message")
    assert isinstance(label, QLabel)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert room.text() == "<b>bold</b> & <img src='x'>"


def test_a_long_message_wraps_and_does_not_widen_the_window(room: Room) -> None:
    room.bar.say("Short.")
    settle()
    height, least = room.bar.height(), room.window.minimumSizeHint().width()
    room.bar.say("word " * 100 + "/a/path/without/a/single/space" * 10)
    settle()
    assert room.bar.height() > 2 * height
    assert room.window.minimumSizeHint().width() == least
    assert room.window.width() == 700


def test_a_message_leaves_the_focus_where_it_was(room: Room) -> None:
    room.bar.say("A message.", "error", "details")
    QTest.keyClicks(QGuiApplication.focusObject(), "0.5")  # type: ignore[arg-type]  # the entry has it
    assert room.entry.text() == "0.5"


def test_what_its_buttons_do_is_said(room: Room) -> None:
    for name in ("copy_details", "dismiss"):
        assert room.button(name).toolTip()
        assert spoken_name(room.button(name))
