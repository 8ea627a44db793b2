"""Any sequence of commands against a model of the run written straight on torch."""

import math
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import COMPUTED, DTYPES, FEW, MANY, TorchLoop, differing, freshness, problems, same_bits, unfounded, values

from linviz.core.command import (
    Command,
    Load,
    NextPhase,
    Question,
    Reset,
    Run,
    RunTo,
    SetLearningRate,
    Step,
    UpdateAgain,
    drawn,
)
from linviz.core.comparison import Compare
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import PHASES, Phase
from linviz.core.trainer import Trainer
from linviz.errors import InputError

PHASE_NAMES = ("forward", "loss", "zero_grad", "backward", "update")


@dataclass
class Model:
    """What a run ought to be: torch's objects, and the words of the vision in flags."""

    problem: Problem
    rate: float
    dtype: str
    phase: int = 0
    step: int = 0
    badges: dict[str, str] = field(default_factory=dict)
    # The number of updates applied before the forward from which the last loss comes.
    forward_at: int = 0
    loss_at: int = 0
    updated_by: str | None = None

    def __post_init__(self) -> None:
        self.start(self.problem)

    def start(self, problem: Problem) -> None:
        self.problem = problem
        self.torch = TorchLoop(problem, self.rate, self.dtype)
        self.phase = self.step = 0
        self.updated_by = None
        self.badges = dict.fromkeys(COMPUTED, "none")

    def loss(self) -> float | None:
        return None if self.torch.loss is None else self.torch.loss.item()

    def update(self, by_hand: bool, names: tuple[str, str] = ("step", "manual_step")) -> None:
        self.updated_by = names[by_hand]
        (self.torch.update_by_hand if by_hand else self.torch.update)()
        self.step += 1
        self.badges = {name: "none" if badge == "none" else "stale" for name, badge in self.badges.items()}

    def run_phase(self, by_hand: bool = False) -> None:
        match PHASE_NAMES[self.phase]:
            case "forward":
                self.torch.forward()
                self.badges |= dict.fromkeys(("prediction", "residual"), "fresh")
                self.forward_at = self.step
            case "loss":
                self.torch.compute_loss()
                self.badges["loss"] = self.badges["prediction"]
                self.loss_at = self.forward_at
            case "zero_grad":
                self.torch.zero_grad()
                self.badges |= dict.fromkeys(("weight_grad", "bias_grad"), "none")
            case "backward":
                self.torch.backward()
                self.badges |= dict.fromkeys(("weight_grad", "bias_grad"), self.badges["loss"])
            case "update":
                self.update(by_hand)
        self.phase = (self.phase + 1) % 5

    def run_to(self, phase: str, by_hand: bool) -> None:
        self.run_phase(by_hand)
        while PHASE_NAMES[self.phase - 1] != phase:
            self.run_phase(by_hand)

    def apply(self, command: Command) -> tuple[list[int], list[float]]:
        """Do it and give the steps and losses that its burst has to carry."""
        match command:
            case NextPhase():
                self.run_phase()
            case Step(by_hand=by_hand) | RunTo(by_hand=by_hand):
                self.run_to(getattr(command, "phase", "update"), by_hand)
            case UpdateAgain(by_hand=by_hand):
                if self.badges["weight_grad"] == "none":
                    raise InputError
                self.update(by_hand, ("update_again", "update_again_by_hand"))
            case Run(steps=steps, by_hand=by_hand):
                assert steps is not None
                return self.run(steps, by_hand)
            case Reset():
                self.start(self.problem)
            case SetLearningRate(learning_rate=rate):
                self.rate = rate
                self.torch.set_learning_rate(rate)
            case Load(source=Problem() as problem):
                self.start(problem)
            case Load(source=Recipe() as recipe):
                self.start(Problem.random(*_sizes(recipe)))
            case _:
                pytest.fail(f"the model does not know {command}")
        loss = self.loss()
        return ([], []) if loss is None else ([self.loss_at], [loss])

    def run(self, steps: int, by_hand: bool) -> tuple[list[int], list[float]]:
        made: list[int] = []
        losses: list[float] = []
        for _ in range(steps):
            self.run_to("update", by_hand)
            loss = self.loss()
            assert loss is not None
            made.append(self.loss_at)
            losses.append(loss)
            if not math.isfinite(loss):
                break
        return made, losses


def _sizes(recipe: Recipe) -> tuple[int, int, int, int]:
    return recipe.samples, recipe.inputs, recipe.outputs, recipe.seed


RATES = st.floats(1e-4, 3) | st.just(1e30)
SMALL = st.integers(1, 4)
COMMANDS = st.one_of(
    # NextPhase and UpdateAgain more often than the rest: it is in the middle of an iteration that things go wrong.
    st.just(NextPhase()),
    st.just(NextPhase()),
    st.builds(UpdateAgain, st.booleans()),
    st.builds(UpdateAgain, st.booleans()),
    st.builds(Step, st.booleans()),
    st.builds(RunTo, st.sampled_from(PHASES), st.booleans()),
    st.builds(Run, st.integers(1, 8), by_hand=st.booleans()),
    st.builds(SetLearningRate, RATES),
    st.just(Reset()),
    st.builds(Load, problems(samples=6, width=4) | st.builds(Recipe, SMALL, SMALL, SMALL, st.integers(0, 99))),
)


@MANY
@given(problems(samples=12, width=4), st.floats(1e-4, 3), DTYPES, st.lists(COMMANDS, min_size=1, max_size=30))
def test_any_sequence_of_commands_is_what_torch_and_the_words_say(
    problem: Problem, rate: float, dtype: str, commands: list[Command]
) -> None:
    trainer, model = Trainer(problem, Settings(rate, dtype=dtype)), Model(problem, rate, dtype)
    for command in commands:
        before = trainer.snapshot()
        try:
            steps, losses = model.apply(command)
        except InputError:
            with pytest.raises(InputError):
                command.apply(trainer)
            assert trainer.snapshot() is before
            continue
        burst = command.apply(trainer)
        moment = trainer.snapshot()
        assert burst.snapshot is moment
        assert burst.steps.tolist() == steps
        assert same_bits(burst.losses, np.array(losses, np.float64))
        assert differing(values(moment), model.torch.values()) == []
        assert freshness(moment) == model.badges
        assert (moment.step, str(moment.next_phase)) == (model.step, PHASE_NAMES[model.phase])
        assert moment.last_update == model.updated_by
        assert unfounded(moment) == []
        assert moment.settings == Settings(model.rate, dtype=dtype)


@MANY
@given(problems(samples=6, width=3), st.lists(COMMANDS, min_size=1, max_size=15))
def test_a_recorded_sequence_replays_to_the_same_bits(problem: Problem, commands: list[Command]) -> None:
    moments = []
    for _ in range(2):
        trainer = Trainer(problem)
        for command in commands:
            try:
                command.apply(trainer)
            except InputError:
                assert isinstance(command, UpdateAgain)
        moments.append(trainer.snapshot())
    assert differing(values(moments[0]), values(moments[1])) == []
    assert moments[0].settings == moments[1].settings


def test_commands_are_values() -> None:
    assert NextPhase() == NextPhase()
    assert Step() == Step(by_hand=False)
    assert Step() != Step(by_hand=True)
    assert UpdateAgain() != UpdateAgain(by_hand=True)
    assert RunTo(Phase.LOSS) == RunTo(Phase.LOSS, by_hand=False) != RunTo(Phase.LOSS, by_hand=True)
    assert len({RunTo(phase) for phase in (*PHASES, *PHASES)}) == 5
    assert len({Run(3), Run(steps=3), Run(seconds=3.0), Reset(), Reset(), SetLearningRate(0.1)}) == 4
    assert Load(Recipe(1, 2, 3)) == Load(Recipe(1, 2, 3, seed=0))


@FEW
@given(problems(samples=6, width=3), st.lists(COMMANDS, min_size=1, max_size=10))
def test_questions_between_commands_change_nothing(problem: Problem, commands: list[Command]) -> None:
    question: Question = Compare()
    asked, plain = Trainer(problem), Trainer(problem)
    for command in commands:
        for trainer in (asked, plain):
            with suppress(InputError):  # an update again without a gradient
                command.apply(trainer)
        before = asked.snapshot()
        question.apply(asked)
        assert asked.snapshot() is before
        assert differing(values(before), values(plain.snapshot())) == []


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_run_by_the_clock_makes_whole_steps(by_hand: bool) -> None:
    trainer = Trainer(Problem.notebook())
    burst = Run(seconds=0.0, by_hand=by_hand).apply(trainer)
    assert len(burst.losses) == trainer.snapshot().step >= 1


def test_a_continued_run_does_nothing_once_a_loss_is_not_finite() -> None:
    trainer, plain = (Trainer(Problem.notebook(), Settings(1e3)) for _ in range(2))
    assert Run(steps=5, continued=True).apply(trainer).losses.tolist() == Run(steps=5).apply(plain).losses.tolist()
    end = Run(steps=10_000, continued=True).apply(trainer)
    assert not math.isfinite(end.losses[-1])
    again = Run(steps=10_000, continued=True).apply(trainer)
    assert again.snapshot is trainer.snapshot() is end.snapshot
    Run(steps=10_000).apply(trainer)
    assert trainer.snapshot().step == end.snapshot.step + 1


@pytest.mark.parametrize(
    "command", [Run(), Run(steps=0), SetLearningRate(-1), Load(Recipe(10**12, 3, 2)), UpdateAgain()]
)
def test_a_command_that_cannot_be_done_raises_and_changes_nothing(command: Command) -> None:
    trainer = Trainer(Problem.notebook())
    NextPhase().apply(trainer)
    before = trainer.snapshot()
    with pytest.raises(InputError):
        command.apply(trainer)
    assert trainer.snapshot() is before


def test_a_recipe_is_drawn_and_a_problem_is_taken_as_it_is() -> None:
    problem = Problem.notebook()
    assert drawn(problem) is problem
    assert same_bits(drawn(Recipe(4, 3, 2, 1)).x, Problem.random(4, 3, 2, 1).x)
