"""Shifts and scales columns to mean 0 and variance 1. Needs no torch."""

import numpy as np

from linviz.core.scaling import Numbers
from linviz.errors import InputError, shown

ROWS = 1 << 14
"""That are taken to float64 at a time."""


def standardized(name: str, array: Numbers, names: tuple[str, ...], shift: Numbers) -> tuple[Numbers, Numbers]:
    """Standardise the columns of an array where they are.

    Two passes, in float64: the mean first, then the deviations from it. What is in the array are differences from a
    value of each column, so that a column such as a year, large beside its spread, keeps its digits in float32.

    Parameters
    ----------
    name
        What messages call the table.
    array
        (samples, columns), writable, without what was subtracted already.
    names
        The columns.
    shift
        (columns,), what was subtracted already.

    Returns
    -------
    tuple
        Means, and the population's standard deviations, of what the table holds; (columns,), float64.

    Raises
    ------
    InputError
        If a column is constant.
    """
    samples = len(array)
    parts = [array[begin : begin + ROWS] for begin in range(0, samples, ROWS)]
    mean = np.sum([part.sum(axis=0, dtype=np.float64) for part in parts], axis=0) / samples
    square = np.sum([((part - mean) ** 2).sum(axis=0) for part in parts], axis=0) / samples
    std = np.sqrt(square)
    for at in np.flatnonzero(array.min(axis=0) == array.max(axis=0)).tolist():
        raise InputError(
            f"{name}, column {shown(names[at])}: it is {float(array[0, at] + shift[at]):g} in every row and can't be "
            "standardised; leave it out, or don't standardise"
        )
    for at in np.flatnonzero(~(np.isfinite(std) & (std > 0))).tolist():
        raise InputError(
            f"{name}, column {shown(names[at])}: its spread is beyond what can be scaled; don't standardise"
        )
    for part in parts:
        part[...] = (part - mean) / std
    return mean + shift, std
