"""The terms of an explanation as a Qt table: which, operands, product, and a bar for its size."""

import math
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from linviz.core.explain import Explanation
from linviz.core.terms import Factor, Term
from linviz.gui.fields import cell_name
from linviz.gui.numbers import signed
from linviz.gui.table_model import Index, TableModel

MOST = 50
"""Terms shown; of more, the largest."""
LABEL, FIRST, SECOND, PRODUCT, BAR = range(5)
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class TermsModel(TableModel):
    """One term a row: which, first operand, second operand, product, bar."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._terms: list[Term] = []
        self._texts: tuple[list[str], ...] = ([], [], [], [])
        self._largest = 0.0
        self._leading: frozenset[int] = frozenset()

    def show_terms(self, explanation: Explanation | None) -> list[int]:
        """Show the largest terms of an explanation, or nothing; give their positions."""
        shown = explanation.terms.largest(MOST) if explanation else []
        terms = [explanation.terms[at] for at in shown] if explanation else []
        labels = (
            [explanation.terms.label(at) or _label(term) for at, term in zip(shown, terms, strict=True)]
            if explanation
            else []
        )
        leading = explanation.terms.leading() if explanation else []
        if terms == self._terms and labels == self._texts[LABEL]:
            return shown  # the same terms have the same leaders
        same = len(terms) == len(self._terms)
        if not same:
            self.beginResetModel()
        self._terms = terms
        self._leading = frozenset(row for row, at in enumerate(shown) if at in leading)
        self._texts = labels, *([_text(term, column) for term in terms] for column in (FIRST, SECOND, PRODUCT))
        self._largest = max((abs(term.value) for term in terms if not math.isnan(term.value)), default=0.0)
        if not same:
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0, 0), self.index(len(terms) - 1, BAR))
        return shown

    def texts(self, column: int) -> list[str]:
        """Give what stands in a column, row by row; the bars have no text."""
        return self._texts[column]

    def factor(self, row: int, column: int) -> Factor | None:
        """Give the operand in a cell, if there is one."""
        factors = self._terms[row].factors
        if column == SECOND and factors[1:]:  # several may stand there, of which one at most is a cell to go to
            return next((factor for factor in factors[1:] if factor.index), factors[1])
        at = max(column - FIRST, 0)  # the label stands for the first one
        return factors[at] if column <= SECOND and at < len(factors) else None

    def share(self, row: int) -> float:
        """Give a term's value by the largest magnitude: −1 to 1, 0 for what is no number."""
        value = self._terms[row].value
        if math.isinf(value):
            return math.copysign(1.0, value)
        return 0.0 if math.isnan(value) or not self._largest else value / self._largest

    def leads(self, row: int) -> bool:
        """Tell whether a term is one of the few that make up most of the sum."""
        return row in self._leading

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._terms)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else BAR + 1

    def _told(self, row: int, column: int) -> str:
        factors = self._terms[row].factors
        told = factors[1:] if column == SECOND else factors[:1]
        return ", ".join(map(_factor_text, told))

    def _lead(self, row: int) -> str:
        return ", one of the largest" if self.leads(row) else ""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        term, factor = self._terms[row], self.factor(row, column)
        match role:
            case Qt.ItemDataRole.TextAlignmentRole:
                answer: object = RIGHT
            case Qt.ItemDataRole.DisplayRole:
                answer = self._texts[column][row] if column < BAR else ""
            case Qt.ItemDataRole.UserRole:
                answer = factor.value if factor else term.value
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                answer = self._told(row, column) if factor else f"term {row + 1}{self._lead(row)}: {term.value!r}"
            case _:
                answer = None
        return answer


def _text(term: Term, column: int) -> str:
    if column == PRODUCT:
        return f"= {signed(term.value)}"
    if column == FIRST:
        text = signed(term.factors[0].value)
        return text if term.sign > 0 else f"−{text[1:]}" if text[0] == "+" else f"− {text}"
    return " ".join(f"× {signed(factor.value)}" for factor in term.factors[1:])


def _label(term: Term) -> str:
    """Name a term by its cell, the last one if there are several."""
    cell = next((factor for factor in reversed(term.factors) if factor.index), term.factors[-1])
    return cell_name(cell.field, cell.index, compact=True)


def _factor_text(factor: Factor) -> str:
    return f"{factor.named(cell_name(factor.field, factor.index))} = {factor.value!r}"
