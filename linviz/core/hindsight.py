"""How good the parameters were along a branch, of which only the losses were saved. Needs no torch."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from linviz.core.evaluation import Evaluation
from linviz.core.waypoints import kept_along

if TYPE_CHECKING:
    from linviz.core.history import History

MOST = 64
"""Moments that are looked at,"""
MOST_NUMBERS = 1e8
"""of x in all of them: about a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Evaluations along a branch, ascending by step.

    Parameters
    ----------
    branch
        Its number.
    evaluations
        Of some of its moments.
    """

    branch: int
    evaluations: tuple[Evaluation, ...]


@dataclass(frozen=True, slots=True)
class LookBack:
    """Ask for evaluations along a branch, as far as states of it are kept; the run stays where it is."""

    branch: int

    def travel(self, history: "History") -> Seen:
        """Look at some of the kept states whose loss is what the present settings compute."""
        branch, trainer = next((each for each in history.branches if each.number == self.branch), None), history.trainer
        if branch is None:  # gone with its problem
            return Seen(self.branch, ())
        rate = trainer.settings.learning_rate
        kept = [
            each.snapshot
            for each in kept_along(branch)
            if replace(each.snapshot.settings, learning_rate=rate) == trainer.settings
        ]
        most = min(MOST, max(int(MOST_NUMBERS / trainer.snapshot().x.size), 1))
        picked = np.unique(np.linspace(0, len(kept) - 1, most).round().astype(int)) if kept else ()
        seen = {each.step: trainer.evaluation_of(each) for each in (kept[at] for at in picked)}
        return Seen(self.branch, tuple(seen[step] for step in sorted(seen) if seen[step] is not None))  # type: ignore[misc]  # it has looked
