"""The line in the loss plot where the loss stopped being finite."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from linviz.gui.theme import Theme

MIDDLE = 0.5


class BrokenLine(pg.InfiniteLine):  # type: ignore[misc]  # pyqtgraph has no types
    """Upright and dashed, with a label that is never cut at the plot's side."""

    def __init__(self) -> None:
        super().__init__(angle=90, movable=False, label="", labelOpts={"position": MIDDLE})

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Take colours and font."""
        self.setPen(pg.mkPen(theme.on_danger, width=1, style=Qt.PenStyle.DashLine))
        self.label.setColor(QColor(theme.on_danger))
        self.label.setFont(font)

    def stand_at(self, step: int, words: tuple[str, ...], place: float, width: float) -> None:
        """Stand at a step, with words on the side where there is more room; below each other if it isn't enough.

        Parameters
        ----------
        step
            Where.
        words
            What is written.
        place
            Where that is in the plot, from 0 on the left to 1 on the right.
        width
            Pixels of the plot.
        """
        self.setPos(step)
        text, item = " ".join(words), self.label.textItem
        ink = QFontMetricsF(item.font()).horizontalAdvance(text) + 2 * item.document().documentMargin()
        # pyqtgraph asks for an anchor for each half of the plot's height.
        self.label.anchors = [(1.0 if place > MIDDLE else 0.0, MIDDLE)] * 2
        self.label.setFormat(text if ink <= max(place, 1 - place) * width else "\n".join(words))
