"""The notebook's iteration in the fewest torch calls that give the same bits."""

import itertools
import math
import time

import torch
from torch import Tensor, nn

from linviz.core.settings import Settings


class BurstLoop:
    """Run many iterations of ``nn.Linear`` + ``nn.MSELoss`` + SGD without autograd's bookkeeping.

    Each call below is the one that torch itself ends in, with operands of the same values, layout and order, so
    parameters, gradients and losses are the same bits:

    - ``F.linear`` is ``addmm(bias, x, weightᵀ)``, or ``mm(x, weightᵀ)`` without a bias;
    - ``mse_loss`` is the mean (or sum) of ``r · r`` with ``r = prediction − y``, its derivative ``(2 / numel) · r`` (or
      ``2 · r``);
    - autograd of these gives ``rᵀ x`` for the weight and the sum over samples for the bias;
    - ``optim.SGD`` updates by ``add_(grad, alpha=-lr)``.

    It takes about an eighth of the time of the calls it stands for. ``tests/core/test_burst_loop.py`` holds it to the
    bits of the real ones.

    Parameters
    ----------
    linear
        The model whose parameters are trained in place.
    x, y
        Inputs (samples, inputs) and targets (samples, outputs) in the model's dtype.
    reduction
        Of the loss: mean or sum.
    """

    def __init__(self, linear: nn.Linear, x: Tensor, y: Tensor, reduction: str = "mean") -> None:
        self._weight = linear.weight.detach()
        self._bias = dict(linear.named_parameters()).get("bias")  # none of a model without
        self._x, self._y, self._reduction = x, y, reduction
        self._prediction, self._residual, self._scratch = (torch.empty_like(y) for _ in range(3))
        self._weight_grad, self._bias_grad = torch.empty_like(self._weight), y.new_empty(y.shape[1])

    @torch.no_grad()
    def run(self, settings: Settings, first: int, steps: int | None, deadline: float) -> list[float]:
        """Iterate until ``steps`` are made, the clock passes ``deadline``, or a loss isn't finite.

        The iteration whose loss isn't finite is not begun: parameters stay as they were before it.

        Parameters
        ----------
        settings
            Those in force; of them the learning rate, the same at each step.
        first
            The number of updates before; of no account to this loop.
        steps
            The most iterations to make; none for no limit.
        deadline
            When to stop, by ``time.perf_counter()``, in seconds; may be infinite.

        Returns
        -------
        list of float
            The loss of each iteration made.
        """
        del first
        # Names bound once: in a loop of 15 µs an attribute look-up is worth saving.
        x, y, weight = self._x, self._y, self._weight
        bias = None if self._bias is None else self._bias.detach()
        prediction, residual, scratch = self._prediction, self._residual, self._scratch
        weight_grad, bias_grad = self._weight_grad, self._bias_grad
        weight_t, scratch_t = weight.t(), scratch.t()
        addmm, sub, mul, mm, total = torch.addmm, torch.sub, torch.mul, torch.mm, torch.sum
        reduced = torch.mean if self._reduction == "mean" else torch.sum
        clock, isfinite = time.perf_counter, math.isfinite
        factor, alpha = 2.0 / y.numel() if self._reduction == "mean" else 2.0, -settings.learning_rate
        losses: list[float] = []
        for _ in range(steps) if steps is not None else itertools.repeat(None):
            if clock() > deadline:
                break
            if bias is None:
                mm(x, weight_t, out=prediction)
            else:
                addmm(bias, x, weight_t, out=prediction)
            sub(prediction, y, out=residual)
            mul(residual, residual, out=scratch)
            loss = reduced(scratch).item()
            if not isfinite(loss):
                break
            mul(residual, factor, out=scratch)
            mm(scratch_t, x, out=weight_grad)
            weight.add_(weight_grad, alpha=alpha)
            if bias is not None:
                total(scratch, 0, out=bias_grad)
                bias.add_(bias_grad, alpha=alpha)
            losses.append(loss)
        return losses
