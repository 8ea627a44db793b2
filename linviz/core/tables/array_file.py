"""An array in numpy's format: its header, and its columns read in pieces. Needs no torch."""

import ast
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from linviz.errors import InputError

PIECE = 1 << 22
"""Bytes that are asked for at a time."""
MAGIC = b"\x93NUMPY"
LENGTHS = {b"\x01\x00": "<H", b"\x02\x00": "<I", b"\x03\x00": "<I"}
"""How the length of the header is written, by version."""
LONGEST = 10_000
"""Bytes of a header; numpy reads no more either."""
MOST = 2**59
"""Numbers of an array, so that their bytes can be counted."""
KINDS = {
    "b": "true and false",
    "c": "complex numbers",
    "O": "objects of Python, which can run programs,",
    "S": "text",
    "U": "text",
    "V": "records",
    "M": "dates",
    "m": "times",
}
"""What an array may hold beside numbers."""


class Readable(Protocol):
    """What is read."""

    def read(self, size: int, /) -> bytes:
        """Give so many bytes, or fewer at the end."""

    def seek(self, at: int, /) -> object:
        """Go on there."""


Opener = Callable[[], Readable]
Reader = Callable[[int], list[NDArray[Any]]]


@dataclass(frozen=True, slots=True, eq=False)
class ArrayFile:
    """An array that is yet to be read.

    Parameters
    ----------
    name
        What it is called; empty if it is alone in its file.
    samples, width
        Its shape; one of one dimension is a column.
    flat
        Whether it has one dimension.
    dtype
        As it is stored.
    by_column
        Whether the numbers of a column, not of a row, stand side by side.
    begin
        Where its numbers begin.
    opener
        Opens it at its beginning.
    """

    name: str
    samples: int
    width: int
    flat: bool
    dtype: np.dtype[Any]
    by_column: bool
    begin: int
    opener: Opener

    def column(self, at: int) -> str:
        """Give the name of a column."""
        if not self.name:
            return str(at)
        return self.name if self.flat else f"{self.name}[{at}]"

    def reader(self, columns: Sequence[int]) -> Reader:
        """Give what reads the next rows of some columns."""
        if self.by_column:
            streams = [self._stream(at * self.samples) for at in columns]
            return lambda count: [self._taken(stream, count) for stream in streams]
        stream = self._stream(0)

        def read(count: int) -> list[NDArray[Any]]:
            rows = self._taken(stream, count * self.width).reshape(count, self.width)
            return [rows[:, at] for at in columns]

        return read

    def _stream(self, first: int) -> Readable:
        stream = self.opener()
        stream.seek(self.begin + first * self.dtype.itemsize)
        return stream

    def _taken(self, stream: Readable, count: int) -> NDArray[Any]:
        """Read numbers, however few bytes come at a time."""
        size = count * self.dtype.itemsize
        data = bytearray()
        while len(data) < size:
            part = stream.read(min(size - len(data), PIECE))
            if not part:
                raise EOFError("it is cut short")
            data += part
        return np.frombuffer(data, self.dtype)


def array_file(said: str, name: str, opener: Opener) -> ArrayFile:
    """Look at the header of an array.

    Parameters
    ----------
    said
        What messages call it.
    name, opener
        See `ArrayFile`.

    Raises
    ------
    InputError
        If it is no table of real numbers.
    ValueError
        If it is damaged.
    """
    by_column, shape, dtype, begin = _header(opener())
    if dtype.kind not in "iuf":
        raise InputError(f"{said} holds {KINDS.get(dtype.kind, str(dtype))} instead of real numbers: save it as floats")
    if len(shape) not in (1, 2):
        raise InputError(f"{said} has {len(shape)} dimensions and must have two, rows and columns: reshape it first")
    flat = len(shape) == 1
    return ArrayFile(name, shape[0], 1 if flat else shape[1], flat, dtype, by_column and not flat, begin, opener)


def _header(file: Readable) -> tuple[bool, tuple[int, ...], np.dtype[Any], int]:
    """Read what stands before the numbers: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html."""
    magic = file.read(8)
    if magic[:6] != MAGIC or magic[6:] not in LENGTHS:
        raise ValueError("it doesn't begin as numpy's files do")
    counted = LENGTHS[magic[6:]]
    (length,) = struct.unpack(counted, file.read(struct.calcsize(counted)))
    if length > LONGEST:
        raise ValueError(f"its header has {length:,} bytes")
    said = ast.literal_eval(file.read(length).decode("latin-1").strip())
    if not isinstance(said, dict) or said.keys() != {"descr", "fortran_order", "shape"}:
        raise ValueError("its header is another one")
    shape, by_column = said["shape"], said["fortran_order"]
    if not isinstance(shape, tuple) or not isinstance(by_column, bool) or not all(type(size) is int for size in shape):
        raise ValueError("its shape is none")
    if any(size < 0 for size in shape) or math.prod(shape) >= MOST:
        raise ValueError("its shape is none")
    dtype = np.dtype(said["descr"]) if isinstance(said["descr"], str) else np.dtype("V1")
    return by_column, shape, dtype, len(magic) + struct.calcsize(counted) + length
