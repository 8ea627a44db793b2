from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW, problems

from linviz.core.command import Command, NextPhase, Run, SetLearningRate, Step, UpdateAgain
from linviz.core.forecast import Forecast
from linviz.core.history import History
from linviz.core.option import Value
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst
from linviz.core.theory import Parameters, Theory
from linviz.core.travel import Move, SeekStep
from linviz.errors import InputError

AHEAD = 40
DONE = st.lists(
    st.sampled_from([NextPhase(), NextPhase(), Step(), Step(by_hand=True), UpdateAgain(), SetLearningRate(0.2)]),
    max_size=9,
)
MORE = st.lists(
    st.sampled_from(
        [NextPhase(), NextPhase(), Step(), Run(steps=3), UpdateAgain(), SetLearningRate(0.1), SetLearningRate(0.2),
         Move(-1), Move(1), Move(-1, of_steps=True), SeekStep(2)]
    ),
    max_size=12,
)  # fmt: skip


def begun(
    problem: Problem, done: list[Command], rate: float = 0.1, options: dict[str, Value] | None = None
) -> tuple[History, Theory]:
    """Give a run in float64 on which some things were done, and its theory."""
    history = History(problem, Settings(rate, dtype="float64", options=options or {}))
    for command in done:
        with suppress(InputError):  # an update again needs a gradient
            history.perform(command)
    return history, Theory.of_problem(problem)


def assert_follows(forecast: Forecast, history: History) -> None:
    """Make steps, and compare each loss and the parameters to the prediction."""
    now = history.trainer.snapshot()
    burst = history.trainer.run(AHEAD)
    if not (np.isfinite(burst.losses[-1]) and burst.losses[-1] < 1e30):
        return  # it diverges beyond what can be compared
    there = burst.steps >= forecast.first
    steps, losses = burst.steps[there], burst.losses[there]
    scale = float(forecast.trajectory.loss(0) + np.mean(now.y**2))
    assert forecast.losses(steps) == pytest.approx(losses, rel=1e-8, abs=1e-12 * scale)
    excess = losses - forecast.trajectory.theory.with_weight_decay(0).optimal_loss
    assert forecast.excess(steps) == pytest.approx(excess, rel=1e-6, abs=1e-10 * scale)
    end = burst.snapshot
    weight, bias = forecast.trajectory.parameters(end.step - forecast.first)
    size = np.abs(end.weight).max() + np.abs(end.bias).max() + 1
    assert weight == pytest.approx(end.weight, rel=1e-7, abs=1e-9 * size)
    assert bias == pytest.approx(end.bias, rel=1e-7, abs=1e-9 * size)


@FEW
@given(problems(samples=12, width=3), DONE)
def test_from_any_moment_the_run_goes_on_as_predicted(problem: Problem, done: list[Command]) -> None:
    history, theory = begun(problem, done)
    assert_follows(Forecast.of(theory, history.trainer.snapshot()), history)


@FEW
@given(problems(samples=12, width=3), DONE)
def test_with_weight_decay_too(problem: Problem, done: list[Command]) -> None:
    history, theory = begun(problem, done, options={"weight_decay": 0.1})
    assert_follows(Forecast.of(theory, history.trainer.snapshot()), history)


@pytest.mark.parametrize(
    "options",
    [{"momentum": 0.9}, {"momentum": 0.8, "dampening": 0.3, "weight_decay": 0.1}, {"momentum": 0.9, "nesterov": True}],
)
def test_with_momentum_a_run_is_predicted_from_its_start_and_from_a_step_on(options: dict[str, Value]) -> None:
    history, theory = begun(Problem.notebook(), [], options=options)
    before = history.trainer.snapshot()
    forecast = Forecast.of(theory, before)
    burst = history.perform(Step())
    assert isinstance(burst, Burst)
    assert forecast.leads_to(before, burst)
    assert forecast.agrees(burst.snapshot)
    on = Forecast.of(theory, burst.snapshot)
    steps = np.arange(1, 50)
    assert on.losses(steps) == pytest.approx(forecast.losses(steps), rel=1e-9)
    assert_follows(on, history)


@FEW
@given(
    problems(samples=12, width=3),
    DONE,
    st.sampled_from(
        [
            {"momentum": 0.7},
            {"momentum": 0.5, "dampening": 0.3, "weight_decay": 0.1},
            {"momentum": 0.6, "nesterov": True},
        ]
    ),
)
def test_with_momentum_from_any_moment_too(problem: Problem, done: list[Command], options: dict[str, Value]) -> None:
    history, theory = begun(problem, done, options=options)
    assert_follows(Forecast.of(theory, history.trainer.snapshot()), history)


@FEW
@given(problems(samples=12, width=3), DONE, MORE)
def test_a_prediction_that_is_said_to_hold_does(problem: Problem, done: list[Command], more: list[Command]) -> None:
    history, theory = begun(problem, done)
    before = history.trainer.snapshot()
    forecast, branch = Forecast.of(theory, before), history.place().branch
    for command in more:
        with suppress(InputError):
            burst = history.perform(command)
            assert isinstance(burst, Burst)
            if history.place().branch != branch or not forecast.leads_to(before, burst):
                forecast, branch = Forecast.of(theory, burst.snapshot), history.place().branch
            before = burst.snapshot
            if burst.snapshot.loss is not None and abs(burst.snapshot.loss) < 1e20:
                assert forecast.agrees(burst.snapshot)
    assert_follows(forecast, history)


@pytest.mark.parametrize("done", [[Step()], [NextPhase()] * 3, [Run(steps=50)], [Step(by_hand=True)] * 2])
def test_whole_steps_and_phases_stay_on_the_course(done: list[Command]) -> None:
    history, theory = begun(Problem.notebook(), [])
    before = history.trainer.snapshot()
    forecast = Forecast.of(theory, before)
    for command in done:
        burst = history.perform(command)
        assert isinstance(burst, Burst)
        assert forecast.leads_to(before, burst)
        before = burst.snapshot


@pytest.mark.parametrize("command", [UpdateAgain(), UpdateAgain(by_hand=True), SetLearningRate(0.3)])
def test_an_update_again_and_another_rate_leave_it(command: Command) -> None:
    history, theory = begun(Problem.notebook(), [Step()])
    before = history.trainer.snapshot()
    forecast = Forecast.of(theory, before)
    burst = history.perform(command)
    assert isinstance(burst, Burst)
    assert not forecast.leads_to(before, burst)


def test_what_rounding_alone_does_in_float32_agrees_for_long() -> None:
    history = History(Problem.notebook(), Settings(0.1))
    now = history.trainer.snapshot()
    forecast = Forecast.of(Theory.of(now.x, now.y), now)
    for _ in range(20):
        history.perform(Run(steps=1000))
        assert forecast.agrees(history.trainer.snapshot())
    assert forecast.below_rounding(history.trainer.snapshot())
    history.perform(SeekStep(20))
    assert not forecast.below_rounding(history.trainer.snapshot())


def test_a_loss_beside_the_prediction_does_not_agree() -> None:
    history, theory = begun(Problem.notebook(), [Step()])
    forecast = Forecast.of(theory, history.trainer.snapshot())
    history.perform(SetLearningRate(1.0))
    history.perform(Run(steps=10))
    assert not forecast.agrees(history.trainer.snapshot())


@FEW
@given(problems(samples=12, width=4))
def test_the_gradient_is_the_closed_form(problem: Problem) -> None:
    theory = Theory.of_problem(problem)
    x, y, weight, bias = (getattr(problem, name).astype(np.float64) for name in ("x", "y", "weight", "bias"))
    residual = x @ weight.T + bias - y
    upstream = 2 / residual.size * residual
    found = theory.gradient(Parameters(weight, bias))
    size = np.abs(upstream).max() * (np.abs(x).max() + 1) * len(x) + 1e-300
    assert found.weight == pytest.approx(upstream.T @ x, abs=1e-9 * size)
    assert found.bias == pytest.approx(upstream.sum(0), abs=1e-9 * size)


@FEW
@given(problems(samples=12, width=4), st.floats(0.01, 1))
def test_the_parts_of_the_excess_are_straight_lines_and_sum_up_to_it(problem: Problem, share: float) -> None:
    history, theory = begun(problem, [], share * Theory.of_problem(problem).stability_limit)
    trajectory = Forecast.of(theory, history.trainer.snapshot()).trajectory
    steps = np.array([0, 10, 20])
    parts = trajectory.excess_along(steps)
    assert parts.shape == (3, theory.parameters)
    assert parts.sum(1) == pytest.approx(trajectory.excess(steps), rel=1e-12)
    moving = (parts > 1e-280).all(axis=0)
    logs = np.log(parts[:, moving])
    assert logs[1] == pytest.approx((logs[0] + logs[2]) / 2, rel=1e-9, abs=1e-7)
