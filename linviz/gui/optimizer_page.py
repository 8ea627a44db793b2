"""The optimizer and its options as a form."""

from itertools import pairwise

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from linviz.core.optimizers import OPTIMIZERS
from linviz.core.option import Value
from linviz.core.settings import LEARNING_RATE, Settings
from linviz.gui.option_line import Choice
from linviz.gui.training_page import TrainingPage

RATE = "lr"
"""Torch's word for the learning rate."""


class OptimizerPage(TrainingPage):
    """The options with torch's own names and defaults; those of another optimizer take their place.

    Attributes
    ----------
    kind
        Which optimizer.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__((), "optimizer", parent)
        self._settings = Settings()
        self.kind = Choice(self)
        self.kind.setObjectName("optimizer_kind")
        self.kind.setAccessibleName("optimizer")
        self.kind.setToolTip("One of torch.optim")
        self.kind.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.kind.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.kind.addItems(list(OPTIMIZERS))
        label = QLabel("optimizer", self)
        label.setProperty("role", "mono")
        label.setBuddy(self.kind)
        self.form.addRow(label, self.kind)
        self.add(LEARNING_RATE, RATE)
        self.lines[LEARNING_RATE.name].entry.setObjectName(f"option_{RATE}")
        self._fixed = self.form.rowCount()
        self.kind.currentTextChanged.connect(self._on_kind_changed)
        self._on_kind_changed(self.kind.currentText())

    def show_settings(self, settings: Settings, name: str) -> None:
        """Show an optimizer, with the options that these settings choose of it, or torch's defaults."""
        self._settings = settings
        self.lines[LEARNING_RATE.name].show_value(settings.learning_rate)
        if self.kind.currentText() == name:
            self._on_kind_changed(name)
        else:
            self.kind.setCurrentText(name)

    @property
    def options(self) -> dict[str, Value]:
        """What stands there of the optimizer's own."""
        return {name: value for name, value in self.values.items() if name != LEARNING_RATE.name}

    @property
    def entries(self) -> list[QWidget]:
        return [self.kind, *super().entries]

    @Slot(str)
    def _on_kind_changed(self, name: str) -> None:
        while self.form.rowCount() > self._fixed:
            self.form.removeRow(self._fixed)
        self.lines = {LEARNING_RATE.name: self.lines[LEARNING_RATE.name]}
        in_force = self._settings.options if name == self._settings.optimizer else {}
        for option in OPTIMIZERS[name].options:
            line = self.add(option, option.name, name)
            line.show_value(in_force.get(option.name, option.default))
        for one, other in pairwise(self.entries):
            QWidget.setTabOrder(one, other)
        self.tell(OPTIMIZERS[name].meaning)
        self.changed.emit()
