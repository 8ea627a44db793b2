"""Garbage collection on the thread of the window alone."""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY = 1000
"""Milliseconds between two looks; each step of a run leaves a few objects, not one of them in a cycle."""


class Sweeper(QObject):
    """Collects Python's garbage from a timer, and keeps Python from doing so by itself.

    Python collects on whichever thread happens to make an object. On the worker that would delete Qt's objects that
    Python still holds in a cycle, such as a closed window, and deleting those on another thread than their own ends the
    process.
    """

    _open = 0

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        Sweeper._open += 1
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_due)
        self._timer.start(EVERY)

    def set_aside(self) -> None:
        """Look no more through what there is by now, torch above all: that would take a tenth of a second."""
        gc.freeze()

    def stop(self) -> None:
        """Leave the garbage to Python again, once no window has a worker. May be called twice."""
        if self._timer.isActive():
            self._timer.stop()
            Sweeper._open -= 1
            if not Sweeper._open:
                gc.unfreeze()
                gc.enable()

    @Slot()
    def _on_due(self) -> None:
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [generation for generation in range(3) if counts[generation] > limits[generation] > 0]
        if due:
            gc.collect(due[-1])
