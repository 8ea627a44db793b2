"""Small labels that adapt: to their width, to a state."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from linviz.gui.fields import FRESHNESS


class Caption(QLabel):
    """A line of small print in several lengths, the longest that fits of which is shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._texts: tuple[str, ...] = ("",)
        self.setProperty("role", "dim")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_texts(self, *texts: str) -> None:
        """Take the same said in fewer and fewer words."""
        self._texts = texts
        self.setText(texts[0])

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        metrics = self.fontMetrics()
        fitting = (text for text in self._texts if metrics.horizontalAdvance(text) <= self.width())
        last = metrics.elidedText(self._texts[-1], Qt.TextElideMode.ElideRight, self.width())
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        self.paint_text(painter, next(fitting, last))
        painter.end()

    def paint_text(self, painter: QPainter, text: str) -> None:
        """Paint the text that fits."""
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class Badge(QLabel):
    """Says *fresh*, *stale* or *none*, or *computed*."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "badge")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_freshness("none")

    def show_freshness(self, freshness: str) -> None:
        """Take one of the words of `FRESHNESS`."""
        if self.property("badge") != freshness:
            self.setText(freshness)
            self.setProperty("badge", freshness)
            self.setToolTip(FRESHNESS[freshness])
            self.style().unpolish(self)  # the style sheet's colours follow a property only when polished again
            self.style().polish(self)
