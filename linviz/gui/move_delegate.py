"""Paints a parameter and how an update moved it."""

import math

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPolygonF

from linviz.gui.array_model import ArrayModel
from linviz.gui.cell_delegate import GAP, MARGIN, NO_PEN, PADDING, CellDelegate
from linviz.gui.numbers import change_text, fitted
from linviz.gui.theme import Theme

LINES = 3
BAR = 3
"""Pixels of height of the bar under a Δ."""
CORNER = 7
"""Pixels of the mark of the parameter that moved most."""


class MoveDelegate(CellDelegate):
    """A number, or old → new → Δ on three lines; the parameter that moved most has a triangle in its corner.

    The triangle points the way it moved. The bar under Δ begins in the middle, and is as long as half the cell for the
    parameter that moved most.

    Attributes
    ----------
    stacked
        Whether all three are shown.
    """

    _model: ArrayModel

    def __init__(self, model: ArrayModel, parent: QObject) -> None:
        super().__init__(model, parent)
        self.stacked = False

    def set_theme(self, theme: Theme, metrics: QFontMetricsF) -> None:
        """Take colours and the font's measures."""
        super().set_theme(theme, metrics)
        self._mark, self._dim = QColor(theme.text), QColor(theme.dim)
        self._bars = QColor(theme.negative), QColor(theme.positive)
        self._back = QColor(theme.card)
        self._line = metrics.height()
        if self.stacked:
            self.cell = QSize(self.cell.width(), math.ceil(LINES * self._line) + MARGIN + 2 * BAR)

    def _paint_value(self, painter: QPainter, rect: QRect, row: int, column: int, value: float) -> None:
        if not self.stacked:
            super()._paint_value(painter, rect, row, column, value)
        else:
            self._paint_stack(painter, rect, row, column, value)
        if self._model.most_moved == (row, column):
            self._paint_mark(painter, rect, up=self._model.change(row, column) > 0)

    def _paint_stack(self, painter: QPainter, rect: QRect, row: int, column: int, value: float) -> None:
        old = self._model.old
        room = int((rect.right() + 1 - PADDING - rect.left()) / self._digit)
        if old is None:
            self._paint_line(painter, rect, 1, "", fitted(value, room))
            return
        change, share = self._model.change(row, column), self._model.share(row, column)
        # Only the number that holds now has its heat colour; on it what was before could not be written paler.
        half, top, inner = rect.width() / 2 - GAP, rect.top() + MARGIN - GAP, rect.adjusted(GAP, GAP, -GAP, -GAP)
        painter.fillRect(QRectF(inner.left(), inner.top(), 2 * half, self._line + top - inner.top()), self._back)
        painter.fillRect(
            QRectF(inner.left(), top + 2 * self._line, 2 * half, inner.bottom() - top - 2 * self._line + 1), self._back
        )
        left = rect.left() + GAP + half * min(1 + share, 1)
        painter.fillRect(QRectF(left, rect.bottom() - BAR, half * abs(share), BAR), self._bars[share > 0])
        self._paint_line(painter, rect, 0, "", fitted(old[row, column].item(), room), dim=True)
        self._paint_line(painter, rect, 1, "→", fitted(value, room))
        self._paint_line(painter, rect, 2, "Δ", change_text(change, room))

    def _paint_line(
        self, painter: QPainter, rect: QRect, line: int, sign: str, text: str, *, dim: bool = False
    ) -> None:
        base = rect.top() + self._baseline + line * self._line
        left = rect.right() + 1 - PADDING - len(text) * self._digit
        if rect.left() + PADDING + self._digit < left:  # or it is told by its place alone
            painter.setPen(self._dim)
            painter.drawText(QPointF(rect.left() + PADDING, base), sign)
        painter.setPen(self._dim if dim else self._text)
        painter.drawText(QPointF(left, base), text)

    def _paint_mark(self, painter: QPainter, rect: QRect, *, up: bool) -> None:
        left, top = rect.left() + 2, rect.top() + 3
        tip, foot = (top, top + CORNER - 1) if up else (top + CORNER - 1, top)
        painter.setPen(NO_PEN)
        painter.setBrush(self._mark)
        painter.drawPolygon(
            QPolygonF([QPointF(left, foot), QPointF(left + CORNER, foot), QPointF(left + CORNER / 2, tip)])
        )
