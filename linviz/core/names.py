"""Names that people give: one line of characters. Needs no torch."""

import unicodedata

from linviz.errors import InputError

MOST = 100
"""Characters of a branch's name."""
MOST_OF_COLUMN = 2 * MOST + 1
"""Characters of a column's name: of one that is one-hot encoded, of its value, and a sign between them."""
MOST_OF_SOURCE = 400
"""Characters of the sentence that says where data are from."""

_NOT_OF_A_LINE = ("Cc", "Cs", "Zl", "Zp")
"""Control characters, halves of surrogate pairs, ends of lines; joiners and marks of direction may be in a word."""


def is_plain(text: str) -> bool:
    """Tell whether a text is one line of characters."""
    return text.isprintable() or not any(unicodedata.category(c) in _NOT_OF_A_LINE for c in text)


def plain(text: str, most: int = MOST) -> str:
    """Give a text as one line, cut to a length; what isn't a character of a line is a question mark."""
    return "".join(c if is_plain(c) else "?" for c in " ".join(text.split())[:most]).strip()


def shortened(text: str, most: int) -> str:
    """Give a text cut to a length, with an ellipsis in place of what is left out."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


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
