"""The landscape of other losses, optimizers, models and batches."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from gui.shown_landscape import ShownLandscape
from linviz.core.axis import Axis
from linviz.core.command import Run
from linviz.core.problem import Problem
from linviz.core.relief import COUNTS, Relief
from linviz.core.settings import Settings
from linviz.gui.landscape_sight import Sight

NOTEBOOK = Problem.notebook()


@pytest.mark.parametrize(
    "settings",
    [
        Settings(0.1, options={"momentum": 0.9, "nesterov": True}),
        Settings(0.1, options={"momentum": 0.5, "dampening": 0.2, "weight_decay": 0.1}),
        Settings(0.05, "Adam"),
    ],
    ids=["Nesterov", "damped and decayed", "Adam"],
)
def test_the_next_step_of_other_optimizers(settings: Settings, qtbot: QtBot, open_window: OpenWindow) -> None:
    shown = ShownLandscape(qtbot, open_window(NOTEBOOK, settings))
    trigger(qtbot, shown.window, *["step"] * 3)
    following = shown.sight.following
    if settings.optimizer == "Adam":
        assert following is None
        assert "only Adam knows" in shown.said("legend")
        return
    trigger(qtbot, shown.window, "step")
    assert following == pytest.approx(shown.sight.here, rel=1e-4)
    decays = bool(settings.options["weight_decay"])
    assert ("☆" in shown.said("legend")) == (shown.sight.aim is not None) == decays


@pytest.mark.parametrize("rate", [1.5, 1e30])
def test_a_run_that_diverges_is_drawn_as_long_as_it_can_be(rate: float, qtbot: QtBot, open_window: OpenWindow) -> None:
    shown = ShownLandscape(qtbot, open_window(NOTEBOOK, Settings(rate)))
    for steps in (3, 400):
        shown.window.driver.submit(Run(steps=steps, by_hand=False))
        shown.settle()
        shown.window.grab()
    assert np.isfinite(shown.plot.getPlotItem().getViewBox().viewRange()).all()


def test_a_model_with_one_parameter_an_output_or_flat_data_is_explained(qtbot: QtBot, open_window: OpenWindow) -> None:
    flat = Problem(np.zeros((4, 2), "float32"), NOTEBOOK.y[:4, :1], NOTEBOOK.weight[:1, :2], NOTEBOOK.bias[:1])
    shown = ShownLandscape(qtbot, open_window(flat))
    shown.page.choose(Axis(0, 0), Axis(0, 1))
    assert "flat: the loss is the same everywhere" in shown.said("slice")
    shown.page.choose(Axis(0, 0), Axis(0, 2))
    assert "parallel lines" in shown.said("slice")
    shown.window.grab()


def test_before_the_theory_is_known_it_says_so(open_window: OpenWindow) -> None:
    window = open_window(wait=False)
    page = window.desk.landscape
    assert not page.plot.isVisible()
    page.show_theory(None, "too many inputs")
    assert page._instead.text() == "Landscape: too many inputs"


@pytest.mark.parametrize(
    "training", [{"loss": "L1"}, {"loss": "Huber", "delta": 0.5, "bias": False}], ids=["L1", "Huber"]
)
def test_another_loss_is_computed_place_by_place_coarsely_then_finely(
    training: dict[str, object], qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window(NOTEBOOK, Settings.of(0.1, training=training))
    plot, page = window.desk.landscape.plot, window.desk.landscape

    def sight() -> Sight:
        assert plot.picture.sight is not None
        return plot.picture.sight

    def finest() -> bool:
        seen = sight().slice
        return isinstance(seen, Relief) and seen.asked.count == COUNTS[-1] and seen.moment is window.snapshot

    qtbot.waitUntil(finest, timeout=20_000)
    assert plot.names == ("W[0, 0]", "W[0, 1]")
    trigger(qtbot, window, "step")
    qtbot.waitUntil(finest, timeout=20_000)
    following = sight().following
    trigger(qtbot, window, "step")
    assert sight().here == pytest.approx(following, rel=1e-4)
    page.choose(Axis(1, 0), Axis(1, 2))
    qtbot.waitUntil(finest, timeout=20_000)
    seen = sight().slice
    assert seen is not None
    plot._move(seen.centre)
    settle(qtbot, window)
    assert sight().here == pytest.approx(seen.centre, rel=1e-5)
    window.grab()


def test_of_batches_the_loss_over_all_samples_is_shown_and_it_is_said(qtbot: QtBot, open_window: OpenWindow) -> None:
    shown = ShownLandscape(qtbot, open_window(NOTEBOOK, Settings.of(0.1, training={"batch": 3})))
    trigger(qtbot, shown.window, "step")
    assert "over all samples" in shown.said("slice")
    assert shown.sight.following is None
    here = float(shown.slice.loss(shown.sight.here[None])[0])
    weight, bias = (each.astype(float) for each in (shown.moment.weight, shown.moment.bias))
    assert here == pytest.approx(np.mean((NOTEBOOK.x @ weight.T + bias - NOTEBOOK.y) ** 2), rel=1e-5)
