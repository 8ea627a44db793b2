"""What a person chose, kept between starts in a JSON file of our own.

Not QSettings: it unpickles what a file says.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from PySide6.QtCore import QIODevice, QSaveFile, QStandardPaths

from linviz.core.keeper import BUDGET
from linviz.core.notebook import cells
from linviz.gui.appearance import CHOICES, TEXT_SCALES

LARGEST = 1 << 20
"""Bytes; a settings file is a few hundred."""
MIN_SIDE, MAX_SIDE = 200, 100_000
MOST_RECENT = 8
LEAST_MEMORY, MOST_MEMORY = 1, 1_000_000
"""Of the past, in MB."""
NOT_KEPT = {"path", "theme_now", "complaint"}

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Preferences:
    """Theme, text size, window and layout, files, and how far the tour of the notebook has come.

    Parameters
    ----------
    below
        Widths of the parts below the equation.
    page
        Of the theory card.
    memory
        MB that the states of the past may take.
    path
        The file they are kept in; none keeps them in memory alone.
    theme_now
        The theme for this time alone, or nothing.
    complaint
        Why the file could not be used, in one sentence, or nothing.
    """

    theme: str = "system"
    text_scale: float = 1.0
    size: tuple[int, int] = (1440, 900)
    maximized: bool = False
    splitter: tuple[int, ...] = ()
    below: tuple[int, ...] = ()
    page: str = "landscape"
    as_stored: bool = False
    log_scale: bool = False
    excess: bool = False
    moves: bool = False
    remembered: bool = True
    flash: bool = True
    tour: int = 0
    ask: bool = True
    memory: int = BUDGET >> 20
    recent: tuple[str, ...] = ()
    path: Path | None = field(default=None, compare=False)
    theme_now: str = field(default="", compare=False)
    complaint: str = field(default="", compare=False)

    @classmethod
    def load(cls, path: Path | None = None) -> "Preferences":
        """Read them; what is missing or makes no sense has its default, and ``complaint`` says so.

        Parameters
        ----------
        path
            Where from; by default the person's own file.
        """
        path = path or default_path()
        preferences = cls(path=path)
        try:
            with path.open("rb") as file:
                text = file.read(LARGEST + 1)
            if len(text) > LARGEST:
                raise ValueError("it is larger than 1 MB")  # the sentence below serves all of these
            preferences._take(json.loads(text))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, RecursionError) as error:
            preferences.complaint = f"The settings in {path} could not be read ({error}); the defaults are used."
            _log.warning("%s", preferences.complaint)
        return preferences

    def save(self) -> None:
        """Write them, all or nothing.

        Raises
        ------
        OSError
            If the file can't be written.
        """
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        values = {name: value for name, value in asdict(self).items() if name not in NOT_KEPT}
        file = QSaveFile(str(self.path))
        if not file.open(QIODevice.OpenModeFlag.WriteOnly):
            raise OSError(f"{self.path}: {file.errorString()}")
        file.write(json.dumps(values, indent=1).encode())
        if not file.commit():
            raise OSError(f"{self.path}: {file.errorString()}")

    def _take(self, values: object) -> None:
        if not isinstance(values, dict):
            raise ValueError(f"it holds {type(values).__name__} instead of an object")
        for name in _KEPT & values.keys():
            value = values[name]
            if not wrong({name: value}):
                setattr(self, name, tuple(value) if isinstance(value, list) else value)
        complaint = wrong({name: values[name] for name in _CHECKS.keys() & values.keys() & _KEPT})
        if complaint:
            raise ValueError(complaint)


def wrong(values: Mapping[str, Any]) -> str:
    """Say which of these values, as a file holds them, can't be; nothing if all can."""
    for name, check in _CHECKS.items():
        if name in values and not check(values[name]):
            return f"{name} can't be {values[name]!r:.40}"
    return ""


def default_path() -> Path:
    """Give the place of the person's own settings, by the platform's custom."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(folder) / "linviz" / "settings.json"


def _is_path(value: Any) -> bool:  # as below
    return isinstance(value, str) and bool(value) and "\0" not in value


def _coordinates(value: Any) -> bool:  # as below; a screen may lie left of another one
    return isinstance(value, list) and all(type(side) is int and abs(side) <= MAX_SIDE for side in value)


def _sizes(value: Any) -> bool:  # whatever a file holds
    return isinstance(value, list) and all(type(side) is int and 0 <= side <= MAX_SIDE for side in value)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "theme": lambda value: value in CHOICES,
    "text_scale": lambda value: type(value) in (int, float) and value in TEXT_SCALES,
    "size": lambda value: _sizes(value) and len(value) == 2 and min(value) >= MIN_SIDE,  # noqa: PLR2004  # width, height
    "position": lambda value: _coordinates(value) and len(value) == 2,  # noqa: PLR2004  # across, down
    "by_hand": lambda value: isinstance(value, bool),
    "maximized": lambda value: isinstance(value, bool),
    "below": lambda value: _sizes(value) and len(value) < 10,  # noqa: PLR2004  # as above
    "page": lambda value: isinstance(value, str) and value.isidentifier(),
    "splitter": lambda value: _sizes(value) and len(value) < 10,  # noqa: PLR2004  # more parts than there are
    "as_stored": lambda value: isinstance(value, bool),
    "log_scale": lambda value: isinstance(value, bool),
    "excess": lambda value: isinstance(value, bool),
    "moves": lambda value: isinstance(value, bool),
    "remembered": lambda value: isinstance(value, bool),
    "flash": lambda value: isinstance(value, bool),
    "ask": lambda value: isinstance(value, bool),
    "memory": lambda value: type(value) is int and LEAST_MEMORY <= value <= MOST_MEMORY,
    "recent": lambda value: isinstance(value, list) and len(value) <= MOST_RECENT and all(map(_is_path, value)),
    "tour": lambda value: type(value) is int and 0 <= value < len(cells()),
}
_KEPT = {f.name for f in fields(Preferences)} - NOT_KEPT
assert _CHECKS.keys() >= _KEPT  # noqa: S101  # a new one needs its check
