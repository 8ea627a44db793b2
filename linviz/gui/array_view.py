"""A panel: symbol, badge, what it is, and a table of numbers."""

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from linviz.core.editing import EDITABLE
from linviz.core.movement import largest_move
from linviz.core.snapshot import PARAMETERS, Array, Snapshot
from linviz.core.terms import Index as Stored
from linviz.core.terms import Pattern
from linviz.gui.array_model import ArrayModel
from linviz.gui.array_table import ArrayTable
from linviz.gui.card import Card
from linviz.gui.editable_model import EditableModel
from linviz.gui.fields import Field
from linviz.gui.labels import Badge, Caption
from linviz.gui.own_units import OwnUnits
from linviz.gui.panel_words import PanelWords
from linviz.gui.theme import Theme

PADDING = 7


class ArrayPanel(Card):
    """One field of the snapshot as a card of the equation."""

    selected = Signal(str, object)
    """Field and stored index of the cell that was selected."""
    refused = Signal(str)
    """The field, in which something was typed that can't be edited."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._standing: tuple[tuple[int, ...], bool] | None = None
        self.model = self._made_model()
        self.table = ArrayTable(self.model, self)
        self.table.selected.connect(self._on_selected)
        self.table.refused.connect(self._on_refused)
        self._symbol, self._badge, self._caption = QLabel(self), Badge(self), Caption(self)
        self._symbol.setProperty("role", "symbol")
        self._words, self._units = PanelWords(field), OwnUnits(None)
        self._arrange()
        # As large as its numbers, smaller if it must: then the table scrolls.
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def _made_model(self) -> ArrayModel:
        return (EditableModel if self.field.name in EDITABLE else ArrayModel)(self.field, self)

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
        name, freshness = self.field.name, snapshot.freshness(self.field.name)
        self._badge.show_freshness(freshness)
        if snapshot.problem is not self._words.problem:
            self._take(replace(self._words, problem=snapshot.problem))
        array = getattr(snapshot, name)
        if name in PARAMETERS:
            array = self._show_move(snapshot)
        self.model.rescaled = self._units.rescaled(name, array) if self._words.own_units else None
        is_new = self.model.show_array(array, freshness)
        if is_new and self.model.true is not None:
            self._tell(snapshot)
        return is_new

    def _show_move(self, snapshot: Snapshot) -> Array:
        """Show what the last update did to a parameter; give the parameter in the units in which it is shown."""
        name, before = self.field.name, snapshot.applied.operands if snapshot.applied else None
        if not (self._words.own_units and self._words.scaling):
            self.model.show_move(before[name] if before else None, largest_move(snapshot))
            array: Array = getattr(snapshot, name)
            return array
        # Which moved most, of units that can't be compared, there is no telling.
        self.model.show_move(self._units.parameter(name, before["weight"], before["bias"]) if before else None, None)
        return self._units.parameter(name, snapshot.weight, snapshot.bias)

    def set_own_units(self, own_units: bool) -> None:
        """Show what was standardised in the units that it came in, or as it is trained on; from the next moment on."""
        self._take(replace(self._words, own_units=own_units))

    def _take(self, words: PanelWords) -> None:
        """Take what another problem says of the field, or other units."""
        if words.problem is not self._words.problem:
            self._units = OwnUnits(words.scaling)
        self._words = words
        names = words.names
        true = getattr(words.problem, f"true_{self.field.name}", None)
        self.model.show_anew(words, true)
        # Of all whose rows are samples, or those would not stand beside each other.
        self.table.show_names(self.field.per_sample and bool(names.x or names.y))
        self._tell(None)

    def _tell(self, moment: Snapshot | None) -> None:
        """Say what it is, and of a moment what has to be said of that."""
        if self._standing is None:
            return
        shape, transposed = self._standing
        texts = self._words.captions(self._captions(shape, transposed), moment)
        self._symbol.setText(self._words.heading(transposed))
        self._symbol.setToolTip(self._words.tip())
        self._caption.set_texts(*texts)
        self._caption.setToolTip(texts[0])
        remark = self._words.remarks(moment)
        self.table.setAccessibleDescription(" ".join((self.field.meaning, f"{remark[0]}." if remark else "")).strip())

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

    @Slot()
    def _on_refused(self) -> None:
        self.refused.emit(self.field.name)

    @Slot(int, int)
    def _on_selected(self, row: int, column: int) -> None:
        self.selected.emit(self.field.name, self.model.stored_index(row, column))

    def start(self, shape: tuple[int, ...], as_stored: bool) -> None:
        """Take another stored shape, or turn round what is shown."""
        transposed = self.field.chained and not as_stored
        if (shape, transposed) == self._standing:
            return
        if self._standing is None or shape != self._standing[0]:
            # What is said of the columns before is said of none of these.
            self._words = replace(self._words, problem=None)
        self._standing = shape, transposed
        self.model.start(shape, transposed)
        stored = f", shown transposed, stored {times(shape)}" if transposed else ""
        self.table.setAccessibleName(f"{self.field.word}, {times(shape)}{stored}")
        self._take(self._words)
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
