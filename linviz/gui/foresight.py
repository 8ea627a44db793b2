"""What theory knows of the problem that is shown: asked for once, on the worker."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from linviz.core.outlook import Outlook
from linviz.core.settings import Settings
from linviz.core.study import Studied, Study
from linviz.core.theory import Theory

if TYPE_CHECKING:
    from linviz.core.problem import Problem
    from linviz.core.snapshot import Burst
    from linviz.gui.backend import Backend
    from linviz.gui.desk import Desk


class Foresight(QObject):
    """Asks for the theory of each problem that comes, and tells the learning rate how runs go.

    Attributes
    ----------
    theory
        Of the problem that is shown; none before it is known, or if it can't be.
    """

    known = Signal()
    """There is another theory, or none any more."""

    def __init__(self, backend: "Backend", desk: "Desk", parent: QObject) -> None:
        super().__init__(parent)
        self._backend, self._learning_rate = backend, desk.tool_bar.learning_rate
        self.theory: Theory | None = None
        self._why_not = ""
        self._problem: Problem | None = None
        self._settings = Settings()
        backend.delivered.connect(self._on_delivered)
        backend.done.connect(self._on_done)

    @Slot(object)
    def _on_delivered(self, burst: "Burst") -> None:
        settings, self._settings = self._settings, burst.snapshot.settings
        if burst.snapshot.problem is not self._problem:
            self._problem = burst.snapshot.problem
            self._take(None, "")
            self._backend.submit(Study())
        elif settings.title != self._settings.title:
            self._tell()

    @Slot(object, object)
    def _on_done(self, _command: object, result: object) -> None:
        # Of two problems in quick succession the first one's answer is of no use any more.
        if isinstance(result, Studied) and result.problem is self._problem:
            self._take(result.theory, result.why_not)

    def _take(self, theory: Theory | None, why_not: str) -> None:
        self.theory, self._why_not = theory, why_not
        self._tell()
        self.known.emit()

    def _tell(self) -> None:
        if not self._settings.is_plain:
            why_not = f"the limits of the data are those of plain gradient descent, not of {self._settings.title}"
            self._learning_rate.show_outlook(None, why_not)
        else:
            outlook = None if self.theory is None else Outlook.of(self.theory)
            self._learning_rate.show_outlook(outlook, self._why_not)
