"""The eigen-directions as a Qt table: eigenvalue, factor of a step, what remains of the error."""

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt

from linviz.core.directions import Directions, Manner
from linviz.core.snapshot import Array
from linviz.gui.numbers import brief, short_exponent
from linviz.gui.table_model import Index, TableModel

EIGENVALUE, FACTOR, LEFT = range(3)
HEADINGS = "λ", "a step ×", "left"
TIPS = (
    "Eigenvalues of the Hessian, the same for each output: how strongly the loss is curved along each eigen-direction",
    "By what a step multiplies the error along it in the long run: 1 − η λ for gradient descent; negative where it "
    "lands beyond the optimum",
    "What is left of the error along it, |θ − θ*| over all outputs, of that at the start of the run",
)
WIDE = 1000
"""By how much the eigenvalues differ from where on their bars count powers of ten."""
LEAST_BAR = 0.02
SMALL = 1e-9
"""Where an exponent takes one more character, and so takes one more digit's place."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
SAID = {
    Manner.CONVERGES: ", from one side",
    Manner.OVERSHOOTS: ", landing beyond the optimum",
    Manner.SWINGS: ", swinging through the optimum",
    Manner.DIVERGES: ", away from the optimum",
    Manner.FLAT: "the loss is flat along it, nothing moves",
    Manner.UNKNOWN: "no closed form tells how the error goes",
}


class SpectrumModel(TableModel):
    """One direction a row, the steepest first; texts are made as they are asked for, for there may be thousands.

    Attributes
    ----------
    directions
        What is shown; none before it is known.
    logarithmic
        Whether the eigenvalues' bars count powers of ten.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.directions: Directions | None = None
        self.logarithmic = False
        self._eigenvalues: Array = np.empty(0)
        self._remaining: Array = np.empty(0)
        self._most = self._least = 0.0

    def show_directions(self, directions: Directions | None, remaining: Array) -> None:
        """Show directions, and what remains of the error along each, both in the order of the eigenvalues."""
        count = 0 if directions is None else directions.theory.parameters
        other = count != self.rowCount()
        if other:
            self.beginResetModel()
        self.directions, self._remaining = directions, np.asarray(remaining, np.float64)[::-1]
        self._eigenvalues = np.empty(0) if directions is None else directions.theory.eigenvalues[::-1]
        nonzero = self._eigenvalues[self._eigenvalues > 0]
        self._most, self._least = (float(nonzero[0]), float(nonzero[-1])) if len(nonzero) else (0.0, 0.0)
        self.logarithmic = self._least > 0 and self._most / self._least > WIDE
        if other:
            self.endResetModel()
        elif count:
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, LEFT))

    def direction(self, row: int) -> int:
        """Give the number of a row's direction, in the order of the eigenvalues."""
        return len(self._eigenvalues) - 1 - row

    def manner(self, row: int) -> Manner:
        """Give how a row's direction goes."""
        return Manner.UNKNOWN if self.directions is None else self.directions.manners[self.direction(row)]

    def text(self, row: int, column: int, decimals: int = 4) -> str:
        """Write a number, with fewer decimals where there is little room."""
        if column == EIGENVALUE:
            return _eigenvalue_text(float(self._eigenvalues[row]), decimals)
        if column == FACTOR:
            return _factor_text(self._factor(row), self.manner(row), decimals)
        return share_text(float(self._remaining[row]))

    def bar(self, row: int, column: int) -> float:
        """Give the length of a number's bar, from 0 to 1."""
        if column == EIGENVALUE:
            value = float(self._eigenvalues[row])
            if not value:
                return 0.0
            share = 1 + math.log10(value / self._most) / math.log10(self._most / self._least) if self.logarithmic else (
                value / self._most)  # fmt: skip
            return max(share, LEAST_BAR)
        left = float(self._remaining[row])
        return 0.0 if column == FACTOR or math.isnan(left) else min(left, 1.0)

    def sentence(self, row: int) -> str:
        """Say all of a row."""
        manner, left = self.manner(row), float(self._remaining[row])
        known = manner not in (Manner.FLAT, Manner.UNKNOWN)
        step = f"each step multiplies the error by {_factor_text(self._factor(row), manner)}" if known else ""
        if math.isnan(left):
            remains = ""
        elif left > 1:
            remains = f"; it is {brief(left)} times that at the start"
        else:
            remains = f"; {share_text(left)} of that at the start is left"
        return f"λ = {self.text(row, EIGENVALUE)}: {step}{SAID[manner]}{remains}."

    def _factor(self, row: int) -> float:
        return math.nan if self.directions is None else float(self.directions.factors[self.direction(row)])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._eigenvalues)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else LEFT + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(index.row(), index.column())
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.sentence(index.row())
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section <= LEFT:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return "λ (log)" if section == EIGENVALUE and self.logarithmic else HEADINGS[section]
        return TIPS[section] if role == Qt.ItemDataRole.ToolTipRole else None


def _eigenvalue_text(value: float, decimals: int) -> str:
    if value == 0 or value >= 10:  # noqa: PLR2004  # where decimals are too many
        return brief(value, decimals)
    return f"{value:.{decimals}f}" if value >= 10.0 ** (1 - decimals) else brief(value, decimals - 2)


def _factor_text(factor: float, manner: Manner, decimals: int = 4) -> str:
    """Write a factor so that it can be told from 1; of a swing its size alone."""
    if math.isnan(factor):
        return "–"
    if abs(factor) >= 100:  # noqa: PLR2004  # where decimals tell nothing any more
        return brief(factor, decimals - 1)
    text = f"{factor:.{decimals}f}"
    lacks = 1 - abs(factor)
    if lacks and abs(float(text)) == 1:
        text = f"{'-' * (factor < 0)}1{'-' if lacks > 0 else '+'}{brief(abs(lacks), 1)}"
    return f"±{text}" if manner is Manner.SWINGS else text


def share_text(share: float) -> str:
    """Write what is left: in percent as long as that tells something, and as a factor where it has grown."""
    if math.isnan(share):
        return "–"
    if share > 10:  # noqa: PLR2004  # ten times as much as at the start
        return f"×{share:.0f}" if share < 1e4 else f"×{brief(share, 2)}"  # noqa: PLR2004  # four digits
    if share == 0 or share >= 0.01:  # noqa: PLR2004  # 1 %
        return f"{100 * share:.3g} %"
    return short_exponent(f"{share:.{int(share > SMALL)}e}")
