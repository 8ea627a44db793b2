"""Step against Manual Step: both done on copies, and compared to the last bit."""

import math
from fractions import Fraction

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from linviz.core.comparison import ALPHA, MANUAL_STEP, SPELLINGS, STEP, Compare, Comparison
from linviz.core.remarks import EQUIVALENCE
from linviz.gui.appearance import Appearance
from linviz.gui.comparison_model import ComparisonModel
from linviz.gui.fields import cell_name
from linviz.gui.numbers import short_exponent
from linviz.gui.plain_table import PlainTable
from linviz.gui.table_model import Index

SIZE = 980, 560


class CompareDialog(QDialog):
    """Follows the run: after each step it asks for the comparison from there. It changes nothing in it."""

    asked = Signal(object)
    """A question for the worker."""

    def __init__(self, appearance: Appearance, step: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Step against Manual Step")
        self.setObjectName("compare_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._waits = False
        self._appearance = appearance
        self._model = ComparisonModel(self)
        self._said, why, self._spelled, self._exactly = (QLabel(self) for _ in range(4))
        for name, label in (
            ("compare_said", self._said),
            ("compare_why", why),
            ("compare_spelled", self._spelled),
            ("compare_exactly", self._exactly),
        ):
            label.setObjectName(name)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setProperty("role", "title")
        for label in (self._spelled, self._exactly):
            label.setProperty("role", "mono")
        why.setText(EQUIVALENCE)
        self._said.setText("Comparing …")
        self.table = PlainTable(self._model, "compare_table", "parameters after each way to update them", self)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_changed)
        self.addAction(step)  # so that its keys work here too
        button = QToolButton(self)
        button.setDefaultAction(step)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip("Make this step in the run itself, and compare from there")
        close = QPushButton("Close", self)
        close.setAutoDefault(False)  # or Enter on a row would close
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(button)
        buttons.addStretch()
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        for widget in (self._said, self._spelled, why):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addWidget(self._exactly)
        column.addLayout(buttons)
        self.resize(*SIZE)
        appearance.changed.connect(self._on_appearance_changed)
        self._on_appearance_changed()

    @Slot()
    def ask(self) -> None:
        """Ask for the comparison from the present moment, unless one is on its way."""
        if not self._waits:
            self._waits = True
            self.asked.emit(Compare())

    @Slot()
    def give_up(self) -> None:
        """Wait no longer: something failed."""
        self._waits = False

    @Slot(object, object)
    def take_done(self, _command: object, result: object) -> None:
        """Take an answer; what comes later is of a later moment, whoever asked for it."""
        if isinstance(result, Comparison):
            self._waits = False
            self._show(result)

    def _show(self, comparison: Comparison) -> None:
        moment, count = comparison.moment, len(comparison)
        differing = comparison.differing(MANUAL_STEP)
        verdict = (
            f"{differing} of {count} parameters differ in their last bits"
            if differing
            else f"all {count} parameters come to the same bits"
        )
        self._said.setText(f"Step {moment.step + 1}, done both ways on copies: {verdict}. The run stays as it is.")
        self._spelled.setText(
            f"{STEP:39} one rounding\n"
            f"{_spelled(comparison, MANUAL_STEP, 'linear.weight.data.sub_(lr * grad)', 'two roundings')}\n"
            f"{_spelled(comparison, ALPHA, 'linear.weight.data.sub_(grad, alpha=lr)', 'one rounding')}"
        )
        self._model.show_comparison(comparison)
        self.table.fit()
        row = self.table.currentIndex().row()
        if row < 0:
            differ = (at for at in range(min(count, 1000)) if self._model.differs(at, MANUAL_STEP))
            self.table.selectRow(next(differ, 0))
        else:
            self._explain(row)

    @Slot()
    def _on_appearance_changed(self) -> None:
        self._model.set_theme(self._appearance.theme)
        self.table.fit()

    @Slot(QModelIndex, QModelIndex)
    def _on_row_changed(self, current: Index, _previous: Index) -> None:
        self._explain(current.row())

    def _explain(self, row: int) -> None:
        """Say what the arithmetic of one parameter comes to without rounding, and by how much each way is off."""
        if not 0 <= row < self._model.rowCount():
            self._exactly.clear()
            return
        cell = self._model.cell(row)
        if cell.exact is None:
            self._exactly.setText(f"{cell_name(cell.field, cell.index)} is no finite number any more.")
            return
        off = "; ".join(
            f"{spelling} is off by {_written(abs(Fraction(cell.new[spelling]) - cell.exact), '.2g')}"
            for spelling in SPELLINGS
            if math.isfinite(cell.new[spelling])
        )
        own = cell.own_ulp[MANUAL_STEP]
        apart = f"\n{MANUAL_STEP} is {own:+.3g} ulp of the result itself from {STEP}."
        self._exactly.setText(
            f"{cell_name(cell.field, cell.index)}: without any rounding before − lr · gradient is "
            f"{_written(cell.exact, '.17g')}.\n{off or 'No way of writing it comes to a finite number'}."
            f"{apart if own and math.isfinite(own) else ''}"
        )


def _written(number: Fraction, digits: str) -> str:
    try:
        return short_exponent(format(float(number), digits))
    except OverflowError:
        return "beyond the range of float64"


def _spelled(comparison: Comparison, spelling: str, code: str, rounds: str) -> str:
    differing, count = comparison.differing(spelling), len(comparison)
    largest = comparison.largest_ulp(spelling)
    apart = f"{differing} of {count} differ, by at most {largest:.2g} ulp" if differing else "none differs"
    return f"{code:39} {rounds}: {apart}"
