"""What if: the loss after the update to come at any learning rate, and gauges of the step."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from linviz.core.gauges import gauges
from linviz.core.what_if import WhatIf
from linviz.gui.gauge_row import GaugeRow
from linviz.gui.labels import Caption
from linviz.gui.numbers import brief
from linviz.gui.numbers_page import NumbersPage
from linviz.gui.what_if_plot import WhatIfPlot

if TYPE_CHECKING:
    from linviz.gui.theme import Theme

GAUGES = 5
LEAST, PLOT, SPACING = 90, 96, 2
"""The plot's height at least, and where there are gauges too; and what is between the parts."""


class WhatIfPage(NumbersPage):
    """The line, on which a rate is chosen, and below it the gauges."""

    title = "What if"
    chosen = Signal(float)
    """A learning rate."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text_scale = 1.0
        self.caption = Caption(self)
        self.caption.setObjectName("what_if_line")
        self.plot, self.gauges = WhatIfPlot(self), GaugeRow(GAUGES, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addWidget(self.caption)
        column.addWidget(self.plot, 1)
        column.addWidget(self.gauges)
        self.plot.setMinimumSize(120, LEAST)
        self.plot.chosen.connect(self._on_chosen)
        self.plot.pointed.connect(self._on_pointed)

    def set_theme(self, theme: "Theme", text_scale: float) -> None:
        self.plot.set_theme(theme, text_scale)
        self.gauges.set_theme(theme, text_scale)
        self._text_scale = text_scale
        self._fit()

    def refresh(self) -> None:
        known = self.theory is not None and self.moment is not None
        self.gauges.setVisible(known)
        if self.theory is None or self.moment is None:
            self._tell("")
            self.plot.show_what_if(None, 0.0, self.nothing)
            return
        what_if = WhatIf.of(self.theory, self.moment)
        rate = self.plot.rate if self.plot.dragging else what_if.rate  # the worker's answer is still on its way
        self.plot.show_what_if(what_if, rate)
        self._show_rate(what_if, rate)

    def _fit(self) -> None:
        """Give the gauges what the plot can spare of the height."""
        plot = round(PLOT * min(self._text_scale, 1.2))
        self.gauges.fit(self.height() - self.caption.sizeHint().height() - plot - 2 * SPACING)

    def _show_rate(self, what_if: WhatIf, rate: float) -> None:
        self.gauges.show_gauges(gauges(what_if, rate))
        self._tell(*_words(what_if))
        self.caption.setToolTip(what_if.sentence(rate))

    def _tell(self, *texts: str) -> None:
        if texts[0] != self.caption.text():
            self.caption.set_texts(*texts)

    @Slot(float)
    def _on_chosen(self, rate: float) -> None:
        if self.plot.what_if is not None:
            self._show_rate(self.plot.what_if, rate)
            moment = self.plot.what_if.moment
            factor = moment.settings.schedule.factor(moment.step)  # what is chosen is the rate before it
            if factor:  # or it makes 0 of every rate
                self.chosen.emit(rate if factor == 1 else float(f"{rate / factor:.4g}"))

    @Slot(object)
    def _on_pointed(self, rate: float | None) -> None:
        """Say what the rate under the mouse would come to."""
        what_if = self.plot.what_if
        if what_if is not None:
            self._tell(*(_words(what_if) if rate is None else _would_be(what_if, rate)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _words(what_if: WhatIf) -> tuple[str, ...]:
    """Say what is drawn, and the same in fewer and fewer words."""
    if not (what_if.objective.finite and what_if.objective.curvature):
        return ("",)
    if not what_if.straight:
        return *(f"loss by rate η {words}" for words in what_if.words), what_if.words[-1]
    if what_if.decays:
        begin, end = "loss + decay by rate η", "; thin: loss alone"
        return *(f"{begin} {words}{end}" for words in what_if.words), f"{begin}{end}", "thin: loss alone"
    return *(f"loss by rate η {words}" for words in what_if.words), "loss by rate η"


def _would_be(what_if: WhatIf, rate: float) -> tuple[str, ...]:
    at = np.array([rate])
    loss, change = (float(each(at)[0]) for each in (what_if.loss.at, what_if.loss.change))
    line = "" if what_if.straight else " along −∂L/∂θ"
    short = f"η {brief(rate, 4)}{line}: L {brief(loss, 5)} ({brief(change, sign=True)})"
    return f"at η = {brief(rate, 4)}{line} the loss would be {brief(loss, 6)}, {brief(change, sign=True)}", short
