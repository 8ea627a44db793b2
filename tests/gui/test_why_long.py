"""Why this number?, of so many samples that the window can't wait for the answer."""

import pytest
from pytestqt.qtbot import QtBot

from gui.asking import assert_explains, said
from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from linviz.core import why
from linviz.core.problem import Recipe
from linviz.gui.why_panel import WAIT


def test_a_long_sum_is_found_out_on_the_worker(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(why, "MANY", 100)
    window = open_window(Recipe(200, 3, 2))
    trigger(qtbot, window, *["next_phase"] * 4)
    window.go_to("weight_grad", (1, 2))
    assert said(window, "why_note") == WAIT
    window.go_to("bias_grad", (1,))  # before the answer is there
    settle(qtbot, window)
    assert_explains(window, "bias_grad", (1,), "∂L/∂b[1]")
    trigger(qtbot, window, "step", *["next_phase"] * 4)
    assert_explains(window, "bias_grad", (1,), "∂L/∂b[1]")
    window.go_to("prediction", (7, 1))  # which is a short sum, however many samples there are
    assert_explains(window, "prediction", (7, 1), "ŷ[7, 1]")
