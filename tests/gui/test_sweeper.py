"""Python's garbage is collected on the window's thread alone, and what PyTorch brought is left out of it."""

import gc
import threading

from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import trigger


def test_while_a_window_is_open_nothing_is_collected_on_the_worker(qtbot: QtBot, open_window: OpenWindow) -> None:
    gc.enable()  # as Python begins
    threads: set[str] = set()

    def note(phase: str, info: dict[str, int]) -> None:
        threads.add(threading.current_thread().name)

    gc.callbacks.append(note)
    try:
        window = open_window()
        assert not gc.isenabled()
        trigger(qtbot, window, *["step", "manual_step"] * 300)
        window._sweeper._on_due()
    finally:
        gc.callbacks.remove(note)
    assert threads <= {"MainThread"}
    assert threads, "six hundred steps leave enough for a look"


def test_what_there_was_when_it_was_ready_is_not_looked_through(open_window: OpenWindow) -> None:
    window = open_window()
    assert gc.get_freeze_count() > 100_000
    window.close()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_of_two_windows_the_last_one_leaves_it_to_python(open_window: OpenWindow) -> None:
    one, other = open_window(), open_window()
    one.close()
    one.close()
    assert not gc.isenabled()
    other.close()
    assert gc.isenabled()
