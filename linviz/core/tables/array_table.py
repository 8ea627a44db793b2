"""Reads numpy's files, ``.npy`` and ``.npz``, in pieces. Nothing in them is run. Needs no torch."""

import contextlib
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from linviz.core.tables.array_file import ArrayFile, Opener, array_file
from linviz.core.tables.block import PIECE, Block, Floats, Wanted
from linviz.core.tables.cell import refuse_infinite
from linviz.core.tables.column_names import checked_names
from linviz.core.tables.table_file import TableFile
from linviz.core.tables.table_preview import SHOWN, Column, Preview
from linviz.errors import InputError, shown

MOST_ROWS = 1 << 16
"""That are read at a time."""
MOST_COLUMNS = 1_000_000
"""Of all arrays together; each has a name, whatever a header claims."""
FAULTS = (
    *(ValueError, TypeError, SyntaxError, OverflowError, MemoryError, RuntimeError, EOFError, OSError, KeyError),
    *(struct.error, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
)
"""What reading a damaged header or archive raises."""


class ArrayTable:
    """The columns of one array, or of several that are equally long.

    Those of one are called 0, 1, …; those of several as their array, ``y``, or with their place in it, ``x[0]``.

    Parameters
    ----------
    table
        The open file.

    Raises
    ------
    InputError
        If it is damaged, or what it holds is no table.
    """

    def __init__(self, table: TableFile) -> None:
        self._table, self._read = table, 0
        with self._said_plainly():
            self._arrays = self._found()
        lengths = sorted({each.samples for each in self._arrays})
        if len(lengths) > 1:
            raise InputError(
                f"{table.name} has arrays of {lengths[0]:,} and of {lengths[-1]:,} rows: save those that go together"
            )
        if (width := sum(each.width for each in self._arrays)) > MOST_COLUMNS:
            raise InputError(f"{table.name} has {width:,} columns: save at most {MOST_COLUMNS:,} of them")
        self.samples = lengths[0]
        self._where = [(each, at) for each in self._arrays for at in range(each.width)]
        self.columns = checked_names(table.name, [each.column(at) for each, at in self._where])

    def done(self) -> float:
        """Tell how much of it is read, from 0 to 1."""
        return self._read / max(self.samples, 1)

    def held(self, columns: int) -> int:
        """See `Table.held`."""
        return self._rows(columns, MOST_ROWS) * self._row(columns)

    def _row(self, columns: int) -> int:
        """Give the bytes that a row takes, as it is stored and as float64."""
        return sum(each.width * each.dtype.itemsize for each in self._arrays) + 8 * columns

    def _rows(self, columns: int, most: int) -> int:
        """Give how many rows are read at a time."""
        return max(min(most, self.samples, PIECE // max(self._row(columns), 1)), 1)

    def preview(self) -> Preview:
        """Tell what the first rows look like."""
        block = next(self._blocks(range(len(self.columns)), SHOWN), Block((), ()))
        texts = [["" if np.isnan(value) else f"{value:.9g}" for value in column] for column in block.numbers]
        missing = [sum(not text for text in written) for written in texts]
        columns = tuple(Column(name, "number", count) for name, count in zip(self.columns, missing, strict=True))
        kind = "one array" if self._table.kind == "npy" else f"{len(self._arrays)} array(s)"
        return Preview(columns, tuple(zip(*texts, strict=True)), f"numpy, {kind}", self.samples)

    def blocks(self, wanted: Wanted) -> Iterator[Block]:
        """Read it from its beginning to its end, once."""
        if wanted.texts:
            raise InputError(f"{self._table.name} holds numbers alone: there is no text to be one-hot encoded")
        places = {name: at for at, name in enumerate(self.columns)}
        yield from self._blocks([places[name] for name in wanted.numbers], MOST_ROWS)

    def _blocks(self, chosen: Sequence[int], size: int) -> Iterator[Block]:
        with self._said_plainly():
            readers = {}
            for array in self._arrays:
                columns = [at for owner, at in (self._where[each] for each in chosen) if owner is array]
                if columns:
                    readers[array.name] = columns, array.reader(columns)
        size = self._rows(len(chosen), size)
        for begin in range(0, self.samples, size):
            count = min(size, self.samples - begin)
            rows = range(begin + 1, begin + 1 + count)
            found: dict[tuple[str, int], Floats] = {}
            with self._said_plainly(), np.errstate(over="ignore"):
                for name, (columns, reader) in readers.items():
                    for at, column in zip(columns, reader(count), strict=True):
                        found[name, at] = column.astype(np.float64)
            numbers = []
            for each in chosen:
                owner, at = self._where[each]
                numbers.append(found[owner.name, at])
                refuse_infinite(self._table.name, self.columns[each], rows, numbers[-1])
            self._read = begin + count
            yield Block(rows, tuple(numbers))

    def _found(self) -> list[ArrayFile]:
        """Look at the headers of the arrays."""
        name, file = self._table.name, self._table.file
        if self._table.kind == "npy":
            return [array_file(name, "", _again(self._table))]
        archive = zipfile.ZipFile(file)
        members = archive.namelist()
        if "[Content_Types].xml" in members or "mimetype" in members:
            raise InputError(f"{name} is a workbook or a document: save the sheet as CSV")
        if any(member.endswith("data.pkl") for member in members):
            raise InputError(f"{name} was saved by torch.save, and such files can run programs: save it by numpy.savez")
        if not members or not all(member.endswith(".npy") for member in members):
            raise InputError(f"{name} is an archive and holds more than arrays of numpy: unpack it first")
        return [
            array_file(f"{name}, array {shown(member[:-4])}", member[:-4], lambda member=member: archive.open(member))  # type: ignore[misc]  # mypy can't infer a lambda's default
            for member in members
        ]

    @contextlib.contextmanager
    def _said_plainly(self) -> Iterator[None]:
        """Say in a sentence what goes wrong in a damaged file."""
        try:
            yield
        except FAULTS as error:
            if isinstance(error, InputError):
                raise
            said = " ".join(str(error).split())[:80]
            raise InputError(f"{self._table.name} is damaged ({said}): save it again") from error


def _again(table: TableFile) -> Opener:
    """Give what opens the same file at its beginning, as often as there are columns that lie apart in it."""
    return lambda: _Reader(table)


class _Reader:
    """Reads an open file from its beginning, whoever else reads it."""

    def __init__(self, table: TableFile) -> None:
        self._file, self._at = table.file, 0

    def read(self, size: int) -> bytes:
        self._file.seek(self._at)
        data = self._file.read(size)
        self._at += len(data)
        return data

    def seek(self, at: int) -> None:
        self._at = at
