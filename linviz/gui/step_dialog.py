"""Go to a step by theory: what parameters and loss will be there, computed, and a way to go on from it."""

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from linviz.core.computed_start import computed_start
from linviz.core.forecast import Forecast
from linviz.core.numerals import count
from linviz.core.travel import Leap
from linviz.errors import InputError
from linviz.gui.appearance import Appearance
from linviz.gui.computed_panel import ComputedPanel
from linviz.gui.number_entry import NumberEntry
from linviz.gui.numbers import short_exponent

STEP = 1_000_000
"""That it begins with."""
SIZE = 560, 280
NOTHING = "Nothing is predicted of this run, so no step can be computed: see the words above the loss curve."


class StepDialog(QDialog):
    """Follows the prediction: another one has other numbers. It changes nothing until one goes on from there."""

    asked = Signal(object)
    """To go on from computed parameters, as a command."""

    def __init__(self, appearance: Appearance, as_stored: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Go to step by theory")
        self.setObjectName("step_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._appearance, self._as_stored = appearance, as_stored
        self._forecast: Forecast | None = None
        self._leap: Leap | None = None
        self.entry = NumberEntry(self._read, STEP, "go_to", "step to compute", self)
        self.entry.textChanged.connect(self._on_typed)  # closed form is fast enough to follow
        self.entry.marked.connect(self._show)
        self._course, self._said, self._complaint = (QLabel(self) for _ in range(3))
        for name, label, role in (
            ("step_course", self._course, "dim"),
            ("step_said", self._said, "title"),
            ("step_complaint", self._complaint, "differ"),
        ):
            label.setObjectName(name)
            label.setProperty("role", role)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.panels = {name: ComputedPanel(name, self) for name in ("weight", "bias")}
        self._go_on, close = QPushButton("Go on from there", self), QPushButton("Close", self)
        self._go_on.setObjectName("go_on")
        self._go_on.setProperty("primary", "true")
        self._go_on.setAutoDefault(False)  # Enter takes the number
        self._go_on.clicked.connect(self._on_go_on)
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        self._lay_out(close)
        as_stored.toggled.connect(self._show)
        appearance.changed.connect(self._on_appearance_changed)
        self._on_appearance_changed()
        self.show_forecast(None)

    def _lay_out(self, close: QPushButton) -> None:
        first = QHBoxLayout()
        label = QLabel("After step", self)
        label.setBuddy(self.entry)
        first.addWidget(label)
        first.addWidget(self.entry)
        first.addWidget(self._course, 1)
        panels = QHBoxLayout()
        for panel in self.panels.values():
            panels.addWidget(panel, 0, Qt.AlignmentFlag.AlignTop)
        panels.addStretch()
        buttons = QHBoxLayout()
        buttons.addWidget(self._go_on)
        buttons.addStretch()
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addLayout(first)
        for widget in (self._said, self._complaint):
            column.addWidget(widget)
        column.addLayout(panels)
        column.addStretch()
        column.addLayout(buttons)
        self.resize((QSize(*SIZE) * self._appearance.text_scale).boundedTo(self.screen().availableSize()))

    def show_forecast(self, forecast: Forecast | None) -> None:
        """Compute by another prediction; none if nothing is predicted."""
        self._forecast = forecast
        if forecast is not None:
            begin = f"step {forecast.first:,}" if forecast.first else "the start"
            settings = forecast.moment.settings
            self._course.setText(f"from {begin} on by {settings.optimizer} at η = {settings.learning_rate:g}")
            self.entry.check()  # what was too early may be right now
        else:
            self._course.setText("")
        self._show()

    def _read(self, text: str) -> int:
        step = count(text, "step")
        if self._forecast is not None and step < self._forecast.first:
            raise InputError(
                f"step {step:,} comes before step {self._forecast.first:,}, from which on the course is known: "
                "choose a later one"
            )
        return step

    @Slot(str)
    def _on_typed(self, _text: str) -> None:
        self.entry.check()
        self._show()

    @Slot()
    def _show(self) -> None:
        """Show the numbers of the step, or why there are none."""
        forecast, self._leap, wrong = self._forecast, None, self.entry.wrong
        if forecast is None:
            wrong = NOTHING
        elif not wrong:
            step = int(self.entry.number)
            weight, bias = forecast.trajectory.parameters(step - forecast.first)
            loss = forecast.loss(step)
            excess = float(forecast.excess(np.array([step]))[0])
            self._said.setText(f"Computed, not trained: L = {loss:.8g}, {_short(excess)} above the optimum")
            for panel, array in zip(self.panels.values(), (weight, bias), strict=True):
                panel.show_computed(array, self._as_stored.isChecked())
            try:
                buffer = forecast.trajectory.buffer(step - forecast.first)
                computed_start(forecast.moment, step, weight, bias, buffer)
                self._leap = Leap(step, weight, bias, buffer)
            except InputError as error:
                wrong = f"no run can go on from there: {error}"
        self._complaint.setText(f"{wrong[:1].upper()}{wrong[1:]}{'' if wrong.endswith('.') else '.'}" if wrong else "")
        self._complaint.setVisible(bool(wrong))
        shown = forecast is not None and not self.entry.wrong
        for part in (self._said, *self.panels.values()):
            part.setVisible(shown)
        tip = "Begin a branch with these parameters, and train on from there; all other runs stay as they are"
        self._go_on.setEnabled(self._leap is not None)
        self._go_on.setToolTip(tip if self._leap is not None else self._complaint.text())
        self._go_on.setAccessibleDescription(self._go_on.toolTip())

    @Slot()
    def _on_go_on(self) -> None:
        if self._leap is not None:
            self.asked.emit(self._leap)

    @Slot()
    def _on_appearance_changed(self) -> None:
        for panel in self.panels.values():
            panel.set_theme(self._appearance.theme)


def _short(excess: float) -> str:
    return "0" if excess == 0 else short_exponent(f"{excess:.3g}")
