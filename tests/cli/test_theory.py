"""``linviz theory`` against a loop written on torch, and against autograd and ``lstsq``."""

import itertools
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from cli.console import Console, in_own_process
from cli.loop import NOTEBOOK, Loop, as_floats
from linviz.core.split import Split

KEYS = [
    "eigenvalues",
    "condition_number",
    "rank",
    "optimal_weight",
    "optimal_bias",
    "optimal_loss",
    "stability_limit",
    "best_learning_rate",
    "overflow_step",
]
AT_STEP = ["step", "weight", "bias", "loss"]

PROBLEMS = [
    pytest.param((), Loop(dtype="float64").from_notebook(), id="notebook"),
    pytest.param(("--seed", "5"), Loop(dtype="float64").from_seed(10, 3, 2, 5), id="seed"),
    pytest.param(("--random", "50", "4", "1"), Loop(dtype="float64").from_seed(50, 4, 1, 0), id="random"),
    pytest.param(("--random", "3", "5", "2"), Loop(dtype="float64").from_seed(3, 5, 2, 0), id="few samples"),
]

WITHOUT = """
import sys
import linviz.cli.theory
from linviz.cli import main
status = main(["theory", "--json", "--step", "7"])
print(sorted({name.partition(".")[0] for name in sys.modules} & {"torch", "PySide6", "pyqtgraph"}), file=sys.stderr)
sys.exit(status)
"""


def only(console: Console, *words: str) -> dict[str, Any]:
    done = console("theory", "--json", *words)
    assert (done.status, done.err) == (0, "")
    [record] = done.records
    return record


def test_the_notebooks_numbers(linviz: Console) -> None:
    record = only(linviz)
    assert list(record) == KEYS
    assert [round(value, 4) for value in record["eigenvalues"]] == [0.0953, 0.6368, 1.2342, 1.5457]
    assert round(record["stability_limit"], 4) == 1.2939
    assert round(record["optimal_loss"], 4) == 0.5322
    assert (record["rank"], record["overflow_step"]) == (4, None)


@pytest.mark.parametrize(("words", "loop"), PROBLEMS)
def test_every_number_is_lstsqs_or_the_hessians(linviz: Console, words: tuple[str, ...], loop: Loop) -> None:
    record = only(linviz, *words)
    a = np.hstack([loop.x.numpy(), np.ones((len(loop.x), 1))])
    solution, _, rank, _ = np.linalg.lstsq(a, loop.y.numpy())
    eigenvalues = np.linalg.eigvalsh(2 / loop.y.numel() * a.T @ a)
    nonzero = eigenvalues[len(eigenvalues) - rank :]
    np.testing.assert_allclose(record["eigenvalues"], eigenvalues, rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(record["optimal_weight"], solution[:-1].T, rtol=1e-11)
    np.testing.assert_allclose(record["optimal_bias"], solution[-1], rtol=1e-11)
    assert record["rank"] == rank
    assert record["condition_number"] == pytest.approx(nonzero[-1] / nonzero[0], rel=1e-10)
    assert record["stability_limit"] == pytest.approx(2 / nonzero[-1], rel=1e-12)
    assert record["best_learning_rate"] == pytest.approx(2 / (nonzero[0] + nonzero[-1]), rel=1e-12)
    expected = np.mean((a @ solution - loop.y.numpy()) ** 2)
    assert record["optimal_loss"] == pytest.approx(expected, rel=1e-11, abs=1e-28)


@pytest.mark.parametrize("words", [(), ("--random", "6", "4", "3", "--seed", "9")])
@pytest.mark.parametrize("rate", ["0.01", "0.3", "4"])
def test_a_step_is_that_of_a_real_run(linviz: Console, words: tuple[str, ...], rate: str) -> None:
    loop = Loop(float(rate), "float64")
    loop = loop.from_seed(6, 4, 3, 9) if words else loop.from_notebook()
    runs = loop.records(80)
    for record in itertools.islice(runs, 0, 80, 13):
        # The weight of a line of trace is the one before its update, and its loss is of that weight.
        step = record["step"] - 1
        found = only(linviz, *words, "--lr", rate, "--step", str(step))
        assert list(found) == KEYS + AT_STEP
        assert found["step"] == step
        size = np.abs(record["weight"]).max()
        np.testing.assert_allclose(found["weight"], record["weight"], rtol=1e-9, atol=1e-10 * size)
        np.testing.assert_allclose(found["bias"], record["bias"], rtol=1e-9, atol=1e-10 * size)
        assert found["loss"] == pytest.approx(record["loss"], rel=1e-9)


CHOICES = [
    pytest.param(("--reduction", "sum"), {}, id="sum"),
    pytest.param(("--no-bias",), {}, id="no bias"),
    pytest.param(("--weight-decay", "0.3"), {"weight_decay": 0.3}, id="weight decay"),
    pytest.param(("--momentum", "0.5", "--dampening", "0.2"), {"momentum": 0.5, "dampening": 0.2}, id="momentum"),
    pytest.param(
        ("--no-bias", "--reduction", "sum", "--momentum", "0.4", "--nesterov", "--weight-decay", "2"),
        {"momentum": 0.4, "nesterov": True, "weight_decay": 2},
        id="all",
    ),
]


def trained(words: tuple[str, ...], options: dict[str, Any], rate: float, steps: int) -> tuple[nn.Linear, list[float]]:
    """Run the notebook's loop with these choices in float64, by torch alone."""
    loop = Loop(dtype="float64").from_notebook()
    criterion = nn.MSELoss(reduction="sum" if "sum" in words else "mean")
    biased = "--no-bias" not in words
    linear = nn.Linear(3, 2, bias=biased, dtype=torch.float64)
    linear.weight.data = loop.linear.weight.data.clone()
    if biased:
        linear.bias.data = loop.linear.bias.data.clone()
    optimizer = torch.optim.SGD(linear.parameters(), lr=rate, **options)
    losses = []
    for step in range(steps + 1):
        loss = criterion(linear(loop.x), loop.y)
        losses.append(loss.item())
        if step < steps:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return linear, losses


@pytest.mark.parametrize(("words", "options"), CHOICES)
def test_with_other_choices_all_numbers_are_those_of_a_run_with_them(
    linviz: Console, words: tuple[str, ...], options: dict[str, Any]
) -> None:
    record = only(linviz, *words, "--lr", "0.03", "--step", "25")
    assert list(record) == KEYS + AT_STEP
    linear, losses = trained(words, options, 0.03, 25)
    np.testing.assert_allclose(record["weight"], linear.weight.detach(), rtol=1e-9)
    bias = np.zeros(2) if "--no-bias" in words else linear.bias.detach()
    np.testing.assert_allclose(record["bias"], bias, rtol=1e-9)
    assert record["loss"] == pytest.approx(losses[-1], rel=1e-11)
    limit, best = record["stability_limit"], record["best_learning_rate"]
    # On both sides of the limit; and a long way, at the best rate, to the optimum.
    below, above = (trained(words, options, share * limit, 400)[1] for share in (0.98, 1.02))
    assert max(below[300:]) < 10 * below[0]
    assert above[-1] > 1e3 * above[0]
    linear, losses = trained(words, options, best, 1000)
    np.testing.assert_allclose(record["optimal_weight"], linear.weight.detach(), rtol=1e-9)
    assert record["optimal_loss"] == pytest.approx(losses[-1], rel=1e-11)
    a = np.hstack([NOTEBOOK["cells"][0]["out"]["x"], np.ones((10, 0 if "--no-bias" in words else 1))])
    hessian = 2 / (1 if "sum" in words else 20) * a.T @ a
    values = np.linalg.eigvalsh(hessian) + options.get("weight_decay", 0)
    np.testing.assert_allclose(record["eigenvalues"], values, rtol=1e-12)
    assert record["condition_number"] == pytest.approx(values[-1] / values[0], rel=1e-10)


def test_the_samples_of_a_test_set_and_another_start_count(linviz: Console) -> None:
    record = only(linviz, "--test-share", "0.3", "--init", "zeros", "--step", "0")
    rows = Split(0.3).rows(10)[0]
    x, y = (np.array(NOTEBOOK["cells"][0]["out"][name])[rows] for name in ("x", "y"))
    assert record["loss"] == pytest.approx(np.mean(y**2), rel=1e-12)
    assert record["eigenvalues"][-1] == pytest.approx(
        np.linalg.eigvalsh(2 / 14 * np.hstack([x, np.ones((7, 1))]).T @ np.hstack([x, np.ones((7, 1))]))[-1], rel=1e-12
    )
    assert "7 samples to train on" in linviz("theory", "--test-share", "0.3").out


def test_text_of_a_model_without_a_bias_shows_none(linviz: Console) -> None:
    out = linviz("theory", "--no-bias", "--momentum", "0.5", "--step", "3").out
    assert "b:" not in out
    assert "and the slowest direction is fastest at" in out


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_step_of_the_overflow_is_that_of_a_real_run(linviz: Console, dtype: str) -> None:
    found = only(linviz, "--lr", "3", "--dtype", dtype)["overflow_step"]
    runs = Loop(3, dtype).from_notebook().records(2000)
    broken = next(record["step"] - 1 for record in runs if not math.isfinite(record["loss"]))
    assert abs(found - broken) <= 1


def test_a_billion_steps_are_the_optimum(linviz: Console) -> None:
    record = only(linviz, "--step", "1e9")
    assert record == only(linviz, "--step", "1000000000")
    assert record["step"] == 10**9
    np.testing.assert_allclose(record["weight"], record["optimal_weight"], rtol=1e-14)
    np.testing.assert_allclose(record["bias"], record["optimal_bias"], rtol=1e-14)
    assert record["loss"] == pytest.approx(record["optimal_loss"], rel=1e-15)


def test_what_is_beyond_all_floats_is_a_word(linviz: Console) -> None:
    record = as_floats(only(linviz, "--lr", "1e30", "--step", str(2**63 - 1)))
    assert record["loss"] == math.inf
    assert np.isinf(record["weight"]).all()
    assert record["overflow_step"] == 1


def test_text_says_what_json_holds(linviz: Console) -> None:
    record = only(linviz, "--lr", "1.5", "--step", "40")
    done = linviz("theory", "--lr", "1.5", "--step", "40")
    assert (done.status, done.err) == (0, "")
    for name in ("eigenvalues", "optimal_weight", "optimal_bias", "weight", "bias"):
        for value in np.ravel(record[name]):
            assert f"{value:.6g}" in done.out, name
    for name in ("condition_number", "stability_limit", "best_learning_rate"):
        assert f"{name.replace('_', ' ')}:  {record[name]:.6g} " in done.out
    assert "plain gradient descent's stability limit:" in done.out
    assert f"optimal loss:  {record['optimal_loss']!r}" in done.out
    assert "rank:  4 of 4: the data determine all 4 parameters" in done.out
    assert "learning rate 1.5" in done.out
    assert "It diverges: 1.31852 a step in the fastest direction." in done.out
    assert f"Its loss overflows float32 at step {record['overflow_step']}." in done.out
    *_, loss, _w, _w2, _b = done.out.splitlines()
    assert loss == f"loss:  {record['loss']!r}"


def test_text_says_when_a_run_is_near_the_optimum(linviz: Console) -> None:
    out = linviz("theory", "--lr", "0.1").out
    [near] = re.findall(r"within 1% of the optimal one from step ([\d,]+) on", out)
    step = int(near.replace(",", ""))
    before, after = (only(linviz, "--lr", "0.1", "--step", str(n)) for n in (step - 1, step))
    assert before["loss"] > 1.01 * before["optimal_loss"] >= after["loss"]
    assert "overflow" not in out


def test_text_says_what_a_deficient_rank_means(linviz: Console) -> None:
    out = linviz("theory", "--random", "3", "5", "2").out
    assert max(map(len, out.splitlines())) <= 120
    assert "rank:  3 of 6: 3 sample(s) can't determine 6 parameters of each output" in out
    assert "the optimum of least norm; gradient descent from this start goes to" in out
    [steps] = re.findall(r"the optimal loss is 0, and in the long run the loss halves every ([\d,]+) step", out)
    late = [only(linviz, "--random", "3", "5", "2", "--step", str(n))["loss"] for n in (20_000, 21_000)]
    found = 1000 * math.log(2) / math.log(late[0] / late[1])
    assert int(steps.replace(",", "")) == pytest.approx(found, rel=0.01)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--init constant --init-value 1e10", "the loss is within 1% of the optimal one from step 24,"),
        ("--lr 1e-17", "It converges: 1 - 9.5e-19 a step"),
        ("--lr 1e-30", "what the loss is above the optimal one halves every 3.63577e+30 step"),
        ("--lr 1e-17 --momentum 1 --nesterov", "It converges: 1 - 4.8e-19 a step"),
        ("--momentum 1", "no learning rate converges\nIt neither converges nor diverges"),
        ("--momentum 0.5 --dampening 1", "no learning rate converges\nIt neither converges nor diverges"),
        ("--momentum 1.1", "It diverges: 1.08824 a step"),
    ],
)
def test_text_tells_how_a_run_ends(linviz: Console, words: str, said: str) -> None:
    done = linviz("theory", *words.split())
    assert (done.status, done.err) == (0, "")
    assert said in done.out
    assert "nan" not in done.out
    assert "the optimal loss is 0" not in done.out


def test_text_with_weight_decay_speaks_of_the_loss_with_its_decay_term(linviz: Console) -> None:
    words = ("--random", "3", "5", "2", "--weight-decay", "0.1")
    out = linviz("theory", *words).out
    start, record = only(linviz, *words, "--step", "0"), only(linviz, *words)
    assert f"loss at the optimum of loss + decay term:  {record['optimal_loss']!r}, at" in out
    assert "of least norm" not in out
    [near] = re.findall(r"loss with its decay term is within 1% of the optimal one from step ([\d,]+) on", out)
    step = int(near.replace(",", ""))

    def objective(at: dict[str, Any], before: str = "") -> float:
        squares = sum(np.sum(np.square(at[before + name])) for name in ("weight", "bias"))
        return float(at["optimal_loss" if before else "loss"] + 0.05 * squares)

    least = 1.01 * objective(start, "optimal_")
    above, below = (objective(only(linviz, *words, "--step", str(n))) for n in (step - 1, step))
    assert above > least >= below


def test_data_in_which_nothing_moves_are_said_to_be_so(linviz: Console, tmp_path: Path) -> None:
    (tmp_path / "flat.csv").write_text("a,b\n0,1\n0,2\n", "utf-8")
    done = linviz("theory", str(tmp_path / "flat.csv"), "--x", "a", "--y", "b", "--no-bias", "--momentum", "0.9")
    assert (done.status, done.err) == (0, "")
    assert "Nothing moves" in done.out


@pytest.mark.parametrize("standardize", [(), ("--standardize", "x")])
def test_a_table_is_read_in_float64_whatever_the_dtype(
    linviz: Console, tmp_path: Path, standardize: tuple[str, ...]
) -> None:
    data = np.round(np.random.default_rng(0).normal(size=(9, 3)), 3)
    np.savetxt(tmp_path / "data.csv", data, delimiter=",", header="a,b,c", comments="", fmt="%.3f")
    record = only(linviz, str(tmp_path / "data.csv"), "--x", "a,b", "--y", "c", "--dtype", "float32", *standardize)
    x = data[:, :2]
    if standardize:
        x = (x - x.mean(axis=0)) / x.std(axis=0)
    solution, [left], *_ = np.linalg.lstsq(np.hstack([x, np.ones((9, 1))]), data[:, 2])
    np.testing.assert_allclose(record["optimal_weight"], [solution[:2]], rtol=1e-12)
    assert record["optimal_loss"] == pytest.approx(left / 9, rel=1e-12)


def test_text_of_a_large_problem_stays_short(linviz: Console) -> None:
    lines = linviz("theory", "--random", "300", "250", "3", "--step", "5").out.splitlines()
    assert len(lines) < 80
    assert max(map(len, lines)) <= 120
    assert len(only(linviz, "--random", "300", "250", "3")["eigenvalues"]) == 251


@pytest.mark.parametrize(
    ("words", "beginning"),
    [
        (("theory", "--step", "-1"), "step must be a whole number from 0 to 2**63 - 1, got -1"),
        (("theory", "--step", "1e16"), "step must be a whole number from 0 to 2**63 - 1, got 1e16"),
        (("theory", "--step", str(2**63)), "step must be a whole number from 0 to 2**63 - 1, got 922337"),
        (("theory", "--loss", "huber"), "the course under HuberLoss has no closed form"),
        (("theory", "--batch", "3"), "the course in batches of 3 has no closed form"),
        (("theory", "--schedule", "cosine"), "the course under a schedule has no closed form here"),
        (("theory", "--lr", "0"), "learning rate must be a positive finite number, got 0"),
        (("theory", "--example", "iris"), "example must be notebook, linnerud or diabetes, got iris"),
        (("theory", "--steps", "3"), "unknown argument --steps; see linviz theory --help"),
        (("theory", "--manual"), "unknown argument --manual; see linviz theory --help"),
        (("--theme", "dark", "theory"), "--theme dark has nothing to colour in the text of theory"),
        (("--step=3", "theory"), "--step=3 can't stand before the word theory; see linviz theory --help"),
    ],
)
def test_bad_input_gets_one_line(linviz: Console, words: tuple[str, ...], beginning: str) -> None:
    assert linviz(*words).complaint.startswith(beginning)


def test_options_count_before_the_word_and_after_it(linviz: Console) -> None:
    before = linviz("--lr", "0.3", "--seed", "4", "theory", "--json", "--step", "9")
    assert before == linviz("theory", "--json", "--step", "9", "--lr", "0.3", "--seed", "4")
    assert before.status == 0


def test_the_notebooks_theory_needs_neither_torch_nor_qt(tmp_path: Path) -> None:
    done = in_own_process(tmp_path, command=("-W", "error", "-c", WITHOUT))
    assert (done.status, done.err) == (0, "[]\n")
    assert done.records[0]["step"] == 7


def test_a_terminal_that_knows_ascii_alone_gets_it_too(linviz: Console) -> None:
    assert linviz("theory", "--step", "3").out.isascii()
