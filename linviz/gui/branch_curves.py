"""The losses of every branch, and the curves of those that the run does not stand on."""

import numpy as np

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
from PySide6.QtCore import Qt  # isort: skip
import pyqtgraph as pg  # isort: skip

from linviz.core.hindsight import Seen
from linviz.core.loss_path import LossPath
from linviz.core.loss_record import Floats, LossRecord
from linviz.core.place import Place
from linviz.core.session import Session, manual_steps
from linviz.gui.branch_losses import BranchLosses
from linviz.gui.loss_scale import LossScale
from linviz.gui.theme import Theme, branch_colour


class BranchCurves:
    """Keeps the losses by branch, and draws those of the others thin, in their colours."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._losses: dict[int, BranchLosses] = {}
        self._parents: dict[int, int | None] = {}
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
        self._losses, self._parents = {1: BranchLosses()}, {}
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
            self._parents[info.number] = info.parent
            if info.number not in self._losses:
                parent = self._losses.get(info.parent) if info.parent is not None else None
                alone = BranchLosses(LossPath(first=info.first_step))
                self._losses[info.number] = parent.branched(info.first_step) if parent else alone
        return before != place.branch

    def take_session(self, session: Session) -> None:
        """Put in the losses of all branches that were saved."""
        self._losses, self._drawn = {}, None
        for saved, branch, _ in session.grown():
            self._parents[saved.number] = saved.parent
            parent = None if saved.parent is None else self._losses[saved.parent]
            before = parent.branched(branch.step) if parent else BranchLosses(LossPath(first=branch.step))
            self._losses[saved.number] = before
            before.take_settings(branch.settings, session.problem.shape[0], branch.step)
            if saved.losses is not None:
                before.take_saved(saved.losses, saved.loss, branch.step)
            for steps in manual_steps(branch):
                before.manual |= dict.fromkeys(steps)

    def take_seen(self, seen: Seen) -> bool:
        """Take evaluations of a branch's past; tell whether that is the present one."""
        known = self._losses.get(seen.branch)
        if known is not None:
            for each in seen.evaluations:
                if known.evaluations.at(each.step) is None:
                    known.evaluations.put(each)
        return seen.branch == self.current

    def of(self, number: int) -> BranchLosses:
        """Give what is known of a branch."""
        return self._losses[number]

    def own_losses(self, number: int, steps: int) -> Floats:
        """Give the losses of a branch's own steps, NaN where there is none; one more if it has begun another step.

        Parameters
        ----------
        number
            The branch.
        steps
            How many steps of its own it has.
        """
        record = self._losses[number].path.own.record if number in self._losses else LossRecord()
        known = record.between(0, min(len(record), steps + 1))
        return np.concatenate([known, np.full(max(steps - len(known), 0), np.nan)])

    def draw(self, theme: Theme, first: float, last: float, points: int, scale: LossScale) -> None:
        """Draw what the range shows of the other branches, if that is other than before."""
        others = [number for number in self._listed if number != self.current]
        state = (theme, first, last, points, scale, tuple((each, len(self._losses[each].path)) for each in others))
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
            steps, heights = self._losses[number].curve(max(first, self._begin(number) - 1), last, points, scale)
            pen = pg.mkPen(branch_colour(theme, number), width=1, style=Qt.PenStyle.SolidLine)
            self._items[number].setData(steps, heights, pen=pen)

    def _begin(self, number: int) -> int:
        """Give the step from which a branch is drawn: up to where it leaves one that is, both are the same curve."""
        parent = self._parents.get(number)
        while parent is not None and parent not in self._listed:  # it was deleted
            number, parent = parent, self._parents.get(parent)
        return self._losses[number].path.own.first

    def reach(self) -> tuple[int, int]:
        """Give the steps that are of interest: where the run's branch begins, and the last of all that has a loss.

        A branch that begins at a step that was computed, a billion say, and the others are far apart: each is looked
        at for itself.
        """
        first = self._first(self.current)
        alike = [number for number in {*self._listed, self.current} if self._first(number) == first]
        return first, max(len(self._losses[number].path) for number in alike) - 1

    @property
    def empty(self) -> bool:
        """Whether there is nothing of interest yet."""
        first, last = self.reach()
        return last < first

    def _first(self, number: int) -> int:
        return self._losses[number].path.first

    def extremes(self, first: float, last: float) -> list[Floats]:
        """Give what the curves of the others show of a range, to make room for them."""
        found = []
        for item in self._items.values():
            steps, heights = item.getData()
            if steps is not None and len(steps):
                found.append(heights[(steps >= first) & (steps <= last)])
        return found
