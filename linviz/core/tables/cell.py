"""A cell of a table that was typed or exported: the number that it says, or what is wrong with it. Needs no torch."""

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linviz.core import names
from linviz.errors import InputError, shown

MISSING = frozenset(("", "na", "n/a", "#n/a", "nan", "null"))
"""What programs write where there is no value, in small letters."""

_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,.' \u00a0\u202f’])\d{3}(\1\d{3})*([.,]\d+)?")
_GROUPED_POINT = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?")
_WITH_COMMA = re.compile(r"[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?")
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
"""Either with a decimal comma or with a thousands separator."""
_SEVERAL = re.compile(r"[+-]?[1-9]\d{0,2}([,.])\d{3}(\1\d{3})*([.,]\d+)?")
"""With groups of thousands, or else several numbers apart by commas."""


def is_missing(text: str) -> bool:
    """Tell whether there is no value in a cell."""
    return text.strip().lower() in MISSING


def number(text: str, decimal: str = ".") -> float | None:
    """Read a cell; none if it says no number. A missing value is NaN; too large a number is infinite.

    Parameters
    ----------
    text
        As it is written.
    decimal
        ``"."`` or ``","``.
    """
    text = text.strip()
    if text.lower() in MISSING:
        return math.nan
    if decimal == ",":
        if "." in text:
            return None
        text = text.replace(",", ".", 1)
    if not text.isascii() or "_" in text:  # which float() reads, and nobody means
        return None
    try:
        return float(text)
    except ValueError:
        return None


def finite(text: str, decimal: str) -> float:
    """Read a cell; a missing value is NaN.

    Raises
    ------
    InputError
        If it says no finite number, with a sentence that goes on after its place and a colon.
    """
    value = number(text, decimal)
    if value is None:
        raise InputError(complaint(text, decimal))
    if math.isinf(value):
        raise InputError(f"{_written(text)} is no finite number; correct it or leave the row out")
    return value


def refuse_infinite(table: str, column: str, rows: Sequence[int], numbers: NDArray[np.float64]) -> None:
    """Raise an `InputError` with the place of the first number of a column that is infinite."""
    infinite = np.isinf(numbers)
    if infinite.any():
        row = rows[int(infinite.argmax())]
        raise InputError(
            f"{table}, row {row}, column {shown(column)}: {numbers[infinite][0]} is no finite number; correct it or "
            "leave the row out"
        )


def has_unclear_comma(text: str) -> bool:
    """Tell whether a cell's comma may stand before decimals as well as separate thousands."""
    return _AMBIGUOUS.fullmatch(text.strip()) is not None


def has_thousands(text: str) -> bool:
    """Tell whether a cell seems to have thousands separators."""
    return bool(_THOUSANDS.fullmatch(text.strip()) or _GROUPED_POINT.fullmatch(text.strip()))


def may_be_one(word: str) -> bool:
    """Tell whether a word with a comma may be one number instead of several: ``0,5``, ``1.234,5``, ``1,234,567``."""
    return bool("," in word and (_WITH_COMMA.fullmatch(word) or _SEVERAL.fullmatch(word)))


def complaint(text: str, decimal: str) -> str:
    """Say what is wrong with a cell that says no number, and the way out."""
    text = text.strip()
    if decimal == "." and _WITH_COMMA.fullmatch(text) and not _AMBIGUOUS.fullmatch(text):
        return (
            f"{_written(text)} has a decimal comma, where the numbers before have none; write all of them with a point"
        )
    if has_thousands(text):
        return f"{_written(text)} seems to have thousands separators; write the numbers without"
    if decimal == "," and number(text) is not None:
        return f"{_written(text)} has a decimal point, where others have commas; write all of them alike"
    return f"{_written(text)} is no number; correct it, leave the column out, or have it one-hot encoded"


def _written(text: str) -> str:
    """Write a cell in a message: on one line, and never as nothing."""
    return shown(names.plain(text))


def decimal_sign(cells: list[str]) -> str | None:
    """Tell which sign stands before the decimals, by cells of a table that commas don't separate.

    Parameters
    ----------
    cells
        The first ones, of all columns.

    Returns
    -------
    str or None
        ``"."`` or ``","``; none if that can't be told: there are commas, and each may separate thousands.
    """
    texts = [cell.strip() for cell in cells]
    commas = [text for text in texts if _WITH_COMMA.fullmatch(text)]
    if not commas:
        return "."
    return "," if any(not _AMBIGUOUS.fullmatch(text) for text in commas) else None
