"""The data as torch holds them: which samples train, which test, and which an iteration uses."""

import math
import time
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, from_numpy, nn

from linviz.core.evaluation import Evaluation, Floats, r2, spread
from linviz.core.settings import Settings
from linviz.core.snapshot import Array, Rows
from linviz.core.tensors import data_of

SELDOM = 4
"""Times as long as it took is to lie between two looks of a hurried run."""
MOST_LOOKED_AT = 1_000_000
"""Numbers of x that are looked at once more just to tell how good the parameters are."""


@dataclass(frozen=True, slots=True, eq=False)
class Used:
    """The samples of an iteration.

    Parameters
    ----------
    x, y
        Inputs (used, inputs) and targets (used, outputs).
    rows
        Their positions in the data, read-only: (used,); none if they are all.
    """

    x: Tensor
    y: Tensor
    rows: Rows | None = None


class Samples:
    """Gives each iteration its samples.

    Parameters
    ----------
    x, y
        Inputs (samples, inputs) and targets (samples, outputs).
    settings
        Device, test set and batches.

    Attributes
    ----------
    training
        All samples that are trained on.
    testing
        Those that are not, if there are some.
    once
        Whether each iteration uses all of `training`.

    Raises
    ------
    InputError
        If the test set leaves nothing to train on.
    """

    def __init__(self, x: Array, y: Array, settings: Settings) -> None:
        self.arrays = x, y
        self._x, self._y = (data_of(each).to(settings.device) for each in (x, y))
        self._batches = settings.batches
        train, test = settings.split.rows(len(x))
        self.testing = self._used(test) if len(test) else None
        self.training = self._used(train) if len(test) else Used(self._x, self._y)
        self.once = self._batches.all_at_once(len(train))
        self._train = train if len(test) else None
        self._count = len(train)
        self._epoch: tuple[int, Rows] | None = None
        self._last: tuple[int, Used] | None = None
        self._looked, self._look = -math.inf, 0.0  # when the last evaluation ended, and how long it took

    @torch.no_grad()
    def evaluate(self, linear: nn.Linear, criterion: nn.Module, step: int, hurried: bool = False) -> Evaluation | None:
        """Look at all samples with the parameters that a model has after so many updates; training isn't touched.

        Of many samples nothing, where each step looks at all of them anyway: it would take as long as a step. Of a
        ``hurried`` run nothing, if looks would take more than a fifth of its time.
        """
        begun = time.perf_counter()
        if hurried and begun - self._looked < SELDOM * self._look:
            return None
        if self.once and self.testing is None and self._x.numel() > MOST_LOOKED_AT:
            return None
        made: list[tuple[float, Floats]] = []
        for used in (self.training, self.testing):
            if used is not None:
                prediction = linear(used.x)
                residual = (prediction - used.y).cpu().numpy()
                made.append((criterion(prediction, used.y).item(), r2(residual, self._spreads[used is self.testing])))
        self._looked = time.perf_counter()
        self._look = self._looked - begun
        return Evaluation(step, *made[0], *(made[1] if self.testing else ()))

    @cached_property
    def _spreads(self) -> tuple[Floats, Floats]:
        """Those of the targets that are trained on, and of the others."""
        there = [self.training.y] if self.testing is None else [self.training.y, self.testing.y]
        found = [spread(each.cpu().numpy()) for each in there]
        return found[0], found[-1]

    def of(self, step: int) -> Used:
        """Give the samples of the iteration that begins after so many updates."""
        if self.once:
            return self.training
        if self._last is None or self._last[0] != step:
            self._last = step, self._used(self._rows(step))
        return self._last[1]

    def _rows(self, step: int) -> Rows:
        epoch, begin, end = self._batches.place(self._count, step)
        if self._epoch is None or self._epoch[0] != epoch:
            self._epoch = epoch, self._batches.order(self._count, epoch)
        rows = self._epoch[1][begin:end]
        return rows if self._train is None else self._train[rows]

    def _used(self, rows: Rows) -> Used:
        at = from_numpy(rows).to(self._x.device)
        frozen = rows.copy()
        frozen.flags.writeable = False
        return Used(self._x[at], self._y[at], frozen)
