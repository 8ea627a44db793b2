"""Something that can be chosen of a training, and how what a person typed for it is read. Needs no torch."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from linviz.errors import InputError, shown

Value = float | int | bool | str | None | tuple[float, float]
"""Of an option; a pair is two coefficients."""

MOST_COUNTED: Final = 10_000
"""Of evaluations in one step, and of steps that LBFGS remembers."""
LARGEST: Final = 2**63 - 1
"""Of seeds, and of whatever else torch counts."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen.

    Parameters
    ----------
    name
        Torch's keyword, where it has one; on the command line with hyphens.
    default
        Torch's default, where it has one.
    needs
        What a value must be, in words.
    read
        Gives the value that an entry, a number or what a person typed, stands for; raises if there is none.
    meaning
        What it does, in a sentence.
    choices
        All values, if they are few words.
    """

    name: str
    default: Value
    needs: str
    read: Callable[[Any], Value]
    meaning: str
    choices: tuple[str, ...] = ()

    @classmethod
    def of_words(cls, name: str, choices: tuple[str, ...], meaning: str) -> "Option":
        """Give one of a few words, however their letters are written; the first is the default."""
        by_lower = {choice.lower(): choice for choice in choices}
        needs = " or ".join((", ".join(choices[:-1]), choices[-1]))
        return cls(name, choices[0], needs, lambda entry: by_lower[entry.strip().lower()], meaning, choices)

    def value(self, entry: object, owner: str = "") -> Value:
        """Give the value that an entry stands for.

        Raises
        ------
        InputError
            If there is none.
        """
        try:
            return self.read(entry)
        except (TypeError, ValueError, OverflowError, KeyError, AttributeError):
            what = f"{self.name} of {owner}" if owner else self.name.replace("_", " ")
            raise InputError(f"{what} must be {self.needs}, got {shown(entry)}") from None


class Choices:
    """A base of dataclasses whose fields are options of the same names, read and checked as they are given."""

    __slots__ = ()
    OPTIONS: ClassVar[tuple[Option, ...]] = ()

    def __post_init__(self) -> None:
        for option in self.OPTIONS:
            object.__setattr__(self, option.name, option.value(getattr(self, option.name)))

    @property
    def chosen(self) -> dict[str, Value]:
        """What isn't the default."""
        values = ((option, getattr(self, option.name)) for option in self.OPTIONS)
        return {option.name: value for option, value in values if value != option.default}


def number(entry: Any, fits: Callable[[float], bool]) -> float:
    """Read a finite number that fits."""
    # float() reads 1_0 and the digits of every script, which a slip of the finger makes sooner than a person means.
    if isinstance(entry, bool) or (isinstance(entry, str) and not (entry.isascii() and "_" not in entry)):
        raise ValueError
    value = float(entry)
    if not (math.isfinite(value) and fits(value)):
        raise ValueError
    return value


def any_number(entry: Any) -> float:
    """Read a finite number."""
    return number(entry, lambda _: True)


def at_least_0(entry: Any) -> float:
    """Read a finite number from 0 on."""
    return number(entry, lambda value: value >= 0)


def positive(entry: Any) -> float:
    """Read a finite number above 0."""
    return number(entry, lambda value: value > 0)


def coefficient(entry: Any) -> float:
    """Read a number from 0 to below 1."""
    return number(entry, lambda value: 0 <= value < 1)


def pair(entry: Any) -> tuple[float, float]:
    """Read two coefficients, as text with a comma between them."""
    first, second = entry.split(",") if isinstance(entry, str) else entry
    return coefficient(first), coefficient(second)


def whole(least: int, most: int = LARGEST) -> Callable[[Any], int]:
    """Give a reader of whole numbers."""

    def read(entry: Any) -> int:
        value = int(number(entry, float.is_integer))
        if isinstance(entry, str) and entry.strip().lstrip("+-").isdigit():
            value = int(entry)  # a float has too few digits for a seed
        elif isinstance(entry, int):
            value = entry
        if not least <= value <= most:
            raise ValueError
        return value

    return read


def or_none(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """Give a reader that knows the word none too."""
    return lambda entry: None if entry is None or entry == "none" else read(entry)


def flag(entry: Any) -> bool:
    """Read true or false."""
    if isinstance(entry, bool):
        return entry
    return {"true": True, "false": False, "yes": True, "no": False}[entry.strip().lower()]


count = whole(1, MOST_COUNTED)
