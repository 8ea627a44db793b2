"""A plain table of which more than one row can stand out, and which measures one text a column."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from linviz.gui.plain_table import PlainTable
from linviz.gui.table_model import TableModel
from linviz.gui.theme import Theme

TINT = 0.13
"""Opacity of the accent behind a selected row: the text on it stays readable."""
BAR, GAP, RADIUS = 3, 1, 3
PADDING = 14
"""Pixels beside a text, both sides together."""
NO_BRUSH = QBrush()


class MeasuredModel(TableModel):
    """Knows its longest texts, so that nobody asks each row."""

    def longest(self, column: int) -> str:
        """Give the longest text of a column, or one as long."""
        raise NotImplementedError


class RowDelegate(QStyledItemDelegate):
    """Shows what is selected by a tint, with a bar at the left; a colour that a cell has by itself stays."""

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._bar, self._tint = QColor(theme.accent), QColor(theme.accent)
        self._tint.setAlphaF(TINT)
        self._focus = QPen(QColor(theme.next), 1)

    def initStyleOption(  # noqa: N802  # Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.backgroundBrush = NO_BRUSH  # painted below, with round corners

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        plain = QStyleOptionViewItem(option)
        plain.state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus)
        if selected:
            painter.fillRect(option.rect, self._tint)
        colour = index.data(Qt.ItemDataRole.BackgroundRole)
        if isinstance(colour, QColor):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(option.rect.adjusted(GAP, GAP, -GAP, -GAP), RADIUS, RADIUS)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        super().paint(painter, plain, index)
        if selected and index.column() == 0:
            painter.fillRect(option.rect.left(), option.rect.top(), BAR, option.rect.height(), self._bar)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._focus)
            painter.setBrush(NO_BRUSH)
            painter.drawRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5))


class MeasuredTable(PlainTable):
    """A plain table whose columns are as wide as the longest text in bold.

    Qt would ask up to 1,000 rows for their sizes: with a delegate in Python that takes a quarter of a second.
    """

    def __init__(self, model: MeasuredModel, delegate: RowDelegate, name: str, spoken: str, parent: QWidget) -> None:
        super().__init__(model, name, spoken, parent)
        self._measured = model
        self._delegate = delegate
        delegate.setParent(self)
        self.setItemDelegate(delegate)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and the font's measures."""
        self._delegate.set_theme(theme)
        self.fit()
        self.viewport().update()

    def sizeHintForColumn(self, column: int) -> int:
        font = self.font()
        font.setBold(True)
        return QFontMetrics(font).horizontalAdvance(self._measured.longest(column)) + PADDING
