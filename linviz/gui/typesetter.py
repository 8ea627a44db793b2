"""Sets the type of formulas before anyone asks for one, in idle moments of the worker."""

from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from linviz.core.snapshot import Burst
from linviz.gui.type_case import set_beforehand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linviz.gui.backend import Backend

EVERY = 15
"""Milliseconds between two looks whether the worker is idle."""
OVER = object()


class Typesetter(QObject):
    """Hands an idle worker one small piece of the work at a time, so that no command waits for more than one.

    Without it the first selection of a cell would wait for the type to be loaded, and the first of each kind for its
    formula. In the window's own thread that would be felt; the worker gives way to it after each millisecond, as it
    does while it trains.
    """

    def __init__(self, backend: "Backend", executor: Executor) -> None:
        super().__init__(backend)
        self._backend, self._executor = backend, executor
        self._shape: tuple[int, int, int] | None = None
        self._pieces: Iterator[None] = iter(())
        self._piece: Future[object] | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_time)
        backend.delivered.connect(self._on_delivered)

    @property
    def done(self) -> bool:
        """Whether the type for the problem that was delivered last is set."""
        return self._shape is not None and not self._timer.isActive()

    def stop(self) -> None:
        """Begin no other piece: the worker is about to end."""
        self._timer.stop()

    @Slot(object)
    def _on_delivered(self, burst: Burst) -> None:
        if burst.snapshot.shape != self._shape:
            self._shape = burst.snapshot.shape
            self._pieces, self._piece = set_beforehand(*self._shape), None
            self._timer.start(EVERY)

    @Slot()
    def _on_time(self) -> None:
        if not self._timer.isActive() or self._backend.busy or self._backend.running:
            return
        if self._piece is not None:
            if not self._piece.done():
                return
            if self._piece.exception() is not None or self._piece.result() is OVER:
                self._timer.stop()  # who asks for what could not be set will be told why
                return
        self._piece = self._executor.submit(next, self._pieces, OVER)
