"""Windows for tests, and a look at what they leave behind."""

import gc
import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.driving import trigger
from linviz.core.settings import Settings
from linviz.gui.backend import Source
from linviz.gui.main_window import MainWindow
from linviz.gui.preferences import Preferences

OpenWindow = Callable[..., MainWindow]
LOADING = 60_000
"""Milliseconds; importing torch the first time can take a while on a busy machine."""


MANY = 20_000
"""Objects that were made since garbage was last looked for; a look through all that torch brought takes a while."""


@pytest.fixture(autouse=True)
def _collected_between_tests() -> Iterator[None]:
    """Collect Python's garbage between tests, as a window's `Sweeper` does between events.

    Of itself Python may look for it while Qt has a lock, as when pyqtgraph lets go of a signal; deleting another plot's
    items then waits for that lock for ever.
    """
    gc.disable()
    yield
    if gc.get_count()[0] > MANY:
        gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def _nothing_left_behind(qapp: QApplication) -> Iterator[None]:
    """Fail the test that leaves a thread or a visible window behind."""
    threads = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in threads]
    assert not left, f"threads left behind: {left}"
    visible = [type(widget).__name__ for widget in qapp.topLevelWidgets() if widget.isVisible()]
    assert not visible, f"windows left behind: {visible}"


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[OpenWindow]:
    """Give a function that opens a window and waits until its first snapshot is shown."""
    windows: list[MainWindow] = []

    def open_it(problem: Source | None = None, settings: Settings | None = None, *, wait: bool = True) -> MainWindow:
        window = MainWindow(problem, settings, Preferences(theme="light", ask=False))
        windows.append(window)
        window.show()
        if wait:
            with qtbot.waitSignal(window.ready, timeout=LOADING):
                pass
        return window

    yield open_it
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window: OpenWindow, qtbot: QtBot) -> MainWindow:
    """Give a window on the notebook's problem, active, after the backward of its first iteration."""
    made = open_window()
    made.resize(1440, 900)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    trigger(qtbot, made, *["next_phase"] * 4)
    return made
