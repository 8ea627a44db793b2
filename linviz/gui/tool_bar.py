"""The tool bar: commands, phases, optimizer and learning rate."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QWidget

from linviz.core.settings import OPTIMIZERS, Settings
from linviz.gui.command_button import CommandButton
from linviz.gui.commands import COMMANDS
from linviz.gui.learning_rate import LearningRate
from linviz.gui.phase_strip import PhaseStrip
from linviz.gui.theme import Theme

BUTTONS = ("step", "manual_step", "next_phase", "run", "reset", "new_seed")
COMPACT_ORDER = ("new_seed", "reset", "next_phase", "manual_step", "run", "step")
"""Which buttons lose their text first where there is no room."""


class ToolBar(QFrame):
    """One row; where it gets narrow, buttons show their icon alone, the least used first."""

    def __init__(self, actions: dict[str, QAction], settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tool_bar")
        icons = {entry.name: entry.icon for entry in COMMANDS}
        self.buttons = {
            name: CommandButton(actions[name], icons[name], primary=name == "step", parent=self) for name in BUTTONS
        }
        self.phases = PhaseStrip(self)
        self.optimizer = QComboBox(self)
        self.optimizer.setObjectName("optimizer")
        self.optimizer.addItems(OPTIMIZERS)
        self.optimizer.setAccessibleName("optimizer")
        self.optimizer.setToolTip("Optimizer: plain gradient descent, parameter − η · gradient")
        self.optimizer.setCurrentText(settings.optimizer)
        self.learning_rate = LearningRate(settings, self)
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 7, 10, 7)
        layout.setSpacing(6)
        for button in self.buttons.values():
            layout.addWidget(button)
        layout.addSpacing(8)
        layout.addWidget(self.phases)
        layout.addStretch(1)
        layout.addWidget(self.optimizer)
        layout.addWidget(self.learning_rate)

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        for button in self.buttons.values():
            button.set_theme(theme)
        self.phases.set_theme(theme)
        self._fit()

    def show_running(self, running: bool) -> None:
        """Make Run a Pause, or a Run again."""
        self.buttons["run"].set_icon("pause" if running else "play")

    def _fit(self) -> None:
        for button in self.buttons.values():
            button.set_compact(False)
        for name in COMPACT_ORDER:
            self._row.invalidate()
            if self._row.minimumSize().width() <= self.width():
                break
            self.buttons[name].set_compact(True)

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
