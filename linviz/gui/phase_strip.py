"""The phases of the iteration as chips: done, next, to come."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from linviz.core.snapshot import PHASES, Phase
from linviz.gui.fields import PHASE_TEXTS
from linviz.gui.theme import Theme

PADDING, RADIUS = 9, 6


class PhaseStrip(QWidget):
    """Paints the five phases and where the iteration stands."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("phases")
        self._theme: Theme | None = None
        self._next = Phase.FORWARD
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_phase(Phase.FORWARD)

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_phase(self, phase: Phase) -> None:
        """Mark the phase that comes next; those before it in the iteration are done."""
        self._next = phase
        states = (f"{PHASE_TEXTS[each][0]} {self.state(each)}" for each in PHASES)
        self.setAccessibleName("Phases of the iteration: " + ", ".join(states))
        self.update()

    def state(self, phase: Phase) -> str:
        """Tell whether a phase is ``done``, ``next`` or ``to come``."""
        if phase is self._next:
            return "next"
        return "done" if PHASES.index(phase) < PHASES.index(self._next) else "to come"

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            for phase, rect in self._chips().items():
                if rect.contains(event.pos()):
                    QToolTip.showText(event.globalPos(), f"{PHASE_TEXTS[phase][1]}  ({self.state(phase)})", self)
                    return True
        return super().event(event)

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def _chips(self) -> dict[Phase, QRectF]:
        metrics = QFontMetrics(self._bold())
        left, chips = 0.5, {}
        for phase in PHASES:
            width = metrics.horizontalAdvance(PHASE_TEXTS[phase][0]) + 2 * PADDING
            chips[phase] = QRectF(left, 0.5, width, self.sizeHint().height() - 1)
            left += width
        return chips

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._bold())
        texts = sum(metrics.horizontalAdvance(text) for text, _ in PHASE_TEXTS.values())
        return QSize(texts + 2 * PADDING * len(PHASE_TEXTS) + 1, metrics.height() + 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._theme
        if theme is None:
            return
        colours = {
            "done": (theme.done, theme.on_done),
            "next": (theme.next, theme.on_next),
            "to come": (theme.card, theme.dim),
        }
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chips = self._chips()
        outline = QPainterPath()
        whole = chips[PHASES[0]].united(chips[PHASES[-1]])
        outline.addRoundedRect(whole, RADIUS, RADIUS)
        painter.setClipPath(outline)
        for phase, rect in chips.items():
            back, ink = colours[self.state(phase)]
            painter.fillRect(rect, QColor(back))
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(rect.topRight(), rect.bottomRight())
            painter.setPen(QColor(ink))
            painter.setFont(self._bold() if self.state(phase) == "next" else self.font())
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, PHASE_TEXTS[phase][0])
        painter.setClipping(False)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.drawPath(outline)
        painter.end()
