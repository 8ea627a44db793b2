import math

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import badges, label, settle, trigger
from gui.notebook_loop import NotebookLoop, assert_panels_show, panel_numbers
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import Phase


def test_click_through_from_opening_to_new_seed(qtbot: QtBot, open_window: OpenWindow) -> None:
    problem = Problem.notebook()
    window = open_window(problem)
    loop = NotebookLoop(problem)
    assert_panels_show(window, loop)
    assert label(window, "step_count") == "0"
    start = {name: panel_numbers(window, name) for name in loop.fields()}

    for steps in (1, 2, 3):
        trigger(qtbot, window, "step")
        loop.iterate()
        assert_panels_show(window, loop)
        assert label(window, "step_count") == str(steps)
        assert loop.loss is not None
        assert label(window, "loss_value") == f"{loop.loss.item():.4f}"

    trigger(qtbot, window, "manual_step")
    loop.iterate(by_hand=True)
    assert_panels_show(window, loop)
    assert [*window.loss.plot.branches.losses.manual] == [3]

    trigger(qtbot, window, "next_phase")
    loop.prediction = loop.linear(loop.x)
    assert_panels_show(window, loop)
    trigger(qtbot, window, "next_phase")
    loop.loss = loop.criterion(loop.prediction, loop.y)
    assert label(window, "loss_value") == f"{loop.loss.item():.4f}"
    trigger(qtbot, window, "next_phase")
    loop.optimizer.zero_grad()
    assert_panels_show(window, loop)
    trigger(qtbot, window, "next_phase")
    loop.loss.backward()
    assert_panels_show(window, loop)
    trigger(qtbot, window, "next_phase")
    loop.update(by_hand=False)
    assert_panels_show(window, loop)
    assert label(window, "step_count") == "5"

    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > 500, timeout=20_000)
    trigger(qtbot, window, "run")
    assert window.snapshot is not None
    for _ in range(window.snapshot.step - 5):
        loop.iterate()
    assert_panels_show(window, loop)
    assert label(window, "step_count") == str(window.snapshot.step)

    trigger(qtbot, window, "reset")
    for name, numbers in start.items():
        np.testing.assert_array_equal(panel_numbers(window, name), numbers, err_msg=name)
    assert not len(window.loss.plot.path)

    trigger(qtbot, window, "new_seed")
    assert window.snapshot.problem.title.startswith("random 10 × 3 → 2, seed ")
    drawn = Problem.random(10, 3, 2, window.snapshot.problem.seed or 0)
    loop = NotebookLoop(drawn)
    assert_panels_show(window, loop)
    trigger(qtbot, window, "step")
    loop.iterate()
    assert_panels_show(window, loop)


def test_badges_say_what_belongs_to_the_parameters_as_they_are(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    given = dict.fromkeys(("x", "y", "weight", "bias"), "fresh")
    computed = ("prediction", "residual", "weight_grad", "bias_grad")
    assert badges(window) == given | dict.fromkeys(computed, "none")
    trigger(qtbot, window, "next_phase")
    assert badges(window) == given | dict(zip(computed, ("fresh", "fresh", "none", "none"), strict=True))
    trigger(qtbot, window, "step")
    assert badges(window) == given | dict.fromkeys(computed, "stale")
    trigger(qtbot, window, *["next_phase"] * 3)
    assert badges(window) == given | dict(zip(computed, ("fresh", "fresh", "none", "none"), strict=True))
    trigger(qtbot, window, "next_phase")
    assert badges(window) == given | dict.fromkeys(computed, "fresh")


def test_step_in_the_middle_of_an_iteration_finishes_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    loop = NotebookLoop(Problem.notebook())
    loop.iterate()
    trigger(qtbot, window, "next_phase", "next_phase", "step")
    assert_panels_show(window, loop)
    assert window.snapshot is not None
    assert window.snapshot.next_phase is Phase.FORWARD
    assert window.snapshot.step == 1


def test_update_again_needs_a_gradient_and_then_does_as_the_notebook_does(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    assert not window.commands["update_again"].isEnabled()
    trigger(qtbot, window, "step", "update_again_by_hand", "update_again")
    loop = NotebookLoop(Problem.notebook())
    loop.iterate()
    loop.update(by_hand=True)
    loop.update(by_hand=False)
    assert_panels_show(window, loop)
    assert label(window, "step_count") == "3"
    assert window.commands["update_again"].isEnabled()


def test_clicks_made_while_pytorch_loads_are_done_in_their_order(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(wait=False)
    for name in ("step", "manual_step", "next_phase", "update_again"):
        window.commands[name].trigger()
    qtbot.waitUntil(lambda: window.snapshot is not None and not window.backend.busy, timeout=60_000)
    loop = NotebookLoop(Problem.notebook())
    loop.iterate()
    loop.iterate(by_hand=True)
    loop.prediction = loop.linear(loop.x)
    loop.update(by_hand=False)
    assert_panels_show(window, loop)


def test_the_window_shows_the_start_before_pytorch_is_there(open_window: OpenWindow) -> None:
    window = open_window(wait=False)
    assert window.snapshot is None
    assert "Loading PyTorch" in label(window, "state")
    assert_panels_show(window, NotebookLoop(Problem.notebook()))


def test_fast_clicking_loses_no_click(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    trigger(qtbot, window, *["step", "manual_step"] * 100)
    assert label(window, "step_count") == "200"
    loop = NotebookLoop(Problem.notebook())
    for step in range(200):
        loop.iterate(by_hand=step % 2 == 1)
    assert_panels_show(window, loop)


def test_the_keys_alone_drive_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    with qtbot.waitActive(window):
        window.activateWindow()  # without a window manager nobody else does
    for key in (Qt.Key.Key_S, Qt.Key.Key_M, Qt.Key.Key_N, Qt.Key.Key_Right, Qt.Key.Key_U):
        qtbot.keyClick(window, key)
    settle(qtbot, window)
    assert window.snapshot is not None
    assert (window.snapshot.step, window.snapshot.next_phase) == (3, Phase.ZERO_GRAD)
    for running in (True, False):
        qtbot.keyClick(window, Qt.Key.Key_Space)
        assert window.backend.running is running
    settle(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_R)
    settle(qtbot, window)
    assert window.snapshot.step == 0


def test_a_learning_rate_applies_from_the_next_update_on(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    entry = window.findChild(QLineEdit, "learning_rate")
    assert isinstance(entry, QLineEdit)
    trigger(qtbot, window, "step")
    entry.setFocus()
    entry.selectAll()
    qtbot.keyClicks(entry, "0.3")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    trigger(qtbot, window, "step")
    loop = NotebookLoop(Problem.notebook())
    loop.iterate()
    loop.optimizer.param_groups[0]["lr"] = 0.3
    loop.iterate()
    assert_panels_show(window, loop)
    assert window.snapshot is not None
    assert window.snapshot.settings.learning_rate == 0.3

    qtbot.keyClicks(entry, "x")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert entry.property("wrong") == "true"
    assert "Learning rate must be a positive finite number, got x0.3" in label(window, "state")
    trigger(qtbot, window, "step")
    loop.iterate()
    assert_panels_show(window, loop)


def test_a_learning_rate_changed_during_a_run_applies(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.commands["run"].trigger()
    window.tool_bar.learning_rate.changed.emit(0.5)
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.settings.learning_rate == 0.5)
    assert window.backend.running
    trigger(qtbot, window, "run")


def test_a_run_that_diverges_stops_and_says_so(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(settings=Settings(learning_rate=4.0))
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: not window.backend.running, timeout=20_000)
    settle(qtbot, window)
    loop = NotebookLoop(Problem.notebook(), learning_rate=4.0)
    loop.iterate()
    assert loop.loss is not None
    steps = 1
    while math.isfinite(loop.loss.item()):
        loop.iterate()
        steps += 1
    assert window.snapshot is not None
    assert window.snapshot.step == steps
    said = label(window, "message")
    assert window.message.isVisible()
    assert f"after step {steps - 1} " in said
    assert "learning rate 4" in said
    assert "above 1.294" in said
    assert "Try a smaller rate, 0.6 say" in said
    assert window.loss.plot.branches.losses.broken == (steps - 1, loop.loss.item())
    curve = window.loss.plot._curve.getData()[1]
    assert len(curve) == steps - 1
    trigger(qtbot, window, "reset")
    assert not window.message.isVisible()


def test_an_error_on_the_worker_is_said_and_the_window_lives_on(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()

    class Bad:
        def apply(self, trainer: object) -> object:
            raise ZeroDivisionError("nobody expected this")

    window.backend.submit(Bad())
    qtbot.waitUntil(window.message.isVisible)
    assert "ZeroDivisionError: nobody expected this" in label(window, "message")
    assert "Traceback" in window.message._details
    trigger(qtbot, window, "step")
    assert label(window, "step_count") == "1"


def test_a_problem_larger_than_memory_is_said(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(Recipe(10**12, 3, 2), wait=False)
    qtbot.waitUntil(window.message.isVisible, timeout=60_000)
    assert "1000000000000 3 2 needs about" in label(window, "message")
