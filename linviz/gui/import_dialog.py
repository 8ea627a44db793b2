"""A table that is about to be read: what it looks like, which columns are x and y, and what is done to them."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from linviz.core.tables.table import Column, Data, Preview, TableSource
from linviz.errors import InputError, listed
from linviz.gui.appearance import Appearance
from linviz.gui.card import Card
from linviz.gui.columns_model import ColumnsModel
from linviz.gui.columns_table import HINT, ColumnsTable
from linviz.gui.plain_table import PlainTable
from linviz.gui.reading_bar import ReadingBar
from linviz.gui.rows_model import RowsModel
from linviz.gui.shape_preview import Shape, ShapePreview, memory_text
from linviz.gui.tick_box import TickBox

SIZE = 820, 720
FEWEST_ROWS = 4
"""That are seen at once of a table, before it scrolls."""
BYTES = {"float32": 4, "float64": 8}
COPIES = 2
"""Of x and y there are two: the window's, which nothing changes, and torch's."""


class ImportDialog(QDialog):
    """Nothing is chosen, left out, encoded or standardised before a person says so.

    Parameters
    ----------
    data
        The file, or the bytes that were pasted.
    preview
        What its first rows tell.
    dtype
        Of the settings in force.
    appearance
        Sizes and colours.
    parent
        The window.
    """

    asked = Signal(object)
    """To read this `TableSource`."""
    cancelled = Signal()
    """To read no further."""

    def __init__(self, data: Data, preview: Preview, dtype: str, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("import_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._data, self._preview, self._dtype, self._appearance = data, preview, dtype, appearance
        self._source: TableSource | None = None
        self._error = ""  # of the last attempt to read; until something is chosen otherwise
        self.reading = False
        name = data.name if isinstance(data, Path) else "the pasted table"
        self.setWindowTitle(f"Open {name}")
        self.columns = ColumnsModel(preview.columns, self)
        self._table = ColumnsTable(self.columns, self)
        self._rows = PlainTable(RowsModel(preview, self), "first_rows", "first rows of the table", self)
        self._one_hot = self._box("one_hot", "One-hot: a column of 0 and 1 for each value of a text column")
        self._one_hot.setToolTip("For the columns of text that are x or y; without it they are refused")
        self._drop = self._box("drop_missing", "Leave out rows with missing values")
        self._drop.setToolTip("Rows that lack a value of x or y; how many they were is said once it is read")
        self._standard = {side: self._box(f"standardize_{side}", f"Standardise {side}") for side in ("x", "y")}
        for side, box in self._standard.items():
            box.setToolTip(
                f"Take its mean from each column of {side} and divide by its standard deviation; the equation says so, "
                "and View → Original units undoes it in the numbers"
            )
        self._shapes, self.bar = ShapePreview(self), ReadingBar(self)
        self.bar.cancelled.connect(self.cancelled)
        self._open, self._close = QPushButton("Open", self), QPushButton("Cancel", self)
        self._open.setObjectName("open")
        self._open.setProperty("primary", "true")
        self._open.setDefault(True)
        self._open.clicked.connect(self._on_open)
        self._close.setToolTip("Change nothing  (Esc)")
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.reject)
        self._lay_out(name)
        self.columns.chosen.connect(self._on_changed)
        appearance.changed.connect(self._fit)
        self.resize((QSize(*SIZE) * appearance.text_scale).boundedTo(self.screen().availableSize()))
        self._fit()
        self._show()
        self._table.setFocus()

    def _box(self, name: str, text: str) -> TickBox:
        box = TickBox(text, self)
        box.setObjectName(name)
        box.setAccessibleName(text)
        box.toggled.connect(self._on_changed)
        return box

    def _lay_out(self, name: str) -> None:
        title, said = QLabel(name, self), QLabel(self._preview.format, self)
        title.setProperty("role", "title")
        said.setProperty("role", "dim")
        said.setObjectName("format")
        for label in (title, said):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._choosers = numbers, none = (
            self._button("All numbers x, last y", "numbers", "The last column of numbers is y, the others are x"),
            self._button("Leave all out", "none", "Choose the columns anew"),
        )
        numbers.clicked.connect(self.columns.put_numbers)
        none.clicked.connect(self._on_none)
        whole = QVBoxLayout(self)
        whole.setSpacing(8)
        whole.addWidget(title)
        whole.addWidget(said)
        whole.addWidget(self._card("Columns", HINT, self._table, numbers, none), 3)
        count = len(self._preview.rows)
        whole.addWidget(self._card(f"First {count} row{'s' * (count != 1)}", "as the file has them", self._rows), 2)
        for boxes in ((self._one_hot,), (self._drop,), tuple(self._standard.values())):
            row = QHBoxLayout()
            row.setSpacing(18)
            for box in boxes:
                row.addWidget(box)
            row.addStretch()
            whole.addLayout(row)
        whole.addWidget(self._shapes)
        whole.addWidget(self.bar)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self._close)
        buttons.addWidget(self._open)
        whole.addLayout(buttons)

    def _button(self, text: str, name: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button

    def _card(self, title: str, said: str, table: PlainTable, *buttons: QPushButton) -> Card:
        card, heading, column = Card(self), QHBoxLayout(), QVBoxLayout()
        for text, role in ((title, "title"), (said, "dim")):
            label = QLabel(text, card)
            label.setProperty("role", role)
            label.setWordWrap(role == "dim")
            heading.addWidget(label, role == "dim")
        for button in buttons:
            heading.addWidget(button)
        column.setContentsMargins(11, 7, 11, 8)
        column.setSpacing(4)
        column.addLayout(heading)
        column.addWidget(table, 1)
        card.setLayout(column)
        return card

    @Slot()
    def _fit(self) -> None:
        for table in (self._table, self._rows):
            table.fit()
            rows = min(table.model().rowCount(), FEWEST_ROWS) + 1
            table.setMinimumHeight(rows * table.verticalHeader().defaultSectionSize())

    @Slot()
    def _on_none(self) -> None:
        self.columns.put(range(self.columns.rowCount()), "")

    @Slot()
    def _on_changed(self) -> None:
        self._error = ""
        self._show()

    def _read(self) -> TableSource:
        """Read what is chosen; raises an `InputError` that names what is missing or in the way."""
        used = self.columns.used("x", "y")
        x, y = (tuple(column.name for column in self.columns.used(side)) for side in ("x", "y"))
        if not used:
            raise InputError("choose which columns are x and which are y")
        texts = tuple(column.name for column in used if column.kind == "text")
        if texts and not self._one_hot.isChecked():
            raise InputError(f"{_named(texts)} text, not numbers: leave {_it(texts)} out, or tick one-hot")
        holes = [column for column in used if column.missing]
        if holes and not self._drop.isChecked():
            name, count = listed([holes[0].name]), holes[0].missing
            raise InputError(
                f"the column {name} has {count:,} missing value{'s' * (count != 1)}{self._looked}: leave it out, or "
                "tick that rows with missing values are left out"
            )
        return TableSource(
            self._data,
            x,
            y,
            one_hot=texts,
            drop_missing=self._drop.isChecked(),
            standardize=tuple(side for side, box in self._standard.items() if box.isChecked()),
            dtype=self._dtype,
        )

    @Slot()
    def _show(self) -> None:
        """Show what comes of what is chosen, or why nothing can."""
        self._source, wrong = None, self._error
        try:
            self._source = self._read()
        except InputError as error:
            wrong = wrong or str(error)
        texts = [column for column in self.columns.used("x", "y") if column.kind == "text"]
        self._one_hot.setEnabled(bool(texts) and not self.reading)
        self._tell_missing(self.columns.used("x", "y"))
        shape = self._shape()
        self._shapes.show_shape(shape, self._said(shape), wrong)
        for part in (self._table, *self._standard.values(), *self._choosers):
            part.setEnabled(not self.reading)
        self._open.setEnabled(self._source is not None and not self.reading)
        tip = "It is being read" if self.reading else "Read it and begin at its start  (Enter)"
        self._open.setToolTip(tip if self._source is not None else "Choose as is said above")
        self._open.setAccessibleDescription(self._open.toolTip())

    def _tell_missing(self, used: tuple[Column, ...]) -> None:
        gaps = self._preview.gaps(column.name for column in used)
        many = f"{gaps:,}{' or more' * (not self._preview.whole)}" if gaps else "none"
        known = f" ({many}{self._looked})" if used else ""
        self._drop.setText(f"Leave out rows with missing values{known}")
        self._drop.setAccessibleName(self._drop.text())
        self._drop.setEnabled(not self.reading)

    @property
    def _looked(self) -> str:
        return "" if self._preview.whole else " among the rows looked at"

    def _shape(self) -> Shape:
        samples: int | str | None = self._preview.samples
        if samples is not None and self._drop.isChecked():
            samples = f"up to {samples:,}"
        return "samples" if samples is None else samples, self._width("x"), self._width("y")

    def _width(self, side: str) -> int | str | None:
        columns = self.columns.used(side)
        texts = sum(column.kind == "text" for column in columns)
        return f"{len(columns)} or more" if texts else len(columns) or None

    def _said(self, shape: Shape) -> str:
        samples, inputs, outputs = shape
        if not (isinstance(samples, int) and isinstance(inputs, int) and isinstance(outputs, int)):
            return f"in {self._dtype}"
        memory = samples * (inputs + outputs) * BYTES[self._dtype] * COPIES
        return f"x and y take {memory_text(memory)} in {self._dtype}"

    def show_reading(self, reading: bool, error: str = "") -> None:
        """Show that it is read, or not any more, and why not."""
        self.reading, self._error = reading, error
        if reading:
            self.bar.begin(self._data.name if isinstance(self._data, Path) else "the pasted table")
        else:
            self.bar.hide()
        self._show()

    @Slot()
    def _on_open(self) -> None:
        if self._source is not None:
            self.asked.emit(self._source)

    def reject(self) -> None:
        if self.reading:
            self.cancelled.emit()
        super().reject()


def _named(names: tuple[str, ...]) -> str:
    return f"the column {listed(names)} holds" if len(names) == 1 else f"the columns {listed(names[:3])} hold"


def _it(names: tuple[str, ...]) -> str:
    return "it" if len(names) == 1 else "them"
