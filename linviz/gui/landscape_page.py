"""The landscape of the loss as a page of the theory card: its axes, the plot, and what it shows in words."""

import time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from linviz.core.axis import Axis, first_axes, first_cells
from linviz.core.command import Edit
from linviz.core.editing import inverse, leading_to
from linviz.core.landscape import Landscape, Plane, Points, Slice
from linviz.core.snapshot import GRADIENTS, PARAMETERS, Snapshot
from linviz.core.theory import Parameters, Theory
from linviz.core.trail import Trail
from linviz.core.waypoints import Way, WayOf
from linviz.errors import InputError
from linviz.gui.axes_model import companion
from linviz.gui.axis_row import AxisRow
from linviz.gui.landscape_contours import alike
from linviz.gui.landscape_plot import HINT, LandscapePlot
from linviz.gui.landscape_sight import Sight
from linviz.gui.landscape_words import MOVES_ALL, Words
from linviz.gui.surveyor import Surveyor
from linviz.gui.theory_card import UNKNOWN, TheoryPage

if TYPE_CHECKING:
    from linviz.core.snapshot import Burst
    from linviz.core.terms import Index
    from linviz.gui.theme import Theme

LEAST = 0, 0, 150, 220
"""Heights of the page from which on axes, plot, caption and legend are shown."""
SELDOM = 0.25
"""Seconds during a run between two captions and two slices, whose contours take longer to draw than all else."""
AT_REST = 1.0
"""Seconds until a run that stands still on both axes is looked at again: on others it may be on its way."""


class LandscapePage(TheoryPage):
    """Shows where the run stands on the landscape, and lets a person put the parameters elsewhere."""

    asked = Signal(object)
    """A question for the worker."""
    moved = Signal(object, object, str)
    """What moves the parameters, what moves them back, and what the move is called."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.plot = LandscapePlot(self)
        self.plot.moved.connect(self._on_moved)
        self.plot.looked.connect(self._on_looked)
        self._actions = actions
        self._theory: Theory | None = None
        self._ground: Landscape | Plane | None = None
        self._shape = 0, 0, False  # inputs, outputs and whether there is a bias, for which the axes were chosen
        self._surveyor = Surveyor()
        self._axes: tuple[Axis, Axis] | None = None
        self._slice: Slice | None = None
        self._optimum: Points = np.zeros(2)
        self._trail = Trail()
        self._burst: Burst | None = None
        self._waits_for: int | None = None  # the branch whose way was asked for
        self._why_not, self._complaint, self._text_scale = UNKNOWN, "", 1.0
        self._cell: tuple[str, Index] | None = None
        self._looked_at = 0.0
        self.row = AxisRow(actions, self)
        self.row.chosen.connect(self._on_axis_chosen)
        self.words = Words(self)
        self._instead = QLabel(self)
        self._instead.setObjectName("landscape_instead")
        self._instead.setProperty("role", "dim")
        self._instead.setWordWrap(True)
        self._instead.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.row)
        column.addWidget(self.words.caption)
        column.addWidget(self._instead, 1)
        column.addWidget(self.plot, 1)
        column.addWidget(self.words.legend)
        for name in ("axis_across", "axis_up"):
            actions[name].triggered.connect(self._on_cell_taken)
        actions["slice_optimum"].toggled.connect(self._on_slice_toggled)
        self._show_parts()

    def set_theme(self, theme: "Theme", text_scale: float) -> None:
        self.plot.set_theme(theme, text_scale)
        self._text_scale = text_scale
        self._show_parts()

    def show_theory(self, theory: Theory | None, why_not: str) -> None:
        self._why_not = why_not or UNKNOWN
        self._theory = theory
        self._lay_out()

    def show_burst(self, burst: "Burst", live: bool) -> None:
        self._burst = burst
        if not self._trail.put(burst) and burst.place is not None and self._waits_for != burst.place.branch:
            self._waits_for = burst.place.branch
            self.asked.emit(WayOf(burst.place.branch))
        if not self._stands:
            self._lay_out()
        if not (live and self._stands_still(burst.snapshot)):
            self._show(live)

    @Slot(object, object)
    def take_done(self, command: object, result: object) -> None:
        """Take the way that was asked for, or the loss that was computed."""
        if isinstance(result, Way) and result.branch == self._waits_for:
            self._waits_for = None
            self._trail.take(result)
            self._show()
        elif self._surveyor.take(command, result, self._axes):
            self._show()

    @Slot(str, object)
    def select_cell(self, field: str, index: "Index") -> None:
        """Note the parameter that the next command takes as an axis."""
        owner = dict(zip(GRADIENTS, PARAMETERS, strict=True)).get(field, field)
        self._cell = (owner, index) if owner in PARAMETERS else None

    @property
    def moment(self) -> Snapshot | None:
        """The moment that is shown."""
        return None if self._burst is None else self._burst.snapshot

    @property
    def axes(self) -> tuple[Axis, Axis] | None:
        """Across and up; none while nothing is known."""
        return self._axes if self._stands else None

    @property
    def _stands(self) -> bool:
        """Whether there are axes to stand on that fit the moment."""
        moment = self.moment
        if moment is None or self._ground is None:
            return False
        computed = moment.settings.criterion.loss != "MSE"
        return computed == isinstance(self._ground, Plane) and self._shape == _shape(moment)

    def _stands_still(self, moment: Snapshot) -> bool:
        """Tell whether nobody could see a difference from what is shown, which is not long ago."""
        sight = self.plot.picture.sight
        if self._ground is None or sight is None or sight.moment.settings is not moment.settings:
            return False
        here = self._ground.coordinates(Parameters(moment.weight, moment.bias))
        return self.plot.picture.unmoved(here) and time.perf_counter() - self._looked_at < AT_REST

    def choose(self, across: Axis, up: Axis) -> None:
        """Take other axes."""
        self._axes = across, up
        self._lay_out()

    def _lay_out(self) -> None:
        """Stand on the axes that were chosen, or on those that there are to begin with."""
        self._ground, self._slice, self._complaint = None, None, ""
        self._surveyor.forget()
        moment = self.moment
        if moment is not None:
            if _shape(moment) != self._shape:  # or what was chosen stays
                self._axes, self._shape = None, _shape(moment)
            try:
                self._ground = self._found(moment)
            except InputError as error:
                self._complaint = str(error)
        if self._ground is not None:
            self._axes = self._ground.axes
            self.plot.set_names(*map(self.row.model.name, self._axes))
            self.row.show_axes(self._axes)
        self._trail.cross(self._ground)
        self._show_parts()
        self._show()

    def _found(self, moment: Snapshot) -> Landscape | Plane | None:
        """Give the axes to stand on at a moment, as what is known of the loss has them.

        Raises
        ------
        InputError
            If there are none.
        """
        theory, (inputs, outputs, bias) = self._theory, _shape(moment)
        if moment.settings.criterion.loss != "MSE":
            self.row.model.start(inputs, outputs, bias)
            axes = self._axes
            if axes is None or any(axis.eigen for axis in axes):
                axes = first_cells(inputs + bias, outputs)
            return Plane(axes)
        if theory is None or (theory.inputs, theory.outputs, theory.bias) != (inputs, outputs, bias):
            return None
        self.row.model.start(inputs, outputs, bias, theory.eigenvalues.tolist())
        axes = self._axes or first_axes(theory, Parameters(moment.weight, moment.bias))
        return Landscape.of(theory, *axes)

    def _show_parts(self) -> None:
        """Show the landscape, or in words why there is none."""
        room = self.height() / self._text_scale
        parts: tuple[QWidget, ...] = self.row, self.plot, self.words.caption, self.words.legend
        for part, least in zip(parts, LEAST, strict=True):
            part.setVisible(self._ground is not None and room >= least)
        self.plot.set_low(room < LEAST[-1])
        self.row.through.setEnabled(not isinstance(self._ground, Plane))
        self._instead.setVisible(self._ground is None)
        self._instead.setText(f"Landscape: {self._complaint or self._why_not}")

    def _show(self, live: bool = False) -> None:
        ground, burst = self._ground, self._burst
        if ground is None or burst is None or not self._stands:
            self.plot.show_sight(None)
            return
        moment, now = burst.snapshot, time.perf_counter()
        anew = not live or now - self._looked_at >= SELDOM
        self._looked_at = now if anew else self._looked_at
        if isinstance(ground, Plane):
            sight = Sight.computed(ground, moment, self._surveyor.relief)
        else:
            sight = self._sight_of(ground, moment, live, anew)
        if burst.place is not None and self._trail.branch == burst.place.branch:
            sight = sight.along(self._trail, burst.place.moment)
        self.plot.show_sight(sight)
        if isinstance(ground, Plane) and sight.finite:
            question = self._surveyor.next(ground.axes, self.plot.picture.frame.seen, moment, live, now)
            if question is not None:
                self.asked.emit(question)
        if anew:
            through = self._through_optimum and isinstance(sight.slice, Slice)
            self.plot.setToolTip(f"{HINT} {MOVES_ALL}" if through else HINT)
            self.words.show(sight, self.plot.names, through)

    def _sight_of(self, landscape: Landscape, moment: Snapshot, live: bool, anew: bool) -> Sight:
        if anew or self._slice is None:
            self._cut(landscape, Parameters(moment.weight, moment.bias), live)
        assert self._slice is not None  # noqa: S101  # it was just cut; this tells the type checker
        return Sight.of(landscape, moment, self._slice, self._optimum)

    @Slot()
    def _on_looked(self) -> None:
        if isinstance(self._ground, Plane):
            self._show()

    @property
    def _through_optimum(self) -> bool:
        return self._actions["slice_optimum"].isChecked()

    def _cut(self, landscape: Landscape, now: Parameters, live: bool) -> None:
        """Lay the slice; that through the optimum stays where it is, and during a run one that looks the same does."""
        if self._through_optimum and self._slice is not None:
            return
        optimum = landscape.theory.optimum_from(now)
        self._optimum = landscape.coordinates(optimum)
        seen = landscape.through(optimum if self._through_optimum else now)
        if not live or self._slice is None or not alike(self._slice, seen, self.plot.picture.frame):
            self._slice = seen

    @Slot(object, bool)
    def _on_axis_chosen(self, axis: Axis, across: bool) -> None:
        self._take(axis, across)

    def _take(self, axis: Axis, across: bool) -> None:
        """Take an axis that was chosen; if it is the other one already, they change places."""
        if self._axes is None:
            return
        inputs, outputs, bias = self._shape
        before, other = self._axes if across else self._axes[::-1]
        other = before if axis == other else companion(axis, other, inputs + bias, outputs)
        self.choose(*((axis, other) if across else (other, axis)))

    @Slot()
    def _on_cell_taken(self) -> None:
        if self._cell is not None:
            self._take(Axis.of_cell(*self._cell, self._shape[0]), self.sender().objectName() == "axis_across")

    @Slot(bool)
    def _on_slice_toggled(self, _at_optimum: bool) -> None:
        self._slice = None
        self._show()
        self.plot.reset_zoom()

    @Slot(object)
    def _on_moved(self, point: Points) -> None:
        moment, sight = self.moment, self.plot.picture.sight
        if moment is None or sight is None or sight.slice is None or not sight.finite:
            return
        cells = leading_to(sight.slice.at(point), moment)
        if cells:
            self.moved.emit(Edit(cells), Edit(inverse(moment, cells)), f"move to {', '.join(self.plot.names)}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_parts()


def _shape(moment: Snapshot) -> tuple[int, int, bool]:
    """Give inputs, outputs, and whether there is a bias."""
    outputs, inputs = moment.weight.shape
    return inputs, outputs, moment.settings.bias
