from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from oracle import same_bits
from torch import nn

from linviz.core.notebook import Cell, replay
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Phase, Snapshot

NUMBERS = list(range(36, 45))

# What the cells printed, typed in from the notebook's output; x and y are in test_problem.py.
PRINTED: dict[int, dict[str, Any]] = {
    37: {"weight": [[-0.3412, 0.3215, -0.3616], [0.1967, 0.3356, 0.4529]], "bias": [-0.4701, -0.2400]},
    38: {},
    39: {
        "prediction": [
            [-0.5876, -0.0410],
            [0.5464, 0.2327],
            [0.4149, -1.0494],
            [0.2613, -0.6976],
            [-1.4030, -0.2587],
            [-0.7891, -0.6167],
            [0.0855, -0.6050],
            [-1.0457, -1.1088],
            [-0.6645, 0.7902],
            [-0.2406, -0.4854],
        ]
    },
    40: {"loss": 0.7318679094314575},
    41: {"weight_grad": [[-0.0379, -0.1217, 0.0014], [0.3901, 0.1111, 0.3637]], "bias_grad": [0.0191, -0.0767]},
    42: {"weight": [[-0.3409, 0.3227, -0.3616], [0.1928, 0.3344, 0.4493]], "bias": [-0.4703, -0.2393]},
    43: {"weight": [[-0.3405, 0.3239, -0.3616], [0.1889, 0.3333, 0.4457]], "bias": [-0.4705, -0.2385]},
    44: {"loss": 0.7255462408065796},
}


def ran_by_python(cells: list[Cell], dtype: str) -> Iterator[dict[str, Any]]:
    """Run the code of cells 38 to 44 by Python itself, after what 36 and 37 printed, and give the fields of each."""
    kind = getattr(torch, dtype)
    start = Problem.notebook()
    linear = nn.Linear(3, 2, dtype=kind)
    with torch.no_grad():
        linear.weight.copy_(torch.tensor(start.weight))
        linear.bias.copy_(torch.tensor(start.bias))
    names: dict[str, Any] = {
        "torch": torch,
        "nn": nn,
        "linear": linear,
        "x": torch.tensor(start.x, dtype=kind),
        "y": torch.tensor(start.y, dtype=kind),
        "print": lambda *_: None,
    }
    for cell in cells:
        if cell.number > 37:
            exec(cell.code, names)  # noqa: S102  # the notebook's own lines are the best oracle there is
        tensors = {
            "x": names["x"],
            "y": names["y"],
            "weight": linear.weight,
            "bias": linear.bias,
            "prediction": names.get("pred"),
            "weight_grad": linear.weight.grad,
            "bias_grad": linear.bias.grad,
        }
        held = {name: None if t is None else t.detach().numpy().copy() for name, t in tensors.items()}
        yield held | {"loss": names["loss"].item() if "loss" in names else None}


@pytest.fixture(params=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_cells_come_in_order_with_what_they_printed() -> None:
    cells = list(replay())
    assert [cell.number for cell in cells] == NUMBERS
    assert set(cells[0].printed) == {"x", "y"}
    for cell in cells[1:]:
        assert cell.printed == PRINTED[cell.number]


def test_every_printed_number_is_met_within_the_rounding_of_the_printed_inputs(dtype: str) -> None:
    for cell in replay(dtype):
        assert cell.max_abs_diff <= 2e-4, cell.number


def test_the_outputs_are_what_the_notebooks_own_lines_compute_bit_for_bit(dtype: str) -> None:
    cells = list(replay(dtype))
    for cell, expected in zip(cells, ran_by_python(cells, dtype), strict=True):
        assert set(cell.out) == set(cell.printed)
        for name, value in cell.out.items():
            assert same_bits(value, expected[name]), (cell.number, name)
        for name in ("weight", "bias", "weight_grad", "bias_grad"):
            assert same_bits(getattr(cell.snapshot, name), expected[name]), (cell.number, name)


def test_the_outputs_are_computed_and_not_the_printed_ones() -> None:
    for cell in replay():
        if cell.number >= 39:
            assert cell.max_abs_diff > 0, cell.number


def test_the_largest_difference_is_the_largest_of_all_printed_numbers(dtype: str) -> None:
    for cell in replay(dtype):
        differences = [0.0]
        for name, value in cell.printed.items():
            printed, out = np.ravel(value).tolist(), np.ravel(cell.out[name]).tolist()
            assert len(printed) == len(out)
            differences += [abs(a - b) for a, b in zip(out, printed, strict=True)]
        assert cell.max_abs_diff == max(differences), cell.number


def test_a_difference_in_any_field_and_of_any_sign_is_found() -> None:
    moment = Snapshot.at_start(Problem.notebook(), Settings())
    out = {"weight": np.zeros((2, 2)), "loss": 1.0}

    def diff(weight: list[list[float]], loss: float) -> float:
        return Cell(0, "", out, {"weight": weight, "loss": loss}, moment).max_abs_diff

    assert diff([[0, 0], [0, 0]], 1.0) == 0
    assert diff([[0, 0], [0.25, 0]], 1.0) == 0.25
    assert diff([[-0.5, 0], [0.25, 0]], 1.0) == 0.5
    assert diff([[0, 0], [0.25, 0]], 3.0) == 2
    assert Cell(38, "", {}, {}, moment).max_abs_diff == 0


def test_the_snapshots_are_the_moments_after_the_cells() -> None:
    moments = {cell.number: cell.snapshot for cell in replay()}
    expected = {
        36: (0, Phase.FORWARD),
        37: (0, Phase.FORWARD),
        38: (0, Phase.FORWARD),
        39: (0, Phase.LOSS),
        40: (0, Phase.ZERO_GRAD),
        41: (0, Phase.UPDATE),
        42: (1, Phase.FORWARD),
        43: (2, Phase.FORWARD),
        44: (2, Phase.ZERO_GRAD),
    }
    assert {number: (m.step, m.next_phase) for number, m in moments.items()} == expected
    # Cell 43 updates again with the gradient of before cell 42: the classic mistake, and stale.
    assert moments[43].last_update == "update_again_by_hand"
    assert moments[43].weight_grad is moments[41].weight_grad
    assert moments[43].freshness("weight_grad") == "stale"
    assert moments[44].freshness("loss") == "fresh"


def test_an_own_namespace_is_all_that_the_cells_code_needs() -> None:
    # The code shown beside the numbers is the code that was run: cells 36 and 37 too are whole.
    names = SimpleNamespace(found={"print": lambda *_: None})
    with torch.random.fork_rng(devices=[]):
        for cell in replay():
            exec(cell.code, names.found)  # noqa: S102  # as above
    assert names.found["x"].shape == (10, 3)
    assert names.found["linear"].weight.shape == (2, 3)
