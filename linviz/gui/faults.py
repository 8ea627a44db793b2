"""Whatever nobody caught ends in one message, a log file, and a window that lives on."""

import faulthandler
import logging
import logging.handlers
import platform
import sys
import threading
import traceback
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyqtgraph as pg
import PySide6
from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal, Slot

from linviz import __version__
from linviz.errors import InputError, sentence

LOG_BYTES, LOG_FILES = 500_000, 2
LONGEST = 160
"""Characters of an error's own words in the message."""

_log = logging.getLogger("linviz")


class Faults(QObject):
    """Takes Python's hooks for exceptions that nobody caught, on any thread, while it is installed.

    The hooks only log and emit; `reported` arrives in the thread of the window.
    """

    reported = Signal(str, str)
    """A sentence, and details to copy."""
    interrupted = Signal()
    """Ctrl-C."""

    _caught = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before: tuple[Any, ...] = ()  # the three hooks
        self._times: Counter[str] = Counter()  # by where it was raised
        self._caught.connect(self._on_caught, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take the hooks."""
        self._before = self._before or (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self.report(args.exc_value) if args.exc_value else None
        sys.unraisablehook = lambda args: self.report(args.exc_value) if args.exc_value else None

    def uninstall(self) -> None:
        """Give the hooks back to those who had them, if they were taken."""
        if self._before:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
            self._before = ()

    def report(self, error: BaseException) -> None:
        """Log an exception and have it shown; from any thread.

        One that comes again and again, as from a paint event, is told at its 1st, 2nd, 4th, 8th … time.
        """
        if not isinstance(error, InputError):
            where = "".join(traceback.format_exception_only(error)) + str(
                traceback.extract_tb(error.__traceback__)[-1:]
            )
            self._times[where] += 1
            if self._times[where].bit_count() > 1:
                return
            _log.error("time %d: %s", self._times[where], "".join(traceback.format_exception(error)))
        self._caught.emit(error)

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        del kind, trace  # both are the error's own
        if isinstance(error, KeyboardInterrupt):
            self.interrupted.emit()
        else:
            self.report(error)

    @Slot(object)
    def _on_caught(self, error: BaseException) -> None:
        if isinstance(error, InputError):
            self.reported.emit(sentence(error), "")
            return
        said = str(error).splitlines()[0] if str(error) else ""
        if len(said) > LONGEST:  # an error inside several of Qt's overrides names them all before itself
            said = "… " + said[-LONGEST:]
        self.reported.emit(
            f"Something went wrong: {type(error).__name__}{': ' + said if said else ''}. "
            f"Please report it with the details.",
            "".join(traceback.format_exception(error)) + f"\nlog: {log_path()}\n" + diagnostics(),
        )


def log_path() -> Path:
    """Give the log file's place, by the platform's custom."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
    return Path(folder) / "linviz" / "linviz.log"


def start_log() -> None:
    """Log to the file from now on; where it can't be written, to standard error."""
    if _log.handlers:
        return
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            log_path(), maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
        handler.setLevel(logging.ERROR)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    _log.addHandler(handler)
    if sys.stderr is not None:  # a windowed program on Windows has none
        faulthandler.enable()


def diagnostics() -> str:
    """Give the versions that matter in a report."""
    torch = sys.modules.get("torch")
    return "\n".join(
        (
            f"linviz {__version__}",
            f"Python {sys.version.split()[0]} on {platform.platform()}",
            f"PySide6 {PySide6.__version__}, pyqtgraph {pg.__version__}, numpy {np.__version__}",
            f"torch {torch.__version__}" if torch else "torch not loaded yet",
        )
    )
