"""Draws the window without a display."""

import os
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from linviz.core.command import NextPhase, Run, Step
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.gui.app import application
from linviz.gui.faults import start_log
from linviz.gui.main_window import MainWindow
from linviz.gui.picture import save_png
from linviz.gui.preferences import Preferences


def render(
    source: Problem | Recipe,
    settings: Settings,
    path: Path,
    *,
    size: tuple[int, int],
    scale: int,
    theme: str,
    steps: int,
    by_hand: bool,
    phases: int,
) -> None:
    """Draw the window into a PNG file after some steps.

    Parameters
    ----------
    source
        What to train, or the recipe for it.
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

    Raises
    ------
    InputError
        If the problem can't be drawn.
    OSError
        If the file can't be written.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(scale)
    application()
    start_log()
    window = MainWindow(source, settings, Preferences(theme=theme, size=size))
    loop = QEventLoop()
    window.backend.failed.connect(loop.quit)
    errors: list[Exception] = []
    window.backend.failed.connect(errors.append)
    commands = [Step(by_hand=True)] * steps if by_hand else [Run(steps=steps)] * bool(steps)
    for command in (*commands, *[NextPhase()] * phases):
        window.backend.submit(command)
    window.show()

    def finish() -> None:
        if not window.backend.busy:
            loop.quit()

    window.shown.connect(finish)
    loop.exec()
    # One more round, for what the last snapshot asked to have painted and laid out.
    QTimer.singleShot(0, loop.quit)
    loop.exec()
    try:
        if errors:
            raise errors[0]
        save_png(window, path)
    finally:
        window.close()
