import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import label, settle, trigger
from linviz.core.command import Load, Reset, Run
from linviz.core.outlook import Outlook
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.theory import Theory
from linviz.gui.main_window import MainWindow
from linviz.gui.rate_slider import RateSlider


def said(window: MainWindow) -> str:
    """Give all that the slider says to somebody who can't see it."""
    slider = window.findChild(RateSlider, "learning_rate_slider")
    assert isinstance(slider, RateSlider)
    assert all(line in slider.accessibleDescription() for line in slider.toolTip().splitlines())
    return slider.accessibleDescription()


def going(window: MainWindow) -> str:
    return window.tool_bar.learning_rate._going.text()


def test_the_theory_of_the_problem_is_known_soon_after_it_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.foresight.theory is not None)
    theory = window.foresight.theory
    assert theory is not None
    x, y = (array.astype(np.float32) for array in (Problem.notebook().x, Problem.notebook().y))
    assert theory.stability_limit == Theory.of(x, y).stability_limit
    outlook = Outlook.of(theory)
    assert going(window) == outlook.words(0.01)[0]
    assert outlook.sentences(0.01) in said(window)


def test_the_words_follow_the_rate_and_undo(window: MainWindow, qtbot: QtBot) -> None:
    settle(qtbot, window)
    assert going(window).startswith("converges: 0.9990")
    for rate, word in ((1.0, "oscillates"), (1.4, "diverges"), (0.1, "converges")):
        window.tool_bar.learning_rate.entry.setText(f"{rate}")
        window.tool_bar.learning_rate.entry.editingFinished.emit()
        settle(qtbot, window)
        assert going(window).startswith(f"{word}: ")
    trigger(qtbot, window, "undo")
    assert going(window).startswith("converges: 0.9990")


def test_another_problem_has_other_limits_and_those_of_the_old_one_are_gone_at_once(
    window: MainWindow, qtbot: QtBot
) -> None:
    settle(qtbot, window)
    before = window.foresight.theory
    seen: list[object] = []
    window.foresight.known.connect(lambda: seen.append(window.foresight.theory))
    other = Problem.random(50, 4, 3, seed=5)
    window.driver.submit(Load(other))
    settle(qtbot, window)
    assert seen[0] is None
    assert window.foresight.theory is seen[-1]
    assert window.foresight.theory not in (None, before)
    assert f"{Theory.of(other.x, other.y).stability_limit:.4g}" in said(window)


def test_of_another_optimizer_it_says_that_the_limits_are_not_its_own(window: MainWindow, qtbot: QtBot) -> None:
    settle(qtbot, window)
    window.driver.submit(Reset(Settings(optimizer="Adam")))
    settle(qtbot, window)
    assert going(window) == "not known how it goes"
    assert "those of gradient descent on all of them, not of Adam" in said(window)
    window.driver.submit(Reset(Settings(0.1)))
    settle(qtbot, window)
    assert going(window).startswith("converges: ")


def test_a_reset_and_steps_ask_no_more(window: MainWindow, qtbot: QtBot) -> None:
    settle(qtbot, window)
    theory = window.foresight.theory
    trigger(qtbot, window, "step", "reset", "step", "back", "update_again")
    assert window.foresight.theory is theory


def test_data_without_a_theory_are_said_to_have_none_and_can_be_trained(open_window: OpenWindow, qtbot: QtBot) -> None:
    huge = Problem(np.full((3, 2), 1e200), np.ones((3, 1)), np.ones((1, 2)), np.ones(1))
    window = open_window(huge, Settings(dtype="float64"))
    settle(qtbot, window)
    assert window.foresight.theory is None
    assert "not known" in going(window)
    assert "scale them down" in said(window)
    trigger(qtbot, window, "next_phase")
    assert window.snapshot is not None
    assert window.snapshot.prediction is not None


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700), (800, 560)])
@pytest.mark.parametrize("larger", [0, 3])
def test_words_and_slider_stand_whole_in_the_tool_bar(
    size: tuple[int, int], larger: int, window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(*size)
    trigger(qtbot, window, *["larger_text"] * larger)
    rate, bar = window.tool_bar.learning_rate, window.tool_bar
    parts = rate._slider, rate._going, rate.entry

    def whole(part: QWidget) -> bool:
        inside = bar.rect().contains(part.rect().translated(part.mapTo(bar, QPoint())))
        return inside and part.height() >= part.sizeHint().height()

    qtbot.waitUntil(lambda: all(map(whole, parts)))  # once the layouts have come to rest
    metrics = rate._going.fontMetrics()
    fits = [text for text in rate._going._texts if metrics.horizontalAdvance(text) <= rate._going.width()]
    assert any("0.9990" in text for text in fits)


def told(window: MainWindow) -> str:
    return label(window, "prediction")


def drawn(window: MainWindow) -> bool:
    steps = window.loss.plot._forecast._dashes.getData()[0]
    return steps is not None and len(steps) > 0


def test_a_run_is_predicted_from_its_start_and_steps_change_nothing(window: MainWindow, qtbot: QtBot) -> None:
    settle(qtbot, window)
    forecast = window.foresight.forecast
    assert forecast is not None
    assert forecast.first == 0
    assert told(window) == "dashed: predicted from the start at η = 0.01"
    trigger(qtbot, window, "step", "manual_step", "next_phase", "back", "forward")
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > 500)
    trigger(qtbot, window, "run")
    assert window.foresight.forecast is forecast
    assert drawn(window)
    assert window.snapshot is not None
    assert window.snapshot.loss is not None
    assert forecast.loss(window.snapshot.step - 1) == pytest.approx(window.snapshot.loss, rel=1e-4)


@pytest.mark.parametrize(
    ("leaves", "said"),
    [
        ("update_again", "dashed: predicted from step 3 at η = 0.01, where an update again left the prediction before"),
        ("rate", "dashed: predicted from step 2 at η = 0.3, where η changed"),
    ],
)
def test_a_prediction_that_the_run_leaves_is_made_anew_and_said_to_be(
    leaves: str, said: str, window: MainWindow, qtbot: QtBot
) -> None:
    trigger(qtbot, window, "step", "step")
    before = window.foresight.forecast
    if leaves == "rate":
        window.tool_bar.learning_rate.changed.emit(0.3)
        settle(qtbot, window)
    else:
        trigger(qtbot, window, leaves)
    forecast = window.foresight.forecast
    assert forecast is not None
    assert forecast is not before
    assert told(window) == said
    trigger(qtbot, window, *["step"] * 3)
    assert window.foresight.forecast is forecast
    assert window.snapshot is not None
    assert window.snapshot.loss == pytest.approx(forecast.loss(window.snapshot.step - 1), rel=1e-5)


def test_a_move_into_the_past_predicts_what_was_done_there(window: MainWindow, qtbot: QtBot) -> None:
    trigger(qtbot, window, "step", "update_again", "step", "first")
    assert told(window).startswith("dashed: predicted from the start at")
    trigger(qtbot, window, "last")
    assert told(window).startswith("dashed: predicted from step 3 at")


def test_a_reset_is_predicted_from_the_start(window: MainWindow, qtbot: QtBot) -> None:
    trigger(qtbot, window, "step", "update_again", "reset")
    assert told(window) == "dashed: predicted from the start at η = 0.01"


def test_a_run_that_rounding_leads_elsewhere_is_said_to_have_left(open_window: OpenWindow, qtbot: QtBot) -> None:
    # A start that is the optimum but for rounding: how much there is of the growing direction, rounding decides.
    notebook = Problem.notebook()
    weight, bias = Theory.of_problem(notebook).optimum
    window = open_window(Problem(notebook.x, notebook.y, weight, bias), Settings(1.4))
    settle(qtbot, window)
    assert drawn(window)
    window.driver.submit(Run(steps=250))
    settle(qtbot, window)
    assert told(window).startswith("the run has left its prediction")
    assert not drawn(window)
    window.tool_bar.learning_rate.changed.emit(0.1)
    settle(qtbot, window)
    assert told(window).startswith("dashed: predicted from step 250")


def test_excess_is_a_choice_beside_the_logarithmic_axis(window: MainWindow, qtbot: QtBot) -> None:
    settle(qtbot, window)
    log, excess = window.commands["log_scale"], window.commands["excess"]
    log.trigger()
    excess.trigger()
    assert (log.isChecked(), excess.isChecked()) == (False, True)
    assert told(window).startswith("loss − optimum 0.5322; thin: each eigen-direction alone; dashed: predicted")
    excess.trigger()
    assert (log.isChecked(), excess.isChecked()) == (False, False)
    assert told(window).startswith("dashed: predicted")
