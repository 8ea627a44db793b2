"""Numbers of a run on standardised data, in the units that the data came in."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linviz.core.scaling import Scaling
from linviz.core.snapshot import Array

PER_SAMPLE = "x", "y", "prediction", "residual"
KEPT = 2
"""Pairs of parameters: those of now, and those before the last update."""


@dataclass(frozen=True, slots=True, eq=False)
class Rescaled:
    """An array seen in other units: what is not looked at is not computed, and ten million rows cost nothing."""

    values: Array
    factor: NDArray[np.float64]
    offset: NDArray[np.float64]

    def __getitem__(self, cell: tuple[int, int]) -> np.float64:
        row, column = cell
        scaled, offset = float(self.values[row, column]) * self.factor[column], self.offset[column]
        number: np.float64 = scaled + offset
        # Digits beyond those that the stored number has would make 1.0000000228 of a 1.
        least = np.finfo(self.values.dtype).eps * max(abs(scaled), abs(offset))
        if not 0 < least < math.inf:
            return number
        return np.float64(round(float(number), -math.ceil(math.log10(least))) + 0.0)  # nor is it −0


class OwnUnits:
    """Undoes a scaling.

    x, y, prediction and residual are undone column by column, the parameters by `Scaling.original`. Gradients stay:
    they are the slopes along which training goes.
    """

    def __init__(self, scaling: Scaling | None) -> None:
        self._scaling = scaling
        self._known: list[tuple[Array, Array, dict[str, Array]]] = []

    def rescaled(self, field: str, array: Array | None) -> Rescaled | None:
        """See an array whose rows are samples in its own units; none if these are its own, or nothing is there."""
        side = "x" if field == "x" else "y"
        mean, std = (getattr(self._scaling, f"{side}_{moment}", None) for moment in ("mean", "std"))
        if array is None or mean is None or std is None or field not in PER_SAMPLE:
            return None
        return Rescaled(array, std, np.zeros_like(mean) if field == "residual" else mean)

    def parameter(self, field: str, weight: Array, bias: Array) -> Array:
        """Give ``weight`` or ``bias`` for the data as they came; of the same parameters the same object."""
        for known_weight, known_bias, found in self._known:
            if known_weight is weight and known_bias is bias:
                return found[field]
        assert self._scaling is not None  # noqa: S101  # whoever asks has looked; this tells the type checker
        made = dict(zip(("weight", "bias"), self._scaling.original(weight, bias), strict=True))
        for array in made.values():
            array.flags.writeable = False
        self._known = [*self._known[1 - KEPT :], (weight, bias, made)]
        return made[field]
