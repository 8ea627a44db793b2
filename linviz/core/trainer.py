"""The model in training: the only place that changes it."""

import math
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from linviz.core.burst_loop import BurstLoop
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import PHASES, Applied, Array, Burst, Phase, Snapshot, Update
from linviz.errors import InputError

GRADIENTS = ("weight_grad", "bias_grad")


class Trainer:
    """A real ``nn.Linear``, ``nn.MSELoss`` and ``torch.optim.SGD``, driven phase by phase.

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

    def load(self, problem: Problem) -> Snapshot:
        """Take another problem, with the settings in force, and stand at its start."""
        start = Snapshot.at_start(problem, self.settings)
        self.problem, self._start = problem, start
        # Copies: torch must not write through to arrays that a window is reading.
        self._x, self._y = _tensor(start.x), _tensor(start.y)
        return self.reset()

    def reset(self) -> Snapshot:
        """Go back to the same start: the same data, the same parameters, the settings in force."""
        outputs, inputs = self._start.weight.shape
        # skip_init: nn.Linear's own initialisation would use up the global random state for nothing.
        self.linear: nn.Linear = nn.utils.skip_init(nn.Linear, inputs, outputs, dtype=self._x.dtype)  # type: ignore[no-untyped-call]  # torch's own signature has no types
        with torch.no_grad():
            self.linear.weight.copy_(_tensor(self._start.weight))
            self.linear.bias.copy_(_tensor(self._start.bias))
        self.criterion = nn.MSELoss()
        self.optimizer = torch.optim.SGD(self.linear.parameters(), lr=self.settings.learning_rate)
        self._burst_loop = BurstLoop(self.linear, self._x, self._y)
        self._prediction: Tensor | None = None
        self._loss: Tensor | None = None
        self._run += 1
        self._snapshot = replace(self._start, settings=self.settings, run=self._run)
        return self._snapshot

    def snapshot(self) -> Snapshot:
        """Give the present moment."""
        return self._snapshot

    def set_learning_rate(self, learning_rate: float) -> Snapshot:
        """Use another learning rate from the next update on.

        Raises
        ------
        InputError
            If it is not a positive finite number.
        """
        self.settings = replace(self.settings, learning_rate=learning_rate)
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.learning_rate
        self._note(settings=self.settings)
        return self._snapshot

    def next_phase(self) -> Snapshot:
        """Run one phase, whichever comes next."""
        return self._run_phase(Update.STEP)

    def step(self) -> Snapshot:
        """Run what is left of this iteration, to and including the update by ``optimizer.step()``."""
        return self._finish_iteration(Update.STEP)

    def manual_step(self) -> Snapshot:
        """Do as `step` does, with the update written by hand as the notebook writes it."""
        return self._finish_iteration(Update.MANUAL_STEP)

    def update_again(self, by_hand: bool = False) -> Snapshot:
        """Apply an update with the gradient that is there, stale as it may be; the phase that comes next stays.

        Raises
        ------
        InputError
            If there is no gradient.
        """
        if self.linear.weight.grad is None:
            raise InputError("there is no gradient to update with: run the phases up to backward first")
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
            return self._burst_by_hand(steps, deadline)
        if self._snapshot.next_phase is Phase.FORWARD:
            return self._burst(steps, deadline)
        first = Burst.of(self.step())
        if steps == 1 or time.perf_counter() > deadline or not math.isfinite(first.losses[-1]):
            return first
        rest = self._burst(None if steps is None else steps - 1, deadline)
        return Burst(
            rest.snapshot, np.concatenate((first.steps, rest.steps)), np.concatenate((first.losses, rest.losses))
        )

    def _finish_iteration(self, update: Update) -> Snapshot:
        while self._run_phase(update).next_phase is not Phase.FORWARD:
            pass
        return self._snapshot

    def _run_phase(self, update: Update) -> Snapshot:
        phase = self._snapshot.next_phase
        match phase:
            case Phase.FORWARD:
                self._forward()
            case Phase.LOSS:
                self._compute_loss()
            case Phase.ZERO_GRAD:
                self._zero_grad()
            case Phase.BACKWARD:
                self._backward()
            case Phase.UPDATE:
                self._update(update)
        following = PHASES[(PHASES.index(phase) + 1) % len(PHASES)]
        self._note(next_phase=following)
        return self._snapshot

    def _forward(self) -> None:
        now = self._snapshot
        self._prediction = self.linear(self._x)
        prediction = _frozen(self._prediction)
        residual = _frozen(self._prediction.detach() - self._y)
        self._note_computed(now.step, {"x": now.x, "weight": now.weight, "bias": now.bias}, prediction=prediction)
        self._note_computed(now.step, {"prediction": prediction, "y": now.y}, residual=residual)

    def _compute_loss(self) -> None:
        now = self._snapshot
        assert now.residual is not None  # noqa: S101  # the order of the phases says so; this tells the type checker
        self._loss = self.criterion(self._prediction, self._y)
        # What is computed from a prediction belongs to the parameters that the prediction was computed with, which
        # an update again may have changed since; so with the gradients below.
        self._note_computed(now.computed_at["prediction"], {"residual": now.residual}, loss=self._loss.item())

    def _zero_grad(self) -> None:
        self.optimizer.zero_grad()
        now = self._snapshot
        at, source = (
            {k: v for k, v in each.items() if k not in GRADIENTS} for each in (now.computed_at, now.computed_from)
        )
        self._note(weight_grad=None, bias_grad=None, computed_at=at, computed_from=source)

    def _backward(self) -> None:
        assert self._loss is not None  # noqa: S101  # the order of the phases says so; this tells the type checker
        self._loss.backward()  # type: ignore[no-untyped-call]  # torch's own signature has no types
        self._prediction = self._loss = None
        now = self._snapshot
        self._note_computed(
            now.computed_at["loss"],
            {"x": now.x, **now.computed_from["loss"]},
            weight_grad=_frozen(self.linear.weight.grad),
            bias_grad=_frozen(self.linear.bias.grad),
        )

    def _update(self, update: Update) -> None:
        now = self._snapshot
        operands = {name: getattr(now, name) for name in ("weight", "bias", *GRADIENTS)}
        if update in (Update.STEP, Update.AGAIN):
            self.optimizer.step()
        else:
            self._update_by_hand()
        self._note(applied=Applied(update, self.settings.learning_rate, operands))
        self._note_parameters(now.step + 1)

    def _update_by_hand(self) -> None:
        """Update by the expression of the notebook's cell 43."""
        linear, lr = self.linear, self.settings.learning_rate
        assert linear.weight.grad is not None  # noqa: S101  # the order of the phases, or update_again, says so
        assert linear.bias.grad is not None  # noqa: S101  # as above
        linear.weight.data.sub_(lr * linear.weight.grad.data)
        linear.bias.data.sub_(lr * linear.bias.grad.data)

    def _burst(self, steps: int | None, deadline: float) -> Burst:
        """Run whole iterations by the fast loop, and the last one phase by phase, so that nothing is left out."""
        first = self._snapshot.step
        losses = self._burst_loop.run(self.settings.learning_rate, None if steps is None else steps - 1, deadline)
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

    def _note(self, **changes: Any) -> None:
        self._snapshot = replace(self._snapshot, **changes)

    def _note_computed(self, at: int, source: Mapping[str, Array], **values: Array | float) -> None:
        """Put in fields that were computed from ``source``, with the parameters as they were after ``at`` updates."""
        now = self._snapshot
        computed_at = {**now.computed_at, **dict.fromkeys(values, at)}
        self._note(
            **values, computed_at=computed_at, computed_from={**now.computed_from, **dict.fromkeys(values, source)}
        )

    def _note_parameters(self, step: int) -> None:
        self._note(step=step, weight=_frozen(self.linear.weight), bias=_frozen(self.linear.bias))


def _tensor(array: Array) -> Tensor:
    return torch.from_numpy(array.copy())


def _frozen(tensor: Tensor | None) -> Array:
    assert tensor is not None  # noqa: S101  # a gradient is there after backward; this tells the type checker
    array: Array = tensor.detach().numpy().copy()
    array.flags.writeable = False
    return array
