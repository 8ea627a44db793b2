"""What test_time_line.py and test_time_line_marks.py have in common: a time line, and a history behind it."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QStyle, QStyleOptionSlider, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, dress, picture
from linviz.core.history import History
from linviz.core.problem import Problem
from linviz.core.snapshot import Burst
from linviz.core.travel import SeekStep
from linviz.gui.commands import build_actions
from linviz.gui.focus_keys import FocusKeys
from linviz.gui.time_line import TimeLine


def channels(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


class ShownTimeLine:
    """A window with a time line, and behind it a history that answers when it is told to."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.actions = build_actions(self.window)
        FocusKeys(self.window)
        self.line = TimeLine(self.actions, self.window)
        QVBoxLayout(self.window).addWidget(self.line)
        dress(self.window, parts=[self.line])
        self.window.resize(900, 80)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.slider = self.line.slider
        self.history = History(Problem.notebook())
        self.sought: list[int] = []
        self.switched: list[int] = []
        self.line.sought.connect(self._on_sought)
        self.line.switched.connect(self._on_switched)

    def _on_sought(self, step: int) -> None:
        self.sought.append(step)

    def _on_switched(self, number: int) -> None:
        self.switched.append(number)

    def perform(self, *commands: object) -> None:
        """Do what a window does with a command."""
        for command in commands:
            result = self.history.perform(command)  # type: ignore[arg-type]  # commands and travels alike
            assert isinstance(result, Burst)
            assert result.place is not None
            self.line.show_place(result.place)

    def answer(self) -> int:
        """Do the last thing that was asked for, and give its step."""
        step = self.sought[-1]
        self.perform(SeekStep(step))
        return step

    def said(self, name: str) -> str:
        found = self.line.findChild(QLabel, name)
        assert isinstance(found, QLabel)
        return found.text()

    def spot(self, step: int) -> QPoint:
        """Give the place of a step on the slider."""
        option = QStyleOptionSlider()
        self.slider.initStyleOption(option)
        groove, handle = (
            self.slider.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self.slider)
            for part in (QStyle.SubControl.SC_SliderGroove, QStyle.SubControl.SC_SliderHandle)
        )
        span = groove.width() - handle.width()
        at = QStyle.sliderPositionFromValue(0, self.slider.maximum(), step, span)
        return QPoint(groove.left() + at + handle.width() // 2, self.slider.height() // 2)

    def press(self, step: int) -> None:
        QTest.mousePress(self.slider, Qt.MouseButton.LeftButton, pos=self.spot(step))

    def move(self, step: int) -> None:
        QTest.mouseMove(self.slider, self.spot(step))

    def release(self, step: int) -> None:
        QTest.mouseRelease(self.slider, Qt.MouseButton.LeftButton, pos=self.spot(step))

    def names(self) -> list[str]:
        return [self.line.branches.itemText(at) for at in range(self.line.branches.count())]

    def under(self, step: int, colour: str) -> bool:
        """Tell whether a mark of this colour stands at a step; on its edges it is mixed with the ground."""
        image, spot, wanted = picture(self.slider), self.spot(step), channels(QColor(colour))
        shown = [channels(colour_at(image, spot + QPoint(x, y))) for x in (-1, 0, 1) for y in range(5, 10)]
        return any(max(abs(one - other) for one, other in zip(each, wanted, strict=True)) < 90 for each in shown)
