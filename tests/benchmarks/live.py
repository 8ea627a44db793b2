"""Steps a second of Run with every panel visible, by those of the bare notebook loop in the same process.

The bare loop is ``zero_grad, forward, loss, backward, step, item`` with nothing watching. Bare loop and window take
turns; each ratio is of one turn, and medians are printed. The event loop's delay is how late a timer of 5 ms fires.
Run: ``python tests/benchmarks/live.py [--rounds N] [--seconds S] [--select] [--theory]``, with ``--select`` while a
cell is explained, with ``--theory`` once with and once without the landscape in each turn; set
QT_QPA_PLATFORM=xcb to measure on a display.
"""

import argparse
import os
import statistics
import sys
import time

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


def live(window: MainWindow, seconds: float) -> tuple[float, float, list[float]]:
    """Run in the window; give steps/s, curve frames/s and the delays of the event loop in ms."""
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
    first, frames, start = window.snapshot.step, 0, time.perf_counter()
    ticker.timeout.connect(tick)
    clock.start()
    ticker.start(TICK)
    wait(round(seconds * 1000))
    elapsed = time.perf_counter() - start
    ticker.stop()
    steps = window.snapshot.step - first
    window.commands["run"].trigger()
    while window.backend.busy:
        wait(10)
    window.loss.plot.paintEvent = paint
    return steps / elapsed, frames / elapsed, delays


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
    ratios, rates, lateness, without = [], [], [], []
    for _ in range(rounds):
        bare = bare_steps_per_second(seconds)
        if asked.theory:
            window.desk.theory.hide()
            begin_anew(window)
            without.append(live(window, seconds)[0] / bare)
            window.desk.theory.show()
            begin_anew(window)
        steps, frames, delays = live(window, seconds)
        ratios.append(steps / bare)
        rates.append(frames)
        lateness.append(statistics.quantiles(delays, n=100)[98])
        print(f"bare {bare:8,.0f}  live {steps:8,.0f} steps/s  ratio {ratios[-1]:.2f}  "
              f"{frames:.0f} frames/s  event-loop delay p99 {lateness[-1]:.1f} ms")  # fmt: skip
    window.close()
    del app
    print(
        f"medians of {rounds} ({window.width()} x {window.height()}, {os.environ['QT_QPA_PLATFORM']}): "
        f"ratio {statistics.median(ratios):.2f} (aim: 1.2 or more), {statistics.median(rates):.0f} frames/s "
        f"(30 or more), event-loop delay p99 {statistics.median(lateness):.1f} ms (16 or less)"
    )
    if without:
        costs = [without_it - with_it for without_it, with_it in zip(without, ratios, strict=True)]
        print(f"without the landscape: ratio {statistics.median(without):.2f}; it costs {statistics.median(costs):.2f}")


if __name__ == "__main__":
    main()
