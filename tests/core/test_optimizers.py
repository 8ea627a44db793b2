"""Every optimizer, with its options, against a loop as a person writes it on torch."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW, differing, values
from torch import nn

from linviz.core.checks import Verdict
from linviz.core.code import script
from linviz.core.command import Command, NextPhase, Reset, Run, Step
from linviz.core.comparison import MANUAL_STEP, SPELLINGS, STEP, Compare
from linviz.core.explain import explain
from linviz.core.history import History
from linviz.core.optimizers import NO_HAND
from linviz.core.problem import Problem
from linviz.core.saved_branch import expected_memory
from linviz.core.session_file import from_bytes, to_bytes
from linviz.core.settings import Settings
from linviz.core.snapshot import PARAMETERS, Burst, Phase, Snapshot
from linviz.core.trainer import Trainer
from linviz.core.update_terms import NUMBERS
from linviz.errors import InputError

CHOICES: list[tuple[str, float, dict[str, Any]]] = [
    ("SGD", 0.1, {}),
    ("SGD", 0.05, {"momentum": 0.9}),
    ("SGD", 0.05, {"momentum": 0.9, "dampening": 0.5}),
    ("SGD", 0.05, {"momentum": 0.8, "nesterov": True}),
    ("SGD", 0.1, {"weight_decay": 0.1}),
    ("SGD", 0.05, {"momentum": 0.9, "weight_decay": 0.01, "nesterov": True}),
    ("Adam", 0.01, {}),
    ("Adam", 0.1, {"betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.1}),
    ("Adam", 0.05, {"amsgrad": True}),
    ("AdamW", 0.01, {}),
    ("AdamW", 0.05, {"weight_decay": 0.5, "amsgrad": True}),
    ("RMSprop", 0.01, {}),
    ("RMSprop", 0.01, {"alpha": 0.9, "momentum": 0.5, "weight_decay": 0.1}),
    ("RMSprop", 0.01, {"centered": True, "eps": 1e-4}),
    ("Adagrad", 0.1, {}),
    ("Adagrad", 0.1, {"lr_decay": 0.1, "weight_decay": 0.01, "initial_accumulator_value": 0.5}),
    ("LBFGS", 1.0, {"max_iter": 4}),
    ("LBFGS", 0.5, {"max_iter": 3, "history_size": 2, "line_search_fn": "strong_wolfe"}),
    ("LBFGS", 0.01, {"max_iter": 2, "max_eval": 3, "tolerance_change": 0, "tolerance_grad": 0}),
]
IDS = [f"{name} {options}" for name, _, options in CHOICES]
EVERY = pytest.mark.parametrize(("name", "lr", "options"), CHOICES, ids=IDS)
BY_HAND = pytest.mark.parametrize(
    ("name", "lr", "options"),
    [choice for choice in CHOICES if choice[0] != "LBFGS"],
    ids=[each for each in IDS if not each.startswith("LBFGS")],
)
STEPS = 500


class Loop:
    """The loop as a person writes it."""

    def __init__(self, problem: Problem, name: str, lr: float, options: dict[str, Any], dtype: str) -> None:
        start = problem.as_dtype(dtype)
        self.x, self.y = torch.tensor(start.x), torch.tensor(start.y)
        self.linear = nn.Linear(start.x.shape[1], start.y.shape[1], dtype=getattr(torch, dtype))
        self.linear.weight.data.copy_(torch.tensor(start.weight))
        self.linear.bias.data.copy_(torch.tensor(start.bias))
        self.criterion = nn.MSELoss()
        self.optimizer: Any = getattr(torch.optim, name)(self.linear.parameters(), lr=lr, **options)

    def evaluate(self) -> torch.Tensor:
        self.optimizer.zero_grad()
        loss: torch.Tensor = self.criterion(self.linear(self.x), self.y)
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own signature has no types
        return loss

    def step(self) -> float:
        if isinstance(self.optimizer, torch.optim.LBFGS):
            return float(self.optimizer.step(self.evaluate).item())  # type: ignore[no-untyped-call]  # as above
        loss = self.evaluate()
        self.optimizer.step()
        return loss.item()

    def differs_from(self, moment: Snapshot) -> list[str]:
        """Name what isn't the same bits, gradients included."""
        own = {name: getattr(self.linear, name) for name in PARAMETERS}
        found = {name: tensor.detach().numpy() for name, tensor in own.items()}
        found |= {f"{name}_grad": tensor.grad.numpy() for name, tensor in own.items()}
        return [name for name, array in found.items() if array.tobytes() != getattr(moment, name).tobytes()]


def settings(name: str, lr: float, options: dict[str, Any], dtype: str = "float32") -> Settings:
    return Settings(lr, name, dtype, options)


@EVERY
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_500_steps_are_those_of_a_plain_loop_bit_for_bit(
    name: str, lr: float, options: dict[str, Any], dtype: str
) -> None:
    problem = Problem.notebook()
    loop = Loop(problem, name, lr, options, dtype)
    trainer = Trainer(problem, settings(name, lr, options, dtype))
    losses = [loop.step() for _ in range(40)]
    assert losses == [trainer.step().loss for _ in range(40)]
    assert loop.differs_from(trainer.snapshot()) == []
    burst = trainer.run(STEPS - 40)
    assert burst.losses.tolist() == [loop.step() for _ in range(STEPS - 40)]
    assert burst.snapshot.step == STEPS
    assert loop.differs_from(burst.snapshot) == []


@EVERY
def test_phases_and_bursts_come_to_the_same_bits(name: str, lr: float, options: dict[str, Any]) -> None:
    by_phase, by_burst = (Trainer(Problem.random(7, 3, 2, 5), settings(name, lr, options)) for _ in range(2))
    for steps in (1, 2, 5, 30):
        for _ in range(5 * steps):
            by_phase.next_phase()
        assert differing(values(by_phase.snapshot()), values(by_burst.run(steps).snapshot)) == []
        assert_same_state(by_phase.snapshot(), by_burst.snapshot())


@EVERY
def test_another_trainer_goes_on_from_any_moment_bit_for_bit(name: str, lr: float, options: dict[str, Any]) -> None:
    trainer = Trainer(Problem.notebook(), settings(name, lr, options))
    for steps, phases in ((0, 0), (0, 2), (1, 0), (3, 4), (9, 1)):
        if steps:
            trainer.run(steps)
        for _ in range(phases):
            trainer.next_phase()
        other = Trainer.at(trainer.snapshot())
        moment = trainer.step()
        assert differing(values(moment), values(other.step())) == []
        assert_same_state(moment, other.snapshot())
        straight = trainer.run(6).snapshot
        again = Trainer(Problem.notebook(), settings(name, lr, options)).run(straight.step).snapshot
        assert differing(values(straight), values(again)) == []
        assert_same_state(straight, again)


@EVERY
@FEW
@given(data=st.data())
def test_history_restores_every_bit_of_the_state(name: str, lr: float, options: dict[str, Any], data: Any) -> None:
    history = History(Problem.random(5, 2, 2, 3), settings(name, lr, options), budget=40_000)
    commands = data.draw(st.lists(st.sampled_from((NextPhase(), Step(), Run(7))), min_size=1, max_size=8))
    seen = {0: history.trainer.snapshot()}
    for command in commands:
        history.perform(command)
        seen[history.place().moment] = history.trainer.snapshot()
    for moment in data.draw(st.permutations(sorted(seen))):
        history.seek(moment)
        there = history.trainer.snapshot()
        assert differing(values(seen[moment]), values(there)) == []
        assert_same_state(seen[moment], there)


@BY_HAND
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_step_by_hand_agrees_with_torchs_within_four_units(
    name: str, lr: float, options: dict[str, Any], dtype: str
) -> None:
    trainer = Trainer(Problem.random(20, 4, 3, 8), settings(name, lr, options, dtype))
    for _ in range(100):
        before = trainer.snapshot()
        by_hand = Trainer.at(before).manual_step()
        after = trainer.step()
        for field in PARAMETERS:
            old, new, other = getattr(before, field), getattr(after, field), getattr(by_hand, field)
            unit = np.spacing(np.maximum(np.abs(old), np.abs(new)))
            assert (np.abs(other.astype(float) - new) <= 4 * unit).all(), (after.step, field)
        assert by_hand.state.keys() == after.state.keys()
        for key, array in after.state.items():
            size = float(np.abs(array).max()) + float(np.abs(before.state.get(key, array)).max())
            # Where gradients cancel, the roundings of what went in are divided by next to nothing.
            assert (np.abs(by_hand.state[key] - array) <= 100 * np.finfo(dtype).eps * size).all(), (after.step, key)
        assert by_hand.applied is not None
        assert by_hand.applied.update == "manual_step"


def test_what_an_optimizer_remembers_is_shaped_as_the_parameters_and_frozen() -> None:
    for name, lr, options in CHOICES:
        moment = Trainer(Problem.notebook(), settings(name, lr, options)).run(3).snapshot
        for key, array in moment.state.items():
            assert not array.flags.writeable
            field = key.split("_")[0]
            if field != "lbfgs" and array.ndim:
                assert array.shape == getattr(moment, field).shape
    adam = Trainer(Problem.notebook(), Settings(optimizer="Adam")).step().state
    assert set(adam) == {f"{field}_{key}" for field in PARAMETERS for key in ("step", "exp_avg", "exp_avg_sq")}
    assert adam["weight_step"] == 1


@EVERY
def test_what_is_remembered_is_what_the_settings_say(name: str, lr: float, options: dict[str, Any]) -> None:
    chosen = settings(name, lr, options)
    for moment in (Trainer(Problem.notebook(), chosen).step(), Trainer(Problem.notebook(), chosen).run(5).snapshot):
        expected = expected_memory(chosen, moment.weight.shape)
        found = {key: array.shape for key, array in moment.state.items() if not key.startswith("lbfgs")}
        assert found == expected


@EVERY
def test_a_session_brings_every_bit_back(name: str, lr: float, options: dict[str, Any]) -> None:
    history = History(Problem.random(5, 2, 2, 3), settings(name, lr, options))
    seen: dict[tuple[int, int], Snapshot] = {}
    losses: list[list[float]] = [[], []]
    commands: tuple[Command, ...] = (Run(40), Reset(Settings(0.1, "Adam")), Run(25))
    for root, command in enumerate(commands):
        burst = history.perform(command)
        assert isinstance(burst, Burst)
        if isinstance(command, Run):
            losses[root > 0] += burst.losses.tolist()
            seen |= {(history.place().branch, history.place().moment): history.trainer.snapshot()}
            for moment in (3, 17):
                seen |= {(history.place().branch, moment): history.seek(moment).snapshot}
            history.seek(history.place().moments)
    session = history.session()
    branches = tuple(replace(each, losses=np.array(own)) for each, own in zip(session.branches, losses, strict=True))
    again = History.of(from_bytes(to_bytes(replace(session, branches=branches))))
    for (branch, moment), expected in seen.items():
        there = again.seek(moment, branch).snapshot
        assert there.settings == expected.settings
        assert differing(values(expected), values(there)) == []
        assert_same_state(expected, there)
        assert_same_state(Trainer.at(expected).run(3).snapshot, Trainer.at(there).run(3).snapshot)


def test_the_gradients_that_lbfgs_leaves_belong_to_its_last_evaluation() -> None:
    trainer = Trainer(Problem.notebook(), settings("LBFGS", 1.0, {"max_iter": 4}))
    before, after = trainer.run_to(Phase.BACKWARD), trainer.step()
    assert after.weight_grad is not None
    assert before.weight_grad is not None
    assert (after.weight_grad != before.weight_grad).all()
    residual, x = after.computed_from["weight_grad"]["residual"], after.x
    assert np.allclose(after.weight_grad, 2 / residual.size * residual.T @ x, rtol=1e-4, atol=1e-6)
    assert (after.loss, after.residual is before.residual) == (before.loss, True)


@pytest.mark.parametrize("how", ["manual_step", "update_again", "run", "run_to"])
def test_lbfgs_has_no_update_by_hand_and_says_why(how: str) -> None:
    trainer = Trainer(Problem.notebook(), Settings(1.0, "LBFGS"))
    trainer.run_to(Phase.BACKWARD)
    before = trainer.snapshot()
    ask: dict[str, Any] = {
        "manual_step": trainer.manual_step,
        "update_again": lambda: trainer.update_again(by_hand=True),
        "run": lambda: trainer.run(3, by_hand=True),
        "run_to": lambda: trainer.run_to(Phase.UPDATE, by_hand=True),
    }
    with pytest.raises(InputError) as caught:
        ask[how]()
    assert str(caught.value) == NO_HAND
    assert trainer.snapshot() is before


def test_a_restart_keeps_the_start_and_takes_other_settings() -> None:
    trainer = Trainer(Problem.notebook())
    start = trainer.snapshot()
    trainer.run(5)
    again = trainer.restart(Settings(0.1, "Adam"))
    assert (again.step, again.settings.optimizer, again.run) == (0, "Adam", start.run + 1)
    assert differing(values(start), values(again)) == []
    other = trainer.restart(Settings(0.1, "Adam", "float64"))
    assert other.weight.dtype == np.float64


def assert_same_state(one: Snapshot, other: Snapshot) -> None:
    assert one.state.keys() == other.state.keys()
    for key, array in one.state.items():
        assert (array.dtype, array.tobytes()) == (other.state[key].dtype, other.state[key].tobytes()), key


@EVERY
@pytest.mark.parametrize("by_hand", [False, True])
def test_the_code_of_the_run_is_a_program_that_makes_the_same_step(
    name: str, lr: float, options: dict[str, Any], by_hand: bool
) -> None:
    problem, chosen = Problem.notebook(), settings(name, lr, options)
    code = script(problem, chosen, by_hand)
    once, iteration = code.split("# One iteration from there\n")
    names: dict[str, Any] = {}
    exec(once, names)  # noqa: S102  # that it runs is what is to be shown
    trainer = Trainer(problem, chosen)
    for _ in range(5):
        exec(iteration, names)  # noqa: S102  # as above
        moment = trainer.manual_step() if by_hand and name != "LBFGS" else trainer.step()
        for field in PARAMETERS:
            assert getattr(names["linear"], field).detach().numpy().tobytes() == getattr(moment, field).tobytes()


@EVERY
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_parameters_and_memory_are_explained_from_what_the_update_read(
    name: str, lr: float, options: dict[str, Any], dtype: str
) -> None:
    trainer = Trainer(Problem.random(9, 2, 2, 4), settings(name, lr, options, dtype))
    for steps in range(1, 30):
        before = trainer.run_to(Phase.BACKWARD)
        after = trainer.step() if steps % 3 or name == "LBFGS" else trainer.manual_step()
        memory = [key for key, array in after.state.items() if array.ndim and not key.startswith("lbfgs")]
        for field in (*PARAMETERS, *memory):
            index = (1, 0) if field.startswith("weight") else (1,)
            told = explain(after, field, index)
            old = before.state.get(field) if field in memory else getattr(before, field)
            assert told.previous == (None if old is None else old[index])
            assert told.value == (after.state[field] if field in memory else getattr(after, field))[index]
            if name == "LBFGS":
                assert (len(told.terms), told.checks) == (0, ())
                continue
            allowed = (Verdict.AGREES, Verdict.UNCLEAR) if options.get("centered") else (Verdict.AGREES,)
            assert told.verdict in allowed, (steps, field, told.checks)
            for term in told.terms:
                product = term.sign * math.prod(factor.value for factor in term.factors)
                assert term.value == pytest.approx(product, rel=1e-14)
                for factor in term.factors:
                    if factor.index:
                        sources = [held(moment, factor.field) for moment in (before, after)]
                        assert factor.value in [float(each[index]) for each in sources if each is not None]
                    else:
                        assert factor.field in NUMBERS
            assert told.text.startswith(f"{field}[{','.join(map(str, index))}] ← ")
            assert "<" not in told.text + told.formula


def held(moment: Snapshot, field: str) -> Any:
    return moment.state.get(field) if field in moment.state else getattr(moment, field, None)


@BY_HAND
def test_step_and_manual_step_are_compared_on_copies(name: str, lr: float, options: dict[str, Any]) -> None:
    trainer = Trainer(Problem.random(9, 3, 2, 6), settings(name, lr, options))
    trainer.run(4)
    before = trainer.snapshot()
    compared = Compare().apply(trainer)
    assert trainer.snapshot() is before
    plain = trainer.settings.is_plain
    assert compared.spellings == (SPELLINGS if plain else SPELLINGS[:2])
    by_hand = Trainer.at(before).manual_step()
    step = trainer.step()
    for field in PARAMETERS:
        assert compared.results[STEP][field].tobytes() == getattr(step, field).tobytes()
        assert compared.results[MANUAL_STEP][field].tobytes() == getattr(by_hand, field).tobytes()
    assert compared.largest_ulp(MANUAL_STEP) <= 4
    assert [compared.cell(at).exact is not None for at in range(len(compared))] == [plain] * len(compared)


def test_of_lbfgs_there_is_nothing_to_compare() -> None:
    trainer = Trainer(Problem.notebook(), Settings(1.0, "LBFGS"))
    with pytest.raises(InputError) as caught:
        Compare().apply(trainer)
    assert str(caught.value) == NO_HAND
