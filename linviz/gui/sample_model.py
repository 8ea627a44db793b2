"""A table model over an array of samples, of which an iteration may use some."""

import html
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt

from linviz.core.snapshot import Array, Snapshot
from linviz.gui.array_model import ALIGNMENT, DISPLAY, VERTICAL, ArrayModel
from linviz.gui.fields import Field
from linviz.gui.samples_in_use import MARKS, Part, SamplesInUse
from linviz.gui.table_model import Index

TIP, SPOKEN = Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole


class SampleModel(ArrayModel):
    """Has a row for each sample; of one that isn't in use, prediction and residual have no number.

    Attributes
    ----------
    in_use
        Which samples are in use; none if they all are.
    """

    def __init__(self, field: Field, parent: QObject | None = None) -> None:
        super().__init__(field, parent)
        self.in_use: SamplesInUse | None = None
        self._in_use_before: SamplesInUse | None = None
        self._array_before: Array | None = None
        self._marks = False

    def mark_samples(self, marks: bool) -> None:
        """Have room for a mark before the number of each row, or no longer."""
        if marks != self._marks:
            self._marks = marks
            self.headerDataChanged.emit(VERTICAL, 0, self.rowCount() - 1)

    def start(self, shape: tuple[int, ...], transposed: bool) -> None:
        self.in_use = self._in_use_before = None
        super().start(shape, transposed)

    def take_samples(self, moment: Snapshot) -> None:
        """Take which samples a moment uses; its array comes next, by `show_array`."""
        self._in_use_before, self.in_use = self.in_use, SamplesInUse.of(moment, self.in_use)
        self._array_before = self._array

    def tell_samples(self) -> bool:
        """Tell the views, after the array has come, if other samples are in use than before; and the caller."""
        if self.in_use is self._in_use_before:
            return False
        if self._array is self._array_before:
            self._before = self.values
            self.tell_all()
        if self._marks:
            self.rows_marked.emit()
        return True

    def stored_row(self, row: int) -> int | None:
        """Give the row of `values` that a sample has, or none."""
        return row if self.in_use is None or self.is_given else self.in_use.position(row)

    def _at(self, row: int) -> int:
        at = self.stored_row(row)
        assert at is not None  # noqa: S101  # nobody asks for a number that isn't there; this tells the type checker
        return at

    def part(self, row: int) -> Part:
        """Tell what a sample is for."""
        return Part.USED if self.in_use is None else self.in_use.part(row)

    def numbers(self, rows: slice, columns: slice) -> Array:
        if self.values is None or (self.rescaled is None and (self.in_use is None or self.is_given)):
            return super().numbers(rows, columns)
        kind = self.values.dtype if self.rescaled is None else np.dtype(np.float64)
        there = [self.stored_row(row) is not None for row in range(rows.start, rows.stop)]
        block: Array = np.full((len(there), columns.stop - columns.start), np.nan, kind)
        for down in np.flatnonzero(there).tolist():
            block[down] = [self.number(rows.start + down, column) for column in range(columns.start, columns.stop)]
        return block

    def is_other(self, row: int, column: int) -> bool:
        if self.is_given:
            return super().is_other(row, column)
        at = self.stored_row(row)
        return at is not None and (self.in_use is not self._in_use_before or super().is_other(at, column))

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if self.in_use is None or self.values is None or not index.isValid():
            return super().data(index, role)
        row, column = index.row(), index.column()
        part = self.in_use.part(row)
        if self.stored_row(row) is None:
            name = self._spoken_name(row, column)
            said = {TIP: f"<b>{html.escape(name)}</b>: sample {row} is {part}", SPOKEN: f"{name}, {part}", DISPLAY: ""}
            return super().data(index, role) if role == ALIGNMENT else said.get(Qt.ItemDataRole(role))
        told = super().data(index, role)
        if role == TIP and part:
            return f"{told}<br>Sample {row} is {part}."
        return f"{told}, {part}" if role == SPOKEN and part else told

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        told = super().headerData(section, orientation, role)
        if not self._marks or orientation != VERTICAL or not 0 <= section < self.rowCount():
            return told
        part = Part.OPEN if self.in_use is None else self.in_use.part(section)
        if role == TIP:
            return f"Sample {section} is {part}" if part else None
        return f"{MARKS[part]} {told}" if role == DISPLAY else told
