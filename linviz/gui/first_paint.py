"""The moment at which a window has been painted for the first time."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

LATEST = 1000
"""Milliseconds after which it is taken to be painted although it was not, as when it starts minimized."""


class FirstPaint(QObject):
    """Emits `painted` once: after the window's first picture, or at once if it is not being shown."""

    painted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window, self._over = window, False
        window.installEventFilter(self)
        QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        QTimer.singleShot(LATEST if self._window.isVisible() else 0, self, self._end)

    def _end(self) -> None:
        if not self._over:
            self._over = True
            self._window.removeEventFilter(self)
            self.painted.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest:
            # Qt paints and flushes while it handles this event, so before anything that is asked for now.
            QTimer.singleShot(0, self, self._end)
        return super().eventFilter(watched, event)
