"""Everything that was done since the problem was loaded: branches of moments, each of which can be stood at again.

A moment is where a phase, a step or a change of the settings ended. What was done is kept as commands, equal steps in a
row as one entry. States are kept at a spacing; what lies between is computed again from the nearest one before, by the
same commands on the same trainer, and so comes out bit for bit.
"""

from copy import copy
from dataclasses import replace
from typing import cast

from linviz.core import names
from linviz.core.branch import Branch, Kept
from linviz.core.branches import Branches
from linviz.core.command import Command, Load, Question, Reset, Run, Step, drawn
from linviz.core.keeper import BUDGET, Keeper
from linviz.core.place import Place
from linviz.core.problem import Problem
from linviz.core.resumed import resumed
from linviz.core.runner import Runner, repeat
from linviz.core.saved_branch import saved_of
from linviz.core.session import Session
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst, Snapshot
from linviz.core.trainer import Trainer
from linviz.core.travel import Travel
from linviz.errors import InputError

NOWHERE = -1
"""A moment before all others: the trainer's state is none of this branch."""


class History:
    """Owns the trainer; every command goes through here.

    Used from one thread only.

    Parameters
    ----------
    problem
        Data and starting parameters.
    settings
        How it is trained.
    budget
        Bytes that kept states may take; then they are thinned out, at twice the spacing each time. The start of each
        branch is always kept.

    Attributes
    ----------
    trainer
        Stands at the present moment.
    """

    def __init__(self, problem: Problem, settings: Settings | None = None, budget: int = BUDGET) -> None:
        self.trainer = Trainer(problem, settings)
        self._budget = budget
        self._runner = Runner(self)
        self._begin()

    @classmethod
    def of(cls, session: Session, budget: int = BUDGET) -> "History":
        """Go on with what was saved, where it stood.

        Raises
        ------
        InputError
            If a number of the problem is beyond the dtype's range.
        """
        history = cls(session.problem, session.settings, budget)
        history._clear()
        for branch in resumed(session, history.trainer):
            history._branches.put(branch)
        history._keeper.count()
        history._here, history._moment = history._branches.get(session.branch), NOWHERE
        history._go(history._here, session.moment)
        return history

    def session(self) -> Session:
        """Give everything that was done, but for the losses, as one frozen value."""
        here = self.trainer.snapshot()
        branches = tuple(saved_of(each, here.weight, here.bias) for each in self._branches)
        place = self._here.number, self._moment
        return Session(here.problem, branches, *place, here.weight, here.bias, self.trainer.version)

    def _begin(self) -> None:
        self._clear()
        self._begin_root()

    def _clear(self) -> None:
        self._branches = Branches()
        self._keeper = Keeper(self._branches, self._budget)

    def perform(self, command: Command | Question | Travel) -> object:
        """Carry out a command; a burst of it says where the run then stands.

        What changes the run in the past begins a branch there, and nothing is lost.
        """
        match command:
            case Travel():
                result: object = command.travel(self)
            case Load(source=source):
                result = Burst.of(self.trainer.load(drawn(source)))
                self._begin()
            case Reset():
                self._reset(command)
                result = Burst.of(self.trainer.snapshot())
            case Run():
                result = self._runner.run(command)
            case _:
                before = self.trainer.snapshot()
                result = command.apply(self.trainer)
                if isinstance(result, Burst) and result.snapshot is not before:
                    self.note(cast("Command", command), before, result.snapshot)  # a question gives no burst
        return self._completed(result, command) if isinstance(result, Burst) else result

    def _completed(self, burst: Burst, done: object = None) -> Burst:
        """Add to what a command did where the run stands, and how good the parameters are."""
        hurried = isinstance(done, Run) and done.continued
        return replace(burst, place=self.place(), evaluation=self.trainer.evaluation(hurried))

    def set_budget(self, budget: int) -> None:
        """Let the kept states take so many bytes."""
        self._budget = budget
        self._keeper.set_budget(budget)

    def here(self) -> Burst:
        """Give the present moment."""
        return self._completed(Burst.of(self.trainer.snapshot()))

    def place(self) -> Place:
        """Tell where the run stands."""
        here = self._here
        step, infos = self.trainer.snapshot().step, self._branches.infos()
        root = here.lineage(self._moment)[0][0]
        return Place(here.number, self._moment, here.moments, step, here.steps, infos, here.marks(), root.step)

    def seek(self, moment: int, branch: int | None = None) -> Burst:
        """Stand at a moment, of this branch or of another one.

        Raises
        ------
        InputError
            If there is no such branch or moment.
        """
        target = self._here if branch is None else self._branches.get(branch)
        if not 0 <= moment <= target.moments:
            raise InputError(f"{target.name} has the moments 0 to {target.moments}, there is no {moment}")
        self._keep_end()
        self._go(target, moment)
        return Burst.of(self.trainer.snapshot())

    def seek_step(self, step: int, branch: int | None = None) -> Burst:
        """Stand where a step was just done; at the start for 0, at the end for one beyond it.

        Raises
        ------
        InputError
            If there is no such branch.
        """
        target = self._here if branch is None else self._branches.get(branch)
        return self.seek(target.moment_of_step(step), target.number)

    def move(self, by: int, of_steps: bool = False, beyond: Command | None = None) -> Burst:
        """Go some moments along the branch, or some steps; beyond its end do a command instead, if there is one.

        In steps, the first one back from within an iteration leads to where that began.
        """
        here, now = self._here, self._moment
        if not of_steps:
            target = now + by
        else:
            step = self.trainer.snapshot().step
            began = here.moment_of_step(step)
            target = here.moment_of_step(step + by + (by < 0 and now > began))
            if by > 0 and step + by > here.steps:
                target = here.moments + (now == here.moments)  # first to the end of what was done
        if target > here.moments and beyond is not None:
            done = self.perform(beyond)
            assert isinstance(done, Burst)  # noqa: S101  # a command gives one
            return done
        return self.seek(min(max(target, 0), here.moments))

    def switch(self, branch: int) -> Burst:
        """Stand at the end of a branch.

        Raises
        ------
        InputError
            If there is no such branch.
        """
        return self.seek(self._branches.get(branch).moments, branch)

    def end_of(self, branch: int) -> Snapshot:
        """Give the last moment of a branch; the run stays where it is.

        Raises
        ------
        InputError
            If there is no such branch.
        """
        here, moment = self._here, self._moment
        end = self.switch(branch).snapshot
        self.seek(moment, here.number)
        return end

    def leap(self, start: Snapshot) -> Burst:
        """Begin a branch of its own at a moment that was computed; see `linviz.core.computed_start`."""
        self._keep_end()
        self.trainer.restore(start)
        self._begin_root()
        return Burst.of(start)

    def rename(self, branch: int, name: str) -> None:
        """Call a branch otherwise.

        Raises
        ------
        InputError
            If there is no such branch, or no branch can be called so.
        """
        self._branches.get(branch).name = names.branch(name)

    def delete(self, branch: int, deleted: bool = True) -> None:
        """Take a branch out of the list, or put it back; what others come from stays.

        Raises
        ------
        InputError
            If there is no such branch, or it is the one that the run stands on.
        """
        found = self._branches.get(branch)
        if found is self._here:
            raise InputError(f"{found.name} is the branch that the run stands on: switch to another one first")
        found.deleted = deleted

    @property
    def branches(self) -> tuple[Branch, ...]:
        """All branches, in the order of their numbers; deleted ones too."""
        return tuple(self._branches)

    def _keep_end(self) -> None:
        """Keep the branch's last moment, if the run stands there: so the way back is short."""
        if self._moment == self._here.moments:
            self._keeper.keep(self._here, self._moment, self.trainer.snapshot(), whole=True)

    def _begin_root(self) -> None:
        self._here, self._moment = self._add(None, 0, self.trainer.snapshot()), 0

    def _add(self, parent: Branch | None, fork: int, at: Snapshot) -> Branch:
        branch = self._branches.grow(parent, fork, at)
        self._keeper.put(branch, Kept(fork, at, whole=True))
        return branch

    def _reset(self, reset: Reset) -> None:
        dtype = self.trainer.settings.dtype
        reset.apply(self.trainer)
        if self.trainer.settings.dtype != dtype:
            # The same data, but another document: nothing of this one, neither a file nor a curve, is gone on with.
            self.trainer.load(copy(self.trainer.problem))
            self._begin()
            return
        if self._branches.is_bare(self._here):
            self._branches.drop_last()
            self._keeper.count()
        self._begin_root()

    def take_back(self, steps: int) -> None:
        """Undo the last steps of the branch, at whose end the run stands, as if they had never been made."""
        moment, branch = self._moment - steps, self._here
        branch.cut(moment)
        self._keeper.count()
        self._moment = NOWHERE  # what comes after must not be gone on from
        self._go(branch, moment)
        branch.settings, branch.loss = self.trainer.snapshot().settings, self.trainer.snapshot().loss

    def note(self, command: Command, before: Snapshot, after: Snapshot, count: int = 1) -> None:
        """Note what the trainer did from the present moment; in the past that begins a branch."""
        if self._moment < self._here.moments:
            self._here = self._add(self._here, self._moment, before)
        of_steps = isinstance(command, Step)
        if not of_steps:
            self._keeper.keep(self._here, self._moment, before, whole=True)
        self._here.note(command, count, after)
        self._moment += count
        self._keeper.keep(self._here, self._moment, after, whole=not of_steps)

    def _go(self, target: Branch, moment: int) -> None:
        from_here = any(branch is self._here and end >= self._moment for branch, end in target.lineage(moment))
        kept = target.best_kept(moment)
        if from_here and self._moment >= kept.moment:
            first = self._moment
        else:
            first = kept.moment
            self.trainer.restore(kept.snapshot)
        self._here, self._moment = target, first
        for command, count in target.way(first, moment):
            repeat(self.trainer, command, count)
        self._moment = moment
