"""Why this number? The selected cell's own arithmetic, and where it came from."""

import time

from PySide6.QtCore import QModelIndex, QRectF, QSize, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from linviz.core.explain import Check, Explanation, explain
from linviz.core.snapshot import Snapshot
from linviz.core.terms import Factor, Index
from linviz.errors import InputError
from linviz.gui.formula_view import FormulaView
from linviz.gui.table_model import Index as ModelIndex
from linviz.gui.terms_model import BAR, TermsModel, cell
from linviz.gui.theme import Theme

HINT = "Select a number in any panel, by mouse or keys, to see the arithmetic that made it."
AFFORDABLE = 0.01
"""Seconds that an explanation may take to be made again during a run."""
LIVE_EVERY = 0.25
"""Seconds between two explanations during a run: there is more to read than in a panel."""
WIDTH = 300
KEPT = 100
"""Cells that the way back remembers."""


class WhyPanel(QFrame):
    """Explains one cell of the last snapshot; follows the run while that is quick."""

    explained = Signal(object)
    """The operands of what is explained, by field, or an empty mapping."""
    chosen = Signal(str, object)
    """Field and index of an operand to go to."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("why")
        self.setProperty("card", "true")
        self._snapshot: Snapshot | None = None
        self._cell: tuple[str, Index] | None = None
        self._before: list[tuple[str, Index]] = []
        self._latex = ""
        self._cost = self._explained_at = 0.0
        self._name, self._sum, self._checks, self._note = (QLabel(self) for _ in range(4))
        self._name.setProperty("role", "mono")
        self._sum.setProperty("role", "mono")
        self._note.setProperty("role", "dim")
        for name, label in (
            ("why_cell", self._name),
            ("why_sum", self._sum),
            ("why_checks", self._checks),
            ("why_note", self._note),
        ):
            label.setObjectName(name)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.formula = FormulaView(self)
        self._model = TermsModel(self)
        self.terms = _terms_table(self._model, self)
        self._bars = BarDelegate(self._model, self)
        self.terms.setItemDelegateForColumn(BAR, self._bars)
        self.terms.clicked.connect(self._on_term_chosen)
        self.terms.activated.connect(self._on_term_chosen)
        title = QLabel("Why this number?", self)
        title.setProperty("role", "title")
        self.back = _button("Back", "Back to the cell explained before", "why_back", self)
        self.back.clicked.connect(self._on_back)
        self.copy = _button("LaTeX", "Copy the formula as LaTeX", "why_copy", self)
        self.copy.clicked.connect(self._on_copy)
        heading = QHBoxLayout()
        title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        heading.addWidget(title, 1)
        heading.addWidget(self.back)
        heading.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(11, 7, 11, 7)
        column.setSpacing(4)
        column.addLayout(heading)
        column.addWidget(self._name)
        column.addWidget(self._note)
        column.addWidget(self.formula)
        column.addWidget(self.terms, 1)
        column.addWidget(self._sum)
        column.addWidget(self._checks)
        column.addStretch()
        self._show(None)

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours and the size of text."""
        self.formula.set_theme(theme, text_scale)
        self._bars.set_theme(theme)
        self.setMinimumWidth(round(WIDTH * min(text_scale, 1.3)))
        self.terms.ensurePolished()
        self.terms.verticalHeader().setDefaultSectionSize(self.terms.fontMetrics().height() + 4)

    @Slot(str, object)
    def explain_cell(self, field: str, index: Index) -> None:
        """Explain a cell from now on; the one before is remembered."""
        if self._cell == (field, index):
            return  # each later snapshot has it explained anew
        if self._cell is not None:
            self._before = [*self._before[-KEPT:], self._cell]
        self._cell = field, index
        self._explain()

    def show_snapshot(self, snapshot: Snapshot, live: bool) -> None:
        """Take the moment in which to explain; while a run is on, only if that is quick."""
        if self._snapshot is not None and self._snapshot.shape != snapshot.shape:
            self._cell, self._before = None, []
        self._snapshot = snapshot
        if not live:
            self._explain()
        elif self._cost <= AFFORDABLE and time.perf_counter() - self._explained_at >= LIVE_EVERY:
            self._explain(live=True)

    def _explain(self, live: bool = False) -> None:
        if self._snapshot is None or self._cell is None:
            self._show(None)
            return
        begun = time.perf_counter()
        try:
            explanation = explain(self._snapshot, *self._cell)
        except InputError as error:
            self._show(None, str(error))
            return
        self._explained_at = time.perf_counter()
        # What grows with the problem; showing it may take long once, while its formula is set for the first time.
        self._cost = self._explained_at - begun
        self._show(explanation, live=live)

    def _show(self, explanation: Explanation | None, instead: str = HINT, live: bool = False) -> None:
        self.back.setEnabled(bool(self._before))
        self.copy.setEnabled(explanation is not None)
        shown = self._model.show_terms(explanation)
        for part in (self.formula, self.terms, self._sum, self._checks):
            part.setVisible(explanation is not None and (part is self.formula or bool(shown)))
        name = cell(Factor(*self._cell, 0.0)) if self._cell else ""
        self._name.setText(f"{name} = {explanation.value!r}" if explanation else name)
        self._name.setVisible(bool(name))
        if explanation is None:
            self._note.setText(f"{instead[0].upper()}{instead[1:]}")
            self.explained.emit({})
            return
        self._latex = explanation.formula
        self.formula.show_formula(explanation.formula, explanation.text)
        self._note.setText(explanation.note)
        if not live:
            self.terms.resizeColumnsToContents()  # 2 ms, which a run can do without
        if shown:
            self._sum.setText(_sum_text(explanation, shown))
            self._show_checks(explanation.checks)
        self.explained.emit(explanation.terms.operands())

    def _show_checks(self, checks: tuple[Check, ...]) -> None:
        agree = all(check.agrees for check in checks)
        parts = (f"{check.name} {check.value:.4f} ({check.ulp:+.1f} ulp)" for check in checks)
        mark = "✓" if agree else "⚠ These differ by more than rounding explains:"
        self._checks.setText(f"{mark} {' · '.join(parts)}")
        if self._checks.property("role") != ("agree" if agree else "differ"):
            self._checks.setProperty("role", "agree" if agree else "differ")
            self._checks.style().unpolish(self._checks)
            self._checks.style().polish(self._checks)

    @Slot(QModelIndex)
    def _on_term_chosen(self, index: ModelIndex) -> None:
        factor = self._model.factor(index.row(), index.column())
        if factor is not None and factor.field != "learning_rate":
            self.chosen.emit(factor.field, factor.index)

    @Slot()
    def _on_back(self) -> None:
        if self._before:
            self._cell = self._before.pop()
            self._explain()
            self.chosen.emit(*self._cell)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._latex)


class BarDelegate(QStyledItemDelegate):
    """Paints a term as a bar from the middle: to the left below 0, to the right above."""

    def __init__(self, model: TermsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._colours = QColor(), QColor()

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._colours = QColor(theme.negative), QColor(theme.positive)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        share = self._model.share(index.row())
        rect = QRectF(option.rect).adjusted(2, 4, -2, -4)
        half = rect.width() / 2
        left = rect.left() + half * min(1 + share, 1)
        painter.fillRect(QRectF(left, rect.top(), half * abs(share), rect.height()), self._colours[share > 0])

    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        del option, index
        return QSize(60, 10)


def _sum_text(explanation: Explanation, shown: list[int]) -> str:
    terms, text = explanation.terms, ""
    if len(shown) < len(terms):
        rest = len(terms) - len(shown)
        text = f"the {len(shown)} largest of {len(terms):,}; the other {rest:,} sum to {terms.remainder(shown):+.4f}\n"
    text += f"Σ = {terms.sum():+.4f}"
    if explanation.scale != 1:
        text += f"  × {explanation.scale:.6g} = {explanation.total:+.4f}"
    return text


def _terms_table(model: TermsModel, parent: QWidget) -> QTableView:
    table = QTableView(parent)
    table.setObjectName("why_terms")
    table.setAccessibleName("terms of the sum")
    table.setToolTip("The terms; click an operand, or press Enter on it, to go to it")
    table.setModel(model)
    table.setShowGrid(False)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setTabKeyNavigation(False)
    table.horizontalHeader().hide()
    table.verticalHeader().hide()
    table.verticalHeader().setMinimumSectionSize(8)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.horizontalHeader().setSectionResizeMode(BAR, QHeaderView.ResizeMode.Stretch)
    table.horizontalHeader().setMinimumSectionSize(20)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    return table


def _button(text: str, tip: str, name: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setText(text)
    button.setToolTip(tip)
    button.setObjectName(name)
    button.setAccessibleName(tip)
    return button
