"""Step against Manual Step: both done on copies, and compared to the last bit."""

import math
from fractions import Fraction

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from linviz.core.comparison import ALPHA, MANUAL_STEP, STEP, Compare, Comparison
from linviz.core.remarks import EQUIVALENCE, OTHERWISE
from linviz.gui.appearance import Appearance
from linviz.gui.comparison_model import ComparisonModel
from linviz.gui.fields import cell_name
from linviz.gui.numbers import short_exponent
from linviz.gui.plain_table import PlainTable
from linviz.gui.table_model import Index

SIZE = 980, 480


class MarkDelegate(QStyledItemDelegate):
    """Leaves a cell its mark when its row is chosen: the first row to be chosen is one with a mark."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802  # Qt's name
        super().initStyleOption(option, index)
        if index.data(Qt.ItemDataRole.BackgroundRole) is not None:
            option.state &= ~QStyle.StateFlag.State_Selected


class CompareDialog(QDialog):
    """Follows the run: after each step it asks for the comparison from there. It changes nothing in it."""

    asked = Signal(object)
    """A question for the worker."""

    def __init__(self, appearance: Appearance, step: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Step against Manual Step")
        self.setObjectName("compare_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._waits = self._running = False
        self._headline = ""
        self._appearance = appearance
        self._model = ComparisonModel(self)
        self._said, self._why, self._spelled, self._exactly = (QLabel(self) for _ in range(4))
        for name, label in (
            ("compare_said", self._said),
            ("compare_why", self._why),
            ("compare_spelled", self._spelled),
            ("compare_exactly", self._exactly),
        ):
            label.setObjectName(name)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setProperty("role", "title")
        for label in (self._spelled, self._exactly):
            label.setProperty("role", "mono")
        self._said.setText("Comparing …")
        self.table = PlainTable(self._model, "compare_table", "parameters after each way to update them", self)
        self.table.setItemDelegate(MarkDelegate(self.table))
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
        for widget in (self._said, self._spelled, self._why):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addWidget(self._exactly)
        column.addLayout(buttons)
        self.resize((QSize(*SIZE) * appearance.text_scale).boundedTo(self.screen().availableSize()))
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

    @Slot(bool)
    def show_running(self, running: bool) -> None:
        """Say whether the run goes on meanwhile: then this is of a moment that it has left."""
        self._running = running
        self._tell()

    def _tell(self) -> None:
        if self._headline:
            goes_on = "The run has gone on since: pause it to compare from there."
            self._said.setText(f"{self._headline} {goes_on if self._running else 'The run stays as it is.'}")

    def _show(self, comparison: Comparison) -> None:
        count = len(comparison)
        self._headline = f"Step {comparison.moment.step + 1}, done both ways on copies: {_verdict(comparison)}."
        self._tell()
        plain = ALPHA in comparison.spellings
        self._why.setText(EQUIVALENCE if plain else OTHERWISE)
        self._spelled.setText(_plain_text(comparison) if plain else _other_text(comparison))
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
        own = cell.own_ulp[MANUAL_STEP]
        units, side = "unit" if abs(own) == 1 else "units", "above" if own > 0 else "below"
        by_hand = MANUAL_STEP if ALPHA in cell.new else "By hand it"
        apart = f"{by_hand} comes out {side} {STEP}, by {abs(own):.3g} {units} in the last place of the result."
        if cell.exact is None:
            lost = not all(map(math.isfinite, cell.new.values()))
            told = (
                "is no finite number any more" if lost else "comes to the same bits" if not own else f"differs. {apart}"
            )
            self._exactly.setText(f"{cell_name(cell.field, cell.index)} {told.rstrip('.')}.")
            return
        off = "; ".join(
            f"{spelling} is off by {_written(abs(Fraction(cell.new[spelling]) - cell.exact), '.2g')}"
            for spelling in cell.new
            if math.isfinite(cell.new[spelling])
        )
        self._exactly.setText(
            f"{cell_name(cell.field, cell.index)}: without any rounding before − lr · gradient{self._rate()} is "
            f"{_written(cell.exact, '.17g')}.\n{off or 'No way of writing it comes to a finite number'}."
            f"{f'{chr(10)}{apart}' if own and math.isfinite(own) else ''}"
        )

    def _rate(self) -> str:
        """Say what lr is, where a schedule changes it."""
        assert self._model.comparison is not None  # noqa: S101  # there are no rows without one
        moment = self._model.comparison.moment
        schedule, rate = moment.settings.schedule, moment.settings.rate(moment.step)
        return "" if schedule.constant else f", lr {rate:.6g} by the schedule,"


def _plain_text(comparison: Comparison) -> str:
    return (
        f"{STEP:39} one rounding\n"
        f"{_spelled(comparison, MANUAL_STEP, 'linear.weight.data.sub_(lr * grad)', 'two roundings')}\n"
        f"{_spelled(comparison, ALPHA, 'linear.weight.data.sub_(grad, alpha=lr)', 'one rounding')}"
    )


def _other_text(comparison: Comparison) -> str:
    title = comparison.moment.settings.title
    return f"{STEP:39} {title}\n{_spelled(comparison, MANUAL_STEP, 'by hand', 'its formula, a line a sum')}"


def _written(number: Fraction, digits: str) -> str:
    try:
        return short_exponent(format(float(number), digits))
    except OverflowError:
        return "beyond the range of float64"


def _verdict(comparison: Comparison) -> str:
    count, finite, differing = len(comparison), comparison.finite(), comparison.differing(MANUAL_STEP)
    if not finite:
        return f"none of the {count} parameters is a finite number any more, so nothing can be compared"
    gone = count - finite
    lost = f"; {gone} of {count} {'is' if gone == 1 else 'are'} no finite number any more" if gone else ""
    if differing:
        verb = "differs in its" if differing == 1 else "differ in their"
        return f"{differing} of {count} parameters {verb} last bits{lost}"
    return f"all {finite} {'finite ' if gone else ''}parameters come to the same bits{lost}"


def _spelled(comparison: Comparison, spelling: str, code: str, rounds: str) -> str:
    differing, count = comparison.differing(spelling), len(comparison)
    verb, largest = "differs" if differing == 1 else "differ", comparison.largest_ulp(spelling)
    apart = f"{differing} of {count} {verb}, by at most {largest:.2g} ulp" if differing else "none differs"
    if not comparison.finite():
        apart = "no finite number"
    return f"{code:39} {rounds}: {apart}"
