import numpy as np
import pytest
import torch

from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.theory import stability_limit
from linviz.core.trainer import Trainer


def test_the_notebooks_limit_is_the_one_that_was_measured() -> None:
    problem = Problem.notebook()
    assert stability_limit(problem.x, 2) == pytest.approx(1.2939, abs=5e-5)


@pytest.mark.parametrize("shape", [(10, 3, 2), (1, 1, 1), (5, 8, 3), (200, 12, 5)])
def test_it_is_two_by_the_largest_eigenvalue_of_torchs_hessian(shape: tuple[int, int, int]) -> None:
    problem = Problem.random(*shape, seed=4)
    x, y = (torch.tensor(each, dtype=torch.float64) for each in (problem.x, problem.y))

    def loss(parameters: torch.Tensor) -> torch.Tensor:
        weight, bias = parameters[:, :-1], parameters[:, -1]
        return torch.nn.functional.mse_loss(torch.nn.functional.linear(x, weight, bias), y)

    start = torch.zeros(shape[2], shape[1] + 1, dtype=torch.float64)
    hessian = torch.autograd.functional.hessian(loss, start)  # type: ignore[no-untyped-call]  # torch's own has no types
    matrix = hessian.reshape(start.numel(), start.numel())
    assert stability_limit(problem.x, shape[2]) == pytest.approx(2 / float(torch.linalg.eigvalsh(matrix)[-1]), rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_below_it_a_run_converges_and_above_it_diverges(seed: int) -> None:
    problem = Problem.random(10, 3, 2, seed)
    limit = stability_limit(problem.x, 2)
    ends = []
    for rate in (0.98 * limit, 1.02 * limit):
        losses = Trainer(problem, Settings(rate, dtype="float64")).run(steps=3000).losses
        ends.append(losses[-1] / losses[0])
    assert ends[0] <= 1
    assert ends[1] > 1e6 or not np.isfinite(ends[1])
