"""Why this number? The selected cell's own arithmetic, and where it came from."""

import time

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from linviz.core.checks import Verdict
from linviz.core.explain import Explanation
from linviz.core.snapshot import Snapshot
from linviz.core.terms import Index, Pattern
from linviz.core.update_terms import NUMBERS
from linviz.core.why import Why
from linviz.errors import InputError, sentence
from linviz.gui.column_names import ColumnNames
from linviz.gui.fields import cell_name
from linviz.gui.formula_view import FormulaView
from linviz.gui.table_model import Index as ModelIndex
from linviz.gui.terms_model import TermsModel
from linviz.gui.terms_table import TermsTable
from linviz.gui.text_block import TextBlock
from linviz.gui.theme import Theme
from linviz.gui.why_text import checks_text, sum_text, value_text

HINT = "Select a number in any panel, by mouse or keys, to see the arithmetic that made it."
WAIT = "Working it out …"
LIVE_EVERY = 0.25
"""Seconds between two explanations during a run: there is more to read than in a panel."""
PAUSE = 50
"""Times what an explanation took until the next one during a run: those of a large problem come more seldom."""
WIDTH, MARGIN = 285, 11
_ROLES = {Verdict.AGREES: "agree", Verdict.DIFFERS: "differ", Verdict.UNCLEAR: "dim"}
KEPT = 100
"""Cells that the way back remembers."""


class Column(QWidget):
    """As high as its parts are in its width, not as they would be in another one: texts wrap."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


class WhyPanel(QFrame):
    """Explains one cell of the last snapshot; follows a run as often as a reader can, or as a large problem allows.

    It takes no height from the numbers of the equation: where there is little, the terms show fewer rows, then all
    below the title scrolls.
    """

    explained = Signal(object)
    """The operands of what is explained, by field, or an empty mapping."""
    chosen = Signal(str, object)
    """Field and index of an operand to go to."""
    asked = Signal(object)
    """A `Why` of so many terms that the window can't wait for the answer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("why")
        self.setProperty("card", "true")
        self._snapshot: Snapshot | None = None
        self._cell: tuple[str, Index] | None = None
        self._before: list[tuple[str, Index]] = []
        self._operands: dict[str, Pattern] = {}
        self._latex = ""
        self._asked: Why | None = None  # what is on its way
        self._cost = self._explained_at = 0.0
        self._live = False
        self._name, self._note = TextBlock("why_cell", "mono", self), TextBlock("why_note", "dim", self)
        self._sum, self._checks = TextBlock("why_sum", "mono", self), TextBlock("why_checks", "", self)
        self._remark = TextBlock("why_remark", "dim", self)
        self._texts = self._name, self._note, self._sum, self._checks, self._remark
        self.formula = FormulaView(self)
        self._model = TermsModel(self)
        self.terms = TermsTable(self._model, self)
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
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, 7, MARGIN, 7)
        whole.setSpacing(4)
        whole.addLayout(heading)
        whole.addWidget(self._scrolled(), 1)
        self._explain()

    def _scrolled(self) -> QScrollArea:
        """Put all that explains a cell into an area that scrolls where it is higher than there is room for."""
        content = Column(self)
        self._column = column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for part in (self._name, self._note, self.formula):
            column.addWidget(part)
        column.addWidget(self.terms, 1)
        for part in (self._sum, self._checks, self._remark):
            column.addWidget(part)
        column.addStretch()
        self._area = area = QScrollArea(self)
        area.setObjectName("why_area")
        area.setAccessibleName("why this number")
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        area.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        return area

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours and the size of text."""
        self.formula.set_theme(theme, text_scale)
        for part in (self.terms, *self._texts):
            part.set_theme(theme)
        self.setMinimumWidth(round(WIDTH * min(text_scale, 1.3)))

    @Slot(str, object)
    def explain_cell(self, field: str, index: Index) -> None:
        """Explain a cell from now on; the one before is remembered."""
        if self._cell == (field, index):
            return  # each later snapshot has it explained anew
        if self._cell is not None:
            self._before = [*self._before[-KEPT:], self._cell]
        self._cell = field, index
        self._explain()
        self._area.verticalScrollBar().setValue(0)

    def show_snapshot(self, snapshot: Snapshot, live: bool) -> None:
        """Take the moment in which to explain; while a run is on, not each."""
        other = self._snapshot is not None and self._snapshot.shape != snapshot.shape
        if other:
            self._cell, self._before = None, []
        self._snapshot, self._live = snapshot, live
        pause = max(LIVE_EVERY, PAUSE * self._cost)
        if other or not live:
            self._explain()
        elif self._cell is not None and time.perf_counter() - self._explained_at >= pause:
            self._explain(live=True)

    def _explain(self, live: bool = False) -> None:
        why = None if self._snapshot is None or self._cell is None else Why(self._snapshot, *self._cell)
        begun = time.perf_counter()
        if why is not None and why.is_long:
            self._explained_at = begun
            if not live:
                self._put(None, WAIT, live)
            if self._asked is None:
                self._asked = why
                self.asked.emit(why)
            return
        answer = None if why is None else why.read()
        self._explained_at = time.perf_counter()
        self._cost = self._explained_at - begun
        self._put(answer, HINT, live)

    @Slot(object, object)
    def take_done(self, command: object, answer: object) -> None:
        """Show what was asked for, if it is of the cell that is looked at, and ask again if that is another by now."""
        if command is not self._asked or self._asked is None:
            return
        asked, self._asked = self._asked, None
        if (asked.field, asked.index) != self._cell:
            self._explain()
            return
        assert isinstance(answer, Explanation | InputError)  # noqa: S101  # that is what a Why gives
        self._put(answer, HINT, live=True)
        if asked.snapshot is not self._snapshot and not self._live:
            self._explain(live=True)

    @Slot(object)
    def take_refused(self, command: object) -> None:
        """Wait for it no longer; the window says what went wrong."""
        if command is self._asked:
            self._asked = None

    def _put(self, answer: Explanation | InputError | None, instead: str, live: bool) -> None:
        """Show an explanation, or why there is none, or else a hint."""
        explanation = answer if isinstance(answer, Explanation) else None
        if isinstance(answer, InputError):
            instead = sentence(answer)
        self._column.setEnabled(False)  # or each part that appears has all of them laid out at once
        try:
            self._show(explanation, instead)
        finally:
            self._column.setEnabled(True)
        if not live:
            for text in self._texts:
                text.arrange()  # or its new height would come after the layout, which would be made twice
            self._column.activate()
        operands = explanation.terms.operands() if explanation else {}
        if operands != self._operands:
            self._operands = operands
            self.explained.emit(operands)

    def _show(self, explanation: Explanation | None, instead: str) -> None:
        self.back.setEnabled(bool(self._before))
        self.copy.setEnabled(explanation is not None)
        shown = self._model.show_terms(explanation)
        self.formula.setVisible(explanation is not None)
        for part in (self.terms, self._sum, self._checks):
            part.setVisible(bool(shown))
        name = cell_name(*self._cell) if self._cell else ""
        if self._cell and self._snapshot is not None:
            name = ColumnNames.of(self._snapshot.problem).behind(name, *self._cell)
        self._name.say(value_text(name, explanation) if explanation else name)
        self._name.setVisible(bool(name))
        self._note.say(explanation.note if explanation else instead)
        remark = explanation.remark if explanation else ""
        self._remark.say(remark)
        self._remark.setVisible(bool(remark))
        if explanation is None:
            return
        self._latex = explanation.formula
        self.formula.show_formula(explanation.formula, explanation.text)
        if shown:
            self.terms.fit()
            self._sum.say(sum_text(explanation, shown))
            self._show_checks(explanation)

    def _show_checks(self, explanation: Explanation) -> None:
        self._checks.say(checks_text(explanation))
        label, role = self._checks.label, _ROLES[explanation.verdict]
        if label.property("role") != role:
            label.setProperty("role", role)
            label.style().unpolish(label)
            label.style().polish(label)

    @Slot(int, int)
    def _on_range_changed(self, _first: int, last: int) -> None:
        """Let the keys come to what scrolls, and to nothing that doesn't."""
        self._area.setFocusPolicy(Qt.FocusPolicy.TabFocus if last else Qt.FocusPolicy.NoFocus)

    @Slot(QModelIndex)
    def _on_term_chosen(self, index: ModelIndex) -> None:
        factor = self._model.factor(index.row(), index.column())
        if factor is not None and factor.field not in NUMBERS:
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


def _button(text: str, tip: str, name: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setText(text)
    button.setToolTip(tip)
    button.setObjectName(name)
    button.setAccessibleName(tip)
    return button
