"""A piece of a table, read. Needs no torch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from linviz.core.tables.table_preview import Preview

Floats = NDArray[np.float64]
PIECE = 32 << 20
"""Bytes of the numbers that are read at a time, about."""


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What of a table is to be read.

    Parameters
    ----------
    numbers
        Names of columns of numbers.
    texts
        Names of columns that are taken as text.
    """

    numbers: tuple[str, ...]
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some rows.

    Parameters
    ----------
    rows
        Their numbers in the file, as a spreadsheet counts them.
    numbers
        (rows,) each, in the order of `Wanted`; NaN where a value is missing, never infinite.
    texts
        As many texts each; empty where a value is missing.
    """

    rows: Sequence[int]
    numbers: tuple[NDArray[np.floating[Any]], ...]
    texts: tuple[Sequence[str], ...] = ()


class Table(Protocol):
    """An open table whose columns are known."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""

    @property
    def samples(self) -> int:
        """About how many rows it has."""

    def blocks(self, wanted: Wanted) -> Iterator[Block]:
        """Read it from its beginning to its end, once.

        Raises
        ------
        InputError
            If there is a bad cell.
        """

    def held(self, columns: int) -> int:
        """About how many bytes a piece takes, of which so many columns are wanted."""

    def preview(self) -> Preview:
        """Tell what its first rows look like."""

    def done(self) -> float:
        """Tell how much of it is read, from 0 to 1."""
