"""The contours of a landscape in its frame: which ones, where they can be seen, and where their losses are written."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainterPath

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from linviz.core.landscape import Points, Slice
from linviz.core.relief import Relief
from linviz.core.rings import Ring, rings
from linviz.gui.landscape_frame import FAR, Frame

RINGS, EDGE = 8, 0.8
"""Contours, and how high the last one is by the height of the picture's farthest corner."""
GRID = 9
"""Places across and up at which the loss is looked at, to find out how far it reaches in the picture."""
CORNERS, NEARBY, MOST_CORNERS = 97, 1000.0, 4097
"""Of an ellipse whose centre is so many pixels away; of one that is farther, more."""
TRIED = 24
"""Places on a contour that are tried for its label."""
ALIKE = 0.5
"""Pixels that a landscape has to move before it looks otherwise, or hundredths of its height."""


@dataclass(frozen=True, slots=True)
class Contour:
    """A line on which the loss is the same, in pixels.

    Parameters
    ----------
    text
        The loss.
    path
        The line.
    spot
        The middle of the text; none if there is no room.
    """

    text: str
    path: QPainterPath
    spot: QPointF | None


def contours(seen: Slice | Relief, frame: Frame, metrics: QFontMetricsF, here: Points) -> list[Contour]:
    """Lay out those that the frame has room for.

    Parameters
    ----------
    seen
        The loss.
    frame
        Where.
    metrics
        Of the labels' font.
    here
        Coordinates that the labels keep away from: (2,).
    """
    if isinstance(seen, Relief):
        chosen = rings(seen.base, 0.0, EDGE * float(seen.losses.max() - seen.base), RINGS)
        lines = [frame.pixels(seen.contour(seen.base + ring.excess)) for ring in chosen]
        paths = [_path(line, "pairs") for line in lines]
    else:
        chosen = _rings(seen, frame)
        parts = _lines(seen, chosen, frame)
        lines = [line for line, _ in parts]
        paths = [_path(*part) for part in parts]
    spots = _spots([ring.text for ring in chosen], lines, frame, metrics, frame.pixels(np.array([seen.centre, here])))
    return [Contour(ring.text, path, spot) for ring, path, spot in zip(chosen, paths, spots, strict=True)]


def alike(one: Slice, other: Slice, frame: Frame) -> bool:
    """Tell whether the contours of two slices of a landscape can't be told apart in a frame."""
    spots = frame.pixels(np.array([one.centre, other.centre]))
    height = float(one.excess(frame.corners).max())
    return float(np.abs(spots[1] - spots[0]).max()) < ALIKE and abs(one.base - other.base) < ALIKE / 100 * height


def _rings(seen: Slice, frame: Frame) -> list[Ring]:
    excess = seen.excess(frame.grid(GRID))
    least = 0.0 if frame.contains(seen.centre) else float(excess.min())
    return rings(seen.base, least, EDGE * float(excess.max()), RINGS)


def _lines(seen: Slice, chosen: list[Ring], frame: Frame) -> list[tuple[Points, object]]:
    """Give the rings in pixels, and which of their points are joined: all are the last one, made smaller."""
    if not chosen:
        return []
    corners, centre = frame.pixels(frame.corners), frame.pixels(seen.centre)
    far = float(np.abs(corners - centre).max())
    count = int(np.clip(far * CORNERS / NEARBY, CORNERS, MOST_CORNERS))
    # Of a flat slice's lines: beyond the picture, also made smaller.
    reach = 2 * float(np.abs(frame.corners - seen.centre).max()) * (chosen[-1].excess / chosen[0].excess) ** 0.5
    last = seen.contour(chosen[-1].excess, reach, count)
    parted = np.isnan(last)  # between the lines of a flat slice; as pixels it would be a place, and joined to them
    last = np.where(parted, np.nan, frame.pixels(last) - centre)
    lines = [centre + (ring.excess / chosen[-1].excess) ** 0.5 * last for ring in chosen]
    whole = count == CORNERS and not seen.flat
    return [(line, "all") if whole else _within(frame, line) for line in lines]


def _path(line: Points, connect: object) -> QPainterPath:
    if not len(line):
        return QPainterPath()
    made: QPainterPath = pg.functions.arrayToQPath(
        np.ascontiguousarray(line[:, 0]), np.ascontiguousarray(line[:, 1]), connect=connect
    )
    return made


def _within(frame: Frame, line: Points) -> tuple[Points, object]:
    """Give of a line what may be seen, as Qt would have much to do to find out, and which points are joined."""
    if len(line) < 2:  # noqa: PLR2004  # a line's ends
        return line, "all"
    low, high = np.minimum(line[:-1], line[1:]), np.maximum(line[:-1], line[1:])
    seen = ((high >= -1) & (low <= [frame.width + 1, frame.height + 1])).all(axis=1)
    seen &= (high - low < FAR).all(axis=1)  # nothing is known of the way between points that far
    joined = np.append(seen, False)
    kept = joined | np.append(False, seen)
    return line[kept], joined[kept].astype(np.int32)


def _spots(
    texts: list[str], lines: list[Points], frame: Frame, metrics: QFontMetricsF, marks: Points
) -> list[QPointF | None]:
    """Place a label on each line where it is not in the way of the run, nor of another label."""
    centre, here = marks
    away = (centre - here) / (float(np.hypot(*(centre - here))) or 1.0)
    spots: list[QPointF | None] = []
    taken: list[QRectF] = []
    for text, line in zip(texts, lines, strict=True):
        size = np.array([metrics.horizontalAdvance(text) + 6, metrics.height()])
        inside = line[((line >= size / 2) & (line <= [frame.width, frame.height] - size / 2)).all(axis=1)]
        order = np.argsort(-(inside - centre) @ away)[: 2 * len(inside) // 3]
        spot: QPointF | None = None
        for at in order[:: max(len(order) // TRIED, 1)]:
            room = QRectF(0, 0, size[0], size[1])
            room.moveCenter(QPointF(*inside[at]))
            if not any(room.intersects(other) for other in taken):
                spot = room.center()
                taken.append(room.adjusted(-6, -2, 6, 2))
                break
        spots.append(spot)
    return spots
