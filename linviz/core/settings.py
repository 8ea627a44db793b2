"""How a problem is trained."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from linviz.core.batches import Batches
from linviz.core.criterion import Criterion
from linviz.core.initialisation import Initialisation
from linviz.core.optimizers import OPTIMIZERS, named
from linviz.core.option import Choices, Option, Value, flag, positive
from linviz.core.schedule import Schedule
from linviz.core.split import Split
from linviz.errors import InputError, shown

DTYPES = ("float32", "float64")
DEVICES = ("cpu", "cuda", "mps")

LARGEST = {"float32": (2 - 2**-23) * 2.0**127, "float64": sys.float_info.max}
"""Numbers of each dtype; written out, because asking numpy would import it for ``linviz --help``."""

LEARNING_RATE: Final = Option(
    "learning_rate", 0.01, "a positive finite number", positive, "Factor of the gradient in the update."
)
DTYPE: Final = Option.of_words("dtype", DTYPES, "Number type of data and parameters; another one is another history.")
BIAS: Final = Option("bias", True, "true or false", flag, "Whether the model has a bias; else it is x W^T alone.")
DEVICE: Final = Option.of_words("device", DEVICES, "Where torch computes, if it has that here.")
PARTS: Final[Mapping[str, type[Choices]]] = {
    "criterion": Criterion,
    "batches": Batches,
    "schedule": Schedule,
    "split": Split,
    "initialisation": Initialisation,
}
"""The parts of `Settings`, each with options of its own."""
TRAINING: Final = (*(option for part in PARTS.values() for option in part.OPTIONS), BIAS, DEVICE)
"""All that can be chosen beside learning rate, dtype, and optimizer with its options."""


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
    criterion
        The loss.
    batches
        Which samples each iteration uses.
    schedule
        How the learning rate goes with the steps.
    split
        Which samples are left out of the training, to test it on.
    initialisation
        Where the parameters start.
    bias
        Whether the model has one.
    device
        One of `DEVICES`; whether torch has it here is known when it is used.

    Raises
    ------
    InputError
        If a value is none of those allowed.
    """

    learning_rate: float = 0.01
    optimizer: str = "SGD"
    dtype: str = "float32"
    options: Mapping[str, Value] = field(default_factory=dict)
    criterion: Criterion = field(default_factory=Criterion)
    batches: Batches = field(default_factory=Batches)
    schedule: Schedule = field(default_factory=Schedule)
    split: Split = field(default_factory=Split)
    initialisation: Initialisation = field(default_factory=Initialisation)
    bias: bool = True
    device: str = "cpu"

    def __post_init__(self) -> None:
        object.__setattr__(self, "learning_rate", LEARNING_RATE.value(self.learning_rate))
        optimizer = named(self.optimizer)
        object.__setattr__(self, "optimizer", optimizer.name)
        object.__setattr__(self, "options", MappingProxyType(optimizer.checked(self.options)))
        _check_choice("dtype", self.dtype, DTYPES)
        for option in (BIAS, DEVICE):
            object.__setattr__(self, option.name, option.value(getattr(self, option.name)))
        if self.device == "mps" and self.dtype == "float64":
            raise InputError("device mps has no float64: choose dtype float32, or device cpu")
        chosen = {"learning_rate": self.learning_rate, **self.options, **self.training}
        for name, value in chosen.items():
            if isinstance(value, float) and abs(value) > LARGEST[self.dtype]:
                largest = f"at most {LARGEST[self.dtype]:.2g} in {self.dtype}"
                raise InputError(f"{name.replace('_', ' ')} must be {largest}, got {value:g}")

    def __hash__(self) -> int:
        """Hash what is compared; a mapping has no hash of its own."""
        parts = (getattr(self, name) for name in PARTS)
        chosen = (self.learning_rate, self.optimizer, self.dtype, self.bias, self.device)
        return hash((*chosen, *parts, *self.options.items()))

    @classmethod
    def of(
        cls,
        learning_rate: object = 0.01,
        optimizer: str = "SGD",
        dtype: str = "float32",
        options: Mapping[str, object] | None = None,
        training: Mapping[str, object] | None = None,
    ) -> "Settings":
        """Read settings from what was given of them, by the names of `TRAINING` for all that isn't the optimizer's.

        Raises
        ------
        InputError
            If a value is none of those allowed, or there is no such choice.
        """
        left = dict(training or {})
        made = {
            name: part(**{option.name: left.pop(option.name) for option in part.OPTIONS if option.name in left})
            for name, part in PARTS.items()
        }
        own = {option.name: left.pop(option.name) for option in (BIAS, DEVICE) if option.name in left}
        if left:
            raise InputError(f"there is no choice {min(left)}: there are {', '.join(each.name for each in TRAINING)}")
        return cls(learning_rate, optimizer, dtype, options or {}, **made, **own)  # type: ignore[arg-type]  # they are read

    @property
    def chosen(self) -> dict[str, Value]:
        """The options of the optimizer that aren't torch's defaults."""
        defaults = {option.name: option.default for option in OPTIMIZERS[self.optimizer].options}
        return {name: value for name, value in self.options.items() if value != defaults[name]}

    @property
    def training(self) -> dict[str, Value]:
        """Of the choices in `TRAINING` those that aren't the defaults."""
        chosen = {name: value for part in PARTS for name, value in getattr(self, part).chosen.items()}
        own = {option.name: getattr(self, option.name) for option in (BIAS, DEVICE)}
        return chosen | {each.name: own[each.name] for each in (BIAS, DEVICE) if own[each.name] != each.default}

    @property
    def is_plain(self) -> bool:
        """Whether an update is parameter − learning rate · gradient and nothing else."""
        return self.optimizer == "SGD" and not self.chosen

    @property
    def is_exact(self) -> bool:
        """Whether what each iteration descends is one and the same paraboloid: the mean or sum of all squares."""
        return self.criterion.loss == "MSE" and self.batches.batch is None

    @property
    def draws(self) -> bool:
        """Whether torch draws something of the start: parameters, or which samples are a test set."""
        return self.initialisation.drawn or bool(self.split.test_share)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that there are, by their names in ``nn.Linear``."""
        return ("weight", "bias") if self.bias else ("weight",)

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

    @property
    def description(self) -> str:
        """All that was chosen: the title, and what isn't as in the notebook."""
        words = [self.title]
        if self.criterion != Criterion():
            words.append(self.criterion.code.removeprefix("nn."))
        words += [
            f"{name.replace('_', ' ')} {_worded(value)}"
            for name, value in self.training.items()
            if name not in ("loss", "reduction", "delta")
        ]
        return " · ".join(words)

    def rate(self, step: int) -> float:
        """Give the learning rate of the update after so many others."""
        return self.learning_rate * self.schedule.factor(step)


def _worded(value: Value) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InputError(f"{name} must be {' or '.join(choices)}, got {shown(value)}")
