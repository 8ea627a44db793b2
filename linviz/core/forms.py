"""What each loss makes of a residual r: the factors of its terms, and of those of its gradients. No torch.

Sources: PyTorch's documentation of ``nn.MSELoss``, ``nn.L1Loss`` and ``nn.HuberLoss``. With ``c = clamp(r, −δ, δ)``
Huber's loss is ``c · (r − c/2)``: ``r²/2`` where r is within δ, ``δ (|r| − δ/2)`` beyond; its slope is c. That of
``|r|`` is the sign of r; at 0, where there is none, torch takes 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from linviz.core.criterion import Criterion

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What is made of an operand before it is a factor.

    Parameters
    ----------
    written
        How, with ``{}`` for the operand.
    made
        Gives it, of float64.
    """

    written: str
    made: Callable[[Floats], Floats]


SIGN: Final = Form("sign({})", np.sign)


def of_loss(criterion: Criterion, dtype: np.dtype[Any]) -> tuple[Form | None, Form | None]:
    """Give the two forms of a residual whose product is what it adds to the loss; none for the residual itself.

    Parameters
    ----------
    criterion
        The loss.
    dtype
        Of the run: torch takes δ to it.
    """
    if criterion.loss == "Huber":
        most = delta(criterion, dtype)
        return _clamp(most), Form("({} − clamp/2)", lambda r: r - np.clip(r, -most, most) / 2)
    return None, SIGN if criterion.loss == "L1" else None


def of_slope(criterion: Criterion, dtype: np.dtype[Any]) -> Form | None:
    """Give the form of a residual that the gradients sum, but for the factor 2 of a square; none as for `of_loss`."""
    if criterion.loss == "Huber":
        return _clamp(delta(criterion, dtype))
    return SIGN if criterion.loss == "L1" else None


def scale(criterion: Criterion, size: int, *, slope: bool) -> float:
    """Give the factor of the sum of all terms, of the loss or of a gradient, for so many residuals."""
    factor = 2.0 if slope and criterion.loss == "MSE" else 1.0
    return factor / size if criterion.reduction == "mean" else factor


def delta(criterion: Criterion, dtype: np.dtype[Any]) -> float:
    """Give δ as the run's dtype holds it."""
    return float(dtype.type(criterion.delta))


def _clamp(most: float) -> Form:
    return Form("clamp({})", lambda r: np.clip(r, -most, most))
