import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.parts import burst_of, dress, frozen, settle
from linviz.gui.array_view import ArrayPanel
from linviz.gui.command_button import CommandButton
from linviz.gui.fields import FIELDS
from linviz.gui.focus_keys import FocusKeys
from linviz.gui.loss_plot import LossPlot
from linviz.gui.theme import LIGHT

KEYS = {
    "run": "Space",
    "next_phase": "Right",
    "back": "Left",
    "up": "Up",
    "end": "End",
    "step": "S",
    "far": "Ctrl+Right",
}


class Window(QMainWindow):
    """A window whose shortcuts are keys that its controls need too."""

    def __init__(self, *, filtered: bool = True) -> None:
        super().__init__()
        self.triggered: list[str] = []
        for name, keys in KEYS.items():
            action = QAction(name, self)
            action.setObjectName(name)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(self._on_triggered)
            self.addAction(action)
        reset = QAction("reset", self)
        reset.setObjectName("reset")
        reset.triggered.connect(self._on_triggered)
        if filtered:
            FocusKeys(self)
        self.ground = QWidget(self)
        self.ground.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCentralWidget(self.ground)
        self.button, self.tool_button = CommandButton(reset, "play", False, self), QToolButton(self)
        self.tool_button.setDefaultAction(reset)
        self.panel = ArrayPanel(FIELDS["x"])
        self.panel.start((5, 5), as_stored=False)
        self.panel.model.show_array(frozen(np.ones((5, 5))), "fresh")
        self.slider, self.box = QSlider(Qt.Orientation.Horizontal, self), QComboBox(self)
        self.slider.setRange(0, 10)
        self.slider.setValue(5)
        self.box.addItems(["one", "two", "three"])
        self.box.setCurrentIndex(1)
        self.entry, self.text = QLineEdit("0123", self), QPlainTextEdit("0123", self)
        self.plot = LossPlot(self)
        layout = QVBoxLayout(self.ground)
        for widget in (self.button, self.tool_button, self.panel, self.slider, self.box, self.entry, self.text):
            layout.addWidget(widget)
        layout.addWidget(self.plot)
        dress(self, parts=[self.button, self.panel])
        self.plot.set_theme(LIGHT, 1.0)
        self.plot.put(burst_of([3.0, 2.0, 1.0]))

    def _on_triggered(self) -> None:
        self.triggered.append(self.sender().objectName())


def shown(qtbot: QtBot, window: Window) -> Window:
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    settle()
    return window


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    return shown(qtbot, Window())


def press(widget: QWidget, *keys: Qt.Key) -> None:
    widget.setFocus()
    assert widget.hasFocus()
    for key in keys:
        QTest.keyClick(widget, key)


@pytest.mark.parametrize("name", ["button", "tool_button"])
def test_space_presses_the_focused_button(name: str, window: Window) -> None:
    press(getattr(window, name), Qt.Key.Key_Space)
    assert window.triggered == ["reset"]


def test_without_the_filter_space_would_run_instead(qtbot: QtBot) -> None:
    window = shown(qtbot, Window(filtered=False))
    press(window.button, Qt.Key.Key_Space)
    assert window.triggered == ["run"]


def test_arrows_move_the_cell_of_the_focused_table(window: Window) -> None:
    table = window.panel.table
    table.setCurrentIndex(window.panel.model.index(2, 2))
    press(table, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (0, 1)
    press(table, Qt.Key.Key_End)
    assert table.currentIndex().column() == 4
    assert window.triggered == []


def test_a_table_needs_no_space_and_no_letters_so_they_are_commands(window: Window) -> None:
    press(window.panel.table, Qt.Key.Key_Space, Qt.Key.Key_S)
    assert window.triggered == ["run", "step"]


def test_arrows_move_the_focused_slider_and_letters_are_commands(window: Window) -> None:
    press(window.slider, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_S)
    assert window.slider.value() == 6
    press(window.slider, Qt.Key.Key_End)
    assert window.slider.value() == 10
    assert window.triggered == ["step"]


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)  # offscreen, of the list
def test_arrows_choose_in_the_focused_box_and_space_opens_it(window: Window) -> None:
    press(window.box, Qt.Key.Key_Up)
    assert window.box.currentIndex() == 0
    press(window.box, Qt.Key.Key_Space)
    assert window.box.view().isVisible()
    window.box.hidePopup()
    assert window.triggered == []


def test_arrows_walk_along_the_focused_curve_and_the_rest_are_commands(window: Window) -> None:
    press(window.plot, Qt.Key.Key_End, Qt.Key.Key_Left)
    assert window.plot._read_out.step == 1
    assert window.triggered == []
    press(window.plot, Qt.Key.Key_Space, Qt.Key.Key_S)
    assert window.triggered == ["run", "step"]


@pytest.mark.parametrize("name", ["entry", "text"])
def test_where_one_types_every_key_is_typed(name: str, window: Window) -> None:
    field = getattr(window, name)
    press(field, Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_S, Qt.Key.Key_Space)
    text = field.text() if name == "entry" else field.toPlainText()
    assert text == "012s 3"
    assert window.triggered == []


def test_elsewhere_all_keys_are_commands(window: Window) -> None:
    press(
        window.ground, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_S
    )
    assert window.triggered == ["run", "next_phase", "back", "up", "end", "step"]


def test_the_focus_gone_a_control_keeps_no_key(window: Window) -> None:
    press(window.button, Qt.Key.Key_Space)
    press(window.panel.table, Qt.Key.Key_Right)
    press(window.ground, Qt.Key.Key_Space, Qt.Key.Key_Right)
    press(window.slider, Qt.Key.Key_Right)
    press(window.ground, Qt.Key.Key_Right)
    assert window.triggered == ["reset", "run", "next_phase", "next_phase"]


@pytest.mark.parametrize("name", ["slider", "plot"])
def test_a_modifier_makes_it_a_command_again(name: str, window: Window) -> None:
    widget = getattr(window, name)
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert window.triggered == ["far"]
    QTest.keyClick(widget, Qt.Key.Key_Right, Qt.KeyboardModifier.KeypadModifier)
    assert window.triggered == ["far"]


def test_a_control_that_is_deleted_while_it_has_the_focus_is_no_fault(window: Window) -> None:
    window.slider.setFocus()
    window.slider.deleteLater()
    settle()
    press(window.button, Qt.Key.Key_Space)
    assert window.triggered == ["reset"]
