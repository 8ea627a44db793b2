"""What is known of a linear model's training before it runs. float64, numpy alone."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from linviz.core.problem import Problem
from linviz.core.snapshot import Array, Snapshot
from linviz.core.spectrum import Spectrum
from linviz.core.triangle import triangle
from linviz.errors import InputError

REDUCTIONS = ("mean", "sum")


class Parameters(NamedTuple):
    """A model's parameters as ``nn.Linear`` stores them: (outputs, inputs) and (outputs,).

    Without a bias, ``bias`` is 0.
    """

    weight: Array
    bias: Array


@dataclass(frozen=True, slots=True, eq=False)
class Theory(Spectrum):
    """The squared loss of a linear model as what it is, a paraboloid; made by `of` in one pass over the data.

    To the curvature in each direction come where along it the optimum lies and how much loss is left there.

    Parameters
    ----------
    targets
        ``Uᵀ y``, what the targets ask of each direction: (rank, outputs).
    unexplained
        Sum of the squares that are left of y whatever the parameters are.
    """

    targets: Array
    unexplained: float

    @classmethod
    def of(cls, x: Array, y: Array, *, bias: bool = True, reduction: str = "mean", weight_decay: float = 0) -> "Theory":
        """Look at the data once: x (samples, inputs) and y (samples, outputs), in any float dtype.

        Singular values below ``max(samples, parameters) · 2⁻⁵² · largest`` count as 0, as for ``numpy.linalg.lstsq``.

        Raises
        ------
        InputError
            If there is no such reduction, the weight decay is negative, or squares of the data are beyond float64.
        """
        if reduction not in REDUCTIONS:
            raise InputError(f"reduction must be {' or '.join(REDUCTIONS)}, got {reduction}")
        samples, inputs = x.shape
        parameters = inputs + bias
        factor = triangle(x, y, bias)
        _check_squares(factor)
        upper = min(len(factor), parameters)
        left, singular, right = np.linalg.svd(factor[:upper, :parameters], full_matrices=False)
        # The square of one below the second bound, a curvature, is beyond float64's range.
        least = max(max(samples, parameters) * np.finfo(np.float64).eps * singular[0], 1e-140)
        rank = int(np.sum(singular > least))
        targets = left.T @ factor[:upper, parameters:]
        unexplained = float(np.sum(targets[rank:] ** 2) + np.sum(factor[upper:, parameters:] ** 2))
        theory = cls(
            samples,
            inputs,
            y.shape[1],
            bias,
            reduction,
            0.0,
            singular[:rank][::-1],
            right[:rank][::-1].T,
            targets[:rank][::-1],
            unexplained,
        )
        return theory.with_weight_decay(weight_decay)

    @classmethod
    def of_problem(cls, problem: Problem, *, weight_decay: float = 0) -> "Theory":
        """Look at a problem's data as they are, under ``nn.MSELoss()``."""
        return cls.of(problem.x, problem.y, weight_decay=weight_decay)

    @classmethod
    def of_moment(cls, moment: Snapshot) -> "Theory":
        """Look at the samples that a run trains on, under its loss; its weight decay is left out.

        Raises
        ------
        InputError
            If that loss is no paraboloid, or as for `of`.
        """
        criterion = moment.settings.criterion
        if criterion.loss != "MSE":
            raise InputError(f"{criterion.name} is no paraboloid, of which alone all is known")
        return cls.of(*trained(moment), bias=moment.settings.bias, reduction=criterion.reduction)

    @property
    def optimum(self) -> Parameters:
        """The parameters of least objective; if there are many, those of least norm, as ``lstsq`` gives them."""
        return self.unpacked(self.directions @ self.along)

    @property
    def optimal_loss(self) -> float:
        """The loss at the optimum, without the term of the weight decay."""
        # What weight decay leaves of a residual along a direction; exactly 0 without it.
        missed = self.targets * self.weight_decay / self._pull()
        return float(self.scale * (np.sum(missed**2) + self.unexplained))

    @property
    def optimal_objective(self) -> float:
        """The loss at the optimum and the term of the weight decay."""
        return self.optimal_loss + self.weight_decay / 2 * float(np.sum(self.along**2))

    @property
    def along(self) -> Array:
        """The optimum's coordinates along `directions`: (rank, outputs)."""
        return 2 * self.scale * self.singular[:, None] * self.targets / self._pull()

    def optimum_from(self, start: Parameters) -> Parameters:
        """Give the optimum that gradient descent reaches from a start.

        Along the directions in which the loss is flat it leaves the parameters as they are, unless weight decay draws
        them to 0.
        """
        if self.weight_decay:
            return self.optimum
        return self.unpacked(self.directions @ self.along + self.flat_part(self.packed(start)))

    def loss(self, at: Parameters) -> float:
        """Give the loss at any parameters, without another look at the data."""
        missed = self.singular[:, None] * (self.directions.T @ self.packed(at)) - self.targets
        with np.errstate(over="ignore"):
            return float(self.scale * (np.sum(missed**2) + self.unexplained))

    def gradient(self, at: Parameters) -> Parameters:
        """Give the gradient of the loss at any parameters, shaped as they are, without another look at the data."""
        missed = self.singular[:, None] * (self.directions.T @ self.packed(at)) - self.targets
        return self.unpacked(2 * self.scale * self.directions @ (self.singular[:, None] * missed))

    def flat_part(self, packed: Array) -> Array:
        """Give the part of parameters, packed, that lies along the directions in which the loss is flat."""
        if self.rank == self.parameters:
            return np.zeros_like(packed)
        return packed - self.directions @ (self.directions.T @ packed)

    def packed(self, parameters: Parameters) -> Array:
        """Give parameters as the columns θ, (parameters, outputs); a bias that the model doesn't have is left out."""
        weight, bias = (np.asarray(each, np.float64) for each in parameters)
        if weight.shape != (self.outputs, self.inputs) or bias.shape != (self.outputs,):
            raise InputError(
                f"weight and bias must have the shapes {(self.outputs, self.inputs)} and {(self.outputs,)} to fit the "
                f"data, got {weight.shape} and {bias.shape}"
            )
        return np.vstack([weight.T, bias]) if self.bias else weight.T.copy()

    def unpacked(self, packed: Array) -> Parameters:
        """Give the columns θ as parameters."""
        bias = packed[-1] if self.bias else np.zeros(self.outputs)
        return Parameters(packed[: self.inputs].T, bias)

    def _pull(self) -> Array:
        """Give the curvature of the objective along `directions`, as a column."""
        return (self.curvature + self.weight_decay)[:, None]


def stability_limit(x: Array, outputs: int, *, bias: bool = True, reduction: str = "mean") -> float:
    """Give `Theory.stability_limit`, for which there need be no targets.

    Parameters
    ----------
    x
        Inputs, (samples, inputs).
    outputs
        How many outputs the model has.
    bias, reduction
        As for `Theory.of`.
    """
    largest = float(np.linalg.norm(triangle(x, np.empty((len(x), 0)), bias), 2))
    if not largest:
        return np.inf
    return (len(x) * outputs if reduction == "mean" else 1) / largest / largest  # its square may be beyond float64


def trained(moment: Snapshot) -> tuple[Array, Array]:
    """Give x and y of the samples that a run trains on, those of a test set left out."""
    if moment.tests is None:
        return moment.x, moment.y
    return np.delete(moment.x, moment.tests, axis=0), np.delete(moment.y, moment.tests, axis=0)


def _check_squares(factor: Array) -> None:
    with np.errstate(over="ignore"):
        finite = np.isfinite(np.sum(factor**2))
    if not finite:
        raise InputError(
            f"x or y holds numbers near {np.abs(factor).max():.2g}, whose squares float64 can't hold: scale them down"
        )
