"""How a learning rate goes with the steps, as a small curve."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from linviz.core.schedule import Schedule

LINES = 5
"""Of text: its height."""
PERIODS = 3
"""Of a schedule that are drawn."""


class ScheduleCurve(QWidget):
    """Draws the rates from step 0 on, over the warm-up and some periods, from 0 at the bottom."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("schedule_curve")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._schedule, self._rate = Schedule(), 0.0

    def show_schedule(self, schedule: Schedule, rate: float) -> None:
        """Draw this."""
        self._schedule, self._rate = schedule, rate
        self.update()

    @property
    def last(self) -> int:
        """The step at its right end."""
        schedule = self._schedule
        periods = {"constant": 0, "step": PERIODS, "cosine": 1.3}[schedule.schedule]
        return schedule.warm_up + max(round(schedule.schedule_steps * periods), schedule.warm_up // 2, 10)

    def points(self, count: int) -> list[tuple[float, float]]:
        """Give so many points of it, both coordinates as shares of the whole: steps, and rates of the largest."""
        steps = (round(at * self.last / (count - 1)) for at in range(count))
        return [(step / self.last, self._schedule.factor(step)) for step in steps]

    def sizeHint(self) -> QSize:
        return QSize(200, LINES * self.fontMetrics().lineSpacing())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        metrics, palette = self.fontMetrics(), self.palette()
        text, line = palette.color(QPalette.ColorRole.PlaceholderText), palette.color(QPalette.ColorRole.Mid)
        top = f"{self._rate:g}"
        left = max(metrics.horizontalAdvance(each) for each in (top, "0")) + 8
        foot = metrics.lineSpacing() + 2
        area = QRectF(
            left, metrics.ascent() / 2 + 1, self.width() - left - 4, self.height() - foot - metrics.ascent() / 2
        )
        painter = QPainter(self)
        painter.setPen(QPen(line, 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.bottomLeft(), area.topLeft())
        painter.setPen(text)
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        for y, word in ((area.top(), top), (area.bottom(), "0")):
            painter.drawText(QRectF(0, y - foot / 2, left - 6, foot), middle | right, word)
        below = QRectF(area.left(), area.bottom() + 2, area.width(), foot)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "step 0")
        painter.drawText(below, right, f"{self.last:,}")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2))
        shares = self.points(max(int(area.width()), 2))
        spots = [QPointF(area.left() + area.width() * x, area.bottom() - area.height() * y) for x, y in shares]
        painter.drawPolyline(QPolygonF(spots))
        painter.end()
