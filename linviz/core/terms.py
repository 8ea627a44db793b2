"""The terms of a sum, as many as there are samples, without a Python object for each."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from linviz.core.forms import Form
from linviz.core.picked import Picked

Index = tuple[int, ...]
Pattern = tuple[int | Picked | None, ...]
"""Of cells: at an index, at all that are gone through, or at some of them."""

BLOCK = 1 << 14
"""Rows that are multiplied at a time: what stays in the processor's cache costs a fraction of one long array."""
LEADING = 3
"""The most terms that are pointed out as the largest."""
FEW = 2
"""Terms of which none needs pointing out."""
CHUNK = 1 << 8
"""Rows of which the largest is remembered; a divisor of `BLOCK`."""


@dataclass(frozen=True, slots=True)
class Factor:
    """An operand: which cell, what it held, and how that was made a factor, with ``{}`` for the cell, if it was."""

    field: str
    index: Index
    value: float
    form: str = ""

    def named(self, cell: str) -> str:
        """Write it, given how its cell is called."""
        return self.form.format(cell) if self.form else cell


@dataclass(frozen=True, slots=True)
class Term:
    """A product of operands, taken off where ``sign`` is −1, and its value in float64, exact for float32 operands."""

    factors: tuple[Factor, ...]
    value: float
    sign: int = 1

    @classmethod
    def of(cls, *factors: tuple[str, Index, Any], sign: int = 1) -> "Term":
        """Multiply operands given as (field, index, value), and the sign."""
        made = tuple(Factor(field, index, float(value)) for field, index, value in factors)
        return cls(made, sign * math.prod(factor.value for factor in made), sign)


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
    rows
        Which samples the first index that is gone through stands for; none for all, in their order.
    form
        What is made of each cell; none for what it holds.
    """

    field: str
    values: NDArray[np.floating[Any]]
    cells: tuple[int | None, ...]
    width: int = 1
    rows: NDArray[np.int64] | None = None
    form: Form | None = None

    def index(self, at: int) -> Index:
        """Give the index of the cell in the term at a position."""
        if self.cells == (None, None):
            row, column = divmod(at, self.width)
            return self._sample(row), column
        return tuple(self._sample(at) if side is None else side for side in self.cells)

    def gone_through(self, at: int) -> Index:
        """Give of that index what is gone through."""
        return tuple(n for n, side in zip(self.index(at), self.cells, strict=True) if side is None)

    @property
    def pattern(self) -> Pattern:
        """All its cells."""
        if self.rows is None:
            return self.cells
        first = self.cells.index(None)
        return (*self.cells[:first], Picked.of(self.rows), *self.cells[first + 1 :])

    def factor(self, at: int) -> Factor:
        """Give the operand in the term at a position."""
        value = float(self.factors(slice(at, at + 1))[0])
        return Factor(self.field, self.index(at), value, self.form.written if self.form else "")

    def factors(self, rows: slice | NDArray[np.intp]) -> NDArray[np.floating[Any]]:
        """Give the values of some operands."""
        values = self.values[rows]
        return self.form.made(values.astype(np.float64)) if self.form else values

    def _sample(self, at: int) -> int:
        return at if self.rows is None else int(self.rows[at])


class Terms(Sequence[Term]):
    """Products of columns, one a row, and a few terms of their own after them.

    The products are made when they are asked for, a block at a time: a million are never held at once.

    Parameters
    ----------
    columns
        The operands, each (n,); none for no rows.
    others
        Terms of another form, such as the bias.
    letters
        The indices that the rows go through.
    """

    def __init__(self, columns: tuple[Column, ...], others: tuple[Term, ...] = (), letters: str = "i") -> None:
        self._columns, self._others, self._letters = columns, others, letters
        self._rows = len(columns[0].values) if columns else 0
        self._own = np.array([term.value for term in others], np.float64)

    @property
    def values(self) -> NDArray[np.float64]:
        """All terms in one array, made anew: (terms,)."""
        return np.concatenate((self._products(slice(None)), self._own))

    def operands(self) -> dict[str, Pattern]:
        """Give the cells that went in, by field, with none for an index that is gone through."""
        others: dict[str, Pattern] = {factor.field: factor.index for term in self._others for factor in term.factors}
        return {**others, **{column.field: column.pattern for column in self._columns}}

    def label(self, at: int) -> str:
        """Say which row a term is, as ``i=3`` or ``i=3 k=0``; nothing for a term of its own."""
        if at >= self._rows:
            return ""
        gone_through = self._columns[0].gone_through(at)
        return " ".join(f"{letter}={n}" for letter, n in zip(self._letters, gone_through, strict=True))

    def __len__(self) -> int:
        return self._rows + len(self._others)

    @overload
    def __getitem__(self, at: int) -> Term: ...

    @overload
    def __getitem__(self, at: slice) -> list[Term]: ...

    def __getitem__(self, at: int | slice) -> Term | list[Term]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        n = range(len(self))[at]
        if n >= self._rows:
            return self._others[n - self._rows]
        factors = tuple(column.factor(n) for column in self._columns)
        return Term(factors, math.prod(factor.value for factor in factors))

    def __iter__(self) -> Iterator[Term]:
        return (self[n] for n in range(len(self)))

    @np.errstate(over="ignore", invalid="ignore")  # of a run that diverges
    def sum(self) -> float:
        """Sum all terms, pairwise, in float64."""
        return float(np.sum(self._measures.sums) + np.sum(self._own))

    def magnitude(self) -> float:
        """Sum the magnitudes of all terms."""
        return float(np.sum(self._measures.magnitudes) + np.sum(np.abs(self._own)))

    def largest(self, count: int) -> list[int]:
        """Give the positions of the terms of largest magnitude, in the order in which they stand."""
        if len(self) <= count:
            return list(range(len(self)))
        peaks = self._measures.peaks
        # A term outside the chunks with the highest peaks has `count` peaks above it.
        chunks = np.argpartition(peaks, -count)[-count:] if len(peaks) > count else np.arange(len(peaks))
        rows = (chunks[:, np.newaxis] * CHUNK + np.arange(CHUNK)).ravel()
        rows = rows[rows < self._rows]
        sizes = np.abs(np.concatenate((self._products(rows), self._own)))
        # What is no number counts as largest.
        high = np.argpartition(sizes, -count)[-count:]
        return sorted(np.concatenate((rows, np.arange(self._rows, len(self))))[high].tolist())

    def leading(self, count: int = LEADING) -> list[int]:
        """Give the positions of the terms that make up half of what is added up, or of the ``count`` largest.

        The largest stands first. Of few terms none leads, nor where not even these are a tenth of the whole.
        """
        whole = self.magnitude()
        if len(self) <= FEW or not 0 < whole < math.inf:
            return []
        found, sum_of_found = [], 0.0
        sizes = {at: abs(self[at].value) for at in self.largest(count)}
        for at in sorted(sizes, key=lambda at: -sizes[at]):
            if sum_of_found >= whole / 2:
                break
            found.append(at)
            sum_of_found += sizes[at]
        return found if sum_of_found >= whole / 10 else []

    def share(self, shown: list[int]) -> float:
        """Give the part of all magnitudes that some terms make up, 0 to 1; NaN if there is no telling."""
        whole = self.magnitude()
        return math.fsum(abs(self[at].value) for at in shown) / whole if 0 < whole < math.inf else math.nan

    def not_finite(self) -> Factor | None:
        """Give the first operand that isn't finite, if there is one."""
        first = self._rows
        for column in self._columns:
            for block in range(0, self._rows, BLOCK):
                bad = np.flatnonzero(~np.isfinite(column.factors(slice(block, min(block + BLOCK, self._rows)))))
                if len(bad):
                    first = min(first, block + int(bad[0]))
                    break
        terms = [self[first]] if first < self._rows else self._others
        factors = (factor for term in terms for factor in term.factors)
        return next((factor for factor in factors if not math.isfinite(factor.value)), None)

    @np.errstate(over="ignore", invalid="ignore")  # as above
    def remainder(self, shown: list[int]) -> float:
        """Sum the terms that are not among these; to take these from the sum would lose digits."""
        sums, left_out = self._measures.sums.copy(), np.array(shown, np.intp)
        for block in set((left_out[left_out < self._rows] // BLOCK).tolist()):
            rest = self._products(slice(block * BLOCK, (block + 1) * BLOCK))
            inside = left_out - block * BLOCK
            rest[inside[(inside >= 0) & (inside < len(rest))]] = 0
            sums[block] = np.sum(rest)
        own = self._own.copy()
        own[left_out[left_out >= self._rows] - self._rows] = 0
        return float(np.sum(sums) + np.sum(own))

    @np.errstate(over="ignore", invalid="ignore")  # as above
    def _products(self, rows: slice | NDArray[np.intp]) -> NDArray[np.float64]:
        """Multiply the operands of some rows, in float64."""
        if not self._columns:
            return np.empty(0)
        first, *rest = self._columns
        products = first.factors(rows).astype(np.float64)
        for column in rest:
            np.multiply(products, products if column is first else column.factors(rows), out=products)
        return products

    @cached_property
    @np.errstate(over="ignore", invalid="ignore")  # as above
    def _measures(self) -> "_Measures":
        made = _Measures(*(np.empty(-(-self._rows // size)) for size in (BLOCK, BLOCK, CHUNK)))
        for block in range(len(made.sums)):
            products = self._products(slice(block * BLOCK, (block + 1) * BLOCK))
            made.sums[block] = products.sum()
            sizes = np.abs(products, out=products)
            made.magnitudes[block] = sizes.sum()
            whole, first = len(sizes) // CHUNK, block * BLOCK // CHUNK
            made.peaks[first : first + whole] = sizes[: whole * CHUNK].reshape(whole, CHUNK).max(1)
            if whole * CHUNK < len(sizes):
                made.peaks[first + whole] = sizes[whole * CHUNK :].max()
        return made


@dataclass(frozen=True, slots=True, eq=False)
class _Measures:
    """What one look at all products gives: of each block its sum and that of its magnitudes, of each chunk its peak."""

    sums: NDArray[np.float64]
    magnitudes: NDArray[np.float64]
    peaks: NDArray[np.float64]
