"""What a problem will be, before it is there: its shapes as the equation reads, and the memory they take."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from linviz.errors import sentence
from linviz.gui.card import Card

Shape = tuple[int | str | None, int | str | None, int | str | None]
"""Samples, inputs, outputs; none or a word for what is not known yet."""
KILO = 1000


class ShapePreview(Card):
    """Follows what is being chosen; what is wrong with it stands below, in place of what it would take."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shapes, self._said, self._complaint = (QLabel(self) for _ in range(3))
        column = QVBoxLayout(self)
        column.setContentsMargins(11, 8, 11, 10)
        column.setSpacing(4)
        for name, label, role in (
            ("shapes", self._shapes, "mono"),
            ("shapes_said", self._said, "dim"),
            ("complaint", self._complaint, "differ"),
        ):
            label.setObjectName(name)
            label.setProperty("role", role)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)

    def show_shape(self, shape: Shape, said: str, wrong: str = "") -> None:
        """Show a shape, what is to be said of it, and why it can't be had, if it can't."""
        self._shapes.setText(shapes_text(shape))
        self._said.setText(said)
        self._said.setVisible(bool(said) and not wrong)
        self._complaint.setText(sentence(wrong))
        self._complaint.setVisible(bool(wrong))


def shapes_text(shape: Shape) -> str:
    """Write the shapes as the equation reads: ``x (10 × 3) · Wᵀ (3 × 2) + b (2) = ŷ (10 × 2)``."""
    samples, inputs, outputs = (
        "?" if side is None else f"{side:,}" if isinstance(side, int) else side for side in shape
    )
    return f"x ({samples} × {inputs}) · Wᵀ ({inputs} × {outputs}) + b ({outputs}) = ŷ ({samples} × {outputs})"


def memory_text(count: int) -> str:
    """Write a number of bytes in the unit that shows it in the fewest digits."""
    if count < KILO:
        return f"{count} bytes"
    units, power = ("kB", "MB", "GB", "TB", "PB", "EB"), 0
    while count >= KILO ** (power + 2) and power < len(units) - 1:
        power += 1
    whole, tenths = divmod(count * 10 // KILO ** (power + 1), 10)  # a float may be too small for it
    return f"{whole:,}.{tenths} {units[power]}"
