"""How a problem is trained."""

import math
import sys
from dataclasses import dataclass

from linviz.errors import InputError

OPTIMIZERS = ("SGD",)
DTYPES = ("float32", "float64")

LARGEST = {"float32": (2 - 2**-23) * 2.0**127, "float64": sys.float_info.max}
"""Numbers of each dtype; written out, because asking numpy would import it for ``linviz --help``."""

LONGEST_SHOWN = 40
"""Characters of a wrong entry that a message repeats."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices that, with a `Problem`, reproduce a run.

    Parameters
    ----------
    learning_rate
        Factor of the gradient in the update; positive, finite and within the dtype. Text is read as a number.
    optimizer
        Name of the class in ``torch.optim``; one of `OPTIMIZERS`.
    dtype
        Of data and parameters, as torch names it; one of `DTYPES`.

    Raises
    ------
    InputError
        If a value is none of those allowed.
    """

    learning_rate: float = 0.01
    optimizer: str = "SGD"
    dtype: str = "float32"

    def __post_init__(self) -> None:
        object.__setattr__(self, "learning_rate", _positive_finite(self.learning_rate))
        _check_choice("optimizer", self.optimizer, OPTIMIZERS)
        _check_choice("dtype", self.dtype, DTYPES)
        largest = LARGEST[self.dtype]
        if self.learning_rate > largest:
            raise InputError(f"learning rate must be at most {largest:.2g} in {self.dtype}, got {self.learning_rate:g}")


def _positive_finite(value: object) -> float:
    """Read a learning rate from a number or from what a person typed."""
    try:
        # float() reads 1_0 and the digits of every script, which a slip of the finger makes sooner than a person means.
        odd = isinstance(value, bool) or (isinstance(value, str) and not (value.isascii() and "_" not in value))
        rate = math.nan if odd else float(value)  # type: ignore[arg-type]  # any object may come; float() judges
    except (TypeError, ValueError, OverflowError):
        rate = math.nan
    if not (math.isfinite(rate) and rate > 0):
        raise InputError(f"learning rate must be a positive finite number, got {_shown(value)}")
    return rate


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InputError(f"{name} must be {' or '.join(choices)}, got {_shown(value)}")


def _shown(value: object) -> str:
    text = value.strip() if isinstance(value, str) else repr(value)
    return (text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…") or "nothing"
