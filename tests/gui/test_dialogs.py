from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QPushButton, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import spoken_name
from linviz.gui.commands import COMMANDS, shown_keys
from linviz.gui.dialogs import TextDialog, about_dialog, shortcuts_dialog
from linviz.gui.faults import diagnostics, log_path

BOTH = pytest.mark.parametrize("make", [shortcuts_dialog, about_dialog])
Make = Callable[[QWidget], TextDialog]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def text_of(dialog: TextDialog) -> str:
    browser = dialog.findChild(QTextBrowser)
    assert isinstance(browser, QTextBrowser)
    return browser.toPlainText().replace("\u00a0", " ")


def copied(dialog: TextDialog) -> str:
    QGuiApplication.clipboard().setText("what was there")
    button = dialog.findChild(QPushButton, "copy")
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    return QGuiApplication.clipboard().text()


def test_all_commands_are_listed_with_their_keys_and_what_they_do(window: QWidget) -> None:
    dialog = shortcuts_dialog(window)
    for text in (text_of(dialog), copied(dialog)):
        for entry in COMMANDS:
            assert entry.text in text
            assert entry.tip in text
            assert all(shown_keys(keys) in text for keys in entry.shortcuts)
    assert "Tab" in text_of(dialog)


def test_a_line_of_the_copied_list_is_a_command(window: QWidget) -> None:
    lines = copied(shortcuts_dialog(window)).splitlines()
    assert len(lines) == len(COMMANDS)
    line = next(line for line in lines if " Step: " in line)
    assert line.split()[:3] == ["S", "Training,", "Step:"]


def test_about_names_what_a_report_needs_and_copies_it(window: QWidget) -> None:
    dialog = about_dialog(window)
    for text in (text_of(dialog), copied(dialog)):
        assert all(line in text for line in diagnostics().splitlines())
        assert str(log_path()) in text
    assert "SIL Open Font License" in text_of(dialog)


def test_a_path_is_never_taken_for_html(window: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a<b>&amp;c"))
    dialog = about_dialog(window)
    assert "a<b>&amp;c" in str(log_path())
    assert str(log_path()) in text_of(dialog)


@BOTH
def test_a_dialog_lets_one_go_on_working_and_has_a_name(make: Make, window: QWidget) -> None:
    dialog = make(window)
    dialog.show()
    assert not dialog.isModal()
    assert dialog.windowTitle()
    assert dialog.objectName() == make.__name__
    browser = dialog.findChild(QTextBrowser)
    assert isinstance(browser, QTextBrowser)
    assert spoken_name(browser) == dialog.windowTitle()
    dialog.close()


@BOTH
@pytest.mark.parametrize("how", ["escape", "button", "window"])
def test_a_dialog_that_is_closed_is_gone(make: Make, how: str, window: QWidget, qtbot: QtBot) -> None:
    dialog = make(window)
    dialog.show()
    with qtbot.waitSignal(dialog.destroyed):
        if how == "escape":
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
        elif how == "button":
            buttons = dialog.findChild(QDialogButtonBox)
            assert isinstance(buttons, QDialogButtonBox)
            QTest.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Close), Qt.MouseButton.LeftButton)
        else:
            dialog.close()
    assert window.findChildren(TextDialog) == []


@BOTH
def test_a_dialog_goes_with_its_window(make: Make, qtbot: QtBot) -> None:
    window = QWidget()
    dialog = make(window)
    dialog.show()
    with qtbot.waitSignal(dialog.destroyed):
        window.deleteLater()
