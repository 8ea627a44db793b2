"""The shipped icons, in any colour."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from linviz.resources import resource

SIZES = (16, 24, 32, 48, 64)


@cache
def renderer(name: str, colour: str) -> QSvgRenderer:
    """Give what paints an icon of ``resources/icons``, sharp at every scale.

    Parameters
    ----------
    name
        File name without its ending.
    colour
        ``#rrggbb``.

    Raises
    ------
    FileNotFoundError
        If there is no such icon.
    """
    source = resource(f"icons/{name}.svg").read_text("utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(source.encode()))


@cache
def icon(name: str, colour: str, disabled: str) -> QIcon:
    """Give an icon for menus and plain buttons, with its colour when disabled."""
    drawn = QIcon()
    for mode, ink in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled)):
        drawing = renderer(name, ink)
        for size in SIZES:
            pixmap = QPixmap(size, size)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            drawing.render(painter, QRectF(0, 0, size, size))
            painter.end()
            drawn.addPixmap(pixmap, mode)
    return drawn
