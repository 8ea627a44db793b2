"""The loss: its value, its curve, and how the curve is drawn."""

from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from linviz.core.evaluation import Evaluation
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.gui.card import Card
from linviz.gui.evaluation_line import EvaluationLine
from linviz.gui.labels import Badge, Caption
from linviz.gui.loss_plot import LossPlot
from linviz.gui.schedule_plot import SchedulePlot
from linviz.gui.theme import Theme

LEAST_SIZE = 235, 180
MARGIN, SPACING, GAP = 11, 6, 6
LEAST_PLOT = 100
"""Height of the curve beside which there may be a schedule."""


class SelectableLabel(QLabel):
    """A number that can be selected like a cell: by a click, or by Enter while it has the focus."""

    selected = Signal()

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.selected.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.selected.emit()
        else:
            super().keyPressEvent(event)


class LossCard(Card):
    """Curve and read-outs."""

    selected = Signal(str, object)
    """The loss, and its index, which is empty."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.plot = LossPlot(self)
        self._value, self._count = SelectableLabel("–", self), QLabel("0", self)
        self._value.selected.connect(self._on_value_selected)
        self._value.setObjectName("loss_value")
        self._count.setObjectName("step_count")
        self._count.setToolTip("Steps: updates applied so far")
        for label in (self._value, self._count):
            label.setProperty("role", "number")
        self._settings, self._shape, self._counted = Settings(), (1, 1), ""
        self._lengths = 0, 0  # of both texts, for which there is room as it was shared out
        self._badge = Badge(self)
        self._caption = Caption(self)
        title = QLabel("Loss", self)
        title.setProperty("role", "title")
        row = QHBoxLayout()
        row.setSpacing(SPACING)
        row.addWidget(title)
        row.addWidget(self._caption, 1)
        words = {word: QLabel(word, self) for word in ("step", "L =")}
        for caption, label in zip(words.values(), (self._count, self._value), strict=True):
            caption.setProperty("role", "dim")
            row.addWidget(caption)
            row.addWidget(label)
        row.addWidget(self._badge)
        row.addSpacing(GAP)
        self._buttons: list[QToolButton] = []
        for name in ("log_scale", "excess", "reset_zoom"):
            button = QToolButton(self)
            self._buttons.append(button)
            button.setDefaultAction(actions[name])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setAccessibleName(actions[name].text())
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 7, MARGIN, 7)
        layout.setSpacing(2)
        self._prediction = Caption(self)
        self._predicted: tuple[str, ...] = ("",)
        self._rounding = ""
        self.plot.scaled.connect(self._on_scaled)
        self._prediction.setObjectName("prediction")
        self._evaluation = EvaluationLine(self)
        layout.addLayout(row)
        layout.addWidget(self._prediction)
        layout.addWidget(self._evaluation)
        layout.addWidget(self.plot, 1)
        self._schedule: SchedulePlot | None = None  # made when a run needs it
        self._look: tuple[Theme, float] | None = None
        self._dispensable = self._buttons[2:], self._buttons[:2], (words["step"], self._count)
        self._heading = (title, *words.values(), self._count, self._value, self._badge, *self._buttons)
        self.setMinimumSize(*LEAST_SIZE)

    def _fit(self) -> None:
        """Leave out what would cut the loss: first the buttons, which the menu has too, then the step's number."""
        given_up: list[QWidget] = []
        for dispensable in (*self._dispensable, ()):
            shown = [part for part in self._heading if part not in given_up]
            if sum(part.sizeHint().width() + SPACING for part in shown) + GAP <= self.width() - 2 * MARGIN:
                break
            given_up += dispensable
        for part in self._heading:
            part.setVisible(part not in given_up)
        if self._schedule is not None and self._look is not None:
            room = self.height() - self.plot.y() - self._schedule.height() - MARGIN
            self._schedule.set_room(room >= LEAST_PLOT * self._look[1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _on_value_selected(self) -> None:
        self.selected.emit("loss", ())

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours and the size of text."""
        self.plot.set_theme(theme, text_scale)
        self._evaluation.set_theme(theme)
        self._look = theme, text_scale
        if self._schedule is not None:
            self._schedule.set_theme(theme, text_scale)
        self._fit()

    def tell_prediction(self, *texts: str) -> None:
        """Say what is predicted, and the same in fewer and fewer words."""
        self._predicted = texts
        self._on_scaled()

    def tell_rounding(self, dtype: str) -> None:
        """Say that this dtype can't tell the losses from the optimum any more; nothing if it can."""
        if dtype != self._rounding:
            self._rounding = dtype
            self._on_scaled()

    @Slot()
    def _on_scaled(self) -> None:
        """Say also what the axis counts, if that isn't the loss."""
        optimum, texts = self.plot.subtracted, self._predicted
        if self._counted:
            texts = (*(f"{self._counted}; {each}" if each else self._counted for each in texts), self._counted)
        if optimum is not None:
            alone = ("thin: each eigen-direction alone",) if self.plot.parted else ()
            counted = f"loss − optimum {optimum:.4g}", *alone
            short = "loss − optimum"
            texts = ("; ".join((*counted, texts[0])), *(f"{counted[0]}; {each}" for each in texts), counted[0], short)
            if self._rounding:
                rounds = f"here {self._rounding} rounds"
                texts = (*(f"{rounds}: {each}" for each in texts), rounds)
        self._prediction.set_texts(*texts)
        self._prediction.setToolTip(texts[0])

    def start(self, samples: int, outputs: int) -> None:
        """Begin with an empty curve of losses over this many numbers."""
        self.plot.start()
        self._shape = samples, outputs
        self.take_settings(self._settings)

    def take_settings(self, settings: Settings) -> None:
        """Say which loss it is, of how many numbers; below the title too where it isn't the notebook's."""
        self._settings, criterion, (samples, outputs) = settings, settings.criterion, self._shape
        training = samples - settings.split.tests(samples)
        batch, whole = settings.batches.batch, settings.batches.all_at_once(training)
        shape = f"{training:,} × {outputs}" if whole else f"a batch of {batch} of {training:,} × {outputs}"
        if not whole and batch and training % batch:
            shape = shape.replace("batch of", "batch of up to")  # the last of an epoch has what is left
        formula = criterion.formula
        self._caption.set_texts(
            f"{criterion.name}: {formula} over {shape} numbers · ○ = manual step",
            f"{formula} over {shape} · ○ = manual",
            f"{formula} · ○ = manual",
            formula,
            criterion.name,
            "",
        )
        root = "; no square root is taken" if criterion.loss == "MSE" else ""
        self._caption.setToolTip(f"What nn.{criterion.name} computes: the {formula}, over samples × outputs{root}")
        usual = Settings(criterion=criterion, batches=settings.batches, split=settings.split) == Settings()
        self._counted = "" if usual else f"{formula} over {shape}"
        self._on_scaled()

    def show_snapshot(self, snapshot: Snapshot, evaluation: Evaluation | None = None) -> None:
        """Show loss and step count of a moment, and how good its parameters are, if that is known."""
        if snapshot.settings is not self._settings:
            self.take_settings(snapshot.settings)
        self._evaluation.show_evaluation(evaluation, snapshot)
        self._show_schedule(snapshot)
        loss, freshness = snapshot.loss, snapshot.freshness("loss")
        self._value.setText("–" if loss is None else _short(loss))
        exact = "not computed yet" if loss is None else f"{loss!r}, {freshness}"
        self._value.setAccessibleName(f"loss {exact}")
        self._value.setToolTip(f"Loss: {exact}. Click, or press Enter, to see why")
        self._count.setText(str(snapshot.step))
        self._count.setAccessibleName(f"step {snapshot.step}")
        self._badge.show_freshness(freshness)
        lengths = len(self._value.text()), len(self._count.text())
        if lengths != self._lengths:
            self._lengths = lengths
            self._fit()

    def _show_schedule(self, moment: Snapshot) -> None:
        if self._schedule is None:
            if moment.settings.schedule.constant:
                return
            self._schedule = SchedulePlot(self.plot, self)
            if self._look is not None:
                self._schedule.set_theme(*self._look)
            cast("QVBoxLayout", self.layout()).addWidget(self._schedule)
            self._fit()
        self._schedule.show_moment(moment.settings, moment.step)


def _short(loss: float) -> str:
    """Write as cells do, by its exponent where four decimals would say nothing or too much."""
    return f"{loss:.4f}" if loss == 0 or 1e-3 <= abs(loss) < 1e6 else f"{loss:.4e}"  # noqa: PLR2004  # where 4 decimals tell
