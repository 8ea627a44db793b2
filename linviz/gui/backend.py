"""Commands in, bursts out; owns the one worker thread, the only one that touches torch."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from linviz.core.command import Command, Drawable, Edit, Load, NextPhase, Question, Reset, Run, RunTo, drawn
from linviz.core.filing import Opened, OpenFile
from linviz.core.keeper import BUDGET
from linviz.core.new_start import NewStart
from linviz.core.peaks import with_peaks
from linviz.core.problem import Problem
from linviz.core.reading import Errand, Read
from linviz.core.session import Session
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst
from linviz.core.tables.table import Watch
from linviz.core.travel import Leap, Move, Seek, SeekStep, SetBudget, Switch, Travel
from linviz.gui.typesetter import Typesetter

if TYPE_CHECKING:
    from linviz.core.condition import Condition
    from linviz.core.history import History

FRAME = 1 / 60
"""Seconds of training between two looks at the screen."""
READABLE = 4
"""Steps a second that can be followed number by number."""
IN_FLIGHT = 2
"""Bursts asked for ahead: while the window draws one, the worker trains the next."""
STOPS = Reset | Load | OpenFile | Seek | SeekStep | Leap | Move | Switch | NextPhase | RunTo | Edit
"""What ends a run."""

Asking = Command | Question | Travel | OpenFile | Errand
Source = Drawable | Session


@dataclass(frozen=True, slots=True)
class Asked:
    """A command on its way, and the run that it is a burst of; 0 for a command of its own."""

    command: "Asking | None"
    run: int = 0


class Backend(QObject):
    """Runs commands in the order in which they come.

    A command given while PyTorch is still loading waits its turn. A run is a chain of bursts: each one that is
    delivered asks for the next, so a slow window slows the asking and no queue can flood.

    Attributes
    ----------
    watch
        Over the reading of what is trained first, if that is in a table.
    """

    delivered = Signal(object)
    """A `Burst`, for every command that succeeded, in order."""
    opened = Signal(object)
    """An `Opened`, whose burst was delivered just before."""
    done = Signal(object, object)
    """A command or question that was submitted, the very object, and what it gave; a burst was delivered before."""
    failed = Signal(object)
    """The exception of a command that didn't."""
    refused = Signal(object)
    """That command, the very object; `failed` was emitted before."""
    running_changed = Signal(bool)

    _returned = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="linviz-worker")
        self._early: list[Asked] = []  # what was asked for before the start
        self._asked: dict[Future[object], Asked] = {}  # what is on its way
        self._history: History | None = None  # touched by the worker alone
        self._load_error = Exception("nothing is loaded")  # likewise
        self._source: Source | NewStart = Problem.notebook()  # likewise, once it has begun; the settings too
        self._settings = Settings()
        self.watch = Watch()
        self._runs, self._budget = 0, BUDGET
        self._speed: float | None = None
        self._until: tuple[Condition, ...] = ()
        self._due = 0.0  # steps that a run of limited speed may make by now
        self._pace = QTimer(self)
        self._pace.timeout.connect(self._on_pace)
        self._running = self._closed = self._started = False
        self.typesetter = Typesetter(self, self._executor)
        self._returned.connect(self._on_returned, Qt.ConnectionType.QueuedConnection)
        # A window that is deleted without being closed leaves no thread either.
        self.destroyed.connect(partial(self._executor.shutdown, wait=False, cancel_futures=True))

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
        return bool(self._early or self._asked)

    def start(self, source: Source, settings: Settings, budget: int = BUDGET) -> None:
        """Load PyTorch and stand at the start of a problem; the second call and later ones do nothing.

        Parameters
        ----------
        source, settings
            What is trained, and how.
        budget
            See `History`.
        """
        if self._started:
            return
        self._source, self._budget, self._settings = source, budget, settings
        self._started = True
        self._send(Asked(None), partial(self._load, source, settings))
        early, self._early = self._early, []
        for asked in early:
            self._queue(asked)

    def submit(self, command: Asking) -> None:
        """Queue a command; its burst comes by `delivered`, a question's answer by `done`, an exception by `failed`.

        Who asks for another moment, a phase or a line of code wants to stand there: a run that is on is paused. One
        step more, or another rate, changes nothing about a run that makes thousands, which goes on.
        """
        if isinstance(command, SetBudget):
            self._budget = command.budget  # of a file that is opened later, too
        if isinstance(command, STOPS):
            self.pause()  # or the run would go on from there
        self._queue(Asked(command))

    @property
    def fast(self) -> bool:
        """Whether a run is on that nobody can follow number by number."""
        return self._running and (self._speed is None or self._speed > READABLE)

    def set_speed(self, speed: float | None) -> None:
        """Let runs make so many steps a second, or as many as they can."""
        self._speed = speed
        self._due = min(self._due, 1.0)  # what was due at another speed is not made up for
        if self._running:
            self._keep_pace()
            self._ask_ahead()

    def run(self, until: tuple["Condition", ...] = ()) -> None:
        """Start a run, which stops at the first step that meets a condition."""
        if not self._running and not self._closed:
            self._runs += 1
            self._running, self._until = True, until
            self.running_changed.emit(True)
            self._due = 1.0
            self._keep_pace()
            if self._speed is None:
                self._queue(Asked(Run(seconds=FRAME, until=until), self._runs))
                self._ask_ahead()
            else:
                self._on_pace()

    def _keep_pace(self) -> None:
        if self._speed is None:
            self._pace.stop()
        else:
            self._pace.start(round(1000 * max(1 / self._speed, FRAME)))

    @Slot()
    def _on_pace(self) -> None:
        """Ask for the steps that are due, unless some are on their way."""
        if self._speed is None or not self._running:
            return
        if not any(asked.run == self._runs for asked in (*self._early, *self._asked.values())):
            steps = int(self._due)
            if steps:
                self._queue(Asked(Run(steps=steps, seconds=FRAME, until=self._until), self._runs))
            self._due -= steps
        interval = self._pace.interval() / 1000
        self._due = min(self._due, 1.0) + self._speed * interval  # what could not be made in time is let go

    def pause(self) -> None:
        """Ask for no more bursts, and take back what has not begun; one that is being made is still delivered."""
        if self._running:
            self._running = False
            self._pace.stop()
            self._early = [asked for asked in self._early if asked.run != self._runs]
            for future in [future for future, asked in self._asked.items() if asked.run == self._runs]:
                future.cancel()
            self.running_changed.emit(False)

    def close(self) -> None:
        """Drop what waits, wait for what runs, and end the thread; nothing is delivered after. May be called twice."""
        self._running, self._closed = False, True
        reads = (each.command for each in self._asked.values() if isinstance(each.command, Read))
        for watch in (self.watch, *(read.watch for read in reads)):
            watch.cancel()  # else it would be waited for
        self.typesetter.stop()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._pace.stop()
        self._history = None

    def _ask_ahead(self) -> None:
        """Have as many bursts of this run on their way as there should be."""
        if self._speed is not None:
            return  # the timer asks
        on_their_way = (*self._early, *self._asked.values())
        for _ in range(sum(asked.run == self._runs for asked in on_their_way), IN_FLIGHT if self._running else 0):
            self._queue(Asked(Run(seconds=FRAME, continued=True, until=self._until), self._runs))

    def _queue(self, asked: Asked) -> None:
        if not self._started:
            self._early.append(asked)
        elif asked.command is not None:
            self._send(asked, partial(self._perform, asked.command))

    def _send(self, asked: Asked, task: Callable[[], object]) -> None:
        if not self._closed:
            future = self._executor.submit(partial(with_peaks, task))
            self._asked[future] = asked
            future.add_done_callback(self._tell)

    # The next four run on the worker.

    def _load(self, source: Source | NewStart, settings: Settings) -> Burst | Opened:
        try:
            # The first optimizer that is built imports 800 modules more: a trainer builds one, so that the first
            # click doesn't wait for it.
            from linviz.core.history import History  # noqa: PLC0415  # on the worker, behind the painted window

            if isinstance(source, Session):
                return self._go_on(source)
            self._history = History(drawn(source, self.watch), settings, self._budget)
        except Exception as error:
            self._load_error = error  # what is asked for later fails for the same reason
            raise
        return self._history.here()

    def _go_on(self, session: Session) -> Opened:
        from linviz.core.history import History  # noqa: PLC0415  # as above

        self._history = History.of(session, self._budget)  # the one before stays if that fails
        return Opened(session, self._history.here())

    def _perform(self, command: Asking) -> object:
        # A diverging run overflows by design; the window says so in words.
        with np.errstate(over="ignore", invalid="ignore"):
            if isinstance(command, OpenFile):
                return self._go_on(command.read())
            if isinstance(command, Errand):
                return command.read()
            if self._history is not None:
                return self._history.perform(command)
        if isinstance(command, Load):  # another problem, or other settings, may go where the first didn't
            self._source = command.source
        elif isinstance(command, Reset) and command.settings is not None:
            self._settings = command.settings
        else:
            raise self._load_error
        return self._load(self._source, self._settings)

    def _tell(self, future: Future[object]) -> None:
        with suppress(RuntimeError):  # deleted meanwhile: there is nobody to tell
            self._returned.emit(future)

    @Slot(object)
    def _on_returned(self, future: Future[object]) -> None:
        if self._closed:
            return
        asked = self._asked.pop(future)
        if future.cancelled():
            return
        error = future.exception()
        if error is not None:
            self.pause()
            self.failed.emit(error)
            self.refused.emit(asked.command)
            return
        result = future.result()
        burst = result.burst if isinstance(result, Opened) else result
        if isinstance(burst, Burst):
            broke = bool(len(burst.losses)) and not np.isfinite(burst.losses[-1])
            if asked.run == self._runs and (broke or burst.met):
                self.pause()
            self._ask_ahead()
            self.delivered.emit(burst)
        if isinstance(result, Opened):
            self.opened.emit(result)
        if asked.command is not None and not asked.run:
            self.done.emit(asked.command, result)
