"""What a long history costs: in speed, in memory, in seeking, and in painting its curve.

One process makes the steps for real, by the bursts that the window asks for, and prints

- steps a second of Run with few and with many steps behind: they take turns, each ratio is of one turn;
- bytes a step: losses by tracemalloc, kept states by their own count, and what the process grew by;
- how long a seek to a moment at random takes, on a long run, and on a history of runs, manual steps and branches in
  which the spacing of the kept states has grown: time on the clock, and in brackets that of the thread alone, which a
  busy machine doesn't change;
- how long the plot takes to refresh and paint a curve of as many points. The noisy one is drawn, not trained: a run
  ends in a flat line, which is the easiest to paint.

Run: ``python tests/benchmarks/history.py [--steps N] [--manual N] [--rounds N] [--seeks N] [--parts NAME …]``; set
QT_QPA_PLATFORM=xcb to measure on a display. Ten million steps take about two minutes.
"""

import argparse
import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import psutil
from numpy.typing import NDArray

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from linviz.core.command import Run, SetLearningRate, Step
from linviz.core.history import History
from linviz.core.keeper import BUDGET
from linviz.core.loss_path import LossPath
from linviz.core.loss_record import LossRecord
from linviz.core.place import BranchInfo, Place
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst, Snapshot
from linviz.gui.app import application
from linviz.gui.backend import FRAME
from linviz.gui.loss_plot import LossPlot
from linviz.gui.theme import LIGHT

STEPS, FEW, MANUAL, ROUNDS, SEEKS = 10_000_000, 1_000, 100_000, 9, 1_000
PARTS = ("speed", "seek", "plot")
BURSTS = 30
"""Bursts of a turn: half a second."""
SMALL_BUDGET = 32 << 20  # a sixth of what the manual steps of the mixed history would take
FRAMES, BURST_STEPS = 100, 1_000
SIZE = 1240, 320  # pixels of the plot, a large window's


def rss() -> float:
    """Give what the process holds, in MB."""
    return float(psutil.Process().memory_info().rss / 1e6)


def progress(what: str, done: int, of: int) -> None:
    """Say on stderr how far it is."""
    print(f"{what}: {done:,} of {of:,}", end="\r", file=sys.stderr, flush=True)


def history_of(steps: int, path: LossPath | None = None) -> History:
    """Run as the window does, for at least so many steps; put the losses on a path."""
    history, done, said = History(Problem.notebook()), 0, time.perf_counter()
    while done < steps:
        burst = history.perform(Run(seconds=FRAME, steps=steps - done, continued=bool(done)))
        assert isinstance(burst, Burst)
        done = burst.snapshot.step
        if path is not None:
            path.put(burst.steps, burst.losses)
        if time.perf_counter() - said > 1:
            said = time.perf_counter()
            progress("steps", done, steps)
    return history


def speed(history: History) -> float:
    """Give steps a second of a turn."""
    first, start = history.place().step, time.perf_counter()
    for _ in range(BURSTS):
        history.perform(Run(seconds=FRAME, continued=True))
    return (history.place().step - first) / (time.perf_counter() - start)


def timed(action: Callable[..., object], *given: object) -> tuple[float, float]:
    """Give the milliseconds of a call on the clock, and those of this thread."""
    start, computed = time.perf_counter(), time.thread_time()
    action(*given)
    return (time.perf_counter() - start) * 1e3, (time.thread_time() - computed) * 1e3


def show(what: str, times: list[tuple[float, float]], aim: int) -> None:
    """Print the median, the 99th percentile and the most of times."""
    (wall, thread) = np.percentile(np.array(times), [50, 99, 100], axis=0).T
    print(f"  {what:44} p50 {wall[0]:5.1f} ({thread[0]:5.1f})  p99 {wall[1]:5.1f} ({thread[1]:5.1f})  "
          f"max {wall[2]:5.1f} ({thread[2]:5.1f}) ms  (aim: {aim} or less)")  # fmt: skip


def bytes_of(losses: NDArray[np.float64]) -> float:
    """Give what a record of losses takes, in bytes a step."""
    tracemalloc.start()
    record = LossRecord()
    record.put(np.arange(len(losses)), losses)
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return taken / len(record)


def measure_speed(steps: int, rounds: int) -> tuple[History, NDArray[np.float64]]:
    """Print speed and memory; give the long history and its losses."""
    print(f"Run, {FEW:,} and {steps:,} steps behind")
    speed(history_of(FEW))  # what is slow the first time alone
    before = rss()
    path = LossPath()
    history = history_of(steps, path)
    grown = rss() - before
    ratios = []
    for turn in range(rounds):
        few = history_of(FEW)
        rates = {each: speed(each) for each in ((few, history), (history, few))[turn % 2]}
        ratios.append(rates[history] / rates[few])
        print(f"  few {rates[few]:8,.0f}  many {rates[history]:8,.0f} steps/s  ratio {ratios[-1]:.3f}")
    print(f"  median of {rounds}: ratio {statistics.median(ratios):.3f} (aim: 0.95 or more)")
    losses = path.own.record.losses
    states = [kept.cost for branch in history.branches for kept in branch.kept]
    print(f"bytes a step: losses {bytes_of(losses):.2f} with what is kept to draw them (aim: 8 without that), "
          f"kept states {sum(states) / history.place().steps:.2f}")  # fmt: skip
    print(f"kept states {len(states):,}, {sum(states) / 1e6:.1f} MB (aim: {BUDGET / 1e6:.0f} or less); "
          f"the process grew from {before:.0f} MB by {grown:.0f}, {grown * 1e6 / steps:.1f} bytes a step")  # fmt: skip
    return history, losses


def mixed(steps: int, manual: int, budget: int) -> History:
    """Run, make manual steps one by one, run by hand, run, and leave that for two branches."""
    history = History(Problem.notebook(), Settings(), budget)
    history.perform(Run(steps=steps))
    for done in range(manual):
        history.perform(Step(by_hand=True))
        if not done % 10_000:
            progress("manual steps", done, manual)
    history.perform(Run(steps=manual // 10, by_hand=True))
    history.perform(Run(steps=steps))
    for share in (0.3, 0.6):
        history.seek(round(history.place().moments * share), 1)
        history.perform(SetLearningRate(0.01 * share))
        history.perform(Run(steps=steps // 10))
        history.perform(Step(by_hand=True))
        history.perform(Run(steps=steps // 10))
    return history


def seek_times(history: History, seeks: int, within: range | None = None) -> list[tuple[float, float]]:
    """Stand at moments at random: within a range of the first branch's, or anywhere on any branch."""
    draw, times = np.random.default_rng(0), []
    for _ in range(seeks):
        branch = history.branches[0 if within else int(draw.integers(len(history.branches)))]
        moments = within or range(branch.moments + 1)
        times.append(timed(history.seek, moments[int(draw.integers(len(moments)))], branch.number))
    return times


def measure_seek(history: History, seeks: int) -> None:
    """Print how long seeks on a long run take."""
    print(f"seek, {history.place().moments:,} steps")
    show("anywhere", seek_times(history, seeks), 50)


def measure_mixed(manual: int, seeks: int) -> None:
    """Print how long seeks on a history of everything take."""
    steps, run = 10 * manual, manual // 10
    for budget in (BUDGET, SMALL_BUDGET):
        history = mixed(steps, manual, budget)
        kept = sum(len(branch.kept) for branch in history.branches)
        print(f"seek, {steps:,} steps, {manual:,} manual, {run:,} run by hand, {steps:,} steps, 2 branches; "
              f"{budget >> 20} MB, {kept:,} states")  # fmt: skip
        show("anywhere, any branch", seek_times(history, seeks), 50)
        show("the steps before", seek_times(history, seeks, range(steps)), 50)
        show("the manual steps", seek_times(history, seeks, range(steps, steps + manual)), 50)
        show("the run by hand", seek_times(history, seeks, range(steps + manual, steps + manual + run)), 50)


def noisy(steps: int) -> NDArray[np.float64]:
    """Draw losses that fall and never come to rest: (steps,)."""
    draw = np.random.default_rng(0)
    return 2 * np.exp(-np.arange(steps) / (steps / 5)) * draw.lognormal(0, 0.5, steps) + 0.1


class Drawn:
    """A plot of the losses of one branch, put in as a run puts them.

    Parameters
    ----------
    losses
        By step: (steps,).
    """

    def __init__(self, losses: NDArray[np.float64]) -> None:
        self._moment, self._draw = Snapshot.at_start(Problem.notebook(), Settings()), losses[:BURST_STEPS]
        self.steps = len(losses)
        self._place: Place | None = None
        self.plot = LossPlot()
        self.plot.resize(*SIZE)
        self.plot.set_theme(LIGHT, 1.0)
        self.plot.show()
        self.puts: list[tuple[float, float]] = []
        for first in range(0, self.steps, BURST_STEPS):
            burst = self._burst(first, losses[first : first + BURST_STEPS])
            self.puts.append(timed(self.plot.branches.losses.put, burst))
        self.zoom(None)

    def _burst(self, first: int, losses: NDArray[np.float64]) -> Burst:
        return Burst(self._moment, np.arange(first, first + len(losses)), losses, self._place)

    def branch(self, losses: NDArray[np.float64]) -> None:
        """Leave the branch for two others, at a quarter and at half of its steps; as long as it is."""
        firsts = (0, self.steps // 4, self.steps // 2)
        infos = tuple(
            BranchInfo(number, f"Run {number}", 1 if number > 1 else None, first, self.steps, Settings(), None)
            for number, first in enumerate(firsts, 1)
        )
        self._place = Place(1, self.steps, self.steps, self.steps, self.steps, infos)
        self.plot.show_place(self._place)
        for number, first in enumerate(firsts[1:], 2):
            self.plot.branches.of(number).put(self._burst(first, losses[first:]))

    def zoom(self, span: int | None) -> None:
        """Show so many steps in the middle, or all."""
        if span is None:
            self.plot.reset_zoom()
        else:
            view = self.plot.getPlotItem().getViewBox()
            view.setXRange((self.steps - span) / 2, (self.steps + span) / 2, padding=0)
            view.sigRangeChangedManually.emit(view.mouseEnabled())  # as the wheel tells it
        QApplication.processEvents()

    def frame(self, burst: Burst | None = None) -> None:
        """Draw as it is, or with a burst."""
        if burst is None:
            self.plot.refresh()
        else:
            self.plot.put(burst)
        self.plot.viewport().repaint()

    def measure(self, what: str) -> None:
        """Print how long frames take, as it is and while steps are added; without the first, which lays out axes."""
        show(what, [timed(self.frame) for _ in range(FRAMES)][1:], 16)
        with_more = [timed(self.frame, self._burst(len(self.plot.path), self._draw)) for _ in range(FRAMES)]
        show("  while steps are added", with_more[1:], 16)


def measure_plot(steps: int, of_run: NDArray[np.float64] | None) -> None:
    """Print how long a frame of the plot takes."""
    print(f"refresh and paint {steps:,} steps, {SIZE[0]} x {SIZE[1]}, {os.environ['QT_QPA_PLATFORM']}")
    if of_run is not None:
        Drawn(of_run).measure("what was run")
    losses, before = noisy(steps), rss()
    drawn = Drawn(losses)
    show("put, without painting", drawn.puts, 16)
    print(f"  the process grew by {rss() - before:.0f} MB, {(rss() - before) * 1e6 / steps:.1f} bytes a step")
    drawn.measure("all of a noisy one")
    for span in (steps // 10, min(steps, 200_000), 1_000):
        drawn.zoom(span)
        drawn.measure(f"{span:,} steps of it")
    drawn.zoom(None)
    drawn.branch(losses[::-1])
    print(f"  with two branches more the process grew by {rss() - before:.0f} MB, to {rss():.0f} MB")
    drawn.measure("all, with these")
    drawn.zoom(steps // 10)
    drawn.measure(f"{steps // 10:,} steps of these")
    drawn.plot.set_log(True)
    drawn.measure("all of them, logarithmic")


def main() -> None:
    """Print the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("steps", STEPS), ("manual", MANUAL), ("rounds", ROUNDS), ("seeks", SEEKS)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    asked = parser.parse_args()
    app = application()
    losses = None
    if "speed" in asked.parts:
        history, losses = measure_speed(asked.steps, asked.rounds)
        if "seek" in asked.parts:
            measure_seek(history, asked.seeks)
        del history
    if "seek" in asked.parts:
        measure_mixed(asked.manual, asked.seeks)
    if "plot" in asked.parts:
        measure_plot(asked.steps, losses)
    del app


if __name__ == "__main__":
    main()
