"""The terms of a sum, as many as there are samples, without a Python object for each."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

Index = tuple[int, ...]
Pattern = tuple[int | None, ...]

SAMPLE = 10_000
"""Terms that are looked at first to find the largest."""


@dataclass(frozen=True, slots=True)
class Factor:
    """An operand: which cell, and what it held."""

    field: str
    index: Index
    value: float


@dataclass(frozen=True, slots=True)
class Term:
    """A product of operands, and its value in float64, exact for float32 operands."""

    factors: tuple[Factor, ...]
    value: float

    @classmethod
    def of(cls, *factors: tuple[str, Index, Any], sign: int = 1) -> "Term":
        """Multiply operands given as (field, index, value)."""
        made = tuple(Factor(field, index, float(value)) for field, index, value in factors)
        return cls(made, sign * math.prod(factor.value for factor in made))


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One operand of each term.

    Parameters
    ----------
    field
        Which field it is a cell of.
    values
        What the cells hold: (n,).
    cells
        Their indices, with none where they are gone through: ``(None, 2)`` is the third column.
    width
        Where two indices are gone through, how many the second has.
    """

    field: str
    values: NDArray[np.floating[Any]]
    cells: Pattern
    width: int = 1

    def index(self, at: int) -> Index:
        """Give the index of the cell in the term at a position."""
        if self.cells == (None, None):
            return divmod(at, self.width)
        return tuple(at if side is None else side for side in self.cells)


class Terms(Sequence[Term]):
    """Products of columns, one a row, and a few terms of their own after them.

    Parameters
    ----------
    columns
        The operands, each (n,); none for no rows.
    others
        Terms of another form, such as the bias.
    letter
        The index that the rows go through.
    """

    def __init__(self, columns: tuple[Column, ...], others: tuple[Term, ...] = (), letter: str = "i") -> None:
        self._columns, self._others, self._letter = columns, others, letter
        values = columns[0].values.astype(np.float64) if columns else np.empty(0)
        with np.errstate(over="ignore", invalid="ignore"):  # as below
            for column in columns[1:]:
                values *= column.values
        self.values: NDArray[np.float64] = np.append(values, [term.value for term in others]) if others else values

    def operands(self) -> dict[str, Pattern]:
        """Give the cells that went in, by field, with none for an index that is gone through."""
        others = {factor.field: factor.index for term in self._others for factor in term.factors}
        return {**others, **{column.field: column.cells for column in self._columns}}

    def label(self, at: int) -> str:
        """Say which row a term is, as ``i=3``; nothing for a term of its own."""
        if at >= len(self) - len(self._others):
            return ""
        if self._columns[0].cells == (None, None):
            return "{},{}".format(*self._columns[0].index(at))
        return f"{self._letter}={at}"

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, at: int) -> Term: ...

    @overload
    def __getitem__(self, at: slice) -> list[Term]: ...

    def __getitem__(self, at: int | slice) -> Term | list[Term]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        n = range(len(self))[at]
        rows = len(self) - len(self._others)
        if n >= rows:
            return self._others[n - rows]
        factors = (Factor(column.field, column.index(n), float(column.values[n])) for column in self._columns)
        return Term(tuple(factors), float(self.values[n]))

    def __iter__(self) -> Iterator[Term]:
        return (self[n] for n in range(len(self)))

    @np.errstate(over="ignore", invalid="ignore")  # of a run that diverges
    def sum(self) -> float:
        """Sum all terms, pairwise, in float64."""
        return float(np.sum(self.values))

    def magnitude(self) -> float:
        """Sum the magnitudes of all terms."""
        return float(np.sum(self._sizes))

    def largest(self, count: int) -> list[int]:
        """Give the positions of the terms of largest magnitude, in the order in which they stand."""
        if len(self) <= count:
            return list(range(len(self)))
        # To partition millions takes half a second. No fewer than `count` terms are as large as the count-th of a
        # sample, and seldom many more.
        sample = self._sizes[:: max(len(self) // SAMPLE, 1)]
        floor = np.partition(sample, -count)[-count] if len(sample) > count else 0.0
        high = np.flatnonzero(~(self._sizes < floor))  # and what is no number, which counts as largest
        return sorted(high[np.argpartition(self._sizes[high], -count)[-count:]].tolist())

    @np.errstate(over="ignore", invalid="ignore")  # as above
    def remainder(self, shown: list[int]) -> float:
        """Sum the terms that are not among these; to take these from the sum would lose digits."""
        rest = self.values.copy()
        rest[shown] = 0
        return float(np.sum(rest))

    @cached_property
    def _sizes(self) -> NDArray[np.float64]:
        return np.abs(self.values)
