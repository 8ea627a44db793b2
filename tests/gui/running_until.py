"""What test_run_until_dialog.py and test_run_until.py have in common."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton

from linviz.gui.number_entry import NumberEntry
from linviz.gui.run_until_dialog import RunUntilDialog

if TYPE_CHECKING:
    from linviz.core.condition import Condition

RETURN, SPACE, TAB, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Escape
BOXES = ("more_steps", "stop_step", "loss_below", "gradient_below", "loss_rises")


class UntilRoom:
    """A dialog in front, and what it asked for."""

    def __init__(self, dialog: RunUntilDialog) -> None:
        self.dialog = dialog
        self.started: list[tuple[tuple[Condition, ...], int | None]] = []
        dialog.started.connect(lambda until, more: self.started.append((until, more)))

    def box(self, name: str) -> QCheckBox:
        found = self.dialog.findChild(QCheckBox, name)
        assert isinstance(found, QCheckBox)
        return found

    def entry(self, name: str) -> NumberEntry:
        found = self.dialog.findChild(NumberEntry, name)
        assert isinstance(found, NumberEntry)
        return found

    def button(self, name: str) -> QPushButton:
        found = self.dialog.findChild(QPushButton, name)
        assert isinstance(found, QPushButton)
        return found

    def tick(self, *names: str) -> None:
        for name in names:
            self.box(name).setChecked(True)

    def type(self, name: str, text: str, end: Qt.Key | None = TAB) -> None:
        entry = self.entry(name)
        entry.setFocus()
        entry.selectAll()
        QTest.keyClick(entry, Qt.Key.Key_Delete)
        QTest.keyClicks(entry, text)
        if end is not None:
            QTest.keyClick(entry, end)

    def click(self, name: str) -> None:
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def said(self, name: str) -> str:
        found = self.dialog.findChild(QLabel, name)
        assert isinstance(found, QLabel)
        return found.text() if found.isVisible() else ""
