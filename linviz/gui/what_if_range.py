"""The units of the what-if plot: the parabola keeps its place in it while its numbers change."""

import math

import numpy as np

from linviz.core.what_if import Parabola

STOPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
ROOM, LEAST, MOST = 1.2, 1.08, 2.0
"""Of the limit: where a new axis ends at least, and what the end of one that stays may be of it."""
BEYOND = 1.6
"""Of the limit: a rate up to there is shown, a larger one is said to be beyond."""
TRIFLE, LARGEST = 1e-300, 1e300
"""Of losses that can be divided by."""


def rates_end(parabola: Parabola, rate: float, now: float) -> float:
    """Give where the axis of learning rates ends, which begins at 0; the end there is now, if it still does.

    Parameters
    ----------
    parabola
        What is drawn.
    rate
        The present learning rate.
    now
        The end there is; 0 for none.
    """
    limit = parabola.limit
    needed = rate if limit is None or limit < rate <= BEYOND * limit else limit
    if LEAST * needed <= now <= MOST * needed:
        return now
    if not needed:  # a schedule may come to 0
        return now or 1.0
    power = 10.0 ** math.floor(math.log10(ROOM * needed))
    return next((stop * power for stop in STOPS if stop * power >= ROOM * needed), 10 * power)


def depth(parabola: Parabola, end: float) -> float:
    """Give the unit of heights: how far the parabola goes down, or up to the end of the rates if it only does that."""
    best = parabola.best
    change = float(parabola.change(np.array([end if best is None else best]))[0])
    return min(max(abs(change), TRIFLE), LARGEST)
