"""The notebook, cell by cell: its code, one click to run it, and its output beside what was printed."""

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractSlider,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from linviz.core.notebook import Cell
from linviz.core.snapshot import Burst
from linviz.gui.card import Card, lights
from linviz.gui.fields import cell_name
from linviz.gui.numbers import short_exponent
from linviz.gui.output_model import OutputModel
from linviz.gui.plain_table import PlainTable
from linviz.gui.table_model import Index
from linviz.gui.theme import Theme
from linviz.gui.tour import Tour

WIDTH, MARGIN = 240, 11
FEWEST_ROWS = 4
"""Of the output, that are seen at once where there is little room."""

_BREAKS = re.compile(r"(?<=[a-z_]\.)|(?<=\()")
"""Where code may go on in the next line, besides spaces."""

if TYPE_CHECKING:
    from linviz.core.command import Command


class TourButton(QPushButton):
    """A button that Enter presses too, though it is in no dialog."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)


class TourPanel(Card):
    """Walks the cells, and can be left at any one and taken up there."""

    asked = Signal()
    """The cell is to be run: `commands` gives what that takes."""
    lit = Signal(object)
    """The `Lights` of what the cell filled."""
    chosen = Signal(str, object)
    """Field and index of a number to go to."""
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tour_panel")
        self._tour = Tour()
        self._title, self._code, self._said, self._remark = (QLabel(self) for _ in range(4))
        for name, role, label in (
            ("tour_title", "title", self._title),
            ("tour_code", "mono", self._code),
            ("tour_said", "", self._said),
            ("tour_remark", "dim", self._remark),
        ):
            label.setObjectName(name)
            label.setProperty("role", role)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._model = OutputModel(self)
        self.output = PlainTable(self._model, "tour_output", "the cell's numbers here and in the notebook", self)
        self.output.setToolTip("Click a number, or press Enter on it, to see why it is what it is")
        self.output.clicked.connect(self._on_number_chosen)
        self.output.activated.connect(self._on_number_chosen)
        self.go = self._button("tour_go", "", "Run this cell, or go to the next one", self._on_go)
        self.back = self._button("tour_back", "◂", "Previous cell", self._on_back)
        self.forth = self._button("tour_forth", "▸", "Next cell, without running this one", self._on_forth)
        self.leave = self._button(
            "tour_leave", "Leave", "Back to the code; the tour can be taken up here (Esc)", self._on_leave
        )
        heading, buttons = QHBoxLayout(), QHBoxLayout()
        heading.addWidget(self._title, 1)
        heading.addWidget(self.leave)
        buttons.addWidget(self.back)
        buttons.addWidget(self.go, 1)
        buttons.addWidget(self.forth)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 7, MARGIN, 7)
        column.setSpacing(5)
        column.addLayout(heading)
        column.addLayout(buttons)
        column.addWidget(self._scrolled(), 1)
        for key, slot in (
            (Qt.Key.Key_Escape, self._on_leave),
            (Qt.Key.Key_PageDown, self._on_page_down),
            (Qt.Key.Key_PageUp, self._on_page_up),
        ):
            QShortcut(QKeySequence(key), self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._show()

    def _scrolled(self) -> QScrollArea:
        """Put what a cell says and prints into an area that scrolls where it is higher than there is room for."""
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        for label in (self._code, self._said, self._remark):
            column.addWidget(label)
        column.addWidget(self.output, 1)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(content)
        return self._area

    def _button(self, name: str, text: str, tip: str, slot: object) -> TourButton:
        button = TourButton(text, self)
        button.setObjectName(name)
        button.setToolTip(tip)
        if len(text) == 1:
            button.setAccessibleName(tip)  # a screen reader would say the name of the sign
        button.setAccessibleDescription(tip)
        button.clicked.connect(slot)
        return button

    @property
    def at(self) -> int:
        """Which cell is shown, counted from 0."""
        return self._tour.at

    @at.setter
    def at(self, at: int) -> None:
        self._tour.at = at
        self._show()

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take the size of text."""
        del theme
        self.setMinimumWidth(round(WIDTH * min(text_scale, 1.3)))
        self._fit()

    def begin(self) -> None:
        """Take the tour up, with the keys."""
        self._show()
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def starts_over(self, idle: bool) -> bool:
        """Tell whether running the cell loses the run; see `Tour.starts_over`."""
        return self._tour.starts_over(idle)

    def commands(self, idle: bool) -> tuple["Command", ...]:
        """Give what runs the cell; see `Tour.commands`."""
        commands = self._tour.commands(idle)
        self._show_state()
        return commands

    @Slot(object)
    def take_burst(self, burst: Burst) -> None:
        """Note where the run is."""
        if not (self._tour.take_burst(burst) or self._tour.waits):
            self._show_state()

    @Slot(object, object)
    def take_done(self, command: object, result: object) -> None:
        """Take what a cell's command gave."""
        if self._tour.take_done(command, result):
            self._show()

    @Slot()
    def give_up(self) -> None:
        """Wait no longer: a command failed."""
        self._tour.give_up()
        self._show_state()

    def _show(self) -> None:
        """Show the cell, and what it gave if it ran."""
        tour, cell = self._tour, self._tour.cell
        self._title.setAccessibleName(f"The notebook, cell {cell.number} · {tour.at + 1} of {len(tour.cells)}")
        self._fit_title()
        self._code.setText(_BREAKS.sub("\u200b", cell.code))
        self._code.setAccessibleName(cell.code)
        self._remark.setText(cell.remark)
        self._remark.setVisible(bool(cell.remark))
        self._model.show_cell(cell, tour.moment)
        self.output.setVisible(bool(cell.printed))
        self._fit()
        self._show_state()

    def _fit_title(self) -> None:
        """Leave out what the menu said before, where it would take another line."""
        title = self._title.accessibleName()
        room = self.width() - self.leave.sizeHint().width() - 2 * MARGIN - self._title.fontMetrics().height()
        short = title.removeprefix("The notebook, ").capitalize()
        self._title.setText(title if self._title.fontMetrics().horizontalAdvance(title) <= room else short)

    def _fit(self) -> None:
        self.output.fit()
        rows = min(self._model.rowCount(), FEWEST_ROWS)
        height = self.output.horizontalHeader().sizeHint().height() + rows * self.output.rowHeight(0)
        self.output.setMinimumHeight(height + self.output.horizontalScrollBar().sizeHint().height())

    def _show_state(self) -> None:
        """Say how the run stands to the cell, and offer what can be done there."""
        tour, cell = self._tour, self._tour.cell
        self._said.setText(self._summary(cell))
        self.go.setText("Running …" if tour.waits else self._go_text(cell))
        # Enabled all the time, or the focus would jump on; a press while it waits is not taken.
        self.back.setEnabled(tour.at > 0 and not tour.waits)
        self.forth.setEnabled(tour.following is not None and not tour.waits)
        if self.isVisible():
            stands = not tour.waits and all(map(tour.stands, cell.fills))
            self.lit.emit(lights((), cell.fills) if stands else {})

    def _go_text(self, cell: Cell) -> str:
        if not self._tour.is_here:
            return f"Run cell {cell.number}{' again' if self._tour.moment else ''}"
        return f"Go to cell {self._tour.following.number}" if self._tour.following else "Done: leave the tour"

    def _summary(self, cell: Cell) -> str:
        moment = self._tour.moment
        if not cell.printed:
            return "It printed nothing." if moment else "It prints nothing."
        count = self._model.rowCount()
        numbers = "1 number" if count == 1 else f"{count} numbers"
        if moment is None:
            them = "it" if count == 1 else "them"
            return f"The notebook printed {numbers}. Run the cell to see {them} come out here, on the notebook's data."
        difference = self._model.difference(self._model.largest)
        largest = f"{short_exponent(format(difference, '.1e'))}, at {cell_name(*self._model.cell(self._model.largest))}"
        if not self._model.as_printed:
            said = (
                f"{numbers}; the largest difference to what was printed is {largest}. The notebook printed 4 decimals, "
                "of its inputs too."
            )
        elif difference:
            near = f"as near as {moment.settings.dtype} comes to them"
            said = f"{numbers}, the very ones that were printed, {near}: the largest difference is {largest}."
        else:
            said = f"{numbers}, the very ones that were printed."
        if not all(map(self._tour.stands, cell.printed)):
            said += " The run is elsewhere by now: run the cell again to have them in the panels."
        return said

    @Slot()
    def _on_go(self) -> None:
        if self._tour.waits:
            return
        if not self._tour.is_here:
            self.asked.emit()
        elif self._tour.following is None:
            self._on_leave()
        else:
            self._on_forth()

    @Slot()
    def _on_back(self) -> None:
        self._move(-1)

    @Slot()
    def _on_forth(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        if self._tour.move(by):
            self._area.verticalScrollBar().setValue(0)
            self._show()

    @Slot()
    def _on_page_down(self) -> None:
        self._area.verticalScrollBar().triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)

    @Slot()
    def _on_page_up(self) -> None:
        self._area.verticalScrollBar().triggerAction(QAbstractSlider.SliderAction.SliderPageStepSub)

    @Slot()
    def _on_leave(self) -> None:
        self.lit.emit({})
        self.left.emit()

    @Slot(QModelIndex)
    def _on_number_chosen(self, index: Index) -> None:
        field, stored = self._model.cell(index.row())
        if self._tour.stands(field):  # or the number that is there by now would be explained in its place
            self.chosen.emit(field, stored)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_title()
