"""What was written on the command line, read into checked values."""

import os
import re
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from linviz.cli.problem_entries import OF_PROBLEMS, OTHERS, refuse_beside
from linviz.cli.values import choice, whole
from linviz.core.optimizers import OPTIMIZERS
from linviz.core.settings import TRAINING, Settings
from linviz.errors import InputError, shown

if TYPE_CHECKING:
    # It imports numpy, which --help does without.
    from linviz.core.terms import Index

THEMES = ("light", "dark", "system")
LEAST_SIZE, LARGEST_SIDE = (800, 560), 16384
"""Of a picture; no window is smaller, see `linviz.gui.main_window`."""
MOST_STEPS_DRAWN = 10_000_000
"""Some minutes; every loss is kept for the curve."""

_CELL = re.compile(r"\s*([a-z_]+)\s*(?:\[\s*(\d{1,18})\s*(?:,\s*(\d{1,18})\s*)?\])?\s*", re.ASCII)
OPTIONS = tuple(dict.fromkeys(option.name for each in OPTIMIZERS.values() for option in each.options))
"""What can be chosen of some optimizer."""
_TRAINING = ("optimizer", *OPTIONS, *(option.name for option in TRAINING))
_FIXED_BY_CELLS = ("file", *OF_PROBLEMS[1:], "lr", *_TRAINING, "steps", "manual", "why", "session", "step", "save")
_BROUGHT = (*OF_PROBLEMS, "lr", "dtype", *_TRAINING)
"""What a session has decided."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What ``linviz render`` draws, in the words of `linviz.gui.render.render`."""

    path: Path
    size: tuple[int, int]
    scale: int
    theme: str
    steps: int
    by_hand: bool
    phases: int
    why: "tuple[str, Index] | None"


def cell(text: str) -> "tuple[str, Index]":
    """Read a cell such as ``weight_grad[0,1]``, ``bias[1]`` or ``loss``."""
    match = _CELL.fullmatch(text)
    if match is None:
        raise InputError(f"a cell is written like weight_grad[0,1], bias[1] or loss, got {shown(text)}")
    return match[1], tuple(int(number) for number in match.groups()[1:] if number is not None)


def file(entries: Namespace) -> Path | None:
    """Read the session that the window is to open, if there is one; it brings its own problem and settings."""
    if "file" not in entries:
        return None
    from linviz.core.reading import holds_table  # noqa: PLC0415  # imports numpy, see above

    path = Path(entries.file)
    if not path.suffix and not path.exists():
        raise InputError(f"there is no command and no file {shown(entries.file)}; see linviz --help")
    if holds_table(path):
        return None
    refuse_beside(f"{shown(entries.file)} brings its own problem and training, which leave", entries, _BROUGHT)
    return path


def check_session(entries: Namespace) -> None:
    """Refuse with ``--session`` what the file brings itself."""
    brought = ("file", *_BROUGHT, "steps", "manual", "save")
    refuse_beside("--session prints what was saved, which leaves", entries, brought)


def saved_step(entries: Namespace) -> int | None:
    """Read which step of a session to print; none for the one that it stands at."""
    return whole("step", entries.step, 1) if "step" in entries else None


def saved_path(entries: Namespace) -> Path | None:
    """Read where to save a run, and check that this can be done before anything is computed."""
    if "step" in entries:
        raise InputError(f"--step {shown(entries.step)} is a step of --session FILE: name one, or say --steps")
    return _writable(entries.save, "session", ".linviz") if "save" in entries else None


def settings(entries: Namespace) -> Settings:
    """Read how it is trained."""
    plain = Settings()
    dtype = getattr(entries, "dtype", plain.dtype).strip()
    chosen = {name: getattr(entries, name) for name in OPTIONS if name in entries}
    optimizer = getattr(entries, "optimizer", plain.optimizer)
    training = {option.name: getattr(entries, option.name) for option in TRAINING if option.name in entries}
    return Settings.of(getattr(entries, "lr", plain.learning_rate), optimizer, dtype, chosen, training)


def theme(entries: Namespace) -> str | None:
    """Read the window's colours; none if nothing was written."""
    return choice("theme", entries.theme, THEMES) if "theme" in entries else None


def trace_steps(entries: Namespace) -> int:
    """Read how many steps to print."""
    return whole("steps", getattr(entries, "steps", "1"), 1)


def theory_step(entries: Namespace) -> int | None:
    """Read the step whose parameters are asked for; none if nothing was written."""
    return whole("step", entries.step, 0) if "step" in entries else None


def check_cells(entries: Namespace) -> None:
    """Refuse with ``--cells`` what the cells fix themselves."""
    what = "--cells runs the notebook's own cells, which leave"
    refuse_beside(what, entries, _FIXED_BY_CELLS)
    if getattr(entries, "example", "notebook").strip() in OTHERS:
        refuse_beside(what, entries, ("example",))


def picture(entries: Namespace) -> Picture:
    """Read what to draw, and check that the file can be written before anything is computed."""
    return Picture(
        path=_writable(entries.output, "picture", ".png"),
        size=_size(getattr(entries, "size", "1440x900")),
        scale=int(choice("scale", getattr(entries, "scale", "1"), ("1", "2"))),
        theme=theme(entries) or "light",
        steps=whole("steps", getattr(entries, "steps", "12"), 0, MOST_STEPS_DRAWN),
        by_hand="manual" in entries,
        phases=whole("phases", getattr(entries, "phases", "0"), 0, 4),
        why=cell(entries.why) if "why" in entries else None,
    )


def _size(text: str) -> tuple[int, int]:
    sides = re.fullmatch(r"([0-9]{1,9})x([0-9]{1,9})", text.strip(), re.IGNORECASE)
    width, height = (int(sides[1]), int(sides[2])) if sides else (0, 0)
    least = f"{LEAST_SIZE[0]}x{LEAST_SIZE[1]}"
    if not (LEAST_SIZE[0] <= width <= LARGEST_SIDE and LEAST_SIZE[1] <= height <= LARGEST_SIDE):
        raise InputError(
            f"size must be a width x height from {least} to {LARGEST_SIDE}x{LARGEST_SIDE} pixels, such as 1440x900, "
            f"got {shown(text)}"
        )
    return width, height


def _writable(text: str, what: str, suffix: str) -> Path:
    """Read the name of a file to write."""
    path, said = Path(text), text or "nothing"
    if text.endswith(("/", os.sep)) or path.suffix.lower() != suffix:
        raise InputError(f"the {what}'s file must end in {suffix}, got {said}")
    try:
        if path.is_dir():
            raise InputError(f"can't write {said}, which is a folder: name a file in it")
        if not path.parent.is_dir():
            raise InputError(f"can't write {said}: there is no folder {path.parent}, name one that is there")
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise InputError(f"can't write {said}: it may not be written, name another file")
    except OSError as error:  # a name too long, or a folder on the way that may not be looked into
        raise InputError(f"can't write {said}: {error.strerror or error}; name another file") from error
    return path
