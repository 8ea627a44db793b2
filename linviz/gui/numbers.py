"""How numbers are written where there is little room, and how often."""

import math

import numpy as np

NUMBERS_EVERY = 0.1
"""Seconds between two moments whose numbers are shown during a run; nobody reads faster."""
LEAST_IN_DECIMALS = 1e-3
"""Below it four decimals show too few digits of a change."""
MOST_IN_DECIMALS = 1e5
"""From it on they are more digits than anyone reads."""


def fitted(value: float, room: int) -> str:
    """Write a number with torch's four decimals, or, where that takes more characters than there are, by its exponent.

    No digit is ever cut off: a number that doesn't fit in full loses decimals, not its size.
    """
    text = f"{value:.4f}"
    return text if len(text) <= room or not math.isfinite(value) else _by_exponent(value, room)


def telling(value: float, room: int = 10) -> str:
    """Write a number as `fitted` does, or by its exponent where four decimals show too few of its digits."""
    if value == 0 or abs(value) >= LEAST_IN_DECIMALS or not math.isfinite(value):
        return fitted(value, room)
    return _by_exponent(value, room, 2)


def _by_exponent(value: float, room: int, most: int = 4) -> str:
    for decimals in range(most, -1, -1):
        text = short_exponent(f"{value:.{decimals}e}")
        if len(text) <= room:
            break
    return text


def signed(value: float) -> str:
    """Write a number with its sign and torch's four decimals, or by its exponent where those show too few digits."""
    text = f"{value:+.4f}"
    if value == 0 or LEAST_IN_DECIMALS <= abs(value) < MOST_IN_DECIMALS or not math.isfinite(value):
        return text
    return short_exponent(f"{value:+.4e}")


def brief(value: float, digits: int = 3, *, sign: bool = False) -> str:
    """Write a number in few digits: ``0.532``, ``-1.2e-7``, ``∞``; a dash for what is no number."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return short_exponent(f"{value:+.{digits}g}" if sign else f"{value:.{digits}g}")


def shortest(value: float, dtype: str) -> str:
    """Write a number of a dtype in the fewest digits that tell it from its neighbours there."""
    return str(np.dtype(dtype).type(value))


def change_text(change: float, room: int = 80) -> str:
    """Write by how much something changed: with its sign, and two digits of it however small it is, if there is room.

    By its exponent where it is huge. As with `fitted`, no digit is ever cut off.
    """
    if change == 0:
        return "0"
    if abs(change) >= LEAST_IN_DECIMALS or not math.isfinite(change):
        text, decimals = f"{change:+.4f}", 5
        if abs(change) >= MOST_IN_DECIMALS and math.isfinite(change):
            text, decimals = short_exponent(f"{change:+.4e}"), 4
    else:
        text, decimals = short_exponent(f"{change:+.1e}"), 1
    while len(text) > room and decimals and math.isfinite(change):
        decimals -= 1
        text = short_exponent(f"{change:+.{decimals}e}")
    return text


def short_exponent(text: str) -> str:
    """Write an exponent in as few characters as there are: ``1.5e-4``."""
    return text.replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")
