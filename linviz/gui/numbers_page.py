"""A page of the theory card that shows numbers, and so as often as one can read them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from linviz.core.theory import Theory
from linviz.gui.numbers import NUMBERS_EVERY
from linviz.gui.theory_card import UNKNOWN, TheoryPage

if TYPE_CHECKING:
    from linviz.core.snapshot import Burst, Snapshot


class NumbersPage(TheoryPage):
    """During a run it shows a moment every `NUMBERS_EVERY` seconds, and after it the last one.

    Attributes
    ----------
    theory, moment
        What there is to show; none before it is known.
    """

    title = ""
    """What the page shows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theory: Theory | None = None
        self.moment: Snapshot | None = None
        self._why_not = ""
        self._waiting = False
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(round(1000 * NUMBERS_EVERY))
        self._pace.timeout.connect(self._on_pace)

    @property
    def nothing(self) -> str:
        """Why there is nothing to see."""
        return f"{self.title}: {self._why_not or UNKNOWN}"

    def refresh(self) -> None:
        """Show theory and moment, or that there are none."""
        raise NotImplementedError

    def show_theory(self, theory: Theory | None, why_not: str) -> None:
        self.theory, self._why_not = theory, why_not
        self.refresh()

    def show_burst(self, burst: "Burst", live: bool) -> None:
        self.moment = burst.snapshot
        if live and self._pace.isActive():
            self._waiting = True
            return
        self._waiting = False
        self.refresh()
        if live:
            self._pace.start()

    @Slot()
    def _on_pace(self) -> None:
        if self._waiting and self.isVisible():
            self._waiting = False
            self.refresh()
            self._pace.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_pace()
