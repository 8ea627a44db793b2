"""What is drawn when: the curve with every burst, the numbers as often as one can read them."""

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

from linviz.core.movement import largest_move
from linviz.core.place import Place
from linviz.core.snapshot import Burst, Phase, Snapshot
from linviz.gui.desk import Desk
from linviz.gui.fields import cell_name, phase_text
from linviz.gui.numbers import NUMBERS_EVERY, change_text

if TYPE_CHECKING:
    from linviz.core.evaluation import Evaluation
    from linviz.core.problem import Problem

SPEED_EVERY = 0.5


class Display(QObject):
    """Shows bursts in the parts of the window; a moment that is not one of a run's many is shown in full at once.

    During a run the panels take their turns, one with each burst, all of them with the same snapshot: drawn together
    they would hold up the event loop for longer than a frame where the window is large.
    """

    placed = Signal(object, object)
    """The `Place` of what is shown, and its `Problem`."""
    broke = Signal(object)
    """The first `Snapshot` of a run whose loss isn't finite."""

    def __init__(self, desk: Desk, speed: QLabel, parent: QObject) -> None:
        super().__init__(parent)
        self._equation, self._loss, self._phases = desk.equation, desk.loss, desk.tool_bar.phases
        self._code, self._speed = desk.code, speed
        self._theory = desk.theory
        self._shown: Snapshot | None = None  # what the panels are being given, one after the other
        self._panels: list[str] = []  # those that don't have it yet
        self._begun_at = 0.0
        self._counted_from: tuple[float, int, int] | None = None
        self._frames = 0
        self._evaluation: Evaluation | None = None  # of the moment that came last
        self._problem: Problem | None = None
        self._broken: set[int] = set()  # branches

    def start(self, samples: int, inputs: int, outputs: int) -> None:
        """Make room for a run of this shape, with an empty curve."""
        self._broken.clear()
        self._equation.start(samples, inputs, outputs)
        self._loss.start(samples, outputs)

    def show_burst(self, burst: Burst, live: bool) -> bool:
        """Show what a command did; tell whether one snapshot is now shown in every panel.

        Parameters
        ----------
        burst
            What the worker delivered.
        live
            Whether a run is on, so that the next burst is about to come.
        """
        moment, now = burst.snapshot, time.perf_counter()
        if moment.problem is not self._problem:
            self._problem = moment.problem
            self.start(*moment.shape)
        self._evaluation = burst.evaluation
        self._loss.plot.put(burst)
        self._theory.put(burst, live)
        branch = burst.place.branch if burst.place else 0
        self._measure(now, moment.step, live)
        if live:
            whole = self._take_turns(moment, now)
            if whole:
                self._show_place(burst.place)
        else:
            # The last burst of a fast run may come after its end; what it changed is everything.
            self.show_numbers(moment, flash=len(burst.losses) <= 1)
            self._show_place(burst.place)
            whole = True
        if moment.loss is not None and not math.isfinite(moment.loss) and branch not in self._broken:
            self._broken.add(branch)
            self.broke.emit(moment)
        return whole

    def show_numbers(self, snapshot: Snapshot, flash: bool = False) -> None:
        """Show a moment in everything but the curve; what changed by it may flash."""
        self._panels = []
        self._equation.show_snapshot(snapshot, flash)
        self._loss.show_snapshot(snapshot, self._evaluation)
        self._phases.show_phase(snapshot.next_phase)
        self._code.show_snapshot(snapshot)

    def _show_place(self, place: Place | None) -> None:
        if place is not None:
            self.placed.emit(place, self._problem)

    def describe(self, snapshot: Snapshot) -> str:
        """Say in a sentence where the run stands and what comes next."""
        coming = f"Next: {phase_text(snapshot.next_phase, snapshot.settings, len(snapshot.x))}"
        if snapshot.next_phase is Phase.FORWARD and snapshot.step:
            move = largest_move(snapshot)
            moved = f", {cell_name(move.field, move.index)} moved most, by {change_text(move.change)}" if move else ""
            return f"Step {snapshot.step} done: the parameters are new{moved}; the rest is stale. {coming}"
        return coming

    def _take_turns(self, moment: Snapshot, now: float) -> bool:
        if not self._panels and now - self._begun_at >= NUMBERS_EVERY:
            self._begun_at, self._shown = now, moment
            self._equation.end_flash()
            self._equation.follow(moment)
            self._panels = [*self._equation.shown]
            self._loss.show_snapshot(moment, self._evaluation)
            self._phases.show_phase(moment.next_phase)
            self._code.show_snapshot(moment)
        if not self._panels or self._shown is None:
            return False
        shown = self._equation.shown
        while self._panels and not shown[self._panels.pop(0)].show_snapshot(self._shown):
            pass  # one that has these numbers already costs nothing
        return not self._panels

    def _measure(self, now: float, step: int, live: bool) -> None:
        """Show steps and curve frames a second, averaged over half a second of a run."""
        if not live:
            self._counted_from = None
            self._speed.setText("")
            return
        self._frames += 1
        if self._counted_from is None:
            self._counted_from = now, step, self._frames
            return
        since, step_then, frames_then = self._counted_from
        if now - since >= SPEED_EVERY:
            steps, frames = (step - step_then) / (now - since), (self._frames - frames_then) / (now - since)
            self._speed.setText(f"{steps:,.0f} steps/s · {frames:.0f} frames/s")
            self._counted_from = now, step, self._frames
