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

from typing import TYPE_CHECKING

from linviz.core.trail import Traced
from linviz.gui.landscape_contours import RINGS, Contour, contours
from linviz.gui.landscape_frame import Frame, polygon
from linviz.gui.landscape_sight import Sight
from linviz.gui.theme import Theme

if TYPE_CHECKING:
    from linviz.core.landscape import Points

ARROW, HEAD = 46.0, 7.0
"""Length of the gradient's arrow and of its head, in pixels."""
DOTS = 40
"""Stops of the way that are dots, at most; of more, dots would be a band."""
UNSEEN = 0.25
"""Pixels that a mark has to move to be painted anew."""
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
        self._font, self._metrics = QFont(), QFontMetricsF(QFont())
        self.sight: Sight | None = None
        self.cursor: Points | None = None
        self.dragged: Points | None = None
        self.said = ""
        self.hovered = False
        self._ground = QPixmap()
        self._state: object = None
        self._moved: object = None  # where the marks stood when they were painted last
        self._corners = 0  # of the way, that are painted on the ground

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Take colours and font."""
        self._theme, self._font, self._metrics = theme, font, QFontMetricsF(font)
        self._state = None
        self.update()

    @property
    def frame(self) -> Frame:
        """What of the landscape is seen, and how large."""
        return Frame.of(self._view)

    def unmoved(self, here: "Points") -> bool:
        """Tell whether parameters there would be painted where they are seen now."""
        if self.sight is None:
            return False
        across, up = (here - self.sight.here).tolist()
        if across == up == 0:
            return True
        right, down = self.frame.unit
        return bool(abs(across * right) < UNSEEN and abs(up * down) < UNSEEN)

    def update_moved(self) -> None:
        """Paint anew, unless nothing has moved so far that it could be seen: near the optimum a run stands still."""
        sight, moved = self.sight, None
        if sight is not None and sight.finite:
            following = sight.here if sight.following is None else sight.following
            spots = self.frame.pixels(np.array([sight.here, following]))
            seen = sight.slice, self.frame, sight.way.version, len(sight.ahead.points), sight.following is None
            moved = seen, np.round(spots / UNSEEN).tolist()
        if moved is None or moved != self._moved:
            self._moved = moved
            self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(self._view.rect())

    def paint(self, painter: QPainter, *_: object) -> None:
        theme, sight = self._theme, self.sight
        rect = self.boundingRect()
        if theme is None or sight is None or not sight.finite or min(rect.width(), rect.height()) < 1:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        painter.setClipRect(rect)
        frame, pixels, corners = self.frame, painter.device().devicePixelRatio(), len(sight.way.points)
        state = sight.slice, frame, sight.way.version, len(sight.ahead.points), theme, pixels
        if state != self._state or corners < self._corners:
            self._state, self._corners = state, corners
            self._paint_ground(theme, sight, frame, pixels)
        painter.drawPixmap(0, 0, self._ground)
        painter.setPen(QPen(QColor(theme.accent), WIDTH))
        for line in _lines(frame, sight.way, max(self._corners - 1, 0)):
            painter.drawPolyline(line)
        self._paint_marks(painter, theme, sight, frame)
        self._paint_said(painter, theme)

    def _paint_ground(self, theme: Theme, sight: Sight, frame: Frame, pixels: float) -> None:
        """Paint what stays the same for some frames of a run: contours, and the way so far."""
        self._ground = QPixmap((self.boundingRect().size() * pixels).toSize())
        self._ground.setDevicePixelRatio(pixels)
        self._ground.fill(QColor(theme.card))
        painter = QPainter(self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        if sight.slice is not None:
            self._paint_contours(painter, theme, contours(sight.slice, frame, self._metrics, sight.here))
        self._paint_way(painter, theme, sight, frame)
        painter.end()

    def _paint_contours(self, painter: QPainter, theme: Theme, found: list[Contour]) -> None:
        colour = QColor(theme.contour)
        for at, contour in enumerate(found):
            colour.setAlphaF(1 - 0.6 * at / RINGS)
            painter.setPen(QPen(colour, 1))  # a wider one takes Qt six times as long
            painter.drawPath(contour.path)
        painter.setPen(QColor(theme.dim))
        height, middle = self._metrics.height(), (self._metrics.ascent() - self._metrics.descent()) / 2
        for contour in found:
            if contour.spot is not None:
                width = self._metrics.horizontalAdvance(contour.text)
                left, up = contour.spot.x() - width / 2, contour.spot.y()
                painter.fillRect(QRectF(left - 2, up - height / 2, width + 4, height), QColor(theme.card))
                painter.drawText(QPointF(left, up + middle), contour.text)

    def _paint_way(self, painter: QPainter, theme: Theme, sight: Sight, frame: Frame) -> None:
        painter.setPen(QPen(QColor(theme.dim), 1, Qt.PenStyle.DotLine))
        for line in _lines(frame, sight.ahead):
            painter.drawPolyline(line)
        painter.setPen(QPen(QColor(theme.accent), WIDTH))
        for line in _lines(frame, sight.way):
            painter.drawPolyline(line)
        stops = sight.way.stops
        if 0 < len(stops) <= DOTS:
            pen = QPen(QColor(theme.accent), 5)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPoints(polygon(frame.pixels(stops)))

    def _paint_marks(self, painter: QPainter, theme: Theme, sight: Sight, frame: Frame) -> None:
        marks = sight.here, sight.optimum, sight.following, sight.aim, self.dragged, self.cursor
        spots = frame.pixels(np.array([_NOWHERE if mark is None else mark for mark in marks]))
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
        if sight.optimum is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.on_done))
            painter.drawPolygon(_STAR.translated(optimum))
        if sight.downhill is not None and (sight.optimum is None or (optimum - here).manhattanLength() > NEAR):
            across, down = (float(each) for each in sight.downhill * frame.unit)
            self._paint_arrow(painter, theme, here, across, down)
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

    def _paint_arrow(self, painter: QPainter, theme: Theme, here: QPointF, across: float, down: float) -> None:
        """Show where the gradient's opposite leads, however short it is."""
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
        metrics, rect = self._metrics, self.boundingRect()
        lines = self.said.split("\n")
        width = max(map(metrics.horizontalAdvance, lines)) + 8
        room = QRectF(rect.right() - width - 2, 2, width, metrics.height() * len(lines) + 4)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.card))
        painter.drawRoundedRect(room, 4, 4)
        painter.setPen(QColor(theme.text))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.said)


def _lines(frame: Frame, traced: Traced, first: int = 0) -> list[QPolygonF]:
    """Give a way, from one of its corners on, as lines without corners that fall on one pixel."""
    if len(traced.points) < first + 2:  # a line's ends
        return []
    spots, joined = frame.pixels(traced.points[first:]), traced.joined[first:].copy()
    joined[0] = True
    cells = np.round(spots / APART)
    moved = np.any(np.diff(cells, axis=0) != 0, axis=1)
    kept = np.concatenate([[True], moved | ~joined[1:]])
    spots, joined = spots[kept], joined[kept]
    return [polygon(part) for part in np.split(spots, np.flatnonzero(~joined)) if len(part) > 1]


_NOWHERE = np.zeros(2)
_TURN = np.pi / 5 * np.arange(10) - np.pi / 2
_STAR = polygon(
    STAR * np.column_stack([np.cos(_TURN), np.sin(_TURN)]) * np.where(np.arange(10) % 2, 0.42, 1.0)[:, None]
)
