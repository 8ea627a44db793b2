"""The row above a landscape: its two axes, and which slice it is."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from linviz.core.axis import Axis
from linviz.gui.axes_model import AxesModel


class AxisBox(QComboBox):
    """Chooses an axis; as narrow as need be."""

    def __init__(self, model: AxesModel, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setObjectName(name)
        self.setAccessibleName(tip)
        self.setToolTip(tip)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(16)


class AxisRow(QWidget):
    """Lists of axes for across and up, and a button for the slice through the optimum."""

    chosen = Signal(object, bool)
    """An `Axis`, and whether it is the one across."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.model = AxesModel(self)
        self.across = AxisBox(self.model, "axis_across_box", "The landscape's axis across", self)
        self.up = AxisBox(self.model, "axis_up_box", "The landscape's axis upwards", self)
        self.across.activated.connect(self._on_across_chosen)
        self.up.activated.connect(self._on_up_chosen)
        self.through = QToolButton(self)
        self.through.setDefaultAction(actions["slice_optimum"])
        self.through.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.through.setAccessibleName("slice through the optimum")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.across, 1)
        row.addWidget(QLabel("×", self))
        row.addWidget(self.up, 1)
        row.addWidget(self.through)

    def show_axes(self, axes: tuple[Axis, Axis]) -> None:
        """Show which ones are in force."""
        for box, axis in zip((self.across, self.up), axes, strict=True):
            box.setCurrentIndex(self.model.row(axis))

    @Slot(int)
    def _on_across_chosen(self, row: int) -> None:
        self.chosen.emit(self.model.axis(row), True)

    @Slot(int)
    def _on_up_chosen(self, row: int) -> None:
        self.chosen.emit(self.model.axis(row), False)
