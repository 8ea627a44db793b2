"""The curves of branches, in a plot of its own and in the real window."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from gui.parts import burst_of
from gui.shown_plot import FALLING, ShownPlot
from gui.travelling import branch, place_at
from linviz.core.command import Reset, Run, SetLearningRate
from linviz.core.place import BranchInfo
from linviz.core.travel import Delete, Rename, SeekStep, Switch
from linviz.gui.main_window import MainWindow
from linviz.gui.theme import DARK, LIGHT, branch_colour

TRUNK, TWIG = branch(1, steps=5), branch(2, parent=1, first=2, steps=4)


class Curves(ShownPlot):
    """A plot whose bursts come with their places."""

    def put_on(self, number: int, losses: Any, first: int, *branches: BranchInfo) -> None:
        burst = burst_of(losses, first)
        step = first + len(losses)
        self.plot.put(replace(burst, place=place_at(step, step, *branches, current=number)))

    def stand_on(self, number: int, *branches: BranchInfo) -> None:
        """Go to a branch without a step."""
        self.plot.show_place(place_at(0, 0, *branches, current=number))
        self.plot.refresh()

    def others(self) -> dict[int, list[tuple[float, float]]]:
        """Give the points of the curves beside the present one, by branch."""
        return {
            number: [(float(step), float(height)) for step, height in zip(*item.getData(), strict=True)]
            for number, item in self.plot.branches._items.items()
        }

    def colours(self) -> dict[int, str]:
        return {number: item.opts["pen"].color().name() for number, item in self.plot.branches._items.items()}

    def own(self) -> list[tuple[float, float]]:
        return [(float(step), float(height)) for step, height in zip(*self.curve(), strict=True)]


@pytest.fixture
def curves(qtbot: QtBot) -> Curves:
    """Give a trunk of five losses, and a twig that leaves it at step 2 with two of its own; that is present."""
    made = Curves(qtbot)
    made.put_on(1, FALLING, 0, TRUNK)
    made.put_on(2, [0.9, 0.1], 2, TRUNK, TWIG)
    return made


def test_a_branch_shares_what_was_before_it_and_goes_its_own_way(curves: Curves) -> None:
    assert curves.own() == [(0, 4.0), (1, 2.0), (2, 0.9), (3, 0.1)]
    assert curves.others() == {1: list(enumerate(FALLING))}


def test_of_another_branch_only_its_own_part_is_drawn_from_where_it_leaves(curves: Curves) -> None:
    curves.stand_on(1, TRUNK, TWIG)
    assert curves.own() == list(enumerate(FALLING))
    assert curves.others() == {2: [(1, 2.0), (2, 0.9), (3, 0.1)]}, "one point is shared, so that they touch"


def test_where_the_other_was_deleted_that_part_is_its_own(curves: Curves) -> None:
    curves.put_on(3, [8.0], 0, TRUNK, TWIG, branch(3, steps=1))
    assert curves.others()[2][0] == (1, 2.0)
    curves.stand_on(3, TWIG, branch(3, steps=1))
    assert curves.others() == {2: [(0, 4.0), (1, 2.0), (2, 0.9), (3, 0.1)]}
    curves.stand_on(3, TRUNK, TWIG, branch(3, steps=1))
    assert curves.others()[2][0] == (1, 2.0)


def test_each_has_the_colour_of_its_branch_the_present_one_too(curves: Curves) -> None:
    for theme in (LIGHT, DARK):
        curves.plot.set_theme(theme, 1.0)
        for present, other in ((1, 2), (2, 1)):
            curves.stand_on(present, TRUNK, TWIG)
            assert curves.colours() == {other: branch_colour(theme, other)}
            assert curves.plot._curve.opts["pen"].color().name() == branch_colour(theme, present)
            assert curves.plot._curve.opts["pen"].widthF() > curves.plot.branches._items[other].opts["pen"].widthF()


def test_all_of_them_are_painted_in_the_room_that_there_is(curves: Curves) -> None:
    far = branch(3, steps=41)
    curves.put_on(3, [9.0] * 41, 0, TRUNK, TWIG, far)
    assert curves.contains((0, 4.0), (3, 0.1), (40, 9.0))
    assert branch_colour(LIGHT, 3) in curves.colours_at(30)
    curves.stand_on(2, TRUNK, TWIG, far)
    assert curves.contains((0, 4.0), (3, 0.1), (40, 9.0))
    assert branch_colour(LIGHT, 3) in curves.colours_at(30)


def test_a_deleted_one_is_gone_and_back_when_that_is_undone(curves: Curves) -> None:
    before = curves.others()
    curves.stand_on(2, TWIG)
    assert curves.others() == {}
    assert curves.own() == [(0, 4.0), (1, 2.0), (2, 0.9), (3, 0.1)], "what it shares with it stays"
    curves.stand_on(2, TRUNK, TWIG)
    assert curves.others() == before


def test_a_deleted_one_makes_no_room_any_more(curves: Curves) -> None:
    high = branch(3, steps=401)
    curves.put_on(3, [1000.0] * 401, 0, TRUNK, TWIG, high)
    curves.stand_on(2, TRUNK, TWIG, high)
    assert curves.contains((400, 1000.0))
    curves.stand_on(2, TRUNK, TWIG)
    assert not curves.contains((400, 1000.0))
    _, right, _, top = curves.ranges()
    assert right < 20
    assert top < 10


def test_branches_of_branches_are_read_through_all_of_them(curves: Curves) -> None:
    leaf = branch(3, parent=2, first=3, steps=5)
    curves.put_on(3, [0.7, 0.6], 3, TRUNK, TWIG, leaf)
    assert curves.own() == [(0, 4.0), (1, 2.0), (2, 0.9), (3, 0.7), (4, 0.6)]
    assert curves.others()[2] == [(1, 2.0), (2, 0.9), (3, 0.1)]
    curves.stand_on(1, TRUNK, leaf)
    assert curves.others() == {3: [(1, 2.0), (2, 0.9), (3, 0.7), (4, 0.6)]}, "the twig was deleted"


def test_steps_on_the_other_branch_are_drawn_on_that_one(curves: Curves) -> None:
    curves.put_on(1, [0.2, 0.1], 5, TRUNK, TWIG)
    assert curves.own() == [*enumerate(FALLING), (5, 0.2), (6, 0.1)]
    curves.put_on(2, [0.05], 4, TRUNK, TWIG)
    assert curves.own()[-1] == (4, 0.05)
    assert curves.others()[1][-1] == (6, 0.1)


def test_on_the_logarithmic_axis_the_others_are_heights_too(curves: Curves) -> None:
    curves.plot.set_log(True)
    assert [height for _, height in curves.others()[1]] == pytest.approx(np.log10(FALLING))


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("last", [np.inf, np.nan, 1e38, 1e308, 0.0])
def test_another_branch_that_diverged_leaves_the_axes_finite(curves: Curves, last: float, log: bool) -> None:
    curves.plot.set_log(log)
    curves.put_on(1, [last], 5, TRUNK, TWIG)
    curves.stand_on(2, TRUNK, TWIG)
    assert np.isfinite(curves.ranges()).all()
    curves.plot.grab()


def test_another_problem_forgets_them_all(curves: Curves) -> None:
    curves.plot.start()
    assert (curves.others(), curves.own()) == ({}, [])
    curves.put_on(1, [1.0], 0, branch(1, steps=1))
    assert curves.own() == [(0, 1.0)]


def test_many_branches_are_cut_to_the_points_that_can_be_seen(curves: Curves) -> None:
    infos = [TRUNK, TWIG]
    for number in range(3, 23):
        infos.append(branch(number, steps=20_000))
        curves.put_on(number, np.linspace(1, 0.1, 20_000) * number, 0, *infos)
    drawn = curves.others()
    assert len(drawn) == 21
    assert max(len(points) for points in drawn.values()) <= 2 * 800 + 4
    items = [item for item in curves.plot.getPlotItem().items if item in curves.plot.branches._items.values()]
    assert len(items) == 21
    curves.stand_on(1, TRUNK)
    assert curves.others() == {}
    assert not [item for item in curves.plot.getPlotItem().items if item in items], "no item is left behind"


# In the window


def ask(qtbot: QtBot, window: MainWindow, *commands: Any) -> None:
    for command in commands:
        window.backend.submit(command)
    settle(qtbot, window)


def drawn(window: MainWindow) -> dict[int, str]:
    """Give the branches whose curves are drawn, each with its colour."""
    plot = window.loss.plot
    found = {number: item.opts["pen"].color().name() for number, item in plot.branches._items.items()}
    return {**found, plot.branches.current: plot._curve.opts["pen"].color().name()}


def test_what_the_window_draws_follows_branches_deletions_and_undo(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    ask(qtbot, window, Run(40), SeekStep(12), SetLearningRate(0.1), Run(50), Reset(), Run(30))
    assert drawn(window) == {number: branch_colour(LIGHT, number) for number in (1, 2, 3)}
    plot = window.loss.plot
    steps, _ = plot.branches._items[2].getData()
    assert (steps[0], steps[-1]) == (11, 61), "the part that it shares with the first is not drawn twice"
    window.traveller.edit(Delete(1), Delete(1, deleted=False), "Delete Run 1")
    settle(qtbot, window)
    assert sorted(drawn(window)) == [2, 3]
    trigger(qtbot, window, "undo")
    assert drawn(window) == {number: branch_colour(LIGHT, number) for number in (1, 2, 3)}
    trigger(qtbot, window, "redo")
    assert sorted(drawn(window)) == [2, 3]
    ask(qtbot, window, Switch(2))
    assert len(plot.path) == 62, "the losses of the deleted one that lead to it stay its own"
    assert np.isfinite(plot.path.losses(0, 62)).all()
    assert [float(step) for step in plot._curve.getData()[0][:3]] == [0, 1, 2]


def test_a_name_or_a_look_at_the_past_changes_no_curve(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    ask(qtbot, window, Run(40), Reset(), Run(30))
    before = {number: item.getData()[1].tolist() for number, item in window.loss.plot.branches._items.items()}
    own = window.loss.plot._curve.getData()[1].tolist()
    ask(qtbot, window, Rename(1, "mine"), SeekStep(3))
    assert {number: item.getData()[1].tolist() for number, item in window.loss.plot.branches._items.items()} == before
    assert window.loss.plot._curve.getData()[1].tolist() == own
    assert window.loss.plot._here.isVisible()


def test_both_curves_are_painted_where_the_rates_part(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    ask(qtbot, window, Run(200), Reset(), SetLearningRate(0.3), Run(200))
    image = window.loss.plot.grab().toImage()
    shown = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert {branch_colour(LIGHT, 1), branch_colour(LIGHT, 2)} <= shown
    assert window.loss.plot.branches._items[1].opts["pen"].style() == Qt.PenStyle.SolidLine
