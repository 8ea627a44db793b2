import threading
from collections.abc import Iterator

import numpy as np
import pytest
import shiboken6
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from linviz.core.command import Load, NextPhase, Reset, SetLearningRate, Step, UpdateAgain
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst
from linviz.gui.backend import Backend

LOADING = 60_000


@pytest.fixture
def backend(qapp: QApplication) -> Iterator[Backend]:
    made = Backend()
    yield made
    made.close()
    made.deleteLater()


class Where:
    """A command that notes the thread it runs on."""

    def __init__(self) -> None:
        self.thread = ""

    def apply(self, trainer: object) -> Burst:
        self.thread = threading.current_thread().name
        return Burst.of(trainer.snapshot())  # type: ignore[attr-defined]  # a Trainer, which is not imported here


def test_bursts_come_in_the_order_of_the_commands_and_in_the_thread_of_the_window(
    qtbot: QtBot, backend: Backend
) -> None:
    got: list[tuple[int, str]] = []

    class Receiver:
        def take(self, burst: Burst) -> None:
            got.append((burst.snapshot.step, threading.current_thread().name))

    receiver = Receiver()
    backend.delivered.connect(receiver.take)
    for _ in range(50):
        backend.submit(Step())
    backend.start(Problem.notebook(), Settings())
    qtbot.waitUntil(lambda: len(got) == 51, timeout=LOADING)
    assert got == [(step, threading.main_thread().name) for step in range(51)]
    where = Where()
    backend.submit(where)
    qtbot.waitUntil(lambda: not backend.busy)
    assert where.thread.startswith("linviz-worker")


def test_a_command_that_fails_is_told_and_the_next_one_runs(qtbot: QtBot, backend: Backend) -> None:
    backend.start(Problem.notebook(), Settings())
    failures: list[Exception] = []
    backend.failed.connect(failures.append)
    with qtbot.waitSignal(backend.failed, timeout=LOADING):
        backend.submit(UpdateAgain())
    assert "no gradient" in str(failures[0])
    with qtbot.waitSignal(backend.delivered) as delivered:
        backend.submit(Step())
    assert delivered.args[0].snapshot.step == 1


def test_a_problem_that_can_not_be_drawn_fails_every_command_with_its_reason(qtbot: QtBot, backend: Backend) -> None:
    failures: list[str] = []
    backend.failed.connect(lambda error: failures.append(str(error)))
    backend.start(Recipe(10**12, 1, 1), Settings())
    backend.submit(Step())
    qtbot.waitUntil(lambda: len(failures) == 2, timeout=LOADING)
    assert failures[0] == failures[1]
    assert "GB of memory" in failures[0]


def test_other_settings_may_go_where_the_first_did_not(qtbot: QtBot, backend: Backend) -> None:
    failures: list[str] = []
    backend.failed.connect(lambda error: failures.append(str(error)))
    problem = Problem(np.full((3, 2), 1e200), np.ones((3, 1)), np.ones((1, 2)), np.ones(1))
    backend.start(problem, Settings())
    qtbot.waitUntil(lambda: len(failures) == 1, timeout=LOADING)
    assert "choose dtype float64" in failures[0]
    with qtbot.waitSignal(backend.delivered) as delivered:
        backend.submit(Reset(Settings(dtype="float64")))
    assert delivered.args[0].snapshot.problem is problem


def test_a_pause_lets_at_most_two_bursts_more_through(qtbot: QtBot, backend: Backend) -> None:
    backend.start(Problem.notebook(), Settings())
    got: list[Burst] = []
    backend.delivered.connect(got.append)
    backend.run()
    qtbot.waitUntil(lambda: len(got) > 5, timeout=LOADING)
    backend.pause()
    before = len(got)
    qtbot.waitUntil(lambda: not backend.busy)
    assert len(got) - before <= 2, "a pause takes effect within two frames"
    steps = np.concatenate([burst.steps for burst in got[1:]])
    assert np.array_equal(steps, np.arange(len(steps))), "a run leaves no step out and makes none twice"


def test_a_pause_takes_back_what_has_not_begun_however_often_it_is_pressed(qtbot: QtBot, backend: Backend) -> None:
    backend.start(Problem.notebook(), Settings())
    with qtbot.waitSignal(backend.delivered, timeout=LOADING):
        pass
    for _ in range(50):
        backend.run()
        backend.pause()
    got: list[Burst] = []
    backend.delivered.connect(got.append)
    qtbot.waitUntil(lambda: not backend.busy)
    assert len(got) <= 2


def test_a_reset_and_a_run_asked_for_while_loading_are_done_in_their_order(qtbot: QtBot, backend: Backend) -> None:
    backend.submit(Step())
    backend.submit(Reset())
    backend.run()
    backend.start(Problem.notebook(), Settings())
    got: list[Burst] = []
    backend.delivered.connect(got.append)
    qtbot.waitUntil(lambda: len(got) > 6, timeout=LOADING)
    assert backend.running
    assert [burst.snapshot.step for burst in got[:3]] == [0, 1, 0]
    assert got[3].snapshot.step > 0


def test_a_backend_that_is_deleted_in_the_middle_of_a_run_leaves_no_thread(
    qtbot: QtBot, qapp: QApplication, capfd: pytest.CaptureFixture[str]
) -> None:
    made = Backend()
    made.start(Problem.notebook(), Settings())
    made.run()
    with qtbot.waitSignal(made.delivered, timeout=LOADING):
        pass
    shiboken6.delete(made)
    qtbot.waitUntil(lambda: not any(thread.name.startswith("linviz") for thread in threading.enumerate()))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("command", [Reset(), Load(Recipe(4, 2, 1, seed=7))])
def test_another_start_ends_a_run(qtbot: QtBot, backend: Backend, command: Reset | Load) -> None:
    backend.start(Problem.notebook(), Settings())
    backend.run()
    got: list[Burst] = []
    backend.delivered.connect(got.append)
    qtbot.waitUntil(lambda: len(got) > 3, timeout=LOADING)
    backend.submit(command)
    assert not backend.running
    qtbot.waitUntil(lambda: not backend.busy)
    assert (got[-1].snapshot.step, got[-1].snapshot.run) == (0, got[0].snapshot.run + 1)


def test_a_run_stops_at_the_first_loss_that_is_not_finite(qtbot: QtBot, backend: Backend) -> None:
    backend.start(Problem.notebook(), Settings(learning_rate=1e3))
    got: list[Burst] = []
    backend.delivered.connect(got.append)
    backend.run()
    qtbot.waitUntil(lambda: len(got) > 1 and not backend.busy, timeout=LOADING)
    assert not backend.running
    losses = np.concatenate([burst.losses[np.isin(burst.steps, range(10**6))] for burst in got])
    steps = np.concatenate([burst.steps for burst in got])
    assert np.isfinite(losses[steps < steps.max()]).all()
    assert not np.isfinite(losses[-1])
    assert got[-1].snapshot.step == steps.max() + 1


def test_the_burst_that_was_on_its_way_makes_no_step_after_that(qtbot: QtBot, backend: Backend) -> None:
    backend.start(Problem.notebook(), Settings(learning_rate=1e3))
    got: list[int] = []
    backend.delivered.connect(lambda burst: got.append(burst.snapshot.step))
    backend.run()
    qtbot.waitUntil(lambda: len(got) > 1 and not backend.busy, timeout=LOADING)
    assert len(set(got[1:])) == 1


def test_nothing_is_delivered_after_closing(qtbot: QtBot, qapp: QApplication, backend: Backend) -> None:
    backend.start(Problem.notebook(), Settings())
    with qtbot.waitSignal(backend.delivered, timeout=LOADING):
        pass
    got: list[object] = []
    backend.delivered.connect(got.append)
    backend.failed.connect(got.append)
    for command in (NextPhase(), SetLearningRate(0.5), Step(), UpdateAgain()):
        backend.submit(command)
    backend.close()
    backend.submit(Step())
    backend.run()
    backend.close()
    for _ in range(5):
        qapp.processEvents()
    assert got == []
    assert not backend.running
