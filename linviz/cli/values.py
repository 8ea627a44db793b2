"""Words of the command line, read into checked values."""

from linviz.errors import InputError, shown

LARGEST = 2**63 - 1
"""Of any whole number here: what torch counts with."""


def whole(name: str, text: str, least: int, most: int = LARGEST) -> int:
    """Read a whole number from a range.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        number = int(text)
    except ValueError:  # also for more digits than Python reads
        number = least - 1
    if not least <= number <= most:
        limit = "2**63 - 1" if most == LARGEST else f"{most:,}"
        raise InputError(f"{name} must be a whole number from {least} to {limit}, got {shown(text)}")
    return number


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
