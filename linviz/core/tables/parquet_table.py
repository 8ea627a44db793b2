"""Reads a Parquet file in pieces, by polars. Needs no torch."""

import contextlib
import io
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from linviz.core.tables.block import PIECE, Block, Wanted
from linviz.core.tables.cell import MISSING, refuse_infinite
from linviz.core.tables.column_names import checked_names
from linviz.core.tables.table_file import TableFile, check_same
from linviz.core.tables.table_preview import SHOWN, Column, Preview
from linviz.errors import InputError, shown

if TYPE_CHECKING:
    import polars as pl

MOST_ROWS = 1 << 18
"""That are read at a time; polars writes about as many into a group, which is read as a whole."""
PIECES = 40
"""At most so many: each of them may read a group again, and some writers put all rows into one."""


class ParquetTable:
    """A table in Parquet, which has a type for each column.

    Parameters
    ----------
    table
        The open file.

    Raises
    ------
    InputError
        If it is damaged, or its columns can't be told apart.
    """

    def __init__(self, table: TableFile) -> None:
        import polars as pl  # noqa: PLC0415  # loaded with the first table

        self._table, self._done = table, 0.0
        with self._said_plainly():
            self._frame: pl.LazyFrame = pl.scan_parquet(
                io.BytesIO(table.data) if isinstance(table.data, bytes) else table.data, glob=False
            )
            self._schema = self._frame.collect_schema()
            self.samples = int(self._frame.select(pl.len()).collect().item())
        self.columns = checked_names(table.name, self._schema.names())

    def done(self) -> float:
        """Tell how much of it is read, from 0 to 1."""
        return self._done

    def held(self, columns: int) -> int:
        """See `Table.held`."""
        return 8 * columns * min(self._rows(columns), self.samples)

    def _rows(self, columns: int) -> int:
        """Give how many rows are read at a time."""
        return max(min(MOST_ROWS, PIECE // (8 * max(columns, 1))), -(-self.samples // PIECES), 1)

    def preview(self) -> Preview:
        """Tell what the first rows look like."""
        with self._said_plainly():
            frame = self._frame.slice(0, SHOWN).collect()
        texts = [self._texts(frame[name]) for name in self.columns]
        columns = tuple(
            Column(name, "number" if self._schema[name].is_numeric() else "text", sum(not text for text in written))
            for name, written in zip(self.columns, texts, strict=True)
        )
        return Preview(columns, tuple(zip(*texts, strict=True)), "Parquet", self.samples)

    def blocks(self, wanted: Wanted) -> Iterator[Block]:
        """Read it from its beginning to its end, once."""
        import polars as pl  # noqa: PLC0415  # as above

        for name in wanted.numbers:
            if not self._schema[name].is_numeric():
                raise InputError(
                    f"{self._table.name}, column {shown(name)}: it holds {self._schema[name]} and no numbers; leave it "
                    "out, or have it one-hot encoded"
                )
        chosen = self._frame.select(*wanted.numbers, *wanted.texts)
        size = self._rows(len(wanted.numbers) + len(wanted.texts))
        for begin in range(0, self.samples, size):
            with self._said_plainly():
                frame = chosen.slice(begin, size).collect()
                numbers = tuple(frame[name].cast(pl.Float64).to_numpy() for name in wanted.numbers)
                texts = tuple(self._texts(frame[name]) for name in wanted.texts)
            rows = range(begin + 1, begin + 1 + frame.height)
            for name, column in zip(wanted.numbers, numbers, strict=True):
                refuse_infinite(self._table.name, name, rows, column)
            self._done = (begin + frame.height) / self.samples
            yield Block(rows, numbers, texts)
        check_same(self._table)  # polars opens it by its name

    def _texts(self, column: "pl.Series") -> list[str]:
        """Give a column as text, nothing for what is missing."""
        import polars as pl  # noqa: PLC0415  # as above

        with self._said_plainly():
            if column.dtype.is_nested() or column.dtype == pl.Object:
                raise InputError(
                    f"{self._table.name}, column {shown(column.name)}: it holds {column.dtype} instead of single "
                    "values; save the table without it"
                )
            texts = column.cast(pl.String).fill_null("").to_list()
        return ["" if text.strip().lower() in MISSING else text.strip() for text in texts]

    @contextlib.contextmanager
    def _said_plainly(self) -> Iterator[None]:
        """Say in a sentence what polars says of a file that it can't read; of a bad one it may also panic."""
        import polars as pl  # noqa: PLC0415  # as above

        try:
            yield
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            check_same(self._table)
            raise InputError(
                f"{self._table.name} is a damaged Parquet file ({_short(error)}): save it again"
            ) from error


def _short(error: BaseException) -> str:
    return " ".join(str(error).split(os.linesep)[0].split())[:80]
