"""The table of branches: several can be selected, names are edited in place."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from linviz.gui.branches_model import NAME, BranchesModel
from linviz.gui.plain_table import PlainTable
from linviz.gui.table_model import Index
from linviz.gui.theme import Theme

TINT = 0.13
"""Opacity of the accent behind a selected row: the text on it stays readable."""
BAR, GAP, RADIUS, AIR = 3, 1, 3, 9
FILLED = "filled"
NO_BRUSH = QBrush()


class RowDelegate(QStyledItemDelegate):
    """Shows what is selected by a tint and a bar at the left, which also tells two selected rows from one another.

    A colour that a cell has by itself stays.
    """

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._bar, self._tint = QColor(theme.accent), QColor(theme.accent)
        self._tint.setAlphaF(TINT)
        self._focus = QPen(QColor(theme.next), 1)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802  # Qt's name
        super().initStyleOption(option, index)
        option.backgroundBrush = NO_BRUSH  # painted below, with round corners

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
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


class NameDelegate(RowDelegate):
    """Edits a name; what happens in the run meanwhile doesn't take the letters away that are being typed."""

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:  # noqa: N802  # Qt's name
        if not editor.property(FILLED) and isinstance(editor, QLineEdit):
            editor.setProperty(FILLED, True)
            editor.setText(index.data(Qt.ItemDataRole.EditRole))
            editor.setAccessibleName("name of the run")


class BranchesTable(PlainTable):
    """Rows are selected with Ctrl and Shift as anywhere; F2 edits the name, Delete asks for deletion."""

    deleting = Signal()

    def __init__(self, model: BranchesModel, parent: QWidget) -> None:
        super().__init__(model, "branches_table", "runs", parent)
        self._lengths = [0] * model.columnCount()  # of the longest text of each column
        model.dataChanged.connect(self._on_changed)
        self._delegate = NameDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and the font's measures."""
        self._delegate.set_theme(theme)
        self.ensurePolished()
        self.setIconSize(QSize(1, 1) * self.fontMetrics().height())
        self.fit()
        self.viewport().update()

    def fit(self) -> None:
        """Measure anew, with room for a name to be edited in."""
        super().fit()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + AIR)

    def rows(self) -> list[int]:
        """Give the selected rows, in order."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def edit_name(self) -> None:
        """Edit the name in the current row."""
        index = self.model().index(self.currentIndex().row(), NAME)
        if index.isValid():
            self.setCurrentIndex(index)
            self.edit(index)

    @Slot(QModelIndex, QModelIndex)
    def _on_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        """Make room for what has grown; a run that goes on changes one row, so that the others aren't asked."""
        model, columns = self.model(), range(self.model().columnCount())
        for row in range(first.row(), last.row() + 1):
            lengths = [len(model.index(row, column).data()) for column in columns]
            if any(now > before for now, before in zip(lengths, self._lengths, strict=True)):
                self._lengths = [max(pair) for pair in zip(lengths, self._lengths, strict=True)]
                self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.edit_name()
        elif event.key() == Qt.Key.Key_Delete:
            self.deleting.emit()
        else:
            super().keyPressEvent(event)
