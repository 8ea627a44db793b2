"""The axes that a landscape can have, as a list to choose from: all parameters, then all eigen-directions."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, Qt

from linviz.core.axis import Axis
from linviz.gui.fields import cell_name
from linviz.gui.table_model import Index

DISPLAY, TIP = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole


class AxesModel(QAbstractListModel):
    """Makes each name as it is asked for: a large model has thousands."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._outputs = self._inputs = self._parameters = 0
        self._eigenvalues: tuple[float, ...] = ()

    def start(self, inputs: int, outputs: int, bias: bool, eigenvalues: Sequence[float] = ()) -> None:
        """Take the shape of a model, and the eigenvalues for each output where they are known."""
        shown = inputs, outputs, inputs + bias, tuple(eigenvalues)
        if shown != (self._inputs, self._outputs, self._parameters, self._eigenvalues):
            self.beginResetModel()
            self._inputs, self._outputs, self._parameters, self._eigenvalues = shown
            self.endResetModel()

    def axis(self, row: int) -> Axis:
        """Give what is chosen by a row."""
        eigen, row = divmod(row, self._outputs * self._parameters)
        return Axis(*divmod(row, self._parameters), eigen=bool(eigen))

    def row(self, axis: Axis) -> int:
        """Give the row of an axis."""
        return (axis.eigen * self._outputs + axis.output) * self._parameters + axis.at

    def name(self, axis: Axis) -> str:
        """Give its name, as axes have it: a cell's, or its eigenvalue; the output first, which is cut off last."""
        if not axis.eigen:
            return cell_name(*axis.cell(self._inputs))
        eigenvalue = f"λ {self._eigenvalues[axis.at]:.4g}"
        return f"out {axis.output} · {eigenvalue}" if self._outputs > 1 else f"along {eigenvalue}"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else (2 if self._eigenvalues else 1) * self._outputs * self._parameters

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if role == DISPLAY:
            return self.name(self.axis(index.row()))
        if role == TIP and self.axis(index.row()).eigen:
            return "An eigenvector of the Hessian, counted from the optimum; nothing else has a say along it"
        return None

    def mimeTypes(self) -> list[str]:
        return []

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        del data, action, row, column, parent
        return False

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        del data, action, row, column, parent
        return False


def companion(axis: Axis, other: Axis, parameters: int, outputs: int) -> Axis:
    """Give the axis to stand beside one that was chosen: the one that does, if it can, else one like it.

    Parameters
    ----------
    axis
        The one chosen.
    other
        The one beside it so far.
    parameters, outputs
        Of the model.
    """
    if axis.upright(other):
        return other
    if parameters == 1:
        return Axis((axis.output + 1) % outputs, 0, axis.eigen)
    # Of eigen-directions the steepest one, which is the last.
    at = parameters - 1 if axis.eigen else 0
    return Axis(axis.output, at if at != axis.at else (at + 1) % parameters, axis.eigen)
