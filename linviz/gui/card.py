"""A part of the window as a card, whose frame can light up."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from linviz.gui.theme import Theme

READS: Final = "reads"
WRITES: Final = "writes"
Lights = Mapping[str, str]
"""`READS` or `WRITES` by field: what a line of code does with it."""

RADIUS = 8


def lights(reads: tuple[str, ...], writes: tuple[str, ...]) -> Lights:
    """Give the lights of what is read and written; what is both counts as written."""
    return dict.fromkeys(reads, READS) | dict.fromkeys(writes, WRITES)


def light_colour(theme: Theme, light: str) -> QColor:
    """Give the colour of a light."""
    return QColor(theme.accent if light == READS else theme.next)


class Card(QFrame):
    """A frame with round corners."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self._card_theme: Theme | None = None
        self._light = ""

    @property
    def lit_as(self) -> str:
        """How it is lit: `READS`, `WRITES` or not at all."""
        return self._light

    def set_card_theme(self, theme: Theme) -> None:
        """Take the colours of the lights."""
        self._card_theme = theme

    def light(self, light: str) -> None:
        """Light the frame up as `READS` or `WRITES`; nothing puts the light out."""
        if light != self._light:
            self._light = light
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._light and self._card_theme is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(light_colour(self._card_theme, self._light), 3)
            if self._light == READS:
                pen.setStyle(Qt.PenStyle.DotLine)  # told apart without colours too
            painter.setPen(pen)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), RADIUS - 1, RADIUS - 1)
            painter.end()
