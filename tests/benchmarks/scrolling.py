"""How late the window is while many rows are loaded, and while they are scrolled in Run: delays of its event loop.

A timer of 5 ms fires late where something holds the loop up. Printed for each part are the 99th percentile and the
largest, and the former by that of the notebook's ten rows in Run, in the same process; and what the window's thread
itself worked between two of the timer's turns, which other programs on a busy machine don't lengthen much.
Run: ``python tests/benchmarks/scrolling.py [--rows N] [--seconds S]``; the rows, of three inputs and an output, stand
in a CSV file that is read as a person's own is. Set QT_QPA_PLATFORM=xcb to measure on a display.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import polars
from PySide6.QtCore import QElapsedTimer, QEventLoop, QObject, Qt, QTimer, Slot

from linviz.core.problem import Problem
from linviz.core.reading import Read
from linviz.core.settings import Settings
from linviz.core.tables.table import TableSource, Watch
from linviz.gui.app import SWITCH_INTERVAL, application
from linviz.gui.main_window import MainWindow
from linviz.gui.preferences import Preferences

ROWS, SECONDS, TICK, AIM = 10_000_000, 10.0, 5, 33
FRAME = 16
"""Milliseconds between two moves of the scroll bar."""


class Lateness(QObject):
    """Notes how late a timer fires, and for how long the processor worked for the window meanwhile, in ms."""

    def __init__(self) -> None:
        super().__init__()
        self.delays: list[float] = []
        self._work: list[float] = []
        self._worked = 0.0
        self._clock = QElapsedTimer()
        self._ticker = QTimer(self)
        self._ticker.setTimerType(Qt.TimerType.PreciseTimer)
        self._ticker.timeout.connect(self._on_tick)

    def start(self) -> None:
        self.delays, self._work, self._worked = [], [], time.thread_time()
        self._clock.start()
        self._ticker.start(TICK)

    def stop(self, what: str, before: float | None = None) -> float:
        """Print what was noted; give the 99th percentile."""
        self._ticker.stop()
        p99 = statistics.quantiles(self.delays, n=100)[98]
        by = "" if before is None else f"  {p99 / before:5.1f} × that of ten rows"
        work = statistics.quantiles(self._work, n=100)[98]
        print(
            f"{what:32} event-loop delay p99 {p99:6.1f} ms, largest {max(self.delays):6.1f} ms{by}; "
            f"own work a turn p99 {work:5.1f} ms, largest {max(self._work):5.1f} ms",
            flush=True,
        )
        return p99

    @Slot()
    def _on_tick(self) -> None:
        self.delays.append(max(self._clock.nsecsElapsed() / 1e6 - TICK, 0.0))
        self._clock.start()
        before, self._worked = self._worked, time.thread_time()
        self._work.append(1000 * (self._worked - before))


class Sweep(QObject):
    """Drags the scroll bar of x up and down, as fast as frames come."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._bar, self._at, self._by = window.equation.panels["x"].table.verticalScrollBar(), 0.0, 0.003
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start(FRAME)

    def stop(self) -> None:
        self._timer.stop()

    @Slot()
    def _on_timeout(self) -> None:
        if not 0 <= self._at + self._by <= 1:
            self._by = -self._by
        self._at += self._by
        self._bar.setValue(round(self._at * self._bar.maximum()))


def write_table(path: Path, rows: int) -> None:
    """Write random numbers into a CSV file."""
    draw = np.random.default_rng(0)
    polars.DataFrame({name: draw.standard_normal(rows).round(4) for name in "abcd"}).write_csv(path)


def wait(milliseconds: int) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def settle(window: MainWindow) -> None:
    """Let the event loop run until the worker has nothing to do."""
    while window.backend.busy:
        wait(20)


def main() -> None:
    """Print the delays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    asked = parser.parse_args()
    app = application()
    sys.setswitchinterval(SWITCH_INTERVAL)
    window = MainWindow(Problem.notebook(), Settings(), Preferences(ask=False))
    ready = QEventLoop()
    window.ready.connect(ready.quit)
    window.show()
    ready.exec()
    settle(window)
    lateness = Lateness()
    window.commands["run"].trigger()
    wait(300)
    lateness.start()
    wait(round(asked.seconds * 1000))
    few = lateness.stop("ten rows in Run")
    window.commands["run"].trigger()
    settle(window)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        write_table(path, asked.rows)
        read = Read(TableSource(path, ("a", "b", "c"), ("d",)), Watch())
        lateness.start()
        window.backend.submit(read)
        window.backend.done.connect(
            lambda command, answer: answer if command is not read else window.driver.load(answer)
        )
        settle(window)
        loading = lateness.stop(f"{asked.rows:,} rows read and loaded", few)
    window.commands["run"].trigger()
    wait(300)
    sweep = Sweep(window)
    lateness.start()
    first = window.snapshot
    wait(round(asked.seconds * 1000))
    scrolling = lateness.stop(f"{asked.rows:,} rows scrolled in Run", few)
    sweep.stop()
    assert first is not None
    assert window.snapshot is not None
    steps = window.snapshot.step - first.step
    window.commands["run"].trigger()
    settle(window)
    window.close()
    del app
    print(
        f"aim: {AIM} ms or less; {max(loading, scrolling):.1f} ms reached "
        f"({window.width()} x {window.height()}, {os.environ['QT_QPA_PLATFORM']}; {steps / asked.seconds:.1f} steps/s)"
    )


if __name__ == "__main__":
    main()
