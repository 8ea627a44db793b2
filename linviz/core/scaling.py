"""Standardised data, and the way back to the units that they came in. Needs no torch."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linviz.errors import InputError

Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Scaling:
    """What was subtracted from each column, and by what it was divided then: its mean and standard deviation.

    The deviation is the population's, ``sqrt(mean((x - mean(x))**2))``: the variance of a standardised column is 1.

    Parameters
    ----------
    x_mean, x_std
        (inputs,), float64; none if x is as it came.
    y_mean, y_std
        (outputs,), float64; none if y is as it came.

    Raises
    ------
    InputError
        If one of a pair is missing, both pairs are, a number isn't finite or a deviation isn't positive.
    """

    x_mean: Numbers | None = None
    x_std: Numbers | None = None
    y_mean: Numbers | None = None
    y_std: Numbers | None = None

    def __post_init__(self) -> None:
        if not self.sides:
            raise InputError("a scaling must scale x or y or both")
        for side in ("x", "y"):
            mean, std = f"{side}_mean", f"{side}_std"
            found = [None if getattr(self, name) is None else _row(name, getattr(self, name)) for name in (mean, std)]
            if (found[0] is None) != (found[1] is None):
                raise InputError(f"{mean} and {std} go together: give both or neither")
            if found[0] is not None and found[1] is not None:
                if found[0].shape != found[1].shape:
                    raise InputError(f"{mean} and {std} must have one shape, got {found[0].shape} and {found[1].shape}")
                if not (found[1] > 0).all():
                    raise InputError(f"{std} must be positive, got {found[1].min():g}")
            object.__setattr__(self, mean, found[0])
            object.__setattr__(self, std, found[1])

    @property
    def sides(self) -> tuple[str, ...]:
        """What is standardised: x, y or both."""
        return tuple(side for side in ("x", "y") if getattr(self, f"{side}_mean") is not None)

    def original(self, weight: Numbers, bias: Numbers) -> tuple[Numbers, Numbers]:
        """Give the weight and the bias that do to the data as they came what these do to the standardised ones.

        ``(y − my) / sy = W (x − mx) / sx + b`` solved for y: the weight is ``sy · W / sx``, the bias
        ``my + sy · b − weight · mx``.

        Parameters
        ----------
        weight, bias
            (outputs, inputs) and (outputs,).

        Returns
        -------
        tuple
            The same shapes, in float64.
        """
        weight, bias = np.asarray(weight, np.float64), np.asarray(bias, np.float64)
        if self.y_mean is not None and self.y_std is not None:
            weight, bias = weight * self.y_std[:, None], bias * self.y_std + self.y_mean
        if self.x_mean is not None and self.x_std is not None:
            weight = weight / self.x_std
            bias = bias - weight @ self.x_mean
        return weight, bias


def _row(name: str, values: ArrayLike) -> Numbers:
    """Copy into a read-only row of float64, checked for finiteness."""
    row = np.array(values, np.float64)
    if row.ndim != 1 or not len(row) or not np.isfinite(row).all():
        raise InputError(f"{name} must be a row of finite numbers, got {row}")
    row.flags.writeable = False
    return row
