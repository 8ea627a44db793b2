"""Numbers as people type them. Needs no torch."""

import math
import re

from linviz.errors import InputError, shown

LARGEST_COUNT = 10**15
"""Of anything: at a million steps a second it takes thirty years."""

# Thousands set apart by spaces of any kind, commas or underscores, as the window itself writes them.
_GROUPED = re.compile(r"[0-9]{1,3}([ ,_\u00a0\u2009\u202f])[0-9]{3}(?:\1[0-9]{3})*")


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


def _number(text: str) -> float:
    """Read a number; what float() reads by accident, underscores and the digits of every script, is none."""
    try:
        return float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan
