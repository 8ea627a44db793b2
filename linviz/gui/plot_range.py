"""The ranges of the loss plot's axes: following the run without a jump each frame."""

import math

STOPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
MARGIN = 0.06
"""Room above and below the curve, by its height."""
FILLED = 0.7
"""A range of which the curve fills less is drawn in."""
FEWEST_STEPS = 10
FEWEST_AHEAD, AHEAD = 60, 1.35
"""Steps that are shown at least, and by what of the last one, where there is something ahead of it."""
EMPTY = (0.0, 1.08)
"""The range of losses while there are none."""


def steps_range(last: int, ahead: bool = False, first: int = 0) -> tuple[float, float]:
    """Give a range of steps that has room for the last one and changes seldom.

    Axes are laid out again each time their range changes, which costs as much as the curve does.

    Parameters
    ----------
    last
        The last step that is drawn.
    ahead
        Whether there is to be room for a prediction of what comes after it.
    first
        The first step that is drawn.
    """
    last -= first
    needed = max(last * AHEAD, FEWEST_AHEAD) if ahead else max(last * 1.02, FEWEST_STEPS)
    power = 10.0 ** math.floor(math.log10(needed))
    end = next((stop * power for stop in STOPS if stop * power >= needed), 10 * power)
    return first - 0.015 * end, first + end


def losses_range(lowest: float, highest: float, now: tuple[float, float]) -> tuple[float, float]:
    """Give a range for the curve's losses; the one there is now, if it still fits well.

    Parameters
    ----------
    lowest, highest
        Of the curve, in the axis' own unit: the loss, or its logarithm.
    now
        The range there is; `EMPTY` counts for nothing.
    """
    height = highest - lowest
    span = now[1] - now[0]
    if now != EMPTY and now[0] <= lowest and highest <= now[1] and height >= FILLED * span:
        return now
    if height <= 1e-9 * max(abs(highest), abs(lowest)):
        # A flat line stands in the middle of a range in which it has a size.
        height = abs(highest) or 1.0
        return lowest - height / 2, highest + height / 2
    return lowest - MARGIN * height, highest + MARGIN * height
