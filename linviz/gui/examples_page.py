"""The data that are shipped: what they are, where they come from, under which licence."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QVBoxLayout, QWidget

from linviz.core.examples import EXAMPLES
from linviz.gui.problem_page import Offer, ProblemPage
from linviz.gui.shape_preview import Shape

STORIES = tuple(EXAMPLES.values())


class ExamplesPage(ProblemPage):
    """A button for each, and its story beside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._buttons = QButtonGroup(self)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        for number, example in enumerate(STORIES):
            button = QPushButton(example.name, self)
            button.setObjectName(f"example_{example.name}")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setProperty("choice", "true")
            button.setToolTip(f"The data {example.name}: {example.said}")
            self._buttons.addButton(button, number)
            grid.addWidget(button, number, 0)
            grid.addWidget(self.words(example.said, f"said_{example.name}"), number, 1)
        self._buttons.button(0).setChecked(True)
        self._buttons.idToggled.connect(self._on_toggled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        column.addStretch()

    @Slot(int, bool)
    def _on_toggled(self, _number: int, chosen: bool) -> None:
        if chosen:
            self.changed.emit()

    def offer(self) -> Offer:
        story = STORIES[self._buttons.checkedId()]
        return Offer(story.source(), story.shape, story.said)

    def shape(self) -> Shape:
        return STORIES[self._buttons.checkedId()].shape
