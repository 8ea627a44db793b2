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


def r2(residual: NDArray[np.floating], y: NDArray[np.floating]) -> Floats:
    """Give the coefficient of determination of each output, ``1 − Σ(ŷ − y)² / Σ(y − ȳ)²``: (outputs,).

    It is 1 where every prediction is right, 0 where they are no better than the mean ȳ, and NaN where y is the same for
    all samples, so that there is nothing to explain.

    Parameters
    ----------
    residual, y
        ``ŷ − y`` and the targets, (samples, outputs).
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        left = np.sum(np.square(residual, dtype=np.float64), axis=0)
        spread = np.sum(np.square(y - np.mean(y, axis=0, dtype=np.float64)), axis=0)
        explained: Floats = np.where(spread > 0, 1 - left / spread, np.nan)
    return explained
