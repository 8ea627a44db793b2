"""All branches of a history, by their numbers. Needs no torch."""

from collections.abc import Iterator

from linviz.core.branch import Branch
from linviz.core.place import BranchInfo
from linviz.core.snapshot import Snapshot
from linviz.errors import InputError


class Branches:
    """Gives each branch its number, from 1; a deleted one keeps its own, as others may come from it."""

    def __init__(self) -> None:
        self._all: list[Branch] = []

    def __iter__(self) -> Iterator[Branch]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def get(self, number: int) -> Branch:
        """Give a branch by its number.

        Raises
        ------
        InputError
            If there is none.
        """
        if not 1 <= number <= len(self._all):
            raise InputError(f"there is no branch {number}")
        return self._all[number - 1]

    def grow(self, parent: Branch | None, fork: int, at: Snapshot) -> Branch:
        """Begin a branch at a moment of another one, or at the start."""
        number = len(self._all) + 1
        branch = Branch(number, f"Run {number}", parent, fork, at.step, at.settings, at.loss)
        self._all.append(branch)
        return branch

    def put(self, branch: Branch) -> None:
        """Take the next branch as it is."""
        self._all.append(branch)

    def is_bare(self, branch: Branch) -> bool:
        """Tell whether it is the last one and begins at the start, and nothing was done on it."""
        return branch is self._all[-1] and branch.parent is None and not branch.entries and not branch.step

    def drop_last(self) -> None:
        """Forget the last one."""
        self._all.pop()

    def infos(self) -> tuple[BranchInfo, ...]:
        """Give what a window shows of those that were not deleted, in order."""
        return tuple(each.info for each in self._all if not each.deleted)
