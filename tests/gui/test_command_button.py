import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QColor, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, dress, picture, settle, spoken_name
from linviz.gui.command_button import CommandButton
from linviz.gui.theme import DARK, LIGHT


class Room:
    """A window, in front, with an entry and a button of a command."""

    def __init__(self, qtbot: QtBot, *, primary: bool = False, checkable: bool = False) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.action = QAction("Manual Step", self.window)
        self.action.setToolTip("The update by hand  (M)")
        self.action.setShortcut(QKeySequence("M"))
        self.action.setCheckable(checkable)
        self.entry = QLineEdit(self.window)
        self.button = CommandButton(self.action, "hand", primary, self.window)
        self.triggered = 0
        self.action.triggered.connect(self._on_triggered)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.entry)
        layout.addWidget(self.button)
        dress(self.window, parts=[self.button])
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.entry.setFocus()
        settle()

    def _on_triggered(self) -> None:
        self.triggered += 1

    def click(self) -> None:
        QTest.mouseClick(self.button, Qt.MouseButton.LeftButton)

    def ground(self) -> str:
        """Give the button's colour, beside what is drawn on it."""
        return colour_at(picture(self.button), QPoint(5, self.button.height() // 2)).name()


@pytest.fixture
def room(qtbot: QtBot) -> Room:
    return Room(qtbot)


def test_a_click_triggers_the_action_once(room: Room) -> None:
    room.click()
    assert room.triggered == 1
    room.click()
    assert room.triggered == 2


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Select])
def test_a_focused_button_is_pressed_by_its_key(key: Qt.Key, room: Room) -> None:
    room.button.setFocus()
    QTest.keyClick(room.button, key)
    assert room.triggered == 1


def test_a_button_is_disabled_and_enabled_with_its_action(room: Room) -> None:
    enabled = picture(room.button)
    room.action.setEnabled(False)
    assert not room.button.isEnabled()
    room.click()
    assert room.triggered == 0
    assert picture(room.button) != enabled
    room.action.setEnabled(True)
    room.click()
    assert room.triggered == 1
    assert picture(room.button) == enabled


def test_a_button_says_what_its_action_says(room: Room) -> None:
    for text, tip in (("Manual Step", "The update by hand  (M)"), ("Pause", "Stop repeating")):
        room.action.setText(text)
        room.action.setToolTip(tip)
        assert spoken_name(room.button) == room.button.text() == text
        assert room.button.toolTip() == room.button.accessibleDescription() == tip


def test_a_longer_text_or_key_makes_a_wider_button(room: Room) -> None:
    width = room.button.sizeHint().width()
    room.action.setText("Manual Step and more")
    wider = room.button.sizeHint().width()
    room.action.setShortcut(QKeySequence("Ctrl+Shift+M"))
    assert width < wider < room.button.sizeHint().width()


def test_a_compact_button_is_its_icon_alone_and_comes_back_in_full(room: Room) -> None:
    full = room.button.sizeHint()
    room.button.set_compact(True)
    assert room.button.sizeHint().width() < 1.3 * full.height() < full.width()
    assert room.button.sizeHint().height() == full.height()
    assert spoken_name(room.button) == "Manual Step"
    settle()
    room.click()
    assert room.triggered == 1
    room.button.set_compact(False)
    assert room.button.sizeHint() == full


def test_tab_reaches_a_button_and_a_click_leaves_the_focus_where_it_was(room: Room) -> None:
    room.click()
    assert room.entry.hasFocus()
    QTest.keyClick(room.entry, Qt.Key.Key_Tab)
    assert room.button.hasFocus()


def test_a_focused_button_shows_that_it_is(room: Room) -> None:
    unfocused = picture(room.button)
    room.button.setFocus(Qt.FocusReason.TabFocusReason)
    image = picture(room.button)
    assert image != unfocused
    assert colour_at(image, QPoint(room.button.width() // 2, 1)).name() == LIGHT.next


def test_the_one_that_stands_out_is_filled_unless_it_is_disabled(qtbot: QtBot) -> None:
    room = Room(qtbot, primary=True)
    assert room.ground() == LIGHT.accent
    room.action.setEnabled(False)
    assert room.ground() == LIGHT.control
    assert Room(qtbot).ground() == LIGHT.control


def test_a_checked_command_is_filled(qtbot: QtBot) -> None:
    room = Room(qtbot, checkable=True)
    room.click()
    assert room.ground() == LIGHT.accent
    room.click()
    assert room.ground() == LIGHT.control


def test_another_icon_is_drawn_at_once(room: Room) -> None:
    before = picture(room.button)
    room.button.set_icon("play")
    assert picture(room.button) != before
    room.button.set_icon("hand")
    assert picture(room.button) == before


def test_a_button_follows_the_theme(room: Room) -> None:
    dress(room.window, "dark", parts=[room.button])
    assert room.ground() == DARK.control
    image = picture(room.button)
    lightest = max(
        QColor(image.pixelColor(x, y)).lightness() for x in range(image.width()) for y in range(image.height())
    )
    assert lightest > QColor(DARK.dim).lightness()


def test_larger_text_makes_a_larger_button(room: Room) -> None:
    small = room.button.sizeHint()
    dress(room.window, scale=2.0, parts=[room.button])
    settle()
    assert room.button.sizeHint().width() > 1.5 * small.width()
    assert room.button.height() >= room.button.fontMetrics().height() > small.height() * 0.8


def test_before_it_has_a_theme_a_button_is_no_fault(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = CommandButton(QAction("Run", window), "play", False, window)
    button.resize(button.sizeHint())
    assert not picture(button).isNull()
