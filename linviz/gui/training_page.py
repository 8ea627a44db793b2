"""A part of the training's choices as a form."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from linviz.core.option import Option, Value
from linviz.gui.option_line import OptionLine

UNITS = {
    "batch": "samples",
    "schedule_steps": "steps",
    "warm_up": "steps",
    "schedule_factor": "times η",
    "test_share": "of the samples",
}


class TrainingPage(QWidget):
    """Options below each other, and above them what they come to.

    Attributes
    ----------
    lines
        The options, by name.
    """

    changed = Signal()
    """Something else stands in it, right or wrong."""

    def __init__(self, options: Iterable[Option], name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: dict[str, OptionLine] = {}
        self._hint = QLabel(self)
        self._hint.setObjectName(f"hint_{name}")
        self._hint.setWordWrap(True)
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.form.setHorizontalSpacing(14)
        self.form.setVerticalSpacing(9)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(2, 2, 8, 2)
        self.column.setSpacing(12)
        self.column.addWidget(self._hint)
        self.column.addLayout(self.form)
        self.column.addStretch()
        for option in options:
            self.add(option, option.name.replace("_", " "))

    def add(self, option: Option, name: str, owner: str = "") -> OptionLine:
        """Add an option at the end."""
        line = self.lines[option.name] = OptionLine(option, name, UNITS.get(option.name, ""), owner, self)
        line.changed.connect(self.changed)
        self.form.addRow(line.label, line)
        return line

    @property
    def wrong(self) -> str:
        """Why one of them can't be taken, or nothing."""
        return next((line.wrong for line in self.lines.values() if line.wrong and line.counts), "")

    @property
    def values(self) -> dict[str, Value]:
        """The last ones that could be taken, by name."""
        return {name: line.value for name, line in self.lines.items()}

    @property
    def entries(self) -> list[QWidget]:
        """What Tab goes through, as one reads."""
        return [line.entry for line in self.lines.values()]

    def tell(self, hint: str) -> None:
        """Say what they come to."""
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
