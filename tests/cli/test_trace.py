import gc
import json
import math
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from cli.console import Console
from cli.loop import Loop, as_floats, numbers
from linviz.cli import trace
from linviz.cli.moments import made
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.core.trainer import Trainer

RUNS = [
    pytest.param((), Loop().from_notebook(), id="notebook"),
    pytest.param(("--example", "notebook", "--lr", "0.5"), Loop(0.5).from_notebook(), id="learning rate"),
    pytest.param(("--dtype", "float64"), Loop(dtype="float64").from_notebook(), id="float64"),
    pytest.param(("--manual", "--lr", "0.3"), Loop(0.3, by_hand=True).from_notebook(), id="by hand"),
    pytest.param(("--seed", "5"), Loop().from_seed(10, 3, 2, 5), id="seed"),
    pytest.param(("--random", "7", "4", "1"), Loop().from_seed(7, 4, 1, 0), id="random"),
    pytest.param(
        ("--random", "7", "1", "5", "--seed", "9223372036854775807", "--dtype", "float64", "--manual"),
        Loop(dtype="float64", by_hand=True).from_seed(7, 1, 5, 2**63 - 1),
        id="everything",
    ),
]


@pytest.mark.parametrize(("words", "loop"), RUNS)
def test_every_number_of_json_is_torchs_own_to_the_last_bit(
    linviz: Console, words: tuple[str, ...], loop: Loop
) -> None:
    done = linviz("trace", "--json", "--steps", "5", *words)
    assert (done.status, done.err) == (0, "")
    # repr tells every bit of a float, and -0.0 from 0.0.
    assert [repr(record) for record in done.records] == [repr(record) for record in loop.records(5)]


@pytest.mark.parametrize(("by_hand", "words"), [(False, ()), (True, ("--manual",))])
def test_text_is_what_the_notebooks_prints_print(linviz: Console, by_hand: bool, words: tuple[str, ...]) -> None:
    loop = Loop(0.1, "float64", by_hand).from_notebook()
    prints = [f"{loop.x}\n", f"{loop.y}\n", f"w:  {loop.linear.weight}\n", f"b:  {loop.linear.bias}\n"]
    for step in (1, 2, 3):
        pred, loss = loop.step()
        linear = loop.linear
        prints += [f"step {step}", f"{pred}\n", f"loss:  {loss.item()}\n"]
        prints += [f"dL/dw:  {linear.weight.grad}\n", f"dL/db:  {linear.bias.grad}\n"]
        prints += [f"w:  {linear.weight}\n", f"b:  {linear.bias}\n"]
    done = linviz("trace", "--steps", "3", "--lr", "0.1", "--dtype", "float64", *words)
    assert (done.status, done.err) == (0, "")
    rest = done.out
    for expected in prints:
        assert expected in rest
        rest = rest.partition(expected)[2]
    assert rest == ""


def test_text_says_what_is_trained_and_how(linviz: Console) -> None:
    heading, *lines = linviz("trace", "--random", "6", "5", "4", "--lr", "0.25", "--dtype", "float64").out.splitlines()
    for words in ("6 samples", "5 inputs", "4 outputs", "SGD", "learning rate 0.25", "float64"):
        assert words in heading
    assert "after optimizer.step():" in lines


def test_one_step_is_the_default(linviz: Console) -> None:
    assert [record["step"] for record in linviz("trace", "--json").records] == [1]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_run_goes_on_past_a_loss_that_is_not_finite_and_says_so_once(linviz: Console, dtype: str) -> None:
    expected = list(Loop(1e60 if dtype == "float64" else 1e10, dtype).from_notebook().records(9))
    broken = next(record["step"] for record in expected if not math.isfinite(record["loss"]))
    assert 1 < broken < 9
    rate = expected[0]["learning_rate"]
    done = linviz("trace", "--json", "--steps", "9", "--lr", repr(rate), "--dtype", dtype)
    assert done.status == 0
    assert [repr(as_floats(record)) for record in done.records] == [repr(record) for record in expected]
    # Both of them are in it, so that the line above compared them.
    assert '"Infinity"' in done.out
    assert '"NaN"' in done.out
    (line,) = done.err.splitlines()
    assert f"step {broken} " in line
    assert f"learning rate {rate}" in line
    assert line.endswith("try a smaller --lr")


@pytest.mark.parametrize("lines", [trace.text_lines, trace.json_lines])
def test_steps_are_printed_as_they_are_made_and_forgotten(lines: object) -> None:
    assert callable(lines)
    before = snapshots()
    endless = lines(made(Problem.notebook(), Settings(), 10**12, by_hand=False))
    for _ in islice(endless, 600):
        pass
    assert snapshots() - before < 10


def snapshots() -> int:
    return sum(type(thing) is Snapshot for thing in gc.get_objects())


@pytest.mark.parametrize(
    "words",
    [
        ("trace", "--json", "--lr", "0.25", "--random", "4", "3", "2", "--seed", "1"),
        ("--lr", "0.25", "trace", "--json", "--random", "4", "3", "2", "--seed", "1"),
        ("--lr", "0.25", "--random", "4", "3", "2", "--seed", "1", "trace", "--json"),
        ("--seed", "2", "--lr=8", "trace", "--json", "--lr", "0.25", "--random", "4", "3", "2", "--seed", "1"),
    ],
)
def test_options_count_before_the_word_trace_and_after_it(linviz: Console, words: tuple[str, ...]) -> None:
    assert linviz(*words).records == list(Loop(0.25).from_seed(4, 3, 2, 1).records(1))


@pytest.mark.parametrize(
    ("words", "name", "options"),
    [
        (("--optimizer", "adam", "--betas", "0.8,0.9"), "Adam", {"betas": (0.8, 0.9)}),
        (
            ("--momentum", "0.9", "--nesterov", "--weight-decay", "0.1"),
            "SGD",
            {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
        ),
        (
            ("--optimizer", "LBFGS", "--max-iter", "3", "--line-search-fn", "strong_wolfe"),
            "LBFGS",
            {"max_iter": 3, "line_search_fn": "strong_wolfe"},
        ),
    ],
)
def test_each_optimizer_gives_torchs_numbers(
    linviz: Console, words: tuple[str, ...], name: str, options: dict[str, object]
) -> None:
    loop = Loop(0.05).from_notebook()
    loop.optimizer = getattr(torch.optim, name)(loop.linear.parameters(), lr=0.05, **options)

    def evaluate() -> torch.Tensor:
        loop.optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(loop.linear(loop.x), loop.y)
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own signature has no types
        return loss

    records = linviz("trace", *words, "--lr", "0.05", "--steps", "4", "--json").records
    for record in records:
        before = numbers(loop.linear.weight)
        loss = loop.optimizer.step(evaluate)
        assert (record["weight"], record["weight_after"]) == (before, numbers(loop.linear.weight))
        assert record["loss"] == loss.item()
        assert record["optimizer"] == name
        assert (
            record["options"] | {key: list(v) if isinstance(v, tuple) else v for key, v in options.items()}
            == record["options"]
        )
    assert [record["step"] for record in records] == [1, 2, 3, 4]
    assert records[-1]["state_after"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--optimizer", "adamax"), "optimizer must be one of SGD, Adam, "),
        (("--optimizer", "adam", "--momentum", "0.9"), "Adam has no momentum: it has betas, eps"),
        (("--betas", "0.9,0.99"), "SGD has no betas: it has momentum"),
        (("--momentum", "-1"), "momentum of SGD must be a number from 0 on, got -1"),
        (("--optimizer", "lbfgs", "--manual"), "LBFGS has no update by hand: "),
        (
            ("--cells", "--optimizer", "adam"),
            "--cells runs the notebook's own cells, which leave no",
        ),
        (
            ("--cells", "--weight-decay", "1"),
            "--cells runs the notebook's own cells, which leave no",
        ),
    ],
)
def test_what_an_optimizer_does_not_take_gets_one_line(linviz: Console, words: tuple[str, ...], complaint: str) -> None:
    assert linviz("trace", *words).complaint.startswith(complaint)


def test_what_else_was_chosen_is_told_and_the_rate_is_the_one_applied(linviz: Console) -> None:
    chosen = {"loss": "L1", "batch": 4, "schedule": "step", "schedule_steps": 1, "schedule_factor": 0.5, "bias": False}
    words = ("--loss", "l1", "--batch", "4", "--schedule", "step", "--schedule-steps", "1", "--schedule-factor", "0.5")
    done = linviz("trace", "--steps", "3", "--lr", "0.1", "--no-bias", "--json", *words)
    assert (done.status, done.err) == (0, "")
    trainer = Trainer(Problem.notebook(), Settings.of(0.1, training=chosen))
    for record, rate in zip(done.records, (0.1, 0.05, 0.025), strict=True):
        moment = trainer.step()
        assert moment.rows is not None
        assert (record["training"], record["rows"]) == (chosen, moment.rows.tolist())
        assert (record["bias"], record["bias_after"], record["bias_grad"]) == (None, None, None)
        assert record["learning_rate"] == rate
        assert record["weight_after"] == numbers(torch.tensor(moment.weight))
    text = linviz("trace", "--steps", "2", "--lr", "0.1", "--no-bias", "--manual", *words).out
    assert "SGD · L1Loss() · batch 4 · schedule step" in text.splitlines()[0]
    assert f"samples:  tensor({list(map(int, done.records[1]['rows']))})" in text
    assert "learning rate:  0.05" in text
    assert "after weight.data.sub_(lr * weight.grad.data):" in text
    assert "b:  " not in text


def test_a_saved_step_tells_the_rate_that_was_chosen_and_the_one_applied(linviz: Console, tmp_path: Path) -> None:
    path = str(tmp_path / "run.linviz")
    words = ("--warm-up", "3", "--lr", "0.2")
    made = linviz("trace", "--steps", "2", "--json", "--save", path, *words)
    assert made.err == ""
    assert linviz("trace", "--session", path, "--step", "2", "--json").records[0]["learning_rate"] == 0.1
    assert made.records[1]["learning_rate"] == 0.1
    text = linviz("trace", "--session", path, "--step", "2").out
    assert "learning rate 0.2, float32" in text
    assert "learning rate:  0.1" in text


def test_loss_and_r2_over_all_samples_and_the_test_set(linviz: Console) -> None:
    words = ("trace", "--random", "12", "3", "2", "--batch", "5", "--test-share", "0.25", "--steps", "4")
    done = linviz(*words, "--json")
    *_, record = map(json.loads, done.out.splitlines())
    x, y, weight, bias = (np.array(record[name]) for name in ("x", "y", "weight_after", "bias_after"))
    tests = Settings.of(training={"test_share": 0.25}).split.rows(12)[1]
    for name, rows in (("training", np.setdiff1d(np.arange(12), tests)), ("test", tests)):
        residual = x[rows] @ weight.T + bias - y[rows]
        assert record[f"{name}_loss_after"] == pytest.approx((residual**2).mean(), rel=1e-5)
        spread = ((y[rows] - y[rows].mean(axis=0)) ** 2).sum(axis=0)
        assert record[f"{name}_r2_after"] == pytest.approx(1 - (residual**2).sum(axis=0) / spread, rel=1e-4)
    text = linviz(*words).out
    assert f"over the test samples: loss {record['test_loss_after']:.6g}, R2 {record['test_r2_after'][0]:.4f}" in text
