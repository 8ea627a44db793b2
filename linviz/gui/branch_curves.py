"""The losses of every branch, and the curves of those that the run does not stand on."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
from PySide6.QtCore import Qt  # isort: skip
import pyqtgraph as pg  # isort: skip

from linviz.core.loss_path import LossPath
from linviz.core.loss_record import Floats
from linviz.core.place import Place
from linviz.core.snapshot import Burst, Phase, Update
from linviz.gui.theme import Theme, branch_colour


@dataclass(eq=False)
class BranchLosses:
    """What the plot knows of a branch.

    Parameters
    ----------
    path
        Its losses, by step.
    manual
        The steps whose update was written by hand, ascending; to be looked up and gone through.
    broken
        Step and value of the first loss that isn't finite, or none.
    """

    path: LossPath = field(default_factory=LossPath)
    manual: dict[int, None] = field(default_factory=dict)
    broken: tuple[int, float] | None = None

    def branched(self, first: int) -> "BranchLosses":
        """Give those of a branch that leaves this one at a step."""
        broken = self.broken if self.broken is not None and self.broken[0] < first else None
        return BranchLosses(LossPath(self.path, first), {step: None for step in self.manual if step < first}, broken)

    def put(self, burst: Burst) -> None:
        """Add what a command did."""
        self.path.put(burst.steps, burst.losses)
        moment = burst.snapshot
        if len(burst.losses) and not math.isfinite(burst.losses[-1]) and self.broken is None:
            self.broken = int(burst.steps[-1]), float(burst.losses[-1])
        if moment.last_update is Update.MANUAL_STEP and moment.next_phase is Phase.FORWARD:
            self.manual |= dict.fromkeys(burst.steps.tolist())


class BranchCurves:
    """Keeps the losses by branch, and draws those of the others thin, in their colours."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._losses: dict[int, BranchLosses] = {}
        self._items: dict[int, pg.PlotCurveItem] = {}
        self._listed: tuple[int, ...] = ()
        self._drawn: object = None
        self.clear()

    def clear(self) -> None:
        """Forget all branches but an empty first one."""
        for item in self._items.values():
            self._plot.removeItem(item)
        self._items.clear()
        self._listed, self._drawn = (), None
        self._losses = {1: BranchLosses()}
        self.current = 1

    @property
    def losses(self) -> BranchLosses:
        """Those of the branch that the run stands on."""
        return self._losses[self.current]

    def stand_at(self, place: Place) -> bool:
        """Follow the run to its branch; tell whether it is another one than before."""
        before, self.current = self.current, place.branch
        self._listed = tuple(info.number for info in place.branches)
        for info in place.branches:
            if info.number not in self._losses:
                parent = self._losses.get(info.parent) if info.parent is not None else None
                self._losses[info.number] = parent.branched(info.first_step) if parent else BranchLosses()
        return before != place.branch

    def take(self, number: int, losses: BranchLosses) -> None:
        """Put in the losses of a branch, as they come from a file."""
        self._losses[number] = losses

    def of(self, number: int) -> BranchLosses:
        """Give those of a branch."""
        return self._losses[number]

    def draw(
        self, theme: Theme, first: float, last: float, points: int, heights: Callable[[Floats], Floats], log: bool
    ) -> None:
        """Draw what the range shows of the other branches, if that is other than before."""
        others = [number for number in self._listed if number != self.current]
        state = (theme, first, last, points, log, tuple((each, len(self._losses[each].path)) for each in others))
        if state == self._drawn:
            return
        self._drawn = state
        for number in [number for number in self._items if number not in others]:
            self._plot.removeItem(self._items.pop(number))
        for number in others:
            if number not in self._items:
                item = self._items[number] = pg.PlotCurveItem(skipFiniteCheck=True)
                item.setSegmentedLineMode("on")
                item.setZValue(-1)
                self._plot.addItem(item, ignoreBounds=True)
            path = self._losses[number].path
            # From where it leaves the other: before that it is the same curve.
            steps, losses = path.curve(max(first, path.own.first - 1), last, points)
            pen = pg.mkPen(branch_colour(theme, number), width=1, style=Qt.PenStyle.SolidLine)
            self._items[number].setData(steps, heights(losses), pen=pen)

    def highest(self) -> int:
        """Give the last step of all that is drawn that has a loss."""
        numbers = {*self._listed, self.current}
        return max(len(self._losses[number].path) for number in numbers) - 1

    def extremes(self, first: float, last: float) -> list[Floats]:
        """Give what the curves of the others show of a range, to make room for them."""
        found = []
        for item in self._items.values():
            steps, heights = item.getData()
            if steps is not None and len(steps):
                found.append(heights[(steps >= first) & (steps <= last)])
        return found
