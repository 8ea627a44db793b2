"""The beginning of a table, to choose its columns by. Needs no torch."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from linviz.core.tables.cell import is_missing
from linviz.core.tables.table_file import Data, name_of
from linviz.errors import InputError

SHOWN = 200
"""Rows that are looked at."""

Kind = Literal["number", "text"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Parameters
    ----------
    name
        As the file has it.
    kind
        ``number`` if all that was looked at is missing or a number, ``text`` otherwise.
    missing
        How many values are missing among the rows looked at.
    """

    name: str
    kind: Kind
    missing: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What the first rows of a table tell.

    Parameters
    ----------
    columns
        In the order of the file.
    rows
        The first rows as text, a cell for each column.
    format
        How it is written, in words.
    samples
        How many rows there are; none if that isn't known without reading all.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    format: str
    samples: int | None

    @classmethod
    def of(cls, data: Data) -> "Preview":
        """Look at a table in a file, or at bytes that were pasted.

        Raises
        ------
        InputError
            If there is no table to be read.
        """
        from linviz.core.tables.opening import open_table  # noqa: PLC0415  # polars and zipfile are loaded by need

        with open_table(data) as table:
            preview = table.preview()
        if preview.samples == 0:
            raise no_rows(name_of(data))
        return preview

    @property
    def whole(self) -> bool:
        """Whether all rows of the table were looked at."""
        return self.samples == len(self.rows)

    def gaps(self, names: Iterable[str]) -> int:
        """Count the rows looked at that lack a value of one of these columns."""
        wanted = set(names)
        places = [at for at, column in enumerate(self.columns) if column.name in wanted]
        return sum(any(is_missing(row[at]) for at in places) for row in self.rows)


def no_rows(name: str) -> InputError:
    """Say that a table holds names and nothing else."""
    return InputError(f"{name} has no numbers: there are no rows below the names; choose another file")
