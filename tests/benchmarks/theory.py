"""Time of a jump by theory: whether it depends on the step, or on the number of samples.

A jump is parameters and loss at a step. Each round takes all in turn; the medians of all rounds are compared. The torch
step is the notebook's: module, criterion, backward, ``optimizer.step()``.
Run: ``python tests/benchmarks/theory.py [rounds]``.
"""

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from linviz.core.descent import Descent
from linviz.core.problem import Problem
from linviz.core.theory import Parameters, Theory
from linviz.core.trajectory import Trajectory

ROUNDS = 2000
FEW, MANY = 10, 1_000_000
KINDS = {
    "gradient descent": Descent(0.01),
    "heavy ball": Descent(0.01, 0.9),
    "Nesterov": Descent(0.01, 0.9, nesterov=True),
}


def seconds(work: Callable[[], object]) -> float:
    """Time it once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def medians(rounds: int, works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Time each in turn; the first tenth of the rounds warms up."""
    taken = [[seconds(work) for work in works.values()] for _ in range(rounds + rounds // 10)][rounds // 10 :]
    return dict(zip(works, map(statistics.median, zip(*taken, strict=True)), strict=True))


def jump(trajectory: Trajectory, step: int) -> Callable[[], object]:
    """Give a jump to a step."""
    return lambda: (trajectory.parameters(step), trajectory.loss(step))


def torch_step(problem: Problem) -> Callable[[], object]:
    """Give a step of training, and take the first."""
    x, y = (torch.tensor(each, dtype=torch.float32) for each in (problem.x, problem.y))
    linear, criterion = nn.Linear(x.shape[1], y.shape[1]), nn.MSELoss()
    optimizer = torch.optim.SGD(linear.parameters(), lr=0.01)

    def step() -> None:
        loss = criterion(linear(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    step()
    return step


def main() -> None:
    """Print times and ratios."""
    torch.set_num_threads(1)
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    notebook = Problem.notebook()
    theory, start = Theory.of_problem(notebook), Parameters(notebook.weight, notebook.bias)
    for kind, descent in KINDS.items():
        trajectory = Trajectory(theory, descent, start)
        works = {"n = 1": jump(trajectory, 1), "n = 10⁹": jump(trajectory, 10**9), "torch step": torch_step(notebook)}
        took = medians(rounds, works)
        one, far, step = took.values()
        print(f"{kind}: " + ", ".join(f"{name} {each * 1e6:.0f} µs" for name, each in took.items()))
        print(f"  n = 10⁹ / n = 1: {far / one:.2f}   / torch step: {far / step:.2f}")
    trajectories = []
    for samples in (FEW, MANY):
        draw = np.random.default_rng(0)
        x, y = (draw.standard_normal((samples, width), np.float32) for width in (10, 5))
        begin = time.perf_counter()
        whole = Theory.of(x, y)
        print(f"one pass over {samples:,} x 10 -> 5: {(time.perf_counter() - begin) * 1e3:.1f} ms")
        trajectories.append(Trajectory(whole, Descent(0.01), Parameters(np.zeros((5, 10)), np.zeros(5))))
    few, many = medians(rounds, {str(i): jump(each, 10**9) for i, each in enumerate(trajectories)}).values()
    print(f"after it, {MANY:,} samples / {FEW}: {many / few:.2f}")


if __name__ == "__main__":
    main()
