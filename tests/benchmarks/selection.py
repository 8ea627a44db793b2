"""What it costs to select a cell: from the selection until *Why this number?* is painted, in the event loop.

Each field is asked about in a process of its own, so that its first selection is the window's first, after its first
step and as soon as the type is set, for which the worker takes the window's idle moments; how long, stands at the end.
The others are of cells at random, each after one of another field. Behind the first stands what the window's thread
computed in it: on a busy machine it may have waited for the rest. Memory is the most that a selection takes, by
tracemalloc, which sees numpy's arrays.
Run: ``python tests/benchmarks/selection.py [--rounds N] [--fields NAME …] [--shape SAMPLES INPUTS OUTPUTS]``; set
QT_QPA_PLATFORM=xcb to measure on a display. (Not called select.py: Python's own module of that name would be hidden.)
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import tracemalloc

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from linviz.core.explain import EXPLAINED
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.gui.app import SWITCH_INTERVAL, application
from linviz.gui.main_window import MainWindow
from linviz.gui.preferences import Preferences

ROUNDS = 20
AIMS = {(10, 3, 2): 16, (1_000_000, 10, 5): 100}
"""Milliseconds, by samples, inputs and outputs."""

Shape = tuple[int, int, int]


def stepped_window(shape: Shape) -> MainWindow:
    """Open a window on a problem and make a step."""
    notebook = Problem.notebook()
    window = MainWindow(notebook if shape == notebook.shape else Recipe(*shape, 0), Settings(), Preferences(ask=False))
    shown = QEventLoop()
    window.shown.connect(shown.quit)
    window.show()
    shown.exec()
    window.commands["step"].trigger()
    shown.exec()
    settle()
    return window


def wait_for_type(window: MainWindow) -> float:
    """Look on until the type of formulas is set; give the seconds."""
    start = time.perf_counter()
    while not window.backend.typesetter.done:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    return time.perf_counter() - start


def settle() -> None:
    """Paint; what is laid out anew asks for more events, and after these none are left."""
    for _ in range(4):
        QApplication.processEvents()


def select(window: MainWindow, field: str, draw: np.random.Generator) -> tuple[float, float]:
    """Select a cell of a field at random; give the time, and that of this thread."""
    index = tuple(int(draw.integers(side)) for side in np.shape(getattr(window.snapshot, field)))
    start, computed = time.perf_counter(), time.thread_time()
    window.go_to(field, index)
    settle()
    return (time.perf_counter() - start) * 1e3, (time.thread_time() - computed) * 1e3


def child(field: str, *numbers: str) -> None:
    """Measure one field, and print times and memory for the parent."""
    samples, inputs, outputs, rounds = map(int, numbers)
    app = application()
    sys.setswitchinterval(SWITCH_INTERVAL)
    window, draw = stepped_window((samples, inputs, outputs)), np.random.default_rng(0)
    waited = wait_for_type(window)
    other = "residual" if field == "y" else "y"
    taken, computed = ([each] for each in select(window, field, draw))
    for _ in range(rounds):
        select(window, other, draw)
        taken.append(select(window, field, draw)[0])
    select(window, other, draw)
    tracemalloc.start()
    select(window, field, draw)
    print(json.dumps([taken, computed[0], tracemalloc.get_traced_memory()[1] / 1e6, waited]))
    window.close()
    del app


def main() -> None:
    """Print a line for each field of each shape."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--fields", nargs="+", choices=EXPLAINED, default=EXPLAINED)
    parser.add_argument("--shape", nargs=3, type=int)
    asked = parser.parse_args()
    for shape in [tuple(asked.shape)] if asked.shape else AIMS:
        aim = f"aim: {AIMS[shape]} ms or less" if shape in AIMS else "no aim"
        print(f"{shape[0]:,} x {shape[1]} -> {shape[2]}, {os.environ['QT_QPA_PLATFORM']} ({aim})")
        for field in asked.fields:
            given = [field, *map(str, shape), str(asked.rounds)]
            made = subprocess.run([sys.executable, __file__, "--child", *given], check=True, stdout=subprocess.PIPE)
            (first, *others), computed, memory, waited = json.loads(made.stdout)
            print(f"  {field:12}  first {first:6.1f} ({computed:5.1f})  median {statistics.median(others):6.1f}  "
                  f"worst {max(others):6.1f} ms  {memory:6.1f} MB  type {waited:4.1f} s")  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        main()
