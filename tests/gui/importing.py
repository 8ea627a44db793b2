"""What the tests of tables in the window have in common."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from linviz.gui.import_dialog import ImportDialog
from linviz.gui.main_window import MainWindow

TABLE = b"name,a,b,c\nx,1,2,30\ny,3,4,\nz,5,7,60\n"


def button(parent: QWidget, name: str) -> QAbstractButton:
    found = parent.findChild(QAbstractButton, name)
    assert isinstance(found, QAbstractButton)
    return found


def text(parent: QWidget, name: str) -> str:
    """Give what a label says; nothing if it isn't there to be read."""
    found = parent.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text() if found.isVisibleTo(parent) else ""


def dialog_of(qtbot: QtBot, window: MainWindow) -> ImportDialog:
    """Wait for the dialog in which columns are chosen."""

    def there() -> list[ImportDialog]:
        return [dialog for dialog in window.findChildren(ImportDialog) if dialog.isVisible()]

    qtbot.waitUntil(lambda: len(there()) == 1, timeout=20_000)
    return there()[0]


def press(widget: QWidget, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(widget, key)
