"""The iteration as a person writes it, many times over."""

import itertools
import math
import time

import torch
from torch import Tensor, nn

from linviz.core.samples import Samples
from linviz.core.settings import Settings


class PlainLoop:
    """Run many iterations by torch's own calls, for every optimizer that `BurstLoop` knows no shorter way for.

    Parameters
    ----------
    linear
        The model whose parameters are trained in place.
    criterion
        Gives the loss of a prediction and y.
    optimizer
        Makes the steps.
    samples
        Give each iteration its x and y.

    Attributes
    ----------
    used
        The samples that `closure` evaluates.
    prediction
        That of the last evaluation which `closure` made.
    """

    def __init__(
        self, linear: nn.Linear, criterion: nn.Module, optimizer: torch.optim.Optimizer, samples: Samples
    ) -> None:
        self._linear, self._criterion, self._optimizer, self._samples = linear, criterion, optimizer, samples
        self.used = samples.training
        self.prediction: Tensor | None = None

    def run(self, settings: Settings, first: int, steps: int | None, deadline: float) -> list[float]:
        """Iterate as `BurstLoop.run` does."""
        several, group = settings.evaluates, self._optimizer.param_groups[0]
        losses: list[float] = []
        for step in itertools.count(first) if steps is None else range(first, first + steps):
            if time.perf_counter() > deadline:
                break
            self.used = used = self._samples.of(step)
            group["lr"] = settings.rate(step)
            loss = self._criterion(self._linear(used.x), used.y)
            value = loss.item()
            if not math.isfinite(value):
                break
            self._optimizer.zero_grad()
            loss.backward()
            if several:
                self._optimizer.step(self.closure)  # type: ignore[arg-type]  # LBFGS takes tensors, says its base class not
            else:
                self._optimizer.step()
            losses.append(value)
        return losses

    def closure(self) -> Tensor:
        """Evaluate loss and gradients anew, as LBFGS asks for it within a step."""
        self._optimizer.zero_grad()
        self.prediction = self._linear(self.used.x)
        loss: Tensor = self._criterion(self.prediction, self.used.y)
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own signature has no types
        return loss
