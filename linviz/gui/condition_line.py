"""A line of *Run until*: a condition to tick, with its number."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from linviz.gui.number_entry import NumberEntry
from linviz.gui.tick_box import TickBox


class ConditionLine(QWidget):
    """A box, the words around a number, and a remark in small print, at first empty.

    To type a number ticks the box. A line that is ticked and wrong holds nothing.

    Parameters
    ----------
    name
        The box's objectName.
    before, after
        The words around the number.
    entry
        The entry of the number, or none for a condition without one.
    parent
        The part it stands in.
    """

    changed = Signal()
    """What it holds, or why it holds nothing, may be another."""

    def __init__(self, name: str, before: str, after: str, entry: NumberEntry | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self.box, self._remark = TickBox(before, self), QLabel(self)
        self.box.setObjectName(name)
        self.box.setAccessibleName(" … ".join(part for part in (before, after) if part))
        self.box.toggled.connect(self._on_toggled)
        self._remark.setProperty("role", "dim")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.box)
        if entry is not None:
            row.addWidget(entry)
            if after:
                row.addWidget(QLabel(after, self))
            entry.entered.connect(self._on_entered)
            entry.marked.connect(self.changed)
        row.addSpacing(6)
        row.addWidget(self._remark, 1)

    @property
    def wrong(self) -> str:
        """Why it holds nothing though it is ticked, or nothing."""
        return self.entry.wrong if self.entry is not None and self.box.isChecked() else ""

    @property
    def number(self) -> float | None:
        """The number it holds; none if it holds nothing."""
        return self.entry.number if self.entry is not None and self.holds else None

    @property
    def holds(self) -> bool:
        """Whether it is ticked, and what stands there was taken."""
        return self.box.isChecked() and (self.entry is None or self.entry.taken)

    def remark(self, remark: str) -> None:
        """Say something else in small print."""
        if remark == self._remark.text():
            return
        self._remark.setText(remark)
        self.box.setAccessibleDescription(remark)
        self.box.setToolTip(remark)

    def take(self) -> None:
        """Take what is being typed, and look again at what stands there."""
        if self.entry is not None:
            self.entry.take()
            if self.box.isChecked():
                self.entry.check()

    @Slot()
    def _on_entered(self) -> None:
        self.box.setChecked(True)
        self.changed.emit()

    @Slot(bool)
    def _on_toggled(self, ticked: bool) -> None:
        if self.entry is not None and not self.entry.isModified():
            if ticked:
                self.entry.check()
            else:
                self.entry.show_number(self.entry.number)
        self.changed.emit()
