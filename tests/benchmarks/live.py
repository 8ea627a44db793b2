"""Steps a second of Run with every panel visible, by those of the bare notebook loop in the same process.

The bare loop is ``zero_grad, forward, loss, backward, step, item`` with nothing watching. Bare loop and window take
turns; each ratio is of one turn, and medians are printed. The event loop's delay is how late a timer of 5 ms fires.
Run: ``python tests/benchmarks/live.py [--rounds N] [--seconds S] [--select] [--theory]``, with ``--select`` while a
cell is explained, with ``--theory`` once with and once without landscape and prediction in each turn, every second
turn in the other order; set QT_QPA_PLATFORM=xcb to measure on a display.
"""

import argparse
import os
import statistics
import sys
import time
from dataclasses import dataclass

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QElapsedTimer, QEventLoop, Qt, QTimer

from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.gui.app import SWITCH_INTERVAL, application
from linviz.gui.main_window import MainWindow
from linviz.gui.preferences import Preferences

ROUNDS, SECONDS, TICK = 5, 3.0, 5


def bare_steps_per_second(seconds: float) -> float:
    """Run the notebook's loop with nothing watching."""
    import torch
    from torch import nn

    problem = Problem.notebook()
    x, y = torch.tensor(problem.x, dtype=torch.float32), torch.tensor(problem.y, dtype=torch.float32)
    linear, criterion = nn.Linear(3, 2), nn.MSELoss()
    optimizer = torch.optim.SGD(linear.parameters(), lr=0.01)
    steps, losses, start = 0, [], time.perf_counter()
    while time.perf_counter() - start < seconds:
        optimizer.zero_grad()
        loss = criterion(linear(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        steps += 1
    return steps / (time.perf_counter() - start)


def wait(milliseconds: int) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def begin_anew(window: MainWindow) -> None:
    """Reset, so that both of two runs have the same way and curve to draw."""
    window.commands["reset"].trigger()
    while window.backend.busy:
        wait(10)


@dataclass(frozen=True)
class Ran:
    """What a run in the window did a second: steps, curve frames, seconds of the window's own thread; delays in ms."""

    steps: float
    frames: float
    own: float
    delays: list[float]


def show_theory(window: MainWindow, shown: bool) -> None:
    """Show landscape and prediction, or neither, and begin anew."""
    window.desk.theory.setVisible(shown)
    begin_anew(window)
    if not shown:
        window.loss.plot.show_forecast(None, None)
        window.foresight.forecast = None


def live(window: MainWindow, seconds: float) -> Ran:
    """Run in the window."""
    delays: list[float] = []
    clock = QElapsedTimer()
    ticker = QTimer()
    ticker.setTimerType(Qt.TimerType.PreciseTimer)

    def tick() -> None:
        delays.append(max(clock.nsecsElapsed() / 1e6 - TICK, 0.0))
        clock.start()

    frames = 0
    paint = window.loss.plot.paintEvent

    def counted(event: object) -> None:
        nonlocal frames
        frames += 1
        paint(event)

    window.loss.plot.paintEvent = counted
    window.commands["run"].trigger()
    wait(300)
    assert window.snapshot is not None
    first, frames, start, own = window.snapshot.step, 0, time.perf_counter(), time.thread_time()
    ticker.timeout.connect(tick)
    clock.start()
    ticker.start(TICK)
    wait(round(seconds * 1000))
    elapsed, own = time.perf_counter() - start, time.thread_time() - own
    ticker.stop()
    steps = window.snapshot.step - first
    window.commands["run"].trigger()
    while window.backend.busy:
        wait(10)
    window.loss.plot.paintEvent = paint
    return Ran(steps / elapsed, frames / elapsed, own / elapsed, delays)


def late(ran: Ran) -> float:
    """Give the 99th percentile of the event loop's delays."""
    return statistics.quantiles(ran.delays, n=100)[98]


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--select", action="store_true")
    parser.add_argument("--theory", action="store_true")
    asked = parser.parse_args()
    rounds, seconds = asked.rounds, asked.seconds
    app = application()
    sys.setswitchinterval(SWITCH_INTERVAL)
    window = MainWindow(Problem.notebook(), Settings(), Preferences(ask=False))
    ready = QEventLoop()
    window.ready.connect(ready.quit)
    window.show()
    ready.exec()
    if asked.select:
        window.go_to("weight_grad", (0, 1))
    bare_steps_per_second(0.5)
    ratios, ran, costs = [], [], []
    for turn in range(rounds):
        bare = bare_steps_per_second(seconds)
        without = None
        if asked.theory:
            for shown in (False, True) if turn % 2 else (True, False):
                show_theory(window, shown)
                if shown:
                    ran.append(live(window, seconds))
                else:
                    without = live(window, seconds)
        else:
            ran.append(live(window, seconds))
        ratios.append(ran[-1].steps / bare)
        print(f"bare {bare:8,.0f}  live {ran[-1].steps:8,.0f} steps/s  ratio {ratios[-1]:.2f}  "
              f"{ran[-1].frames:.0f} frames/s  event-loop delay p99 {late(ran[-1]):.1f} ms")  # fmt: skip
        if without is not None:
            costs.append((without.steps / bare - ratios[-1], ran[-1].own / without.own - 1))
            print(f"                without {without.steps:8,.0f} steps/s  ratio {without.steps / bare:.2f}")
    window.close()
    del app
    print(
        f"medians of {rounds} ({window.width()} x {window.height()}, {os.environ['QT_QPA_PLATFORM']}): "
        f"ratio {statistics.median(ratios):.2f} (aim: 1.2 or more), "
        f"{statistics.median(each.frames for each in ran):.0f} frames/s (30 or more), "
        f"event-loop delay p99 {statistics.median(map(late, ran)):.1f} ms (16 or less)"
    )
    if costs:
        lost, more = map(statistics.median, zip(*costs, strict=True))
        print(
            f"landscape and prediction cost {lost:.2f} of the ratio (aim: less than 0.1), and the window's own thread "
            f"{more:.0%} more time"
        )


if __name__ == "__main__":
    main()
