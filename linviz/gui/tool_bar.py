"""The tool bar: commands, phases, what is chosen of the training, learning rate."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from linviz.core.settings import Settings
from linviz.gui.command_button import CommandButton
from linviz.gui.commands import COMMANDS
from linviz.gui.learning_rate import LearningRate
from linviz.gui.optimizer_box import OptimizerBox, TrainingBox
from linviz.gui.phase_strip import PhaseStrip
from linviz.gui.theme import Theme

BUTTONS = ("back", "step", "manual_step", "next_phase", "run", "reset", "new_seed")
COMPACT_ORDER = ("back", "new_seed", "reset", "next_phase", "manual_step", "run", "step")
"""Which buttons lose their text first where there is no room."""


class ToolBar(QFrame):
    """One row; where it gets narrow, buttons show their icon alone, the least used first; then it is two rows."""

    def __init__(self, actions: dict[str, QAction], settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tool_bar")
        icons = {entry.name: entry.icon for entry in COMMANDS}
        self.buttons = {
            name: CommandButton(actions[name], icons[name], primary=name == "step", parent=self) for name in BUTTONS
        }
        self.phases = PhaseStrip(self)
        self.training = TrainingBox(settings, self)
        self.learning_rate = LearningRate(settings, self)
        self._choices = QWidget(self)
        self._choices.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        choices = QHBoxLayout(self._choices)
        choices.setContentsMargins(0, 0, 0, 0)
        choices.addWidget(self.training)
        choices.addWidget(self.learning_rate)
        self._first = QHBoxLayout()
        self._first.setSpacing(6)
        for button in self.buttons.values():
            self._first.addWidget(button)
        self._first.addSpacing(8)
        self._first.addWidget(self.phases)
        self._first.addStretch(1)
        self._first.addWidget(self._choices)
        self._second = QHBoxLayout()
        self._second.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 4, 10, 3)
        rows.setSpacing(6)
        rows.addLayout(self._first)
        rows.addLayout(self._second)

    @property
    def optimizer(self) -> OptimizerBox:
        """The box that names the optimizer."""
        return self.training.box

    def show_settings(self, settings: Settings) -> None:
        """Show what is in force."""
        self.training.show_settings(settings)
        self.learning_rate.show_settings(settings)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        for button in self.buttons.values():
            button.set_theme(theme)
        self.phases.set_theme(theme)
        self.learning_rate.set_theme(theme)
        self._fit()

    def show_running(self, running: bool) -> None:
        """Make Run a Pause, or a Run again."""
        self.buttons["run"].set_icon("pause" if running else "play")

    def _fit(self) -> None:
        """Take texts from buttons, and then the choices to a row of their own, until all fits."""
        for button in self.buttons.values():
            button.set_compact(False)
        self._place_choices(self._first)
        for name in COMPACT_ORDER:
            if self._fits():
                return
            self.buttons[name].set_compact(True)
        if not self._fits():
            self._place_choices(self._second)

    def _fits(self) -> bool:
        self._first.invalidate()
        margins = self.contentsMargins()
        return self._first.minimumSize().width() + 20 + margins.left() + margins.right() <= self.width()

    def _place_choices(self, row: QHBoxLayout) -> None:
        for each in (self._first, self._second):
            each.removeWidget(self._choices)
        row.addWidget(self._choices)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        hint.setWidth(0)
        return hint
