"""The command ``linviz``: from the words on the command line to an exit status."""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from linviz.cli import entries as reading
from linviz.cli import problem_entries as problems
from linviz.cli.display import has_display
from linviz.cli.output import complain, settle, write_lines
from linviz.cli.parser import parsed
from linviz.errors import InputError

if TYPE_CHECKING:
    from linviz.cli.moments import Moments

BAD_INPUT = 2
INTERRUPTED = 130
"""As a shell reports a command that Ctrl-C ended: 128 + SIGINT."""

_NO_DISPLAY = (
    "there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY names one), so here is the first "
    "step as text; linviz render -o FILE.png draws the window as a picture"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks for.

    Parameters
    ----------
    argv
        The words after ``linviz``; those of the process by default.

    Returns
    -------
    int
        The exit status: 0 done, 2 bad input, 130 interrupted.
    """
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except BrokenPipeError:
        # The reader, `head` say, has seen enough; that is no error.
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except InputError as error:
        complain(str(error))
        return BAD_INPUT
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        complain("there is not enough memory for this: ask for fewer samples, inputs or outputs")
        return BAD_INPUT
    finally:
        settle()


def _run(argv: Sequence[str]) -> int:
    try:
        entries = parsed(argv)
    except SystemExit as finished:  # --help and --version
        return int(finished.code or 0)
    if entries.command is None:
        return _open_window(entries)
    if entries.command == "trace":
        return _trace(entries)
    if entries.command == "theory":
        return _theory(entries)
    return _render(entries)


def _open_window(entries: Namespace) -> int:
    path, settings, theme = reading.file(entries), reading.settings(entries), reading.theme(entries)
    source = problems.source(entries) if path is None else problems.session(path)
    if has_display():
        problems.check(source)
        from linviz.gui.app import open_window  # noqa: PLC0415  # imports Qt, which only this command needs

        return open_window(source, settings, theme, path)
    from linviz.cli import moments, trace  # noqa: PLC0415  # imports torch
    from linviz.core.session import Session  # noqa: PLC0415  # imports numpy, which --help needn't wait for

    complain(_NO_DISPLAY)
    steps = moments.saved(source, None) if isinstance(source, Session) else moments.made(source, settings, 1, False)
    write_lines(trace.text_lines(steps))
    return 0


def _trace(entries: Namespace) -> int:
    _refuse_theme(entries)
    as_json = "json" in entries
    if "cells" in entries:
        reading.check_cells(entries)
        settings = reading.settings(entries)
        problems.source(entries)  # only to refuse an unknown --example
        from linviz.cli import cells  # noqa: PLC0415  # imports torch, which bad input needn't wait for

        write_lines((cells.json_lines if as_json else cells.text_lines)(settings.dtype))
        return 0
    steps = _steps(entries)
    if "why" in entries:
        asked = reading.cell(entries.why)
        from linviz.cli import why  # noqa: PLC0415  # imports torch, as above

        write_lines(why.lines(steps(), asked, as_json))
        return 0
    from linviz.cli import trace  # noqa: PLC0415  # imports torch, as above

    lines = trace.json_lines if as_json else trace.text_lines
    write_lines(lines(steps()))
    return 0


def _steps(entries: Namespace) -> "Callable[[], Moments]":
    """Read which steps are to be printed; give what makes them."""
    if "session" in entries:
        reading.check_session(entries)
        session, step = problems.session(Path(entries.session)), reading.saved_step(entries)
        return lambda: _moments().saved(session, step)
    source, settings, steps = problems.source(entries), reading.settings(entries), reading.trace_steps(entries)
    by_hand, path = "manual" in entries, reading.saved_path(entries)
    if path is None:
        return lambda: _moments().made(source, settings, steps, by_hand)
    return lambda: _moments().kept(source, settings, steps, by_hand, path)


def _moments() -> ModuleType:
    from linviz.cli import moments  # noqa: PLC0415  # imports torch, as above

    return moments


def _theory(entries: Namespace) -> int:
    _refuse_theme(entries)
    source, settings, step = problems.source(entries), reading.settings(entries), reading.theory_step(entries)
    from linviz.cli import theory  # noqa: PLC0415  # imports numpy, which bad input needn't wait for

    write_lines(theory.lines(source, settings, step, "json" in entries))
    return 0


def _render(entries: Namespace) -> int:
    source, settings, picture = problems.source(entries), reading.settings(entries), reading.picture(entries)
    from linviz.gui.render import render  # noqa: PLC0415  # imports Qt, as above

    try:
        render(
            source,
            settings,
            picture.path,
            size=picture.size,
            scale=picture.scale,
            theme=picture.theme,
            steps=picture.steps,
            by_hand=picture.by_hand,
            phases=picture.phases,
            why=picture.why,
        )
    except OSError as error:
        # One that the system didn't raise is a sentence already.
        said = f"can't write {picture.path}: {error.strerror}" if error.strerror else str(error)
        raise InputError(f"{said}; name another file") from error
    return 0


def _refuse_theme(entries: Namespace) -> None:
    if "theme" in entries:
        raise InputError(
            f"--theme {entries.theme} has nothing to colour in the text of {entries.command}: leave it out"
        )


def _is_out_of_memory(error: Exception) -> bool:
    """Tell whether an allocation failed; torch says so by a RuntimeError with these words."""
    text = str(error)
    return isinstance(error, MemoryError) or "DefaultCPUAllocator" in text or "not enough memory" in text
