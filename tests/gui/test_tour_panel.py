"""A person walks the notebook from its first cell to its last."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.asking import click, marked, press
from gui.asking import said as why_says
from gui.code_lines import lit
from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from gui.notebook_loop import NotebookLoop, assert_panels_show
from gui.parts import spoken_name
from gui.touring import (
    NOTEBOOK,
    NUMBERS,
    cell_shown,
    enter,
    escape,
    expected_rows,
    numbers_of,
    run_through,
    said,
    table,
    take_up,
)
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.gui.main_window import MainWindow

FILLS = {36: ("x", "y"), 37: ("weight", "bias"), 38: (), 39: ("prediction", "residual"), 40: ("loss",),
         41: ("weight_grad", "bias_grad"), 42: ("weight", "bias"), 43: ("weight", "bias"),
         44: ("prediction", "residual", "loss")}  # fmt: skip
REMARKS = {40: "takes no root, and averages", 42: "What is subtracted is η times the gradient", 43: "rounds twice"}


def go_on(loop: NotebookLoop, number: int) -> None:
    """Do by torch alone what a cell does."""
    match number:
        case 39:
            loop.prediction = loop.linear(loop.x)
        case 40 | 44:
            loop.prediction = loop.linear(loop.x)
            loop.loss = loop.criterion(loop.prediction, loop.y)
        case 41:
            assert loop.loss is not None
            loop.loss.backward()  # type: ignore[no-untyped-call]  # torch's own signature has no types
        case 42 | 43:
            loop.update(by_hand=number == 43)


def test_from_the_first_cell_to_the_last_by_f2_and_enter_alone(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(Recipe(5, 2, 1, seed=3), Settings(learning_rate=0.5))
    trigger(qtbot, window, "step", "step", "next_phase")
    loop = NotebookLoop(Problem.notebook())
    take_up(qtbot, window)
    for at, cell in enumerate(NOTEBOOK):
        number = cell["in"]
        title = window.tour.findChild(QLabel, "tour_title")
        assert title is not None
        assert (title.accessibleName(), cell_shown(window)) == (f"The notebook, cell {number} · {at + 1} of 9", number)
        assert window.focusWidget() is window.tour.go
        assert window.tour.go.text() == f"Run cell {number}"
        assert said(window, "code").replace("\u200b", "") == cell["code"]
        assert REMARKS.get(number, "") in said(window, "remark")
        assert bool(said(window, "remark")) == (number in REMARKS)
        assert table(window) == expected_rows(cell, None)
        assert ("to see it come out" in said(window, "said")) == (len(expected_rows(cell, None)) == 1)
        assert lit(window) == {}
        enter(qtbot, window)
        go_on(loop, number)
        assert_panels_show(window, loop)
        rows = expected_rows(cell, window.snapshot)
        assert table(window) == rows
        assert all(float(row[3]) <= 2e-4 for row in rows)
        if rows:
            largest = max(rows, key=lambda row: float(row[3]))
            assert f"largest difference {'is' if number < 38 else 'to what was printed is'} " in said(window, "said")
            assert f"{largest[3]}, at " in said(window, "said")
        else:
            assert said(window, "said") == "It printed nothing."
        assert lit(window) == dict.fromkeys(FILLS[number], "writes")
        following = f"Go to cell {NUMBERS[at + 1]}" if at < 8 else "Done: leave the tour"
        assert window.tour.go.text() == following
        enter(qtbot, window)
    assert not window.tour.isVisible()
    assert lit(window) == {}


def test_given_numbers_are_said_to_be_the_printed_ones(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    take_up(qtbot, window)
    enter(qtbot, window)
    assert said(window, "said").startswith("50 numbers, the very ones that were printed, as near as float32 comes")
    window.close()
    window = open_window(settings=Settings(dtype="float64"))
    take_up(qtbot, window)
    enter(qtbot, window)
    exact = said(window, "said")
    assert exact.startswith("50 numbers, the very ones that were printed")
    assert np.array_equal(window.snapshot.x if window.snapshot else 0, Problem.notebook().x)


def test_taken_up_while_pytorch_loads_the_first_cell_runs_when_it_is_there(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window(wait=False)
    take_up(qtbot, window)
    press(window.tour.go, Qt.Key.Key_Return)
    assert window.tour.go.text() == "Running …"
    qtbot.waitUntil(lambda: window.tour.go.text() == "Go to cell 37", timeout=60_000)
    assert table(window) == expected_rows(NOTEBOOK[0], window.snapshot)


def test_a_press_while_a_cell_runs_is_not_taken(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    take_up(qtbot, window)
    press(window.tour.go, *[Qt.Key.Key_Return] * 5)
    assert window.focusWidget() is window.tour.go
    settle(qtbot, window)
    assert window.tour.go.text() == "Go to cell 37"


def test_back_and_forth_without_running_shows_what_each_cell_printed(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    before = window.snapshot
    take_up(qtbot, window)
    assert not window.tour.back.isEnabled()
    for cell in NOTEBOOK[1:]:
        QTest.mouseClick(window.tour.forth, Qt.MouseButton.LeftButton)
        assert cell_shown(window) == cell["in"]
        assert table(window) == expected_rows(cell, None)
    assert not window.tour.forth.isEnabled()
    QTest.mouseClick(window.tour.back, Qt.MouseButton.LeftButton)
    assert cell_shown(window) == 43
    assert window.snapshot is before
    window.tour.go.setFocus()
    enter(qtbot, window)
    assert table(window) == expected_rows(NOTEBOOK[7], window.snapshot)


@pytest.mark.parametrize("number", [36, 39, 41, 43])
def test_an_earlier_cell_is_run_again_and_gives_the_same_bits(
    number: int, qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    take_up(qtbot, window)
    run_through(qtbot, window, number)
    there = numbers_of(window.snapshot)
    while cell_shown(window) != 44:
        enter(qtbot, window)
    enter(qtbot, window)
    last = numbers_of(window.snapshot)
    while cell_shown(window) != number:
        QTest.mouseClick(window.tour.back, Qt.MouseButton.LeftButton)
    assert window.tour.go.text() == f"Run cell {number} again"
    assert ("The run is elsewhere by now" in said(window, "said")) == (number not in (36, 41, 43))
    window.tour.go.setFocus()
    enter(qtbot, window)
    assert numbers_of(window.snapshot) == there
    assert window.tour.go.text().startswith("Go to cell")
    while cell_shown(window) != 44:
        enter(qtbot, window)
    enter(qtbot, window)
    assert numbers_of(window.snapshot) == last


@pytest.mark.parametrize("how", ["click", "enter"])
def test_a_number_that_is_chosen_is_explained(how: str, qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    take_up(qtbot, window)
    for number, row, name, cell in (
        (39, 5, "ŷ[2, 1]", {"prediction": (2, 1)}),
        (40, 0, "L", {}),
        (41, 4, "∂L/∂W[1, 1]", {"weight_grad": (1, 1)}),
        (42, 7, "b[1]", {"bias": (0, 1)}),
    ):
        run_through(qtbot, window, number)
        output = window.tour.output
        if how == "click":
            click(output, row, 1)
        else:
            output.setFocus(Qt.FocusReason.TabFocusReason)
            output.selectRow(row)
            press(output, Qt.Key.Key_Return)
        assert why_says(window, "why_cell").startswith(f"{name} = {float(table(window)[row][1]):.2f}"[:-1])
        assert marked(window) == cell
        window.tour.go.setFocus()


def test_a_number_of_which_the_run_holds_another_by_now_is_not_explained_in_its_place(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    take_up(qtbot, window)
    run_through(qtbot, window, 39)
    assert lit(window)
    trigger(qtbot, window, "step", "step")
    assert lit(window) == {}
    assert "The run is elsewhere by now" in said(window, "said")
    assert window.tour.go.text() == "Run cell 39 again"
    click(window.tour.output, 0, 1)
    assert why_says(window, "why_cell") == ""
    assert marked(window) == {}


def test_a_screen_reader_hears_what_the_buttons_do(qtbot: QtBot, window: MainWindow) -> None:
    take_up(qtbot, window)
    tour = window.tour
    names = [spoken_name(each) for each in (tour.back, tour.go, tour.forth, tour.leave, tour.output)]
    assert names == [
        "Previous cell",
        "Run cell 36",
        "Next cell, without running this one",
        "Leave",
        "the cell's numbers here and in the notebook",
    ]
    assert all(len(each.toolTip()) > 10 for each in (tour.back, tour.go, tour.forth, tour.leave, tour.output))
    escape(window)
