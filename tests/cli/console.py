"""Runs the command in this process or in one of its own, and reads what it printed."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from linviz.cli import main


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on standard error that bad input gets, nothing being printed."""
        assert self.status == 2
        assert self.out == ""
        assert "Traceback" not in self.err
        assert self.err.startswith("linviz: ")
        assert self.err.endswith("\n")
        assert len(self.err.splitlines()) == 1
        return self.err.removeprefix("linviz: ").rstrip("\n")

    @property
    def records(self) -> list[dict[str, Any]]:
        """Standard output as strict JSON Lines."""
        return [strictly(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Console:
    """Runs the command in this process."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Done:
        status = main(words)
        printed = self.capsys.readouterr()
        return Done(status, printed.out, printed.err)


def strictly(line: str) -> dict[str, Any]:
    """Read a JSON object as the standard has it, which knows no NaN."""

    def refuse(word: str) -> NoReturn:
        raise AssertionError(f"{word} is not JSON")

    record = json.loads(line, parse_constant=refuse)
    assert isinstance(record, dict)
    return record


def environment(**changes: str) -> dict[str, str]:
    """Give this process's environment without a display."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return {**{name: value for name, value in os.environ.items() if name not in screens}, **changes}


def in_own_process(folder: Path, *words: str, command: tuple[str, ...] = ("-m", "linviz")) -> Done:
    """Run the command as a person does, in this folder and without a display."""
    done = subprocess.run(
        [sys.executable, *command, *words], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)
