"""The largest magnitude in an array, looked for once: in ten million samples that takes longer than a frame."""

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core.filing import Opened
from linviz.core.snapshot import ARRAY_FIELDS, Burst, Snapshot

_known: dict[int, tuple["weakref.ref[NDArray[np.floating[Any]]]", float]] = {}


def peak(array: NDArray[np.floating[Any]]) -> float:
    """Give the largest finite magnitude, 0 if there is none; of a read-only array it is remembered while it lives.

    May be called from any thread: at worst two of them look for the same number.
    """
    found = _known.get(id(array))
    if found is not None and found[0]() is array:
        return found[1]
    largest = float(max(array.max(), -array.min()))  # without a copy as large as the array, as abs() makes
    if not np.isfinite(largest):
        largest = float(np.max(np.abs(array), initial=0.0, where=np.isfinite(array)))
    if not array.flags.writeable:
        key = id(array)
        # When it is gone another array may get its number.
        _known[key] = weakref.ref(array, lambda _gone: _known.pop(key, None)), largest
    return largest


def find_peaks(moment: Snapshot) -> None:
    """Look for those of all panels, on a thread that nobody waits for."""
    for name in ARRAY_FIELDS:
        array = getattr(moment, name)
        if array is not None:
            peak(array)


def with_peaks(task: Callable[[], object]) -> object:
    """Do a task of the worker, and there look for what would hold up the window that shows its moment."""
    result = task()
    burst = result.burst if isinstance(result, Opened) else result
    if isinstance(burst, Burst):
        find_peaks(burst.snapshot)
    return result
