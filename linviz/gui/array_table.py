"""The table of a panel: numbers on their heat colours."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QWidget

from linviz.core.snapshot import PARAMETERS
from linviz.gui.array_model import ArrayModel
from linviz.gui.cell_delegate import CellDelegate, Side
from linviz.gui.cell_table import Block, CellTable
from linviz.gui.move_delegate import MoveDelegate
from linviz.gui.sample_delegate import SampleDelegate
from linviz.gui.sample_model import SampleModel
from linviz.gui.table_model import Index
from linviz.gui.theme import Theme

WIDEST = 1.3
"""Width of a cell where there is room, by its least width."""
FEWEST_ROWS, FEWEST_COLUMNS = 3, 2
"""What stays visible, and scrolls, in a small window."""
MANY_ROWS = 6
"""In a small window more than these scroll anyway, and show one row less."""
MOST_ROWS = 1000
"""In a layout sizes are 24 bits; a table of a million rows is only ever shown in part."""


class ArrayTable(CellTable):
    """A table whose columns share its width, but never get narrower than a number.

    Attributes
    ----------
    most_rows
        How many rows it asks for room for, at most.
    """

    selected = Signal(int, int)
    """Row and column of the cell that was selected, as it stands on the screen."""

    def __init__(self, model: ArrayModel, parent: QWidget) -> None:
        super().__init__(parent)
        moves = model.field.name in PARAMETERS
        self._delegate: CellDelegate = MoveDelegate(model, self) if moves else CellDelegate(model, self)
        if isinstance(model, SampleModel):
            self._delegate = SampleDelegate(model, self)
        self._theme: Theme | None = None
        self._stretch = WIDEST
        self._rows_scroll = False
        self.most_rows = MOST_ROWS
        self.setObjectName(model.field.name)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setTabKeyNavigation(False)  # Tab goes on to the next panel; arrows move inside
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().setVisible(model.field.name == "x")
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setMinimumSectionSize(8)
            header.setHighlightSections(False)
        model.modelReset.connect(self._on_model_reset)
        model.rows_marked.connect(self._on_rows_marked)
        self.clicked.connect(self._on_clicked)
        self.horizontalScrollBar().rangeChanged.connect(self._on_range_changed)
        self.verticalScrollBar().rangeChanged.connect(self._on_rows_changed)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and measures."""
        self._theme = theme
        self.ensurePolished()  # the style sheet's font, not the one before it
        self._delegate.set_theme(theme, QFontMetricsF(self.font()))
        self.verticalHeader().setDefaultSectionSize(self._delegate.cell.height())
        self._fit_columns()
        self.updateGeometry()
        self.viewport().update()

    def set_stretch(self, stretch: float) -> None:
        """Ask for this width, by that of all cells at their least; below 1 tables scroll.

        Then even one that need not has its bar, unseen, so that rows beside each other stay on the same height.
        """
        if stretch != self._stretch:
            self._stretch = stretch
            on, as_needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOn, Qt.ScrollBarPolicy.ScrollBarAsNeeded
            self.setHorizontalScrollBarPolicy(on if stretch < 1 else as_needed)
            self.updateGeometry()

    def show_names(self, shown: bool) -> None:
        """Show what the columns are called above them, or not."""
        self.horizontalHeader().setVisible(shown)
        self.updateGeometry()

    def set_stacked(self, stacked: bool) -> None:
        """Show of parameters old → new → Δ, or the number alone."""
        if isinstance(self._delegate, MoveDelegate) and self._delegate.stacked != stacked:
            self._delegate.stacked = stacked
            if self._theme is not None:
                self.set_theme(self._theme)

    def flash(self, strength: float) -> None:
        """Let the cells flash that are other than before, 0 to 1."""
        if strength != self._delegate.flash:
            self._delegate.flash = strength
            self.viewport().update()

    def least_widths(self) -> tuple[int, int]:
        """Give the width of what is not cells, and of all cells at their least, in pixels."""
        cells = self._size(0, self.model().columnCount(), 1.0).width()
        fixed = self._size(0, 0, 1.0).width()
        return fixed, cells - fixed

    def fit_header(self) -> None:
        """Take the width that the numbers of the rows need now."""
        self.updateGeometries()
        self._fit_columns()
        self.updateGeometry()

    def bar_width(self) -> int:
        """Give the width of the bar at the rows, in pixels."""
        return self.verticalScrollBar().sizeHint().width()

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802  # Qt's name
        self._delegate.current = (current.row(), current.column()) if current.isValid() else None
        super().currentChanged(current, previous)
        if current.isValid():
            self.selected.emit(current.row(), current.column())

    def go_to(self, index: QModelIndex) -> None:
        """Select a cell, also if it is the current one already and another table's was asked about last."""
        self.setCurrentIndex(index)
        self.drop_block()
        self._on_clicked(index)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._delegate.current = (index.row(), index.column())
        self.selected.emit(index.row(), index.column())
        self.viewport().update()

    def unmark(self) -> None:
        """Take the mark from the current cell: another table's was selected after it."""
        self.set_block(None)
        if self._delegate.current is not None:
            self._delegate.current = None
            self.viewport().update()

    @property
    def marked(self) -> bool:
        """Whether the current cell is the one that was selected last, of all tables."""
        return self._delegate.current is not None

    def set_block(self, block: Block | None) -> None:
        """Select a block, or the current cell alone."""
        super().set_block(block)
        self._delegate.block = self.block

    def outline(self, rows: Side, columns: Side) -> None:
        """Outline the cells that a number came from: of one row, some or all, and of columns alike."""
        self._set_outlined((rows, columns))

    def clear_outline(self) -> None:
        """Outline nothing."""
        self._set_outlined(None)

    def _set_outlined(self, outlined: tuple[Side, Side] | None) -> None:
        if outlined != self._delegate.outlined:
            self._delegate.outlined = outlined
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the mark to the table that has the focus, also for a key such as Ctrl alone."""
        if not self.marked and self.currentIndex().isValid():
            self._on_clicked(self.currentIndex())
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def sizeHint(self) -> QSize:
        rows, columns = self.model().rowCount(), self.model().columnCount()
        hint = self._size(rows, columns, self._stretch, sideways=self._stretch < 1)
        barred = self._rows_scroll and self.verticalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if barred and self._stretch >= 1:
            hint += QSize(self.bar_width(), 0)
        return hint.expandedTo(self._size(0, min(columns, FEWEST_COLUMNS), 1.0))

    def minimumSizeHint(self) -> QSize:
        model = self.model()
        rows, columns = model.rowCount(), min(model.columnCount(), FEWEST_COLUMNS)
        least = self._size(
            min(rows, FEWEST_ROWS - (rows > MANY_ROWS)),  # one less of those that scroll anyway
            columns,
            1.0,
            sideways=columns < model.columnCount() or self._stretch < 1,
        )
        bar = self.bar_width() if self._stretch < 1 and rows > 1 else 0
        return QSize(least.width() + bar, least.height())

    @Slot()
    def _on_rows_marked(self) -> None:
        self.verticalHeader().viewport().update()

    @Slot()
    def _on_model_reset(self) -> None:
        self._delegate.current = None
        self.drop_block()
        self._fit_columns()
        self.updateGeometry()

    @Slot(int, int)
    def _on_rows_changed(self, _first: int, last: int) -> None:
        """Get wider for the bar at the rows, or narrower without it: it takes nothing from the numbers."""
        if (last > 0) != self._rows_scroll:
            self._rows_scroll = last > 0
            self.updateGeometry()

    @Slot(int, int)
    def _on_range_changed(self, first: int, last: int) -> None:
        self.horizontalScrollBar().setEnabled(first < last)

    def _size(self, rows: int, columns: int, stretch: float, sideways: bool = False) -> QSize:
        cell = self._delegate.cell
        header = self.verticalHeader().sizeHint().width() if self.verticalHeader().isVisibleTo(self) else 0
        bar = self.horizontalScrollBar().sizeHint().height() if sideways else 0
        names = self.horizontalHeader()
        above = names.sizeHint().height() if names.isVisibleTo(self) else 0
        height = min(rows, self.most_rows) * cell.height() + bar + above
        return QSize(header + round(columns * cell.width() * stretch), height)

    def _fit_columns(self) -> None:
        """Let as many whole columns as there is room for share the width: half a number looks like another one."""
        columns, cell = self.model().columnCount(), self._delegate.cell
        if columns:
            room = self.viewport().width()
            # All of them, if they lack no more than a bar's width: or the bars of both sides would call for each other.
            bar = self.bar_width()
            whole = min(max((room + bar) // cell.width(), 1), columns)
            if whole < columns:
                whole = max(room // cell.width(), 1)
            widest = round(cell.width() * WIDEST * 1.15) if whole == columns else room
            width = min(room // whole, widest)
            if width != self.horizontalHeader().defaultSectionSize():
                self.horizontalHeader().setDefaultSectionSize(width)
                self.scheduleDelayedItemsLayout()  # or the scroll bars stay as they were needed before
