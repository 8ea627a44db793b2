"""What stands above the numbers of a panel: its symbol, what it is, and what was done to the data."""

from dataclasses import dataclass

import numpy as np

from linviz.core.problem import Problem
from linviz.core.scaling import Scaling
from linviz.core.snapshot import GRADIENTS, PARAMETERS, Snapshot
from linviz.gui.column_names import OF_TARGETS, ColumnNames
from linviz.gui.fields import Field

TILDE = "\u0303"
MOST_COLUMNS = 20
"""Whose mean and deviation a tool tip lists."""
OWN = "in the data's own units", "own units"
STANDARDISED = {
    "x": ("standardised: (x − mean) / std", "standardised"),
    "y": ("standardised: (y − mean) / std", "standardised"),
    "prediction": (f"standardised, as y{TILDE}", "standardised"),
    "residual": (f"standardised, as y{TILDE}", "standardised"),
}
STILL = "of the standardised data", "standardised"
"""Of a gradient, where everything else is shown in the data's own units."""


@dataclass(frozen=True, slots=True)
class PanelWords:
    """Of one field of a problem.

    Parameters
    ----------
    field
        The field.
    problem
        What is shown; none before there is one.
    own_units
        Whether what was standardised is shown in the units that it came in.
    """

    field: Field
    problem: Problem | None = None
    own_units: bool = False

    @property
    def scaling(self) -> Scaling | None:
        """What the problem was standardised by."""
        return self.problem.scaling if self.problem is not None else None

    @property
    def names(self) -> ColumnNames:
        """What the problem's columns are called."""
        return ColumnNames() if self.problem is None else ColumnNames.of(self.problem)

    def _is_standardised(self) -> bool:
        side = "x" if self.field.name == "x" else "y"
        return self.scaling is not None and side in self.scaling.sides and self.field.name in STANDARDISED

    def heading(self, transposed: bool) -> str:
        """Give the symbol as rich text, with a tilde on what is standardised."""
        symbol = self.field.heading(transposed)
        if self.own_units or not self._is_standardised() or self.field.name == "prediction":
            return symbol
        side = "x" if self.field.name == "x" else "y"
        return symbol.replace(side, f"{side}{TILDE}")

    def remarks(self, moment: Snapshot | None) -> tuple[str, str] | None:
        """Say in words, and in fewer, what was done to the numbers, or how far they are from true ones."""
        name = self.field.name
        if self.own_units and self.scaling is not None:
            if name in GRADIENTS:
                return STILL
            return OWN if name in PARAMETERS or self._is_standardised() else None
        if self._is_standardised():
            return STANDARDISED[name]
        distance = None if moment is None else self._distance(moment)
        if distance is None:
            return None
        symbol = self.field.symbol
        return f"‖{symbol} − {symbol}*‖ = {distance:.4g}", f"off {distance:.3g}"

    def _distance(self, moment: Snapshot) -> float | None:
        """Give the norm of what a parameter still lacks to the true one, if that is known."""
        name = self.field.name
        true = getattr(self.problem, f"true_{name}") if self.problem is not None and name in PARAMETERS else None
        if true is None:
            return None
        with np.errstate(over="ignore", invalid="ignore"):  # of a run that diverges
            return float(np.linalg.norm(np.subtract(getattr(moment, name), true, dtype=np.float64)))

    def captions(self, texts: tuple[str, ...], moment: Snapshot | None) -> tuple[str, ...]:
        """Add the remark to what is said anyway, in fewer and fewer words."""
        remarks = self.remarks(moment)
        if remarks is None:
            return texts
        long, short = remarks
        return *(f"{text} · {long}" for text in texts), long, f"{texts[-1]} · {short}", short

    def column_tip(self, column: int) -> str:
        """Say what a column is called, and what it was standardised by."""
        called, said = self.names.of_columns(self.field.name), self._moments(column)
        return " · ".join(part for part in (called[column] if called else "", said) if part)

    def tip(self) -> str:
        """Say what the field is and what was done to each of its columns."""
        if not self._is_standardised():
            return self.field.meaning
        mean, _ = self._columns()
        lines = [self.column_tip(column) for column in range(min(len(mean), MOST_COLUMNS))]
        more = [f"and {len(mean) - MOST_COLUMNS} more columns"] if len(mean) > MOST_COLUMNS else []
        assert self.problem is not None  # noqa: S101  # it is standardised; this tells the type checker
        over = f"over all {len(self.problem.x):,} rows, those of a test set too"
        said = f"{self.field.meaning} Standardised: minus the mean, divided by std, both {over}."
        return "\n".join((said, *lines, *more))

    def _columns(self) -> tuple[np.ndarray, np.ndarray]:
        side = "y" if self.field.name in OF_TARGETS else "x"
        return getattr(self.scaling, f"{side}_mean"), getattr(self.scaling, f"{side}_std")

    def _moments(self, column: int) -> str:
        if not self._is_standardised():
            return ""
        mean, std = self._columns()
        return f"mean {mean[column]:.6g}, std {std[column]:.6g}"
