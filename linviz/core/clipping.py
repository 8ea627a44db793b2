"""Blocks of numbers as text: to the clipboard, and from it. Needs no torch."""

import csv
import math
import re
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from linviz.core.code import digits
from linviz.core.numerals import matrix
from linviz.core.tables import cell
from linviz.errors import InputError, shown

Numbers = NDArray[np.floating[Any]]

MOST_COPIED: Final = 200_000
"""Numbers: some 3 MB of text."""
MOST_PASTED: Final = 20_000
"""Numbers; more are a table of their own."""
LONGEST: Final = 40 * MOST_PASTED
"""Characters of them."""
_CODE = re.compile(r"\s*(?:torch\.)?(?:tensor|array)\((.*?)(?:,\s*dtype\s*=\s*[\w.]+)?\s*\)\s*", re.DOTALL)


def tsv(values: Numbers) -> str:
    """Write a block for a spreadsheet: a row a line, tabs between, all digits, so that it reads back as the same.

    Parameters
    ----------
    values
        (rows, columns).

    Raises
    ------
    InputError
        If it is too large.
    """
    check_size(values.shape)
    return "".join("\t".join(map(digits, row)) + "\n" for row in values)


def tensor_code(values: Numbers) -> str:
    """Write an array of any number of dimensions as code that makes the same tensor, bit for bit.

    Raises
    ------
    InputError
        If it is too large.
    """
    check_size(values.shape)
    kind = "" if values.dtype == np.float32 else f", dtype=torch.{values.dtype}"
    return f"torch.tensor({_nested(values)}{kind})"


def _nested(values: Any) -> str:
    if values.ndim:
        between = ",\n    " if values.ndim > 1 and len(values) > 1 else ", "
        text = between.join(map(_nested, values))
        return f"[\n    {text},\n]" if "\n" in between else f"[{text}]"
    if math.isfinite(values):
        return digits(values)
    return "torch.nan" if math.isnan(values) else f"{'-' * int(values < 0)}torch.inf"


def check_size(shape: tuple[int, ...]) -> None:
    """Raise an `InputError` if a block of this shape is too large to be copied."""
    if math.prod(shape) > MOST_COPIED:
        raise InputError(
            f"{' × '.join(f'{side:,}' for side in shape)} numbers are too many to copy: select at most "
            f"{MOST_COPIED:,}, or save the run"
        )


def pasted(text: str) -> Numbers:
    """Read a block: what a spreadsheet copies, CSV, numbers apart by spaces, or ``torch.tensor(…)``.

    Decimal commas are read where they can be nothing else.

    Returns
    -------
    numbers
        (rows, columns), float64, finite.

    Raises
    ------
    InputError
        If it is none, too large, or could be read in two ways.
    """
    if not text.strip():
        raise InputError("there is no text on the clipboard: copy some numbers first")
    if len(text) > LONGEST:
        raise InputError(f"there is far more than {MOST_PASTED:,} numbers on the clipboard: {_TAKE_AS_TABLE}")
    code = _CODE.fullmatch(text)
    if code or text.lstrip().startswith("["):
        block = np.array(matrix(code[1] if code else text, "the block"))
    else:
        block = _read(*_cells(text))
    if block.size > MOST_PASTED:
        raise InputError(f"{block.size:,} numbers are more than the {MOST_PASTED:,} to paste at once: {_TAKE_AS_TABLE}")
    return block


_TAKE_AS_TABLE = "take a table of that size as a new problem"


def _cells(text: str) -> tuple[list[list[str]], str]:
    """Give the cells, row by row, and the sign before their decimals."""
    lines = [line for line in text.splitlines() if line.strip()]
    separator = next((sign for sign in "\t;," if sign in text), None)
    if separator is None:
        return [line.split() for line in lines], "."
    if separator == ",":
        words = text.split()
        if all(map(cell.may_be_one, words)):
            raise InputError(
                f"{shown(words[0])} may be one number with a decimal comma or two numbers: write decimals with a "
                "point, or separate the numbers by tabs"
                if cell.decimal_sign(words[:1]) != "."
                else f"{shown(words[0])} may be one number with thousands separators or several numbers: write numbers "
                "without, or separate them by tabs"
            )
        return _split(lines, separator), "."
    rows = _split(lines, separator)
    cells = [each for row in rows for each in row]
    decimal = cell.decimal_sign(cells)
    if decimal is None:
        raise InputError(_unclear(next(filter(cell.has_unclear_comma, cells))))
    return rows, decimal


def _unclear(text: str) -> str:
    return (
        f"the comma of {shown(text)} may stand before decimals or separate thousands: write it with a point, or "
        "without the comma"
    )


def _split(lines: list[str], separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=separator))
    except csv.Error as error:
        raise InputError(f"the block can't be read as a table ({error}): copy its numbers alone") from error


def _read(rows: list[list[str]], decimal: str) -> Numbers:
    for at, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise InputError(
                f"the block's row 1 has {_count(rows[0])} and row {at} has {_count(row)}: copy a rectangle"
            )
    return np.array(
        [[_number(text, decimal, at, to) for to, text in enumerate(row, 1)] for at, row in enumerate(rows, 1)]
    )


def _number(text: str, decimal: str, row: int, column: int) -> float:
    value = cell.number(text, decimal)
    if value is None or not math.isfinite(value):
        what = f"{shown(text)} is no finite number" if text.strip() else "there is nothing"
        raise InputError(f"in row {row}, column {column} of the block {what}: nothing was pasted")
    return value


def _count(cells: list[str]) -> str:
    return f"{len(cells)} number{'s' * (len(cells) != 1)}"


def typed(text: str) -> float:
    """Read a number that a person typed into a cell.

    Raises
    ------
    InputError
        If it is none.
    """
    value = None if cell.is_missing(text) else cell.number(text)
    if value is None and cell.has_unclear_comma(text):
        raise InputError(_unclear(text))
    if value is None and cell.has_thousands(text):
        raise InputError(f"{shown(text)} seems to have thousands separators: write the number without")
    if value is None:
        by_comma = "," in text and cell.number(text, ",") is not None
        way = f"a decimal point: {text.strip().replace(',', '.')}" if by_comma else "a number such as 0.5 or 5e-1"
        raise InputError(f"the cell needs {way}; got {shown(text)}")
    return value
