"""Another optimizer: which, with which options and learning rate; begins a run of its own at the start."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from linviz.core.optimizers import OPTIMIZERS
from linviz.core.option import Option, Value
from linviz.core.settings import Settings
from linviz.errors import InputError
from linviz.gui.tick_box import TickBox

WIDTH = 460
Entry = QLineEdit | QCheckBox


class OptimizerDialog(QDialog):
    """A form with torch's own names and defaults; what can't be taken is said while it is typed.

    Parameters
    ----------
    settings
        Those in force.
    name
        The optimizer that is offered first.
    """

    chosen = Signal(object)
    """The `Settings` of the run that is to begin."""

    def __init__(self, settings: Settings, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("optimizer_dialog")
        self.setWindowTitle("Another optimizer")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings = settings
        self._entries: dict[str, Entry] = {}
        self.kind = QComboBox(self)
        self.kind.setObjectName("optimizer_kind")
        self.kind.setAccessibleName("optimizer")
        self.kind.addItems(list(OPTIMIZERS))
        self.kind.setCurrentText(name)
        self._meaning, said, self._complaint = (QLabel(self) for _ in range(3))
        said.setText("A run of its own begins at the start, with the same data and parameters. This one stays.")
        for label, object_name, role in (
            (self._meaning, "optimizer_meaning", "dim"),
            (said, "optimizer_said", ""),
            (self._complaint, "complaint", "differ"),
        ):
            label.setObjectName(object_name)
            label.setWordWrap(True)
            label.setProperty("role", role)
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.begin = QPushButton("Begin the run", self)
        self.begin.setObjectName("begin")
        self.begin.setDefault(True)
        self.begin.setProperty("primary", "true")
        self.begin.clicked.connect(self._on_begin)
        cancel = QPushButton("Cancel", self)
        cancel.setToolTip("Change nothing  (Esc)")
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.begin)
        whole = QVBoxLayout(self)
        whole.setSpacing(10)
        whole.addWidget(self.kind)
        whole.addWidget(self._meaning)
        whole.addLayout(self._form)
        whole.addWidget(self._complaint)
        whole.addWidget(said)
        whole.addStretch()
        whole.addLayout(buttons)
        self.kind.currentTextChanged.connect(self._on_kind_changed)
        self._on_kind_changed(name)

    @Slot(str)
    def _on_kind_changed(self, name: str) -> None:
        """Show the options of an optimizer: those in force, or torch's defaults for another one."""
        self._meaning.setText(OPTIMIZERS[name].meaning)
        while self._form.rowCount():
            self._form.removeRow(0)
        rate = self._line("lr", f"{self._settings.learning_rate:g}", "Learning rate η.")
        self._entries = {"lr": rate}
        self._form.addRow("lr", rate)
        in_force = self._settings.options if name == self._settings.optimizer else {}
        for option in OPTIMIZERS[name].options:
            entry = self._entry(option, in_force.get(option.name, option.default))
            self._entries[option.name] = entry
            self._form.addRow(option.name, entry)
        self.resize(WIDTH, self.sizeHint().height())
        self._on_edited()

    def _entry(self, option: Option, value: Value) -> Entry:
        if not isinstance(option.default, bool):
            return self._line(option.name, _text(value), f"{option.meaning} It must be {option.needs}.")
        box = TickBox(self)
        box.setObjectName(f"option_{option.name}")
        box.setAccessibleName(option.name)
        box.setToolTip(option.meaning)
        box.setChecked(bool(value))
        box.toggled.connect(self._on_edited)
        return box

    def _line(self, name: str, text: str, tip: str) -> QLineEdit:
        line = QLineEdit(text, self)
        line.setObjectName(f"option_{name}")
        line.setAccessibleName(name)
        line.setToolTip(tip)
        line.setMaxLength(60)
        line.textEdited.connect(self._on_edited)
        return line

    def _read(self) -> Settings:
        """Read what stands in the form; raises an `InputError` if it can't be taken."""
        values: dict[str, Value] = {
            name: entry.isChecked() if isinstance(entry, QCheckBox) else entry.text().strip()
            for name, entry in self._entries.items()
        }
        rate: object = values.pop("lr")
        return Settings(rate, self.kind.currentText(), self._settings.dtype, values)  # type: ignore[arg-type]  # it reads text too

    @Slot()
    def _on_edited(self) -> None:
        wrong = ""
        try:
            self._read()
        except InputError as error:
            wrong = str(error)
        self._complaint.setText(f"{wrong[:1].upper()}{wrong[1:]}." if wrong else "")
        self._complaint.setVisible(bool(wrong))
        self.begin.setEnabled(not wrong)
        tip = "Correct what is said above" if wrong else "Begin at the start with these settings  (Enter)"
        self.begin.setToolTip(tip)

    @Slot()
    def _on_begin(self) -> None:
        settings = self._read()
        self.accept()
        self.chosen.emit(settings)


class OptimizerBox(QComboBox):
    """The optimizer in force; to choose another one only asks for it."""

    asked = Signal(str)

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("optimizer")
        self.setAccessibleName("optimizer")
        self.addItems(list(OPTIMIZERS))
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
        self.asked.emit(name)


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
