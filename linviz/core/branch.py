"""A branch of the history: what was done on it, and the states that are kept of it. Needs no torch."""

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from linviz.core.command import Command, Edit, SetLearningRate, Step, UpdateAgain
from linviz.core.place import BranchInfo, Kind, Mark
from linviz.core.settings import Settings
from linviz.core.snapshot import COMPUTED, Array, Snapshot

OVERHEAD = 2_000
"""Bytes of a kept state beside its numbers: objects, and the headers of arrays."""
_OF_ITS_OWN = ("weight", "bias", "prediction", "residual", "weight_grad", "bias_grad")


@dataclass(slots=True)
class Entry:
    """The same done several times.

    Parameters
    ----------
    command
        What is done from each moment to the next.
    first
        The moment before it.
    count
        How often; more than 1 of `Step` alone.
    step, steps
        The number of steps done before and after.
    """

    command: Command
    first: int
    count: int
    step: int
    steps: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A state to go on from.

    Parameters
    ----------
    moment
        Where it stands.
    snapshot
        The state.
    whole
        Whether all of it is here; else it is only what a whole step needs, to go on with one.
    """

    moment: int
    snapshot: Snapshot
    whole: bool

    @property
    def cost(self) -> int:
        """Bytes it takes; x and y are everybody's."""
        arrays: list[Array | None] = [getattr(self.snapshot, name) for name in _OF_ITS_OWN]
        if self.snapshot.applied is not None:
            arrays += self.snapshot.applied.operands.values()
        arrays += self.snapshot.state.values()
        return OVERHEAD + sum(array.nbytes for array in arrays if array is not None)


def without_the_computed(snapshot: Snapshot) -> Snapshot:
    """Give what a whole step from the start of an iteration needs of a moment: it computes all the rest anew."""
    return replace(snapshot.without(COMPUTED), applied=None)


@dataclass(eq=False)
class Branch:
    """What was done from a moment of another branch on, from the start, or from parameters computed for a step.

    Parameters
    ----------
    number, name
        How it is called.
    parent
        The branch that it leaves, or none.
    fork
        The moment at which it leaves it; 0 without a parent.
    step
        The number of steps done there; more than 0 without a parent, its first kept state was computed for this step.
    settings
        Those in force where it ends.
    loss
        The last one that was computed.
    deleted
        Whether it was taken out of the list.
    entries
        What was done on it, in order.
    kept
        States of it, in order.
    """

    number: int
    name: str
    parent: "Branch | None"
    fork: int
    step: int
    settings: Settings
    loss: float | None = None
    deleted: bool = False
    entries: list[Entry] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    _marks: tuple[Mark, ...] = ()
    _marks_of: tuple[int, int] = (-1, 0)  # entries, and steps by hand at the end

    @property
    def moments(self) -> int:
        """The last moment."""
        return self.entries[-1].first + self.entries[-1].count if self.entries else self.fork

    @property
    def steps(self) -> int:
        """The number of steps done at the last moment."""
        return self.entries[-1].steps if self.entries else self.step

    @property
    def info(self) -> BranchInfo:
        """What a window shows of it."""
        parent = self.parent.number if self.parent else None
        return BranchInfo(self.number, self.name, parent, self.step, self.steps, self.settings, self.loss, self.moments)

    def note(self, command: Command, count: int, after: Snapshot) -> None:
        """Add what was done at the end."""
        last = self.entries[-1] if self.entries else None
        if last is not None and isinstance(command, Step) and last.command == command:
            last.count += count
            last.steps = after.step
        else:
            self.entries.append(Entry(command, self.moments, count, self.steps, after.step))
        self.settings, self.loss = after.settings, after.loss

    def cut(self, moment: int) -> None:
        """Take back what was done after a moment of the last entry, steps all of them."""
        last = self.entries[-1]
        beyond = last.first + last.count - moment
        last.count -= beyond
        last.steps -= beyond
        self.kept = [kept for kept in self.kept if kept.moment <= moment]

    def lineage(self, moment: int) -> "list[tuple[Branch, int]]":
        """Give the branches on the way to a moment, the oldest first, each with the last moment that is its own."""
        way: list[tuple[Branch, int]] = []
        branch: Branch | None = self
        while branch is not None:
            if moment > branch.fork or branch.parent is None:
                way.append((branch, moment))
            moment, branch = min(moment, branch.fork), branch.parent
        return way[::-1]

    def way(self, first: int, last: int) -> Iterator[tuple[Command, int]]:
        """Give what leads from one moment to a later one: commands, and how often each."""
        for branch, end in self.lineage(last):
            at = max(bisect.bisect_right(branch.entries, first, key=lambda entry: entry.first) - 1, 0)
            for entry in branch.entries[at:]:
                count = min(entry.first + entry.count, end) - max(entry.first, first)
                if entry.first >= end:
                    break
                if count > 0:
                    yield entry.command, count

    def best_kept(self, moment: int) -> Kept:
        """Give the last kept state from which a moment can be come to."""
        for branch, end in reversed(self.lineage(moment)):
            for kept in reversed(branch.kept[: bisect.bisect_right(branch.kept, end, key=lambda each: each.moment)]):
                if kept.whole:
                    return kept
                if kept.moment < moment and isinstance(next(self.way(kept.moment, moment))[0], Step):
                    return kept
        raise AssertionError("the start is always kept")  # a branch without a parent begins with it

    def moment_of_step(self, step: int) -> int:
        """Give the moment at which a step was just done; 0 for the start, and for what lies before a computed one."""
        lineage = self.lineage(self.moments)
        if step <= lineage[0][0].step:
            return 0
        for branch, end in reversed(lineage):
            at = bisect.bisect_left(branch.entries, step, key=lambda entry: entry.steps)
            if at < len(branch.entries) and branch.entries[at].step < step:
                entry = branch.entries[at]
                moment = entry.first + step - entry.step
                if moment <= end:
                    return moment
        return self.moments

    def marks(self) -> tuple[Mark, ...]:
        """Give what on the way here wasn't a plain step.

        Each burst of a run asks for it, and plain steps change nothing in it: then it is the same object as before.
        """
        last = self.entries[-1] if self.entries else None
        state = len(self.entries), last.count if last is not None and last.command == Step(by_hand=True) else 0
        if state != self._marks_of:
            self._marks, self._marks_of = tuple(self._found_marks()), state
        return self._marks

    def _found_marks(self) -> Iterator[Mark]:
        for branch, end in self.lineage(self.moments):
            if branch.parent is not None:
                yield Mark(Kind.BRANCH, branch.step)
            elif branch.step:
                yield Mark(Kind.COMPUTED, branch.step)
            for entry in branch.entries:
                if entry.first >= end:
                    break
                match entry.command:
                    case Step(by_hand=True):
                        yield Mark(Kind.MANUAL, entry.step, min(entry.count, end - entry.first))
                    case UpdateAgain():
                        yield Mark(Kind.AGAIN, entry.step)
                    case SetLearningRate():
                        yield Mark(Kind.SETTINGS, entry.step)
                    case Edit():
                        yield Mark(Kind.EDIT, entry.step)
