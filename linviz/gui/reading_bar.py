"""How far a table is read, and a way to stop it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

PARTS = 1000
"""Of the whole: a QProgressBar counts in int32."""


class ReadingBar(QFrame):
    """Is there while something is read."""

    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("reading_bar")
        self._label, self._bar = QLabel(self), QProgressBar(self)
        self._label.setObjectName("reading")
        self._bar.setObjectName("reading_progress")
        self._bar.setAccessibleName("progress of reading")
        self._bar.setRange(0, PARTS)
        self._bar.setTextVisible(False)
        self._stop = QPushButton("Stop reading", self)
        self._stop.setObjectName("stop_reading")
        self._stop.setAutoDefault(False)
        self._stop.setToolTip("Read no further; nothing changes")
        self._stop.clicked.connect(self._on_stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(10)
        row.addWidget(self._label)
        row.addWidget(self._bar, 1)
        row.addWidget(self._stop)
        self.hide()

    def begin(self, title: str) -> None:
        """Appear, for something of this name."""
        self._title = title
        self._stop.setEnabled(True)
        self._label.setText(self._words(1.0))
        self._label.setMinimumWidth(self._label.sizeHint().width())  # so that nothing moves as the number gets longer
        self.show_fraction(0.0)
        self.show()

    def show_fraction(self, fraction: float) -> None:
        """Show how much is done, 0 to 1."""
        self._bar.setValue(round(PARTS * fraction))
        self._label.setText(self._words(fraction))

    def _words(self, fraction: float) -> str:
        return f"Reading {self._title}: {fraction:.0%}"

    @Slot()
    def _on_stop(self) -> None:
        self._stop.setEnabled(False)
        self._label.setText("Stopping …")
        self.cancelled.emit()
