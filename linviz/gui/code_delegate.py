"""Paints a line of code: number, mark, text; wrapped where it is too long."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from linviz.gui.code_model import DONE, NEXT, NOT_RUN, CodeModel
from linviz.gui.table_model import Index
from linviz.gui.theme import Theme

MARKS = {DONE: "✓", NEXT: "▶", NOT_RUN: "–"}
GUTTER = 5.5
"""Characters before the text: two for the number, one for the mark, and room."""
INDENT = "    "
ROOM_TO_INDENT = 3 * len(INDENT)
PADDING, RADIUS = 2, 4


class CodeDelegate(QStyledItemDelegate):
    """A line takes as many rows as the width of the view makes it.

    Attributes
    ----------
    hovered
        The row under the mouse, or −1.
    """

    def __init__(self, model: CodeModel, view: QListView) -> None:
        super().__init__(view)
        self._model, self._view = model, view
        self.hovered = -1
        self._digit = self._height = self._ascent = 1.0

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Take colours and the font's measures."""
        metrics = QFontMetricsF(font)
        self._digit, self._height, self._ascent = metrics.horizontalAdvance("0"), metrics.height(), metrics.ascent()
        self._text, self._dim = QColor(theme.text), QColor(theme.dim)
        self._marks = {DONE: QColor(theme.on_done), NEXT: QColor(theme.on_stale), NOT_RUN: self._dim}
        self._next, self._hover = QColor(theme.stale), QColor(theme.control_hover)
        self._frame = QPen(QColor(theme.accent), 1)

    def rows(self, text: str) -> list[str]:
        """Break a line for the width that there is."""
        room = self._view.viewport().width() - 2 * PADDING - GUTTER * self._digit
        return wrapped(text, max(int(room / self._digit), 1))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option
        text = self._model.lines[index.row()].text
        rows = len(self.rows(text)) if text else 0.5
        return QSize(self._view.viewport().width(), round(rows * self._height) + 2 * PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.row()
        line, state = self._model.lines[row], self._model.state(row)
        if not line.text:
            return
        rect = QRectF(option.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = self._view.hasFocus() and self._view.currentIndex().row() == row
        back = self._next if state == NEXT else (self._hover if row == self.hovered else None)
        if back is not None or current:
            painter.setPen(self._frame if current or row == self.hovered else Qt.PenStyle.NoPen)
            painter.setBrush(back if back is not None else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        left, base = rect.left() + PADDING, rect.top() + PADDING + self._ascent
        painter.setFont(option.font)
        painter.setPen(self._dim)
        number = str(row + 1)
        painter.drawText(QPointF(left + (2 - len(number)) * self._digit, base), number)
        if state in MARKS:
            painter.setPen(self._marks[state])
            painter.drawText(QPointF(left + 3 * self._digit, base), MARKS[state])
        for text in self.rows(line.text):
            code, hash_sign, comment = text.partition("#")
            painter.setPen(self._text)
            painter.drawText(QPointF(left + GUTTER * self._digit, base), code)
            painter.setPen(self._dim)
            painter.drawText(QPointF(left + (GUTTER + len(code)) * self._digit, base), hash_sign + comment)
            base += self._height


def wrapped(text: str, columns: int) -> list[str]:
    """Break a line of code after a space, else a bracket, else a dot; what comes after is indented if there is room."""
    rows, indent = [], INDENT if columns >= ROOM_TO_INDENT else ""
    while len(text) > columns:
        breaks = (text.rfind(mark, columns // 3, columns) + 1 for mark in (" ", "(", "."))
        at = next(filter(None, breaks), columns)
        rows.append(text[:at].rstrip(" "))
        text = indent + text[at:].lstrip()
    return [*rows, text]
