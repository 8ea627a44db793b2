"""The landscape in the window: what it shows at each moment, its axes, and moving the parameters on it."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.driving import trigger
from gui.shown_landscape import ShownLandscape
from linviz.core.axis import Axis
from linviz.core.command import Run, SetLearningRate
from linviz.core.problem import Problem, Recipe
from linviz.core.snapshot import Burst
from linviz.core.theory import Parameters, Theory
from linviz.core.travel import SeekStep
from linviz.gui import landscape_page
from linviz.gui.landscape_picture import UNSEEN
from linviz.gui.main_window import MainWindow

NOTEBOOK = Problem.notebook()
THEORY = Theory.of_problem(NOTEBOOK)


@pytest.fixture
def shown(window: MainWindow, qtbot: QtBot) -> ShownLandscape:
    made = ShownLandscape(qtbot, window)
    made.page.choose(Axis(0, 0), Axis(1, 2))
    return made


def test_it_stands_where_the_run_does_and_knows_what_is_next(shown: ShownLandscape, qtbot: QtBot) -> None:
    assert shown.plot.names == ("W[0, 0]", "W[1, 2]")
    before = np.array([shown.cell("weight", 0, 0), shown.cell("weight", 1, 2)])
    assert shown.sight.here == pytest.approx(before)
    following = shown.sight.following
    trigger(qtbot, shown.window, "step")
    after = np.array([shown.cell("weight", 0, 0), shown.cell("weight", 1, 2)])
    assert shown.sight.here == pytest.approx(after)
    assert following == pytest.approx(after, rel=1e-5)
    assert shown.sight.way.points[[0, -1]] == pytest.approx(np.array([before, after]))
    optimum = THEORY.optimum.weight
    assert shown.optimum == pytest.approx([optimum[0, 0], optimum[1, 2]], rel=1e-4)
    loss = float(shown.slice.loss(shown.sight.here[None])[0])
    trigger(qtbot, shown.window, "next_phase", "next_phase")
    assert shown.moment.loss == pytest.approx(loss, rel=1e-5)


def test_in_the_past_and_on_a_branch_it_shows_the_way_there(shown: ShownLandscape, qtbot: QtBot) -> None:
    trigger(qtbot, shown.window, *["step"] * 5)
    whole = shown.sight.way.points.copy()
    shown.window.driver.submit(SeekStep(2))
    shown.settle()
    assert shown.sight.here == pytest.approx(whole[-4])
    assert shown.sight.ahead.points[-1] == pytest.approx(whole[-1])
    shown.window.driver.submit(SetLearningRate(0.3))
    trigger(qtbot, shown.window, "step")
    assert len(shown.sight.ahead.points) <= 1
    assert shown.sight.way.points[0] == pytest.approx(whole[0])
    assert shown.sight.way.points[-1] == pytest.approx(shown.sight.here)
    trigger(qtbot, shown.window, "reset")
    assert len(shown.sight.way.points) == 1


def test_another_problem_has_its_own_landscape(shown: ShownLandscape, qtbot: QtBot) -> None:
    trigger(qtbot, shown.window, "new_seed")
    qtbot.waitUntil(lambda: shown.window.foresight.theory is not None and shown.page.axes is not None)
    shown.settle()
    assert shown.plot.names == ("W[0, 0]", "W[1, 2]")
    assert shown.sight.here == pytest.approx([shown.cell("weight", 0, 0), shown.cell("weight", 1, 2)])
    shown.window.driver.load(Recipe(20, 1, 1, 3))
    qtbot.waitUntil(lambda: shown.plot.names == ("W[0, 0]", "b[0]"))
    shown.settle()
    assert len(shown.sight.way.points) == 1


def test_axes_are_chosen_from_lists_and_from_the_selected_cell(shown: ShownLandscape, qtbot: QtBot) -> None:
    page = shown.page
    page.row.up.setCurrentIndex(1)
    page.row.up.activated.emit(1)
    assert shown.plot.names == ("W[0, 0]", "W[0, 1]")
    page.row.across.activated.emit(1)
    assert shown.plot.names == ("W[0, 1]", "W[0, 0]"), "they change places"
    shown.window.go_to("weight_grad", (1, 2))
    shown.window.commands["axis_across"].trigger()
    shown.window.go_to("bias", (1,))
    shown.window.commands["axis_up"].trigger()
    assert shown.plot.names == ("W[1, 2]", "b[1]")
    assert (page.row.across.currentText(), page.row.up.currentText()) == shown.plot.names
    shown.window.go_to("x", (0, 0))
    shown.window.commands["axis_up"].trigger()
    assert shown.plot.names == ("W[1, 2]", "b[1]")
    page.row.across.activated.emit(8)
    assert page.axes == (Axis(0, 0, eigen=True), Axis(1, 3))


def test_the_slice_goes_through_the_parameters_or_the_optimum(shown: ShownLandscape, qtbot: QtBot) -> None:
    trigger(qtbot, shown.window, "step")
    now = Parameters(shown.moment.weight, shown.moment.bias)
    off = shown.slice.distance(THEORY.optimum)
    assert f"the optimum {off:.2g} off it" in shown.said("slice")
    shown.window.commands["slice_optimum"].trigger()
    assert shown.slice.base == pytest.approx(THEORY.optimal_loss)
    assert shown.slice.distance(now) == pytest.approx(off, rel=1e-4)
    assert f"the parameters {off:.2g} off it" in shown.said("slice")
    slice_there = shown.slice
    trigger(qtbot, shown.window, "step")
    assert shown.slice is slice_there


def test_dragging_the_point_moves_the_parameters_and_can_be_undone(shown: ShownLandscape, qtbot: QtBot) -> None:
    before = shown.moment.weight.copy()
    goal = shown.optimum
    shown.drag(shown.spot(shown.sight.here), shown.spot(goal))
    after = shown.moment.weight
    moved = np.argwhere(after != before).tolist()
    assert moved == [[0, 0], [1, 2]]
    pixel = 1.5 * np.ptp(shown.plot.getPlotItem().getViewBox().viewRange()[0]) / shown.plot.width()
    assert np.abs(shown.sight.here - goal).max() < 2 * pixel
    assert not shown.sight.way.joined[-1]
    trigger(qtbot, shown.window, "undo")
    assert shown.moment.weight == pytest.approx(before)
    trigger(qtbot, shown.window, "redo")
    assert shown.moment.weight == pytest.approx(after)


def test_a_click_or_a_drag_beside_the_point_moves_nothing(shown: ShownLandscape, qtbot: QtBot) -> None:
    before, begin = shown.moment, shown.spot(shown.sight.here) + QPoint(60, 40)
    QTest.mouseClick(shown.plot.viewport(), Qt.MouseButton.LeftButton, pos=begin)
    QTest.mouseDClick(shown.plot.viewport(), Qt.MouseButton.LeftButton, pos=begin)
    shown.drag(begin, begin + QPoint(40, 30))
    shown.drag(shown.spot(shown.sight.here), shown.spot(shown.sight.here) + QPoint(3, 2))
    assert shown.moment is before


def test_a_click_with_ctrl_moves_the_parameters_there(shown: ShownLandscape) -> None:
    spot = shown.spot(shown.sight.here) + QPoint(50, 0)
    point = shown.plot._point(spot)
    QTest.mouseClick(shown.plot.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, pos=spot)
    shown.settle()
    assert shown.sight.here == pytest.approx(point, rel=1e-5)


def test_keys_move_a_cursor_and_enter_the_parameters(shown: ShownLandscape, qtbot: QtBot) -> None:
    shown.plot.setFocus()
    before, moment = shown.sight.here, shown.moment
    shown.press(*[Qt.Key.Key_Right] * 4, Qt.Key.Key_Up)
    assert shown.moment is moment
    cursor = shown.plot.picture.cursor
    assert cursor is not None
    loss = float(shown.slice.loss(cursor[None])[0])
    assert shown.plot.read_out() == f"W[0, 0] = {cursor[0]:.4g} · W[1, 2] = {cursor[1]:.4g}\nL = {loss:.6g}"
    shown.press(Qt.Key.Key_Escape, Qt.Key.Key_Return)
    assert shown.moment is moment
    shown.press(*[Qt.Key.Key_Right] * 4, Qt.Key.Key_Up, Qt.Key.Key_Return)
    assert shown.sight.here == pytest.approx(cursor, rel=1e-5)
    assert (shown.sight.here > before).all()
    trigger(qtbot, shown.window, "next_phase", "next_phase")
    assert shown.moment.loss == pytest.approx(loss, rel=1e-5)


def test_on_the_slice_through_the_optimum_all_parameters_move_to_it(shown: ShownLandscape, qtbot: QtBot) -> None:
    shown.window.commands["slice_optimum"].trigger()
    shown.plot._move(shown.optimum)
    shown.settle()
    assert shown.moment.weight == pytest.approx(THEORY.optimum.weight, rel=1e-4)
    assert shown.moment.bias == pytest.approx(THEORY.optimum.bias, rel=1e-4)


def test_a_run_is_followed_and_looking_elsewhere_stays(shown: ShownLandscape, qtbot: QtBot) -> None:
    view = shown.plot.getPlotItem().getViewBox()
    shown.window.driver.submit(Run(steps=400, by_hand=False))
    shown.settle()
    (left, right), (low, high) = view.viewRange()
    x, y = shown.sight.here
    assert left < x < right
    assert low < y < high
    shown.plot.setFocus()
    shown.press(Qt.Key.Key_Plus)
    zoomed = view.viewRange()
    trigger(qtbot, shown.window, "step")
    assert view.viewRange() == zoomed
    shown.window.commands["reset_zoom"].trigger()
    assert np.ptp(view.viewRange()[0]) > np.ptp(zoomed[0])


def test_of_a_run_is_shown_what_can_be_seen(shown: ShownLandscape, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landscape_page, "AT_REST", np.inf)
    nothing = np.empty(0, np.int64), np.empty(0)
    drawn, pixel = shown.sight, 1 / shown.plot.picture.frame.unit[0]
    for far, seen in ((UNSEEN / 2, False), (UNSEEN * 2, True)):
        moved = shown.moment.weight.astype(float)
        moved[0, 0] += far * pixel
        shown.page.show_burst(Burst(replace(shown.moment, weight=moved), *nothing), live=True)
        assert (shown.sight is not drawn) is seen
        assert shown.sight.here[0] == (moved[0, 0] if seen else drawn.here[0])


def test_where_it_is_low_the_picture_has_the_room_of_the_words(shown: ShownLandscape, qtbot: QtBot) -> None:
    page = shown.page
    assert page.words.caption.isVisible()
    assert page.words.legend.isVisible()
    shown.window.resize(800, 560)
    shown.window.commands["landscape"].trigger()
    qtbot.waitUntil(lambda: not page.words.legend.isVisible())
    assert page.plot.isVisible()
    shown.window.grab()
