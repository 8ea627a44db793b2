"""Which states are kept, and how far apart, when there is no room for all."""

from itertools import pairwise

import pytest

from linviz.core.branch import Branch, Kept, without_the_computed
from linviz.core.keeper import Keeper
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot

START = Snapshot.at_start(Problem.notebook(), Settings())
COST = Kept(0, without_the_computed(START), whole=False).cost


class Room:
    """A branch, and a keeper with room for some states of it."""

    def __init__(self, room: int) -> None:
        self.branch = Branch(1, "Run 1", None, 0, 0, Settings())
        self.keeper = Keeper([self.branch], room * COST)
        self.keeper.put(self.branch, Kept(0, START, whole=True))

    def keep(self, moments: range) -> None:
        for moment in moments:
            self.keeper.keep(self.branch, moment, START, whole=False)

    def moments(self) -> list[int]:
        return [kept.moment for kept in self.branch.kept]

    def gaps(self, first: int, last: int) -> list[int]:
        """Give how far apart those stand that are kept of a range."""
        there = [moment for moment in self.moments() if first <= moment <= last]
        return [after - before for before, after in pairwise(there)]


def test_what_stands_far_apart_stays_when_what_stands_close_is_thinned_out() -> None:
    kept = Room(room=200)
    kept.keep(range(1_000, 100_001, 1_000))  # a run's pieces
    kept.keep(range(100_001, 120_001))  # steps one by one
    assert kept.gaps(0, 100_000) == [1_000] * 100
    assert max(kept.gaps(100_000, 120_000)) <= 256  # 20,000 steps in the room of a hundred, and at most twice that
    assert kept.keeper.cost <= 200 * COST


@pytest.mark.parametrize("piece", [1, 7, 1_000])
def test_the_old_stands_as_far_apart_as_the_new_and_the_room_is_used(piece: int) -> None:
    kept = Room(room=100)
    for pieces in (90, 300, 1_000, 10_000):
        kept.keep(range(kept.moments()[-1] + piece, pieces * piece + 1, piece))
        gaps = kept.gaps(0, pieces * piece)
        assert max(gaps) <= 2 * min(gaps)
        assert max(gaps) <= max(4 * pieces * piece // 100, piece)
        assert kept.keeper.cost == sum(each.cost for each in kept.branch.kept) <= 100 * COST


def test_the_first_stays_whatever_the_room() -> None:
    kept = Room(room=0)
    kept.keep(range(1, 100))
    assert kept.moments() == [0]
