"""Questions about tables and for their numbers, and about the machine; none needs the run."""

from dataclasses import dataclass
from pathlib import Path

from linviz.core.problem import Problem
from linviz.core.tables.table import Data, Preview, TableSource, Watch
from linviz.core.why import Why
from linviz.errors import InputError

SESSION = ".linviz"
TABLES = (".csv", ".tsv", ".txt", ".parquet", ".npy", ".npz")
_LENGTH = 8
"""Bytes before the brace with which the header of a session begins."""


def holds_table(path: Path) -> bool:
    """Tell by its suffix, or else by how it begins, whether a file is to be read as a table and not as a session."""
    suffix = path.suffix.lower()
    if suffix in (SESSION, *TABLES) or not path.is_file():
        return suffix != SESSION
    try:
        with path.open("rb") as file:
            return file.read(_LENGTH + 1)[_LENGTH:] != b"{"
    except OSError:
        return True  # who reads it says what is wrong with it


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Ask what a table looks like, or why it can't be told."""

    data: Data

    def read(self) -> Preview | InputError:
        """See `Preview.of`."""
        try:
            return Preview.of(self.data)
        except InputError as error:
            return error


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Ask for the problem in a table, or why it can't be read.

    The answer is a value either way: that a file is bad ends no run, and whoever asked says so where it was asked.
    """

    source: TableSource
    watch: Watch

    def read(self) -> Problem | InputError:
        """See `TableSource.draw`."""
        try:
            return self.source.draw(self.watch)
        except InputError as error:
            return error


@dataclass(frozen=True, slots=True)
class FindDevices:
    """Ask which devices torch has here: a tuple of names."""

    def read(self) -> tuple[str, ...]:
        """See `linviz.core.tensors.devices`."""
        from linviz.core.tensors import devices  # noqa: PLC0415  # imports torch

        return devices()


Errand = Look | Read | Why | FindDevices
"""What the worker finds out without the run that it trains."""
