"""The loss over two directions of the parameters, all others held: exact, from the theory alone. Needs no torch.

A slice through a paraboloid is a paraboloid in two variables, so its contours are ellipses in closed form: no grid, no
other look at the data. Where the slice is flat in a direction they are parallel lines, where it is flat in both there
are none.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from linviz.core.axis import Axis
from linviz.core.snapshot import Array
from linviz.core.theory import Parameters, Theory
from linviz.errors import InputError

Points = NDArray[np.float64]
"""Coordinates on a slice, across and up: (points, 2)."""

FLAT = 16 * float(np.finfo(np.float64).eps)
"""Of the larger curvature of a slice: a smaller one can't be told from 0."""
CORNERS = 97
"""Points of a contour, if no other number is asked for."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Two parameters as axes, of which nothing more need be known.

    Parameters
    ----------
    axes
        Across and up.
    """

    axes: tuple[Axis, Axis]

    def coordinates(self, at: Parameters) -> Points:
        """Give where parameters stand: (2,)."""
        cells = (axis.cell(at.weight.shape[1]) for axis in self.axes)
        return np.array([float(getattr(at, field)[index]) for field, index in cells])


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """Two axes at right angles, made by `of`; their coordinates are those of the parameters themselves.

    Along an eigen-direction the coordinate is counted from the optimum, which is what descent shrinks.

    Parameters
    ----------
    theory
        Of the data.
    axes
        Across and up.
    vectors
        A unit vector for each, in the parameters of its output: (2, parameters).
    origin
        What is subtracted from a coordinate: (2,).
    hessian
        The second derivatives of the loss along them, the same everywhere: (2, 2).
    curvatures, turn
        Its eigenvalues, ascending and 0 where only rounding says otherwise, and its eigenvectors, one a column.
    along
        What the eigen-directions of the data are of the axes: (2, rank).
    """

    theory: Theory
    axes: tuple[Axis, Axis]
    vectors: Array
    origin: Array
    hessian: Array
    curvatures: Array
    turn: Array
    along: Array

    @classmethod
    def of(cls, theory: Theory, across: Axis, up: Axis) -> "Landscape":
        """Take two axes.

        Raises
        ------
        InputError
            If the model has no such axis, or they aren't at right angles.
        """
        for axis in (across, up):
            if not (0 <= axis.output < theory.outputs and 0 <= axis.at < theory.parameters):
                raise InputError(
                    f"there is no {'eigen-direction' if axis.eigen else 'parameter'} {axis.at} of output {axis.output} "
                    f"among {theory.outputs} outputs with {theory.parameters} each"
                )
        if not across.upright(up):
            raise InputError("a landscape stands on two axes at right angles: two parameters, or two eigen-directions")
        eigenvectors = theory.eigenvectors if across.eigen or up.eigen else np.empty((0, 0))
        optimum = theory.directions @ theory.along
        vectors, origin = np.zeros((2, theory.parameters)), np.zeros(2)
        for row, axis in enumerate((across, up)):
            if axis.eigen:
                vectors[row] = eigenvectors[:, axis.at]
                origin[row] = vectors[row] @ optimum[:, axis.output]
            else:
                vectors[row, axis.at] = 1
        along = vectors @ theory.directions
        hessian = (along * theory.curvature) @ along.T
        if across.output != up.output:
            hessian = np.diag(np.diag(hessian))  # outputs know nothing of each other
        return cls(theory, (across, up), vectors, origin, hessian, *_decomposed(theory, hessian), along)

    def coordinates(self, at: Parameters) -> Points:
        """Give where parameters stand, seen along all other directions: (2,)."""
        if not self.axes[0].eigen and not self.axes[1].eigen:
            return Plane(self.axes).coordinates(at)
        found = np.empty(2)
        with np.errstate(over="ignore", invalid="ignore"):  # of a run that diverges
            for row, axis in enumerate(self.axes):
                column = self._column(at, axis.output)
                found[row] = self.vectors[row] @ column if axis.eigen else column[axis.at]
        return found - self.origin

    def slope(self, at: Parameters) -> Points:
        """Give the gradient of the loss at parameters, along both axes: (2,)."""
        theory, found = self.theory, np.empty(2)
        with np.errstate(over="ignore", invalid="ignore"):  # as above
            for row, axis in enumerate(self.axes):
                stretched = theory.singular * (self._column(at, axis.output) @ theory.directions)
                missed = stretched - theory.targets[:, axis.output]
                found[row] = 2 * theory.scale * (self.along[row] @ (theory.singular * missed))
        return found

    def descended(self, at: Parameters, rate: float, steps: NDArray[np.int64]) -> Points:
        """Give where plain gradient descent from parameters stands after so many steps each: (steps, 2).

        Along an eigen-direction a step multiplies the distance to the optimum by ``1 − rate · λ``.
        """
        theory, found = self.theory, np.empty((len(steps), 2))
        with np.errstate(over="ignore", invalid="ignore"):
            change = (1 - rate * theory.curvature) ** steps[:, None].astype(np.float64) - 1
            for row, axis in enumerate(self.axes):
                away = self._column(at, axis.output) @ theory.directions - theory.along[:, axis.output]
                found[:, row] = change @ (self.along[row] * away)
        return found + self.coordinates(at)

    def shift(self, move: Array) -> Points:
        """Give what a change of the parameters, packed as by `Theory.packed`, is on the axes: (2,)."""
        return self._projected(move)

    def through(self, held: Parameters) -> "Slice":
        """Lay a slice through parameters."""
        packed = self.theory.packed(held)
        with np.errstate(over="ignore", invalid="ignore"):  # of a run that diverges
            here = self._projected(packed) - self.origin
            slopes = self.turn.T @ self.slope(held)
            lowest = here - self.turn @ np.divide(slopes, self.curvatures, out=np.zeros(2), where=self.curvatures > 0)
            base = self.theory.loss(self.theory.unpacked(self._moved(packed, lowest - here)))
        return Slice(self, packed, here, lowest, base)

    def _column(self, at: Parameters, output: int) -> Array:
        """Give the parameters of one output, in float64: (parameters,)."""
        weight = at.weight[output].astype(np.float64)
        return np.append(weight, at.bias[output]) if self.theory.bias else weight

    def _projected(self, packed: Array) -> Points:
        columns = [axis.output for axis in self.axes]
        return np.asarray(np.sum(self.vectors.T * packed[:, columns], axis=0), np.float64)

    def _moved(self, packed: Array, shift: Points) -> Array:
        moved = packed.astype(np.float64)
        for axis, vector, far in zip(self.axes, self.vectors, shift, strict=True):
            moved[:, axis.output] += far * vector
        return moved


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """The loss on the plane of a landscape's axes through some parameters.

    It is ``base + ½ Σ curvature · (distance from the centre along its own axis)²``.

    Parameters
    ----------
    landscape
        Has the axes.
    held
        The parameters it goes through, packed; those that are on no axis stay as they are there.
    here
        Where these stand: (2,).
    centre
        Where on the slice the loss is least; where it is flat, the nearest such place to ``here``: (2,).
    base
        The loss there.
    """

    landscape: Landscape
    held: Array
    here: Points
    centre: Points
    base: float

    @property
    def curvatures(self) -> Array:
        """Along the slice's own axes, ascending; 0 where it is flat: (2,)."""
        return self.landscape.curvatures

    @property
    def turn(self) -> Array:
        """The slice's own axes, one a column: (2, 2)."""
        return self.landscape.turn

    @property
    def flat(self) -> int:
        """In how many directions the loss is the same all along."""
        return int(np.sum(self.curvatures == 0))

    @property
    def finite(self) -> bool:
        """Whether it can be drawn at all."""
        return math.isfinite(self.base) and bool(np.isfinite([self.here, self.centre]).all())

    def excess(self, points: Points) -> Array:
        """Give what the loss is above that of the centre, with all its digits: (points,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(((points - self.centre) @ self.turn) ** 2 @ self.curvatures / 2)

    def loss(self, points: Points) -> Array:
        """Give the loss at points of the slice: (points,)."""
        return self.base + self.excess(points)

    def gradient(self, point: Points) -> Points:
        """Give the slope of the loss at a point, along both axes: (2,)."""
        return np.asarray(self.landscape.hessian @ (point - self.centre), np.float64)

    def at(self, point: Points) -> Parameters:
        """Give all parameters at a point of the slice."""
        moved = self.landscape._moved(self.held, point - self.here)
        return self.landscape.theory.unpacked(moved)

    def distance(self, at: Parameters) -> float:
        """Give how far parameters are from the slice, in the space of all of them."""
        with np.errstate(over="ignore", invalid="ignore"):
            away = self.landscape.theory.packed(at) - self.held
            return float(np.linalg.norm(self.landscape._moved(away, -self.landscape.shift(away))))

    def contour(self, excess: float, reach: float, corners: int = CORNERS) -> Points:
        """Give the line on which the loss is so much above the centre's.

        Parameters
        ----------
        excess
            Positive, or there is no line.
        reach
            How far from the centre the lines of a slice that is flat in a direction are drawn.
        corners
            How many points an ellipse has, with the first one again as the last; it leaves the true one by about
            5 / corners² of its size.

        Returns
        -------
        Points
            An ellipse; of a slice that is flat in one direction two lines, parted by a row of NaN; of one that is flat
            in both, nothing.
        """
        if not excess > 0 or self.flat == 2:  # noqa: PLR2004  # both directions
            return np.empty((0, 2))
        steep = math.sqrt(2 * excess / self.curvatures[1])
        if self.flat:
            along, gap = np.linspace(-reach, reach, CORNERS)[:, None], np.full((1, 2), np.nan)
            one, other = (np.hstack([along, np.full_like(along, far)]) for far in (steep, -steep))
            return self.centre + np.vstack([one, gap, other]) @ self.turn.T
        return self.centre + _circle(corners) * [math.sqrt(2 * excess / self.curvatures[0]), steep] @ self.turn.T


@lru_cache(8)
def _circle(corners: int) -> Points:
    angles = np.linspace(0, 2 * np.pi, corners)
    return np.column_stack([np.cos(angles), np.sin(angles)])


def _decomposed(theory: Theory, hessian: Array) -> tuple[Array, Array]:
    """Give curvatures, ascending, and their axes as columns; a curvature of rounding alone is 0."""
    curvatures, turn = np.linalg.eigh(hessian)
    # As small as what `Theory.of` counts as none, or not to be told from 0 beside the other one.
    rounding = max(theory.samples, theory.parameters) * float(np.finfo(np.float64).eps)
    least = max(FLAT * curvatures[1], rounding**2 * float(np.max(theory.curvature, initial=0.0)))
    return np.where(curvatures > least, curvatures, 0.0), turn
