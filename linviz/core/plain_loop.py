"""The iteration as a person writes it, many times over."""

import itertools
import math
import time

import torch
from torch import Tensor, nn


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
    x, y
        Inputs (samples, inputs) and targets (samples, outputs) in the model's dtype.

    Attributes
    ----------
    prediction
        That of the last evaluation which `closure` made.
    """

    def __init__(
        self, linear: nn.Linear, criterion: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor
    ) -> None:
        self._linear, self._criterion, self._optimizer, self._x, self._y = linear, criterion, optimizer, x, y
        self.prediction: Tensor | None = None

    def run(self, learning_rate: float, steps: int | None, deadline: float) -> list[float]:
        """Iterate as `BurstLoop.run` does; the learning rate is the optimizer's own."""
        del learning_rate
        several = isinstance(self._optimizer, torch.optim.LBFGS)
        losses: list[float] = []
        for _ in range(steps) if steps is not None else itertools.repeat(None):
            if time.perf_counter() > deadline:
                break
            loss = self._criterion(self._linear(self._x), self._y)
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
        self.prediction = self._linear(self._x)
        loss: Tensor = self._criterion(self.prediction, self._y)
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own signature has no types
        return loss
