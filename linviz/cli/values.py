"""Words of the command line, read into checked values."""

from linviz.errors import InputError, shown

LARGEST = 2**63 - 1
"""Of any whole number here: what torch counts with."""
EXACT = 2**53
"""From here on a float may stand for another whole number than was written."""


def whole(name: str, text: str, least: int, most: int = LARGEST) -> int:
    """Read a whole number from a range, written in digits or, where a float holds it exactly, like 1e9.

    Raises
    ------
    InputError
        If it is none.
    """
    number = _whole(text)
    if number is None or not least <= number <= most:
        limit = "2**63 - 1" if most == LARGEST else f"{most:,}"
        raise InputError(f"{name} must be a whole number from {least} to {limit}, got {shown(text)}")
    return number


def _whole(text: str) -> int | None:
    for read in (int, float):
        try:
            number = read(text)
        except ValueError:  # also for more digits than Python reads
            continue
        if isinstance(number, int):
            return number
        return int(number) if number.is_integer() and abs(number) < EXACT else None
    return None


def choice(name: str, text: str, choices: tuple[str, ...]) -> str:
    """Read one of some words.

    Raises
    ------
    InputError
        If it is none of them.
    """
    chosen = text.strip()
    if chosen not in choices:
        allowed = " or ".join((", ".join(choices[:-1]), choices[-1])) if choices[1:] else choices[0]
        raise InputError(f"{name} must be {allowed}, got {shown(text)}")
    return chosen
