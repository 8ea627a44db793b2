"""The data that are shipped, trained to the optimum that numpy and torch find without training."""

import csv
from typing import Any

import numpy as np
import pytest
import torch

from linviz.core.command import drawn
from linviz.core.examples import EXAMPLES
from linviz.core.settings import Settings
from linviz.core.trainer import Trainer
from linviz.resources import resource

TABLES = [name for name, example in EXAMPLES.items() if example.x]
# In the units of diabetes the condition number of [x, 1] is 7,236: torch's own tolerances would end LBFGS early, and
# without a line search its first step is far too long.
OPTIONS: dict[str, Any] = {
    "line_search_fn": "strong_wolfe",
    "max_iter": 100,
    "history_size": 100,
    "tolerance_grad": 0.0,
    "tolerance_change": 0.0,
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_the_shape_that_is_said(name: str) -> None:
    problem = drawn(EXAMPLES[name].source())
    assert problem.shape == EXAMPLES[name].shape


@pytest.mark.parametrize("name", TABLES)
def test_an_example_holds_the_numbers_of_its_file(name: str) -> None:
    with resource(f"examples/{name}.csv").open(encoding="ascii", newline="") as file:
        head, *rows = csv.reader(file)
    assert (*EXAMPLES[name].x, *EXAMPLES[name].y) == tuple(head)
    problem = drawn(EXAMPLES[name].source(dtype="float64"))
    assert np.array_equal(np.hstack([problem.x, problem.y]), np.array(rows, float))


@pytest.mark.parametrize("standardize", [(), ("x",), ("y",), ("x", "y")], ids=str)
@pytest.mark.parametrize("name", TABLES)
def test_lbfgs_comes_to_the_least_squares_of_numpy_and_torch(name: str, standardize: tuple[str, ...]) -> None:
    raw = drawn(EXAMPLES[name].source(dtype="float64"))
    whole = np.column_stack([raw.x, np.ones(len(raw.x))])
    best = np.linalg.lstsq(whole, raw.y, rcond=None)[0]
    same = torch.linalg.lstsq(torch.from_numpy(whole), torch.tensor(raw.y)).solution.numpy()
    np.testing.assert_allclose(same, best, rtol=1e-8)
    problem = drawn(EXAMPLES[name].source(standardize, "float64"))
    trainer = Trainer(problem, Settings(1.0, "LBFGS", "float64", OPTIONS))
    for _ in range(3):
        moment = trainer.step()
    scaling = problem.scaling
    weight, bias = (moment.weight, moment.bias) if scaling is None else scaling.original(moment.weight, moment.bias)
    loss, least = (np.mean((fit - raw.y) ** 2) for fit in (raw.x @ weight.T + bias, whole @ best))
    assert abs(loss / least - 1) < 1e-9
    np.testing.assert_allclose(np.vstack([weight.T, bias]), best, rtol=1e-5)
