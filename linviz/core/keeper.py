"""Which states of a history are kept: as many as a budget allows, at a spacing."""

import bisect
from collections.abc import Iterable

from linviz.core.branch import Branch, Kept, without_the_computed
from linviz.core.snapshot import Phase, Snapshot

BUDGET = 256 << 20
"""Bytes that the kept states may take."""


class Keeper:
    """Keeps states; over the budget the spacing doubles, until those that it leaves, old and new, fit in.

    Parameters
    ----------
    branches
        Those of the history, which puts new ones in. The first state of each is always kept.
    budget
        Bytes that all kept states may take.
    """

    def __init__(self, branches: Iterable[Branch], budget: int) -> None:
        self._branches, self._budget = branches, budget
        self._cost, self._spacing = 0, 1

    def set_budget(self, budget: int) -> None:
        """Take another budget; what doesn't fit goes at once."""
        self._budget = budget
        self._fit()

    @property
    def cost(self) -> int:
        """Bytes that the kept states take."""
        return self._cost

    def keep(self, branch: Branch, moment: int, snapshot: Snapshot, *, whole: bool) -> None:
        """Keep a state, if there is none near it already.

        Parameters
        ----------
        branch, moment
            Where it stands.
        snapshot
            The state.
        whole
            Whether all of it is to be kept, as what comes next needs it.
        """
        kept = branch.kept
        at = bisect.bisect_left(kept, moment, key=lambda each: each.moment)
        if at < len(kept) and kept[at].moment == moment:
            if kept[at].whole or not whole:
                return
            self._cost -= kept.pop(at).cost
        elif not whole:
            near = bool(at) and moment - kept[at - 1].moment < self._spacing
            if near or snapshot.next_phase is not Phase.FORWARD:
                return
        self.put(branch, Kept(moment, snapshot if whole else without_the_computed(snapshot), whole))

    def put(self, branch: Branch, kept: Kept) -> None:
        """Keep a state, whatever is near it."""
        bisect.insort(branch.kept, kept, key=lambda each: each.moment)
        self._cost += kept.cost
        self._fit()

    def count(self) -> None:
        """Count anew what is kept: some of it came or went otherwise."""
        self._sum_up()
        self._fit()

    def _fit(self) -> None:
        while self._cost > self._budget and any(len(each.kept) > 1 for each in self._branches):
            self._thin_out()

    def _thin_out(self) -> None:
        """Double the spacing, and let go what stands nearer to the one before.

        By the distance, not every second one: what stands far apart, as after a run, would soon stand so far apart
        that it takes seconds to compute what lies between.
        """
        self._spacing *= 2
        for branch in self._branches:
            far = branch.kept[:1]
            for kept in branch.kept[1:]:
                if kept.moment - far[-1].moment < self._spacing:
                    self._cost -= kept.cost
                else:
                    far.append(kept)
            branch.kept = far

    def _sum_up(self) -> None:
        self._cost = sum(kept.cost for branch in self._branches for kept in branch.kept)
