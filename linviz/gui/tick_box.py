"""A check box that can be seen on every ground."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF, Qt
from PySide6.QtWidgets import QCheckBox, QStyleOptionButton

GAP, RADIUS = 7, 3
TICK = ((0.24, 0.52), (0.43, 0.70), (0.77, 0.31))
"""Corners of the tick, as shares of the box's side."""


class TickBox(QCheckBox):
    """Painted with the palette's own colours: Fusion's box is a shade of the ground, and unseen on a dark one."""

    def _side(self) -> int:
        return self.fontMetrics().ascent() + 2

    def sizeHint(self) -> QSize:
        text = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(self._side() + GAP + text.width() + 2, max(self._side() + 4, text.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, spot: object) -> bool:  # noqa: N802  # Qt's name
        del spot  # Qt's own looks where Fusion would have painted
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        option = QStyleOptionButton()
        self.initStyleOption(option)
        roles, colours = QPalette.ColorRole, option.palette
        side = self._side()
        box = QRectF(0, 0, side - 1, side - 1)
        box.moveTo(1.5, (self.height() - side) // 2 + 0.5)
        lit = self.isChecked() and self.isEnabled()
        ink = colours.color(roles.Highlight if lit or self.hasFocus() else roles.PlaceholderText)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink, 2 if self.hasFocus() else 1))
        painter.setBrush(colours.color(roles.Highlight if lit else roles.Base))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        if self.isChecked():
            corners = [box.topLeft() + QPointF(x * box.width(), y * box.height()) for x, y in TICK]
            painter.setPen(QPen(colours.color(roles.HighlightedText if lit else roles.PlaceholderText), 2))
            painter.drawPolyline(QPolygonF(corners))
        painter.setPen(colours.color(roles.WindowText if self.isEnabled() else roles.PlaceholderText))
        words = self.rect().adjusted(side + GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic, self.text())
        painter.end()
