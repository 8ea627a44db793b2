"""Opens the window."""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from linviz.core.problem import Recipe
from linviz.core.settings import Settings
from linviz.errors import InputError
from linviz.gui.backend import Source
from linviz.gui.faults import diagnostics, log_path, start_log
from linviz.gui.guard import check_pyside
from linviz.gui.main_window import MainWindow
from linviz.gui.preferences import Preferences
from linviz.gui.recovery import Recovery, default_folder
from linviz.resources import resource

SWITCH_INTERVAL = 0.001
"""Seconds after which the worker gives way to the window, whose lateness p99 is a quarter of that at Python's 0.005."""
SIGNALS_EVERY = 200
"""Milliseconds between looks at signals."""


def application() -> QApplication:
    """Give the one application, made on the first call, after a check that this PySide6 can be used.

    Raises
    ------
    InputError
        If it can't.
    """
    check_pyside()
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    made = QApplication(["linviz"])
    made.setApplicationName("linviz")
    qInstallMessageHandler(_log_qt)
    made.setDesktopFileName("linviz")
    made.setWindowIcon(QIcon(str(resource("icons/linviz.svg"))))
    return made


def open_window(source: Source, settings: Settings, theme: str | None, path: Path | None = None) -> int:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    source
        What to train, the recipe for it, or a session to go on with.
    settings
        How to train it; a session brings its own.
    theme
        ``light``, ``dark`` or ``system``; none for what the person chose last.
    path
        The file that the session is from.

    Returns
    -------
    int
        The exit status.

    Raises
    ------
    InputError
        If this PySide6 can't be used, or the problem takes more memory than there is.
    """
    if isinstance(source, Recipe):
        source.check_memory()
    app = application()
    start_log()
    sys.setswitchinterval(SWITCH_INTERVAL)
    preferences = Preferences.load()
    preferences.theme_now = theme or ""
    try:
        window = MainWindow(source, settings, preferences, path)
        Recovery(window, default_folder())
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, it is told
        return _tell_failed_start(app, error)
    window.faults.install()
    window.show()
    window.activateWindow()  # without a window manager nobody else does, and keys would go nowhere
    with interruptible():
        return app.exec()


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C interrupt Qt's event loop: the hook for exceptions gets the KeyboardInterrupt."""
    # Python sees a signal only between two of its own steps, and Qt's loop takes none by itself.
    ticker = QTimer()
    ticker.timeout.connect(_nothing)
    ticker.start(SIGNALS_EVERY)
    yield
    ticker.stop()


def _tell_failed_start(app: QApplication, error: Exception) -> int:
    """Tell that there is no window, and why, in a box of its own."""
    details = "".join(traceback.format_exception(error)) + f"\nlog: {log_path()}\n" + diagnostics()
    logging.getLogger(__name__).error("%s", details)
    sys.stderr.write(f"linviz: the window could not be built ({type(error).__name__}: {error}), see {log_path()}\n")
    box = QMessageBox(QMessageBox.Icon.Critical, "linviz", f"The window could not be built: {error}")
    box.setDetailedText(details)
    box.setModal(False)
    box.show()
    app.exec()
    return 1


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Put what Qt says into the log: a person can do nothing about it."""
    level = logging.INFO if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.WARNING
    logging.getLogger("linviz.qt").log(level, "%s (%s)", message, context.category)


def _nothing() -> None:
    """Let Python look at its signals."""
