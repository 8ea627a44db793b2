"""Long use leaves nothing behind."""

import gc
import sys
import threading

import psutil
import pytest
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from linviz.gui.main_window import MainWindow
from linviz.gui.preferences import Preferences

MEGABYTE = 1 << 20


def memory() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


@pytest.mark.parametrize("steps", [20_000, pytest.param(2_000_000, marks=pytest.mark.soak)])
def test_a_long_run_grows_by_little_more_than_its_losses(
    qtbot: QtBot, open_window: OpenWindow, capfd: pytest.CaptureFixture[str], steps: int
) -> None:
    window = open_window()
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > 2000, timeout=60_000)
    before, threads = memory(), threading.active_count()
    nones = sys.getrefcount(None)
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > steps, timeout=900_000)
    assert window.snapshot is not None
    grown = memory() - before - 2 * 8 * window.snapshot.step  # the record doubles as it grows
    assert grown < 8 * MEGABYTE, f"{grown / MEGABYTE:.1f} MB"
    assert threading.active_count() == threads
    assert sys.getrefcount(None) >= nones - 100
    window.commands["run"].trigger()
    window.close()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("windows", [50, pytest.param(500, marks=pytest.mark.soak)])
def test_windows_closed_in_the_middle_of_a_run_leave_nothing(
    qtbot: QtBot, capfd: pytest.CaptureFixture[str], windows: int
) -> None:
    def open_run_close() -> None:
        window = MainWindow(preferences=Preferences(ask=False))
        window.show()
        window.commands["run"].trigger()
        qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > 10, timeout=60_000)
        window.close()
        gone: list[bool] = []
        window.destroyed.connect(lambda: gone.append(True))
        window.deleteLater()
        qtbot.waitUntil(lambda: bool(gone))

    for _ in range(5):
        open_run_close()
    before, threads = memory(), threading.active_count()
    for _ in range(windows):
        open_run_close()
    assert threading.active_count() == threads
    # A PlotWidget that is created and destroyed loses 40 kB, by pyqtgraph.
    assert memory() - before < (4 + 0.06 * windows) * MEGABYTE, f"{(memory() - before) / MEGABYTE:.1f} MB"
    assert capfd.readouterr().err == ""
