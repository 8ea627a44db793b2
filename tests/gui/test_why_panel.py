"""A person asks the window why a number is what it is, by keys and by mouse."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QTableView, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, picture, settle, spoken_name
from linviz.core.explain import explain
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.terms import Index
from linviz.gui.main_window import MainWindow
from linviz.gui.theme import THEMES
from linviz.gui.why_panel import HINT

OpenWindow = Callable[..., MainWindow]
# Said by ziamath's own import on Python 3.11 and 3.12.
Outlines = dict[str, tuple[int | None, int | None]]


def trigger(qtbot: QtBot, window: MainWindow, *names: str) -> None:
    """Trigger commands and wait until all of them are done and shown."""
    for name in names:
        window.commands[name].trigger()
    qtbot.waitUntil(lambda: not window.backend.busy, timeout=20_000)


def said(window: MainWindow, name: str) -> str:
    """Give what a label of the panel says; nothing if it isn't there to be read."""
    found = window.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text() if found.isVisibleTo(window) else ""


def terms(window: MainWindow) -> list[list[str]]:
    """Read the table of terms, without the bars."""
    model = window.why.terms.model()
    return [[model.index(row, column).data() for column in range(4)] for row in range(model.rowCount())]


def outlined(window: MainWindow) -> Outlines:
    """Give row and column, as they stand on the screen, of what is outlined in each panel."""
    found = {name: panel.table._delegate.outlined for name, panel in window.equation.panels.items()}
    return {name: cells for name, cells in found.items() if cells is not None}


def marked(window: MainWindow) -> dict[str, tuple[int, int]]:
    """Give the cell that each panel marks as the selected one."""
    found = {name: panel.table._delegate.current for name, panel in window.equation.panels.items()}
    return {name: cell for name, cell in found.items() if cell is not None}


def value(window: MainWindow, field: str, index: Index) -> float:
    return float(np.asarray(getattr(window.snapshot, field))[index])


def assert_explains(window: MainWindow, field: str, index: Index, name: str) -> None:
    """Compare all that the panel says to the explanation of a cell of the window's last snapshot."""
    assert window.snapshot is not None
    told = explain(window.snapshot, field, index)
    assert said(window, "why_cell") == f"{name} = {told.value!r}"
    assert told.value == value(window, field, index)
    assert said(window, "why_note") == told.note
    assert window.why.formula.accessibleName() == told.text
    assert len(terms(window)) == min(len(told.terms), 50)
    if not told.checks:
        assert (said(window, "why_sum"), said(window, "why_checks")) == ("", "")
        return
    assert f"Σ = {told.terms.sum():+.4f}" in said(window, "why_sum")
    for check in told.checks:
        assert f"{check.name} {check.value:.4f} ({check.ulp:+.1f} ulp)" in said(window, "why_checks")
    assert said(window, "why_checks").startswith("✓ ")


def click(table: QTableView, row: int, column: int) -> None:
    index = table.model().index(row, column)
    table.scrollTo(index)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center())


def click_cell(window: MainWindow, field: str, row: int, column: int) -> None:
    """Click a cell where it stands on the screen."""
    click(window.equation.panels[field].table, row, column)


def press(widget: QWidget, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(widget, key)


@pytest.fixture
def window(open_window: OpenWindow, qtbot: QtBot) -> MainWindow:
    """Give a window on the notebook's problem, active, after the backward of its first iteration."""
    made = open_window()
    made.resize(1440, 900)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    trigger(qtbot, made, *["next_phase"] * 4)
    return made


def test_before_a_cell_is_selected_it_says_how_to(window: MainWindow) -> None:
    assert said(window, "why_note") == HINT
    assert [said(window, name) for name in ("why_cell", "why_sum", "why_checks")] == ["", "", ""]
    assert not window.why.terms.isVisibleTo(window)
    assert not window.why.formula.isVisibleTo(window)
    assert not window.why.back.isEnabled()
    assert not window.why.copy.isEnabled()
    assert outlined(window) == {}


def test_keys_select_a_cell_and_the_panel_explains_it(window: MainWindow) -> None:
    table = window.equation.panels["weight_grad"].table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    press(table, Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Right)
    # On the screen row 1, column 1; it stands transposed there.
    assert_explains(window, "weight_grad", (1, 1), "∂L/∂W[1,1]")
    press(table, Qt.Key.Key_Down)
    assert_explains(window, "weight_grad", (1, 2), "∂L/∂W[1,2]")
    assert marked(window) == {"weight_grad": (2, 1)}
    assert outlined(window) == {"residual": (None, 1), "x": (None, 2)}
    assert window.snapshot is not None
    residual, x = window.snapshot.residual, window.snapshot.x
    assert residual is not None
    assert terms(window) == [
        [f"i={i}", f"{residual[i, 1]:+.4f}", f"× {x[i, 2]:+.4f}", f"= {float(residual[i, 1]) * float(x[i, 2]):+.4f}"]
        for i in range(10)
    ]
    assert " × 0.1 = " in said(window, "why_sum")
    assert said(window, "why_checks").count("ulp") == 3


@pytest.mark.parametrize(
    ("field", "row", "column", "index", "name", "outlines"),
    [
        ("prediction", 3, 1, (3, 1), "ŷ[3,1]", {"x": (3, None), "weight": (None, 1), "bias": (0, 1)}),
        ("residual", 9, 0, (9, 0), "(ŷ − y)[9,0]", {"prediction": (9, 0), "y": (9, 0)}),
        ("weight_grad", 0, 1, (1, 0), "∂L/∂W[1,0]", {"residual": (None, 1), "x": (None, 0)}),
        ("bias_grad", 0, 1, (1,), "∂L/∂b[1]", {"residual": (None, 1)}),
        ("x", 4, 2, (4, 2), "x[4,2]", {}),
        ("y", 4, 1, (4, 1), "y[4,1]", {}),
        ("weight", 2, 0, (0, 2), "W[0,2]", {}),
        ("bias", 0, 1, (1,), "b[1]", {}),
    ],
)
def test_a_click_explains_the_cell_under_it(
    window: MainWindow,
    field: str,
    row: int,
    column: int,
    index: Index,
    name: str,
    outlines: Outlines,
) -> None:
    click_cell(window, field, row, column)
    assert_explains(window, field, index, name)
    assert outlined(window) == outlines
    assert marked(window) == {field: (row, column)}
    assert window.why.formula.isVisibleTo(window)


def test_as_stored_the_outlines_turn_with_the_panels(window: MainWindow, qtbot: QtBot) -> None:
    window.equation.set_as_stored(True)
    click_cell(window, "prediction", 3, 1)
    assert outlined(window) == {"x": (3, None), "weight": (1, None), "bias": (0, 1)}
    click_cell(window, "weight_grad", 1, 2)
    assert_explains(window, "weight_grad", (1, 2), "∂L/∂W[1,2]")
    trigger(qtbot, window, "next_phase")
    click_cell(window, "weight", 1, 2)
    assert_explains(window, "weight", (1, 2), "W[1,2]")
    assert outlined(window) == {"weight": (1, 2), "weight_grad": (1, 2)}


def test_turning_the_panels_round_keeps_the_outlines_on_the_operands(window: MainWindow) -> None:
    click_cell(window, "prediction", 3, 1)
    window.commands["as_stored"].trigger()
    assert outlined(window) == {"x": (3, None), "weight": (1, None), "bias": (0, 1)}
    assert_explains(window, "prediction", (3, 1), "ŷ[3,1]")
    window.commands["as_stored"].trigger()
    assert outlined(window) == {"x": (3, None), "weight": (None, 1), "bias": (0, 1)}


def test_after_an_update_a_parameter_is_old_minus_rate_times_gradient(window: MainWindow, qtbot: QtBot) -> None:
    assert window.snapshot is not None
    before = window.snapshot
    trigger(qtbot, window, "next_phase")
    click_cell(window, "weight", 2, 0)
    assert_explains(window, "weight", (0, 2), "W[0,2]")
    assert outlined(window) == {"weight": (2, 0), "weight_grad": (2, 0)}
    gradient = before.weight_grad
    assert gradient is not None
    first, second = terms(window)
    assert first[1:] == [f"{before.weight[0, 2]:+.4f}", "", f"= {before.weight[0, 2]:+.4f}"]
    assert second[1:3] == ["+0.0100", f"× {gradient[0, 2]:+.4f}"]
    assert "by optimizer.step(): one rounding" in said(window, "why_note")
    click_cell(window, "prediction", 0, 0)
    assert said(window, "why_note").startswith("Stale: computed with the starting parameters, before step 1;")


def test_a_click_on_an_operand_goes_there_and_back_returns_through_all_levels(window: MainWindow) -> None:
    click_cell(window, "weight_grad", 1, 0)  # weight_grad[0,1]
    click(window.why.terms, 7, 1)
    assert_explains(window, "residual", (7, 0), "(ŷ − y)[7,0]")
    assert marked(window) == {"residual": (7, 0)}
    click(window.why.terms, 0, 1)
    assert_explains(window, "prediction", (7, 0), "ŷ[7,0]")
    click(window.why.terms, 1, 2)
    assert_explains(window, "weight", (0, 1), "W[0,1]")
    assert marked(window) == {"weight": (1, 0)}
    for field, index, name in (
        ("prediction", (7, 0), "ŷ[7,0]"),
        ("residual", (7, 0), "(ŷ − y)[7,0]"),
        ("weight_grad", (0, 1), "∂L/∂W[0,1]"),
    ):
        assert window.why.back.isEnabled()
        QTest.mouseClick(window.why.back, Qt.MouseButton.LeftButton)
        assert_explains(window, field, index, name)
    assert not window.why.back.isEnabled()


def test_back_marks_the_cell_it_goes_to(window: MainWindow) -> None:
    click_cell(window, "residual", 7, 0)
    click(window.why.terms, 0, 1)
    assert marked(window) == {"prediction": (7, 0)}
    QTest.mouseClick(window.why.back, Qt.MouseButton.LeftButton)
    assert marked(window) == {"residual": (7, 0)}


def test_enter_on_an_operand_goes_there_and_space_on_back_returns(window: MainWindow) -> None:
    table = window.equation.panels["prediction"].table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    press(table, Qt.Key.Key_Home, Qt.Key.Key_Down)
    assert_explains(window, "prediction", (1, 0), "ŷ[1,0]")
    window.why.terms.setFocus(Qt.FocusReason.TabFocusReason)
    # A table without a current cell takes its first by the first arrow.
    press(window.why.terms, Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Right)
    at = window.why.terms.currentIndex()
    assert (at.row(), at.column()) == (1, 1)
    press(window.why.terms, Qt.Key.Key_Return)
    assert_explains(window, "x", (1, 1), "x[1,1]")
    assert marked(window) == {"x": (1, 1)}
    window.why.back.setFocus(Qt.FocusReason.TabFocusReason)
    press(window.why.back, Qt.Key.Key_Space)
    assert_explains(window, "prediction", (1, 0), "ŷ[1,0]")
    assert not window.backend.running  # Space was not Run's


def test_a_product_a_bar_and_the_learning_rate_lead_nowhere(window: MainWindow, qtbot: QtBot) -> None:
    trigger(qtbot, window, "next_phase")
    click_cell(window, "bias", 0, 1)
    for row, column in ((0, 3), (0, 4), (1, 1), (0, 2), (1, 3)):
        click(window.why.terms, row, column)
        assert_explains(window, "bias", (1,), "b[1]")
    click(window.why.terms, 1, 2)
    assert_explains(window, "bias_grad", (1,), "∂L/∂b[1]")


def test_the_same_cell_twice_is_one_step_back(window: MainWindow) -> None:
    for row in (0, 0, 1, 1):
        click_cell(window, "y", row, 0)
    QTest.mouseClick(window.why.back, Qt.MouseButton.LeftButton)
    assert_explains(window, "y", (0, 0), "y[0,0]")
    assert not window.why.back.isEnabled()


def test_another_panel_and_back_to_a_cell_that_stayed_current_there(window: MainWindow) -> None:
    click_cell(window, "x", 2, 1)
    click_cell(window, "y", 0, 0)
    click_cell(window, "x", 2, 1)
    assert_explains(window, "x", (2, 1), "x[2,1]")
    assert marked(window) == {"x": (2, 1)}


def test_latex_goes_to_the_clipboard(window: MainWindow) -> None:
    click_cell(window, "prediction", 3, 1)
    QTest.mouseClick(window.why.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert window.snapshot is not None
    assert copied == explain(window.snapshot, "prediction", (3, 1)).formula
    assert copied.startswith(r"\hat{y}_{3,1} = \sum_{j}")


@pytest.mark.parametrize("key", [None, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_the_loss_is_selected_by_click_and_by_enter(window: MainWindow, key: Qt.Key | None) -> None:
    loss = window.findChild(QLabel, "loss_value")
    assert isinstance(loss, QLabel)
    if key is None:
        QTest.mouseClick(loss, Qt.MouseButton.LeftButton)
    else:
        loss.setFocus(Qt.FocusReason.TabFocusReason)
        press(loss, key)
    assert_explains(window, "loss", (), "L")
    assert outlined(window) == {"residual": (None, None)}
    assert [row[0] for row in terms(window)] == [f"{i},{k}" for i in range(10) for k in range(2)]
    assert " × 0.05 = " in said(window, "why_sum")
    click(window.why.terms, 5, 2)
    assert_explains(window, "residual", (2, 1), "(ŷ − y)[2,1]")
    QTest.mouseClick(window.why.back, Qt.MouseButton.LeftButton)
    assert_explains(window, "loss", (), "L")


def test_from_a_cell_to_the_loss_no_cell_keeps_its_mark(window: MainWindow) -> None:
    click_cell(window, "x", 2, 1)
    loss = window.findChild(QLabel, "loss_value")
    assert isinstance(loss, QLabel)
    QTest.mouseClick(loss, Qt.MouseButton.LeftButton)
    assert_explains(window, "loss", (), "L")
    assert marked(window) == {}


@pytest.mark.parametrize("field", ["prediction", "residual", "weight_grad", "bias_grad"])
def test_a_cell_without_a_number_says_so_and_is_explained_when_it_comes(
    open_window: OpenWindow, qtbot: QtBot, field: str
) -> None:
    window = open_window()
    click_cell(window, field, 0, 0)
    note = said(window, "why_note")
    assert note.lower().startswith(f"{field} holds no number yet: run the phase")
    assert (
        said(window, "why_cell")
        == {
            "prediction": "ŷ[0,0]",
            "residual": "(ŷ − y)[0,0]",
            "weight_grad": "∂L/∂W[0,0]",
            "bias_grad": "∂L/∂b[0]",
        }[field]
    )
    assert outlined(window) == {}
    assert not window.why.copy.isEnabled()
    trigger(qtbot, window, "step")
    assert_explains(window, field, (0,) if field == "bias_grad" else (0, 0), said(window, "why_cell").split(" = ")[0])
    assert outlined(window)


def test_it_follows_step_zero_grad_and_reset(window: MainWindow, qtbot: QtBot) -> None:
    click_cell(window, "weight_grad", 0, 0)
    for name in ("step", "manual_step", "step", "update_again"):
        trigger(qtbot, window, name)
        assert_explains(window, "weight_grad", (0, 0), "∂L/∂W[0,0]")
    trigger(qtbot, window, *["next_phase"] * 3)
    assert "holds no number yet" in said(window, "why_note")
    assert outlined(window) == {}
    trigger(qtbot, window, "next_phase")
    assert_explains(window, "weight_grad", (0, 0), "∂L/∂W[0,0]")
    assert said(window, "why_note").startswith("Fresh")
    trigger(qtbot, window, "reset")
    assert "holds no number yet" in said(window, "why_note")


@pytest.mark.parametrize("field", ["weight_grad", "loss", "weight"])
def test_it_follows_a_run_and_after_it_shows_the_last_moment(window: MainWindow, qtbot: QtBot, field: str) -> None:
    index: Index = () if field == "loss" else (0, 0)
    window.why.explain_cell(field, index)
    name = said(window, "why_cell").split(" = ")[0]
    seen = {said(window, "why_note")}  # which names the step; the value may have settled
    window.commands["run"].trigger()

    def followed() -> bool:
        seen.add(said(window, "why_note"))
        return len(seen) >= 4

    qtbot.waitUntil(followed, timeout=20_000)
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: not window.backend.busy, timeout=20_000)
    assert_explains(window, field, index, name)


def test_another_seed_is_explained_in_its_turn(window: MainWindow, qtbot: QtBot) -> None:
    click_cell(window, "x", 3, 1)
    before = said(window, "why_cell")
    trigger(qtbot, window, "new_seed")
    assert_explains(window, "x", (3, 1), "x[3,1]")
    assert said(window, "why_cell") != before
    assert re.search(r"random 10 × 3 → 2, seed \d+", said(window, "why_note"))


def test_another_shape_clears_it(window: MainWindow, qtbot: QtBot) -> None:
    from linviz.core.command import Load

    click_cell(window, "x", 9, 2)
    click_cell(window, "prediction", 9, 1)
    window.backend.submit(Load(Recipe(4, 2, 1, 3)))
    qtbot.waitUntil(lambda: not window.backend.busy, timeout=20_000)
    assert said(window, "why_note") == HINT
    assert said(window, "why_cell") == ""
    assert not window.why.back.isEnabled()
    assert (outlined(window), marked(window)) == ({}, {})
    click_cell(window, "x", 3, 1)
    assert_explains(window, "x", (3, 1), "x[3,1]")


def test_of_many_terms_the_largest_are_shown_with_count_and_remainder(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(Problem.random(2000, 2, 1, 1))
    trigger(qtbot, window, "step")
    click_cell(window, "weight_grad", 1, 0)
    assert_explains(window, "weight_grad", (0, 1), "∂L/∂W[0,1]")
    assert window.snapshot is not None
    told = explain(window.snapshot, "weight_grad", (0, 1))
    largest = sorted(range(2000), key=lambda i: -abs(told.terms[i].value))[:50]
    assert [row[0] for row in terms(window)] == [f"i={i}" for i in sorted(largest)]
    remainder = told.terms.remainder(largest)
    assert said(window, "why_sum").startswith(
        f"the 50 largest of 2,000; the other 1,950 sum to {remainder:+.4f}\nΣ = {told.terms.sum():+.4f}"
    )
    row = 20
    click(window.why.terms, row, 2)
    assert_explains(window, "x", (sorted(largest)[row], 1), f"x[{sorted(largest)[row]},1]")


def test_a_run_that_left_the_finite_numbers_is_explained_and_painted(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(Problem.random(80, 3, 2, 1), Settings(1e10))
    for field, index in (("weight_grad", (0, 0)), ("loss", ()), ("weight", (1, 1)), ("prediction", (0, 0))):
        trigger(qtbot, window, "reset")
        window.why.explain_cell(field, index)
        for _ in range(12):
            trigger(qtbot, window, "step")
            picture(window.why)
            assert window.snapshot is not None
            told = explain(window.snapshot, field, index)
            assert said(window, "why_cell").endswith(f" = {told.value!r}")
            assert said(window, "why_checks").startswith("✓")
        assert "nan" in said(window, "why_cell")


def test_what_differs_is_said_and_stands_out(window: MainWindow) -> None:
    from dataclasses import replace

    click_cell(window, "prediction", 0, 0)
    checks = window.findChild(QLabel, "why_checks")
    assert isinstance(checks, QLabel)
    assert checks.property("role") == "agree"
    agreeing = checks.palette().windowText().color()
    assert window.snapshot is not None
    assert window.snapshot.prediction is not None
    forged = window.snapshot.prediction.copy()
    forged[0, 0] *= 1.01
    window.why.show_snapshot(replace(window.snapshot, prediction=forged), live=False)
    assert said(window, "why_checks").startswith("⚠ These differ by more than rounding explains")
    assert checks.property("role") == "differ"
    assert checks.palette().windowText().color() != agreeing
    window.why.show_snapshot(window.snapshot, live=False)
    assert_explains(window, "prediction", (0, 0), "ŷ[0,0]")
    assert checks.property("role") == "agree"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_in_each_theme_formula_and_bars_are_drawn(window: MainWindow, theme: str) -> None:
    window.commands[f"theme_{theme}"].trigger()
    click_cell(window, "weight_grad", 0, 0)
    settle()
    chosen = THEMES[theme]
    for part, wanted in (
        (window.why.formula, {chosen.text}),
        (window.why.terms.viewport(), {chosen.positive, chosen.negative}),
    ):
        image = picture(part)
        spots = (QPoint(x, y) for x in range(part.width()) for y in range(part.height()))
        colours = {colour_at(image, spot).name() for spot in spots}
        assert {colour.lower() for colour in wanted} <= colours


def test_every_control_has_a_name_and_says_what_it_does(window: MainWindow) -> None:
    click_cell(window, "x", 2, 1)
    click_cell(window, "prediction", 2, 1)
    found = window.why.findChildren(QWidget)
    controls = [child for child in found if isinstance(child, QAbstractButton | QTableView) and child.isVisible()]
    assert {child.objectName() for child in controls} >= {"why_back", "why_copy", "why_terms"}
    for child in controls:
        if child.objectName().startswith("why"):
            assert spoken_name(child).strip(), child
            assert len(child.toolTip()) >= 10, child
    for name in ("why_back", "why_copy"):
        assert isinstance(window.findChild(QToolButton, name), QToolButton)
