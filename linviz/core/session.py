"""A problem with everything that was done on it, as one frozen value: what a file holds. Needs no torch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from linviz.core import names
from linviz.core.branch import Branch, Entry
from linviz.core.command import Edit, RunTo, Step
from linviz.core.course import Stand
from linviz.core.editing import check
from linviz.core.problem import Problem
from linviz.core.saved_branch import STEP, Computed, SavedBranch, expected_memory
from linviz.core.settings import Settings
from linviz.core.snapshot import Array, Phase
from linviz.errors import InputError


@dataclass(frozen=True, eq=False)
class Session:
    """Everything that a saved file brings back.

    Parameters
    ----------
    problem
        Data and starting parameters.
    branches
        In the order of their numbers, deleted ones too.
    branch, moment
        Where the run stands.
    weight, bias
        The parameters there: computed again elsewhere, they may come out with other last bits.
    torch
        The version of torch that they were computed with.
    window
        How the window was laid out, for the window alone to understand.

    Raises
    ------
    InputError
        If the parts don't fit together.
    """

    problem: Problem
    branches: tuple[SavedBranch, ...]
    branch: int
    moment: int
    weight: Array
    bias: Array
    torch: str
    window: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        grown = self._grow()
        for saved, (branch, stands) in zip(self.branches, grown, strict=True):
            self._check_states(saved, branch, stands)
            self._check_edits(saved, branch.settings.bias)
            own = branch.steps - branch.step
            if saved.losses is not None and len(saved.losses) - own not in (0, 1):
                raise InputError(f"{saved.name} has {own} steps and {len(saved.losses)} losses")
        here = grown[self.branch - 1][0] if 1 <= self.branch <= len(grown) else None
        if here is None or here.deleted or not 0 <= self.moment <= here.moments:
            raise InputError(f"there is no moment {self.moment} of branch {self.branch} to stand at")
        for name in ("weight", "bias"):
            found, there = getattr(self, name), getattr(self.problem, name)
            if found.shape != there.shape or found.dtype != self.settings.dtype:
                raise InputError(f"the present {name} is {found.dtype} of the shape {found.shape}")

    @property
    def settings(self) -> Settings:
        """Those in force where the first branch begins."""
        start = self.branches[0].start
        assert start is not None  # noqa: S101  # the first branch can't leave another one; this tells the type checker
        return start

    def grown(self) -> Iterator[tuple[SavedBranch, Branch, list[Stand]]]:
        """Give new branches as they were, but without states; with each, how far it had come before each entry."""
        for saved, (branch, stands) in zip(self.branches, self._grow(), strict=True):
            yield saved, branch, stands

    def _grow(self) -> list[tuple[Branch, list[Stand]]]:
        grown: list[tuple[Branch, list[Stand]]] = []
        for number, saved in enumerate(self.branches, 1):
            if saved.number != number:
                raise InputError(f"branch {number} is numbered {saved.number}")
            grown.append(_grown(saved, grown))
        if not grown:
            raise InputError("there is no branch")
        if any(stands[0].settings.dtype != grown[0][1][0].settings.dtype for _, stands in grown):
            raise InputError("its branches are of two dtypes")
        return grown

    def _check_edits(self, saved: SavedBranch, bias: bool) -> None:
        for command, _ in saved.done:
            for name, index, value in command.cells if isinstance(command, Edit) else ():
                check(name, index, value, getattr(self.problem, name).shape, self.settings.dtype)
                if name == "bias" and not bias:
                    raise InputError(f"{saved.name} edits a bias, and has none")

    def _check_beginning(self, name: str, begins: Computed, settings: Settings) -> None:
        outputs, inputs = self.problem.weight.shape
        if begins.weight.shape != (outputs, inputs) or begins.bias.shape != (outputs,):
            raise InputError(f"{name} begins with {begins.weight.shape} and {begins.bias.shape} parameters")
        if {begins.weight.dtype, begins.bias.dtype} != {np.dtype(settings.dtype)}:
            raise InputError(f"{name} begins with parameters that are not {settings.dtype}")
        wanted = {key: (begins.weight.dtype, shape) for key, shape in _buffers(settings, (outputs, inputs)).items()}
        carried = {key: (array.dtype, array.shape) for key, array in begins.memory.items()}
        if carried and carried != wanted:
            raise InputError(f"{name} begins with a memory that is not that of {settings.title}")

    def _check_states(self, saved: SavedBranch, branch: Branch, stands: list[Stand]) -> None:
        states, (outputs, inputs) = saved.states, self.problem.weight.shape
        if saved.computed is not None:
            self._check_beginning(saved.name, saved.computed, stands[0].settings)
        count = len(states.moments)
        if states.weight.shape != (count, outputs, inputs) or states.bias.shape != (count, outputs):
            raise InputError(f"{saved.name} has {count} states, shaped {states.weight.shape} and {states.bias.shape}")
        settings = stands[0].settings
        if {states.weight.dtype, states.bias.dtype} != {np.dtype(settings.dtype)}:
            raise InputError(f"the states of {saved.name} are not {settings.dtype}")
        found = {name: (array.dtype, array.shape) for name, array in states.memory.items()}
        if found != {
            name: (np.dtype("float32" if name.endswith(STEP) else settings.dtype), (count, *shape))
            for name, shape in expected_memory(settings, (outputs, inputs)).items()
        }:
            raise InputError(f"the memory of {saved.name} is not that of {settings.title}")
        moments = states.moments
        inside = count == 0 or (moments[0] > branch.fork and moments[-1] <= branch.moments)
        if not inside or not (np.diff(moments) > 0).all():
            raise InputError(f"the states of {saved.name} are not in the order of its moments")
        for entry, stand, end in zip(branch.entries, stands, stands[1:], strict=False):
            del stand
            first, last = np.searchsorted(moments, (entry.first, entry.first + entry.count), "right")
            if last > first and end.next_phase is not Phase.FORWARD:
                raise InputError(f"a state of {saved.name} is within an iteration")


def _buffers(settings: Settings, shape: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    return expected_memory(settings, shape) if settings.optimizer == "SGD" else {}


def _grown(saved: SavedBranch, before: list[tuple[Branch, list[Stand]]]) -> tuple[Branch, list[Stand]]:
    """Make a branch from what was saved of it and those before it."""
    if names.branch(saved.name) != saved.name:
        raise InputError(f"branch {saved.number} can't be called {saved.name!r}")
    parent: Branch | None = None
    if saved.parent is None:
        if saved.start is None or saved.fork != 0:
            raise InputError(f"{saved.name} doesn't begin at a start")
        if saved.computed is not None and saved.computed.step < 1:
            raise InputError(f"{saved.name} begins with parameters that were computed for step {saved.computed.step}")
        stand = Stand(saved.start, saved.computed.step if saved.computed else 0)
    else:
        if not 1 <= saved.parent <= len(before):
            raise InputError(f"{saved.name} leaves branch {saved.parent}, which doesn't come before it")
        parent = before[saved.parent - 1][0]
        if saved.computed is not None:
            raise InputError(f"{saved.name} leaves {parent.name} and begins with parameters of its own")
        if saved.start is not None or not 0 <= saved.fork <= parent.moments:
            raise InputError(f"{saved.name} leaves {parent.name} at moment {saved.fork}, which it doesn't have")
        stand = _stand_at(parent, saved.fork, before)
    branch = Branch(saved.number, saved.name, parent, saved.fork, stand.step, stand.settings, saved.loss, saved.deleted)
    stands = [stand]
    for command, count in saved.done:
        if count < 1 or (count > 1 and not isinstance(command, Step)):
            raise InputError(f"{saved.name} does {command} {count} times")
        following = stands[-1].after(command, count)
        branch.entries.append(Entry(command, branch.moments, count, stands[-1].step, following.step))
        stands.append(following)
    branch.settings = stands[-1].settings
    return branch, stands


def _stand_at(branch: Branch, moment: int, grown: list[tuple[Branch, list[Stand]]]) -> Stand:
    """Tell how far a branch, or one that it comes from, has come at a moment."""
    own, end = branch.lineage(moment)[-1]
    stand = grown[own.number - 1][1][0]
    for entry, before in zip(own.entries, grown[own.number - 1][1], strict=False):
        if entry.first >= end:
            break
        stand = before.after(entry.command, min(entry.count, end - entry.first))
    return stand


def manual_steps(branch: Branch) -> Iterator[range]:
    """Give the steps that were updated by hand on a branch, by the number of steps done before each."""
    for entry in branch.entries:
        if isinstance(entry.command, Step | RunTo) and entry.command.by_hand:
            yield range(entry.step, entry.steps)
