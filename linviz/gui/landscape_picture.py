"""A landscape as it is painted: contours with their losses, the way, what is next, the optimum.

One item that paints in pixels: each part is a call or two of the painter, where an item each would take pyqtgraph a
millisecond of every frame, and stolen from the training.
"""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from linviz.core.landscape import Points, Ring, Slice, rings
from linviz.core.trail import Traced
from linviz.gui.landscape_sight import Sight
from linviz.gui.theme import Theme

RINGS, EDGE = 8, 0.8
"""Contours, and how high the last one is by the height of the picture's farthest corner."""
GRID = 9
"""Places across and up at which the loss is looked at, to find out how far it reaches in the picture."""
CORNERS, NEARBY, MOST_CORNERS = 97, 1000.0, 4097
"""Of an ellipse whose centre is so many pixels away; of one that is farther, more."""
FAR = 1e6
"""Pixels beyond which nothing is told apart."""
ARROW, HEAD = 46.0, 7.0
"""Length of the gradient's arrow and of its head, in pixels."""
DOTS = 40
"""Stops of the way that are dots, at most; of more, dots would be a band."""
ALIKE = 0.5
"""Pixels that a landscape has to move before it is painted anew, or hundredths of its height."""
WIDTH = 1.8
APART = 0.75
"""Pixels between two corners of the way that are drawn as two."""
NEAR = 3.0
"""Pixels from the optimum where the gradient has no direction any more."""
POINT, RING, STAR, CROSS = 5.5, 6.0, 8.0, 9.0
"""Radii of the parameters' point, of where the next update leads, of the optimum, and of the cursor."""


class LandscapePicture(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Fills a view box, and maps coordinates to its pixels by itself: Qt gets no number that it can't bear."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self.setParentItem(view)
        self._view = view
        self._theme: Theme | None = None
        self._font = QFont()
        self.sight: Sight | None = None
        self.cursor: Points | None = None
        self.dragged: Points | None = None
        self.said = ""
        self.hovered = False
        self._ground = QPixmap()
        self._state: object = None
        self._corners = self._ahead = 0  # of the way, that are painted on the ground

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Take colours and font."""
        self._theme, self._font = theme, font
        self._state = None
        self.update()

    def pixels(self, points: Points) -> Points:
        """Give where points stand in the view box: (points, 2)."""
        (left, right), (low, high) = self._view.viewRange()
        rect = self._view.rect()
        with np.errstate(over="ignore", invalid="ignore"):
            across = (points[..., 0] - left) / (right - left) * rect.width()
            up = rect.height() - (points[..., 1] - low) / (high - low) * rect.height()
            spots = np.empty(points.shape)
            spots[..., 0], spots[..., 1] = across, up
            if not -FAR < spots.sum() < FAR:
                spots = np.clip(np.nan_to_num(spots, nan=-FAR), -FAR, FAR)
        return spots

    def looks_alike(self, one: Slice, other: Slice) -> bool:
        """Tell whether the contours of two slices of a landscape can't be told apart as they are painted here."""
        shift = float(np.abs(self.pixels(one.centre) - self.pixels(other.centre)).max())
        (left, right), (low, high) = self._view.viewRange()
        height = float(one.excess(np.array([[left, low], [right, high]])).max())
        return shift < ALIKE and abs(one.base - other.base) < ALIKE / 100 * height

    def boundingRect(self) -> QRectF:
        return QRectF(self._view.rect())

    def paint(self, painter: QPainter, *_: object) -> None:
        theme, sight = self._theme, self.sight
        if theme is None or sight is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        painter.setClipRect(self.boundingRect())
        pixels = painter.device().devicePixelRatio()
        state = sight.slice, self._view.viewRange(), self.boundingRect(), sight.way.version, theme, pixels
        corners = len(sight.way.points)
        if state != self._state or corners < self._corners or len(sight.ahead.points) != self._ahead:
            self._state, self._corners, self._ahead = state, corners, len(sight.ahead.points)
            self._paint_ground(theme, sight, pixels)
        painter.drawPixmap(0, 0, self._ground)
        painter.setPen(QPen(QColor(theme.accent), WIDTH))
        for line in self._lines(sight.way, max(self._corners - 1, 0)):
            painter.drawPolyline(line)
        self._paint_marks(painter, theme, sight)
        self._paint_said(painter, theme)

    def _paint_ground(self, theme: Theme, sight: Sight, pixels: float) -> None:
        """Paint what stays the same for some frames of a run: contours, and the way so far."""
        self._ground = QPixmap((self.boundingRect().size() * pixels).toSize())
        self._ground.setDevicePixelRatio(pixels)
        self._ground.fill(QColor(theme.card))
        if not sight.finite:
            return
        painter = QPainter(self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        self._paint_contours(painter, theme, sight)
        self._paint_way(painter, theme, sight)
        painter.end()

    def _paint_contours(self, painter: QPainter, theme: Theme, sight: Sight) -> None:
        colour, metrics = QColor(theme.contour), QFontMetricsF(self._font)
        found = self._laid_out(sight)
        for at, (_, lines, _) in enumerate(found):
            colour.setAlphaF(1 - 0.6 * at / RINGS)
            painter.setPen(QPen(colour, 1.2))
            for line in lines:
                painter.drawPolyline(line)
        painter.setPen(QColor(theme.dim))
        for ring, _, spot in found:
            if spot is not None:
                room = metrics.boundingRect(ring.text).adjusted(-2, 0, 2, 0)
                room.moveCenter(spot)
                painter.fillRect(room, QColor(theme.card))
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, ring.text)

    def _laid_out(self, sight: Sight) -> list[tuple[Ring, list[QPolygonF], QPointF | None]]:
        """Choose the rings that the picture has room for, and where their labels stand."""
        found, (across, up) = sight.slice, self._view.viewRange()
        corners = np.array([[x, y] for x in across for y in up])
        places = (np.linspace(low, high, GRID) for low, high in (across, up))
        grid = np.stack(np.meshgrid(*places), axis=-1).reshape(-1, 2)
        excess = found.excess(grid)
        inside = across[0] <= found.centre[0] <= across[1] and up[0] <= found.centre[1] <= up[1]
        chosen = rings(found.base, 0.0 if inside else float(excess.min()), EDGE * float(excess.max()), RINGS)
        reach = 2 * float(np.abs(corners - found.centre).max())  # of a flat slice's lines: beyond the picture
        far = float(np.abs(self.pixels(corners) - self.pixels(found.centre)).max())
        count = int(np.clip(far * CORNERS / NEARBY, CORNERS, MOST_CORNERS))
        lines = [self._within(self.pixels(found.contour(ring.excess, reach, count))) for ring in chosen]
        spots = self._spots([ring.text for ring in chosen], lines, self.pixels(found.centre), self.pixels(sight.here))
        return [
            (ring, list(map(_polygon, parts)), spot) for ring, parts, spot in zip(chosen, lines, spots, strict=True)
        ]

    def _within(self, line: Points) -> list[Points]:
        """Give the parts of a line that may be seen, as Qt would have much to do to find out."""
        rect = self.boundingRect()
        low, high = np.minimum(line[:-1], line[1:]), np.maximum(line[:-1], line[1:])
        seen = ((high >= -1) & (low <= [rect.width() + 1, rect.height() + 1])).all(axis=1)
        seen &= (np.abs(line[1:] - line[:-1]) < FAR).all(axis=1)  # the gap between two lines
        if seen.all():
            return [line]
        edges = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]]).astype(np.int8)))
        return [line[begin : end + 1] for begin, end in edges.reshape(-1, 2)]

    def _spots(self, texts: list[str], lines: list[list[Points]], centre: Points, here: Points) -> list[QPointF | None]:
        """Place a label on each ring where it is not in the way of the run, nor of another label."""
        metrics, rect = QFontMetricsF(self._font), self.boundingRect()
        away = centre - here
        away = away / (float(np.hypot(*away)) or 1.0)
        spots: list[QPointF | None] = []
        taken: list[QRectF] = []
        for text, parts in zip(texts, lines, strict=True):
            line = np.vstack([np.empty((0, 2)), *parts])
            size = np.array([metrics.horizontalAdvance(text) + 6, metrics.height()])
            low, high = size / 2, np.array([rect.width(), rect.height()]) - size / 2
            inside = line[((line >= low) & (line <= high)).all(axis=1)]
            spot: QPointF | None = None
            for at in np.argsort(-(inside - centre) @ away)[: 2 * len(inside) // 3]:
                room = QRectF(0, 0, size[0], size[1])
                room.moveCenter(QPointF(*inside[at]))
                if not any(room.intersects(other) for other in taken):
                    spot = room.center()
                    taken.append(room.adjusted(-6, -2, 6, 2))
                    break
            spots.append(spot)
        return spots

    def _paint_way(self, painter: QPainter, theme: Theme, sight: Sight) -> None:
        painter.setPen(QPen(QColor(theme.dim), 1, Qt.PenStyle.DotLine))
        for line in self._lines(sight.ahead):
            painter.drawPolyline(line)
        painter.setPen(QPen(QColor(theme.accent), WIDTH))
        for line in self._lines(sight.way):
            painter.drawPolyline(line)
        stops = sight.way.stops
        if 0 < len(stops) <= DOTS:
            pen = QPen(QColor(theme.accent), 5)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPoints(_polygon(self.pixels(stops)))

    def _lines(self, traced: Traced, first: int = 0) -> list[QPolygonF]:
        """Give a way, from one of its corners on, as lines without corners that fall on one pixel."""
        if len(traced.points) < first + 2:  # a line's ends
            return []
        spots, joined = self.pixels(traced.points[first:]), traced.joined[first:].copy()
        joined[0] = True
        cells = np.round(spots / APART)
        moved = np.any(np.diff(cells, axis=0) != 0, axis=1)
        kept = np.concatenate([[True], moved | ~joined[1:]])
        spots, joined = spots[kept], joined[kept]
        return [_polygon(part) for part in np.split(spots, np.flatnonzero(~joined)) if len(part) > 1]

    def _paint_marks(self, painter: QPainter, theme: Theme, sight: Sight) -> None:
        if not sight.finite:
            return
        marks = sight.here, sight.optimum, sight.following, sight.aim, self.dragged, self.cursor
        spots = self.pixels(np.array([_NOWHERE if mark is None else mark for mark in marks]))
        here, optimum, following, aim, dragged, cursor = (QPointF(*spot) for spot in spots.tolist())
        if sight.following is not None:
            painter.setPen(QPen(QColor(theme.next), 3))
            painter.drawLine(here, following)
            painter.setBrush(QColor(theme.card))
            painter.setPen(QPen(QColor(theme.next), 2))
            painter.drawEllipse(following, RING, RING)
        if sight.aim is not None:
            painter.setPen(QPen(QColor(theme.on_done), 1.5))
            painter.setBrush(QColor(theme.card))
            painter.drawPolygon(_STAR.translated(aim))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.on_done))
        painter.drawPolygon(_STAR.translated(optimum))
        if (optimum - here).manhattanLength() > NEAR:
            self._paint_arrow(painter, theme, here, sight)
        painter.setPen(QPen(QColor(theme.card), 1.5))
        painter.setBrush(QColor(theme.accent))
        radius = POINT * (1.4 if self.hovered else 1)
        painter.drawEllipse(here, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.dragged is not None:
            painter.setPen(QPen(QColor(theme.accent), 2, Qt.PenStyle.DotLine))
            painter.drawLine(here, dragged)
            painter.drawEllipse(dragged, POINT * 1.4, POINT * 1.4)
        if self.cursor is not None:
            painter.setPen(QPen(QColor(theme.next), 1.5))
            for arm in (QPointF(CROSS, 0), QPointF(0, CROSS)):
                painter.drawLine(cursor - arm, cursor + arm)

    def _paint_arrow(self, painter: QPainter, theme: Theme, here: QPointF, sight: Sight) -> None:
        """Show where the gradient's opposite leads, however short it is."""
        (left, right), (low, high) = self._view.viewRange()
        rect = self._view.rect()
        across = float(sight.downhill[0]) * rect.width() / (right - left)
        down = -float(sight.downhill[1]) * rect.height() / (high - low)
        length = math.hypot(across, down)
        if not 0 < length < math.inf:
            return
        way = QPointF(across / length, down / length)
        side, tip = QPointF(-way.y(), way.x()), here + way * ARROW
        painter.setPen(QPen(QColor(theme.text), 1.5))
        painter.drawLine(here, tip - way * HEAD)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.text))
        base = tip - way * (1.4 * HEAD)
        painter.drawPolygon(QPolygonF([tip, base + side * (HEAD / 2), base - side * (HEAD / 2)]))

    def _paint_said(self, painter: QPainter, theme: Theme) -> None:
        if not self.said:
            return
        metrics, rect = QFontMetricsF(self._font), self.boundingRect()
        lines = self.said.split("\n")
        width = max(map(metrics.horizontalAdvance, lines)) + 8
        room = QRectF(rect.right() - width - 2, 2, width, metrics.height() * len(lines) + 4)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.card))
        painter.drawRoundedRect(room, 4, 4)
        painter.setPen(QColor(theme.text))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.said)


def _polygon(points: Points) -> QPolygonF:
    polygon: QPolygonF = pg.functions.arrayToQPolygonF(
        np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    )
    return polygon


_NOWHERE = np.zeros(2)
_TURN = np.pi / 5 * np.arange(10) - np.pi / 2
_STAR = _polygon(
    STAR * np.column_stack([np.cos(_TURN), np.sin(_TURN)]) * np.where(np.arange(10) % 2, 0.42, 1.0)[:, None]
)
