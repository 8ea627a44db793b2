"""The arrays that a table's blocks are collected in."""

from pathlib import Path

import numpy as np
import pytest

from linviz.core.tables.block import Block, Wanted
from linviz.core.tables.column_store import ColumnStore
from linviz.core.tables.table import TableSource


@pytest.mark.parametrize("expected", [1, 4_000, 100_000])
def test_holds_every_row_however_many_were_expected(expected: int) -> None:
    source = TableSource(Path("rows.csv"), ("a", "b"), ("c",), one_hot=("b",))
    wanted = Wanted(("a", "c"), ("b",))
    store = ColumnStore("rows.csv", source, wanted, expected)
    for begin in range(0, 5_000, 700):
        rows = np.arange(begin, min(begin + 700, 5_000))
        texts = tuple("even" if row % 2 == 0 else "odd" for row in rows)
        store.add(Block(rows.tolist(), (rows.astype(np.float64), -rows.astype(np.float64)), (texts,)))
    store.check()

    x, names = store.taken("x")
    y, _ = store.taken("y")

    numbers = np.arange(5_000)
    assert names == ("a", "b=even", "b=odd")
    np.testing.assert_array_equal(x, np.stack([numbers, numbers % 2 == 0, numbers % 2 == 1], 1).astype(x.dtype))
    np.testing.assert_array_equal(y, -numbers[:, None].astype(y.dtype))
