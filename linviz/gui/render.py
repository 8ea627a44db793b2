"""Draws the window without a display."""

import os
import sys
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from linviz.core.command import Command, Drawable, NextPhase, Run
from linviz.core.explain import explain
from linviz.core.settings import Settings
from linviz.core.terms import Index
from linviz.errors import InputError
from linviz.gui.app import application, interruptible
from linviz.gui.faults import start_log
from linviz.gui.main_window import MainWindow
from linviz.gui.picture import save_png
from linviz.gui.preferences import Preferences

PIECE = 2000
"""Steps that are asked for at a time."""
EVALUATIONS = 60
"""Pieces in which a run is made whose full-data loss is drawn beside that of its batches: each gives a point of it."""
WAIT = 5
"""Milliseconds between two looks at whether everything is done."""


def render(
    source: Drawable,
    settings: Settings,
    path: Path,
    *,
    size: tuple[int, int],
    scale: int,
    theme: str,
    steps: int,
    by_hand: bool,
    phases: int,
    why: tuple[str, Index] | None = None,
) -> None:
    """Draw the window into a PNG file after some steps.

    Parameters
    ----------
    source
        What to train, the recipe for it, or the table that it is in.
    settings
        How to train it.
    path
        The file.
    size
        Width and height of the window.
    scale
        Pixels to a unit of size, as on a screen of high resolution.
    theme
        ``light``, ``dark`` or ``system``.
    steps
        Steps to make first.
    by_hand
        Whether their updates are written by hand.
    phases
        Phases of the next iteration to run after that.
    why
        Field and index of the cell to explain, or none.

    Raises
    ------
    InputError
        If the problem can't be drawn, or the window isn't as small as asked for.
    OSError
        If the file can't be written.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(scale)
    application()
    start_log()
    window = MainWindow(source, settings, Preferences(theme=theme, size=size, flash=False, ask=False))
    window.show()
    piece = max(steps // EVALUATIONS, 1) if settings.batches.batch or settings.split.test_share else PIECE
    commands = iter(_commands(steps, min(piece, PIECE), by_hand, phases))
    loop = QEventLoop()
    errors: list[BaseException] = []

    def go_on() -> None:
        # A long run in pieces: one that is interrupted is waited for.
        command = next(commands, None)
        if command is None:
            loop.quit()
        else:
            window.backend.submit(command)

    def fail(error: BaseException) -> None:
        errors.append(error)
        loop.quit()

    window.shown.connect(go_on)
    window.backend.failed.connect(fail)
    hook, sys.excepthook = sys.excepthook, lambda _kind, error, _trace: fail(error)
    try:
        with interruptible():
            loop.exec()
            if why is not None and window.snapshot is not None:
                explain(window.snapshot, *why)  # raises what the window would only say
                window.go_to(*why)
            # What theory says of the data may still be on its way.
            waiting = QTimer()
            waiting.timeout.connect(lambda: None if window.backend.busy else loop.quit())
            waiting.start(WAIT)
            loop.exec()
            waiting.stop()
            # One more round, for what the last snapshot asked to have painted and laid out.
            QTimer.singleShot(0, loop.quit)
            loop.exec()
        if errors:
            raise errors[0]
        least = window.width(), window.height()  # once it is laid out, a window is no smaller than its parts
        if least != size:
            raise InputError(
                f"size must be at least {least[0]}x{least[1]}, the window's smallest, got {size[0]}x{size[1]}"
            )
        save_png(window, path)
    finally:
        window.close()
        sys.excepthook = hook


def _commands(steps: int, piece: int, by_hand: bool, phases: int) -> Iterator[Command]:
    for first in range(0, steps, piece):
        yield Run(steps=min(piece, steps - first), by_hand=by_hand, continued=first > 0)
    yield from repeat(NextPhase(), phases)
