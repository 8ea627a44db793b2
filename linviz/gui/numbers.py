"""How numbers are written where there is little room."""

import math

LEAST_IN_DECIMALS = 1e-3
"""Below it four decimals show too few digits of a change."""


def fitted(value: float, room: int) -> str:
    """Write a number with torch's four decimals, or, where that takes more characters than there are, by its exponent.

    No digit is ever cut off: a number that doesn't fit in full loses decimals, not its size.
    """
    text = f"{value:.4f}"
    if len(text) <= room or not math.isfinite(value):
        return text
    for decimals in (4, 3, 2, 1, 0):
        text = short_exponent(f"{value:.{decimals}e}")
        if len(text) <= room:
            break
    return text


def change_text(change: float, room: int = 80) -> str:
    """Write by how much something changed: with its sign, and two digits of it however small it is, if there is room.

    As with `fitted`, no digit is ever cut off.
    """
    if change == 0:
        return "0"
    if abs(change) >= LEAST_IN_DECIMALS or not math.isfinite(change):
        text, decimals = f"{change:+.4f}", 5
    else:
        text, decimals = short_exponent(f"{change:+.1e}"), 1
    while len(text) > room and decimals and math.isfinite(change):
        decimals -= 1
        text = short_exponent(f"{change:+.{decimals}e}")
    return text


def short_exponent(text: str) -> str:
    """Write an exponent in as few characters as there are: ``1.5e-4``."""
    return text.replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")
