import dataclasses
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.parts import MANY, burst_of, colour_at, picture, settle, spoken_name
from linviz.core.snapshot import Phase
from linviz.gui.loss_plot import LossPlot
from linviz.gui.plot_range import EMPTY, losses_range, steps_range
from linviz.gui.read_out import nearest_finite
from linviz.gui.theme import DARK, LIGHT

Numbers = NDArray[np.float64]
BOTH_SCALES = pytest.mark.parametrize("log", [False, True], ids=["linear", "logarithmic"])
FALLING = [4.0, 2.0, 1.0, 0.5, 0.25]


class Shown:
    """A plot on the screen, and what is drawn in it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.plot = LossPlot()
        qtbot.addWidget(self.plot)
        self.plot.resize(800, 400)
        self.plot.set_theme(LIGHT, 1.0)
        self.plot.show()
        self.view = self.plot.getPlotItem().getViewBox()

    def put(self, losses: Any, first: int = 0, *, by_hand: bool = False) -> None:
        self.plot.put(burst_of(losses, first, by_hand))

    def curve(self) -> tuple[Numbers, Numbers]:
        steps, heights = self.plot._curve.getData()
        return steps, heights

    def dots(self) -> list[float]:
        return [float(step) for step in self.plot._dots.getData()[0]]

    def circles(self) -> list[tuple[float, float]]:
        return [(float(step), float(height)) for step, height in zip(*self.plot._circles.getData(), strict=True)]

    def broken(self) -> str:
        """Give what is said where the loss stopped being finite, or nothing."""
        line = self.plot._broken_line
        return f"{line.label.format} @ {line.value():g}" if line.isVisible() else ""

    def read_out(self) -> str:
        text = self.plot._read_out._text
        return str(text.toPlainText()) if text.isVisible() else ""

    def hint(self) -> str:
        return str(self.plot._hint.toPlainText()) if self.plot._hint.isVisible() else ""

    def ranges(self) -> tuple[float, float, float, float]:
        (left, right), (low, high) = self.view.viewRange()
        return left, right, low, high

    def contains(self, *points: tuple[float, float]) -> bool:
        """Tell whether points of the axes can be seen."""
        left, right, low, high = self.ranges()
        return all(left < step < right and low < height < high for step, height in points)

    def spot(self, step: float, height: float) -> QPoint:
        """Give the place of a point of the axes in the widget."""
        found = self.plot.mapFromScene(self.view.mapViewToScene(QPointF(step, height)))
        assert isinstance(found, QPoint)
        return found

    def hover(self, spot: QPoint) -> None:
        QTest.mouseMove(self.plot.viewport(), spot)

    def wheel(self, spot: QPoint, clicks: int) -> None:
        place = QPointF(spot)
        event = QWheelEvent(
            place,
            QPointF(self.plot.mapToGlobal(spot)),
            QPoint(),
            QPoint(0, 120 * clicks),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.plot.viewport(), event)

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(self.plot, key)

    def colours_at(self, step: float) -> Counter[str]:
        """Count the colours on the vertical line at a step, which stands on a pixel or the one beside it."""
        image, x = picture(self.plot), self.spot(step, 0).x()
        return Counter(image.pixelColor(x + right, y).name() for right in (-1, 0, 1) for y in range(image.height()))

    def middle(self) -> QPoint:
        left, right, low, high = self.ranges()
        return self.spot((left + right) / 2, (low + high) / 2)


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot)


# The curve


def test_every_loss_of_a_short_run_is_a_point_of_the_curve_and_a_dot(shown: Shown) -> None:
    shown.put(FALLING[:2])
    for step, loss in enumerate(FALLING[2:], 2):
        shown.put([loss], step)
    steps, heights = shown.curve()
    assert (steps.tolist(), heights.tolist()) == ([0, 1, 2, 3, 4], FALLING)
    assert shown.dots() == [0, 1, 2, 3, 4]


def test_a_loss_that_is_delivered_again_is_one_point(shown: Shown) -> None:
    for _phase in range(3):
        shown.put([4.0])
    steps, heights = shown.curve()
    assert (steps.tolist(), heights.tolist()) == ([0], [4.0])


@BOTH_SCALES
def test_the_curve_is_painted_where_the_axes_say(log: bool, shown: Shown) -> None:
    shown.plot.set_log(log)
    shown.put([0.5] * 10 + [0.05] * 10)
    image = picture(shown.plot)
    for step, loss in ((5, 0.5), (15, 0.05)):
        height = math.log10(loss) if log else loss
        assert colour_at(image, shown.spot(step, height)).name() == LIGHT.accent
        assert colour_at(image, shown.spot(step, height) + QPoint(0, 20)).name() != LIGHT.accent


def test_on_the_logarithmic_axis_the_heights_are_powers_of_ten(shown: Shown) -> None:
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
def test_extreme_losses_are_drawn_without_a_fault(losses: list[float], log: bool, shown: Shown) -> None:
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
def test_however_many_losses_there_are_two_points_a_pixel_are_drawn_with_all_extremes(count: int, shown: Shown) -> None:
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


def test_zoomed_in_a_long_curve_shows_each_loss_of_the_range(shown: Shown) -> None:
    losses = np.random.default_rng(0).random(100_000)
    shown.put(losses)
    shown.view.setXRange(50_000, 50_050, padding=0)
    shown.plot._on_zoomed()
    steps, heights = shown.curve()
    inside = (steps >= 50_000) & (steps <= 50_050)
    assert steps[inside].tolist() == [*range(50_000, 50_051)]
    assert heights[inside].tolist() == losses[50_000:50_051].tolist()
    assert set(shown.dots()) >= set(range(50_000, 50_051))


def test_steps_without_a_loss_of_their_own_are_left_out(shown: Shown) -> None:
    shown.put(FALLING[:3])
    shown.put(FALLING[3:], 6)  # 3, 4 and 5 were updates again
    assert shown.curve()[0].tolist() == shown.dots() == [0, 1, 2, 6, 7]
    assert not picture(shown.plot).isNull()


def test_a_start_empties_the_plot(shown: Shown) -> None:
    shown.put([3.0, 2.0, math.inf], by_hand=True)
    shown.press(Qt.Key.Key_Home)
    shown.plot.start()
    assert len(shown.curve()[0]) == 0
    assert (shown.dots(), shown.circles(), shown.broken(), shown.read_out()) == ([], [], "", "")
    shown.put([7.0])
    assert shown.curve()[1].tolist() == [7.0]


# Marks


def test_a_circle_marks_each_loss_whose_update_was_by_hand(shown: Shown) -> None:
    shown.put(FALLING[:2])
    shown.put(FALLING[2:3], 2, by_hand=True)
    shown.put(FALLING[3:4], 3)
    shown.put(FALLING[4:], 4, by_hand=True)
    assert shown.circles() == [(2.0, 1.0), (4.0, 0.25)]
    shown.plot.set_log(True)
    assert shown.circles() == [(2.0, 0.0), (4.0, pytest.approx(math.log10(0.25)))]


def test_the_phases_after_a_manual_step_mark_nothing_more(shown: Shown) -> None:
    shown.put([4.0], by_hand=True)
    burst = burst_of([2.0], 1, by_hand=True)
    shown.plot.put(dataclasses.replace(burst, snapshot=dataclasses.replace(burst.snapshot, next_phase=Phase.ZERO_GRAD)))
    assert shown.circles() == [(0.0, 4.0)]
    assert shown.curve()[0].tolist() == [0, 1]


def test_where_the_loss_stops_being_finite_it_is_said_and_the_finite_part_still_drawn(shown: Shown) -> None:
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


def test_nan_is_said_to_be_nan(shown: Shown) -> None:
    shown.put([math.nan])
    assert "nan" in shown.broken()
    assert shown.hint() == ""


# Follow and zoom


def test_the_axes_follow_a_run(shown: Shown) -> None:
    for first in range(0, 3000, 100):
        shown.put(1 / np.arange(first + 1, first + 101), first)
        left, right, low, high = shown.ranges()
        assert left < 0 < first + 99 < right < 2 * (first + 100) + 20
        assert low < 1 / (first + 100) < 1 < high


def zoom_by_wheel(shown: Shown) -> None:
    shown.wheel(shown.middle(), 3)


def zoom_by_key(shown: Shown) -> None:
    shown.press(Qt.Key.Key_Plus)


def drag(shown: Shown) -> None:
    start = shown.middle()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for kind, spot, buttons in (
        (QEvent.Type.MouseButtonPress, start, left),
        (QEvent.Type.MouseMove, start + QPoint(40, 0), left),
        (QEvent.Type.MouseMove, start + QPoint(90, 20), left),
        (QEvent.Type.MouseButtonRelease, start + QPoint(90, 20), Qt.MouseButton.NoButton),
    ):
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else left
        place = QPointF(spot)
        event = QMouseEvent(kind, place, QPointF(shown.plot.mapToGlobal(spot)), button, buttons, none)
        QApplication.sendEvent(shown.plot.viewport(), event)


@pytest.mark.parametrize("zoom", [zoom_by_wheel, zoom_by_key, drag])
def test_zoomed_or_moved_the_plot_stays_until_it_is_asked_to_follow_again(zoom: Any, shown: Shown) -> None:
    shown.put(FALLING)
    followed = shown.ranges()
    zoom(shown)
    zoomed = shown.ranges()
    assert zoomed != followed
    shown.put(np.full(500, 9.0), 5)
    assert shown.ranges() == zoomed
    shown.plot.reset_zoom()
    assert shown.contains((0, 0.25), (504, 9.0))
    shown.put(np.full(500, 20.0), 505)
    assert shown.ranges()[1] > 1004
    assert shown.ranges()[3] > 20


def test_a_double_click_shows_all_again(shown: Shown) -> None:
    shown.put(FALLING)
    followed = shown.ranges()
    shown.wheel(shown.middle(), 5)
    spot, left = QPointF(shown.middle()), Qt.MouseButton.LeftButton
    place = QPointF(shown.plot.mapToGlobal(shown.middle()))
    none = Qt.KeyboardModifier.NoModifier
    click = QMouseEvent(QEvent.Type.MouseButtonDblClick, spot, place, left, left, none)
    QApplication.sendEvent(shown.plot.viewport(), click)
    assert shown.ranges() == pytest.approx(followed)


def test_the_wheel_zooms_in_and_out_about_the_mouse(shown: Shown) -> None:
    shown.put(FALLING)
    before, spot = shown.ranges(), shown.spot(2, 1.0)
    shown.wheel(spot, 2)
    inside = shown.ranges()
    assert before[0] < inside[0] < 2 < inside[1] < before[1]
    assert (shown.spot(2, 1.0) - spot).manhattanLength() <= 2
    shown.wheel(spot, -2)
    assert shown.ranges() == pytest.approx(before)


def test_plus_and_minus_zoom_the_steps_about_the_read_out(shown: Shown) -> None:
    shown.put(FALLING)
    shown.press(Qt.Key.Key_Home, Qt.Key.Key_Right)
    left, right, low, high = shown.ranges()
    shown.press(Qt.Key.Key_Plus)
    inside = shown.ranges()
    assert left < inside[0] < 1 < inside[1] < right
    assert inside[2:] == (low, high)
    shown.press(Qt.Key.Key_Minus)
    assert shown.ranges() == pytest.approx((left, right, low, high))


@BOTH_SCALES
def test_another_scale_shows_the_whole_curve(log: bool, shown: Shown) -> None:
    shown.plot.set_log(not log)
    shown.put(FALLING)
    zoom_by_wheel(shown)
    shown.plot.set_log(log)
    assert shown.contains(*zip(*shown.curve(), strict=True))


@pytest.mark.parametrize("clicks", [60, -60])
def test_zoomed_beyond_all_reason_the_plot_is_still_drawn(clicks: int, shown: Shown) -> None:
    shown.put(FALLING)
    for _ in range(5):
        shown.wheel(shown.middle(), clicks)
        assert not picture(shown.plot).isNull()
    assert all(math.isfinite(end) for end in shown.ranges())
    shown.plot.reset_zoom()
    assert shown.curve()[0].tolist() == [0, 1, 2, 3, 4]


# Read-out


def test_the_read_out_names_step_and_loss_under_the_mouse(shown: Shown) -> None:
    shown.put(FALLING)
    for step, loss in enumerate(FALLING):
        shown.hover(shown.spot(step + 0.3, 0.1))
        assert f"L = {loss:g}" in shown.read_out()
        assert ("at the start" if step == 0 else f"step {step} ") in shown.read_out()


def test_the_read_out_is_painted_beside_its_line(shown: Shown) -> None:
    shown.put(FALLING)
    shown.hover(shown.spot(2, 2.5))
    image = picture(shown.plot)
    assert shown.colours_at(2)[LIGHT.next] > 200
    x = shown.spot(2, 0).x()
    nearby = {image.pixelColor(x + right, y).lightness() for right in range(4, 90) for y in range(2, 40)}
    assert min(nearby) < 100  # dark letters on the card


def test_beside_the_curve_and_when_the_mouse_leaves_there_is_no_read_out(shown: Shown) -> None:
    shown.put(FALLING)
    shown.hover(shown.middle())
    assert shown.read_out()
    shown.hover(QPoint(3, shown.plot.height() - 3))
    assert shown.read_out() == ""
    shown.hover(shown.middle())
    QApplication.sendEvent(shown.plot, QEvent(QEvent.Type.Leave))
    assert shown.read_out() == ""


def test_arrow_keys_walk_along_the_curve(shown: Shown) -> None:
    shown.put(FALLING)
    for key, step in (
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_End, 4),
        (Qt.Key.Key_Right, 4),
        (Qt.Key.Key_Left, 3),
        (Qt.Key.Key_PageUp, 0),
        (Qt.Key.Key_PageDown, 4),
    ):
        shown.press(key)
        assert f"L = {FALLING[step]:g}" in shown.read_out()


def test_the_first_arrow_key_starts_at_the_end(shown: Shown) -> None:
    shown.put(FALLING)
    shown.press(Qt.Key.Key_Left)
    assert "step 3 " in shown.read_out()


def test_walking_passes_over_steps_without_a_finite_loss(shown: Shown) -> None:
    shown.put(FALLING[:2])
    shown.put([*FALLING[2:], math.inf], 6)
    shown.press(Qt.Key.Key_Home)
    met = []
    for _ in range(6):
        shown.press(Qt.Key.Key_Right)
        met.append(shown.read_out().partition(" · ")[0])
    assert met == ["after step 1", *(f"after step {step}" for step in (6, 7, 8, 8, 8))]
    shown.press(Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert "after step 1 " in shown.read_out()


def test_the_read_out_tells_of_a_manual_step(shown: Shown) -> None:
    shown.put([4.0])
    shown.put([2.0], 1, by_hand=True)
    shown.press(Qt.Key.Key_End)
    assert "manual step" in shown.read_out()
    shown.press(Qt.Key.Key_Left)
    assert "manual" not in shown.read_out()


@BOTH_SCALES
def test_the_read_out_gives_the_loss_and_not_the_height(log: bool, shown: Shown) -> None:
    shown.plot.set_log(log)
    shown.put([0.001234567, 0.0])
    shown.press(Qt.Key.Key_Home)
    assert "L = 0.00123457" in shown.read_out()
    shown.press(Qt.Key.Key_End)
    assert shown.read_out().endswith("L = 0")


@pytest.mark.parametrize("losses", [[], [math.nan], [math.inf]])
def test_where_nothing_is_finite_keys_and_mouse_read_out_nothing(losses: list[float], shown: Shown) -> None:
    if losses:
        shown.put(losses)
    shown.hover(shown.middle())
    shown.press(Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_Plus)
    assert shown.read_out() == ""
    assert not picture(shown.plot).isNull()


def test_the_read_out_stays_at_its_step_and_on_top_while_the_run_goes_on(shown: Shown) -> None:
    shown.put(FALLING)
    shown.hover(shown.spot(1, 1))
    shown.put(np.full(500, 50.0), 5)
    settle()
    text = shown.plot._read_out._text
    assert shown.read_out() == "after step 1 · L = 2"
    assert shown.view.sceneBoundingRect().top() == pytest.approx(text.mapRectToScene(text.boundingRect()).top(), abs=3)


def test_the_read_out_stays_in_the_plot_near_both_ends(shown: Shown) -> None:
    shown.put(FALLING * 3)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_End):
        shown.press(key)
        settle()
        text = shown.plot._read_out._text
        assert shown.view.sceneBoundingRect().contains(text.mapRectToScene(text.boundingRect()).adjusted(2, 2, -2, -2))


@pytest.mark.parametrize("key", [0, 0x424, Qt.Key.Key_S.value, Qt.Key.Key_unknown.value])
def test_other_keys_of_any_keyboard_are_left_to_the_window(key: int, shown: Shown) -> None:
    shown.put(FALLING)
    before = shown.ranges()
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "ф")
    QApplication.sendEvent(shown.plot, event)
    assert (shown.ranges(), shown.read_out()) == (before, "")


# Hint, name, theme


def test_the_hint_is_shown_while_the_plot_is_empty_and_only_then(shown: Shown) -> None:
    shown.plot.set_hint("Loading …")
    assert shown.hint() == "Loading …"
    shown.plot.set_hint("Step, or Run")
    assert shown.hint() == "Step, or Run"
    shown.put([1.0])
    assert shown.hint() == ""
    shown.plot.start()
    assert shown.hint() == "Step, or Run"


def test_the_hint_stands_in_the_middle_and_can_be_read(shown: Shown) -> None:
    shown.plot.set_hint("Step, or Run: the loss will be drawn here")
    settle()
    text = shown.plot._hint
    centre = text.mapRectToScene(text.boundingRect()).center()
    assert (centre - shown.view.sceneBoundingRect().center()).manhattanLength() < 20


def test_a_screen_reader_hears_what_the_plot_is_and_its_keys(shown: Shown) -> None:
    assert shown.plot.objectName() == "loss_plot"
    assert spoken_name(shown.plot) == "loss curve"
    for key in ("Left", "Right", "+", "-"):
        assert key in shown.plot.accessibleDescription()


def test_the_plot_has_no_menu_that_offers_what_does_not_work(shown: Shown) -> None:
    assert not shown.plot.getPlotItem().menuEnabled()
    assert not shown.view.menuEnabled()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("scale", [0.8, 1.0, 2.5])
def test_the_plot_takes_the_themes_colours_and_the_size_of_text(theme: Any, scale: float, shown: Shown) -> None:
    shown.put([*FALLING, math.inf], by_hand=True)
    shown.press(Qt.Key.Key_Home)
    shown.plot.set_theme(theme, scale)
    image = picture(shown.plot)
    assert image.pixelColor(2, 2) == QColor(theme.card)
    assert shown.curve()[1].tolist() == FALLING
    assert len({image.pixelColor(x, y).name() for x in range(0, 800, 2) for y in range(0, 400, 2)}) > 5


# Ranges, by themselves

STEPS = st.integers(0, 10**9)
HEIGHTS = st.floats(0, 1e150) | st.floats(-300, 150)
RANGES = st.tuples(HEIGHTS, HEIGHTS).map(sorted).filter(lambda ends: ends[0] < ends[1]).map(tuple)


@MANY
@given(STEPS)
def test_the_range_of_steps_has_room_for_all_and_not_for_many_more(last: int) -> None:
    left, right = steps_range(last)
    assert left < 0
    assert last < right <= 1.7 * max(last, 10)


@MANY
@given(STEPS, STEPS)
def test_the_range_of_steps_only_grows(one: int, other: int) -> None:
    first, second = sorted((one, other))
    assert steps_range(first)[1] <= steps_range(second)[1]


def test_the_range_of_steps_changes_seldom() -> None:
    assert len({steps_range(last) for last in range(100_000)}) < 45


@MANY
@given(HEIGHTS, HEIGHTS, RANGES)
def test_the_range_of_losses_contains_them_is_finite_and_has_a_size(
    one: float, other: float, now: tuple[float, float]
) -> None:
    lowest, highest = sorted((one, other))
    low, high = losses_range(lowest, highest, now)
    assert -math.inf < low <= lowest <= highest <= high < math.inf
    assert low < high


@MANY
@given(HEIGHTS, HEIGHTS, RANGES)
def test_a_range_of_losses_that_fits_is_kept(one: float, other: float, now: tuple[float, float]) -> None:
    lowest, highest = sorted((one, other))
    first = losses_range(lowest, highest, now)
    assert losses_range(lowest, highest, first) == first
    if highest - lowest > 1e-6 * abs(highest):
        inside = lowest + 0.1 * (highest - lowest)
        assert losses_range(inside, highest, first) == first


@MANY
@given(HEIGHTS, HEIGHTS, RANGES)
def test_a_curve_fills_most_of_its_range(one: float, other: float, now: tuple[float, float]) -> None:
    lowest, highest = sorted((one, other))
    low, high = losses_range(lowest, highest, now)
    if highest - lowest > 1e-6 * max(abs(highest), abs(lowest)):
        assert highest - lowest >= 0.65 * (high - low)
    else:
        assert high - low <= 3 * max(abs(highest), abs(lowest), 1.0)


def test_the_range_of_an_empty_plot_counts_for_nothing() -> None:
    low, high = losses_range(0.1, 1.0, EMPTY)
    assert low > 0
    assert high < EMPTY[1]


LOSSES = st.lists(st.sampled_from([1.0, math.nan, math.inf]), max_size=30)


@MANY
@given(LOSSES, st.integers(-5, 40), st.sampled_from([-10, -1, 0, 1, 10]))
def test_the_nearest_finite_loss_is_found_and_first_where_one_is_going(
    losses: list[float], step: int, towards: int
) -> None:
    found = nearest_finite(np.array(losses, float), step, towards)
    finite = [at for at, loss in enumerate(losses) if math.isfinite(loss)]
    if not finite:
        assert found is None
        return
    clamped = min(max(step, 0), len(losses) - 1)
    ahead = [at for at in finite if (at - clamped) * towards >= 0]
    assert found in finite
    assert abs(found - clamped) == min(abs(at - clamped) for at in ahead or finite)


def test_a_finite_loss_far_away_is_not_taken_for_the_one_under_the_mouse() -> None:
    losses = np.full(10_000, np.nan)
    losses[0] = 1.0
    assert nearest_finite(losses, 9_000) is None
    assert nearest_finite(losses, 30) == 0
