import re
from typing import Any

import numpy as np
import pytest
import torch

from cli.console import Console
from cli.loop import NOTEBOOK

CELLS: list[dict[str, Any]] = NOTEBOOK["cells"]


def largest_difference(cell: dict[str, Any]) -> float:
    return max(
        (
            float(np.abs(np.array(cell["out"][name]) - np.array(cell["printed"][name])).max())
            for name in cell["printed"]
        ),
        default=0.0,
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_json_holds_every_cell_beside_what_it_printed(linviz: Console, dtype: str) -> None:
    done = linviz("trace", "--cells", "--json", "--dtype", dtype)
    assert (done.status, done.err) == (0, "")
    assert [cell["in"] for cell in done.records] == list(range(36, 45))
    for cell, original in zip(done.records, CELLS, strict=True):
        assert list(cell) == ["in", "code", "out", "printed", "max_abs_diff"]
        assert (cell["code"], cell["printed"]) == (original["code"], original["out"])
        assert cell["max_abs_diff"] == largest_difference(cell)
        assert cell["max_abs_diff"] <= 2e-4


def test_the_outputs_are_those_of_the_cells_code(linviz: Console) -> None:
    """The code itself is run, but for the draw: its numbers are the printed ones."""
    printed = {name: torch.tensor(value) for cell in CELLS[:2] for name, value in cell["out"].items()}
    names: dict[str, Any] = {"print": lambda *_: None, "x": printed["x"], "y": printed["y"]}
    linear = torch.nn.Linear(3, 2)
    linear.weight.data, linear.bias.data = printed["weight"].clone(), printed["bias"].clone()
    names |= {"torch": torch, "nn": torch.nn, "linear": linear}
    words = {"prediction": "pred", "weight": "linear.weight", "bias": "linear.bias"}
    words |= {"weight_grad": "linear.weight.grad", "bias_grad": "linear.bias.grad"}
    for cell in linviz("trace", "--cells", "--json").records[2:]:
        exec(cell["code"], names)  # noqa: S102  # the notebook's own code, from our own file
        for name, value in cell["out"].items():
            tensor = eval(words.get(name, name), names)  # noqa: S307  # as above
            assert value == tensor.detach().double().tolist(), (cell["in"], name)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_text_fits_on_a_page_and_ends_with_the_largest_difference(linviz: Console, dtype: str) -> None:
    records = linviz("trace", "--cells", "--json", "--dtype", dtype).records
    done = linviz("trace", "--cells", "--dtype", dtype, "--example", "notebook")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert max(map(len, lines)) <= 100
    assert [int(number) for number in re.findall(r"In \[(\d+)\]", done.out)] == list(range(36, 45))
    for cell in CELLS:
        for line in cell["code"].splitlines():
            assert f"    {line}" in lines
    largest = max(records, key=largest_difference)
    assert f"{largest_difference(largest):.3g} in cell {largest['in']};" in lines[-1]


def test_text_has_torchs_print_of_both_sides(linviz: Console) -> None:
    text = linviz("trace", "--cells").out
    for cell in linviz("trace", "--cells", "--json").records:
        for name, value in cell["out"].items():
            if name == "loss":
                assert f"{value!r}    {cell['printed'][name]!r}\n" in text
                continue
            here, there = (repr(torch.tensor(numbers)).splitlines() for numbers in (value, cell["printed"][name]))
            for left, right in zip(here, there, strict=True):
                assert re.search(f"^{re.escape(left)} +{re.escape(right)}$", text, re.MULTILINE)
