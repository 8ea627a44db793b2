"""What test_main_window.py and test_window_life.py have in common."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from linviz.gui.main_window import MainWindow


def trigger(qtbot: QtBot, window: MainWindow, *names: str) -> None:
    """Trigger commands and wait until all of them are done and shown."""
    for name in names:
        window.commands[name].trigger()
    settle(qtbot, window)


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.backend.busy, timeout=20_000)


def badges(window: MainWindow) -> dict[str, str]:
    return {name: panel._badge.text() for name, panel in window.equation.panels.items()}


def label(window: MainWindow, name: str) -> str:
    found = window.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text()
