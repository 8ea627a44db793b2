"""What an optimizer remembers from step to step: panels of their own, below those of the equation."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.core.update_terms import split
from linviz.gui.array_view import PADDING, ArrayPanel, times
from linviz.gui.fields import Field, remembered
from linviz.gui.labels import Badge
from linviz.gui.shared_width import share_width
from linviz.gui.theme import Theme

SPACING, ABOVE = 7, 3
MOST_ROWS = 6
"""That are shown without scrolling: below the equation they take their height from everything else."""
KEPT = "kept"
"""On the badge, when there is something."""
WIDEST_COUNT = "t = 9,999,999"
"""That nothing moves for."""


class MemoryPanel(ArrayPanel):
    """Something an optimizer remembers of a parameter: as the parameter's panel, but lower.

    Its badge would say what those of its neighbours say; the strip has one for all.
    """

    def __init__(self, field: Field, parent: QWidget) -> None:
        super().__init__(field, parent)
        self.table.most_rows = MOST_ROWS

    def show_snapshot(self, snapshot: Snapshot) -> bool:
        array = snapshot.state.get(self.field.name)
        return self.model.show_array(array, "none" if array is None else KEPT)

    def _arrange(self) -> None:
        self._badge.hide()
        heading = QHBoxLayout()
        heading.setSpacing(5)
        heading.addWidget(self._symbol)
        heading.addWidget(self._caption, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 4, PADDING, 4)
        layout.setSpacing(2)
        layout.addLayout(heading)
        layout.addWidget(self.table)

    def _captions(self, shape: tuple[int, ...], transposed: bool) -> tuple[str, ...]:
        shown = times(shape[::-1] if transposed else shape)
        more = (f"{self.field.word} {shown} · stored {times(shape)}",) if transposed else ()
        return *more, f"{self.field.word} · {shown}", self.field.word


class MemoryStrip(QWidget):
    """A row with a panel for each thing that is remembered of each parameter, and how many steps were counted.

    It is there when the optimizer of what is shown remembers something, also before its first step, so that nothing
    jumps when numbers come.
    """

    selected = Signal(str, object)
    """Field and stored index of the cell that was selected."""
    refused = Signal(str)
    """The field, in which something was typed."""
    paste_asked = Signal()
    """The keys to paste were pressed in a panel."""
    changed = Signal()
    """Other panels are there than before, or none any more."""

    def __init__(self, before: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.panels: dict[str, ArrayPanel] = {}
        self._made: dict[str, MemoryPanel] = {}
        self._before = before  # in the order of Tab
        self._theme: Theme | None = None
        self._standing: tuple[tuple[int, int, int], bool] = (1, 1, 1), False
        self._settings = Settings()
        self._wanted = True
        self.setObjectName("memory_strip")
        self._name, self._said, self._count = QLabel(self), QLabel("remembers", self), QLabel(self)
        self._badge, self._note = Badge(self), QLabel(self)
        for label, role in ((self._name, "title"), (self._said, "dim"), (self._count, "mono"), (self._note, "dim")):
            label.setProperty("role", role)
        self._count.setObjectName("memory_count")
        self._count.setToolTip("How many steps the optimizer has counted: the t in its formulas")
        self._note.setObjectName("memory_note")
        self._note.setWordWrap(True)
        self._title = QWidget(self)
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        heading, title = QHBoxLayout(), QVBoxLayout(self._title)
        heading.setSpacing(7)
        heading.addWidget(self._name)
        heading.addWidget(self._badge)
        heading.addStretch()
        title.setContentsMargins(0, 0, 0, 0)
        title.setSpacing(1)
        title.addStretch()
        title.addLayout(heading)
        for label in (self._said, self._count):
            title.addWidget(label)
        title.addStretch()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, ABOVE, 0, 0)
        self._row.setSpacing(SPACING)
        self._row.addStretch()
        self._row.addWidget(self._title)
        self._row.addSpacing(SPACING)
        self._row.addWidget(self._note, 10)
        self._row.addStretch()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and measures."""
        self._theme = theme
        for label in (self._name, self._said, self._count):
            label.ensurePolished()
        self._count.setMinimumWidth(self._count.fontMetrics().horizontalAdvance(WIDEST_COUNT))
        for panel in self._made.values():
            panel.set_theme(theme)

    @Slot(bool)
    def set_wanted(self, wanted: bool) -> None:
        """Be there when something is remembered, or never."""
        if wanted != self._wanted:
            self._wanted = wanted
            self._arrange()

    def start(self, shape: tuple[int, int, int], as_stored: bool) -> None:
        """Take a new run's shape, or turn the weight's panels round."""
        self._standing = shape, as_stored
        for panel in self._made.values():
            self._start(panel)

    def follow(self, snapshot: Snapshot) -> None:
        """Have the panels that the optimizer of a snapshot needs, and say what it counted."""
        if snapshot.settings is not self._settings:
            before, self._settings = self._settings, snapshot.settings
            if (before.optimizer, before.memory) != (self._settings.optimizer, self._settings.memory):
                self._arrange()
        self._badge.show_freshness(KEPT if snapshot.state else "none")
        if self._settings.evaluates:
            self._note.setText(_lbfgs_note(snapshot))
        elif "step" in self._settings.memory:
            self._count.setText(f"t = {int(snapshot.state.get('weight_step', 0)):,}")

    def share_width(self, width: int, widest: float) -> None:
        """Share a width; no cell gets wider than those above."""
        if self.panels:
            frames = 2 * SPACING + len(self.panels) * (2 * PADDING + 2 + SPACING) + self._title.sizeHint().width()
            share_width([[panel.table] for panel in self.panels.values()], width - frames, widest=max(widest, 1.0))

    def _arrange(self) -> None:
        """Put the panels there that are needed, and no others."""
        fields = remembered(self._settings) if self._wanted else ()
        for panel in self.panels.values():
            self._row.removeWidget(panel)
            panel.hide()
        self.panels = {field.name: self._panel(field) for field in fields}
        last = self._before
        for panel in self.panels.values():
            self._row.insertWidget(self._row.count() - 1, panel)
            panel.show()
            QWidget.setTabOrder(last, panel.table)
            last = panel.table
        evaluates = self._wanted and self._settings.evaluates
        self._name.setText(self._settings.optimizer)
        self._note.setVisible(evaluates)
        self._count.setVisible("step" in self._settings.memory)
        self.setVisible(bool(fields) or evaluates)
        self.changed.emit()

    def _panel(self, field: Field) -> MemoryPanel:
        panel = self._made.get(field.name)
        if panel is None or panel.field != field:
            panel = self._made[field.name] = MemoryPanel(field, self)
            panel.selected.connect(self.selected)
            panel.refused.connect(self.refused)
            panel.table.paste_asked.connect(self.paste_asked)
            if self._theme is not None:
                panel.set_theme(self._theme)
            self._start(panel)
        return panel

    def _start(self, panel: MemoryPanel) -> None:
        (_, inputs, outputs), as_stored = self._standing
        panel.start((outputs, inputs) if split(panel.field.name)[0] == "weight" else (outputs,), as_stored)


def _lbfgs_note(snapshot: Snapshot) -> str:
    """Say what LBFGS remembers; it is shaped as no parameter."""
    state = snapshot.state
    moves = len(state["lbfgs_old_dirs"]) if "lbfgs_old_dirs" in state else 0
    counted = ", ".join(f"{key} = {int(state.get(f'lbfgs_{key}', 0)):,}" for key in ("n_iter", "func_evals"))
    return (
        f"{counted}; its last {moves:,} moves, and what each changed in the gradient, are of all "
        f"{snapshot.weight.size + snapshot.bias.size:,} parameters together: there is no panel of that shape."
    )
