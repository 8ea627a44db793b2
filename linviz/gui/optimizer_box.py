"""The optimizer in the tool bar, and beside it what else was chosen of the training."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from linviz.core.optimizers import OPTIMIZERS
from linviz.core.settings import Settings
from linviz.gui.training_words import brief

MORE = "All choices…"


class OptimizerBox(QComboBox):
    """The optimizer in force; to choose another one only asks for it."""

    asked = Signal(str)
    """The name of the optimizer that is to be offered."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("optimizer")
        self.setAccessibleName("optimizer")
        self.addItems(list(OPTIMIZERS))
        self.insertSeparator(self.count())
        self.addItem(MORE)
        self.activated.connect(self._on_activated)
        self.show_settings(settings)

    def show_settings(self, settings: Settings) -> None:
        """Show the optimizer in force, and say what was chosen of it."""
        self._in_force = settings.optimizer
        self.setCurrentText(settings.optimizer)
        self.setToolTip(
            f"{settings.title}: {OPTIMIZERS[settings.optimizer].meaning} Choose one to begin a run with it."
        )
        self.setAccessibleDescription(settings.title)

    @Slot(int)
    def _on_activated(self, at: int) -> None:
        name = self.itemText(at)
        with QSignalBlocker(self):
            self.setCurrentText(self._in_force)  # until a run with another one has begun
        self.asked.emit(self._in_force if name == MORE else name)


class TrainingBox(QWidget):
    """The box, and a button that names what else isn't as in the notebook; it is there if something isn't.

    Attributes
    ----------
    box
        The box alone.
    """

    asked = Signal(str)
    """The name of the optimizer that is to be offered beside all other choices."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.box, self._more = OptimizerBox(settings, self), QToolButton(self)
        self._more.setObjectName("training_brief")
        self._more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.box)
        row.addWidget(self._more)
        self.box.asked.connect(self.asked)
        self._more.clicked.connect(self._on_clicked)
        self.show_settings(settings)

    def show_settings(self, settings: Settings) -> None:
        """Show what is in force."""
        self.box.show_settings(settings)
        words = brief(settings)
        self._more.setText(words)
        self._more.setToolTip(f"{settings.description}: what is chosen of the training. Choose otherwise…")
        self._more.setAccessibleName(f"training: {words}")
        self._more.setVisible(bool(words))

    @Slot()
    def _on_clicked(self) -> None:
        self.asked.emit(self.box.currentText())
