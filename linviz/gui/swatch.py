"""The colour of a branch as a small icon."""

from functools import cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from linviz.gui.icons import SIZES

DOT, PRESENT_DOT, RING, LINE = 0.3, 0.24, 0.43, 0.1
"""Radii and width, as shares of the icon's side."""


@cache
def swatch(colour: str, present: bool) -> QIcon:
    """Give a dot of this colour (``#rrggbb``); the present branch's has a ring, so that it is told by its shape too."""
    drawn = QIcon()
    for size in SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(size / 2, size / 2)
        if present:
            painter.setPen(QPen(QColor(colour), size * LINE))
            painter.drawEllipse(middle, size * RING, size * RING)
        radius = size * (PRESENT_DOT if present else DOT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(middle, radius, radius)
        painter.end()
        drawn.addPixmap(pixmap)
    return drawn
