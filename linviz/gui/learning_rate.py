"""The learning rate: a logarithmic slider and a free entry."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from linviz.core.outlook import Outlook
from linviz.core.schedule import Schedule
from linviz.core.settings import Settings
from linviz.errors import InputError
from linviz.gui.labels import Caption
from linviz.gui.rate_slider import RateSlider
from linviz.gui.theme import Theme

TIP = "Learning rate η: the update subtracts η times the gradient. Applies from the next update on."
SLIDER_TIP = f"{TIP}  (arrow keys; Page Up and Down: ten times)"
MARKS = "The line on the track stands where runs begin to diverge, the arrow below it at the best rate."


class LearningRate(QWidget):
    """Slider and entry show the same rate, and a line below says how a run goes with it.

    A wrong entry is marked, explained and not applied.
    """

    changed = Signal(float)
    """A rate was chosen."""
    complained = Signal(str)
    """Why what stands in the entry can't be taken; empty when that is over."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings, self._rate = settings, settings.learning_rate
        self._schedule, self._step = settings.schedule, 0
        label = QLabel("η", self)
        label.setToolTip(TIP)
        self._outlook: Outlook | None = None
        self._why_not = ""
        self._slider = RateSlider(self)
        self._slider.setObjectName("learning_rate_slider")
        self._slider.setAccessibleName("learning rate, logarithmic")
        self._going = Caption(self)
        self._going.setObjectName("going")
        self.entry = QLineEdit(self)
        self.entry.setObjectName("learning_rate")
        self.entry.setAccessibleName("learning rate")
        self.entry.setMaxLength(40)
        self.entry.installEventFilter(self)
        label.setBuddy(self.entry)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (label, self._slider, self.entry):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self._going)
        self._slider.valueChanged.connect(self._on_slid)
        self.entry.editingFinished.connect(self._on_entered)
        self.entry.textEdited.connect(self._on_edited)
        self.show_rate(self._rate)

    def show_settings(self, settings: Settings) -> None:
        """Show the rate of settings that are in force; entries are checked by their dtype."""
        self._settings = settings
        self.show_rate(settings.learning_rate)

    def show_rate(self, rate: float) -> None:
        """Show a rate that is in force."""
        self._rate = rate
        self._slider.show_rate(rate)
        self.entry.setText(f"{rate:g}" if float(f"{rate:g}") == rate else repr(rate))
        self.entry.setFixedWidth(self.entry.fontMetrics().horizontalAdvance("0" * 9) + 18)
        self.entry.setCursorPosition(0)
        self._mark("")
        self._tell_going()

    @Slot(float)
    def choose(self, rate: float) -> None:
        """Take a rate that was chosen elsewhere, as if it were on the slider."""
        self.show_rate(rate)
        self.changed.emit(rate)

    def show_step(self, schedule: Schedule, step: int) -> None:
        """Say which rate is in force after so many steps, where a schedule makes it another one at each."""
        if (schedule, step * (not schedule.constant)) != (self._schedule, self._step):
            self._schedule, self._step = schedule, step * (not schedule.constant)
            self._tell_going()

    def show_outlook(self, outlook: Outlook | None, why_not: str = "") -> None:
        """Take what is known of the rates with the present data; if nothing is, why not."""
        self._outlook, self._why_not = outlook, why_not
        self._slider.show_outlook(outlook)
        self._tell_going()

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._slider.set_theme(theme)

    def _tell_going(self) -> None:
        rate = self._rate * self._schedule.factor(self._step)
        if self._outlook is None:
            said = f"How a run goes with it is not known: {self._why_not}." if self._why_not else ""
            words: tuple[str, ...] = ("not known how it goes" if self._why_not else "",)
        else:
            said = f"{self._outlook.sentences(rate)} {MARKS}"
            words = self._outlook.words(rate)
        if not self._schedule.constant:
            now = f"at step {self._step:,}: {rate:.4g}"
            said = f"By the schedule η is {rate!r} at step {self._step:,}. {said}".strip()
            words = (*(f"{now} · {each}" for each in words if each), now)
        self._going.set_texts(*words)
        for widget, tip in ((self._slider, SLIDER_TIP), (self._going, "")):
            widget.setToolTip(f"{tip}\n{said}".strip())
            widget.setAccessibleDescription(f"{tip} {said}".strip())

    @Slot()
    def _on_slid(self) -> None:
        self.choose(self._slider.rate)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        if self.entry.property("wrong") != "true":
            return  # 0.0 may still become 0.05
        try:
            self._checked(text)
        except InputError as error:
            self._mark(str(error))
        else:
            self._mark("")

    @Slot()
    def _on_entered(self) -> None:
        try:
            rate = self._checked(self.entry.text())
        except InputError as error:
            self._mark(str(error))
            return
        self.entry.clearFocus()  # so that the next key is a command again
        if rate != self._rate:
            self.show_rate(rate)
            self.changed.emit(rate)

    def _checked(self, text: str) -> float:
        return replace(self._settings, learning_rate=text).learning_rate  # type: ignore[arg-type]  # it reads text too

    def _mark(self, wrong: str) -> None:
        before = self.entry.property("wrong")
        self.entry.setProperty("wrong", "true" if wrong else "false")
        self.entry.setToolTip(f"{wrong}; the rate in force is {self._rate:g} (Esc brings it back)" if wrong else TIP)
        self.entry.setAccessibleDescription(wrong or TIP)
        if before != self.entry.property("wrong"):
            self.entry.style().unpolish(self.entry)
            self.entry.style().polish(self.entry)
        if before == "true" or wrong:
            self.complained.emit(wrong)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched  # the entry is the only one
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and event.type() == QEvent.Type.KeyPress:
            self.show_rate(self._rate)
            return True
        return False
