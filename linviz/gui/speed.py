"""How fast a run goes, on one slider: from a step every two seconds to as fast as it can."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

SPEEDS = (0.5, 1, 2, 4, 10, 30, 100, 300, 1000, 3000, None)
"""Steps a second; none is as many as there can be."""
WIDTH = 74


class Speed(QWidget):
    """A slider over `SPEEDS`, and in words where it stands."""

    changed = Signal(object)
    """Steps a second, or none for no limit."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        tip = "Speed of Run: from a step every two seconds to as fast as it can"
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setObjectName("speed")
        self.slider.setAccessibleName("speed of Run")
        self.slider.setRange(0, len(SPEEDS) - 1)
        self.slider.setValue(len(SPEEDS) - 1)
        self.slider.setPageStep(2)
        self.slider.setFixedWidth(WIDTH)
        self._label = QLabel(self)
        self._label.setObjectName("speed_label")
        self._label.setProperty("role", "dim")
        for widget in (self.slider, self._label):
            widget.setToolTip(tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.slider)
        row.addWidget(self._label)
        self.slider.valueChanged.connect(self._on_slid)
        self._say()

    @property
    def speed(self) -> float | None:
        """Steps a second, or none for no limit."""
        return SPEEDS[self.slider.value()]

    def _say(self) -> None:
        text = "full speed" if self.speed is None else f"{self.speed:g} steps/s"
        self._label.setText(text)
        self._label.setMinimumWidth(self._label.fontMetrics().horizontalAdvance("3000 steps/s"))
        self.slider.setAccessibleDescription(text)

    @Slot()
    def _on_slid(self) -> None:
        self._say()
        self.changed.emit(self.speed)
