"""The branches of a session as a history goes on with them: with their starts and states."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from linviz.core.branch import Branch, Entry, Kept
from linviz.core.command import Command, Edit
from linviz.core.course import Stand
from linviz.core.editing import DATA, arrays_of, edited
from linviz.core.saved_branch import States
from linviz.core.session import Session
from linviz.core.snapshot import Snapshot
from linviz.core.trainer import Trainer


def resumed(session: Session, trainer: Trainer) -> Iterator[Branch]:
    """Give the branches, in the order of their numbers.

    Parameters
    ----------
    session
        What was saved.
    trainer
        One of its problem; it makes the starts, and stands at the last of them afterwards.
    """
    starts: dict[int, Snapshot] = {}
    for saved, branch, stands in session.grown():
        if branch.parent is None:
            start = trainer.restart(stands[0].settings)
            if saved.computed is not None:
                begins = saved.computed
                state = begins.memory or start.state
                start = replace(start, step=begins.step, weight=begins.weight, bias=begins.bias, state=state)
            starts[branch.number] = start
            branch.kept.append(Kept(0, starts[branch.number], whole=True))
        else:
            starts[branch.number] = starts[branch.parent.number]
        data = starts[branch.number]  # with x and y as they came to be where the branch begins
        for command, _ in branch.way(0, branch.fork):
            data = _with_data(data, command)
        for entry, stand, end in zip(branch.entries, stands, stands[1:], strict=False):
            data = _with_data(data, entry.command)
            branch.kept.extend(_kept(entry, stand, end, saved.states, data))
        yield branch


def _with_data(moment: Snapshot, command: Command) -> Snapshot:
    """Give a moment with the data that an edit makes of its own."""
    if not isinstance(command, Edit):
        return moment
    return replace(moment, **edited(arrays_of(moment), (cell for cell in command.cells if cell[0] in DATA)))  # type: ignore[arg-type]  # its arrays


def _kept(entry: Entry, before: Stand, after: Stand, states: States, start: Snapshot) -> Iterator[Kept]:
    """Give the states that were saved of the moments that an entry leads to."""
    first, last = np.searchsorted(states.moments, (entry.first, entry.first + entry.count), "right")
    for at in range(int(first), int(last)):
        moment = int(states.moments[at])
        step = after.step if entry.count == 1 else before.step + moment - entry.first
        weight, bias = states.weight[at], states.bias[at]
        memory = {name: stack[at] for name, stack in states.memory.items()}
        state = replace(start, step=step, settings=after.settings, weight=weight, bias=bias, state=memory)
        yield Kept(moment, state, whole=False)
