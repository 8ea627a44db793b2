"""The model in training: the only place that changes it."""

import math
import time
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from linviz.core.editing import DATA, Cell, arrays_of, edited
from linviz.core.iteration import Iteration
from linviz.core.optimizer_state import restore, state_of
from linviz.core.optimizers import NO_HAND, OPTIMIZERS
from linviz.core.problem import Problem
from linviz.core.samples import Samples
from linviz.core.settings import Settings
from linviz.core.snapshot import PARAMETERS, Applied, Array, Burst, Phase, Snapshot, Update
from linviz.core.tensors import require_device, tensor_of
from linviz.errors import InputError


class Trainer(Iteration):
    """A real ``nn.Linear``, loss and optimizer of torch, driven phase by phase.

    Used from one thread only. Every method that changes something gives the moment it ends in.

    Parameters
    ----------
    problem
        Data and starting parameters.
    settings
        Optimizer, learning rate and dtype.

    Raises
    ------
    InputError
        If a number of the problem is beyond the dtype's range.
    """

    def __init__(self, problem: Problem, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._run = 0
        self.load(problem)

    version = str(torch.__version__)
    """Of torch: another one, or another processor, may round otherwise."""

    @classmethod
    def at(cls, snapshot: Snapshot) -> "Trainer":
        """Give another trainer that stands where a snapshot was taken: what it does from there gives the same bits."""
        trainer = cls(snapshot.problem, snapshot.settings)
        trainer.restore(snapshot)
        return trainer

    def restore(self, snapshot: Snapshot) -> None:
        """Stand where a snapshot of this problem was taken, bit for bit.

        Parameters
        ----------
        snapshot
            Any moment, also one of another trainer of the same problem.
        """
        self._take(snapshot.settings, snapshot.x, snapshot.y)
        self._prediction = self._loss = None
        self._used = self._samples.of(snapshot.computed_at.get("prediction", snapshot.step))
        if snapshot.next_phase not in (Phase.FORWARD, Phase.UPDATE):
            # What autograd noted on the way to the loss is gone; the same way again notes the same.
            self._set_parameters(snapshot.computed_from["prediction"])
            self._prediction = self.linear(self._used.x)
            if snapshot.next_phase is not Phase.LOSS:
                self._loss = self.criterion(self._prediction, self._used.y)
        self._set_parameters({"weight": snapshot.weight, "bias": snapshot.bias})
        for name, parameter in self.linear.named_parameters():
            gradient = getattr(snapshot, f"{name}_grad")
            parameter.grad = None if gradient is None else tensor_of(gradient).to(parameter.device)
        restore(self.optimizer, self.linear, snapshot.state)
        self._run = max(self._run, snapshot.run)  # a later start is another one than all before
        self._snapshot = snapshot

    def load(self, problem: Problem) -> Snapshot:
        """Take another problem, with the settings in force, and stand at its start.

        Raises
        ------
        InputError
            If these settings don't go with it; then nothing has changed.
        """
        start = Snapshot.at_start(problem, self.settings)
        require_device(self.settings.device)
        self.problem, self._start = problem, start
        return self.reset()

    def reset(self) -> Snapshot:
        """Go back to the same start: the same data, the same parameters, the settings in force."""
        self._start = start = self._start_by(self.settings)
        self._samples = Samples(start.x, start.y, self.settings)
        self._make()
        self._set_parameters({"weight": start.weight, "bias": start.bias})
        self._prediction = self._loss = None
        self._used = self._samples.training
        self._run += 1
        state = state_of(self.optimizer, self.linear, {})
        self._snapshot = replace(start, settings=self.settings, run=self._run, state=state)
        return self._snapshot

    def restart(self, settings: Settings) -> Snapshot:
        """Go back to the same start with other settings.

        Raises
        ------
        InputError
            If they don't go with the problem or this machine; then nothing has changed.
        """
        start, before, was = self._start_by(settings), self._snapshot, (self.settings, self._start)
        require_device(settings.device)
        self.settings, self._start = settings, start
        try:
            return self.reset()
        except (RuntimeError, ValueError):  # of torch, which has no room on a device, say
            self.settings, self._start = was
            self.reset()
            self.restore(before)
            raise

    def set_learning_rate(self, learning_rate: float) -> Snapshot:
        """Use another learning rate from the next update on.

        Raises
        ------
        InputError
            If it is not a positive finite number.
        """
        settings = replace(self.settings, learning_rate=learning_rate)
        if settings != self.settings:
            self._take(settings, self._snapshot.x, self._snapshot.y)
            self._snapshot = replace(self._snapshot, settings=settings)
        return self._snapshot

    def edit(self, cells: Iterable[Cell]) -> Snapshot:
        """Write other numbers into cells of x, y, weight or bias; the iteration begins anew with them.

        What was computed from the old ones stays, stale.

        Raises
        ------
        InputError
            See `linviz.core.editing.edited`; then nothing has changed.
        """
        now = self._snapshot
        made = edited(arrays_of(now), cells)
        if "bias" in made and not self.settings.bias:
            raise InputError("the model has no bias to edit: begin a run with one")
        if not made:
            return now
        applied = now.applied
        if made.keys() - set(DATA):
            self._set_parameters({name: made.get(name, getattr(now, name)) for name in PARAMETERS})
            operands = {**now.state, **{name: getattr(now, name) for name in PARAMETERS}}
            applied = Applied(Update.EDIT, now.settings.learning_rate, operands)
        self._prediction = self._loss = None
        self._snapshot = replace(now, **made, next_phase=Phase.FORWARD, applied=applied)  # type: ignore[arg-type]  # its arrays
        self._take(self.settings, self._snapshot.x, self._snapshot.y)
        # An update again by LBFGS evaluates the samples in use once more, with the numbers that they have now.
        self._used = self._samples.of(now.computed_at.get("prediction", now.step))
        return self._snapshot

    def next_phase(self) -> Snapshot:
        """Run one phase, whichever comes next."""
        return self._run_phase(Update.STEP)

    def run_to(self, phase: Phase, by_hand: bool = False) -> Snapshot:
        """Run phases up to and including one; if it has run in this iteration already, on to that of the next one.

        Parameters
        ----------
        phase
            The last one to run.
        by_hand
            Whether an update on the way is written by hand, as the notebook writes it.
        """
        self._check_hand(by_hand)
        update = Update.MANUAL_STEP if by_hand else Update.STEP
        last = Phase(phase)  # what is no phase would never be reached
        while True:
            done = self._snapshot.next_phase
            self._run_phase(update)
            if done is last:
                return self._snapshot

    def step(self) -> Snapshot:
        """Run what is left of this iteration, to and including the update by ``optimizer.step()``."""
        return self.run_to(Phase.UPDATE)

    def manual_step(self) -> Snapshot:
        """Do as `step` does, with the update written by hand."""
        return self.run_to(Phase.UPDATE, by_hand=True)

    def update_again(self, by_hand: bool = False) -> Snapshot:
        """Apply an update with the gradient that is there, stale as it may be; the phase that comes next stays.

        Raises
        ------
        InputError
            If there is no gradient.
        """
        if self.linear.weight.grad is None:
            raise InputError("there is no gradient to update with: run the phases up to backward first")
        self._check_hand(by_hand)
        self._update(Update.AGAIN_BY_HAND if by_hand else Update.AGAIN)
        return self._snapshot

    def run(self, steps: int | None = None, seconds: float | None = None, by_hand: bool = False) -> Burst:
        """Repeat `step`, or `manual_step`, until a limit is reached or a loss isn't finite; at least once.

        Parameters
        ----------
        steps
            The most steps to make.
        seconds
            How long to go on; the step that is running is finished.
        by_hand
            Whether the updates are written by hand; there is no faster loop for those.

        Raises
        ------
        InputError
            If there is no limit, or less than one step.
        """
        if steps is None and not (seconds is not None and math.isfinite(seconds)):
            raise InputError("a run needs a limit: a number of steps or seconds")
        if steps is not None and steps < 1:
            raise InputError(f"a run must make at least 1 step, got {steps}")
        deadline = math.inf if seconds is None else time.perf_counter() + seconds
        if by_hand:
            self._check_hand(by_hand)
            return self._burst_by_hand(steps, deadline)
        if self._snapshot.next_phase is Phase.FORWARD:
            return self._burst(steps, deadline)
        first = Burst.of(self.step())
        if steps == 1 or time.perf_counter() > deadline or not math.isfinite(first.losses[-1]):
            return first
        return Burst.joined([first, self._burst(None if steps is None else steps - 1, deadline)])

    def _start_by(self, settings: Settings) -> Snapshot:
        """Give the start by other settings; the data stay the same objects where they are the same numbers."""
        was = self._start
        if replace(settings, learning_rate=was.settings.learning_rate) == was.settings:
            return was
        start = Snapshot.at_start(self.problem, settings)
        return replace(start, x=was.x, y=was.y) if settings.dtype == was.settings.dtype else start

    def _take(self, settings: Settings, x: Array, y: Array) -> None:
        """Go on with other settings and data; an optimizer of another kind remembers nothing."""
        same = replace(settings, learning_rate=self.settings.learning_rate) == self.settings
        self.settings = settings
        moved = not (self._samples.arrays[0] is x and self._samples.arrays[1] is y)
        if moved or not same:
            self._samples = Samples(x, y, settings)
        if not same:
            self._make()
        elif moved:
            self._loops()
        self.optimizer.param_groups[0]["lr"] = settings.learning_rate

    def _make(self) -> None:
        """Make model, criterion and optimizer anew; the parameters are yet to be set."""
        settings, (outputs, inputs) = self.settings, self._start.weight.shape
        # skip_init: nn.Linear's own initialisation would use up the global random state for nothing.
        self.linear = nn.utils.skip_init(  # type: ignore[no-untyped-call]  # torch's own signature has no types
            nn.Linear, inputs, outputs, settings.bias, device=settings.device, dtype=getattr(torch, settings.dtype)
        )
        self.criterion = settings.criterion.made()
        self._build()

    def _check_hand(self, by_hand: bool) -> None:
        if by_hand and not OPTIMIZERS[self.settings.optimizer].by_hand:
            raise InputError(NO_HAND)

    def _burst(self, steps: int | None, deadline: float) -> Burst:
        """Run whole iterations by the fast loop, and the last one phase by phase, so that nothing is left out."""
        first = self._snapshot.step
        losses = self._loop.run(self.settings, first, None if steps is None else steps - 1, deadline)
        if losses:
            self._note_parameters(first + len(losses))
        last = Burst.of(self.step())
        return Burst(last.snapshot, np.arange(first, last.snapshot.step), np.append(losses, last.losses))

    def _burst_by_hand(self, steps: int | None, deadline: float) -> Burst:
        losses: dict[int, float] = {}
        while True:
            moment = self.manual_step()
            assert moment.loss is not None  # noqa: S101  # a step computes it; this tells the type checker
            losses[moment.computed_at["loss"]] = moment.loss
            if len(losses) == steps or time.perf_counter() > deadline or not math.isfinite(moment.loss):
                return Burst(moment, np.array(list(losses)), np.array(list(losses.values())))
