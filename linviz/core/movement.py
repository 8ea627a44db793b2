"""Which parameter an update moved most. Needs no torch."""

from dataclasses import dataclass

import numpy as np

from linviz.core.snapshot import PARAMETERS, Snapshot
from linviz.core.terms import Index


@dataclass(frozen=True, slots=True)
class Move:
    """What an update did to a parameter.

    Parameters
    ----------
    field, index
        Which parameter, by its stored index.
    old, new
        Before and after.
    """

    field: str
    index: Index
    old: float
    new: float

    @property
    def change(self) -> float:
        """How far it moved, and to which side; computed in float64."""
        return self.new - self.old


def largest_move(snapshot: Snapshot) -> Move | None:
    """Give the parameter that the last update moved most, the first of equals; none if nothing moved by a number."""
    if snapshot.applied is None:
        return None
    moves = []
    for field in PARAMETERS:
        old, new = snapshot.applied.operands[field], getattr(snapshot, field)
        with np.errstate(over="ignore", invalid="ignore"):  # of a run that diverges
            size = np.abs(np.subtract(new, old, dtype=np.float64))  # as `Move.change` has it
        size[~np.isfinite(size)] = 0
        index = tuple(map(int, np.unravel_index(size.argmax(), size.shape)))
        moves.append((float(size[index]), Move(field, index, float(old[index]), float(new[index]))))
    size_of_largest, largest = max(moves, key=lambda move: move[0])
    return largest if size_of_largest else None
