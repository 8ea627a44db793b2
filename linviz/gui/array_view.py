"""A panel: symbol, badge, what it is, and a table of numbers."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from linviz.core.movement import largest_move
from linviz.core.snapshot import PARAMETERS, Snapshot
from linviz.core.terms import Index as Stored
from linviz.core.terms import Pattern
from linviz.gui.array_model import ArrayModel
from linviz.gui.array_table import ArrayTable
from linviz.gui.card import Card
from linviz.gui.fields import Field
from linviz.gui.labels import Badge, Caption
from linviz.gui.theme import Theme

PADDING = 7


class ArrayPanel(Card):
    """One field of the snapshot as a card of the equation."""

    selected = Signal(str, object)
    """Field and stored index of the cell that was selected."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._standing: tuple[tuple[int, ...], bool] | None = None
        self.model = ArrayModel(field, self)
        self.table = ArrayTable(self.model, self)
        self.table.selected.connect(self._on_selected)
        self._symbol, self._badge, self._caption = QLabel(self), Badge(self), Caption(self)
        self._symbol.setProperty("role", "symbol")
        self._symbol.setToolTip(field.meaning)
        self._arrange()
        # As large as its numbers, smaller if it must: then the table scrolls.
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def _arrange(self) -> None:
        """Put the parts of the panel where they stand."""
        heading = QHBoxLayout()
        heading.addWidget(self._symbol)
        heading.addStretch()
        heading.addWidget(self._badge)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 6, PADDING, 8)
        layout.setSpacing(3)
        layout.addLayout(heading)
        layout.addWidget(self._caption)
        layout.addWidget(self.table)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and measures."""
        self.set_card_theme(theme)
        self.table.set_theme(theme)

    def show_snapshot(self, snapshot: Snapshot) -> bool:
        """Show this field of a snapshot of the same shapes as those of `start`; tell whether its numbers are new."""
        freshness = snapshot.freshness(self.field.name)
        self._badge.show_freshness(freshness)
        if self.field.name in PARAMETERS:
            old = snapshot.applied.operands[self.field.name] if snapshot.applied else None
            self.model.show_move(old, largest_move(snapshot))
        return self.model.show_array(getattr(snapshot, self.field.name), freshness)

    def outline(self, cells: Pattern | None) -> None:
        """Outline cells by their stored indices, with none for an index that is gone through; none for no cells."""
        if cells is None:
            self.table.clear_outline()
        elif len(cells) == 1:
            self.table.outline(0, cells[0])
        else:
            self.table.outline(*(cells[::-1] if self.model.transposed else cells))

    def select(self, index: Stored) -> None:
        """Select a cell by its stored index, and show it."""
        self.table.go_to(self.model.index(*self.model.shown_at(index)))

    @Slot(int, int)
    def _on_selected(self, row: int, column: int) -> None:
        self.selected.emit(self.field.name, self.model.stored_index(row, column))

    def start(self, shape: tuple[int, ...], as_stored: bool) -> None:
        """Take another stored shape, or turn round what is shown."""
        transposed = self.field.chained and not as_stored
        if (shape, transposed) == self._standing:
            return
        self._standing = shape, transposed
        self.model.start(shape, transposed)
        self._symbol.setText(self.field.heading(transposed))
        self._caption.set_texts(*self._captions(shape, transposed))
        stored = f", shown transposed, stored {times(shape)}" if transposed else ""
        self.table.setAccessibleName(f"{self.field.word}, {times(shape)}{stored}")
        self.table.setAccessibleDescription(self.field.meaning)
        self.updateGeometry()

    def _captions(self, shape: tuple[int, ...], transposed: bool) -> tuple[str, ...]:
        """Say what it is and its shape, in fewer and fewer words."""
        word = self.field.word
        if transposed:
            shown, stored = times(shape[::-1]), f"stored {times(shape)}"
            return f"{word} {shown} · {stored}", f"{word} · {stored}", f"{shown} · {stored}", stored
        return f"{word} · {times(shape)}", times(shape)


def times(shape: tuple[int, ...]) -> str:
    """Write a shape as one reads it aloud: ``2 × 3``."""
    return " × ".join(map(str, shape))
