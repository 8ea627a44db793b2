"""Paints a number on its heat colour."""

import math
from typing import Protocol

from PySide6.QtCore import QLine, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from linviz.core.picked import Picked
from linviz.core.snapshot import Array
from linviz.gui.cell_entry import EntryDelegate
from linviz.gui.cell_table import Block
from linviz.gui.fields import Field
from linviz.gui.numbers import fitted, telling
from linviz.gui.theme import HEAT_STEPS, Theme

Side = int | Picked | None
NO_PEN = Qt.PenStyle.NoPen
ANTIALIASING = QPainter.RenderHint.Antialiasing
GAP, MARGIN, PADDING, RADIUS = 1, 4, 4, 3
TINT = 0.15
"""Opacity of the accent on a selected block: the numbers stay readable."""
CHARACTERS = 7
"""A number of ordinary size: ``-1.2345``."""


class Shaded(Protocol):
    """A model whose numbers can be painted on heat colours."""

    field: Field
    values: Array | None
    scale: float

    def number(self, row: int, column: int) -> float:
        """Give a number in the units in which it is written; its colour is that of its value."""

    def is_other(self, row: int, column: int) -> bool:
        """Tell whether a number is other than the one that was shown before it."""


class CellDelegate(EntryDelegate):
    """Paints straight from the model's array: a fifth of the time of a delegate that asks for roles.

    Attributes
    ----------
    current
        Row and column of the selected cell, or none; the view sets it.
    outlined
        Row and column of the cells that a number came from, each none for all, or some; or none for no cells.
    block
        The cells that are selected, if they are more than the current one.
    flash
        How strongly the cells flash that are other than before: 0 to 1.
    """

    def __init__(self, model: Shaded, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._written = telling if model.field.by_exponent else fitted
        self.current: tuple[int, int] | None = None
        self.outlined: tuple[Side, Side] | None = None
        self.block: Block | None = None
        self.flash = 0.0
        self.cell = QSize(58, 22)

    def set_theme(self, theme: Theme, metrics: QFontMetricsF) -> None:
        """Take colours and the font's measures."""
        self._heat = theme.heat()
        self._text, self._not_finite = QColor(theme.text), QColor(theme.not_finite)
        self._flash = QColor(theme.next)
        self._empty = QPen(QColor(theme.grid))
        self._outline = QPen(QColor(theme.next), 2)
        self._dashes = QPen(QColor(theme.operand), 1, Qt.PenStyle.DashLine)
        self._edge, self._tint = QPen(QColor(theme.accent), 2), QColor(theme.accent)
        self._tint.setAlphaF(TINT)
        self._digit = metrics.horizontalAdvance("0")
        self._baseline = MARGIN - GAP + metrics.ascent()
        self.cell = QSize(math.ceil(CHARACTERS * self._digit) + 2 * PADDING, math.ceil(metrics.height()) + 2 * MARGIN)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row, column = index.row(), index.column()
        rect: QRect = option.rect.adjusted(GAP, GAP, -GAP, -GAP)
        painter.setRenderHint(ANTIALIASING)
        if self._model.values is None:
            self._paint_empty(painter, rect)
        else:
            self._paint_number(painter, rect, row, column, self._model.values[row, column].item())
        self._paint_outline(painter, rect, row, column)

    def _paint_empty(self, painter: QPainter, rect: QRect) -> None:
        painter.setPen(self._empty)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _paint_number(self, painter: QPainter, rect: QRect, row: int, column: int, value: float) -> None:
        painter.setPen(NO_PEN)
        painter.setBrush(self.colour(value))
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
        if self.flash and self._model.is_other(row, column):
            self._flash.setAlphaF(self.flash)
            painter.setBrush(self._flash)
            painter.drawRoundedRect(rect, RADIUS, RADIUS)
        self._paint_value(painter, rect, row, column, self._model.number(row, column))

    def _paint_outline(self, painter: QPainter, rect: QRect, row: int, column: int) -> None:
        if self.block is not None and self.block.holds(row, column):
            self._paint_block(painter, rect.adjusted(-GAP, -GAP, GAP, GAP), row, column, self.block)
        current = self.current == (row, column)
        if current or (self.outlined is not None and self._is_outlined(row, column)):
            painter.setPen(self._outline if current else self._dashes)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            # In the middle of pixels, or a line as thin as the dashes is smoothed into two faint ones.
            inner = rect.adjusted(0, 0, -1, -1) if current else QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(inner, RADIUS, RADIUS)

    def _paint_value(self, painter: QPainter, rect: QRect, _row: int, _column: int, value: float) -> None:
        self._write(painter, rect, value, self._text)

    def _write(self, painter: QPainter, rect: QRect, value: float, colour: QColor) -> None:
        painter.setPen(colour)
        right = rect.right() + 1 - PADDING
        text = self._written(value, int((right - rect.left()) / self._digit))
        # All digits are equally wide, so that where the text begins needs no measuring.
        painter.drawText(QPointF(right - len(text) * self._digit, rect.top() + self._baseline), text)

    def _paint_block(self, painter: QPainter, rect: QRect, row: int, column: int, block: Block) -> None:
        """Tint a cell of a block, and draw its part of the line around it."""
        painter.fillRect(rect, self._tint)
        painter.setPen(self._edge)
        inner = rect.adjusted(1, 1, -1, -1)
        for at, edge, line in (
            (row, block.top, QLine(inner.topLeft(), inner.topRight())),
            (row, block.bottom, QLine(inner.bottomLeft(), inner.bottomRight())),
            (column, block.left, QLine(inner.topLeft(), inner.bottomLeft())),
            (column, block.right, QLine(inner.topRight(), inner.bottomRight())),
        ):
            if at == edge:
                painter.drawLine(line)

    def _is_outlined(self, row: int, column: int) -> bool:
        sides = zip(self.outlined or (None, None), (row, column), strict=True)
        return all(side is None or side == at or (isinstance(side, Picked) and at in side) for side, at in sides)

    def colour(self, value: float) -> QColor:
        """Give the heat colour of a value, by the model's scale."""
        if not math.isfinite(value):
            return self._not_finite
        return self._heat[HEAT_STEPS + round(value / self._model.scale * HEAT_STEPS)]
