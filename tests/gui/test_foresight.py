import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from linviz.core.command import Load, Reset
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
    assert "those of plain gradient descent, not of Adam" in said(window)
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
