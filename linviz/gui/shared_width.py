"""How the tables that stand in a row share its width."""

from collections.abc import Sequence

from linviz.gui.array_table import WIDEST, ArrayTable

WHOLE = 1 - 1e-9
"""The stretch of a table that shows all its columns where others scroll, and so has a bar, unseen, as they have."""


def share_width(slots: Sequence[Sequence[ArrayTable]], room: int, bar: int = 0, widest: float = WIDEST) -> float:
    """Make all cells equally wide, or, where there is no room for all, let only the widest tables scroll.

    Parameters
    ----------
    slots
        The tables; those of a slot stand below each other.
    room
        The width for all of them, in pixels.
    bar
        What to leave for a scroll bar, if there is more room than needed.
    widest
        Width of a cell where there is room, by its least width.

    Returns
    -------
    stretch
        The width of the cells by their least one; below 1 tables scroll.
    """
    measures = [max((table.least_widths() for table in slot), key=sum) for slot in slots]
    cells = [width for _, width in measures]
    room -= sum(fixed for fixed, _ in measures)
    least = max(sum(cells), 1)
    bar = min(bar, max(room - least, 0))
    stretch = min(max(room - bar, 0) / least, widest)
    most = largest_share(cells, room)
    for slot, width in zip(slots, cells, strict=True):
        for table in slot:
            table.set_stretch(stretch if stretch >= 1 else min(most / max(width, 1), WHOLE))
    return stretch


def largest_share(widths: list[int], room: int) -> float:
    """Give the width that none may exceed, so that all together have the room, and the narrow ones what they need."""
    left = float(max(room, 0))
    for count, width in zip(range(len(widths), 0, -1), sorted(widths), strict=True):
        if width * count >= left:
            return left / count
        left -= width
    return float(max(widths, default=0))
