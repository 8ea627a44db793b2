"""The parts of the window between the menus and the status line, and how they share the room."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from linviz.core.settings import Settings
from linviz.gui.card import Lights
from linviz.gui.code_panel import CodePanel
from linviz.gui.equation import Equation
from linviz.gui.landscape_page import LandscapePage
from linviz.gui.loss_card import LossCard
from linviz.gui.message_bar import MessageBar
from linviz.gui.reading_bar import ReadingBar
from linviz.gui.spectrum_page import SpectrumPage
from linviz.gui.theme import Theme
from linviz.gui.theory_card import TheoryCard
from linviz.gui.time_line import TimeLine
from linviz.gui.tool_bar import ToolBar
from linviz.gui.tour_panel import TourPanel
from linviz.gui.what_if_page import WhatIfPage
from linviz.gui.why_panel import WhyPanel

EQUATION_SHARE = 0.6
"""Of the height, that the equation takes at most by itself."""
SHARES = 450, 315, 295, 370
"""Widths of loss, theory, code and explanation, before the person says otherwise."""
ROOMY, WIDEN = 1240, 1.3
"""A width that has room for all four, by how much wider at large text; in a narrower one theory and code share a place.
"""
HANDLE = 8


class Desk(QWidget):
    """Tool bar, message, the equation, and below it loss, theory, code and explanation.

    Attributes
    ----------
    tool_bar, message, equation, loss, theory, code, tour, why, time_line
        The parts. The tour stands in the place of the code.
    landscape, what_if, spectrum
        Pages of the theory.
    splitter
        Equation above, the others below.
    below
        The others, beside each other.
    widths
        Theirs, as `share_width` takes them; of two that share a place, both have its width.
    """

    def __init__(self, actions: dict[str, QAction], settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.tool_bar, self.message = ToolBar(actions, settings, self), MessageBar(self)
        self.reading = ReadingBar(self)
        self.equation, self.loss, self.why = Equation(self), LossCard(actions, self), WhyPanel(self)
        self.time_line = TimeLine(actions, self)
        self.code, self.tour = CodePanel(actions, self), TourPanel(self)
        self._code_or_tour = QStackedWidget(self)
        self._code_or_tour.addWidget(self.code)
        self._code_or_tour.addWidget(self.tour)
        self.theory = TheoryCard(actions, self)
        self.landscape = LandscapePage(actions, self.theory)
        self.what_if, self.spectrum = WhatIfPage(self.theory), SpectrumPage(self.theory)
        for page in (("landscape", self.landscape), ("what_if", self.what_if), ("spectrum", self.spectrum)):
            self.theory.add_page(*page)
        self.what_if.chosen.connect(self.tool_bar.learning_rate.choose)
        self._roomy = self._code_first = True
        self._shown, self._text_scale = (True, True), 1.0
        self.widths: tuple[int, ...] = SHARES
        self.below = below = QSplitter(Qt.Orientation.Horizontal, self)
        for part in (self.loss, self.theory, self._code_or_tour, self.why):
            below.addWidget(part)
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
        framed.addWidget(self.reading)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tool_bar)
        column.addLayout(framed)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.time_line)
        # The focus starts, and a click leaves it, where no key is needed, so that all of them are commands.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for told in (self.why.explain_cell, self.landscape.select_cell):
            self.equation.selected.connect(told)
        self.why.explained.connect(self.equation.outline)
        self.code.lit.connect(self.light)
        self.tour.lit.connect(self.light)
        for asked in (self.theory.asked, self.code.theory_asked):
            asked.connect(self._on_theory_asked)
        actions["code"].triggered.connect(self._on_code_asked)
        below.splitterMoved.connect(self._on_splitter_moved)
        self.share_width(())

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours, measures and the size of text."""
        for part in (self.tool_bar, self.equation, self.message, self.time_line):
            part.set_theme(theme)
        for wide in (self.loss, self.theory, self.code, self.tour, self.why):
            wide.set_theme(theme, text_scale)
        for card in (self.loss, self.theory, self.code, self.tour):
            card.set_card_theme(theme)
        self._text_scale = text_scale
        self._share_place()

    def show_tour(self, shown: bool) -> None:
        """Put the tour in the place of the code, or the code back."""
        self._code_or_tour.setCurrentWidget(self.tour if shown else self.code)
        if shown:
            self._on_code_asked()

    def share_height(self, chosen: tuple[int, ...]) -> None:
        """Give the equation what it needs, the rest to the parts below; or what the person gave it."""
        height, below = self.splitter.height(), self._below.minimumSizeHint().height()
        least, most = self.equation.minimumSizeHint().height(), round(height * EQUATION_SHARE)
        if least + HANDLE + below <= height:
            most = max(most, least)  # or it would scroll where there is room for all
        hint = min(self.equation.sizeHint().height(), most)
        self.splitter.setSizes(list(chosen) or [hint, height - hint])

    def share_width(self, chosen: tuple[int, ...]) -> None:
        """Give the parts below what the person gave them, or what they have at first."""
        loss, theory, code, why = self.widths = chosen if len(chosen) == len(SHARES) else SHARES
        if not self._roomy:
            theory = code = max(theory, code)
        self.below.setSizes([loss, theory, code, why])

    def _share_place(self) -> None:
        """Show theory and code where there is room for both, else the one that was asked for last."""
        roomy = self.width() >= ROOMY * min(self._text_scale, WIDEN)
        shown = roomy or not self._code_first, roomy or self._code_first
        if shown != self._shown:
            self._shown, self._roomy = shown, roomy
            for part, seen in zip((self.theory, self._code_or_tour), shown, strict=True):
                part.setVisible(seen)
            for card in (self.theory, self.code):
                card.share_place(not roomy)
            self.share_width(self.widths)

    @Slot()
    def _on_splitter_moved(self) -> None:
        loss, theory, code, why = self.below.sizes()
        self.widths = loss, theory or code, code or theory, why

    @Slot()
    def _on_theory_asked(self) -> None:
        self._code_first = False
        self._share_place()

    @Slot()
    def _on_code_asked(self) -> None:
        self._code_first = True
        self._share_place()

    @Slot(object)
    def light(self, lights: Lights) -> None:
        """Light up the parts that show these fields, and no others."""
        for name, panel in self.equation.shown.items():
            panel.light(lights.get(name, ""))
        self.loss.light(lights.get("loss", ""))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_place()
