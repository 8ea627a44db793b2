"""The parts of the window between the menus and the status line, and how they share the room."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from linviz.core.settings import Settings
from linviz.gui.card import Lights
from linviz.gui.code_panel import CodePanel
from linviz.gui.equation import Equation
from linviz.gui.loss_card import LossCard
from linviz.gui.message_bar import MessageBar
from linviz.gui.theme import Theme
from linviz.gui.time_line import TimeLine
from linviz.gui.tool_bar import ToolBar
from linviz.gui.tour_panel import TourPanel
from linviz.gui.why_panel import WhyPanel

EQUATION_SHARE = 0.6
"""Of the height, that the equation takes at most by itself."""
SHARES = 490, 420, 450
"""Widths of loss, code and explanation, before the person says otherwise."""
HANDLE = 8


class Desk(QWidget):
    """Tool bar, message, the equation, and below it loss, code and explanation.

    Attributes
    ----------
    tool_bar, message, equation, loss, code, tour, why, time_line
        The parts. The tour stands in the place of the code.
    splitter
        Equation above, the others below.
    """

    def __init__(self, actions: dict[str, QAction], settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.tool_bar, self.message = ToolBar(actions, settings, self), MessageBar(self)
        self.equation, self.loss, self.why = Equation(self), LossCard(actions, self), WhyPanel(self)
        self.time_line = TimeLine(actions, self)
        self.code, self.tour = CodePanel(actions, self), TourPanel(self)
        self._code_or_tour = QStackedWidget(self)
        self._code_or_tour.addWidget(self.code)
        self._code_or_tour.addWidget(self.tour)
        below = QSplitter(Qt.Orientation.Horizontal, self)
        for part in (self.loss, self._code_or_tour, self.why):
            below.addWidget(part)
        below.setSizes(list(SHARES))
        for at, share in enumerate(SHARES):
            below.setStretchFactor(at, share)
        self._below = QWidget(self)  # a splitter doesn't count its margins into its smallest size, a layout does
        margins = QVBoxLayout(self._below)
        margins.setContentsMargins(10, 2, 10, 4)
        margins.addWidget(below)
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.addWidget(self.equation.in_scroll_area())
        self.splitter.addWidget(self._below)
        self.splitter.setStretchFactor(1, 1)
        for splitter in (below, self.splitter):
            splitter.setHandleWidth(HANDLE)
            splitter.setChildrenCollapsible(False)
        framed = QVBoxLayout()
        framed.setContentsMargins(10, 0, 10, 0)
        framed.addWidget(self.message)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tool_bar)
        column.addLayout(framed)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.time_line)
        # The focus starts, and a click leaves it, where no key is needed, so that all of them are commands.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for panel in self.equation.panels.values():
            panel.selected.connect(self.why.explain_cell)
        self.why.explained.connect(self.equation.outline)
        self.code.lit.connect(self.light)
        self.tour.lit.connect(self.light)

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours, measures and the size of text."""
        for part in (self.tool_bar, self.equation, self.message, self.time_line):
            part.set_theme(theme)
        for wide in (self.loss, self.code, self.tour, self.why):
            wide.set_theme(theme, text_scale)
        for card in (self.loss, self.code, self.tour):
            card.set_card_theme(theme)

    def show_tour(self, shown: bool) -> None:
        """Put the tour in the place of the code, or the code back."""
        self._code_or_tour.setCurrentWidget(self.tour if shown else self.code)

    def share_height(self, chosen: tuple[int, ...]) -> None:
        """Give the equation what it needs, the rest to the parts below; or what the person gave it."""
        height, below = self.splitter.height(), self._below.minimumSizeHint().height()
        least, most = self.equation.minimumSizeHint().height(), round(height * EQUATION_SHARE)
        if least + HANDLE + below <= height:
            most = max(most, least)  # or it would scroll where there is room for all
        hint = min(self.equation.sizeHint().height(), most)
        self.splitter.setSizes(list(chosen) or [hint, height - hint])

    @Slot(object)
    def light(self, lights: Lights) -> None:
        """Light up the parts that show these fields, and no others."""
        for name, panel in self.equation.panels.items():
            panel.light(lights.get(name, ""))
        self.loss.light(lights.get("loss", ""))
