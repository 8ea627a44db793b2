"""How good the parameters of a moment are, over all samples: what a batch's loss alone doesn't tell. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Loss and R² of the parameters that a moment ended in.

    Parameters
    ----------
    step
        The number of updates before.
    training_loss
        What the criterion returns over all samples that are trained on.
    training_r2
        Of each output, see `r2`: (outputs,).
    test_loss, test_r2
        The same over the test set; none without one.
    """

    step: int
    training_loss: float
    training_r2: Floats
    test_loss: float | None = None
    test_r2: Floats | None = None


def spread(y: NDArray[np.floating]) -> Floats:
    """Give ``Σ(y − ȳ)²`` of each output, for targets (samples, outputs): (outputs,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.sum(np.square(y - np.mean(y, axis=0, dtype=np.float64)), axis=0))


def r2(residual: NDArray[np.floating], spread_of_y: Floats) -> Floats:
    """Give the coefficient of determination of each output, ``1 − Σ(ŷ − y)² / Σ(y − ȳ)²``: (outputs,).

    It is 1 where every prediction is right, 0 where they are no better than the mean ȳ, and NaN where y is the same for
    all samples, so that there is nothing to explain.

    Parameters
    ----------
    residual
        ``ŷ − y``, (samples, outputs).
    spread_of_y
        See `spread`.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        left = np.sum(np.square(residual, dtype=np.float64), axis=0)
        explained: Floats = np.where(spread_of_y > 0, 1 - left / spread_of_y, np.nan)
    return explained
