"""The loss over two parameters by computing it, where it is no paraboloid. Needs no torch: the trainer brings it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from linviz.core.axis import Axis
from linviz.core.criterion import Criterion
from linviz.core.landscape import Points
from linviz.core.snapshot import PARAMETERS, Array, Snapshot
from linviz.core.theory import Parameters

if TYPE_CHECKING:
    from linviz.core.trainer import Trainer

Places = NDArray[np.intp]
Range = tuple[tuple[float, float], tuple[float, float]]
"""Of the coordinates across and up."""

COUNTS = 13, 33, 81
"""Places across and up: soon a coarse picture, then finer ones, each with all places of the one before nearby."""
MOST_WORK = 2e7
"""Losses of single samples that are computed for one picture, so that nothing waits for long: some 0.2 s."""
BLOCK = 1 << 18
"""Of these, that are computed at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """The loss at the places of a grid.

    Parameters
    ----------
    asked
        What was asked for.
    moment
        The moment whose parameters are held.
    across, up
        Coordinates of the places, ascending: (count,) each.
    losses
        The loss there: (up, across).
    slope
        The gradient of the loss at the moment's parameters, along both axes: (2,).
    """

    asked: "Survey"
    moment: Snapshot
    across: Array
    up: Array
    losses: Array
    slope: Points

    @property
    def base(self) -> float:
        """The least loss on the grid."""
        return float(self.losses.min())

    @property
    def centre(self) -> Points:
        """Where it is: (2,)."""
        row, column = np.unravel_index(np.argmin(self.losses), self.losses.shape)
        return np.array([self.across[column], self.up[row]])

    @property
    def finite(self) -> bool:
        """Whether it can be drawn."""
        return bool(np.isfinite(self.losses).all())

    def loss(self, points: Points) -> Array:
        """Give the loss at points, between the places in proportion; NaN outside: (points,)."""
        columns = np.interp(points[:, 0], self.across, np.arange(len(self.across)), np.nan, np.nan)
        rows = np.interp(points[:, 1], self.up, np.arange(len(self.up)), np.nan, np.nan)
        inside = ~(np.isnan(columns) | np.isnan(rows))
        found = np.full(len(points), np.nan)
        column, row = columns[inside], rows[inside]
        left = np.minimum(column.astype(int), len(self.across) - 2)
        low = np.minimum(row.astype(int), len(self.up) - 2)
        right, high = column - left, row - low
        losses = self.losses
        found[inside] = (losses[low, left] * (1 - right) + losses[low, left + 1] * right) * (1 - high) + (
            losses[low + 1, left] * (1 - right) + losses[low + 1, left + 1] * right
        ) * high
        return found

    def at(self, point: Points) -> Parameters:
        """Give all parameters at a point."""
        arrays = {name: getattr(self.moment, name).astype(np.float64) for name in PARAMETERS}
        for axis, value in zip((self.asked.across, self.asked.up), point, strict=True):
            field, index = axis.cell(self.moment.weight.shape[1])
            arrays[field][index] = value
        return Parameters(**arrays)

    def contour(self, level: float) -> Points:
        """Give the pieces of the line on which the loss is this much: (2 · pieces, 2), two ends each.

        By marching squares (Lorensen and Cline, SIGGRAPH 1987, in two dimensions). A square whose corners are higher
        and lower in turn is parted by its mean.
        """
        above = self.losses > level
        corners = above[:-1, :-1], above[:-1, 1:], above[1:, 1:], above[1:, :-1]
        case = sum(corner.astype(np.int8) << at for at, corner in enumerate(corners))
        mean = (self.losses[:-1, :-1] + self.losses[:-1, 1:] + self.losses[1:, 1:] + self.losses[1:, :-1]) / 4
        turned = ((case == 5) | (case == 10)) & ((mean > level) != (case == 5))  # noqa: PLR2004  # the two saddles
        case = np.where(turned, 15 - case, case)
        pieces = [np.empty((0, 2))]
        for number, edges in _CUTS.items():
            rows, columns = np.nonzero(case == number)
            for one, other in edges if len(rows) else ():
                ends = np.stack([self._crossing(edge, rows, columns, level) for edge in (one, other)], axis=1)
                pieces.append(ends.reshape(-1, 2))
        return np.vstack(pieces)

    def _crossing(self, edge: int, rows: Places, columns: Places, level: float) -> Points:
        """Give where a level is met on an edge of squares: below, right, above, left."""
        (down, left), (high, right) = _EDGES[edge]
        begin, end = (rows + down, columns + left), (rows + high, columns + right)
        low, top = self.losses[begin], self.losses[end]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.clip(np.nan_to_num((level - low) / (top - low), nan=0.5), 0, 1)
        x = self.across[begin[1]] + share * (self.across[end[1]] - self.across[begin[1]])
        y = self.up[begin[0]] + share * (self.up[end[0]] - self.up[begin[0]])
        return np.column_stack([x, y])


_EDGES = {0: ((0, 0), (0, 1)), 1: ((0, 1), (1, 1)), 2: ((1, 0), (1, 1)), 3: ((0, 0), (1, 0))}
_CUTS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),), 2: ((0, 1),), 3: ((3, 1),), 4: ((1, 2),), 5: ((3, 2), (0, 1)), 6: ((0, 2),), 7: ((3, 2),),
    8: ((2, 3),), 9: ((0, 2),), 10: ((3, 0), (1, 2)), 11: ((1, 2),), 12: ((1, 3),), 13: ((0, 1),), 14: ((0, 3),),
}  # fmt: skip
"""Edges that the line joins, by which corners are above it."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The question for the loss at the places of a grid, the other parameters held as they are; nothing changes.

    Parameters
    ----------
    across, up
        Two parameters.
    seen
        The ranges of their values.
    count
        Places across and up; fewer where there are many samples.
    """

    across: Axis
    up: Axis
    seen: Range
    count: int

    def apply(self, trainer: "Trainer") -> Relief | None:
        """Compute it, over all samples that are trained on; nothing if another problem has no such parameters."""
        moment = trainer.snapshot()
        settings, (_, inputs, outputs) = moment.settings, moment.shape
        if any(axis.output >= outputs or axis.at >= inputs + settings.bias for axis in (self.across, self.up)):
            return None
        x, y = (each.astype(np.float64) for each in (moment.x, moment.y))
        if settings.split.test_share:
            rows, _ = settings.split.rows(len(x))
            x, y = x[rows], y[rows]
        with np.errstate(over="ignore", invalid="ignore"):  # of a run that diverges
            residual = x @ moment.weight.T.astype(np.float64) + moment.bias.astype(np.float64) - y
            columns = [_column(x, axis) for axis in (self.across, self.up)]
            count = self.count
            while count > COUNTS[0] and len(x) * count**2 > MOST_WORK:
                count = count // 2
            (left, right), (low, high) = self.seen
            places = np.linspace(left, right, count), np.linspace(low, high, count)
            here = [_value(moment, axis) for axis in (self.across, self.up)]
            shifts = [place - now for place, now in zip(places, here, strict=True)]
            losses = _surveyed(residual, (self.across, self.up), columns, shifts, settings.criterion)
            slopes = [
                float(_SLOPES[settings.criterion.loss](residual[:, axis.output], settings.criterion.delta) @ column)
                for axis, column in zip((self.across, self.up), columns, strict=True)
            ]
            scale = 1 / residual.size if settings.criterion.reduction == "mean" else 1.0
        return Relief(self, moment, *places, scale * losses, scale * np.array(slopes))


def _column(x: Array, axis: Axis) -> Array:
    """Give what a parameter is multiplied by in each sample: (samples,)."""
    return np.ones(len(x)) if axis.at == x.shape[1] else x[:, axis.at]


def _value(moment: Snapshot, axis: Axis) -> float:
    field, index = axis.cell(moment.weight.shape[1])
    return float(getattr(moment, field)[index])


def _surveyed(
    residual: Array, axes: tuple[Axis, Axis], columns: Sequence[Array], shifts: Sequence[Array], criterion: Criterion
) -> Array:
    """Sum the losses of all samples and outputs at each place: (up, across)."""
    loss, delta = _LOSSES[criterion.loss], criterion.delta
    (across, up), (one, other) = axes, columns
    outputs = {across.output, up.output}
    held = [each for each in range(residual.shape[1]) if each not in outputs]
    rest = float(np.sum(loss(residual[:, held], delta)))
    if across.output != up.output:
        apart = [
            np.array([np.sum(loss(residual[:, axis.output] + far * column, delta)) for far in shift])
            for axis, column, shift in zip(axes, columns, shifts, strict=True)
        ]
        return np.asarray(rest + apart[1][:, None] + apart[0][None, :])
    own = residual[:, across.output]
    found = np.empty((len(shifts[1]), len(shifts[0])))
    step = max(BLOCK // max(len(shifts[0]), 1), 1)
    for row, far in enumerate(shifts[1]):
        found[row] = rest
        for begin in range(0, len(own), step):
            part = slice(begin, begin + step)
            moved = (own[part] + far * other[part])[:, None] + one[part, None] * shifts[0]
            found[row] += np.sum(loss(moved, delta), axis=0)
    return found


def _huber(residual: Array, delta: float) -> Array:
    """Give the Huber loss of residuals, as torch documents ``nn.HuberLoss``."""
    size = np.abs(residual)
    return np.where(size <= delta, residual**2 / 2, delta * (size - delta / 2))


_LOSSES: dict[str, Callable[[Array, float], Array]] = {
    "MSE": lambda residual, _: residual**2,
    "L1": lambda residual, _: np.abs(residual),
    "Huber": _huber,
}
_SLOPES: dict[str, Callable[[Array, float], Array]] = {
    "MSE": lambda residual, _: 2 * residual,
    "L1": lambda residual, _: np.sign(residual),
    "Huber": lambda residual, delta: np.clip(residual, -delta, delta),
}
