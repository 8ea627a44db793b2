"""What theory knows of the run, as a card of several pages of which one is seen."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from linviz.core.theory import Theory
from linviz.gui.card import Card

if TYPE_CHECKING:
    from linviz.core.snapshot import Burst
    from linviz.gui.theme import Theme

WIDTH, MARGIN, SPACING = 240, 11, 2
UNKNOWN = "appears when the theory of the data is known"


class TheoryPage(QWidget):
    """A page of the theory card. While nobody can see it, it is told nothing and so costs nothing.

    When it comes into sight it is told the theory, and then the last burst.
    """

    def set_theme(self, theme: "Theme", text_scale: float) -> None:
        """Take colours and the size of text."""

    def show_theory(self, theory: Theory | None, why_not: str) -> None:
        """Take the theory of another problem, or why there is none, in a few words; nothing if it isn't known yet."""

    def show_burst(self, burst: "Burst", live: bool) -> None:
        """Show where a command led; during a run, up to 60 times a second and ``live``."""


class TheoryCard(Card):
    """Pages with a row of tabs; each tab is a command of the View menu.

    A part of the program plugs in with ``add_page(name, page)``, where ``name`` is that of its command, an `Entry` of
    the group ``theory``: the tab has the command's short text, tip and keys.
    """

    asked = Signal()
    """A person wants to see a page."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("theory_card")
        self._actions = actions
        self._pages: dict[str, TheoryPage] = {}
        self._buttons: dict[str, QToolButton] = {}
        self._behind: set[str] = set()  # pages that were not told the last of all
        self._theory: Theory | None = None
        self._why_not = ""
        self._burst: Burst | None = None
        self._stack = QStackedWidget(self)
        self._tabs = QHBoxLayout()
        self._tabs.setSpacing(SPACING)
        self._tabs.addStretch(1)
        self._to_code = QToolButton(self)
        self._to_code.setDefaultAction(actions["code"])
        self._to_code.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._to_code.setAccessibleName("show the code in this place")
        self._tabs.addWidget(self._to_code)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 7, MARGIN, 7)
        column.setSpacing(4)
        column.addLayout(self._tabs)
        column.addWidget(self._stack, 1)
        self.share_place(False)

    def add_page(self, name: str, page: TheoryPage) -> None:
        """Add a page, and a tab for the command of this name; the first one added is seen first."""
        action = self._actions[name]
        tab = QToolButton(self)
        tab.setObjectName(f"{name}_tab")
        tab.setDefaultAction(action)
        tab.setAccessibleName(f"{action.text()} tab")
        self._buttons[name] = tab
        self._tabs.insertWidget(len(self._pages), tab)
        self._pages[name] = page
        self._behind.add(name)
        self._stack.addWidget(page)
        action.triggered.connect(self._on_triggered)
        if len(self._pages) == 1:
            action.setChecked(True)

    @property
    def page(self) -> str:
        """The name of the page that is seen."""
        return next((name for name, page in self._pages.items() if page is self._stack.currentWidget()), "")

    def show_page(self, name: str) -> None:
        """Show a page; one that isn't there changes nothing."""
        if name in self._pages:
            self._actions[name].setChecked(True)
            self._stack.setCurrentWidget(self._pages[name])
            self._fit()
            self._catch_up()

    def share_place(self, shared: bool) -> None:
        """Offer the way to the code, where that stands in the same place."""
        self._to_code.setVisible(shared)
        self._fit()

    def _fit(self) -> None:
        """Give each tab its words, or, where there is no room for all, only that of the page that is seen."""
        buttons = [*self._buttons.values(), *([self._to_code] if not self._to_code.isHidden() else [])]
        for button in buttons:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        room = self.width() - 2 * MARGIN
        if sum(button.sizeHint().width() + SPACING for button in buttons) > room:
            for button in buttons:
                if button is not self._buttons.get(self.page):
                    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def set_theme(self, theme: "Theme", text_scale: float) -> None:
        """Take colours and the size of text."""
        self.setMinimumWidth(round(WIDTH * min(text_scale, 1.3)))
        self._fit()
        for page in self._pages.values():
            page.set_theme(theme, text_scale)

    def show_theory(self, theory: Theory | None, why_not: str) -> None:
        """Take the theory of another problem, or why there is none."""
        self._theory, self._why_not = theory, why_not
        self._behind = set(self._pages)
        self._catch_up()

    def put(self, burst: "Burst", live: bool) -> None:
        """Take what a command did."""
        self._burst = burst
        self._behind |= self._pages.keys()
        if self.isVisible() and self._pages:
            name = self.page
            self._behind.discard(name)
            self._pages[name].show_burst(burst, live)

    def _catch_up(self) -> None:
        """Tell the page that is seen what it wasn't told."""
        if not (self.isVisible() and self._pages) or self.page not in self._behind:
            return
        name = self.page
        self._behind.discard(name)
        self._pages[name].show_theory(self._theory, self._why_not)
        if self._burst is not None:
            self._pages[name].show_burst(self._burst, False)

    @Slot()
    def _on_triggered(self) -> None:
        self.show_page(self.sender().objectName())
        self.asked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._catch_up()
