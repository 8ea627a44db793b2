"""Reads a table of text in pieces: by polars where a piece is plain, cell by cell where it isn't. Needs no torch."""

import csv
import io
from collections.abc import Iterator
from itertools import chain

import numpy as np

from linviz.core.tables import cell
from linviz.core.tables.block import Block, Floats, Wanted
from linviz.core.tables.table_file import TableFile
from linviz.core.tables.table_preview import Column, Preview
from linviz.core.tables.table_text import PIECE, Decoder, TextFormat, pieces, text_format
from linviz.errors import InputError, shown

NEWLINE, RETURN, QUOTE, POINT = b"\n", b"\r", b'"', b"."
NULLS = ["NA", "N/A", "#N/A", "null", "NULL"]
"""The missing values that polars is told of; it knows NaN and nothing, others are found by looking at each cell."""


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
        self._table, self._decode = table, Decoder(table)
        self._pieces = pieces(table)
        self._first = next(self._pieces, b"")
        self.format: TextFormat = text_format(table, self._first, self._decode)
        self._row = self.format.first_row

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return self.format.columns

    @property
    def samples(self) -> int:
        """About how many rows it has, told by the first piece."""
        lines = self._first.count(NEWLINE) + 1
        return int(lines * max(self._table.size / max(self._table.file.tell(), 1), 1)) + 1

    def done(self) -> float:
        """Tell how much of it is read, from 0 to 1."""
        return self._table.done()

    def held(self, columns: int) -> int:
        """See `Table.held`; a number takes at least two characters, and is read into eight bytes."""
        return PIECE + min(8 * columns * self.samples, 4 * PIECE)

    def preview(self) -> Preview:
        """Tell what the first rows look like."""
        for row, record in self.format.rows:
            self._check_length(row, record)
        rows = tuple(tuple(record) for _, record in self.format.rows)
        columns = []
        for at, name in enumerate(self.columns):
            cells = [record[at] for record in rows]
            there = [each for each in cells if not cell.is_missing(each)]
            numeric = bool(there) and all(cell.number(each, self.format.decimal) is not None for each in there)
            columns.append(Column(name, "number" if numeric else "text", len(cells) - len(there)))
        return Preview(tuple(columns), rows, self.format.words, len(rows) if self.format.whole else None)

    def blocks(self, wanted: Wanted) -> Iterator[Block]:
        """Read it from its beginning to its end, once."""
        places = {name: at for at, name in enumerate(self.columns)}
        numbers, texts = ([places[name] for name in names] for names in (wanted.numbers, wanted.texts))
        self._pieces = chain([self._first[self.format.begin :]], self._pieces)
        self._first = b""
        for piece in self._pieces:
            block = None if texts else self._at_once(piece, numbers)
            yield block or self._cell_by_cell(piece, numbers, texts)

    def _at_once(self, piece: bytes, numbers: list[int]) -> Block | None:
        """Read a piece by polars; none if it isn't plain.

        polars fills rows that are short and, where columns are chosen, cuts those that are long, both without a word:
        the separators of each line are counted before.
        """
        import polars as pl  # noqa: PLC0415  # loaded with the first table

        width, decimal_comma = len(self.columns), self.format.decimal == ","
        lines = _lines(piece, self.format.separator, width)
        if not lines or (decimal_comma and POINT in piece):
            return None
        names = [f"column_{at}" for at in range(1, width + 1)]
        wanted = [names[at] for at in numbers]
        of_numbers = set(wanted)
        try:
            frame = pl.read_csv(
                piece,
                has_header=False,
                columns=wanted,
                schema={name: pl.Float64 if name in of_numbers else pl.String for name in names},
                separator=self.format.separator,
                quote_char=None,
                null_values=NULLS,
                decimal_comma=decimal_comma,
            )
        except pl.exceptions.PolarsError:
            return None  # some cell is no number, which is found by looking at each
        columns = tuple(frame[name].to_numpy() for name in wanted)  # what is null becomes NaN
        if frame.height != lines or any(np.isinf(column).any() for column in columns):
            return None
        rows = range(self._row, self._row + lines)
        self._row += lines
        return Block(rows, columns)

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


def _lines(piece: bytes, separator: str, width: int) -> int:
    """Count the lines of a piece; 0 if it isn't plain, or some line hasn't as many cells as there are columns."""
    if QUOTE in piece or (RETURN in piece and piece.count(RETURN) != piece.count(RETURN + NEWLINE)):
        return 0
    codes = np.frombuffer(piece, np.uint8)
    ends, separators = np.flatnonzero(codes == NEWLINE[0]), np.flatnonzero(codes == ord(separator))
    if not piece.endswith(NEWLINE):
        ends = np.append(ends, len(piece))
    if len(separators) != len(ends) * (width - 1):
        return 0
    by_line = separators.reshape(len(ends), width - 1)
    # The first is behind the end of the line before, the last before the end of its own.
    apart = (by_line[:, -1] < ends).all() and (by_line[1:, 0] > ends[:-1]).all()
    return len(ends) if apart else 0


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
