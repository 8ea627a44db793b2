"""Commands in, bursts out; owns the one worker thread, the only one that touches torch."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot

from linviz.core.command import Command, Load, Reset, Run, drawn
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst

if TYPE_CHECKING:
    from linviz.core.trainer import Trainer

FRAME = 1 / 60
"""Seconds of training between two looks at the screen."""
IN_FLIGHT = 2
"""Bursts asked for ahead: while the window draws one, the worker trains the next."""


class Backend(QObject):
    """Runs commands in the order in which they come.

    A command given while PyTorch is still loading waits its turn. A run is a chain of bursts: each one that is
    delivered asks for the next, so a slow window slows the asking and no queue can flood.
    """

    delivered = Signal(object)
    """A `Burst`, for every command that succeeded, in order."""
    failed = Signal(object)
    """The exception of a command that didn't."""
    running_changed = Signal(bool)

    _returned = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="linviz-worker")
        self._waiting: deque[Command | None] = deque()  # the commands on their way, in order; None stands for start
        self._trainer: Trainer | None = None  # touched by the worker alone
        self._load_error = Exception("nothing is loaded")  # likewise
        self._running = self._closed = self._started = False
        self._returned.connect(self._on_returned, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether a run is on."""
        return self._running

    @property
    def started(self) -> bool:
        """Whether `start` was called."""
        return self._started

    @property
    def busy(self) -> bool:
        """Whether a command is on its way."""
        return bool(self._waiting)

    def start(self, source: Problem | Recipe, settings: Settings) -> None:
        """Load PyTorch and stand at the start of a problem; the second call and later ones do nothing."""
        if self._started:
            return
        self._started = True

        def load() -> Burst:
            # The first optimizer that is built imports 800 modules more: Trainer builds one, so that the first click
            # doesn't wait for it.
            from linviz.core.trainer import Trainer  # noqa: PLC0415  # on the worker, behind the painted window

            self._trainer = Trainer(drawn(source), settings)
            return Burst.of(self._trainer.snapshot())

        def report_load() -> Burst:
            try:
                return load()
            except Exception as error:
                self._load_error = error  # what is asked for later fails for the same reason
                raise

        # Before everything that was asked for meanwhile.
        asked, self._waiting = self._waiting, deque()
        self._send(None, report_load)
        for command in asked:
            if command is not None:
                self.submit(command)

    def submit(self, command: Command) -> None:
        """Queue a command; its burst comes by `delivered`, its exception by `failed`."""
        if isinstance(command, Reset | Load):
            self.pause()  # or the run would go on from the new start
        if not self._started:
            self._waiting.append(command)
            return

        def perform() -> Burst:
            if self._trainer is None:
                raise self._load_error
            # A diverging run overflows by design; the window says so in words.
            with np.errstate(over="ignore", invalid="ignore"):
                return command.apply(self._trainer)

        self._send(command, perform)

    def run(self) -> None:
        """Start a run."""
        if not self._running and not self._closed:
            self._running = True
            self.running_changed.emit(True)
            self.submit(Run(seconds=FRAME))
            for _ in range(IN_FLIGHT - 1):
                self.submit(Run(seconds=FRAME, continued=True))

    def pause(self) -> None:
        """Ask for no more bursts; the one or two on their way are still delivered."""
        if self._running:
            self._running = False
            self.running_changed.emit(False)

    def close(self) -> None:
        """Drop what waits, wait for what runs, and end the thread; nothing is delivered after. May be called twice."""
        self._running, self._closed = False, True
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._trainer = None

    def _send(self, command: Command | None, task: Callable[[], Burst]) -> None:
        if self._closed:
            return
        self._waiting.append(command)
        self._executor.submit(task).add_done_callback(self._returned.emit)

    @Slot(object)
    def _on_returned(self, future: Future[Burst]) -> None:
        if self._closed:
            return
        command = self._waiting.popleft()
        error = future.exception()
        if error is not None:
            self.pause()
            self.failed.emit(error)
            return
        burst = future.result()
        if len(burst.losses) and not np.isfinite(burst.losses[-1]):
            self.pause()
        if self._running and isinstance(command, Run):
            self.submit(Run(seconds=FRAME, continued=True))
        self.delivered.emit(burst)
