"""A panel of the equation with numbers that were computed by theory, not by the run."""

from PySide6.QtWidgets import QWidget

from linviz.core.snapshot import Array
from linviz.gui.array_model import ArrayModel
from linviz.gui.array_view import ArrayPanel
from linviz.gui.fields import FIELDS

COMPUTED = "computed"
"""On its badge."""


class ComputedPanel(ArrayPanel):
    """Looks like the field's panel, in the same orientation, and says that its numbers are computed."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(FIELDS[name], parent)
        self.table.setObjectName(f"{COMPUTED}_{name}")
        self._badge.show_freshness(COMPUTED)

    def _made_model(self) -> ArrayModel:
        return ArrayModel(self.field, self)

    def show_computed(self, array: Array, as_stored: bool) -> None:
        """Show a parameter, as it is stored or turned as in the equation."""
        self.start(array.shape, as_stored)
        self.model.show_array(array, COMPUTED)
