"""What the tests of the time line, of undo and of the branches' curves have in common."""

from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from gui.driving import settle
from linviz.core.place import BranchInfo, Mark, Place
from linviz.core.settings import Settings
from linviz.gui.main_window import MainWindow


def branch(number: int, parent: int | None = None, first: int = 0, steps: int = 0, name: str = "") -> BranchInfo:
    return BranchInfo(number, name or f"Run {number}", parent, first, steps, Settings(), None)


def place_at(step: int, steps: int, *branches: BranchInfo, current: int = 1, marks: tuple[Mark, ...] = ()) -> Place:
    """Give a place where every moment is a step."""
    return Place(current, step, steps, step, steps, branches or (branch(1, steps=steps),), marks)


def place(window: MainWindow) -> Place:
    assert window.traveller.place is not None
    return window.traveller.place


def step_of(window: MainWindow) -> int:
    assert window.snapshot is not None
    return window.snapshot.step


def rate_of(window: MainWindow) -> float:
    assert window.snapshot is not None
    return window.snapshot.settings.learning_rate


def to_front(qtbot: QtBot, widget: MainWindow | QDialog) -> None:
    """Make a window the active one, so that its shortcuts work."""
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def set_rate(qtbot: QtBot, window: MainWindow, *rates: float) -> None:
    """Choose learning rates one after the other, as a drag of the slider does, and wait for them."""
    for rate in rates:
        window.tool_bar.learning_rate.changed.emit(rate)
    settle(qtbot, window)


def run_to_the_end(qtbot: QtBot, window: MainWindow) -> None:
    """Wait for a run to stop by itself."""
    qtbot.waitUntil(lambda: not window.backend.running, timeout=20_000)
    settle(qtbot, window)
