"""Arrays that nobody changes. Needs no torch."""

from collections.abc import Sequence
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linviz.errors import InputError


def frozen(name: str, values: ArrayLike, dimensions: int) -> NDArray[np.floating[Any]]:
    """Give a read-only float array, checked for shape and finiteness.

    It is a view of an array of its own, a copy of the values in float32 if they come so and in float64 otherwise. What
    is read-only already, and laid out row by row, is taken as it is: whoever made it so doesn't change it any more.

    Parameters
    ----------
    name
        What messages call it.
    values
        Anything that numpy reads as a table of real numbers.
    dimensions
        How many it must have.

    Raises
    ------
    InputError
        If it is anything else, a dimension is 0, or a number isn't finite.
    """
    array: NDArray[np.floating[Any]]
    if _is_frozen(values):
        array = values
    else:
        try:
            if np.iscomplexobj(values):
                raise TypeError("it holds complex numbers")  # which numpy would halve
            dtype = np.float32 if getattr(values, "dtype", None) == np.float32 else np.float64
            array = np.array(values, dtype=dtype, order="C")
        except (TypeError, ValueError, OverflowError) as error:
            said = _ragged(values) or str(error)
            raise InputError(f"{name} must be a rectangular table of numbers: {said}") from error
    if array.ndim != dimensions or 0 in array.shape:
        raise InputError(f"{name} must have {dimensions} dimension(s), none of them 0, got the shape {array.shape}")
    if not np.isfinite(array).all():
        index = tuple(int(i[0]) for i in np.nonzero(~np.isfinite(array)))
        raise InputError(f"{name}{list(index)} must be a finite number, got {array[index]}")
    return sealed(array) if array.flags.writeable else array  # whose owner torch may share


def _ragged(values: object) -> str:
    """Say which row is longer or shorter than the first, if one is."""
    rows = values if isinstance(values, Sequence) and not isinstance(values, str) else ()
    lengths = [len(row) for row in rows if isinstance(row, Sequence) and not isinstance(row, str)]
    other = next((at for at, length in enumerate(lengths) if length != lengths[0]), None)
    if other is None or len(lengths) != len(rows):
        return ""
    return f"row {other} has {lengths[other]} number{'s' * (lengths[other] != 1)} where row 0 has {lengths[0]}"


def sealed(array: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Give a read-only view of an array that nobody else has, which `frozen` takes without a copy."""
    view = array.view()
    view.flags.writeable = False
    return view


def _is_frozen(values: object) -> TypeGuard[NDArray[np.floating[Any]]]:
    if type(values) is not np.ndarray or values.dtype not in (np.float32, np.float64):
        return False
    flags = values.flags
    return not flags.writeable and bool(flags.c_contiguous and flags.aligned) and values.dtype.isnative
