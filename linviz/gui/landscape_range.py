"""What part of a landscape is looked at: following the run without a jump each frame."""

import numpy as np

from linviz.core.landscape import Points

MARGIN = 0.18
"""Room around what is to be seen, by its size."""
FILLED = 0.45
"""A range of which less is filled is drawn in."""
SQUARE = 6.0
"""Up to so many times as long as the other, both axes are to the same scale, and slopes stand upright on contours."""
LEAST = 1e-12
"""Of the coordinates' size: what float64 tells apart well enough to be drawn."""

Range = tuple[tuple[float, float], tuple[float, float]]


def seen_range(points: Points, now: Range | None, shape: float) -> Range | None:
    """Give ranges across and up in which points can be seen; those there are now, if they still fit well.

    Parameters
    ----------
    points
        What is to be seen; those that aren't finite don't count: (points, 2).
    now
        The ranges there are, or none.
    shape
        The width of the picture by its height, in pixels.

    Returns
    -------
    Range or None
        None if there is nothing to be seen.
    """
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return now
    low, high = points.min(axis=0), points.max(axis=0)
    if now is not None and _fits(low, high, now):
        return now
    size = high - low
    largest = float(size.max())
    least = LEAST * float(np.abs(points).max())
    if not largest > least:
        largest = float(np.abs(points).max()) or 1.0
        size = np.full(2, largest)
    size = size * (1 + 2 * MARGIN)
    if min(size[0], size[1] * shape) * SQUARE >= max(size[0], size[1] * shape):
        height = max(size[1], size[0] / shape)
        size = np.array([height * shape, height])
    size = np.maximum(size, largest / 1e6)
    middle = low + (high - low) / 2
    (left, bottom), (right, top) = middle - size / 2, middle + size / 2
    return (float(left), float(right)), (float(bottom), float(top))


def _fits(low: Points, high: Points, now: Range) -> bool:
    begin, end = np.array(now).T
    inside = bool((begin <= low).all() and (high <= end).all())
    return inside and bool(((high - low) >= FILLED * (end - begin)).any())
