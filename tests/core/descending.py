"""What a closed form is held to: descents written on torch, step by step, in float64 or float32."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from linviz.core.descent import Descent
from linviz.core.problem import Problem
from linviz.core.theory import Parameters, Theory
from linviz.core.trajectory import Trajectory

Floats = NDArray[np.float64]

KINDS = {
    "gradient descent": Descent(0.3),
    "near the limit": Descent(1.29),
    "diverging": Descent(1.3),
    "heavy ball": Descent(0.1, 0.9),
    "heavy ball near its limit": Descent(2.4, 0.9),
    "heavy ball diverging": Descent(2.5, 0.9),
    "overdamped": Descent(0.01, 0.5),
    "dampening": Descent(0.2, 0.9, 0.5),
    "negative dampening": Descent(0.1, 0.8, -0.3),
    "weight decay": Descent(0.3, weight_decay=0.1),
    "Nesterov": Descent(0.1, 0.9, nesterov=True),
    "Nesterov near its limit": Descent(0.87, 0.9, nesterov=True),
    "Nesterov diverging": Descent(0.88, 0.9, nesterov=True),
    "Nesterov, weight decay": Descent(0.2, 0.95, nesterov=True, weight_decay=0.02),
    "dampening, weight decay": Descent(0.2, 0.7, 0.2, weight_decay=0.3),
}

torch.set_num_threads(1)  # as in core.oracle


def copied_columns() -> Problem:
    plain = Problem.random(12, 3, 2, seed=1)
    x = np.hstack([plain.x, plain.x[:, :1], np.full((12, 1), 2.0)])
    return Problem(x, plain.y, np.hstack([plain.weight, plain.weight[:, 1:]]), plain.bias)


def start_of(problem: Problem) -> Parameters:
    return Parameters(problem.weight, problem.bias)


def course_of(problem: Problem, descent: Descent) -> Trajectory:
    return Trajectory(Theory.of_problem(problem), descent, start_of(problem))


def optimized(problem: Problem, descent: Descent, dtype: torch.dtype = torch.float64) -> Iterator[tuple[Any, ...]]:
    """Give weight, bias and loss at each step, by ``nn.Linear``, ``nn.MSELoss`` and ``torch.optim.SGD``."""
    for _, weight, bias, loss in remembered(problem, descent, dtype):
        yield weight, bias, loss


def remembered(
    problem: Problem, descent: Descent, dtype: torch.dtype = torch.float64, buffer: Parameters | None = None
) -> Iterator[tuple[Parameters | None, Floats, Floats, float]]:
    """Give the momentum buffer, weight, bias and loss at each step, as `optimized` does, from a given buffer on."""
    x, y = (torch.tensor(each, dtype=dtype) for each in (problem.x, problem.y))
    linear = nn.Linear(x.shape[1], y.shape[1], dtype=dtype)
    linear.weight.data.copy_(torch.tensor(problem.weight))
    linear.bias.data.copy_(torch.tensor(problem.bias))
    optimizer = torch.optim.SGD(
        linear.parameters(),
        lr=descent.learning_rate,
        momentum=descent.momentum,
        dampening=descent.dampening,
        nesterov=descent.nesterov,
        weight_decay=descent.weight_decay,
    )
    if buffer is not None:
        for parameter, given in zip(linear.parameters(), buffer, strict=True):
            optimizer.state[parameter]["momentum_buffer"] = torch.tensor(given, dtype=dtype)
    while True:
        loss = nn.MSELoss()(linear(x), y)
        kept = [optimizer.state[parameter].get("momentum_buffer") for parameter in linear.parameters()]
        found = [each.numpy().copy() for each in kept if each is not None]
        yield (
            Parameters(*found) if found else None,
            linear.weight.detach().numpy().copy(),
            linear.bias.detach().numpy().copy(),
            loss.item(),
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def descended(
    problem: Problem,
    descent: Descent,
    steps: int,
    every: int = 1,
    biased: bool = True,
    reduction: str = "mean",
    carried: Parameters | None = None,
) -> Iterator[tuple[int, Floats, Floats, float]]:
    """Give step, weight, bias and loss of every so many steps in float64, by SGD's documented update alone.

    Some ten times as fast as `optimized`; test_trajectory holds the one to the other.
    """
    x, y = (torch.tensor(each, dtype=torch.float64) for each in (problem.x, problem.y))
    a = torch.hstack([x, torch.ones(len(x), 1, dtype=torch.float64)]) if biased else x
    theta = torch.tensor(np.vstack([problem.weight.T, problem.bias]) if biased else problem.weight.T)
    theta = theta.to(torch.float64)
    factor = 1 / y.numel() if reduction == "mean" else 1.0
    a_t, buffer = 2 * factor * a.T.contiguous(), None
    if carried is not None:
        buffer = torch.tensor(np.vstack([carried.weight.T, carried.bias]) if biased else carried.weight.T)
    for step in range(steps + 1):
        residual = torch.addmm(y, a, theta, beta=-1)
        if step % every == 0:
            packed = theta.numpy().copy()
            bias = packed[-1] if biased else np.zeros(y.shape[1])
            yield step, packed[: x.shape[1]].T, bias, float((residual * residual).sum()) * factor
        gradient = a_t @ residual
        if descent.weight_decay:
            gradient = gradient.add(theta, alpha=descent.weight_decay)
        if descent.momentum:
            if buffer is None:
                buffer = gradient.clone()
            else:
                buffer.mul_(descent.momentum).add_(gradient, alpha=1 - descent.dampening)
            gradient = gradient.add(buffer, alpha=descent.momentum) if descent.nesterov else buffer
        theta = theta.sub(gradient, alpha=descent.learning_rate)


def overflowing(problems: list[Problem], rates: Floats, steps: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Run many problems of one shape at once, by autograd, each with its own learning rate.

    Gives the first step at which each loss isn't finite, −1 if all are, and the losses of the last step.
    """
    x, y = (torch.tensor(np.stack([getattr(p, name) for p in problems]), dtype=dtype) for name in ("x", "y"))
    weight = torch.tensor(np.stack([p.weight for p in problems]), dtype=dtype, requires_grad=True)
    bias = torch.tensor(np.stack([p.bias for p in problems])[:, None], dtype=dtype, requires_grad=True)
    rate = torch.tensor(rates, dtype=dtype)[:, None, None]
    first = torch.full((len(problems),), -1)
    losses = torch.empty(0)
    for step in range(steps + 1):
        losses = ((torch.baddbmm(bias, x, weight.mT) - y) ** 2).flatten(1).mean(1)
        first = torch.where((first < 0) & ~torch.isfinite(losses), step, first)
        by_weight, by_bias = torch.autograd.grad(losses.sum(), (weight, bias))
        with torch.no_grad():
            weight -= rate * by_weight
            bias -= rate * by_bias
    return first, losses.detach()


def remaining(course: Trajectory, step: int) -> Floats:
    """Give what remains of the distance in each direction, by sign, in the order of the eigenvalues: (parameters,)."""
    mantissa, exponent = course._motion.recurrence.at(np.array([step]))
    with np.errstate(over="ignore", under="ignore"):
        left = (mantissa * np.exp(exponent))[0]
    return np.concatenate([np.full(course.theory.parameters - course.theory.rank, left[-1]), left[:-1]])


def far(found: Parameters, expected: Parameters) -> float:
    """Give the largest difference of parameters, by the largest parameter."""
    size = max(float(np.abs(each).max()) for each in expected)
    return max(float(np.abs(a - b).max()) for a, b in zip(found, expected, strict=True)) / (size or 1)
