"""Opening a large table: time by polars' own, memory by the tensors', and how often it looks whether it is cancelled.

A CSV and a Parquet file of ROWS × 4 random float64 numbers are written, and each is opened 3 → 1 in float32 in a
process of its own, which has loaded everything before: what the memory grows by, at most and in the end, is the
reading's and the problem's. The tensors are x and y in float32. polars reads the same file in another process, by
``read_csv`` and ``read_parquet``, with all its threads.
Run: ``python tests/benchmarks/data.py [rows] [folder]``; the issue's figures are those of 10000000 rows.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import psutil

from linviz.core.tables.table import TableSource, Watch

ROWS = 4_000_000
COLUMNS = ("a", "b", "c", "d")
OFTEN = 0.002
"""Seconds between two looks at the memory."""
OWN: dict[str, Callable[[Path], pl.DataFrame]] = {".csv": pl.read_csv, ".parquet": pl.read_parquet}


class Memory:
    """What this process holds beyond what it held at first."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._base = self._most = self._process.memory_info().rss
        self._on = True
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while self._on:
            self._most = max(self._most, self._process.memory_info().rss)
            time.sleep(OFTEN)

    def stop(self) -> tuple[int, int]:
        """Give the most that it held meanwhile, and what it holds."""
        self._on = False
        self._thread.join()
        return self._most - self._base, self._process.memory_info().rss - self._base


class Pulse(Watch):
    """Notes the longest time between two looks at whether it is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.longest, self._last = 0.0, time.perf_counter()

    def note(self, fraction: float) -> None:
        """Do as a watch does."""
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now
        super().note(fraction)


def write(path: Path, rows: int) -> None:
    """Write a table of random numbers, all digits of them."""
    draw = np.random.default_rng(0)
    frame = pl.DataFrame({name: draw.standard_normal(rows) for name in COLUMNS})
    if path.suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.write_parquet(path)


def warm_up(folder: Path) -> None:
    """Load everything that reading loads."""
    small = folder / "small.csv"
    small.write_bytes(b"a,b,c,d\n1,2,3,4\n")
    TableSource(small, COLUMNS[:3], COLUMNS[3:]).draw()


def open_it(path: Path) -> None:
    """Open a table as linviz does, and print seconds, bytes and the longest time that cancelling takes."""
    warm_up(path.parent)
    memory, watch, begin = Memory(), Pulse(), time.perf_counter()
    problem = TableSource(path, COLUMNS[:3], COLUMNS[3:]).draw(watch)
    took = time.perf_counter() - begin
    most, after = memory.stop()
    print(took, most, after, problem.x.nbytes + problem.y.nbytes, watch.longest)


def read_it(path: Path) -> None:
    """Read a table as polars does, and print the seconds and bytes."""
    warm_up(path.parent)
    memory, begin = Memory(), time.perf_counter()
    frame = OWN[path.suffix](path)
    took = time.perf_counter() - begin
    most, after = memory.stop()
    print(took, most, after, frame.height)


def alone(what: str, path: Path) -> list[float]:
    """Do it in a process of its own."""
    words = [sys.executable, __file__, what, str(path)]
    return [float(each) for each in subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()]


def main(rows: int, folder: Path) -> None:
    """Print ratios."""
    for suffix in OWN:
        path = folder / f"large{suffix}"
        write(path, rows)
        own, own_most, *_ = alone("read", path)
        took, most, after, tensors, longest = alone("open", path)
        size = path.stat().st_size / 1e6
        print(f"{rows:,} × {len(COLUMNS)} {suffix[1:]}, {size:,.0f} MB, tensors {tensors / 1e6:,.0f} MB")
        print(f"  time: {took:.2f} s, {took / own:.2f} × polars' {own:.2f} s; cancelled within {longest * 1e3:.0f} ms")
        held = f"{most / tensors:.2f} while opening, {after / tensors:.2f} after"
        print(f"  memory / tensors: {held}; polars {own_most / tensors:.2f}")
        path.unlink()


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["open"]:
        open_it(Path(words[1]))
    elif words[:1] == ["read"]:
        read_it(Path(words[1]))
    else:
        with tempfile.TemporaryDirectory(dir=words[1] if words[1:] else None) as made:
            main(int(words[0]) if words else ROWS, Path(made))
