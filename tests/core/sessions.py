"""Sessions for tests: made by a history, with the losses that the window would have noted."""

import hashlib
import json
import struct
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from safetensors.numpy import load, save

from linviz.core.command import Command, Edit, NextPhase, Reset, Run, RunTo, SetLearningRate, Step, UpdateAgain
from linviz.core.history import History
from linviz.core.problem import Problem
from linviz.core.session import Session
from linviz.core.session_file import to_bytes
from linviz.core.snapshot import Burst, Phase
from linviz.core.travel import Delete, Leap, Rename, SeekStep, Travel

MANY = (
    Run(40), NextPhase(), NextPhase(), SeekStep(12), SetLearningRate(0.1), Run(50), UpdateAgain(by_hand=True),
    NextPhase(), Rename(2, "zu schnell"), Reset(), Step(by_hand=True), RunTo(Phase.BACKWARD), SeekStep(1),
    Run(30, by_hand=True), Edit((("x", (0, 0), 0.25), ("bias", (1,), -2.0))), Run(20),
    Delete(3),
)  # fmt: skip


class Recorded:
    """A history, with the losses by branch as its bursts told them."""

    def __init__(self, problem: Problem | None = None, commands: Iterable[Command | Travel] = ()) -> None:
        self.history = History(problem or Problem.notebook())
        self._losses: dict[int, dict[int, float]] = {}
        for command in commands:
            self.perform(command)

    def perform(self, command: Command | Travel) -> None:
        """Do it, and note what it tells."""
        with np.errstate(all="ignore"):
            burst = self.history.perform(command)
        if isinstance(burst, Burst) and burst.place is not None:
            known = self._losses.setdefault(burst.place.branch, {})
            known.update(zip(burst.steps.tolist(), burst.losses.tolist(), strict=True))

    def session(self) -> Session:
        """Give all of it, losses too."""
        session = self.history.session()
        branches = []
        for saved, branch, _ in session.grown():
            known = self._losses.get(saved.number, {})
            steps = range(branch.step, branch.steps + (branch.steps in known))
            losses = np.array([known.get(step, np.nan) for step in steps], np.float64)
            branches.append(replace(saved, losses=losses))
        return replace(session, branches=tuple(branches))


def many() -> Session:
    """Give a session with everything in it that one can hold."""
    return Recorded(commands=MANY).session()


def leapt() -> Session:
    """Give a session with branches that begin with computed parameters, one of them at a step that Qt can't count."""
    ones = np.ones((2, 3)), np.full(2, 1 / 3)
    commands = (Run(5), Leap(1000, *ones), Run(7), SeekStep(1003), SetLearningRate(0.1), Step(), Leap(2**40, *ones))
    return Recorded(commands=commands).session()


def changed(data: bytes, change: Callable[[dict[str, Any], dict[str, Any]], object]) -> bytes:
    """Give a file with another header or other arrays, with a sum that fits: damage that no sum finds.

    Parameters
    ----------
    data
        A good file.
    change
        Changes, in place, the session's header and the arrays; if it gives a text, that is the header.
    """
    arrays = load(data)
    metadata = json.loads(data[8 : 8 + struct.unpack_from("<Q", data)[0]])["__metadata__"]
    header = json.loads(metadata["session"])
    text = change(header, arrays)
    metadata["session"] = text if isinstance(text, str) else json.dumps(header)
    return signed(metadata, arrays)


def signed(metadata: dict[str, str], arrays: dict[str, Any]) -> bytes:
    """Give a file with this in it; the sum is as resources/session.md has it, written down once more here."""
    digest = hashlib.sha256(metadata["session"].encode())
    for name, array in sorted(arrays.items()):
        digest.update(f"\n{name} {array.dtype.str} {array.shape}\n".encode() + array.tobytes())
    return save(arrays, {**metadata, "sha256": digest.hexdigest()})


def good() -> bytes:
    """Give a good file."""
    return to_bytes(many())


def contents(data: bytes) -> tuple[str, dict[str, tuple[str, tuple[int, ...], bytes]]]:
    """Give what a file holds, whatever its order: the session's header, and the arrays."""
    metadata = json.loads(data[8 : 8 + struct.unpack_from("<Q", data)[0]])["__metadata__"]
    arrays = {name: (array.dtype.str, array.shape, array.tobytes()) for name, array in load(data).items()}
    return metadata["session"], arrays
