"""Names that people give: one line of characters. Needs no torch."""

import unicodedata

from linviz.errors import InputError

MOST = 100
"""Characters of a branch's name."""

_NOT_OF_A_LINE = ("Cc", "Cs", "Zl", "Zp")
"""Control characters, halves of surrogate pairs, ends of lines; joiners and marks of direction may be in a word."""


def is_plain(text: str) -> bool:
    """Tell whether a text is one line of characters."""
    return text.isprintable() or not any(unicodedata.category(c) in _NOT_OF_A_LINE for c in text)


def plain(text: str, most: int = MOST) -> str:
    """Give a text as one line, cut to a length; what isn't a character of a line is a question mark."""
    return "".join(c if is_plain(c) else "?" for c in " ".join(text.split())[:most]).strip()


def branch(text: str) -> str:
    """Give what a person typed as a branch's name.

    Raises
    ------
    InputError
        If nothing is left of it, or it is too long.
    """
    name = plain(text, len(text))
    if not name:
        raise InputError("a branch needs a name: type at least one letter")
    if len(name) > MOST:
        raise InputError(f"a branch's name has at most {MOST} characters, got {len(name)}: type a shorter one")
    return name
