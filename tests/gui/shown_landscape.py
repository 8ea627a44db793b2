"""The landscape of a window, and what is drawn and said there."""

from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.driving import settle
from linviz.core.landscape import Points, Slice
from linviz.core.snapshot import Snapshot
from linviz.gui.landscape_sight import Sight
from linviz.gui.main_window import MainWindow


class ShownLandscape:
    """The landscape of a window whose theory is known."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window = qtbot, window
        self.page, self.plot = window.desk.landscape, window.desk.landscape.plot
        qtbot.waitUntil(lambda: window.foresight.theory is not None)
        self.settle()

    def settle(self) -> None:
        settle(self.qtbot, self.window)

    @property
    def sight(self) -> Sight:
        assert self.plot.picture.sight is not None
        return self.plot.picture.sight

    @property
    def slice(self) -> Slice:
        assert isinstance(self.sight.slice, Slice)
        return self.sight.slice

    @property
    def optimum(self) -> Points:
        assert self.sight.optimum is not None
        return self.sight.optimum

    @property
    def moment(self) -> Snapshot:
        assert self.window.snapshot is not None
        return self.window.snapshot

    def said(self, name: str) -> str:
        label = self.page.findChild(QLabel, f"landscape_{name}")
        assert isinstance(label, QLabel)
        return label.text()

    def spot(self, point: Any) -> QPoint:
        """Give the place of coordinates in the plot's widget."""
        pixels = QPointF(*self.plot.picture.frame.pixels(np.asarray(point, float)))
        found = self.plot.mapFromScene(self.plot.getPlotItem().getViewBox().mapToScene(pixels))
        return QPoint(found)

    def drag(self, begin: QPoint, end: QPoint) -> None:
        view = self.plot.viewport()
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=begin)
        for share in (0.5, 1.0):
            QTest.mouseMove(view, begin + (end - begin) * share)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
        self.settle()

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(self.plot, key)
        self.settle()

    def cell(self, field: str, *index: int) -> float:
        return float(getattr(self.moment, field)[index])
