"""A branch of the history as a file holds it. Needs no torch."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from linviz.core.branch import Branch
from linviz.core.command import Command
from linviz.core.loss_record import Floats
from linviz.core.settings import Settings
from linviz.core.snapshot import Array, Phase, Snapshot, State

STATES = 64 << 20
"""Bytes of a branch's states that a session takes along; of more only every second, fourth, … one."""


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """What some moments of a branch, at each of which an iteration begins, are gone on from.

    Parameters
    ----------
    moments
        Ascending: (states,), int64.
    weight, bias
        Parameters: (states, outputs, inputs) and (states, outputs), in the run's dtype.
    memory
        What the optimizer remembers, by names such as ``weight_exp_avg``; each (states, …).
    """

    moments: NDArray[np.int64]
    weight: Array
    bias: Array
    memory: State = field(default_factory=dict)

    @classmethod
    def of(cls, branch: Branch, weight: Array, bias: Array) -> "States":
        """Take those that a branch keeps, but for its start; an empty stack is shaped like ``weight`` and ``bias``.

        LBFGS's memory grows from state to state; what it did is computed again.
        """
        wanted = expected_memory(branch.settings, weight.shape)
        kept = [each for each in branch.kept if each.moment > branch.fork and not branch.settings.evaluates]
        kept = [each for each in kept if each.snapshot.next_phase is Phase.FORWARD]
        kept = [each for each in kept if each.snapshot.state.keys() == wanted.keys()]
        size = sum(math.prod(shape) for shape in ((*weight.shape,), bias.shape, *wanted.values())) * weight.itemsize
        kept = kept[:: -(-len(kept) * size // STATES) or 1]
        kinds = {name: np.float32 if name.endswith(STEP) else weight.dtype for name in wanted}
        return cls(
            np.array([each.moment for each in kept], np.int64),
            np.array([each.snapshot.weight for each in kept], weight.dtype).reshape(-1, *weight.shape),
            np.array([each.snapshot.bias for each in kept], bias.dtype).reshape(-1, *bias.shape),
            {
                name: np.array([each.snapshot.state[name] for each in kept], kinds[name]).reshape(-1, *shape)
                for name, shape in wanted.items()
            },
        )


STEP = "_step"
"""How the names of counters end, which torch keeps in float32 whatever the dtype."""


def expected_memory(settings: Settings, shape: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Give what an optimizer remembers after a step, with the shapes, for a weight of a shape (outputs, inputs)."""
    shapes = {"weight": shape, "bias": shape[:1]}
    return {
        f"{name}_{key}": () if key == "step" else shapes[name]
        for name in settings.parameters
        for key in settings.memory
    }


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """Where a branch begins whose first parameters were computed for a step, not trained.

    Parameters
    ----------
    step
        The step, from 1 on.
    weight, bias
        (outputs, inputs) and (outputs,), in the run's dtype.
    memory
        The momentum buffers computed with them, by names such as ``weight_momentum_buffer``, if momentum carries any.
    """

    step: int
    weight: Array
    bias: Array
    memory: State = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class SavedBranch:
    """A branch as it was saved.

    Parameters
    ----------
    number, name, parent, fork, deleted, loss
        As of a `Branch`; the parent by its number, of those before it.
    start
        The settings in force where it begins; none for one that leaves another.
    done
        What was done on it, and `Step` how often.
    states
        What a moment is computed from again, instead of from the start.
    losses
        The loss of each of its own steps, NaN where there is none, one more if an iteration has begun; float64. None
        as long as nobody put them in.
    computed
        The parameters that it begins with, if they are others than the problem's; then it leaves no branch.
    """

    number: int
    name: str
    parent: int | None
    fork: int
    deleted: bool
    loss: float | None
    start: Settings | None
    done: tuple[tuple[Command, int], ...]
    states: States
    losses: Floats | None = None
    computed: Computed | None = None


def saved_of(branch: Branch, weight: Array, bias: Array) -> SavedBranch:
    """Give what is to be saved of a branch, but for its losses; its states are shaped as ``weight`` and ``bias``."""
    start = branch.kept[0].snapshot
    return SavedBranch(
        number=branch.number,
        name=branch.name,
        parent=branch.parent.number if branch.parent else None,
        fork=branch.fork,
        deleted=branch.deleted,
        loss=branch.loss,
        start=None if branch.parent else start.settings,
        done=tuple((entry.command, entry.count) for entry in branch.entries),
        states=States.of(branch, weight, bias),
        computed=Computed(branch.step, start.weight, start.bias, _carried(start)) if branch.info.computed else None,
    )


def _carried(start: Snapshot) -> State:
    return start.state if start.settings.optimizer == "SGD" else {}
