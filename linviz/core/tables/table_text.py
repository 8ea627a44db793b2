"""A table as text: its bytes in pieces, and how it is written. Needs no torch."""

import codecs
import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from linviz.core.tables import cell
from linviz.core.tables.column_names import checked_names
from linviz.core.tables.table_file import TableFile
from linviz.core.tables.table_preview import SHOWN
from linviz.errors import InputError

PIECE = 2 << 20
"""Bytes that are read at a time: a few milliseconds of work that nothing else can interrupt."""
SAMPLE = 1 << 18
"""Bytes by which is told how a table is written."""
LONGEST = 16 << 20
"""Bytes of the longest row."""
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How a table is written.

    Parameters
    ----------
    columns
        Their names.
    separator
        What stands between two cells.
    decimal
        What stands before the decimals.
    encoding
        By its common name; as far as it can be told by the first rows.
    rows
        The first rows of cells with their numbers, below the names, without those that are empty.
    begin
        Bytes of the first piece that hold the names.
    first_row
        Of the rows below, as a spreadsheet counts them from 1.
    whole
        Whether there are no more rows.
    """

    columns: tuple[str, ...]
    separator: str
    decimal: str
    encoding: str
    rows: tuple[tuple[int, list[str]], ...]
    begin: int
    first_row: int
    whole: bool

    @property
    def words(self) -> str:
        """Say it on the screen."""
        sign = "comma" if self.decimal == "," else "point"
        return f"separated by {SEPARATORS[self.separator]}, decimal {sign}, {self.encoding}"


def pieces(table: TableFile) -> Iterator[bytes]:
    """Give what a table holds in pieces that end with a line, in UTF-8 if it is in UTF-16, otherwise as it is.

    Raises
    ------
    InputError
        If it is damaged UTF-16, or a line is too long.
    """
    rest, old_mac = b"", None
    for block in _blocks(table):
        if old_mac is None:
            old_mac = b"\r" in block and b"\n" not in block
        rest += block.replace(b"\r", b"\n") if old_mac else block
        cut = rest.rfind(b"\n") + 1
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > LONGEST:
            raise InputError(f"{table.name} has a row of more than {LONGEST >> 20} MB: is it a table?")
    if rest:
        yield rest


def _blocks(table: TableFile) -> Iterator[bytes]:
    """Give bytes as they are read, without a byte order mark; UTF-16 as UTF-8."""
    if is_utf16(table):
        table.file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-16")()
        try:
            while block := table.file.read(PIECE):
                yield decoder.decode(block).encode()
            yield decoder.decode(b"", final=True).encode()
        except UnicodeError as error:
            raise InputError(f"{table.name} is damaged UTF-16 ({_said(error)}): save it as UTF-8") from error
        return
    table.file.seek(len(codecs.BOM_UTF8) if _begins(table, codecs.BOM_UTF8) else 0)
    while block := table.file.read(PIECE):
        yield block


def is_utf16(table: TableFile) -> bool:
    """Tell whether a table begins with the mark of UTF-16."""
    return _begins(table, codecs.BOM_UTF16_LE) or _begins(table, codecs.BOM_UTF16_BE)


def _begins(table: TableFile, mark: bytes) -> bool:
    at = table.file.tell()
    table.file.seek(0)
    found = table.file.read(len(mark))
    table.file.seek(at)
    return found == mark


def _said(error: UnicodeError) -> str:
    return str(getattr(error, "reason", error))


class Decoder:
    """Decodes pieces of a table alike: by UTF-8, or by Latin-1 if it has no mark and its first letters aren't UTF-8."""

    def __init__(self, table: TableFile) -> None:
        self._name = table.name
        self._codec = "utf-8" if is_utf16(table) or _begins(table, codecs.BOM_UTF8) else None

    def __call__(self, piece: bytes) -> str:
        """Decode a piece; Latin-1 is read as Windows writes it, with letters where the standard has none."""
        for codec in (self._codec,) if self._codec else ("utf-8", "cp1252"):
            try:
                text = piece.decode(codec)
            except UnicodeDecodeError:
                continue
            if not piece.isascii():
                self._codec = codec
            return text
        raise InputError(f"{self._name} is neither UTF-8 nor Latin-1 throughout: save it as UTF-8")

    @property
    def encoding(self) -> str:
        """What it has come to."""
        return "Latin-1" if self._codec == "cp1252" else "UTF-8"


def text_format(table: TableFile, piece: bytes, decoder: Decoder) -> TextFormat:
    """Tell how a table is written by its first piece.

    Raises
    ------
    InputError
        If it is no text, has no two columns, or their names won't do.
    """
    sample = piece[: piece.rfind(b"\n", 0, SAMPLE) + 1] or piece
    whole = len(sample) == len(piece) and table.file.tell() == table.size
    if _CONTROLS.search(sample):
        wide = sample[1::2].count(0) > len(sample) // 4 or sample[::2].count(0) > len(sample) // 4
        kind = (
            "seems to be UTF-16 without its mark: save it as UTF-8" if wide else "is no table of text, numbers or both"
        )
        raise InputError(f"{table.name} {kind}")
    text = decoder(sample)
    separator = _separator(text)
    taken: list[str] = []
    reader = csv.reader(_noted(text, taken), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        above, head = next(((at, record) for at, record in enumerate(reader, 1) if record), (0, []))
        begin = len("".join(taken).encode("utf-8" if decoder.encoding == "UTF-8" else "cp1252"))
        rows.extend((at, record) for at, record in islice(enumerate(reader, above + 1), SHOWN) if record)
        whole = whole and not next(reader, None)
    except csv.Error as error:
        if whole or not rows:  # or a cell goes on behind the sample
            raise InputError(f"{table.name} has quotation marks that don't close ({error}): correct them") from error
    columns = checked_names(f"{table.name}, row 1", [name.strip() for name in head])
    if all(cell.number(column) is not None or cell.number(column, ",") is not None for column in columns):
        raise InputError(f"{table.name} begins with numbers, not with names: write a row of column names above")
    decimal: str | None = "."
    if separator != ",":
        decimal = cell.decimal_sign([each for _, row in rows for each in row])
    if decimal is None:
        raise InputError(
            f"{table.name} has numbers such as 1,234, whose comma may stand before decimals or separate thousands: "
            "write them with a point, or without the comma"
        )
    encoding = "UTF-16" if is_utf16(table) else decoder.encoding
    return TextFormat(columns, separator, decimal, encoding, tuple(rows), begin, above + 1, whole)


def _noted(text: str, taken: list[str]) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        taken.append(line)
        yield line


def _separator(text: str) -> str:
    """Give what most of the first rows agree on."""

    def score(separator: str) -> tuple[int, int]:
        counts: list[int] = []
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        with contextlib.suppress(csv.Error):
            counts.extend(len(record) for record in islice(reader, SHOWN) if record)
        if not counts or counts[0] < 2:  # noqa: PLR2004  # x and y
            return 0, 0
        return Counter(counts)[counts[0]], counts[0]

    return max(SEPARATORS, key=score)
