import math
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.shown_plot import ShownPlot
from linviz.core.forecast import Forecast
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.core.theory import Theory

NOTEBOOK = Problem.notebook()
THEORY = Theory.of_problem(NOTEBOOK)


def forecast_at(rate: float) -> Forecast:
    return Forecast.of(THEORY, Snapshot.at_start(NOTEBOOK, Settings(rate, dtype="float64")))


def descended(rate: float, steps: int) -> list[float]:
    """Give the losses of gradient descent, by numpy step by step."""
    weight, bias, losses = NOTEBOOK.weight, NOTEBOOK.bias, []
    for _ in range(steps):
        residual = NOTEBOOK.x @ weight.T + bias - NOTEBOOK.y
        losses.append(float(np.mean(residual**2)))
        slope = 2 / residual.size * residual
        weight, bias = weight - rate * slope.T @ NOTEBOOK.x, bias - rate * slope.sum(0)
    return losses


class Predicted(ShownPlot):
    """A plot with a prediction from the start."""

    def __init__(self, qtbot: QtBot, rate: float = 0.1) -> None:
        super().__init__(qtbot)
        self.parts = self.plot._forecast
        self.predict(rate)

    def predict(self, rate: float) -> None:
        self.plot.show_forecast(forecast_at(rate), THEORY.optimal_loss)

    def dashes(self) -> tuple[Any, Any]:
        steps, heights = self.parts._dashes.getData()
        return (np.empty(0), np.empty(0)) if steps is None else (steps, heights)

    def lines(self) -> Any:
        """Give the ends of the lines of single directions: (lines, 2, step and height)."""
        steps, heights = self.parts._directions.getData()
        return np.column_stack([steps, heights]).reshape(-1, 2, 2)

    def optimum(self) -> str:
        line = self.parts._optimum_line
        return f"{line.label.toPlainText()} @ {line.value():.4f}" if line.isVisible() else ""


@pytest.fixture
def shown(qtbot: QtBot) -> Predicted:
    return Predicted(qtbot)


@pytest.mark.parametrize("rate", [0.01, 0.1, 1.0])
@pytest.mark.parametrize("log", [False, True])
def test_the_dashes_lie_on_what_descent_comes_to(rate: float, log: bool, qtbot: QtBot) -> None:
    shown = Predicted(qtbot, rate)
    shown.plot.set_log(log)
    steps, heights = shown.dashes()
    assert len(steps) > 40
    expected = descended(rate, 62)
    assert heights == pytest.approx(np.interp(steps, range(62), np.log10(expected) if log else expected))


def test_the_dashes_go_from_the_present_to_the_plots_end_with_gaps(shown: Predicted) -> None:
    steps, _ = shown.dashes()
    _, last = shown.view.viewRange()[0]
    assert steps[0] == 0
    assert steps[-1] == pytest.approx(last, abs=(last + 1) / 50)
    widths = np.diff(steps)
    pixel = 1 / shown.view.width() * (last - shown.view.viewRange()[0][0])
    assert widths[:-1:2] == pytest.approx(6 * pixel, rel=1e-6)
    assert widths[1:-1:2] == pytest.approx(5 * pixel, rel=1e-6)


def test_however_many_steps_are_looked_at_there_are_no_more_points_than_pixels(shown: Predicted) -> None:
    shown.put(np.linspace(0.7, 0.6, 200_000))
    steps, heights = shown.dashes()
    assert 40 < len(steps) <= shown.view.width()
    assert np.isfinite(heights).all()


def test_the_optimum_is_a_line_with_its_number_and_in_the_picture(shown: Predicted) -> None:
    assert shown.optimum() == f"optimum {THEORY.optimal_loss:.4g} @ {THEORY.optimal_loss:.4f}"
    low, high = shown.view.viewRange()[1]
    label = shown.parts._optimum_line.label
    height = label.boundingRect().height() / shown.view.height() * (high - low)
    assert low <= THEORY.optimal_loss - 0.8 * height  # there is room for the text below the line
    shown.plot.set_log(True)
    assert shown.optimum().endswith(f"@ {math.log10(THEORY.optimal_loss):.4f}")


def test_a_prediction_that_diverges_leaves_the_curve_its_size(qtbot: QtBot) -> None:
    shown = Predicted(qtbot, 3.0)
    shown.put(descended(3.0, 5))
    low, high = shown.view.viewRange()[1]
    losses = shown.curve()[1]
    assert losses.max() - losses.min() > 0.5 * (high - low)


def test_where_nothing_is_known_nothing_is_drawn(shown: Predicted) -> None:
    shown.plot.show_forecast(None, None)
    assert len(shown.dashes()[0]) == 0
    assert shown.optimum() == ""
    assert shown.ranges()[:2] == pytest.approx((-0.15, 10))


def test_excess_is_what_is_above_the_optimum_and_each_direction_a_straight_line(shown: Predicted) -> None:
    losses = descended(0.1, 20)
    shown.put(losses)
    shown.plot.set_excess(True)
    assert shown.plot.subtracted == THEORY.optimal_loss
    assert shown.curve()[1] == pytest.approx(np.log10(np.array(losses) - THEORY.optimal_loss))
    assert shown.optimum() == ""
    lines = shown.lines()
    assert len(lines) == 4
    slopes = (lines[:, 1, 1] - lines[:, 0, 1]) / (lines[:, 1, 0] - lines[:, 0, 0])
    assert sorted(slopes) == pytest.approx(sorted(2 * np.log10(np.abs(1 - 0.1 * THEORY.eigenvalues))))
    assert np.log10(np.sum(10 ** lines[:, 0, 1])) == pytest.approx(np.log10(losses[0] - THEORY.optimal_loss))
    shown.plot.set_excess(False)
    assert shown.curve()[1] == pytest.approx(losses)
    assert shown.plot.subtracted is None


def test_excess_waits_for_the_optimum(shown: Predicted) -> None:
    shown.plot.show_forecast(None, None)
    shown.put([1.0, 0.1])
    shown.plot.set_excess(True)
    assert shown.plot.subtracted is None
    assert shown.curve()[1] == pytest.approx([0, -1])
    shown.predict(0.1)
    assert shown.plot.subtracted == THEORY.optimal_loss


@pytest.mark.parametrize("excess", [True, False])
def test_choosing_one_axis_leaves_the_other_whichever_is_told_first(excess: bool, shown: Predicted) -> None:
    choices = {True: shown.plot.set_excess, False: shown.plot.set_log}
    chosen, other = choices[excess], choices[not excess]
    other(True)
    chosen(True)
    other(False)
    assert (shown.plot.subtracted is not None) is excess
    assert shown.plot._scale.logarithmic


def test_beyond_the_run_the_read_out_says_what_is_predicted(shown: Predicted) -> None:
    losses = descended(0.1, 41)
    shown.put(losses[:12])
    shown.hover(shown.spot(40, losses[40]))
    assert shown.read_out() == f"predicted after step 40 · L = {losses[40]:.6g}"
    shown.hover(shown.spot(5, losses[5]))
    assert shown.read_out() == f"after step 5 · L = {losses[5]:.6g}"


@pytest.mark.parametrize(("height", "labels"), [(1200, 9), (400, 3), (90, 1)])
def test_a_logarithmic_axis_numbers_what_there_is_room_for(height: int, labels: int, shown: Predicted) -> None:
    shown.plot.set_log(True)
    shown.plot.resize(800, height)
    axis = shown.plot.getPlotItem().getAxis("left")
    shown.view.setYRange(-2, 0, padding=0)
    values = [math.log10(mantissa) - 1 for mantissa in range(1, 10)]
    assert sum(bool(text) for text in axis.tickStrings(values, 1, 1)) == labels
