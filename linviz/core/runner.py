"""Runs through a history: in pieces, up to the first step that meets a condition."""

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from linviz.core.command import Command, Run, Step
from linviz.core.condition import first_met
from linviz.core.snapshot import Burst

if TYPE_CHECKING:
    from linviz.core.history import History
    from linviz.core.trainer import Trainer

PIECE = 1000
"""Steps of a run between two kept states at first: about 15 ms of computing for the notebook's problem."""
PIECE_OF_CALLS = 100
"""Of a run by hand or by another optimizer, whose steps have no faster loop and take ten times as long."""
PIECE_OF_EVALUATIONS = 10
"""Of a run by LBFGS, which evaluates the loss some twenty times in a step."""


class Runner:
    """Makes the steps of runs, and notes them in the history that it is of."""

    def __init__(self, history: "History") -> None:
        self._history, self._met = history, False

    def run(self, run: Run) -> Burst:
        """Run in pieces, have the state kept after each, and look for the conditions in it."""
        trainer = self._history.trainer
        if run.continued and self._met:
            return Burst.of(trainer.snapshot())  # it was over, and asked for before that was known
        self._met = False
        deadline = math.inf if run.seconds is None else time.perf_counter() + run.seconds
        most = PIECE if trainer.fast and not run.by_hand else PIECE_OF_CALLS
        if trainer.settings.evaluates:
            most = PIECE_OF_EVALUATIONS
        if any(condition.by_step for condition in run.until):
            most = 1
        bursts: list[Burst] = []
        left = run.steps
        while True:
            before = trainer.snapshot()
            piece = replace(
                run,
                steps=most if left is None else min(left, most),
                seconds=None if run.seconds is None else max(deadline - time.perf_counter(), 0.0),
                continued=run.continued or bool(bursts),
            )
            burst = piece.apply(trainer)
            made = burst.snapshot.step - before.step
            if made:
                self._history.note(Step(run.by_hand), before, burst.snapshot, made)
                burst = self._stopped(run, burst, math.inf if before.loss is None else before.loss)
                bursts.append(burst)
            left = None if left is None else left - made
            over = left == 0 or burst.met or time.perf_counter() > deadline
            if over or not made or not np.isfinite(burst.losses[-1]):
                break
        return Burst.joined(bursts or [burst])

    def _stopped(self, run: Run, burst: Burst, loss_before: float) -> Burst:
        """Take back the steps after the first that meets a condition, if one does."""
        met = first_met(run.until, burst, loss_before)
        if met is None:
            return burst
        at, words = met
        self._met = True
        beyond = len(burst.steps) - 1 - at
        if beyond:
            self._history.take_back(beyond)
        return Burst(self._history.trainer.snapshot(), burst.steps[: at + 1], burst.losses[: at + 1], met=words)


def repeat(trainer: "Trainer", command: Command, count: int) -> None:
    """Do again what was done before, `Step` as often as told; nothing of it is noted."""
    if not isinstance(command, Step):
        command.apply(trainer)
        return
    end = trainer.snapshot().step + count
    while trainer.snapshot().step < end:  # a run ends at each loss that isn't finite
        trainer.run(end - trainer.snapshot().step, by_hand=command.by_hand)
