"""What can be chosen of a training beside the optimizer, each held to the bits of the plain torch loop."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from sessions import Recorded
from torch import Tensor, nn

from linviz.core.command import Reset, Run, Step
from linviz.core.explain import explain
from linviz.core.history import History
from linviz.core.problem import Problem
from linviz.core.session_file import from_bytes, to_bytes
from linviz.core.settings import PARTS, TRAINING, Settings
from linviz.core.snapshot import Phase, Snapshot
from linviz.core.trainer import Trainer
from linviz.errors import InputError

PROBLEM = Problem.random(11, 3, 2, seed=4)
CHOICES: dict[str, dict[str, object]] = {
    "L1": {"loss": "L1"},
    "L1 sum": {"loss": "l1", "reduction": "sum"},
    "Huber": {"loss": "Huber", "delta": 0.5},
    "MSE sum": {"reduction": "sum"},
    "no bias": {"bias": False},
    "no bias, sum": {"bias": False, "reduction": "sum"},
    "batches": {"batch": 4},
    "batches in order": {"batch": 3, "shuffle": False},
    "one at a time": {"batch": 1, "batch_seed": 9},
    "larger batch than there are samples": {"batch": 50},
    "step schedule": {"schedule": "step", "schedule_steps": 7, "schedule_factor": 0.5},
    "cosine": {"schedule": "cosine", "schedule_steps": 30, "schedule_factor": 0.01},
    "warm-up": {"warm_up": 10},
    "warm-up and cosine": {"schedule": "cosine", "schedule_steps": 30, "warm_up": 5},
    "test set": {"test_share": 0.3, "test_seed": 2},
    "all": {"test_share": 0.2, "batch": 4, "loss": "Huber", "schedule": "step", "bias": False, "init": "xavier"},
}
OPTIMIZERS: list[tuple[str, dict[str, object]]] = [("SGD", {}), ("Adam", {}), ("LBFGS", {"max_iter": 3})]


def factor(settings: Settings) -> Callable[[int], float]:
    """Read the schedule's own code, as a person would paste it."""
    made: Callable[[int], float] = eval(f"lambda k: {settings.schedule.code}", {"math": math})  # noqa: S307  # our own
    return made


def bare(problem: Problem, settings: Settings, steps: int) -> tuple[list[float], nn.Linear]:
    """Train as a person writes it, with torch's own scheduler, sampler and loss."""
    start = Snapshot.at_start(problem, settings)
    dtype = getattr(torch, settings.dtype)
    x, y = torch.tensor(start.x, dtype=dtype), torch.tensor(start.y, dtype=dtype)
    kept = torch.arange(len(x))
    if settings.split.test_share:
        count = max(round(settings.split.test_share * len(x)), 1)
        order = torch.randperm(len(x), generator=torch.Generator().manual_seed(settings.split.test_seed))
        kept = order[count:].sort().values
    linear = nn.Linear(problem.shape[1], problem.shape[2], bias=settings.bias, dtype=dtype)
    linear.weight.data = torch.tensor(start.weight)
    if settings.bias:
        linear.bias.data = torch.tensor(start.bias)
    loss_of = {"MSE": nn.MSELoss, "L1": nn.L1Loss, "Huber": nn.HuberLoss}[settings.criterion.loss]
    more = {"delta": settings.criterion.delta} if settings.criterion.loss == "Huber" else {}
    criterion = loss_of(reduction=settings.criterion.reduction, **more)
    kind = getattr(torch.optim, settings.optimizer)
    optimizer = kind(linear.parameters(), lr=settings.learning_rate, **settings.options)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor(settings))
    size = min(settings.batches.batch or len(kept), len(kept))
    losses: list[float] = []

    def used() -> list[Tensor]:
        """Give the batches of one epoch after another."""
        if settings.batches.batch is None or size == len(kept):
            return [kept]
        order = torch.arange(len(kept))
        if settings.batches.shuffle:
            order = torch.randperm(
                len(kept), generator=torch.Generator().manual_seed(settings.batches.batch_seed + epoch)
            )
        return list(torch.split(kept[order], size))

    epoch = 0
    while len(losses) < steps:
        for rows in used():

            def closure() -> Tensor:
                optimizer.zero_grad()
                loss: Tensor = criterion(linear(x[rows]), y[rows])  # noqa: B023  # called before the next one
                torch.autograd.backward(loss)
                return loss

            losses.append(closure().item())
            optimizer.step(closure if settings.evaluates else None)
            scheduler.step()
            if len(losses) == steps:
                break
        epoch += 1
    return losses, linear


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=[name for name, _ in OPTIMIZERS])
@pytest.mark.parametrize("chosen", CHOICES.values(), ids=CHOICES)
def test_steps_equal_the_plain_loop_bit_for_bit(
    chosen: dict[str, object], optimizer: tuple[str, dict[str, object]]
) -> None:
    name, options = optimizer
    rate = 0.005 if "reduction" in chosen else 0.05  # a sum's gradient is as many times larger
    settings = Settings.of(rate, name, "float32", options, chosen)
    steps = 20 if settings.evaluates else 500
    losses, linear = bare(PROBLEM, settings, steps)
    trainer = Trainer(PROBLEM, settings)
    found: list[float] = []
    while len(found) < steps:  # some steps by the fast loop, some phase by phase
        found += trainer.run(min(37, steps - len(found))).losses.tolist()
    moment = trainer.snapshot()
    assert found == losses
    assert moment.weight.tobytes() == linear.weight.detach().numpy().tobytes()
    expected = linear.bias.detach().numpy() if settings.bias else np.zeros(2, np.float32)
    assert moment.bias.tobytes() == expected.tobytes()


@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
@pytest.mark.parametrize("chosen", CHOICES.values(), ids=CHOICES)
def test_a_step_by_hand_is_within_four_units(chosen: dict[str, object], optimizer: str) -> None:
    settings = Settings.of(0.05, optimizer, "float64", {}, chosen)
    trainer = Trainer(PROBLEM, settings)
    for _ in range(30):
        before = trainer.run_to(Phase.BACKWARD)
        by_hand, by_torch = Trainer.at(before).manual_step(), trainer.step()
        for name in settings.parameters:
            old, new, other = (getattr(each, name) for each in (before, by_torch, by_hand))
            unit = np.spacing(np.maximum(abs(old), abs(new)))
            assert (abs(new - other) <= 4 * unit).all()


@pytest.mark.parametrize("chosen", CHOICES.values(), ids=CHOICES)
def test_every_past_moment_comes_back(chosen: dict[str, object]) -> None:
    history = History(PROBLEM, Settings.of(0.05, "Adam", training=chosen))
    seen = []
    for phase in (Phase.UPDATE, Phase.UPDATE, Phase.FORWARD, Phase.LOSS, Phase.BACKWARD, Phase.UPDATE):
        history.trainer.run_to(phase)
        seen.append(history.trainer.snapshot())
    for moment in reversed(seen):
        other = Trainer.at(moment)
        assert other.step().weight.tobytes() == Trainer.at(moment).run_to(Phase.UPDATE).weight.tobytes()
        again = Trainer(PROBLEM, moment.settings)
        while (again.snapshot().step, again.snapshot().next_phase) != (moment.step, moment.next_phase):
            again.next_phase()
        assert again.step().weight.tobytes() == other.snapshot().weight.tobytes()


def test_the_samples_in_use_are_told() -> None:
    trainer = Trainer(PROBLEM, Settings.of(training={"batch": 4, "test_share": 0.3}))
    start = trainer.snapshot()
    assert start.tests is not None
    assert len(start.tests) == 3
    seen = []
    for _ in range(2):  # eight are trained on, four at a time
        moment = trainer.step()
        assert moment.rows is not None
        assert moment.prediction is not None
        assert moment.residual is not None
        assert moment.prediction.shape == (4, 2)
        seen += moment.rows.tolist()
        expected = moment.computed_from["prediction"]
        product = start.x[moment.rows] @ expected["weight"].T + expected["bias"]
        np.testing.assert_allclose(moment.prediction, product, rtol=1e-5)
        np.testing.assert_allclose(moment.residual, product - start.y[moment.rows], rtol=1e-4, atol=1e-6)
    assert sorted([*seen, *start.tests.tolist()]) == list(range(11))


def test_an_epoch_uses_each_sample_once_and_the_next_one_in_another_order() -> None:
    batches = Settings.of(training={"batch": 4}).batches
    epochs = [batches.order(11, epoch).tolist() for epoch in range(3)]
    assert all(sorted(epoch) == list(range(11)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 3
    assert [batches.place(11, step) for step in range(4)] == [(0, 0, 4), (0, 4, 8), (0, 8, 11), (1, 0, 4)]


def test_initialisations() -> None:
    def start(**chosen: object) -> Snapshot:
        return Snapshot.at_start(PROBLEM, Settings.of(training=chosen))

    assert start().weight is PROBLEM.as_dtype("float32").weight
    assert not start(init="zeros").weight.any()
    assert (start(init="constant", init_value=0.25).bias == 0.25).all()
    torch.manual_seed(3)
    linear = nn.Linear(3, 2)
    drawn = start(init="default", init_seed=3)
    assert drawn.weight.tobytes() == linear.weight.detach().numpy().tobytes()
    assert drawn.bias.tobytes() == linear.bias.detach().numpy().tobytes()
    torch.manual_seed(3)
    nn.init.xavier_uniform_(linear.weight)
    assert start(init="xavier", init_seed=3).weight.tobytes() == linear.weight.detach().numpy().tobytes()
    torch.manual_seed(3)
    nn.init.normal_(linear.weight, std=0.5)
    made = start(init="normal", init_value=0.5, init_seed=3)
    assert made.weight.tobytes() == linear.weight.detach().numpy().tobytes()
    assert not made.bias.any()
    assert start(bias=False).bias.tobytes() == bytes(8), "zeros without a sign"


def test_a_branch_of_other_choices_starts_where_they_say_and_reset_leads_there_again() -> None:
    trainer = Trainer(PROBLEM)
    first = trainer.run(3).snapshot
    there = trainer.restart(Settings.of(training={"init": "zeros", "bias": False, "loss": "L1"}))
    assert not there.weight.any()
    assert there.x is first.x
    trainer.run(3)
    trainer.restore(first)
    assert trainer.linear.bias is not None
    assert trainer.step().weight.tobytes() == Trainer(PROBLEM).run(4).snapshot.weight.tobytes()


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"batch": 0}, "batch must be none or a whole number from 1 on, got 0"),
        ({"batch": "4.5"}, "batch must be none or a whole number from 1 on, got 4.5"),
        ({"loss": "hinge"}, "loss must be MSE, L1 or Huber, got hinge"),
        ({"delta": 0}, "delta must be a number above 0, got 0"),
        ({"test_share": 1}, "test share must be a number from 0 to below 1, got 1"),
        ({"schedule_factor": "2"}, "schedule factor must be a number above 0 to 1, got 2"),
        ({"warm_up": -1}, "warm up must be a whole number from 0 on, got -1"),
        ({"init": "normal", "init_value": -1}, "init value must be from 0 on as a standard deviation, got -1"),
        ({"device": "tpu"}, "device must be cpu, cuda or mps, got tpu"),
        ({"dropout": 1}, "there is no choice dropout: there are loss, reduction, delta,"),
    ],
)
def test_what_cannot_be_chosen_is_told(chosen: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said.replace(".", r"\.")):
        Settings.of(training=chosen)


def test_a_test_set_that_leaves_nothing_is_refused_and_changes_nothing() -> None:
    trainer = Trainer(Problem.random(1, 2, 1))
    before = trainer.step()
    with pytest.raises(InputError, match=r"test share 0.5 of 1 sample\(s\) leaves none to train on"):
        trainer.restart(Settings.of(training={"test_share": 0.5}))
    assert trainer.snapshot() is before
    assert trainer.step().step == 2


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_here_is_refused_and_changes_nothing() -> None:
    trainer = Trainer(PROBLEM)
    before = trainer.step()
    with pytest.raises(InputError, match=r"device cuda is not here, torch .* finds cpu"):
        trainer.restart(Settings.of(training={"device": "cuda"}))
    assert trainer.snapshot() is before
    assert trainer.settings.device == "cpu"


def test_what_was_typed_is_read_and_what_was_chosen_is_told() -> None:
    settings = Settings.of(
        "0.1", "adam", training={"batch": "16", "shuffle": "no", "loss": "HUBER", "test_share": "0.2", "bias": "false"}
    )
    assert settings.training == {"loss": "Huber", "batch": 16, "shuffle": False, "test_share": 0.2, "bias": False}
    assert Settings.of(settings.learning_rate, "Adam", training=settings.training) == settings
    assert settings.description == "Adam · HuberLoss() · batch 16 · shuffle off · test share 0.2 · bias off"
    assert len({option.name for option in TRAINING}) == len(TRAINING)
    assert set(PARTS) <= set(Settings.__dataclass_fields__)


def test_a_schedule_is_the_function_of_its_code() -> None:
    for chosen in CHOICES.values():
        settings = Settings.of(0.3, training=chosen)
        made = factor(settings)
        assert [settings.rate(k) for k in range(100)] == [0.3 * made(k) for k in range(100)]


def test_an_update_at_a_rate_that_has_come_to_0_is_explained() -> None:
    trainer = Trainer(PROBLEM, Settings.of(training={"schedule": "step", "schedule_steps": 1}))
    after = trainer.run(400).snapshot
    found = explain(after, "weight", (0, 0))
    assert found.note.endswith("At rate 0: learning rate 0.01 times 0 by the schedule.")
    assert not found.warning
    assert found.change == 0


def test_a_session_keeps_every_choice() -> None:
    chosen = {option.name: value for option, value in zip(TRAINING, OTHER, strict=True)}
    recorded = Recorded(PROBLEM, (Reset(Settings.of(0.02, "Adam", training=chosen)), Run(40)))
    here = recorded.history.trainer.snapshot()
    session = recorded.session()
    assert from_bytes(to_bytes(session)).branches[0].start == here.settings
    resumed = History.of(from_bytes(to_bytes(session)))
    assert resumed.trainer.snapshot().weight.tobytes() == here.weight.tobytes()
    assert resumed.perform(Step()).snapshot.weight.tobytes() == recorded.history.trainer.step().weight.tobytes()  # type: ignore[attr-defined]


OTHER = ("Huber", "sum", 0.5, 3, False, 1, "cosine", 50, 0.5, 5, 0.25, 1, "normal", 0.2, 1, False, "cpu")
"""A value for each choice, none of them the default but the device's."""


@pytest.mark.parametrize(
    ("optimizer", "options", "chosen", "said"),
    [
        ("SGD", {"weight_decay": 1e39}, {}, r"weight decay must be at most 3.4e\+38 in float32, got 1e\+39"),
        ("Adagrad", {"initial_accumulator_value": 1e39}, {}, "initial accumulator value must be at most"),
        ("SGD", {}, {"init": "constant", "init_value": -1e39}, "init value must be at most"),
    ],
)
def test_what_the_dtype_cannot_hold_is_refused(
    optimizer: str, options: dict[str, object], chosen: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        Settings.of(0.1, optimizer, "float32", options, chosen)
    assert Settings.of(0.1, optimizer, "float64", options, chosen).dtype == "float64"


def test_a_start_that_torch_can_only_draw_as_infinite_is_refused() -> None:
    with pytest.raises(InputError, match=r"init value 3e\+38 draws numbers that float32 can't hold"):
        Snapshot.at_start(PROBLEM, Settings.of(training={"init": "normal", "init_value": 3e38}))


def test_where_an_optimizer_cannot_be_made_the_run_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(PROBLEM)
    before = trainer.step()
    expected = Trainer.at(before).step()

    class Failing:
        def __init__(self, *_: object, **__: object) -> None:
            raise RuntimeError("no room")

    monkeypatch.setattr(torch.optim, "Adam", Failing)
    with pytest.raises(RuntimeError, match="no room"):
        trainer.restart(Settings.of(0.1, "Adam"))
    assert trainer.snapshot() is before
    assert trainer.step().weight.tobytes() == expected.weight.tobytes()
