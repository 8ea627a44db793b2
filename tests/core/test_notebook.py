from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from oracle import differing, same_bits, values
from torch import nn

from linviz.core import remarks
from linviz.core.command import Reset, Run
from linviz.core.notebook import Cell, cells, replay
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Phase, Snapshot
from linviz.core.trainer import Trainer

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


def ran_by_python(ran: Iterable[Cell], dtype: str) -> Iterator[dict[str, Any]]:
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
    for cell in ran:
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
    assert [cell.number for cell in cells()] == NUMBERS
    assert set(cells()[0].printed) == {"x", "y"}
    for cell in cells()[1:]:
        assert cell.printed == PRINTED[cell.number]


def test_a_replay_goes_through_the_cells_in_order() -> None:
    assert [cell for cell, _moment in replay()] == list(cells())


def test_every_printed_number_is_met_within_the_rounding_of_the_printed_inputs(dtype: str) -> None:
    for cell, moment in replay(dtype):
        assert moment.settings == Settings(0.01, dtype=dtype)
        assert cell.max_abs_diff(moment) <= 2e-4, cell.number


def test_the_outputs_are_what_the_notebooks_own_lines_compute_bit_for_bit(dtype: str) -> None:
    for (cell, moment), expected in zip(replay(dtype), ran_by_python(cells(), dtype), strict=True):
        out = cell.out(moment)
        assert set(out) == set(cell.printed)
        for name, value in out.items():
            assert same_bits(value, expected[name]), (cell.number, name)
        for name in ("weight", "bias", "weight_grad", "bias_grad"):
            assert same_bits(getattr(moment, name), expected[name]), (cell.number, name)


def test_the_outputs_are_computed_and_not_the_printed_ones() -> None:
    for cell, moment in replay():
        if cell.number >= 39:
            assert cell.max_abs_diff(moment) > 0, cell.number


def test_the_differences_are_those_of_all_printed_numbers(dtype: str) -> None:
    for cell, moment in replay(dtype):
        expected = {}
        for name, value in cell.printed.items():
            printed, out = np.ravel(value).tolist(), np.ravel(cell.out(moment)[name]).tolist()
            assert len(printed) == len(out)
            expected[name] = [abs(a - b) for a, b in zip(out, printed, strict=True)]
        found = cell.differences(moment)
        assert {name: each.ravel().tolist() for name, each in found.items()} == expected
        assert {name: each.shape for name, each in found.items()} == {n: np.shape(v) for n, v in cell.printed.items()}
        assert cell.max_abs_diff(moment) == max((d for each in expected.values() for d in each), default=0.0)


def test_a_difference_in_any_field_and_of_any_sign_is_found() -> None:
    start = Snapshot.at_start(Problem.random(1, 2, 2), Settings())
    moment = replace(start, weight=np.zeros((2, 2)), loss=1.0)

    def diff(weight: list[list[float]], loss: float) -> float:
        return Cell(0, "", {"weight": weight, "loss": loss}, ()).max_abs_diff(moment)

    assert diff([[0, 0], [0, 0]], 1.0) == 0
    assert diff([[0, 0], [0.25, 0]], 1.0) == 0.25
    assert diff([[-0.5, 0], [0.25, 0]], 1.0) == 0.5
    assert diff([[0, 0], [0.25, 0]], 3.0) == 2
    assert Cell(38, "", {}, ()).max_abs_diff(moment) == 0


def test_the_snapshots_are_the_moments_after_the_cells() -> None:
    moments = {cell.number: moment for cell, moment in replay()}
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


def test_the_commands_give_the_notebooks_numbers_whatever_ran_before(dtype: str) -> None:
    trainer = Trainer(Problem.random(4, 5, 6), Settings(0.3, dtype=dtype))
    trainer.run(steps=3)
    trainer.next_phase()
    for _ in range(2):  # the second time the cells run on top of themselves
        for cell, moment in replay(dtype):
            for command in cell.commands:
                command.apply(trainer)
            assert differing(values(trainer.snapshot()), values(moment)) == [], cell.number
            assert cell.number < 38 or trainer.snapshot().settings == Settings(0.01, dtype=dtype)


def test_the_cells_are_data_that_running_them_does_not_change() -> None:
    before = [(cell.number, cell.code, repr(cell.printed), cell.commands, cell.remark) for cell in cells()]
    for _cell, moment in replay():
        trainer = Trainer.at(moment)
        for command in (Run(steps=3), Reset()):
            command.apply(trainer)
    assert [(cell.number, cell.code, repr(cell.printed), cell.commands, cell.remark) for cell in cells()] == before


def test_a_remark_stands_where_it_comes_up() -> None:
    found = {cell.number: cell.remark for cell in cells() if cell.remark}
    assert found == {40: remarks.LOSS, 42: remarks.UPDATE, 43: remarks.EQUIVALENCE}
    moments = {cell.number: moment for cell, moment in replay("float64")}
    residual = moments[40].residual
    assert residual is not None
    # What the remark says of the loss is so, and what it says the notebook writes is something else.
    assert moments[40].loss == pytest.approx(np.mean(residual**2), rel=1e-14)
    assert moments[40].loss != pytest.approx(np.linalg.norm(residual), rel=0.1)
    # And of the update: the gradient is subtracted, not the loss.
    before, after = moments[41], moments[42]
    assert before.weight_grad is not None
    assert after.weight == pytest.approx(before.weight - 0.01 * before.weight_grad, rel=1e-14)
    assert after.weight != pytest.approx(before.weight - 0.01 * (before.loss or 0), rel=1e-4)


def test_an_own_namespace_is_all_that_the_cells_code_needs() -> None:
    # The code shown beside the numbers is the code that was run: cells 36 and 37 too are whole.
    names = SimpleNamespace(found={"print": lambda *_: None})
    with torch.random.fork_rng(devices=[]):
        for cell in cells():
            exec(cell.code, names.found)  # noqa: S102  # as above
    assert names.found["x"].shape == (10, 3)
    assert names.found["linear"].weight.shape == (2, 3)
