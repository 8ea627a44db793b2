"""The model of an array that a person may write to."""

from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal

from linviz.core import editing
from linviz.core.clipping import Numbers
from linviz.core.code import digits
from linviz.errors import InputError
from linviz.gui.array_model import DISPLAY, ArrayModel
from linviz.gui.sample_model import SampleModel
from linviz.gui.table_model import Index

CAN_BE_EDITED = (
    Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
    | Qt.ItemFlag.ItemIsEditable
)
"""Put together once: a view asks for the flags of each cell that it paints."""
HOW = "Enter, a double click or a digit edits it."


class EditableModel(ArrayModel):
    """Asks for other numbers in its cells; they stand there when a snapshot brings them.

    A class of its own, so that cells which can't be edited are painted without asking Python for their flags.
    """

    asked = Signal(object)
    """The cells as `linviz.core.editing` takes them: field, stored index and number each."""

    begun = Signal()
    """An entry opens in a cell."""

    def cells(self, row: int, column: int, numbers: Numbers) -> tuple[editing.Cell, ...]:
        """Give the cells that a block of numbers takes, by where its first one is put.

        Parameters
        ----------
        row, column
            As it stands on the screen.
        numbers
            (rows, columns).

        Raises
        ------
        InputError
            If the table has no room for it there, or the dtype can't hold one of them.
        """
        assert self._array is not None  # noqa: S101  # flags offer nothing before there are numbers
        room, found = (self.rowCount() - row, self.columnCount() - column), numbers.shape
        if found[0] > room[0] or found[1] > room[1]:
            wants, whole, there = (f"{a:,} × {b:,}" for a, b in (found, (self.rowCount(), self.columnCount()), room))
            raise InputError(
                f"a block of {wants} doesn't fit into {self.field.symbol}, here {whole}: from "
                f"{self.cell_name(row, column)} on there is room for {there}"
            )
        cells = tuple(
            (self.field.name, self.stored_index(row + down, column + across), float(numbers[down, across]))
            for down, across in np.ndindex(found[0], found[1])
        )
        for _, index, value in cells:
            self._check(index, value)
        return cells

    def check(self, row: int, column: int, number: float) -> None:
        """Raise an `InputError` if a number can't stand in a cell."""
        self._check(self.stored_index(row, column), number)

    def _check(self, index: tuple[int, ...], number: float) -> None:
        assert self._array is not None  # noqa: S101  # as above
        editing.check(self.field.name, index, number, self._array.shape, str(self._array.dtype))

    @property
    def refusal(self) -> str:
        """Why no number can be written here now, in a sentence; nothing if one can."""
        if self.values is None:
            return f"There are no numbers in {self.field.symbol} yet."
        if self.words.own_units and self.words.scaling is not None:
            return (
                f"{self.field.symbol} stands in original units, and is trained on in others: switch View → Original "
                "units off to edit it."
            )
        return ""

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) if self.refusal or not index.isValid() else CAN_BE_EDITED

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if role == Qt.ItemDataRole.EditRole and self.values is not None and index.isValid():
            return digits(self.values[index.row(), index.column()])
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and index.isValid():
            return self.refusal or HOW
        found = super().data(index, role)
        return f"{found}<br>{HOW}" if role == Qt.ItemDataRole.ToolTipRole and found else found

    def setData(  # noqa: N802  # Qt's name
        self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.EditRole or self.values is None or self.refusal or not isinstance(value, float):
            return False
        row, column = index.row(), index.column()
        if self.values[row, column] != self.values.dtype.type(value):
            self.asked.emit(self.cells(row, column, np.array([[value]])))
        return True


class EditableSamples(EditableModel, SampleModel):
    """x or y, which have all samples, in use or not."""
