"""Numbers as people type them. Needs no torch."""

import math
import re

from linviz.errors import InputError, shown

LARGEST_COUNT = 10**15
"""Of anything: at a million steps a second it takes thirty years."""
LARGEST_SEED = 2**63 - 1
MOST_DIGITS = 40
"""Of a seed, zeros in front among them; Python refuses to read thousands."""

# Thousands set apart by spaces of any kind, commas or underscores, as the window itself writes them.
_GROUPED = re.compile(r"[0-9]{1,3}([ ,_\u00a0\u2009\u202f])[0-9]{3}(?:\1[0-9]{3})*")

_SPACED = re.compile(r"[^\s,]+[^\S\r\n]+[^\s,]+")
"""Two words with nothing but spaces between."""


def positive(text: str, name: str) -> float:
    """Read a positive finite number, as `Settings` reads a learning rate: ``0.001``, ``1e-3``.

    Raises
    ------
    InputError
        If the text is none; ``name`` is what the message calls it.
    """
    number = _number(text)
    if not (math.isfinite(number) and number > 0):
        raise InputError(f"{name} must be a positive finite number, got {shown(text)}")
    return number


def count(text: str, name: str) -> int:
    """Read a whole number from 1 on: ``10000000``, ``10 000 000``, ``10,000,000``, ``10_000_000``, ``1e7``.

    Thousands may be set apart, here alone: no whole number can be meant by a decimal comma, and none is left out by a
    slip of the finger when all groups are of three digits.

    Raises
    ------
    InputError
        If the text is none, or the number beyond `LARGEST_COUNT`; ``name`` is what the message calls it.
    """
    grouped = _GROUPED.fullmatch(text.strip())
    digits = text.replace(grouped[1], "") if grouped else text
    number = _number(digits)
    if not (number >= 1 and (number == math.inf or number.is_integer())):
        raise InputError(f"{name} must be a whole number from 1 on, got {shown(text)}")
    if number > LARGEST_COUNT:
        raise InputError(f"{name} must be at most {LARGEST_COUNT:,}, got {shown(text)}")
    return int(number)


def not_negative(text: str, name: str) -> float:
    """Read a finite number that is 0 or more.

    Raises
    ------
    InputError
        If the text is none; ``name`` is what the message calls it.
    """
    number = _number(text)
    if not (math.isfinite(number) and number >= 0):
        raise InputError(f"{name} must be 0 or a positive finite number, got {shown(text)}")
    return number


def seed(text: str) -> int:
    """Read a seed, from 0 to 2⁶³ − 1, with or without groups of thousands.

    Raises
    ------
    InputError
        If the text is none.
    """
    grouped = _GROUPED.fullmatch(text.strip())
    digits = (text.replace(grouped[1], "") if grouped else text).strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS and int(digits) <= LARGEST_SEED):
        raise InputError(f"seed must be a whole number from 0 to 2**63 - 1, got {shown(text)}")
    return int(digits)


def matrix(text: str, name: str) -> tuple[tuple[float, ...], ...]:
    """Read rows of numbers: a row a line or up to a semicolon, numbers apart by spaces or commas, brackets or not.

    So it reads what people type, what a spreadsheet copies, and what torch and numpy print.

    Raises
    ------
    InputError
        If it isn't that, or the rows differ in length; ``name`` is what the message calls it.
    """
    bare = re.sub(r"^(tensor|array)\(|\)$", "", text.strip())
    rows = [
        re.split(r"[\s,]+", row) for row in (line.strip("[] \t\r,") for line in re.split(r"[;\n]|\]\s*,", bare)) if row
    ]
    if not rows:
        raise InputError(f"{name} is empty: write its numbers, a row a line")
    if "," in bare and (spaced := _SPACED.search(re.sub(r"[;\n\[\]]", ",", bare))):
        raise InputError(
            f"{name} has commas and spaces between its numbers, as in {shown(spaced[0])}: write decimals with a point, "
            "and separate all numbers alike"
        )
    numbers = tuple(tuple(_number(word) for word in row) for row in rows)
    for at, (row, words) in enumerate(zip(numbers, rows, strict=True)):
        for value, word in zip(row, words, strict=True):
            if not math.isfinite(value):
                raise InputError(f"{name} must hold finite numbers, got {shown(word)} in row {at}")
        if len(row) != len(numbers[0]):
            raise InputError(
                f"{name} must have rows of one length: row 0 has {len(numbers[0])} numbers, row {at} has {len(row)}"
            )
    return numbers


def _number(text: str) -> float:
    """Read a number; what float() reads by accident, underscores and the digits of every script, is none."""
    try:
        return float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan
