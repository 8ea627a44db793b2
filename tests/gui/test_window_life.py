import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import label, trigger
from gui.notebook_loop import NotebookLoop, assert_panels_show, panel_numbers
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.gui.main_window import MainWindow
from linviz.gui.preferences import Preferences


def test_weights_stand_as_stored_when_asked(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    trigger(qtbot, window, "step", "as_stored")
    moment = window.snapshot
    assert moment is not None
    assert moment.weight_grad is not None
    np.testing.assert_array_equal(panel_numbers(window, "weight"), moment.weight)
    np.testing.assert_array_equal(panel_numbers(window, "weight_grad"), moment.weight_grad)
    trigger(qtbot, window, "as_stored")
    np.testing.assert_array_equal(panel_numbers(window, "weight"), moment.weight.T)


def test_larger_shapes_are_shown_to_the_last_cell(qtbot: QtBot, open_window: OpenWindow) -> None:
    problem = Problem.random(200, 12, 5, seed=3)
    window = open_window(Recipe(200, 12, 5, seed=3), Settings(dtype="float64"))
    trigger(qtbot, window, "step")
    import torch

    loop = NotebookLoop(problem, dtype=torch.float64)
    loop.iterate()
    assert_panels_show(window, loop)


@pytest.mark.parametrize("size", [(1024, 700), (1440, 900), (3840, 2160)])
def test_no_panel_is_cut_at_any_size(qtbot: QtBot, open_window: OpenWindow, size: tuple[int, int]) -> None:
    window = open_window()
    window.resize(*size)
    assert (window.width(), window.height()) == size
    panels = window.equation.panels.values()

    def whole() -> bool:
        bars = (bar for panel in panels for bar in (panel.table.horizontalScrollBar(), panel.table.verticalScrollBar()))
        return not any(bar.isVisible() for bar in bars)

    qtbot.waitUntil(whole)
    for panel in panels:
        corner = panel.mapTo(window, panel.rect().bottomRight())
        assert window.rect().contains(corner), panel.field.name


@pytest.mark.parametrize("when", ["loading", "running"])
def test_closing_at_any_moment_leaves_nothing(
    qtbot: QtBot, open_window: OpenWindow, capfd: pytest.CaptureFixture[str], when: str
) -> None:
    window = open_window(wait=when != "loading")
    window.commands["run"].trigger()
    if when == "running":
        qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > 10)
    window.close()
    window.close()
    assert not window.isVisible()
    assert capfd.readouterr().err == ""


def test_what_a_person_chose_is_there_at_the_next_start(qtbot: QtBot) -> None:
    window = MainWindow()
    window.show()
    window.commands["theme_dark"].trigger()
    window.commands["as_stored"].trigger()
    window.commands["log_scale"].trigger()
    window.commands["larger_text"].trigger()
    window.resize(1100, 720)
    size = window.width(), window.height()
    window.close()
    again = MainWindow()
    again.show()
    assert again.view.appearance.theme.name == "dark"
    assert again.commands["theme_dark"].isChecked()
    assert again.commands["as_stored"].isChecked()
    assert again.commands["log_scale"].isChecked()
    assert again.view.appearance.text_scale > 1
    assert (again.width(), again.height()) == size
    again.close()
    for each in (window, again):
        each.deleteLater()


def test_a_damaged_settings_file_is_said_and_the_window_opens(qtbot: QtBot, open_window: OpenWindow) -> None:
    path = Preferences.load().path
    assert path is not None
    path.parent.mkdir(parents=True)
    path.write_text("{", encoding="utf-8")
    window = MainWindow()
    window.show()
    assert str(path) in label(window, "message")
    window.close()
    window.deleteLater()
