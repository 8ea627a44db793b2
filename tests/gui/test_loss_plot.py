import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from gui.parts import burst_of, colour_at, picture, settle, spoken_name
from gui.shown_plot import BOTH_SCALES, FALLING, ShownPlot
from linviz.core.snapshot import Phase
from linviz.gui.theme import DARK, LIGHT


@pytest.fixture
def shown(qtbot: QtBot) -> ShownPlot:
    return ShownPlot(qtbot)


# The curve


def test_every_loss_of_a_short_run_is_a_point_of_the_curve_and_a_dot(shown: ShownPlot) -> None:
    shown.put(FALLING[:2])
    for step, loss in enumerate(FALLING[2:], 2):
        shown.put([loss], step)
    steps, heights = shown.curve()
    assert (steps.tolist(), heights.tolist()) == ([0, 1, 2, 3, 4], FALLING)
    assert shown.dots() == [0, 1, 2, 3, 4]


def test_a_loss_that_is_delivered_again_is_one_point(shown: ShownPlot) -> None:
    for _phase in range(3):
        shown.put([4.0])
    steps, heights = shown.curve()
    assert (steps.tolist(), heights.tolist()) == ([0], [4.0])


@BOTH_SCALES
def test_the_curve_is_painted_where_the_axes_say(log: bool, shown: ShownPlot) -> None:
    shown.plot.set_log(log)
    shown.put([0.5] * 10 + [0.05] * 10)
    image = picture(shown.plot)
    for step, loss in ((5, 0.5), (15, 0.05)):
        height = math.log10(loss) if log else loss
        assert colour_at(image, shown.spot(step, height)).name() == LIGHT.accent
        assert colour_at(image, shown.spot(step, height) + QPoint(0, 20)).name() != LIGHT.accent


def test_on_the_logarithmic_axis_the_heights_are_powers_of_ten(shown: ShownPlot) -> None:
    shown.put([100.0, 1.0, 0.001])
    shown.plot.set_log(True)
    assert shown.curve()[1] == pytest.approx([2, 0, -3])
    shown.put([10.0], 3)
    assert shown.curve()[1] == pytest.approx([2, 0, -3, 1])
    shown.plot.set_log(False)
    assert shown.curve()[1].tolist() == [100.0, 1.0, 0.001, 10.0]


EXTREME = {
    "zero": [0.0, 0.0, 0.0],
    "one zero": [0.0],
    "falls to zero": [1.0, 0.1, 0.0],
    "subnormal": [5e-324, 1e-310],
    "subnormal and not": [1.0, 5e-324],
    "huge": [1e308, 1.7e308],
    "one huge": [1.7e308],
    "everything": [1e-308, 1.0, 1e308],
    "constant": [0.5] * 400,
    "nearly constant": [0.5, 0.5 + 1e-16, 0.5 - 1e-16],
    "one": [1.0],
    "diverging": [10.0**power for power in range(0, 309, 4)],
    "vanishing": [10.0**-power for power in range(0, 324, 4)],
    "infinite at the end": [1.0, 1e300, math.inf],
    "nothing finite": [math.nan],
    "infinite from the start": [math.inf],
}


@BOTH_SCALES
@pytest.mark.parametrize("losses", EXTREME.values(), ids=EXTREME)
def test_extreme_losses_are_drawn_without_a_fault(losses: list[float], log: bool, shown: ShownPlot) -> None:
    shown.plot.set_log(log)  # a warning of numpy or Qt, or an exception while painting, fails the test
    shown.put(losses)
    assert not picture(shown.plot).isNull()
    steps, heights = shown.curve()
    assert np.isfinite(heights).all()
    # A linear axis ends where its own arithmetic would: what is above leaves the picture, and can be read out.
    assert len(heights) == sum(math.isfinite(loss) and (log or loss <= 1e300) for loss in losses)
    assert shown.contains(*zip(steps, heights, strict=True))
    shown.plot.set_log(not log)
    assert not picture(shown.plot).isNull()


@pytest.mark.parametrize("count", [1000, 100_000, 1_000_000])
def test_however_many_losses_there_are_two_points_a_pixel_are_drawn_with_all_extremes(
    count: int, shown: ShownPlot
) -> None:
    losses = np.random.default_rng(0).random(count)
    losses[count // 3], losses[count // 2] = 9.0, -0.0
    shown.put(losses)
    steps, heights = shown.curve()
    assert len(steps) <= 2 * shown.view.width()
    assert (np.diff(steps) >= 0).all()
    assert (heights.max(), heights.min()) == (9.0, 0.0)
    assert steps[heights.argmax()] == pytest.approx(count / 3, abs=count / 100)
    assert shown.dots() == []
    left, right, _low, _high = shown.ranges()
    assert left < 0 < count - 1 < right


def test_a_curve_has_smooth_edges_but_not_where_it_is_a_band(shown: ShownPlot) -> None:
    def blended(step: float) -> list[str]:
        """Give the colours between those of the curve and of what is behind it."""
        colours = map(QColor, shown.colours_at(step))
        return [each.name() for each in colours if each.blue() - each.red() > 20 and each.name() != LIGHT.accent]

    shown.put(np.random.default_rng(0).random(100_000))
    assert blended(50_000) == []  # these pixels take most of the time to paint a band
    shown.view.setXRange(50_000, 50_200, padding=0)
    shown.plot._on_zoomed()
    assert shown.dots() == []
    assert blended(50_100)
    shown.plot.start()
    shown.put(np.linspace(1, 0, 100_000))
    assert blended(50_000)


def test_zoomed_in_a_long_curve_shows_each_loss_of_the_range(shown: ShownPlot) -> None:
    losses = np.random.default_rng(0).random(100_000)
    shown.put(losses)
    shown.view.setXRange(50_000, 50_050, padding=0)
    shown.plot._on_zoomed()
    steps, heights = shown.curve()
    inside = (steps >= 50_000) & (steps <= 50_050)
    assert steps[inside].tolist() == [*range(50_000, 50_051)]
    assert heights[inside].tolist() == losses[50_000:50_051].tolist()
    assert set(shown.dots()) >= set(range(50_000, 50_051))


def test_steps_without_a_loss_of_their_own_are_left_out(shown: ShownPlot) -> None:
    shown.put(FALLING[:3])
    shown.put(FALLING[3:], 6)  # 3, 4 and 5 were updates again
    assert shown.curve()[0].tolist() == shown.dots() == [0, 1, 2, 6, 7]
    assert not picture(shown.plot).isNull()


def test_a_start_empties_the_plot(shown: ShownPlot) -> None:
    shown.put([3.0, 2.0, math.inf], by_hand=True)
    shown.press(Qt.Key.Key_Home)
    shown.plot.start()
    assert len(shown.curve()[0]) == 0
    assert (shown.dots(), shown.circles(), shown.broken(), shown.read_out()) == ([], [], "", "")
    shown.put([7.0])
    assert shown.curve()[1].tolist() == [7.0]


# Marks


def test_a_circle_marks_each_loss_whose_update_was_by_hand(shown: ShownPlot) -> None:
    shown.put(FALLING[:2])
    shown.put(FALLING[2:3], 2, by_hand=True)
    shown.put(FALLING[3:4], 3)
    shown.put(FALLING[4:], 4, by_hand=True)
    assert shown.circles() == [(2.0, 1.0), (4.0, 0.25)]
    shown.plot.set_log(True)
    assert shown.circles() == [(2.0, 0.0), (4.0, pytest.approx(math.log10(0.25)))]


def test_the_phases_after_a_manual_step_mark_nothing_more(shown: ShownPlot) -> None:
    shown.put([4.0], by_hand=True)
    burst = burst_of([2.0], 1, by_hand=True)
    shown.plot.put(dataclasses.replace(burst, snapshot=dataclasses.replace(burst.snapshot, next_phase=Phase.ZERO_GRAD)))
    assert shown.circles() == [(0.0, 4.0)]
    assert shown.curve()[0].tolist() == [0, 1]


def test_where_the_loss_stops_being_finite_it_is_said_and_the_finite_part_still_drawn(shown: ShownPlot) -> None:
    assert shown.broken() == ""
    shown.put([1.0, 1e10, 1e20])
    shown.put([math.inf], 3)
    assert shown.curve()[1].tolist() == [1.0, 1e10, 1e20]
    assert "inf" in shown.broken()
    assert "step 3" in shown.broken()
    assert shown.broken().endswith("@ 3")
    shown.put([math.nan], 4)
    assert shown.broken().endswith("@ 3")  # the first one is the one to look at
    assert LIGHT.on_danger in shown.colours_at(3)


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("width", [300, 420, 800])
@pytest.mark.parametrize("broken", [1, 9, 22, 99])
def test_what_is_said_of_it_can_be_read_wherever_it_is(broken: int, width: int, scale: float, shown: ShownPlot) -> None:
    shown.plot.set_theme(LIGHT, scale)
    shown.plot.resize(width, 300)
    shown.put([1.0] * broken)
    shown.put([math.inf], broken)
    shown.put([math.nan] * 2, broken + 1)
    settle()
    picture(shown.plot)  # pyqtgraph puts a label where its view is when it paints, and a display may not have asked yet
    label = shown.plot.marks.broken_line.label
    words = label.toPlainText().split()
    assert words == f"not finite: loss is inf after step {broken}".split()
    ink = label.textItem.sceneBoundingRect()
    assert shown.view.sceneBoundingRect().contains(ink)
    line = shown.view.mapViewToScene(QPointF(broken, 0)).x()
    assert not ink.left() + 1 < line < ink.right() - 1


def test_nan_is_said_to_be_nan(shown: ShownPlot) -> None:
    shown.put([math.nan])
    assert "nan" in shown.broken()
    assert shown.hint() == ""


# Hint, name, theme


def test_the_hint_is_shown_while_the_plot_is_empty_and_only_then(shown: ShownPlot) -> None:
    shown.plot.set_hint("Loading …")
    assert shown.hint() == "Loading …"
    shown.plot.set_hint("Step, or Run")
    assert shown.hint() == "Step, or Run"
    shown.put([1.0])
    assert shown.hint() == ""
    shown.plot.start()
    assert shown.hint() == "Step, or Run"


def test_the_hint_stands_in_the_middle_and_can_be_read(shown: ShownPlot) -> None:
    shown.plot.set_hint("Step, or Run: the loss will be drawn here")
    settle()
    text = shown.plot.marks.hint
    centre = text.mapRectToScene(text.boundingRect()).center()
    assert (centre - shown.view.sceneBoundingRect().center()).manhattanLength() < 20


def test_a_screen_reader_hears_what_the_plot_is_and_its_keys(shown: ShownPlot) -> None:
    assert shown.plot.objectName() == "loss_plot"
    assert spoken_name(shown.plot) == "loss curve"
    for key in ("Left", "Right", "+", "-"):
        assert key in shown.plot.accessibleDescription()


def test_the_plot_has_no_menu_that_offers_what_does_not_work(shown: ShownPlot) -> None:
    assert not shown.plot.getPlotItem().menuEnabled()
    assert not shown.view.menuEnabled()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("scale", [0.8, 1.0, 2.5])
def test_the_plot_takes_the_themes_colours_and_the_size_of_text(theme: Any, scale: float, shown: ShownPlot) -> None:
    shown.put([*FALLING, math.inf], by_hand=True)
    shown.press(Qt.Key.Key_Home)
    shown.plot.set_theme(theme, scale)
    image = picture(shown.plot)
    assert image.pixelColor(2, 2) == QColor(theme.card)
    assert shown.curve()[1].tolist() == FALLING
    assert len({image.pixelColor(x, y).name() for x in range(0, 800, 2) for y in range(0, 400, 2)}) > 5
