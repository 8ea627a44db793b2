"""A loss plot on the screen, and what is drawn in it."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.parts import burst_of, picture
from linviz.gui.loss_plot import LossPlot
from linviz.gui.theme import LIGHT

Numbers = NDArray[np.float64]
BOTH_SCALES = pytest.mark.parametrize("log", [False, True], ids=["linear", "logarithmic"])
FALLING = [4.0, 2.0, 1.0, 0.5, 0.25]


class ShownPlot:
    """A plot on the screen, and what is drawn in it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.plot = LossPlot()
        qtbot.addWidget(self.plot)
        self.plot.resize(800, 400)
        self.plot.set_theme(LIGHT, 1.0)
        with qtbot.waitExposed(self.plot):  # what a display still sends about showing it would come between
            self.plot.show()
        self.view = self.plot.getPlotItem().getViewBox()

    def put(self, losses: Any, first: int = 0, *, by_hand: bool = False) -> None:
        self.plot.put(burst_of(losses, first, by_hand))

    def curve(self) -> tuple[Numbers, Numbers]:
        steps, heights = self.plot._curve.getData()
        return steps, heights

    def dots(self) -> list[float]:
        return [float(step) for step in self.plot._dots.getData()[0]]

    def circles(self) -> list[tuple[float, float]]:
        return [(float(step), float(height)) for step, height in zip(*self.plot.marks.circles.getData(), strict=True)]

    def broken(self) -> str:
        """Give what is said where the loss stopped being finite, or nothing."""
        line = self.plot.marks.broken_line
        return f"{line.label.format} @ {line.value():g}" if line.isVisible() else ""

    def read_out(self) -> str:
        text = self.plot._read_out._text
        return str(text.toPlainText()) if text.isVisible() else ""

    def hint(self) -> str:
        return str(self.plot.marks.hint.toPlainText()) if self.plot.marks.hint.isVisible() else ""

    def ranges(self) -> tuple[float, float, float, float]:
        (left, right), (low, high) = self.view.viewRange()
        return left, right, low, high

    def contains(self, *points: tuple[float, float]) -> bool:
        """Tell whether points of the axes can be seen."""
        left, right, low, high = self.ranges()
        return all(left < step < right and low < height < high for step, height in points)

    def spot(self, step: float, height: float) -> QPoint:
        """Give the place of a point of the axes in the widget."""
        found = self.plot.mapFromScene(self.view.mapViewToScene(QPointF(step, height)))
        assert isinstance(found, QPoint)
        return found

    def hover(self, spot: QPoint) -> None:
        QTest.mouseMove(self.plot.viewport(), spot)

    def wheel(self, spot: QPoint, clicks: int) -> None:
        place = QPointF(spot)
        event = QWheelEvent(
            place,
            QPointF(self.plot.mapToGlobal(spot)),
            QPoint(),
            QPoint(0, 120 * clicks),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.plot.viewport(), event)

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(self.plot, key)

    def colours_at(self, step: float) -> Counter[str]:
        """Count the colours on the vertical line at a step, which stands on a pixel or the one beside it."""
        image, x = picture(self.plot), self.spot(step, 0).x()
        return Counter(image.pixelColor(x + right, y).name() for right in (-1, 0, 1) for y in range(image.height()))

    def middle(self) -> QPoint:
        left, right, low, high = self.ranges()
        return self.spot((left + right) / 2, (low + high) / 2)
