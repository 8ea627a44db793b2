"""A problem in a table that is yet to be read. Needs no torch until then."""

from collections import Counter
from dataclasses import dataclass

from linviz.core.problem import Problem
from linviz.core.settings import DTYPES
from linviz.core.start import checked_seed, starting_parameters
from linviz.core.tables.table_file import Data, name_of
from linviz.core.tables.table_preview import Column, Preview
from linviz.core.tables.watch import CancelledError, Watch
from linviz.errors import InputError, shown

__all__ = ["CancelledError", "Column", "Data", "Preview", "TableSource", "Watch"]

SIDES = ("x", "y")


@dataclass(frozen=True, slots=True)
class TableSource:
    """Columns of a table as the data of a problem.

    Parameters
    ----------
    data
        The file, or the bytes of one that were pasted.
    x, y
        Names of the columns, in the order in which they stand in the problem.
    one_hot
        Those of them that become one column of zeros and ones for each of their values.
    drop_missing
        Whether rows with missing values are left out; otherwise they are refused.
    standardize
        ``("x",)``, ``("y",)`` or both: which columns are shifted and scaled to mean 0 and variance 1.
    dtype
        Of the arrays; one of `DTYPES`.
    seed
        Of the starting parameters.

    Raises
    ------
    InputError
        If x or y is empty, or the names don't go together.
    """

    data: Data
    x: tuple[str, ...]
    y: tuple[str, ...]
    one_hot: tuple[str, ...] = ()
    drop_missing: bool = False
    standardize: tuple[str, ...] = ()
    dtype: str = "float32"
    seed: int = 0

    def __post_init__(self) -> None:
        for side in SIDES:
            names = tuple(getattr(self, side))
            object.__setattr__(self, side, names)
            if not names:
                raise InputError(f"{side} needs a column: name at least one")
            for name, times in Counter(names).items():
                if times > 1:
                    raise InputError(f"{side} names the column {shown(name)} twice: name it once")
        for done, given in (("standardised", self.standardize), ("one-hot encoded", self.one_hot)):
            for name, times in Counter(given).items():
                if times > 1:
                    raise InputError(f"{shown(name)} is to be {done} twice: name it once")
        self._check_choices()
        object.__setattr__(self, "seed", checked_seed(self.seed))

    def _check_choices(self) -> None:
        targets, chosen = set(self.y), {*self.x, *self.y}
        for name in self.x:
            if name in targets:
                raise InputError(f"the column {shown(name)} is in x and in y: leave it out of one of them")
        for name in self.one_hot:
            if name not in chosen:
                raise InputError(
                    f"the column {shown(name)} is to be one-hot encoded and is in neither x nor y: add it there"
                )
        for side in self.standardize:
            if side not in SIDES:
                raise InputError(f"what is standardised must be x or y, got {shown(side)}")
        if self.dtype not in DTYPES:
            raise InputError(f"dtype must be {' or '.join(DTYPES)}, got {shown(self.dtype)}")

    @property
    def title(self) -> str:
        """What it is called before it is read."""
        return name_of(self.data)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Samples, inputs and outputs as far as they are known before it is read: a row, and no column that is more."""
        return 1, len(self.x), len(self.y)

    def check(self) -> None:
        """Raise an `InputError` if the file, as far as its beginning tells, can't be read or has no such columns."""
        from linviz.core.tables.table_reader import check  # noqa: PLC0415  # polars is loaded by need

        check(self)

    def draw(self, watch: Watch | None = None) -> Problem:
        """Read the table, and draw the parameters by ``nn.Linear``'s own initialisation after ``torch.manual_seed``.

        Parameters
        ----------
        watch
            Is told how much is read, and can end it.

        Raises
        ------
        CancelledError
            If it was ended.
        InputError
            If a cell, or the table, is not as it must be, or takes more memory than there is.
        """
        from linviz.core.tables.table_reader import read  # noqa: PLC0415  # polars is loaded by need

        filled = read(self, watch or Watch())
        weight, bias = starting_parameters(filled.x.shape[1], filled.y.shape[1], self.seed)
        return Problem(
            filled.x,
            filled.y,
            weight.astype(self.dtype),
            bias.astype(self.dtype),
            name=self.title,
            x_names=filled.x_names,
            y_names=filled.y_names,
            scaling=filled.scaling,
            source=filled.source,
        )
