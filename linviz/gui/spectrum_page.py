"""Spectrum: how steep the loss is along each eigen-direction, how descent goes there and what is left to go."""

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from linviz.core.directions import Directions, Manner
from linviz.core.snapshot import Array, Snapshot
from linviz.core.theory import Parameters, Theory
from linviz.gui.eigenvector_table import EigenvectorModel, EigenvectorTable
from linviz.gui.labels import Caption
from linviz.gui.numbers_page import NumbersPage
from linviz.gui.spectrum_model import SpectrumModel
from linviz.gui.spectrum_table import SpectrumTable

if TYPE_CHECKING:
    from linviz.core.settings import Settings
    from linviz.gui.theme import Theme

COUNTED = {
    Manner.DIVERGES: "diverge",
    Manner.OVERSHOOTS: "overshoot",
    Manner.SWINGS: "swing",
    Manner.CONVERGES: "converge",
    Manner.FLAT: "are flat",
}
"""What several directions do, the worst first."""


class SpectrumPage(NumbersPage):
    """The directions, beside them the eigenvector of the one that is chosen, and below what it means."""

    title = "Spectrum"

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._directions: Directions | None = None
        self._known_for: tuple[Theory, Settings, float] | None = None
        self._begun: Parameters | None = None
        self._start: Array = np.empty(0)  # errors there
        self.model, self._vector = SpectrumModel(self), EigenvectorModel(self)
        self.caption = Caption(self)
        self.caption.setObjectName("spectrum_manners")
        self.table, self.eigenvector = SpectrumTable(self.model, self), EigenvectorTable(self._vector, self)
        self.said = QLabel(self)
        self.said.setObjectName("spectrum_direction")
        self.said.setProperty("role", "dim")
        self.said.setWordWrap(True)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.table, 1)
        row.addWidget(self.eigenvector)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.caption)
        column.addLayout(row, 1)
        column.addWidget(self.said)
        column.addStretch()
        self.table.chosen.connect(self._on_chosen)

    def set_theme(self, theme: "Theme", text_scale: float) -> None:
        del text_scale  # the style sheet has it
        self.table.set_theme(theme)
        self.eigenvector.set_theme(theme)
        self.said.ensurePolished()
        self.said.setFixedHeight(3 * self.said.fontMetrics().lineSpacing() + 2)  # or the table would move with the text
        self._fit()

    def show_start(self, start: Parameters | None) -> None:
        """Take the parameters at the start of the run, whose errors are what is left of; comes before the theory."""
        self._begun, self._known_for = start, None

    def refresh(self) -> None:
        known = self.theory is not None and self.moment is not None
        self.table.setVisible(known)
        self.eigenvector.setVisible(known)
        self._column.setStretch(1, int(known))  # without the tables, the words take their place
        if self.theory is None or self.moment is None:
            self._known_for = None
            self.model.show_directions(None, np.empty(0))
            self.caption.set_texts("")
            self.said.setText(self.nothing)
            return
        other = self._ask(self.theory, self.moment)
        directions, now = self._directions, Parameters(self.moment.weight, self.moment.bias)
        assert directions is not None  # noqa: S101  # it was just asked for; this tells the type checker
        self.model.show_directions(directions, directions.remaining(self._start, directions.errors(now)))
        if not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        elif other:
            self._on_chosen(self.table.row())
        self.said.setText(self.model.sentence(self.table.row()))

    def _ask(self, theory: Theory, moment: Snapshot) -> bool:
        """Find out how the directions go under the settings of a moment, unless that is known."""
        asked = theory, moment.settings, moment.settings.rate(moment.step)
        if self._known_for == asked:
            return False
        self._known_for = asked
        directions = self._directions = Directions.of(theory, moment.settings, moment.step)
        self._start = directions.errors(self._begun or Parameters(moment.weight, moment.bias))
        how = Counter(directions.manners)
        words = ", ".join(f"{how[manner]} {word}" for manner, word in COUNTED.items() if how[manner])
        unknown = (
            directions.why_not,
            directions.why_not.partition(",")[0].removeprefix("the course ").removeprefix("of "),
        )
        self.caption.set_texts(*((f"eigen-directions: {words}", words) if words else unknown))
        self.caption.setToolTip(directions.why_not or directions.theory.rank_meaning)
        return True

    def _fit(self) -> None:
        """Let both tables be as high as what they show, and no higher, so that the words stand right below."""
        header = max(each.horizontalHeader().sizeHint().height() for each in (self.table, self.eigenvector))
        for each in (self.table, self.eigenvector):
            each.horizontalHeader().setFixedHeight(header)
        self.table.setMaximumHeight(self.table.whole_height())
        self.eigenvector.setMaximumHeight(self.eigenvector.whole_height())
        self.eigenvector.updateGeometry()

    @Slot(int)
    def _on_chosen(self, row: int) -> None:
        if self._directions is not None and row < self.model.rowCount():
            names = self.moment.problem.x_names if self.moment is not None else ()
            vector, inputs = self._directions.vector(self.model.direction(row)), self._directions.theory.inputs
            self._vector.show_vector(vector, inputs, names)
            self._fit()
            self.said.setText(self.model.sentence(row))
