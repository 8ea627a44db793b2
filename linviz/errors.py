"""The one error that a person, not a programmer, is meant to read."""

import re
from collections.abc import Sequence
from typing import Final

LONGEST_SHOWN = 40
"""Characters of a wrong entry that a message repeats."""
_APART: Final = re.compile(r'[,;"\s]')


class InputError(ValueError):
    """What was asked for can't be done; the message names the value and the way out in one sentence."""


def shown(entry: object) -> str:
    """Write a wrong entry as a message repeats it: in short, and never as nothing."""
    text = entry.strip() if isinstance(entry, str) else repr(entry)
    return (text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…") or "nothing"


def listed(names: Sequence[str]) -> str:
    """Write names apart by commas; one that holds a comma, a space or a quotation mark stands in quotation marks."""
    return ", ".join('"{}"'.format(name.replace('"', '""')) if _APART.search(name) else name for name in names)


def sentence(error: object) -> str:
    """Write an error's words as a sentence; what begins with a symbol or a file's name keeps its small letter."""
    text = str(error)
    first = text.partition(" ")[0]
    capital = first == "a" or (first.replace("'", "").isalpha() and len(first) > 1)
    return f"{text[:1].upper() if capital else text[:1]}{text[1:]}." if text else ""
