"""``linviz trace --why CELL`` against a loop written on torch."""

import io
import math
import re
import sys
from typing import Any

import numpy as np
import pytest

from cli.console import Console
from cli.loop import Loop, as_floats, numbers
from linviz.cli import main
from linviz.cli.why import MOST

KEYS = ["field", "index", "value", "formula", "text", "terms", "scale", "total", "checks"]
KEYS += ["count", "remainder", "previous", "note", "warning"]
CELLS = (
    "x[9,2]",
    "y[0,1]",
    "prediction[3,1]",
    "residual[9,0]",
    "loss",
    "weight[1,2]",
    "bias[0]",
    "weight_grad[0,1]",
    "bias_grad[1]",
)


def torchs(loop: Loop, steps: int) -> dict[str, Any]:
    """Give what torch holds after some steps, by the names of fields, and what the last step started from."""
    record: dict[str, Any] = {}
    for record in loop.records(steps):  # noqa: B007  # the last is wanted
        pass
    residual = np.array(record["prediction"], loop_dtype(loop)) - np.array(record["y"], loop_dtype(loop))
    return record | {
        "residual": residual.astype(float).tolist(),
        "weight_before": record["weight"],
        "bias_before": record["bias"],
        "weight": record["weight_after"],
        "bias": record["bias_after"],
    }


def loop_dtype(loop: Loop) -> str:
    return str(loop.kind).removeprefix("torch.")


def at(values: Any, index: list[int]) -> float:
    return float(np.asarray(values)[tuple(index)])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("dtype", "steps", "by_hand"), [("float32", 1, False), ("float64", 3, True)])
def test_json_holds_torchs_numbers(linviz: Console, cell: str, dtype: str, steps: int, by_hand: bool) -> None:
    words = ["trace", "--why", cell, "--json", "--dtype", dtype, "--steps", str(steps)]
    done = linviz(*words, *(["--manual"] if by_hand else []))
    assert (done.status, done.err) == (0, "")
    [record] = done.records
    assert list(record) == KEYS
    expected = torchs(Loop(dtype=dtype, by_hand=by_hand).from_notebook(), steps)
    field, index = record["field"], record["index"]
    assert cell == (f"{field}[{','.join(map(str, index))}]" if index else field)
    assert record["value"] == at(expected[field], index)
    for term in record["terms"]:
        assert list(term) == ["factors", "sign", "value"]
        product = term["sign"] * math.prod(factor["value"] for factor in term["factors"])
        assert term["value"] == pytest.approx(product, rel=1e-15)
        for factor in term["factors"]:
            assert list(factor) == ["field", "index", "value"]
            name = factor["field"]
            if field in ("weight", "bias") and name == field:
                name = f"{name}_before"
            elif field == "prediction" and name in ("weight", "bias"):
                name = f"{name}_before"  # a step's prediction was made with the parameters before it
            assert factor["value"] == at(expected[name], factor["index"])
    if record["terms"]:
        total = record["scale"] * math.fsum(term["value"] for term in record["terms"])
        size = record["scale"] * math.fsum(abs(term["value"]) for term in record["terms"])
        assert record["total"] == pytest.approx(total, abs=1e-15 * size)
        eps = float(np.finfo(dtype).eps)
        assert abs(record["value"] - total) <= (len(record["terms"]) + 4) * eps * size
    else:
        assert record["total"] == record["value"]
    assert (record["count"], record["remainder"], record["warning"]) == (len(record["terms"]), 0, "")
    assert record["previous"] == (at(expected[f"{field}_before"], index) if field in ("weight", "bias") else None)
    names = [check["name"] for check in record["checks"]]
    if field in ("x", "y"):
        assert names == []
    elif field.endswith("_grad"):
        assert names == ["autograd", "closed form", "finite difference"]
    else:
        assert names == ["torch", "closed form"]
    for check in record["checks"]:
        assert list(check) == ["name", "value", "ulp", "verdict"]
        unit = float(np.spacing(np.asarray(abs(record["value"]), dtype)))
        assert check["ulp"] == (check["value"] - record["value"]) / unit
        assert check["verdict"] == ("reference" if check["name"] in ("torch", "autograd") else "agrees")


@pytest.mark.parametrize("cell", CELLS)
def test_text_says_value_terms_and_checks(linviz: Console, cell: str) -> None:
    [record] = linviz("trace", "--why", cell, "--json", "--steps", "2").records
    done = linviz("trace", "--why", cell, "--steps", "2")
    assert (done.status, done.err) == (0, "")
    formula, note, *rest = done.out.splitlines()
    assert formula == record["text"]
    assert note.endswith(".")
    assert f"value {record['value']!r}" in rest
    terms = [line.removesuffix("  <") for line in rest if re.fullmatch(r"  .*  = [+-].*", line)]
    assert len(terms) == len(record["terms"])
    for line, term in zip(terms, record["terms"], strict=True):
        assert float(line.rsplit("= ", 1)[1]) == pytest.approx(term["value"], rel=1e-8)
        assert line.startswith("  -" if term["sign"] < 0 else "  ")
        for factor in term["factors"]:
            named = f"{factor['field']}[{','.join(map(str, factor['index']))}]" if factor["index"] else factor["field"]
            assert f"{named} {factor['value']:+.9g}" in line
    for check in record["checks"]:
        off = "" if check["verdict"] == "reference" else f" ({check['ulp']:+.2f} ulp, agrees)"
        assert f"  {check['name']}: {check['value']!r}{off}" in rest
    marked = sum(line.endswith("  <") for line in rest)
    assert any(line.startswith("  < the largest: ") for line in rest) == bool(marked)
    assert marked <= 3
    assert bool(marked) == (len(terms) > 2)
    if record["previous"] is not None:
        change = record["value"] - record["previous"]
        assert f"old {record['previous']!r} -> new {record['value']!r}, change {change:+.9g}" in rest
    assert "WARNING" not in done.out
    assert max(map(len, done.out.splitlines())) <= 130


def test_of_many_terms_there_are_the_largest_their_number_and_the_remainder(linviz: Console) -> None:
    words = ("trace", "--random", "300", "2", "1", "--why", "weight_grad[0,1]")
    [record] = linviz(*words, "--json").records
    loop = Loop().from_seed(300, 2, 1, 0)
    *_, step = loop.records(1)
    residual = np.array(step["prediction"], np.float32) - np.array(step["y"], np.float32)
    values = sorted((residual[:, 0].astype(float) * np.array(step["x"])[:, 1]).tolist(), key=abs)
    assert record["count"] == 300
    assert sorted((term["value"] for term in record["terms"]), key=abs) == values[-MOST:]
    assert record["remainder"] == pytest.approx(math.fsum(values[:-MOST]), rel=1e-12)
    done = linviz(*words)
    shown = [line.removesuffix("  <") for line in done.out.splitlines() if line.startswith("  residual[")]
    found = sorted((float(line.rsplit("= ", 1)[1]) for line in shown), key=abs)
    assert found == pytest.approx(values[-MOST:], rel=1e-8)
    [remainder] = re.findall(r"and 250 smaller terms, which sum to (\S+)$", done.out, re.MULTILINE)
    assert float(remainder) == pytest.approx(record["remainder"], rel=1e-8)


@pytest.mark.parametrize("spelled", ["weight_grad[0,1]", " weight_grad [ 0 , 1 ] ", "weight_grad[00,1]"])
def test_spaces_do_not_matter(linviz: Console, spelled: str) -> None:
    assert linviz("trace", "--why", spelled).out == linviz("trace", "--why", "weight_grad[0,1]").out


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        ("", "a cell is written like weight_grad[0,1], bias[1] or loss, got nothing"),
        ("weight[0", "a cell is written like"),
        ("weight[-1,0]", "a cell is written like"),
        ("weight[0.5,0]", "a cell is written like"),
        ("weight[0,1,2]", "a cell is written like"),
        ("weight[" + "9" * 400 + ",0]", "a cell is written like"),
        ("weight[٣,0]", "a cell is written like"),
        ("loss; rm", "a cell is written like"),
        ("gradient[0,1]", "there is no field gradient: ask for one of x, y, prediction"),
        ("step", "there is no field step"),
        ("weight[2,0]", "there is no cell weight[2, 0]: weight has the shape [2, 3], counted from 0"),
        ("weight[0]", "there is no cell weight[0]"),
        ("weight", "there is no cell weight[]"),
        ("loss[0]", "there is no cell loss[0]"),
        ("x[999999999999999999,0]", "there is no cell x[999999999999999999, 0]"),
    ],
)
def test_a_cell_that_is_not_there_gets_one_line(linviz: Console, cell: str, complaint: str) -> None:
    done = linviz("trace", "--why", cell)
    assert done.complaint.startswith(complaint)
    assert len(done.complaint) < 200


def test_cells_and_why_are_not_asked_for_at_once(linviz: Console) -> None:
    complaint = linviz("trace", "--cells", "--why", "loss").complaint
    assert "--why" in complaint
    assert "--cells" in complaint


def test_of_a_run_that_left_the_finite_numbers_json_has_words(linviz: Console) -> None:
    for cell in ("loss", "weight_grad[0,0]", "weight[0,0]"):
        done = linviz("trace", "--why", cell, "--json", "--lr", "1e10", "--steps", "30")
        assert done.status == 0
        assert len(done.err.splitlines()) == 1  # from which step on
        [record] = done.records
        assert record["value"] in ("NaN", "Infinity", "-Infinity")
        assert not math.isfinite(as_floats(record["terms"][0]["value"]))
        assert [check["verdict"] for check in record["checks"][1:]] == ["can't tell"] * (len(record["checks"]) - 1)
        assert record["warning"].startswith("Not finite")
        text = linviz("trace", "--why", cell, "--lr", "1e10", "--steps", "30")
        assert text.status == 0
        assert f"WARNING: {record['warning']}" in text.out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_any_terminal_can_print_it(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    screen = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(screen, encoding))
    assert main(["trace", "--why", "prediction[0,0]"]) == 0
    sys.stdout.flush()
    assert b"prediction[0,0] = " in screen.getvalue()
    if encoding == "utf-8":
        assert "Σⱼ x[0,j]·weight[0,j] + bias[0]" in screen.getvalue().decode()


def test_seed_gives_the_loops_numbers(linviz: Console) -> None:
    [record] = linviz("trace", "--random", "7", "4", "3", "--seed", "5", "--why", "bias_grad[2]", "--json").records
    loop = Loop().from_seed(7, 4, 3, 5)
    loop.step()
    assert record["value"] == numbers(loop.linear.bias.grad)[2]
