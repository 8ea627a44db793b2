"""How fast a run goes. The timer that paces it is rung by the tests; no test looks at a clock."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from linviz.core.command import Reset, SetLearningRate
from linviz.core.condition import GradientBelow, LossBelow, StepReached
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst
from linviz.core.travel import Move, SeekStep
from linviz.gui.backend import FRAME, READABLE, Backend
from linviz.gui.speed import SPEEDS

LOADING = 60_000
LIMITED = [each for each in SPEEDS if each is not None]


class Bell:
    """Stands in for the timer."""

    def __init__(self) -> None:
        self.milliseconds = 0
        """That it was set to; 0 while it rests."""

    def start(self, milliseconds: int) -> None:
        self.milliseconds = milliseconds

    def stop(self) -> None:
        self.milliseconds = 0

    def interval(self) -> int:
        return self.milliseconds


class Room:
    """A loaded backend whose pace is rung by hand."""

    def __init__(self, backend: Backend, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
        self._qtbot = qtbot
        self.backend = backend
        self.bursts: list[Burst] = []
        with qtbot.waitSignal(self.backend.delivered, timeout=LOADING):
            self.backend.start(Problem.notebook(), Settings())
        self.backend.delivered.connect(self._on_delivered)
        self.bell = Bell()
        monkeypatch.setattr(self.backend, "_pace", self.bell)

    def _on_delivered(self, burst: Burst) -> None:
        self.bursts.append(burst)

    def ring(self, times: int = 1) -> None:
        """Ring as often, and wait for the steps each time."""
        for _ in range(times):
            assert self.bell.milliseconds
            self.backend._on_pace()
            self.wait()

    def wait(self) -> None:
        self._qtbot.waitUntil(lambda: not self.backend.busy, timeout=20_000)

    @property
    def step(self) -> int:
        return self.bursts[-1].snapshot.step if self.bursts else 0

    def steps(self) -> list[int]:
        """Give the steps of all bursts, as they were delivered."""
        return [int(step) for burst in self.bursts for step in burst.steps]


@pytest.fixture
def unloaded(qapp: QApplication) -> Iterator[Backend]:
    made = Backend()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def room(unloaded: Backend, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Room:
    return Room(unloaded, qtbot, monkeypatch)


@pytest.mark.parametrize("speed", LIMITED)
def test_a_run_of_limited_speed_makes_as_many_steps_as_its_time_allows_and_no_more(room: Room, speed: float) -> None:
    room.backend.set_speed(speed)
    room.backend.run()
    room.wait()
    assert room.step == 1, "the first step comes at once"
    elapsed = 0.0
    for _ in range(40):
        elapsed += room.bell.milliseconds / 1000
        room.ring()
        assert room.step <= 1 + math.floor(speed * elapsed + 1e-9)
    # A step may be cut where a frame's time was not enough to make them; never for slow speeds.
    least = speed * elapsed if speed <= 300 else 0.5 * speed * elapsed
    assert room.step >= math.floor(least) - 1
    assert room.steps() == list(range(room.step)), "none is left out or made twice"


@pytest.mark.parametrize("speed", LIMITED)
def test_the_timer_rings_for_each_step_or_for_each_frame(room: Room, speed: float) -> None:
    room.backend.set_speed(speed)
    assert room.bell.milliseconds == 0, "nothing rings while there is no run"
    room.backend.run()
    assert room.bell.milliseconds == round(1000 * max(1 / speed, FRAME))
    room.backend.pause()
    assert room.bell.milliseconds == 0
    room.wait()


def test_rings_while_the_steps_are_still_being_made_pile_nothing_up(room: Room) -> None:
    """What could not be made in time is let go: a slow machine goes slower, it does not run after."""
    room.backend.set_speed(300)
    room.backend.run()
    for _ in range(200):
        room.backend._on_pace()
    room.wait()
    assert len(room.bursts) == 1
    before = room.step
    room.ring()
    assert room.step - before <= 300 * room.bell.milliseconds / 1000 + 1


def test_a_run_that_is_paused_makes_no_step_more(room: Room) -> None:
    room.backend.set_speed(2)
    room.backend.run()
    room.wait()
    room.backend.pause()
    for _ in range(10):
        room.backend._on_pace()
    room.wait()
    assert (room.step, room.backend.running) == (1, False)
    room.backend.run()
    room.wait()
    assert room.step == 2


def test_another_speed_during_a_run_counts_from_the_next_ring(room: Room) -> None:
    room.backend.set_speed(0.5)
    room.backend.run()
    room.wait()
    room.backend.set_speed(2)
    assert room.bell.milliseconds == 500
    room.ring(4)
    assert room.step == 5
    room.backend.set_speed(100)
    room.ring(30)
    assert 5 + 40 <= room.step <= 5 + 1 + 100 * 30 * room.bell.milliseconds / 1000


def test_a_speed_that_is_changed_again_and_again_makes_no_steps_of_its_own(room: Room) -> None:
    room.backend.set_speed(0.5)
    room.backend.run()
    room.wait()
    for _ in range(50):
        for speed in (0.5, 1, 2):
            room.backend.set_speed(speed)
    room.wait()
    assert room.step == 1


def test_a_limited_run_that_is_let_go_and_bridled_again(qtbot: QtBot, room: Room) -> None:
    room.backend.set_speed(1)
    room.backend.run()
    room.wait()
    room.backend.set_speed(None)
    assert room.bell.milliseconds == 0
    qtbot.waitUntil(lambda: room.step > 1000, timeout=20_000)
    room.backend.set_speed(1)
    room.wait()
    before = room.step
    room.ring(3)
    assert before + 1 <= room.step <= before + 3
    assert room.backend.running
    assert room.steps() == list(range(room.step))


def test_to_set_the_speed_starts_no_run(room: Room) -> None:
    for speed in SPEEDS:
        room.backend.set_speed(speed)
    room.wait()
    assert (room.bursts, room.backend.running, room.bell.milliseconds) == ([], False, 0)


@pytest.mark.parametrize("speed", [READABLE / 2, READABLE, READABLE + 1, None])
def test_a_run_is_fast_when_nobody_can_follow_it(room: Room, speed: float | None) -> None:
    room.backend.set_speed(speed)
    assert not room.backend.fast
    room.backend.run()
    assert room.backend.fast == (speed is None or speed > READABLE)
    room.backend.pause()
    assert not room.backend.fast
    room.wait()


@pytest.mark.parametrize(("condition", "words"), [
    (StepReached(7), "step 7 is done"),
    (LossBelow(0.72), "the loss is below 0.72"),
    (GradientBelow(0.5), "the gradient norm is below 0.5"),
])  # fmt: skip
@pytest.mark.parametrize("speed", [4, 1000, None])
def test_a_condition_stops_at_the_same_step_at_every_speed(
    room: Room, speed: float | None, condition: StepReached | LossBelow | GradientBelow, words: str
) -> None:
    room.backend.set_speed(speed)
    room.backend.run((condition,))
    for _ in range(100):
        if speed is not None and room.backend.running:
            room.ring()
    room.wait()
    assert not room.backend.running
    assert room.bell.milliseconds == 0
    met = [burst for burst in room.bursts if burst.met]
    assert [burst.met for burst in met] == [words]
    assert room.step == met[0].snapshot.step
    # The burst after the one that met it tells the last loss again.
    by_step = {int(step): loss for burst in room.bursts for step, loss in zip(burst.steps, burst.losses, strict=True)}
    losses = np.array(list(by_step.values()))
    if isinstance(condition, StepReached):
        assert room.step == 7
    elif isinstance(condition, LossBelow):
        assert losses[-1] < 0.72 <= losses[:-1].min()


def test_a_slow_run_stops_at_the_first_loss_that_is_not_finite(room: Room) -> None:
    room.backend.submit(SetLearningRate(1e3))
    room.backend.set_speed(4)
    room.backend.run()
    for _ in range(100):
        if room.backend.running:
            room.ring()
    room.wait()
    assert not room.backend.running
    losses = np.concatenate([burst.losses for burst in room.bursts])
    assert np.isfinite(losses[:-1]).all()
    assert not np.isfinite(losses[-1])


@pytest.mark.parametrize("command", [Reset(), SeekStep(2), Move(-1)], ids=["reset", "seek", "back"])
def test_what_leads_elsewhere_ends_a_slow_run(room: Room, command: Reset | SeekStep | Move) -> None:
    room.backend.set_speed(2)
    room.backend.run()
    room.wait()
    room.ring(3)
    room.backend.submit(command)
    assert not room.backend.running
    room.wait()
    assert room.step == {Reset: 0, SeekStep: 2, Move: 3}[type(command)]


def test_a_run_asked_for_before_the_start_waits_for_it(qtbot: QtBot, unloaded: Backend) -> None:
    steps: list[int] = []
    unloaded.delivered.connect(lambda burst: steps.append(burst.snapshot.step))
    unloaded.set_speed(0.5)
    unloaded.run()
    unloaded.start(Problem.notebook(), Settings())
    qtbot.waitUntil(lambda: len(steps) > 1, timeout=LOADING)
    unloaded.pause()
    assert steps[:2] == [0, 1]


def test_a_slower_pace_makes_up_for_nothing(room: Room) -> None:
    room.backend.set_speed(3000)
    room.backend.run()
    room.wait()
    before = room.step
    room.backend.set_speed(0.5)
    room.ring()
    assert room.step - before <= 1
