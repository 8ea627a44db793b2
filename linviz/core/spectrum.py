"""How steep the loss of a linear model is, in which directions, and what learning rates that allows."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from linviz.core.snapshot import Array
from linviz.errors import InputError


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """The curvature of the squared loss, which depends on the inputs alone.

    With the parameters of an output as one column ``θ = [weight, bias]`` and ``A = [x, 1]``, the loss is the sum over
    outputs of ``scale · |A θ − y|²``. Its Hessian ``2 · scale · AᵀA`` is the same for each output. It is kept by the
    singular value decomposition ``A = U diag(s) Vᵀ``: along a column of V, an eigen-direction, the loss is a parabola
    of curvature ``λ = 2 · scale · s²`` that knows nothing of the other directions.

    Weight decay adds ``weight_decay / 2 · |θ|²`` to what is descended, as ``torch.optim.SGD`` does for weight and bias
    alike, and so ``weight_decay`` to each eigenvalue. The objective is the loss with this term, the loss is without it,
    as the criterion returns it.

    Parameters
    ----------
    samples, inputs, outputs
        The shape.
    bias
        Whether the model has one.
    reduction
        Of the criterion, as ``nn.MSELoss`` names it: ``mean`` (over samples × outputs) or ``sum``.
    weight_decay
        As ``torch.optim.SGD`` takes it.
    singular
        The singular values of [x, 1] that aren't 0, ascending: (rank,).
    directions
        Their right singular vectors, one a column: (parameters, rank).
    """

    samples: int
    inputs: int
    outputs: int
    bias: bool
    reduction: str
    weight_decay: float
    singular: Array
    directions: Array

    def with_weight_decay(self, weight_decay: float) -> Self:
        """Give the same under another weight decay; needs no look at the data.

        Raises
        ------
        InputError
            If it is negative or not finite.
        """
        if not 0 <= weight_decay < np.inf:
            raise InputError(f"weight decay must be a finite number from 0 on, got {weight_decay}")
        return replace(self, weight_decay=float(weight_decay))

    @property
    def parameters(self) -> int:
        """How many parameters each output has."""
        return self.inputs + self.bias

    @property
    def scale(self) -> float:
        """What the loss is of the sum of squared residuals."""
        return 1 / (self.samples * self.outputs) if self.reduction == "mean" else 1.0

    @property
    def rank(self) -> int:
        """In how many directions of each output's parameters the data have a say: the rank of [x, 1]."""
        return len(self.singular)

    @property
    def curvature(self) -> Array:
        """The eigenvalues of the loss alone, without weight decay, along `directions`: (rank,)."""
        return 2 * self.scale * self.singular**2

    @property
    def eigenvalues(self) -> Array:
        """Those of the objective's Hessian, the same for each output, ascending: (parameters,)."""
        return np.concatenate([np.zeros(self.parameters - self.rank), self.curvature]) + self.weight_decay

    @property
    def eigenvectors(self) -> Array:
        """One a column, in the order of `eigenvalues`; the bias is the last entry: (parameters, parameters)."""
        whole = np.linalg.qr(self.directions, mode="complete")[0]
        return np.hstack([whole[:, self.rank :], self.directions])

    @property
    def hessian(self) -> Array:
        """The objective's second derivatives for the parameters of one output: (parameters, parameters)."""
        return (self.directions * self.curvature) @ self.directions.T + self.weight_decay * np.eye(self.parameters)

    @property
    def condition_number(self) -> float:
        """The largest eigenvalue by the smallest that isn't 0; it sets how many steps descent needs.

        NaN if all are 0.
        """
        least, most = self._extremes()
        return most / least if least else np.nan

    @property
    def stability_limit(self) -> float:
        """The learning rate above which plain gradient descent must diverge: 2/λmax; infinite if all λ are 0.

        A step multiplies the distance to the optimum along an eigen-direction by ``1 − rate · λ``, which grows once
        ``rate > 2 / λ`` (Polyak, Introduction to Optimization, 1987, section 1.4).
        """
        most = self._extremes()[1]
        return 2 / most if most else np.inf

    @property
    def best_learning_rate(self) -> float:
        """The one whose slowest direction is fastest: 2/(λmin + λmax), of the eigenvalues that aren't 0.

        Source: as for `stability_limit`. Infinite if all are 0.
        """
        least, most = self._extremes()
        return 2 / (least + most) if most else np.inf

    @property
    def rank_meaning(self) -> str:
        """What the rank says about the optimum, in words."""
        free = self.parameters - self.rank
        if not free:
            return f"the data determine all {self.parameters} parameters of each output, so there is one optimum"
        ways = "a copy, a sum of others" + (", or a constant beside the bias" if self.bias else "")
        why = (
            f"{self.samples} sample(s) can't determine {self.parameters} parameters of each output"
            if self.samples < self.parameters
            else f"columns of {'[x, 1]' if self.bias else 'x'} follow from one another: {ways}"
        )
        moves = f"{why}. In {free} direction(s) the parameters can move without changing a prediction"
        if self.weight_decay:
            return f"{moves}; weight decay alone acts there, draws them to 0 and leaves one optimum"
        return f"{moves}, so there are many optima, and gradient descent keeps there what the start has"

    def _extremes(self) -> tuple[float, float]:
        """Give the smallest eigenvalue that isn't 0 and the largest; zeros if there is none."""
        nonzero = self.eigenvalues[self.eigenvalues > 0]
        return (float(nonzero.min()), float(nonzero.max())) if len(nonzero) else (0.0, 0.0)
