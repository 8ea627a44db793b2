"""The file that a table is read from, or the bytes that were pasted. Needs no torch."""

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from linviz.core import names
from linviz.core.whole_file import opened
from linviz.errors import InputError

Data = Path | bytes

_FOREIGN = {
    b"\x1f\x8b": "is compressed by gzip: unpack it first",
    b"BZh": "is compressed by bzip2: unpack it first",
    b"\xfd7zXZ": "is compressed by xz: unpack it first",
    b"\x28\xb5\x2f\xfd": "is compressed by zstd: unpack it first",
    b"\xd0\xcf\x11\xe0": "is an Excel workbook: save the sheet as CSV",
    b"%PDF": "is a PDF: save the table in it as CSV",
    b"SQLite format 3": "is a database: export the table as CSV",
    b"\x89HDF": "is an HDF5 file: save the table as Parquet or CSV",
    **{bytes((0x80, version)): "is a pickle, which can run programs: save the table as CSV" for version in range(2, 6)},
}
"""Files of other programs, by how they begin."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """An open table.

    Parameters
    ----------
    data
        What was opened.
    file
        At its beginning.
    name
        What messages call it.
    kind
        ``text``, ``parquet``, ``npy`` or ``npz``.
    size
        In bytes.
    mark
        By which it is told whether it has changed since.
    """

    data: Data
    file: BinaryIO
    name: str
    kind: str
    size: int
    mark: tuple[int, ...] = ()

    def done(self) -> float:
        """Tell how much of it is read, from 0 to 1."""
        return self.file.tell() / self.size


@contextlib.contextmanager
def opened_table(data: Data) -> Iterator[TableFile]:
    """Open a table, and see that it stays as it is for as long as it is open.

    Raises
    ------
    InputError
        If it can't be read, is of no kind that is read, or was changed meanwhile.
    """
    if isinstance(data, bytes):
        yield _looked_at(data, io.BytesIO(data), len(data))
        return
    with opened(data) as file:
        before = os.fstat(file.fileno())
        yield replace(_looked_at(data, file, before.st_size), mark=_mark(before))
        if _mark(os.fstat(file.fileno())) != _mark(before):
            raise InputError(f"{name_of(data)} changed while it was read: try again when nothing writes to it")


def check_same(table: TableFile) -> None:
    """See that a file that is opened again by its name is still the one that was opened first.

    Raises
    ------
    InputError
        If it vanished, or there is another one in its place.
    """
    if isinstance(table.data, Path):
        try:
            same = _mark(table.data.stat()) == table.mark
        except OSError as error:
            raise InputError(f"{table.name} vanished while it was read: put it back and try again") from error
        if not same:
            raise InputError(f"{table.name} changed while it was read: try again when nothing writes to it")


def _mark(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def name_of(data: Data) -> str:
    """Give what messages and the screen call a table."""
    return names.plain(data.name) or "a file" if isinstance(data, Path) else "pasted table"


def _looked_at(data: Data, file: BinaryIO, size: int) -> TableFile:
    name, head = name_of(data), file.read(16)
    file.seek(0)
    if not size or not head:
        raise InputError(f"{name} is empty: a table needs a row of column names and rows of numbers")
    for beginning, kind in (
        (b"PAR1", "parquet"),
        (b"\x93NUMPY", "npy"),
        (b"PK\x03\x04", "npz"),
        (b"PK\x05\x06", "npz"),
    ):
        if head.startswith(beginning):
            return TableFile(data, file, name, kind, size)
    for beginning, said in _FOREIGN.items():
        if head.startswith(beginning):
            raise InputError(f"{name} {said}")
    return TableFile(data, file, name, "text", size)
