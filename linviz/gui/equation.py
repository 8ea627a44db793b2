"""The panels in the order of the formula: x · Wᵀ + b = ŷ ↔ y → ŷ − y, gradients under their parameters."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.core.terms import Index, Pattern
from linviz.gui.array_view import PADDING, ArrayPanel
from linviz.gui.fields import FIELDS
from linviz.gui.flash import Flash
from linviz.gui.memory_strip import MemoryStrip
from linviz.gui.sample_panel import SamplePanel
from linviz.gui.shared_width import share_width
from linviz.gui.theme import Theme

# What stands between the panels, and what it means there.
ROW: tuple[tuple[str, ...] | str, ...] = (
    ("x",),
    "·",
    ("weight", "weight_grad"),
    "+",
    ("bias", "bias_grad"),
    "=",
    ("prediction",),
    "↔",
    ("y",),
    "→",
    ("residual",),
)
BIAS = ("bias", "bias_grad")
MARGIN, OPERATOR_WIDTH = 10, 20
OPERATORS = {
    "·": "Matrix product: a row of x with a column of Wᵀ",
    "+": "The bias is added to every row",
    "=": "gives the prediction",
    "↔": "The prediction is compared with the target",
    "→": "Their difference; the loss is the mean of (ŷ − y)²",
}


class Equation(QWidget):
    """All eight panels; rows of the same sample stand on the same height, also when scrolled.

    Below them stands what the optimizer remembers.
    """

    selected = Signal(str, object)
    """Field and stored index of the cell that was selected, in any panel."""
    scaled_changed = Signal(bool)
    """Whether what is shown is standardised."""
    refused = Signal(str)
    """The field, in which something was typed that can't be edited."""
    paste_asked = Signal()
    """The keys to paste were pressed in a panel."""
    measures_changed = Signal()
    """It needs another height than before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panels: dict[str, ArrayPanel] = {
            name: (SamplePanel if field.per_sample else ArrayPanel)(field, self) for name, field in FIELDS.items()
        }
        self._snapshot: Snapshot | None = None
        self._flash, self._flashes = Flash(self), True
        self._as_stored = False
        self._outlined: dict[str, Pattern] = {}
        self._shape = (1, 1, 1)
        self._settings, self._parted = Settings(), False
        self._operators: dict[str, QLabel] = {}
        self._slots = [part for part in ROW if not isinstance(part, str)]
        whole, layout = QVBoxLayout(self), QHBoxLayout()
        whole.setContentsMargins(MARGIN, 8, MARGIN, 2)
        whole.setSpacing(0)
        layout.setSpacing(0)
        layout.addStretch()
        for part in ROW:
            if isinstance(part, str):
                layout.addWidget(self._operator(part), 3)
            elif len(part) == 1:
                layout.addWidget(self.panels[part[0]])
            else:
                column = QVBoxLayout()
                column.setSpacing(8)
                column.addStretch()
                for name in part:
                    column.addWidget(self.panels[name])
                column.addStretch()
                layout.addLayout(column)
        layout.addStretch()
        self.memory = MemoryStrip(self.panels["residual"].table, self)
        whole.addLayout(layout, 1)
        whole.addWidget(self.memory)
        self.memory.changed.connect(self._on_memory_changed)
        self.memory.selected.connect(self._on_selected)
        self.memory.refused.connect(self.refused)
        self.memory.paste_asked.connect(self.paste_asked)
        for panel in self.panels.values():
            panel.selected.connect(self._on_selected)
            panel.refused.connect(self.refused)
            panel.table.paste_asked.connect(self.paste_asked)
        self._samples = [panel.table for panel in self.panels.values() if panel.field.per_sample]
        self._scroll_bars = [table.verticalScrollBar() for table in self._samples]
        for bar in self._scroll_bars:
            bar.valueChanged.connect(self._on_scrolled)

    @property
    def shown(self) -> dict[str, ArrayPanel]:
        """All panels that are there now, by field."""
        there = self.panels if self._settings.bias else {name: self.panels[name] for name in FIELDS if name not in BIAS}
        return {**there, **self.memory.panels}

    @property
    def chosen(self) -> ArrayPanel | None:
        """The panel whose cell was selected last, if that is in one."""
        return next((panel for panel in self.shown.values() if panel.table.marked), None)

    def in_scroll_area(self) -> QScrollArea:
        """Give an area to put into a window: where text is larger than there is room for, it scrolls."""
        area = QScrollArea(self.parentWidget())
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self)
        return area

    def set_theme(self, theme: Theme) -> None:
        """Take colours and measures."""
        self.memory.set_theme(theme)
        for panel in self.panels.values():
            panel.set_theme(theme)
        for label in self._operators.values():
            label.ensurePolished()
            label.setMinimumWidth(max(OPERATOR_WIDTH, label.fontMetrics().horizontalAdvance(label.text())))
        self._share_width()

    @Slot(bool)
    def set_as_stored(self, as_stored: bool) -> None:
        """Show the weight and its gradient as torch stores them, or transposed as the equation reads."""
        self._as_stored = as_stored
        self._turn()

    @Slot(bool)
    def set_own_units(self, own_units: bool) -> None:
        """Show what was standardised in the units that it came in, or as it is trained on."""
        for panel in self.panels.values():
            panel.set_own_units(own_units)
        if self._snapshot is not None:
            self.show_snapshot(self._snapshot)

    @Slot(bool)
    def set_flashes(self, flashes: bool) -> None:
        """Let numbers that change flash, or not."""
        self._flashes = flashes
        self._flash.end()

    @Slot(bool)
    def set_stacked(self, stacked: bool) -> None:
        """Show of each parameter old → new → Δ, or the number alone."""
        for panel in self.panels.values():
            panel.table.set_stacked(stacked)
        self._share_width()
        for panel in self.panels.values():
            panel.updateGeometry()  # at once, so that the height that all need is known

    def start(self, samples: int, inputs: int, outputs: int) -> None:
        """Take a new run's shape; a table whose shape is another is empty until a snapshot is shown."""
        self._shape = samples, inputs, outputs
        self._snapshot = None
        self._turn()

    def follow(self, snapshot: Snapshot) -> None:
        """Have the panels that a moment needs, before they show it one after the other."""
        scaled = snapshot.problem.scaling is not None
        if self._snapshot is None or scaled is not (self._snapshot.problem.scaling is not None):
            self.scaled_changed.emit(scaled)
        self._snapshot = snapshot
        if snapshot.settings is not self._settings:
            self._take_settings(snapshot)
        self.memory.follow(snapshot)

    def show_snapshot(self, snapshot: Snapshot, flash: bool = False) -> None:
        """Show a moment of the run that was started; numbers that are other than before may flash."""
        self.follow(snapshot)
        changed = [panel.table for panel in self.shown.values() if panel.show_snapshot(snapshot)]
        if flash and self._flashes:
            self._flash.begin(changed)
        elif changed:
            self._flash.end()

    def end_flash(self) -> None:
        """Flash no more: a run is on, in which everything changes all the time."""
        self._flash.end()

    @Slot(str, object)
    def select(self, field: str, index: Index) -> None:
        """Select a cell by its stored index."""
        if field in self.shown:
            self.shown[field].select(index)
        else:
            self.unmark()

    @Slot()
    def unmark(self, but: str = "") -> None:
        """Take the mark from every panel's current cell, but that of one: something else was selected after it."""
        for name, panel in self.shown.items():
            if name != but:
                panel.table.unmark()

    @Slot(object)
    def outline(self, operands: dict[str, Pattern]) -> None:
        """Outline the cells that a number came from, and no others."""
        self._outlined = operands
        for name, panel in self.shown.items():
            panel.outline(operands.get(name))

    def _take_settings(self, snapshot: Snapshot) -> None:
        """Have a bias or none, room for marks at the samples or none, as a run needs it from its start on."""
        before, settings = self._settings, snapshot.settings
        self._settings = settings
        self._operators["→"].setToolTip(f"Their difference; the loss is the {settings.criterion.formula}")
        tests = 0 if snapshot.tests is None else len(snapshot.tests)
        parted = bool(tests) or not settings.batches.all_at_once(len(snapshot.x))
        if (before.bias, self._parted) == (settings.bias, parted):
            return
        self._parted = parted
        for panel in self.panels.values():
            if isinstance(panel, SamplePanel):
                panel.mark_samples(parted)
        for part in (self._operators["+"], *(self.panels[name] for name in BIAS)):
            part.setVisible(settings.bias)
        self._share_width()
        self.measures_changed.emit()

    def _turn(self) -> None:
        samples, inputs, outputs = self._shape
        shapes: dict[str, tuple[int, ...]] = dict.fromkeys(self.panels, (samples, outputs))
        shapes |= {"x": (samples, inputs), "weight": (outputs, inputs), "bias": (outputs,)}
        shapes |= {"weight_grad": shapes["weight"], "bias_grad": shapes["bias"]}
        for name, panel in self.panels.items():
            panel.start(shapes[name], self._as_stored)
        self.memory.start(self._shape, self._as_stored)
        if self._snapshot is not None:
            self.show_snapshot(self._snapshot)
        self.outline(self._outlined)
        self._share_width()

    def _share_width(self) -> None:
        """Make all cells equally wide, or, where there is no room for all, let only the widest panels scroll.

        Where there is room for all, the last panel's bar scrolls the samples in each: four bars would cost decimals.
        """
        there, operators = self.shown, [label for label in self._operators.values() if not label.isHidden()]
        slots = [[there[name].table for name in slot] for slot in self._slots if slot[0] in there]
        frames = 2 * MARGIN + len(slots) * 2 * (PADDING + 1) + sum(map(QLabel.minimumWidth, operators))
        stretch = share_width(slots, self.width() - frames, self._samples[-1].bar_width())
        as_needed, off = Qt.ScrollBarPolicy.ScrollBarAsNeeded, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        for table in self._samples[:-1]:
            table.setVerticalScrollBarPolicy(as_needed if stretch < 1 else off)
        self.memory.share_width(self.width() - 2 * MARGIN, stretch)

    def _operator(self, symbol: str) -> QLabel:
        label = QLabel(symbol, self)
        label.setProperty("role", "operator")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setMinimumWidth(OPERATOR_WIDTH)
        self._operators[symbol] = label
        label.setMaximumWidth(4 * OPERATOR_WIDTH)
        label.setToolTip(OPERATORS[symbol])
        return label

    @Slot(str, object)
    def _on_selected(self, field: str, index: Index) -> None:
        self.unmark(but=field)
        self.selected.emit(field, index)

    @Slot()
    def _on_memory_changed(self) -> None:
        self.outline(self._outlined)
        self._share_width()
        self.measures_changed.emit()

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        for bar in self._scroll_bars:
            bar.setValue(value)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()
