"""The code of every choice of the training, run as a person would run it: to the bits of the trainer."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from oracle import same_bits

from linviz.core.code import IMPORTS, SAID, iteration, script, set_up
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import PHASES, Phase
from linviz.core.trainer import Trainer

CHOICES: dict[str, dict[str, object]] = {
    "L1": {"loss": "L1", "reduction": "sum"},
    "Huber": {"loss": "Huber", "delta": 0.5},
    "no bias": {"bias": False},
    "zeros": {"init": "zeros"},
    "constant": {"init": "constant", "init_value": 0.1},
    "default": {"init": "default", "init_seed": 3},
    "normal": {"init": "normal", "init_value": 0.2},
    "xavier without bias": {"init": "xavier", "init_seed": 5, "bias": False},
    "batches": {"batch": 4},
    "batches in order": {"batch": 3, "shuffle": False},
    "batches of a test set's rest": {"batch": 4, "test_share": 0.3, "batch_seed": 2**63 - 1},
    "batches of it in order": {"batch": 4, "test_share": 0.3, "shuffle": False},
    "larger batch than there are samples": {"batch": 50},
    "test set": {"test_share": 0.3, "test_seed": 2},
    "step schedule": {"schedule": "step", "schedule_steps": 2, "schedule_factor": 0.5},
    "warm-up and cosine": {"schedule": "cosine", "schedule_steps": 4, "warm_up": 2},
    "all": {"test_share": 0.2, "batch": 4, "loss": "Huber", "schedule": "cosine", "bias": False, "init": "normal"},
}
SOURCES: dict[str, Problem | Recipe] = {
    "drawn": Recipe(11, 3, 2, 4),
    "own": Problem.notebook(),
    "made": Recipe(11, 3, 2, 4, noise=0.1),
}
STEPS = 7


def run(source: Problem | Recipe, settings: Settings, by_hand: bool = False) -> None:
    """Run the script, and its iteration some times more; compare each step's numbers with the trainer's."""
    names: dict[str, Any] = {}
    once, again = script(source, settings, by_hand).split(SAID[1])
    trainer = Trainer(source if isinstance(source, Problem) else source.draw(), settings)
    with torch.random.fork_rng(devices=[]):
        exec(once, names)  # noqa: S102  # that it runs is what is to be shown
        for _ in range(STEPS):
            exec(again, names)  # noqa: S102  # as above
            moment = trainer.manual_step() if by_hand else trainer.step()
            assert names["loss"].item() == moment.loss
            assert same_bits(names["pred"].detach().numpy(), moment.prediction)
            for field in settings.parameters:
                assert same_bits(getattr(names["linear"], field).detach().numpy(), getattr(moment, field)), field
    assert (names["linear"].bias is None) == (not settings.bias)
    if moment.tests is not None:
        assert names["test"].tolist() == moment.tests.tolist()


@pytest.mark.parametrize("chosen", CHOICES.values(), ids=CHOICES)
def test_the_script_makes_the_trainers_steps(chosen: dict[str, object]) -> None:
    source = SOURCES["drawn"]
    run(source, Settings.of(0.05, "LBFGS", options={"max_iter": 3}, training=chosen))
    for by_hand in (False, True):
        run(source, Settings.of(0.05, training=chosen), by_hand)
        run(source, Settings.of(0.05, "Adam", dtype="float64", training=chosen), by_hand)


@pytest.mark.parametrize("name", ["no bias", "zeros", "constant", "default", "normal", "xavier without bias", "all"])
@pytest.mark.parametrize("source", [SOURCES["own"], SOURCES["made"]], ids=["own", "made"])
def test_every_problem_starts_where_the_trainer_does(source: Problem | Recipe, name: str) -> None:
    for dtype in ("float32", "float64"):
        run(source, Settings.of(0.05, dtype=dtype, training=CHOICES[name]))


@pytest.mark.parametrize("chosen", CHOICES.values(), ids=CHOICES)
@pytest.mark.parametrize("by_hand", [False, True])
def test_lines_are_short_stand_in_the_order_of_the_phases_and_know_of_no_bias_where_there_is_none(
    chosen: dict[str, object], by_hand: bool
) -> None:
    settings = Settings.of(training=chosen)
    before, lines = set_up(SOURCES["drawn"], settings, by_hand), iteration(by_hand, settings, 11)
    phases = [PHASES.index(Phase(str(line.phase))) for line in lines]
    assert phases == sorted(phases)
    assert set(phases) == set(range(len(PHASES)))
    assert {line.phase for line in before} == {None}
    for line in (*before, *lines):
        assert len(line.text) <= 120
        if not settings.bias:
            assert "linear.bias" not in line.text
            assert not [name for name in line.reads + line.writes if name.startswith("bias")]


def test_what_the_data_are_is_told_in_a_comment_and_cannot_get_out_of_it() -> None:
    plain = Problem.notebook()
    problem = replace(
        plain, source="10 rows of my'file\".csv", x_names=("a", "b = 1 #", "c\\"), y_names=("d", "e" * 200)
    )
    first, second, *_ = set_up(problem, Settings())
    assert "10 rows of my" in first.text
    assert 'x: a, "b = 1 #", c' in second.text
    for line in (first, second):
        assert line.text.startswith("# ")
        assert len(line.text) <= 80
    run(problem, Settings())


def test_the_device_is_where_data_and_model_are_brought() -> None:
    text = script(Problem.notebook(), replace(Settings(), device="cuda"))
    (line,) = (line for line in text.splitlines() if "cuda" in line)
    names: dict[str, Any] = {"x": torch.ones(1), "y": torch.ones(2), "linear": torch.nn.Linear(1, 1)}
    exec(line.replace("cuda", "meta"), names)  # noqa: S102  # a device that is everywhere
    assert [str(each.device) for each in (names["x"], names["y"], names["linear"].weight)] == ["meta"] * 3


def test_plain_code_is_as_short_as_it_was() -> None:
    assert [line.text for line in iteration()] == [
        "pred = linear(x)",
        "loss = criterion(pred, y)",
        "optimizer.zero_grad()",
        "loss.backward()",
        "optimizer.step()",
    ]
    assert script(Recipe(4, 3, 2, 1), Settings()).removeprefix(IMPORTS).splitlines()[1:8] == [
        "torch.manual_seed(1)",
        "x = torch.randn(4, 3)",
        "y = torch.randn(4, 2)",
        "linear = nn.Linear(3, 2)",
        "criterion = nn.MSELoss()",
        "lr = 0.01",
        "optimizer = torch.optim.SGD(linear.parameters(), lr=lr)",
    ]
