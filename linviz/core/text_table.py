"""Reads a table of text in pieces: by polars where a piece is plain, cell by cell where it isn't. Needs no torch."""

import csv
import io
from collections.abc import Iterator
from itertools import chain

import numpy as np

from linviz.core import cell
from linviz.core.block import Block, Floats, Wanted
from linviz.core.table_file import TableFile
from linviz.core.table_preview import Column, Preview
from linviz.core.table_text import LOOKED_AT, PIECE, Decoder, TextFormat, pieces, text_format
from linviz.errors import InputError, shown

NEWLINE, RETURN, QUOTE = b"\n", b"\r", b'"'


class TextTable:
    """A table of text.

    Every cell is read as Python's ``csv`` and ``float`` read it, or refused. Reading so takes microseconds a cell;
    polars reads the same numbers of what is plain, which is told by counting: no quotation marks, as many separators as
    there must be, no line that is empty or ends otherwise. Where polars finds anything else than numbers, the piece is
    read again cell by cell, so that the first bad one has a name.

    Parameters
    ----------
    table
        The open file.

    Raises
    ------
    InputError
        If it can't be told how it is written.
    """

    def __init__(self, table: TableFile) -> None:
        self._table, self._decode = table, Decoder(table.name)
        self._pieces = pieces(table)
        self._first = next(self._pieces, b"")
        self.format: TextFormat = text_format(table, self._first, self._decode)
        self._row = self.format.first_row

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return self.format.columns

    @property
    def _is_whole(self) -> bool:
        """Whether the first piece is all of it."""
        return self._table.size < PIECE

    @property
    def samples(self) -> int:
        """About how many rows it has, told by the first piece."""
        lines = self._first.count(NEWLINE) + 1
        return int(lines * max(self._table.size / max(self._table.file.tell(), 1), 1)) + 1

    def done(self) -> float:
        """Tell how much of it is read, from 0 to 1."""
        return self._table.done()

    def preview(self) -> Preview:
        """Tell what the first rows look like."""
        rows = self.format.rows
        for row, record in enumerate(rows, self.format.first_row):
            self._check_length(row, record)
        columns = []
        for at, name in enumerate(self.columns):
            cells = [record[at] for record in rows]
            there = [each for each in cells if not cell.is_missing(each)]
            numeric = bool(there) and all(cell.number(each, self.format.decimal) is not None for each in there)
            columns.append(Column(name, "number" if numeric else "text", len(cells) - len(there)))
        all_there = len(rows) < LOOKED_AT and self._is_whole
        return Preview(tuple(columns), tuple(map(tuple, rows)), self.format.words, len(rows) if all_there else None)

    def blocks(self, wanted: Wanted) -> Iterator[Block]:
        """Read it from its beginning to its end, once."""
        numbers, texts = ([self.columns.index(name) for name in names] for names in (wanted.numbers, wanted.texts))
        self._pieces = chain([self._first[self.format.begin :]], self._pieces)
        self._first = b""
        for piece in self._pieces:
            yield self._cell_by_cell(piece, numbers, texts)

    def _cell_by_cell(self, piece: bytes, numbers: list[int], texts: list[int]) -> Block:
        """Read a piece, and what follows of it if its last row goes on there."""
        rows: list[int] = []
        values: list[list[float]] = []
        written: list[list[str]] = []
        for record in self._records(piece):
            row, self._row = self._row, self._row + 1
            if not record:  # an empty line, which a spreadsheet counts too
                continue
            self._check_length(row, record)
            rows.append(row)
            values.append([self._number(row, at, record[at]) for at in numbers])
            written.append(["" if cell.is_missing(record[at]) else record[at].strip() for at in texts])
        columns: Floats = np.array(values, np.float64).reshape(len(rows), len(numbers))
        return Block(rows, tuple(columns.T), tuple(zip(*written, strict=True)) if rows else tuple(() for _ in texts))

    def _check_length(self, row: int, record: list[str]) -> None:
        if len(record) != len(self.columns):
            raise InputError(
                f"{self._table.name}, row {row}: {_cells(len(record))} and {len(self.columns)} columns; give each row "
                "as many cells as there are names"
            )

    def _records(self, piece: bytes) -> Iterator[list[str]]:
        """Give the rows of a piece by Python's own reader, to the end of the last one that begins in it."""
        text = self._decode(piece)
        lines, size = io.StringIO(text, newline=""), len(text)

        def feed() -> Iterator[str]:
            nonlocal lines, size
            while True:
                yield from iter(lines.readline, "")
                following = next(self._pieces, None)
                if following is None:
                    return
                text = self._decode(following)
                lines, size = io.StringIO(text, newline=""), len(text)

        reader = csv.reader(feed(), delimiter=self.format.separator, strict=True)
        try:
            while lines.tell() < size:
                yield next(reader)
        except csv.Error as error:
            raise InputError(
                f"{self._table.name}, row {self._row}: its quotation marks don't fit together ({error}); correct them"
            ) from error

    def _number(self, row: int, column: int, text: str) -> float:
        try:
            return cell.finite(text, self.format.decimal)
        except InputError as error:
            raise InputError(f"{self._table.name}, row {row}, column {shown(self.columns[column])}: {error}") from None


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
