"""What theory knows of the problem that is shown, asked for once on the worker, and what it predicts of the run."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from linviz.core.descent import Descent
from linviz.core.forecast import Forecast
from linviz.core.outlook import Outlook
from linviz.core.schedule import Schedule
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot, Update
from linviz.core.study import Studied, Study, fits
from linviz.core.theory import Theory
from linviz.errors import InputError

if TYPE_CHECKING:
    from linviz.core.snapshot import Burst
    from linviz.gui.backend import Backend
    from linviz.gui.desk import Desk

CHANGED, LEFT = "where η changed", "where an update again left the prediction before"
CAUSES = {CHANGED: "η changed", LEFT: "update again", "": ""}
"""Of another prediction, and the same in fewer words."""
AGAIN = Update.AGAIN, Update.AGAIN_BY_HAND


class Foresight(QObject):
    """Tells the learning rate how runs go, the loss plot what it will show, and the theory card what is known.

    A prediction is made where a run begins, and again at the present point where the run left the one before: by a
    change of the rate, an update again, a move to where something else led. Plain steps cost it a comparison a burst.

    Attributes
    ----------
    theory
        Of the problem that is shown; none before it is known, or if it can't be.
    forecast
        What the run does next if only steps are made; none without a theory, or after rounding led the run elsewhere.
    """

    known = Signal()
    """There is another theory, or none any more."""
    predicted = Signal(object)
    """Another `Forecast`, or none any more."""

    def __init__(self, backend: "Backend", desk: "Desk", parent: QObject) -> None:
        super().__init__(parent)
        self._backend, self._learning_rate, self._loss = backend, desk.tool_bar.learning_rate, desk.loss
        self._card, self._spectrum = desk.theory, desk.spectrum
        self.theory: Theory | None = None
        self.forecast: Forecast | None = None
        self._why_not = ""
        self._asked: Snapshot | None = None  # whose theory was asked for last
        self._moment: Snapshot | None = None
        self._branch = 0
        backend.delivered.connect(self._on_delivered)
        backend.done.connect(self._on_done)

    @Slot(object)
    def _on_delivered(self, burst: "Burst") -> None:
        before, self._moment = self._moment, burst.snapshot
        branch, self._branch = self._branch, burst.place.branch if burst.place else 0
        if self._asked is None or not fits(self._asked, burst.snapshot):
            self._asked = burst.snapshot
            self._take(None, "")
            self._backend.submit(Study())
            return
        if before is not None and before.settings.description != burst.snapshot.settings.description:
            self._tell()
        if self.theory is not None and before is not None:
            left = branch != self._branch or before.settings != burst.snapshot.settings
            if left or (self.forecast is not None and not self.forecast.leads_to(before, burst)):
                self._predict(_cause(before, burst.snapshot))

    @Slot()
    def check(self) -> None:
        """Look whether the run is where it was predicted to be; so often as its numbers are shown."""
        if self.forecast is not None and self._moment is not None and not self.forecast.agrees(self._moment):
            self.forecast = None
            self._show(
                "the run has left its prediction, which is that of exact arithmetic: "
                f"here {self._moment.settings.dtype} rounds",
                "the run has left its prediction: it is rounded",
                "prediction left",
            )
        below = self.forecast is not None and self._moment is not None and self.forecast.below_rounding(self._moment)
        self._loss.tell_rounding(self._moment.settings.dtype if below and self._moment is not None else "")

    @Slot(object, object)
    def _on_done(self, _command: object, result: object) -> None:
        # Of two problems in quick succession the first one's answer is of no use any more.
        if isinstance(result, Studied) and self._asked is not None and result.fits(self._asked):
            self._spectrum.show_start(result.start)
            self._take(result.theory, result.why_not)

    def _take(self, theory: Theory | None, why_not: str) -> None:
        self.theory, self._why_not = theory, why_not
        self._card.show_theory(theory, why_not)
        self._tell()
        if theory is not None:
            self._predict("")
        else:
            self.forecast = None
            self._show(*((f"nothing is predicted: {why_not}", "nothing is predicted") if why_not else ("",)))
        self.known.emit()

    def _tell(self) -> None:
        """Tell the learning rate how runs go, if they are those of SGD on all samples."""
        settings = Settings() if self._moment is None else self._moment.settings
        if settings.optimizer != "SGD" or settings.batches.batch is not None:
            what = settings.title if settings.optimizer != "SGD" else f"batches of {settings.batches.batch}"
            why_not = f"the limits of the data are those of gradient descent on all of them, not of {what}"
            self._learning_rate.show_outlook(None, why_not)
        elif self.theory is None:
            self._learning_rate.show_outlook(None, self._why_not)
        else:  # a schedule changes the rate alone
            descent = Descent.of(replace(settings, schedule=Schedule()))
            if descent.drive:
                self._learning_rate.show_outlook(Outlook.of(self.theory, descent))
            else:
                self._learning_rate.show_outlook(None, "with dampening 1 no step but the first follows a gradient")

    def _predict(self, cause: str) -> None:
        assert self.theory is not None  # noqa: S101  # whoever asks has looked; this tells the type checker
        assert self._moment is not None  # noqa: S101  # as above
        try:
            self.forecast = Forecast.of(self.theory, self._moment)
        except InputError as error:
            self.forecast = None
            self._show(f"nothing is predicted: {error}", "nothing is predicted")
            return
        first, rate = self.forecast.first, self._moment.settings.learning_rate
        begin = f"from step {first:,}" if first else "from the start"
        brief = CAUSES[cause] and f" ({CAUSES[cause]})"
        self._show(
            f"dashed: predicted {begin} at η = {rate:g}{cause and f', {cause}'}",
            f"dashed: predicted {begin}{brief} at η = {rate:g}",
            f"dashed: predicted {begin}{brief}",
            "dashed: predicted",
        )

    def _show(self, *texts: str) -> None:
        optimum = None if self.theory is None else self.theory.optimal_loss
        self._loss.plot.show_forecast(self.forecast, optimum)
        self._loss.tell_prediction(*texts)
        self.predicted.emit(self.forecast)


def _cause(before: Snapshot, after: Snapshot) -> str:
    """Say what led a run away from its prediction."""
    if before.run == after.run and before.settings != after.settings:
        return CHANGED
    if after.last_update in AGAIN and after.step > before.step:
        return LEFT
    return ""
