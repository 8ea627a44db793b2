"""A person asks the window why a number is what it is, by keys and by mouse."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.asking import Outlines, assert_explains, click, click_cell, marked, outlined, press, said, terms
from gui.driving import trigger
from linviz.core.explain import explain
from linviz.core.terms import Index
from linviz.gui.main_window import MainWindow
from linviz.gui.why_panel import HINT


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
    assert_explains(window, "weight_grad", (1, 1), "∂L/∂W[1, 1]")
    press(table, Qt.Key.Key_Down)
    assert_explains(window, "weight_grad", (1, 2), "∂L/∂W[1, 2]")
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
    assert said(window, "why_checks").count("ulp") == 2


@pytest.mark.parametrize(
    ("field", "row", "column", "index", "name", "outlines"),
    [
        ("prediction", 3, 1, (3, 1), "ŷ[3, 1]", {"x": (3, None), "weight": (None, 1), "bias": (0, 1)}),
        ("residual", 9, 0, (9, 0), "(ŷ − y)[9, 0]", {"prediction": (9, 0), "y": (9, 0)}),
        ("weight_grad", 0, 1, (1, 0), "∂L/∂W[1, 0]", {"residual": (None, 1), "x": (None, 0)}),
        ("bias_grad", 0, 1, (1,), "∂L/∂b[1]", {"residual": (None, 1)}),
        ("x", 4, 2, (4, 2), "x[4, 2]", {}),
        ("y", 4, 1, (4, 1), "y[4, 1]", {}),
        ("weight", 2, 0, (0, 2), "W[0, 2]", {}),
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
    assert_explains(window, "weight_grad", (1, 2), "∂L/∂W[1, 2]")
    trigger(qtbot, window, "next_phase")
    click_cell(window, "weight", 1, 2)
    assert_explains(window, "weight", (1, 2), "W[1, 2]")
    assert outlined(window) == {"weight": (1, 2), "weight_grad": (1, 2)}


def test_turning_the_panels_round_keeps_the_outlines_on_the_operands(window: MainWindow) -> None:
    click_cell(window, "prediction", 3, 1)
    window.commands["as_stored"].trigger()
    assert outlined(window) == {"x": (3, None), "weight": (1, None), "bias": (0, 1)}
    assert_explains(window, "prediction", (3, 1), "ŷ[3, 1]")
    window.commands["as_stored"].trigger()
    assert outlined(window) == {"x": (3, None), "weight": (None, 1), "bias": (0, 1)}


def test_after_an_update_a_parameter_is_old_minus_rate_times_gradient(window: MainWindow, qtbot: QtBot) -> None:
    assert window.snapshot is not None
    before = window.snapshot
    trigger(qtbot, window, "next_phase")
    click_cell(window, "weight", 2, 0)
    assert_explains(window, "weight", (0, 2), "W[0, 2]")
    assert outlined(window) == {"weight": (2, 0), "weight_grad": (2, 0)}
    gradient = before.weight_grad
    assert gradient is not None
    first, second = terms(window)
    assert first[1:] == [f"{before.weight[0, 2]:+.4f}", "", f"= {before.weight[0, 2]:+.4f}"]
    assert second[1:3] == ["−0.0100", f"× {gradient[0, 2]:+.4f}"]
    assert "by optimizer.step(): one rounding" in said(window, "why_note")
    click_cell(window, "prediction", 0, 0)
    assert said(window, "why_note").startswith("Stale: computed with the starting parameters, before step 1;")


def test_a_click_on_an_operand_goes_there_and_back_returns_through_all_levels(window: MainWindow) -> None:
    click_cell(window, "weight_grad", 1, 0)  # weight_grad[0,1]
    click(window.why.terms, 7, 1)
    assert_explains(window, "residual", (7, 0), "(ŷ − y)[7, 0]")
    assert marked(window) == {"residual": (7, 0)}
    click(window.why.terms, 0, 1)
    assert_explains(window, "prediction", (7, 0), "ŷ[7, 0]")
    click(window.why.terms, 1, 2)
    assert_explains(window, "weight", (0, 1), "W[0, 1]")
    assert marked(window) == {"weight": (1, 0)}
    for field, index, name in (
        ("prediction", (7, 0), "ŷ[7, 0]"),
        ("residual", (7, 0), "(ŷ − y)[7, 0]"),
        ("weight_grad", (0, 1), "∂L/∂W[0, 1]"),
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
    assert_explains(window, "prediction", (1, 0), "ŷ[1, 0]")
    window.why.terms.setFocus(Qt.FocusReason.TabFocusReason)
    # A table without a current cell takes its first by the first arrow.
    press(window.why.terms, Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Right)
    at = window.why.terms.currentIndex()
    assert (at.row(), at.column()) == (1, 1)
    press(window.why.terms, Qt.Key.Key_Return)
    assert_explains(window, "x", (1, 1), "x[1, 1]")
    assert marked(window) == {"x": (1, 1)}
    window.why.back.setFocus(Qt.FocusReason.TabFocusReason)
    press(window.why.back, Qt.Key.Key_Space)
    assert_explains(window, "prediction", (1, 0), "ŷ[1, 0]")
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
    assert_explains(window, "y", (0, 0), "y[0, 0]")
    assert not window.why.back.isEnabled()


def test_another_panel_and_back_to_a_cell_that_stayed_current_there(window: MainWindow) -> None:
    click_cell(window, "x", 2, 1)
    click_cell(window, "y", 0, 0)
    click_cell(window, "x", 2, 1)
    assert_explains(window, "x", (2, 1), "x[2, 1]")
    assert marked(window) == {"x": (2, 1)}


def test_latex_goes_to_the_clipboard(window: MainWindow) -> None:
    click_cell(window, "prediction", 3, 1)
    QTest.mouseClick(window.why.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert window.snapshot is not None
    assert copied == explain(window.snapshot, "prediction", (3, 1)).formula
    assert copied.startswith(r"\hat{y}_{3,1} = \sum_{j}")
