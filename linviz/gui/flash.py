"""Lets cells that just changed flash, and fade."""

import time
from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Slot

LASTS = 0.7
"""Seconds."""
EVERY = 50
"""Milliseconds between two pictures of it: a fade needs no more, and training needs the time."""
STRONGEST = 0.6
"""Opacity at the start: the number stays readable."""


class Flashing(Protocol):
    """What can flash."""

    def flash(self, strength: float) -> None:
        """Draw a flash of this strength, 0 to 1, where something changed."""


class Flash(QObject):
    """One flash at a time; the next one ends it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._parts: Sequence[Flashing] = ()
        self._begun_at = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._on_timeout)

    def begin(self, parts: Sequence[Flashing]) -> None:
        """Let these parts flash, and no others."""
        self.end()
        self._parts, self._begun_at = parts, time.perf_counter()
        if parts:
            self._draw(STRONGEST)
            self._timer.start()

    def end(self) -> None:
        """Flash no more."""
        if self._parts:
            self._timer.stop()
            self._draw(0.0)
            self._parts = ()

    def _draw(self, strength: float) -> None:
        for part in self._parts:
            part.flash(strength)

    @Slot()
    def _on_timeout(self) -> None:
        left = 1 - (time.perf_counter() - self._begun_at) / LASTS
        if left > 0:
            self._draw(STRONGEST * left)
        else:
            self.end()
