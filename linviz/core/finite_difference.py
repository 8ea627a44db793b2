"""A gradient from two values of the loss in float64, and how far that may be off. No torch."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linviz.core import forms
from linviz.core.criterion import Criterion
from linviz.core.snapshot import Array, Snapshot
from linviz.core.terms import Index

ROWS = 1 << 13
"""Rows that are taken to float64 at a time."""
SMALL = 2.0**-20
"""Of the residuals, the step for a loss that is no parabola: rounding leaves ten digits of the difference."""
EPS, TINY = float(np.finfo(np.float64).eps), float(np.finfo(np.float64).tiny)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """The units in which residuals are told, so that neither large ones overflow nor small ones vanish.

    Parameters
    ----------
    criterion
        The loss.
    residual
        The largest residual.
    direction
        The largest change of a residual where the parameter changes by 1.
    delta
        Of Huber's loss, in the run's dtype.
    """

    criterion: Criterion
    residual: float
    direction: float
    delta: float

    @property
    def step(self) -> float:
        """By how much the parameter is changed, in units of ``residual / direction``.

        The squares are a parabola, for which a central difference is exact whatever the step: here the one that changes
        residuals by as much as they are, so that neither drowns in the other. The others are straight, or parabolas,
        but at their kinks; a small step meets few of them.
        """
        return 1.0 if self.criterion.loss == "MSE" else SMALL

    @property
    def slope(self) -> float:
        """The unit of the loss's slope."""
        return {"MSE": self.residual, "L1": 1.0, "Huber": min(self.delta, self.residual) or TINY}[self.criterion.loss]

    def loss(self, residual: Floats) -> Floats:
        """Give what residuals add to the loss, in units of slope times residual."""
        if self.criterion.loss == "MSE":
            return residual * residual
        if self.criterion.loss == "L1":
            return np.abs(residual)
        unit, within = self.slope / self.residual, self.delta / self.residual
        if not unit:  # all but a residual of 0 are beyond
            return np.abs(residual)
        held = np.clip(residual / unit, -within / unit, within / unit)
        return held * (residual - held * unit / 2)

    def doubt(self, residual: Floats, change: Floats, slack: float) -> float:
        """Give by how much the slopes of all terms may be off, summed, in units of slope times direction.

        Parameters
        ----------
        residual, change
            Of each term, and what the step adds to it, both in units of the largest residual.
        slack
            By how much a residual may differ from torch's, in that unit.
        """
        sizes, criterion = np.abs(change), self.criterion
        if criterion.loss == "MSE":
            return 2 * slack * float(sizes.sum()) / self.step
        kink = self.delta / self.residual if criterion.loss == "Huber" else 0.0
        beyond = np.abs(residual) - kink
        near = np.abs(beyond) <= sizes + slack
        if criterion.loss == "L1":  # near 0 the slope may be any from −1 to 1
            return 2 * float(sizes[near].sum()) / self.step
        # Huber's changes by as much as the residual, but for those far beyond, and by no more than from −δ to δ.
        off = np.where(beyond <= sizes + slack, slack + near * sizes, 0) * (self.residual / self.slope)
        return float((sizes * np.minimum(off, 2)).sum()) / self.step


def finite_difference(snapshot: Snapshot, field: str, index: Index) -> tuple[float, float]:
    """Give the central difference of the loss in float64, from the forward pass on.

    Parameters
    ----------
    snapshot, field, index
        A cell of a gradient.

    Returns
    -------
    difference, doubt
        The gradient, and how far rounding, and kinks of the loss, may move it.
    """
    residual, x = (snapshot.computed_from[field][name] for name in ("residual", "x"))
    k, j = index[0], index[1] if len(index) > 1 else None
    criterion, used = snapshot.settings.criterion, snapshot.rows_of(field)
    r_scale = _magnitude(residual[:, k]) or 1.0
    d_scale = (1.0 if j is None else _magnitude(x[:, j])) or 1.0
    if not math.isfinite(r_scale):
        return math.nan, math.inf
    measure = Measure(criterion, r_scale, d_scale, forms.delta(criterion, residual.dtype))
    forward = _Forward.of(snapshot, residual, k)
    total = doubt = sizes = moved = 0.0
    # Some rows at a time: all of x in float64 may not fit beside x, and takes longer than what fits the cache.
    for first in range(0, len(residual), ROWS):
        block = slice(first, min(first + ROWS, len(residual)))
        rows = block if used is None else used[block]
        column, slack = forward.residuals(rows) if forward else _as_it_is(residual[block, k])
        direction = np.ones(len(column)) if j is None else x[rows, j].astype(np.float64)
        column /= r_scale
        change = direction / d_scale * measure.step
        above, below = measure.loss(column + change), measure.loss(column - change)
        sizes += float((above + below).sum())
        total += float(np.subtract(above, below, out=above).sum())
        moved += float(np.abs(above, out=above).sum())
        doubt += measure.doubt(column, change, slack / r_scale) * measure.slope * d_scale
    factor = forms.scale(criterion, residual.size, slope=False)
    unit = measure.slope * d_scale / (2 * measure.step) * factor
    # Each value of the loss rounds a few times; their differences are added by twos in a block, then block by block.
    rounding = EPS * (4 * sizes + (32 + len(residual) // ROWS) * moved)
    return total * unit, doubt * factor + rounding * unit


@dataclass(frozen=True, slots=True, eq=False)
class _Forward:
    """What a column of residuals was computed from."""

    x: Array
    y: Array
    weight: Floats
    bias: float
    eps: float

    @classmethod
    def of(cls, snapshot: Snapshot, residual: Array, k: int) -> "_Forward | None":
        """Take what a moment's residuals came from; none if these residuals are others."""
        if residual is not snapshot.residual:
            return None
        source, y = snapshot.computed_from["prediction"], snapshot.computed_from["residual"]["y"]
        weight, bias = source["weight"][k].astype(np.float64), float(source["bias"][k])
        return cls(source["x"], y[:, k], weight, bias, float(np.finfo(residual.dtype).eps))

    def residuals(self, rows: slice | NDArray[np.int64]) -> tuple[Floats, float]:
        """Give those of some rows, and by how much torch's may differ: by the roundings of product and difference."""
        inputs, y = self.x[rows], self.y[rows]
        column = inputs.astype(np.float64) @ self.weight + self.bias - y
        largest = _magnitude(column) + _magnitude(y) + float(np.abs(self.weight).sum()) * _magnitude(inputs)
        return column, self.eps * (len(self.weight) + 2) * largest


def _as_it_is(column: Array) -> tuple[Floats, float]:
    return column.astype(np.float64), float(np.finfo(column.dtype).eps) * _magnitude(column)


def _magnitude(array: Array) -> float:
    """Give the largest magnitude, without a copy of the array."""
    return max(float(array.max()), -float(array.min()))
