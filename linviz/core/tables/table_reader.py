"""Reads the columns of a table into the arrays of a problem. Needs no torch."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linviz.core.frozen import sealed
from linviz.core.memory import check_memory
from linviz.core.names import MOST_OF_SOURCE, shortened
from linviz.core.scaling import Numbers, Scaling
from linviz.core.tables.block import Table, Wanted
from linviz.core.tables.column_store import ColumnStore
from linviz.core.tables.opening import open_table
from linviz.core.tables.standardize import standardized
from linviz.core.tables.watch import Watch
from linviz.errors import InputError, listed, shown

if TYPE_CHECKING:
    from linviz.core.tables.table import TableSource

MOST_NAMED = 12
"""Columns that a message lists."""


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """What was read.

    Parameters
    ----------
    x, y
        Read-only views of arrays that nobody else has, (samples, columns).
    x_names, y_names
        Their columns.
    scaling
        What they were standardised by, if they were.
    source
        Where they are from, in a sentence.
    """

    x: Numbers
    y: Numbers
    x_names: tuple[str, ...]
    y_names: tuple[str, ...]
    scaling: Scaling | None
    source: str


def read(source: "TableSource", watch: Watch) -> Filled:
    """Read what a source names.

    Raises
    ------
    CancelledError
        If the watch says so.
    InputError
        If that can't be done.
    """
    name = source.title
    with open_table(source.data) as table:
        _check_names(source, name, table.columns)
        _check_memory(source, name, table)
        chosen, hot = (*source.x, *source.y), set(source.one_hot)
        numbers, texts = (tuple(each for each in chosen if (each in hot) is is_text) for is_text in (False, True))
        wanted = Wanted(numbers, texts)
        store = ColumnStore(name, source, wanted, table.samples)
        for block in table.blocks(wanted):
            store.add(block)
            watch.note(table.done() * 0.95)  # the rest is scaling, and making a problem of it
    return _finished(source, name, store, watch)


def check(source: "TableSource") -> None:
    """See `TableSource.check`."""
    with open_table(source.data) as table:
        _check_names(source, source.title, table.columns)
        _check_memory(source, source.title, table)


def _finished(source: "TableSource", name: str, store: ColumnStore, watch: Watch) -> Filled:
    store.check()
    sides: dict[str, tuple[Numbers, tuple[str, ...]]] = {}
    scaling: dict[str, Numbers] = {}
    for side in ("x", "y"):
        array, names = store.taken(side)
        if side in source.standardize:
            mean, std = standardized(name, array, names, store.shift(side))
            scaling |= {f"{side}_mean": mean, f"{side}_std": std}
        sides[side] = sealed(array), names
        watch.note(watch.fraction)
    (x, x_names), (y, y_names) = sides["x"], sides["y"]
    [(most, times)] = Counter((*x_names, *y_names)).most_common(1)
    if times > 1:  # names of the file are apart, but one may be as another's with a value
        raise InputError(
            f"{name}: one-hot encoding gives {times} columns called {shown(most)}; give columns and values "
            "names of their own, or leave one out"
        )
    said = _said(source, name, len(x), store.missing)
    return Filled(x, y, x_names, y_names, Scaling(**scaling) if scaling else None, said)


def _check_names(source: "TableSource", name: str, columns: tuple[str, ...]) -> None:
    found = set(columns)
    for each in (*source.x, *source.y):
        if each not in found:
            there = listed(columns[:MOST_NAMED]) + (", …" if len(columns) > MOST_NAMED else "")
            raise InputError(f"{name} has no column {shown(each)}: it has {there}")


def _check_memory(source: "TableSource", name: str, table: Table) -> None:
    """Refuse what takes more memory than there is."""
    inputs, outputs = len(source.x), len(source.y)
    size, held = np.dtype(source.dtype).itemsize, table.held(inputs + outputs)
    check_memory(name, table.samples, inputs, outputs, size, held)


def _said(source: "TableSource", name: str, samples: int, dropped: int) -> str:
    """Say where the numbers are from."""
    parts = [f"{samples:,} rows of {name}"]
    if dropped:
        parts.append(f"{dropped:,} with missing values left out")
    if source.standardize:
        parts.append(f"{' and '.join(sorted(source.standardize))} standardised")
    if source.one_hot:
        parts.append(
            f"one-hot encoded: {listed(source.one_hot[:MOST_NAMED])}{', …' * (len(source.one_hot) > MOST_NAMED)}"
        )
    return shortened("; ".join(parts), MOST_OF_SOURCE)
