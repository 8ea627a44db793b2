"""Other numbers in cells of x, y, weight or bias. Needs no torch."""

import math
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from linviz.core.snapshot import PARAMETERS, Array, Snapshot
from linviz.core.terms import Index
from linviz.errors import InputError

EDITABLE: Final = ("x", "y", "weight", "bias")
"""Fields that a person may write to; all others are computed."""
DATA: Final = ("x", "y")

Cell = tuple[str, Index, float]
"""A field, the stored index of one of its cells, and the number to stand there."""


def arrays_of(snapshot: Snapshot) -> dict[str, Array]:
    """Give the fields that can be edited, as they are at a moment."""
    return {field: getattr(snapshot, field) for field in EDITABLE}


def edited(arrays: Mapping[str, Array], cells: Iterable[Cell]) -> dict[str, Array]:
    """Give those arrays that come out otherwise, new and read-only.

    Parameters
    ----------
    arrays
        The editable fields as they are; they stay so.
    cells
        What to write; of several numbers for a cell the last.

    Raises
    ------
    InputError
        If there is no such cell, it can't be edited, or the dtype can't hold the number; then nothing has changed.
    """
    made: dict[str, Array] = {}
    for field, index, value in cells:
        if field not in EDITABLE:
            raise InputError(f"{field} can't be edited, it is computed: edit one of {', '.join(EDITABLE)}")
        array = made.get(field, arrays[field])
        check(field, index, value, array.shape, str(array.dtype))
        if field not in made:
            made[field] = array = array.copy()
        array[index] = value
    for array in made.values():
        array.flags.writeable = False
    return {field: array for field, array in made.items() if array.tobytes() != arrays[field].tobytes()}


def check(field: str, index: Index, value: float, shape: tuple[int, ...], dtype: str) -> None:
    """Raise an `InputError` if a field of this shape has no such cell, or the dtype can't hold the number."""
    cell = f"{field}[{', '.join(map(str, index))}]"
    if len(index) != len(shape) or not all(0 <= at < side for at, side in zip(index, shape, strict=True)):
        raise InputError(f"there is no cell {cell}: {field} has the shape {list(shape)}, counted from 0")
    if not math.isfinite(value) or abs(value) > float(np.finfo(dtype).max):
        raise InputError(f"{cell} must be a finite number that {dtype} can hold, got {value}")


def leading_to(there: Iterable[Array], snapshot: Snapshot) -> tuple[Cell, ...]:
    """Give what puts the parameters of a moment somewhere else: weight and bias there, of which some cells differ."""
    cells: list[Cell] = []
    for name, goal in zip(PARAMETERS, there, strict=True):
        now: Array = getattr(snapshot, name)
        with np.errstate(over="ignore"):
            changed = np.argwhere(goal.astype(now.dtype) != now)
        cells += [(name, tuple(map(int, at)), float(goal[tuple(at)])) for at in changed]
    return tuple(cells)


def inverse(snapshot: Snapshot, cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Give what writes back the numbers that stand in cells at a moment."""
    return tuple((field, index, float(getattr(snapshot, field)[index])) for field, index, _ in cells)
