"""Runs that stop where something holds, in the real window."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import label, settle, trigger
from gui.running_until import UntilRoom
from gui.travelling import place, run_to_the_end, step_of, to_front
from linviz.core.travel import SeekStep
from linviz.gui.main_window import MainWindow


@pytest.fixture
def window(open_window: OpenWindow) -> Iterator[MainWindow]:
    made = open_window()
    yield made
    made.run_dialogs._run_until.close()


def opened(qtbot: QtBot, window: MainWindow) -> UntilRoom:
    trigger(qtbot, window, "run_until")
    to_front(qtbot, window.run_dialogs._run_until)
    return UntilRoom(window.run_dialogs._run_until)


def message(window: MainWindow) -> str:
    """Give what the message bar says; nothing if it isn't there."""
    return label(window, "message") if window.message.isVisible() else ""


def run(qtbot: QtBot, window: MainWindow) -> tuple[int, str]:
    """Press Run, wait until it stops, and give where, and what is said of it."""
    window.commands["run"].trigger()
    run_to_the_end(qtbot, window)
    return step_of(window), message(window)


def test_more_steps_are_made_exactly(qtbot: QtBot, window: MainWindow) -> None:
    room = opened(qtbot, window)
    for count, step in ((37, 37), (1, 38), (5000, 5038)):
        room.type("more_steps", str(count))
        room.click("run_until")
        run_to_the_end(qtbot, window)
        assert step_of(window) == step
        assert message(window) == f"Stopped after step {step:,}: step {step:,} is done."
        assert room.said("run_until_said") == f"Run from step {step:,} until the first of these holds"


def test_a_breakpoint_stops_run_too_and_says_which(qtbot: QtBot, window: MainWindow) -> None:
    room = opened(qtbot, window)
    room.type("loss_below", "0.7")
    room.dialog.close()
    step, said = run(qtbot, window)
    assert said == f"Stopped after step {step:,}: the loss is below 0.7."
    assert window.snapshot is not None
    losses = window.loss.plot.path.losses(0, step)
    assert losses[-1] < 0.7 <= losses[:-1].min()


def test_of_several_the_first_that_holds_is_named(qtbot: QtBot, window: MainWindow) -> None:
    room = opened(qtbot, window)
    room.tick("loss_below", "loss_rises", "stop_step")
    room.type("gradient_below", "0.5")
    step, said = run(qtbot, window)
    assert 0 < step < 100
    assert said == f"Stopped after step {step}: the gradient norm is below 0.5."


def test_a_step_breakpoint_stops_once_and_again_when_the_run_comes_from_before(
    qtbot: QtBot, window: MainWindow
) -> None:
    room = opened(qtbot, window)
    room.tick("stop_step")
    assert run(qtbot, window) == (100, "Stopped after step 100: step 100 is done.")
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: step_of(window) > 1000, timeout=20_000)
    window.backend.pause()
    settle(qtbot, window)
    assert message(window) == "", "it is past"
    trigger(qtbot, window, "reset")
    assert run(qtbot, window) == (100, "Stopped after step 100: step 100 is done.")


def test_the_past_of_a_condition_in_force(qtbot: QtBot, window: MainWindow) -> None:
    """Back before where it held, Run makes a branch, and stops at the same step for the same reason."""
    room = opened(qtbot, window)
    room.type("loss_below", "0.7")
    held = run(qtbot, window)
    assert window.snapshot is not None
    weight = window.snapshot.weight
    window.backend.submit(SeekStep(2))
    settle(qtbot, window)
    assert run(qtbot, window) == held
    assert [(each.parent, each.first_step, each.steps) for each in place(window).branches] == [
        (None, 0, held[0]), (1, 2, held[0])]  # fmt: skip
    np.testing.assert_array_equal(window.snapshot.weight, weight)


def test_a_seek_while_a_run_looks_for_a_condition_ends_it_without_a_word(qtbot: QtBot, window: MainWindow) -> None:
    room = opened(qtbot, window)
    room.type("gradient_below", "1e-30")  # by steps, and never met
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: step_of(window) > 50, timeout=20_000)
    window.backend.submit(SeekStep(25))
    run_to_the_end(qtbot, window)
    assert (step_of(window), message(window)) == (25, "")
    assert len(place(window).branches) == 1


def test_run_until_during_a_run_takes_its_conditions_into_it(qtbot: QtBot, window: MainWindow) -> None:
    room = opened(qtbot, window)
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: step_of(window) > 500, timeout=20_000)
    room.type("more_steps", "1")
    room.click("run_until")
    run_to_the_end(qtbot, window)
    assert message(window).startswith(f"Stopped after step {step_of(window):,}: step ")
    assert not window.commands["run"].isChecked()


def test_the_message_goes_with_the_next_run(qtbot: QtBot, window: MainWindow) -> None:
    room = opened(qtbot, window)
    room.type("loss_below", "0.7")
    assert "0.7" in run(qtbot, window)[1]
    room.click("clear_all")
    window.commands["run"].trigger()
    assert message(window) == ""
    window.backend.pause()
    settle(qtbot, window)


def test_a_count_that_no_run_reaches_runs_until_it_is_paused(qtbot: QtBot, window: MainWindow) -> None:
    room = opened(qtbot, window)
    room.type("more_steps", str(10**15))
    room.click("run_until")
    qtbot.waitUntil(lambda: step_of(window) > 2000, timeout=20_000)
    window.commands["run"].trigger()
    assert not window.backend.running
    settle(qtbot, window)
    assert message(window) == ""
