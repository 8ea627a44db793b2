"""The names of a table's columns, by which they are chosen. Needs no torch."""

from collections import Counter

from linviz.core import names
from linviz.errors import InputError, shown


def checked_names(place: str, columns: list[str]) -> tuple[str, ...]:
    """Give names by which each column can be told from the others.

    Parameters
    ----------
    place
        Where they stand, for messages.
    columns
        In the order of the table.

    Raises
    ------
    InputError
        If one is missing or no line of text, two are alike, or there are not two.
    """
    if len(columns) < 2:  # noqa: PLR2004  # x and y
        only = f"one column, {shown(columns[0])}" if columns else "no column"
        raise InputError(
            f"{place} has {only}: x and y need at least two, which in a text stand apart by commas, semicolons or tabs"
        )
    for at, column in enumerate(columns, 1):
        if not column:
            raise InputError(f"{place}: column {at} has no name; give it one")
        if not names.is_plain(column) or len(column) > names.MOST:
            raise InputError(f"{place}: column {at} can't be called {shown(names.plain(column))}; give it a short name")
    [(most, times)] = Counter(columns).most_common(1)
    if times > 1:
        raise InputError(f"{place} has {times} columns called {shown(most)}: give each a name of its own")
    return tuple(columns)
