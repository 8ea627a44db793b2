"""What the dialog says of Step and Manual Step can be read, and is true to the last bit."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from gui.comparing import comparison_at, open_dialog, said
from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from gui.parts import colour_at, picture, spoken_name
from linviz.core.comparison import ALPHA, MANUAL_STEP, STEP
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.gui.compare_dialog import _verdict
from linviz.gui.main_window import MainWindow


def test_where_bits_differ_the_first_such_row_is_explained_without_any_rounding(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    starts = (Snapshot.at_start(Problem.random(10, 3, 2, seed), Settings()) for seed in range(100))
    comparison = next(each for each in map(comparison_at, starts) if each.differing(MANUAL_STEP))
    dialog = open_dialog(qtbot, open_window(comparison.moment.problem))
    count = comparison.differing(MANUAL_STEP)
    verb = "differs in its" if count == 1 else "differ in their"
    assert f"{count} of 8 parameters {verb} last bits. The run stays as it is." in said(dialog, "compare_said")
    row = dialog.table.currentIndex().row()
    cell = comparison.cell(row)
    assert cell.new[MANUAL_STEP] != cell.new[STEP]
    assert all(comparison.cell(at).new[MANUAL_STEP] == comparison.cell(at).new[STEP] for at in range(row))
    assert cell.exact is not None
    rate = np.float32(comparison.moment.settings.learning_rate)
    exact = Fraction(cell.old) - Fraction(float(rate)) * Fraction(cell.gradient)
    assert f"before − lr · gradient is {float(exact):.17g}".replace("e-0", "e-") in said(dialog, "compare_exactly")
    for spelling in (STEP, MANUAL_STEP, ALPHA):
        off = f"{float(abs(Fraction(cell.new[spelling]) - exact)):.2g}".replace("e-0", "e-")
        assert f"{spelling} is off by {off}" in said(dialog, "compare_exactly")
    lines = said(dialog, "compare_spelled").splitlines()
    largest = f"by at most {comparison.largest_ulp(MANUAL_STEP):.2g} ulp"
    assert f"two roundings: {count} of 8 {verb.partition(' ')[0]}, {largest}" in lines[1]
    assert "one rounding: none differs" in lines[2]
    own, above = cell.own_ulp[MANUAL_STEP], cell.new[MANUAL_STEP] > cell.new[STEP]
    units = f"{abs(own):.3g} unit{'' if abs(own) == 1 else 's'} in the last place of the result"
    apart = f"{MANUAL_STEP} comes out {'above' if above else 'below'} {STEP}, by {units}."
    assert said(dialog, "compare_exactly").endswith(apart)
    assert len({line.index(rounding) for line, rounding in zip(lines, ("one", "two", "one"), strict=True)}) == 1
    dialog.close()


@pytest.mark.parametrize("theme", ["theme_light", "theme_dark"])
def test_the_row_that_is_chosen_can_be_read(theme: str, qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    dialog = open_dialog(qtbot, window)
    trigger(qtbot, window, theme)
    colours = window.view.appearance.theme
    dialog.table.selectRow(2)
    rect, image = dialog.table.visualRect(dialog.table.model().index(2, 1)), picture(dialog.table.viewport())
    spots = [(x, y) for x in range(rect.left(), rect.right()) for y in range(rect.top(), rect.bottom())]
    found = [image.pixelColor(x, y) for x, y in spots]
    assert colour_at(image, rect.topLeft()).name() == colours.control_hover
    text = QColor(colours.text)
    assert min(abs(each.lightness() - text.lightness()) for each in found) < 30
    dialog.close()


@pytest.mark.parametrize("theme", ["theme_light", "theme_dark"])
def test_the_row_that_is_chosen_first_keeps_its_marks(theme: str, qtbot: QtBot, open_window: OpenWindow) -> None:
    starts = (Snapshot.at_start(Problem.random(10, 3, 2, seed), Settings()) for seed in range(100))
    comparison = next(each for each in map(comparison_at, starts) if each.differing(MANUAL_STEP))
    window = open_window(comparison.moment.problem)
    trigger(qtbot, window, theme)
    dialog = open_dialog(qtbot, window)
    colours, model, row = window.view.appearance.theme, dialog.table.model(), dialog.table.currentIndex().row()
    image = picture(dialog.table.viewport())
    grounds = [colour_at(image, dialog.table.visualRect(model.index(row, at)).topLeft()).name() for at in (1, 4, 5)]
    assert grounds == [colours.control_hover, colours.stale, colours.stale]
    dialog.close()


@pytest.mark.parametrize(
    ("bias", "verdict"),
    [
        ([(1, 1), (2, 2)], "all 8 parameters come to the same bits"),
        ([(1, 1), (2, 3)], "1 of 8 parameters differs in its last bits"),
        ([(1, 2), (2, 3)], "2 of 8 parameters differ in their last bits"),
        ([(1, 1), (np.nan, np.nan)], "all 7 finite parameters come to the same bits; 1 of 8 is no finite number"),
        ([(1, 2), (np.inf, np.inf)], "1 of 8 parameters differs in its last bits; 1 of 8 is no finite number"),
    ],
)
def test_the_headline_counts_what_can_be_compared(bias: list[tuple[float, float]], verdict: str) -> None:
    comparison = comparison_at(Snapshot.at_start(Problem.notebook(), Settings()))
    weight = comparison.results[STEP]["weight"]
    by_step, by_hand = np.array(bias, np.float32).T
    results = {STEP: by_step, MANUAL_STEP: by_hand, ALPHA: by_step}
    made = replace(comparison, results={name: {"weight": weight, "bias": each} for name, each in results.items()})
    assert _verdict(made).startswith(verdict)


def test_a_run_that_left_the_numbers_is_said_in_words(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(settings=Settings(learning_rate=3e38))
    dialog = open_dialog(qtbot, window)
    for _ in range(4):
        trigger(qtbot, window, "step")
        settle(qtbot, window)
    assert np.isnan(window.snapshot.weight if window.snapshot else 0).any()
    assert "W[0, 0] is no finite number any more." in said(dialog, "compare_exactly")
    assert "none of the 8 parameters is a finite number any more" in said(dialog, "compare_said")
    assert "same bits" not in said(dialog, "compare_said")
    assert all(line.endswith(": no finite number") for line in said(dialog, "compare_spelled").splitlines()[1:])
    assert not window.message.isVisible() or "Error" not in window.message._details
    dialog.close()


def test_a_product_beyond_float64_is_no_fault(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(settings=Settings(learning_rate=1e308, dtype="float64"))
    trigger(qtbot, window, "step")
    dialog = open_dialog(qtbot, window)
    assert "beyond the range of float64" in said(dialog, "compare_exactly")
    assert not window.message.isVisible()
    dialog.close()


def test_everything_in_it_has_a_name(qtbot: QtBot, window: MainWindow) -> None:
    dialog = open_dialog(qtbot, window)
    assert not dialog.isModal()
    assert spoken_name(dialog.table) == "parameters after each way to update them"
    for kind in (QToolButton, QPushButton):
        assert all(spoken_name(button) for button in dialog.findChildren(kind))
    dialog.close()
