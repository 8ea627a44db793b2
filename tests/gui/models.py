"""What test_array_model.py and test_array_model_numbers.py have in common."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt

from gui.parts import frozen
from linviz.gui.array_model import ArrayModel
from linviz.gui.fields import FIELDS

Check = Callable[[QAbstractItemModel], None]


ROLE = Qt.ItemDataRole


NOWHERE = QModelIndex()


SHAPES = [("x", (10, 3), False), ("weight", (2, 3), True), ("weight", (2, 3), False), ("bias", (2,), False),
          ("x", (1, 1), False), ("bias_grad", (1,), False), ("weight_grad", (1, 50), True)]  # fmt: skip


def model_of(field: str, values: Any, transposed: bool = False, freshness: str = "fresh") -> ArrayModel:
    model, array = ArrayModel(FIELDS[field]), frozen(values)
    model.start(array.shape, transposed)
    model.show_array(array, freshness)
    return model


def shown(model: QAbstractItemModel, role: int = ROLE.DisplayRole) -> list[list[Any]]:
    """Ask for every cell, as a view does."""
    return [
        [model.data(model.index(row, column), role) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


class Emitted:
    """Notes what a model says of its changes."""

    def __init__(self, model: ArrayModel) -> None:
        self.changes: list[tuple[int, int, int, int]] = []
        self.resets = 0
        model.dataChanged.connect(self._on_changed)
        model.modelReset.connect(self._on_reset)

    def _on_changed(self, first: QModelIndex, last: QModelIndex, _roles: object = None) -> None:
        self.changes.append((first.row(), first.column(), last.row(), last.column()))

    def _on_reset(self) -> None:
        self.resets += 1


STORED = arrays.arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.floats(-9, 9, width=32))
