"""What the tests of files in the window have in common."""

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gui.driving import settle
from linviz.core.snapshot import Snapshot
from linviz.gui.main_window import MainWindow
from linviz.gui.preferences import Preferences
from linviz.gui.recovery import Recovery

MakeWindow = Callable[..., MainWindow]


def question(window: MainWindow, name: str = "unsaved") -> QMessageBox | None:
    """Give the question that is asked, if one is."""
    found = [box for box in window.findChildren(QMessageBox, name) if box.isVisible()]
    assert len(found) < 2
    return found[0] if found else None


def focus_of(box: QMessageBox) -> QWidget:
    """Give what takes the keys."""
    focus: QWidget | None = box.focusWidget()
    return box if focus is None else focus


def answer(qtbot: QtBot, window: MainWindow, key: Qt.Key, name: str = "unsaved") -> None:
    """Answer the question by a key, as a person does who has no mouse."""
    qtbot.waitUntil(lambda: question(window, name) is not None)
    box = question(window, name)
    assert box is not None
    QTest.keyClick(focus_of(box), key)
    qtbot.waitUntil(lambda: not (isValid(box) and box.isVisible()))
    settle(qtbot, window)


def drop(widget: QWidget, *urls: str) -> bool:
    """Drop files on a widget, as a file manager does; tell whether they are taken."""
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    action, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), action, data, buttons, keys)
    enter.ignore()
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    there = QDropEvent(QPointF(5, 5), action, data, buttons, keys)
    QApplication.sendEvent(widget, there)
    return there.isAccepted()


def windows_that_ask(qtbot: QtBot, folder: Path | None = None) -> Iterator[MakeWindow]:
    """Give a function that opens windows which ask, and keep what is not saved in a folder; then close them."""
    windows: list[MainWindow] = []

    def make(**given: object) -> MainWindow:
        window = MainWindow(preferences=Preferences(theme="light"), **given)  # type: ignore[arg-type]
        windows.append(window)
        if folder is not None:
            window.recovery = Recovery(window, folder)  # type: ignore[attr-defined]
        with qtbot.waitSignal(window.ready, timeout=60_000):
            window.show()
        return window

    yield make
    for window in windows:
        window.leave()
        window.deleteLater()


def bits(moment: Snapshot | None) -> tuple[int, bytes, bytes, float | None]:
    """Give step, parameters and loss of a moment."""
    assert moment is not None
    return moment.step, moment.weight.tobytes(), moment.bias.tobytes(), moment.loss
