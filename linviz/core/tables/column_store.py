"""Collects the blocks of a table in arrays that are as large as they will be. Needs no torch."""

from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from linviz.core.memory import check_memory
from linviz.core.names import plain
from linviz.core.scaling import Numbers
from linviz.core.tables.block import Block, Wanted
from linviz.core.tables.table_preview import no_rows
from linviz.errors import InputError, shown

if TYPE_CHECKING:
    from linviz.core.tables.table import TableSource

Scalar = TypeVar("Scalar", bound=np.generic)

MOST_VALUES = 1000
"""Of a column that is one-hot encoded."""
GROWTH = 1.125
MARGIN, SPARE = 1.02, 1024
"""How much room there is beyond the rows that are expected: what is never written to takes no memory."""


class ColumnStore:
    """Two arrays, of x and of y, that grow with the blocks.

    Parameters
    ----------
    name
        What messages call the table.
    source
        Which columns go where, and in which dtype.
    wanted
        What the blocks hold.
    samples
        About how many rows there will be.
    """

    def __init__(self, name: str, source: "TableSource", wanted: Wanted, samples: int) -> None:
        self._name, self._source, self._wanted = name, source, wanted
        self._number_at = {column: at for at, column in enumerate(wanted.numbers)}
        self._text_at = {column: at for at, column in enumerate(wanted.texts)}
        self._rows = 0
        self.missing = 0
        self._first_missing = ""
        capacity = int(samples * MARGIN) + SPARE
        self._numbers = {side: np.empty((capacity, len(self._names(side))), source.dtype) for side in ("x", "y")}
        self._shifts: dict[str, Numbers] = {}
        self._codes = [np.empty(capacity, np.int16) for _ in wanted.texts]
        self._values: list[dict[str, int]] = [{} for _ in wanted.texts]

    def add(self, block: Block) -> None:
        """Take some rows.

        Raises
        ------
        InputError
            If a number is beyond the dtype's range, or a column has too many values to be one-hot encoded.
        """
        absent = self._absent(block)
        if absent.any():
            self.missing += int(absent.sum())
            if not self._source.drop_missing:
                return  # nothing will come of it; the others are only counted
            block = _without(block, absent)
        count = len(block.rows)
        begin, end = self._rows, self._rows + count
        self._reserve(end)
        for side, array in self._numbers.items():
            self._fill(side, array[begin:end], block)
        for codes, values, texts, column in zip(
            self._codes, self._values, block.texts, self._wanted.texts, strict=True
        ):
            found = [values.setdefault(text, len(values)) for text in texts]
            if len(values) > MOST_VALUES:
                raise InputError(
                    f"{self._name}, column {shown(column)}: it has more than {MOST_VALUES:,} values, too many to be "
                    "one-hot encoded; leave it out"
                )
            codes[begin:end] = found
        self._rows = end

    def check(self) -> None:
        """Raise an `InputError` if there is nothing, or there are rows that nobody wanted dropped."""
        if self.missing and not self._source.drop_missing:
            rows = "1 row" if self.missing == 1 else f"{self.missing:,} rows"
            raise InputError(
                f"{self._name} has {rows} with missing values, the first {self._first_missing}: fill them in, or have "
                "such rows dropped"
            )
        if not self._rows and not self.missing:
            raise no_rows(self._name)
        if not self._rows:
            raise InputError(
                f"{self._name} has no numbers: all of its rows have missing values; choose other columns or another "
                "file"
            )

    def shift(self, side: str) -> Numbers:
        """Give what was subtracted from each column of a side."""
        shift = np.zeros(sum(self._width(column) for column in getattr(self._source, side)))
        if side in self._shifts:
            shift[[at for at, column in self._places(side) if column not in self._text_at]] = self._shifts[side]
        return shift

    def taken(self, side: str) -> tuple[Numbers, tuple[str, ...]]:
        """Give a side's array and the names of its columns; once."""
        numbers = self._numbers.pop(side)
        numbers.resize((self._rows, numbers.shape[1]), refcheck=False)  # nothing else refers to it
        columns = getattr(self._source, side)
        if not any(column in self._text_at for column in columns):
            return numbers, columns
        width = sum(map(self._width, columns))
        check_memory(self._name, self._rows, width, 0, numbers.itemsize)
        whole = np.zeros((self._rows, width), self._source.dtype)
        names: list[str] = []
        taken = 0
        for at, column in self._places(side):
            if column not in self._text_at:
                whole[:, at] = numbers[:, taken]
                taken += 1
                names.append(column)
                continue
            which = self._text_at[column]
            values, codes = self._values[which], self._codes[which][: self._rows]
            for offset, (value, code) in enumerate(sorted(values.items())):
                whole[:, at + offset] = codes == code
                names.append(f"{column}={plain(value)}")
        return whole, tuple(names)

    def _names(self, side: str) -> list[str]:
        return [column for column in getattr(self._source, side) if column not in self._text_at]

    def _width(self, column: str) -> int:
        """Give how many columns it becomes."""
        return len(self._values[self._text_at[column]]) if column in self._text_at else 1

    def _places(self, side: str) -> list[tuple[int, str]]:
        """Give each column of a side with the place where it begins."""
        columns = getattr(self._source, side)
        begins = np.cumsum([0, *map(self._width, columns)])
        return [(int(at), column) for at, column in zip(begins, columns, strict=False)]

    def _absent(self, block: Block) -> NDArray[np.bool_]:
        """Tell in which rows something is missing; note the first."""
        by_column = {column: np.isnan(each) for column, each in zip(self._wanted.numbers, block.numbers, strict=True)}
        for column, texts in zip(self._wanted.texts, block.texts, strict=True):
            by_column[column] = np.array([not text for text in texts], np.bool_)
        absent = np.zeros(len(block.rows), np.bool_)
        for each in by_column.values():
            absent |= each
        if not self._first_missing and absent.any():
            row = int(absent.argmax())
            column = next(column for column, each in by_column.items() if each[row])
            self._first_missing = f"in row {block.rows[row]}, column {shown(column)}"
        return absent

    def _reserve(self, rows: int) -> None:
        if rows > len(self._numbers["x"]):
            capacity = max(rows, int(rows * GROWTH))
            for side, array in self._numbers.items():
                self._numbers[side] = _grown(array, capacity, self._rows)
            self._codes = [_grown(codes, capacity, self._rows) for codes in self._codes]

    def _fill(self, side: str, part: Numbers, block: Block) -> None:
        columns = [block.numbers[self._number_at[column]] for column in self._names(side)]
        if side in self._source.standardize and len(part):
            # Differences from a value of the column: standardising them in float32 loses nothing of a large mean.
            shift = self._shifts.setdefault(side, np.array([column[0] for column in columns], np.float64))
            columns = [column - value for column, value in zip(columns, shift, strict=True)]
        with np.errstate(over="ignore"):
            for at, column in enumerate(columns):
                part[:, at] = column
                if not np.isfinite(part[:, at]).all():
                    row = int(np.argmin(np.isfinite(part[:, at])))
                    place = f"{self._name}, row {block.rows[row]}, column {shown(self._names(side)[at])}"
                    raise InputError(
                        f"{place}: {column[row]:g} is more than {self._source.dtype} holds; choose dtype float64"
                    )


def _grown(array: NDArray[Scalar], capacity: int, rows: int) -> NDArray[Scalar]:
    """Give an array with more room; ``resize`` would fill it with zeros while all of the program waits."""
    grown = np.empty((capacity, *array.shape[1:]), array.dtype)
    grown[:rows] = array[:rows]
    return grown


def _without(block: Block, absent: NDArray[np.bool_]) -> Block:
    kept = np.flatnonzero(~absent).tolist()
    return Block(
        [block.rows[at] for at in kept],
        tuple(numbers[kept] for numbers in block.numbers),
        tuple([texts[at] for at in kept] for texts in block.texts),
    )
