"""How a problem is trained."""

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from linviz.core.optimizers import OPTIMIZERS, Value, named
from linviz.errors import InputError, shown

DTYPES = ("float32", "float64")

LARGEST = {"float32": (2 - 2**-23) * 2.0**127, "float64": sys.float_info.max}
"""Numbers of each dtype; written out, because asking numpy would import it for ``linviz --help``."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices that, with a `Problem`, reproduce a run.

    Parameters
    ----------
    learning_rate
        Factor of the gradient in the update; positive, finite and within the dtype. Text is read as a number.
    optimizer
        Name of the class in ``torch.optim``; one of `OPTIMIZERS`, however its letters are written.
    dtype
        Of data and parameters, as torch names it; one of `DTYPES`.
    options
        What is chosen of the optimizer, by torch's keywords; then there is a value for each, torch's default where none
        was chosen.

    Raises
    ------
    InputError
        If a value is none of those allowed.
    """

    learning_rate: float = 0.01
    optimizer: str = "SGD"
    dtype: str = "float32"
    options: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "learning_rate", _positive_finite(self.learning_rate))
        optimizer = named(self.optimizer)
        object.__setattr__(self, "optimizer", optimizer.name)
        object.__setattr__(self, "options", MappingProxyType(optimizer.checked(self.options)))
        _check_choice("dtype", self.dtype, DTYPES)
        largest = LARGEST[self.dtype]
        if self.learning_rate > largest:
            raise InputError(f"learning rate must be at most {largest:.2g} in {self.dtype}, got {self.learning_rate:g}")

    def __hash__(self) -> int:
        """Hash what is compared; a mapping has no hash of its own."""
        return hash((self.learning_rate, self.optimizer, self.dtype, *self.options.items()))

    @property
    def chosen(self) -> dict[str, Value]:
        """The options that aren't torch's defaults."""
        defaults = {option.name: option.default for option in OPTIMIZERS[self.optimizer].options}
        return {name: value for name, value in self.options.items() if value != defaults[name]}

    @property
    def is_plain(self) -> bool:
        """Whether an update is parameter − learning rate · gradient and nothing else."""
        return self.optimizer == "SGD" and not self.chosen

    @property
    def memory(self) -> tuple[str, ...]:
        """What the optimizer remembers of each parameter once it has made a step."""
        return OPTIMIZERS[self.optimizer].remembers(self.options)

    @property
    def evaluates(self) -> bool:
        """Whether the optimizer evaluates loss and gradients itself, several times within a step."""
        return self.optimizer == "LBFGS"

    @property
    def title(self) -> str:
        """The optimizer, with what was chosen of it: ``SGD(momentum=0.9)``."""
        chosen = ", ".join(f"{name}={value!r}" for name, value in self.chosen.items())
        return f"{self.optimizer}({chosen})" if chosen else self.optimizer


def _positive_finite(value: object) -> float:
    """Read a learning rate from a number or from what a person typed."""
    try:
        # float() reads 1_0 and the digits of every script, which a slip of the finger makes sooner than a person means.
        odd = isinstance(value, bool) or (isinstance(value, str) and not (value.isascii() and "_" not in value))
        rate = math.nan if odd else float(value)  # type: ignore[arg-type]  # any object may come; float() judges
    except (TypeError, ValueError, OverflowError):
        rate = math.nan
    if not (math.isfinite(rate) and rate > 0):
        raise InputError(f"learning rate must be a positive finite number, got {shown(value)}")
    return rate


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InputError(f"{name} must be {' or '.join(choices)}, got {shown(value)}")
