"""The learning rate: a logarithmic slider and a free entry."""

import math
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QSlider, QWidget

from linviz.core.settings import Settings
from linviz.errors import InputError

LOWEST, HIGHEST = -4, 1
"""Powers of ten at the slider's ends; the entry takes any rate."""
TICKS = 20
"""To a power of ten."""
WIDTH = 170
TIP = "Learning rate η: the update subtracts η times the gradient. Applies from the next update on."


class RateSlider(QSlider):
    """A slider that likes to be wide and can be narrow."""

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(WIDTH, 0))


class LearningRate(QWidget):
    """Slider and entry show the same rate; a wrong entry is marked, explained and not applied."""

    changed = Signal(float)
    """A rate was chosen."""
    complained = Signal(str)
    """Why what stands in the entry can't be taken; empty when that is over."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings, self._rate = settings, settings.learning_rate
        label = QLabel("η", self)
        label.setToolTip(TIP)
        self._slider = RateSlider(Qt.Orientation.Horizontal, self)
        self._slider.setObjectName("learning_rate_slider")
        self._slider.setRange(LOWEST * TICKS, HIGHEST * TICKS)
        self._slider.setPageStep(TICKS)
        self._slider.setMinimumWidth(70)
        self._slider.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._slider.setToolTip(TIP + "  (arrow keys; Page Up and Down: ten times)")
        self._slider.setAccessibleName("learning rate, logarithmic")
        self.entry = QLineEdit(self)
        self.entry.setObjectName("learning_rate")
        self.entry.setAccessibleName("learning rate")
        self.entry.setMaxLength(40)
        self.entry.installEventFilter(self)
        label.setBuddy(self.entry)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (label, self._slider, self.entry):
            layout.addWidget(widget)
        self._slider.valueChanged.connect(self._on_slid)
        self.entry.editingFinished.connect(self._on_entered)
        self.entry.textEdited.connect(self._on_edited)
        self.show_rate(self._rate)

    def show_rate(self, rate: float) -> None:
        """Show a rate that is in force."""
        self._rate = rate
        blocked = self._slider.blockSignals(True)  # else the slider's rounding would be chosen as a rate
        self._slider.setValue(round(math.log10(rate) * TICKS))
        self._slider.blockSignals(blocked)
        self.entry.setText(f"{rate:g}" if float(f"{rate:g}") == rate else repr(rate))
        self.entry.setFixedWidth(self.entry.fontMetrics().horizontalAdvance("0" * 9) + 18)
        self.entry.setCursorPosition(0)
        self._mark("")

    @Slot(int)
    def _on_slid(self, ticks: int) -> None:
        rate = float(f"{10 ** (ticks / TICKS):.2g}")  # two digits: a rate one can say
        self.show_rate(rate)
        self.changed.emit(rate)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        if self.entry.property("wrong") != "true":
            return  # 0.0 may still become 0.05
        try:
            self._checked(text)
        except InputError as error:
            self._mark(str(error))
        else:
            self._mark("")

    @Slot()
    def _on_entered(self) -> None:
        try:
            rate = self._checked(self.entry.text())
        except InputError as error:
            self._mark(str(error))
            return
        self.entry.clearFocus()  # so that the next key is a command again
        if rate != self._rate:
            self.show_rate(rate)
            self.changed.emit(rate)

    def _checked(self, text: str) -> float:
        return replace(self._settings, learning_rate=text).learning_rate  # type: ignore[arg-type]  # it reads text too

    def _mark(self, wrong: str) -> None:
        before = self.entry.property("wrong")
        self.entry.setProperty("wrong", "true" if wrong else "false")
        self.entry.setToolTip(f"{wrong}; the rate in force is {self._rate:g} (Esc brings it back)" if wrong else TIP)
        self.entry.setAccessibleDescription(wrong or TIP)
        if before != self.entry.property("wrong"):
            self.entry.style().unpolish(self.entry)
            self.entry.style().polish(self.entry)
        if before == "true" or wrong:
            self.complained.emit(wrong)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched  # the entry is the only one
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and event.type() == QEvent.Type.KeyPress:
            self.show_rate(self._rate)
            return True
        return False
