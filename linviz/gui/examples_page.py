"""The data that are shipped: what they are, where they come from, under which licence."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from linviz.core.examples import EXAMPLES, Example
from linviz.gui.problem_page import Offer, ProblemPage
from linviz.gui.shape_preview import Shape
from linviz.gui.tick_box import TickBox

SIDES = "x", "y"


class ExamplesPage(ProblemPage):
    """A button for each, and its story beside it; tables can be standardised.

    Parameters
    ----------
    dtype
        Of the settings in force.
    parent
        The part it stands in.
    """

    def __init__(self, dtype: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._dtype = dtype
        self._buttons = QButtonGroup(self)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        for number, example in enumerate(EXAMPLES.values()):
            button = QPushButton(example.name, self)
            button.setObjectName(f"example_{example.name}")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setProperty("choice", "true")
            button.setToolTip(example.said)
            self._buttons.addButton(button, number)
            grid.addWidget(button, number, 0)
            grid.addWidget(self.words(_story(example), f"said_{example.name}"), number, 1)
        self._boxes = {side: TickBox(f"Standardise {side}", self) for side in SIDES}
        ticks = QHBoxLayout()
        ticks.setSpacing(18)
        for side, box in self._boxes.items():
            box.setObjectName(f"example_standardize_{side}")
            box.setToolTip(f"Take its mean from each column of {side} and divide by its standard deviation")
            box.toggled.connect(self.changed)
            ticks.addWidget(box)
        ticks.addStretch()
        self._buttons.button(0).setChecked(True)
        self._buttons.idToggled.connect(self._on_toggled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addLayout(grid)
        column.addLayout(ticks)
        column.addStretch()
        self._offer_ticks()

    @property
    def _example(self) -> Example:
        return list(EXAMPLES.values())[self._buttons.checkedId()]

    def _offer_ticks(self) -> None:
        """Offer to standardise a table; the notebook's numbers are as it printed them."""
        for box in self._boxes.values():
            box.setEnabled(bool(self._example.x))

    @Slot(int, bool)
    def _on_toggled(self, _number: int, chosen: bool) -> None:
        if chosen:
            self._offer_ticks()
            self.changed.emit()

    def offer(self) -> Offer:
        example = self._example
        ticked = tuple(side for side, box in self._boxes.items() if box.isChecked() and box.isEnabled())
        return Offer(example.source(ticked, self._dtype), example.shape, f"{example.name}, in {self._dtype}")

    def shape(self) -> Shape:
        return self._example.shape


def _story(example: Example) -> str:
    samples, inputs, outputs = example.shape
    columns = f" · {', '.join(example.x)} → {', '.join(example.y)}" if example.x else ""
    return f"{samples} × {inputs} → {outputs}{columns}\n{example.said}"
