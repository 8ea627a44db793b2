"""Paints numbers of samples: marks those in use and the test set, and lets the others step back."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from linviz.gui.cell_delegate import ANTIALIASING, GAP, NO_PEN, RADIUS, CellDelegate
from linviz.gui.sample_model import SampleModel
from linviz.gui.samples_in_use import Part
from linviz.gui.theme import Theme

FADED = 0.2
"""Opacity of the heat colour of samples that are not in use; on it the paler text is readable."""
BAR, INSET = 2, 3
"""Width of the bar at the left of a sample, and by how much it is shorter than its cell above and below."""


class SampleDelegate(CellDelegate):
    """Where all samples are in use it paints as any cell is painted.

    Else a bar stands at the left of each sample in use, a hollow one at those of the test set.
    """

    def __init__(self, model: SampleModel, parent: QObject) -> None:
        super().__init__(model, parent)
        self._samples = model

    def set_theme(self, theme: Theme, metrics: QFontMetricsF) -> None:
        """Take colours and the font's measures."""
        super().set_theme(theme, metrics)
        self._dim, self._used, self._test = QColor(theme.dim), QColor(theme.accent), QPen(QColor(theme.test))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        in_use, values = self._samples.in_use, self._samples.values
        if in_use is None or values is None:
            super().paint(painter, option, index)
            return
        row, column = index.row(), index.column()
        rect: QRect = option.rect.adjusted(GAP, GAP, -GAP, -GAP)
        painter.setRenderHint(ANTIALIASING)
        part, at = in_use.part(row), self._samples.stored_row(row)
        if at is None:
            self._paint_empty(painter, rect)
        elif part in (Part.USED, Part.OPEN):
            self._paint_number(painter, rect, row, column, values[at, column].item())
        else:
            self._paint_faded(painter, rect, values[at, column].item(), self._samples.number(row, column))
        if column == 0 and at is not None:
            self._paint_bar(painter, rect, part)
        self._paint_outline(painter, rect, row, column)

    def _paint_faded(self, painter: QPainter, rect: QRect, value: float, number: float) -> None:
        painter.setPen(NO_PEN)
        painter.setBrush(self.colour(value))
        painter.setOpacity(FADED)
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
        painter.setOpacity(1.0)
        self._write(painter, rect, number, self._dim)

    def _paint_bar(self, painter: QPainter, rect: QRect, part: Part) -> None:
        # At the very edge of the cell, or it would touch the sign of a number in a narrow one.
        bar = QRectF(rect.left() - GAP, rect.top() + INSET, BAR, rect.height() - 2 * INSET)
        if part is Part.USED:
            painter.fillRect(bar, self._used)
        elif part is Part.TEST:
            painter.setPen(self._test)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(bar.adjusted(0.5, 0.5, 0.5, -0.5))
