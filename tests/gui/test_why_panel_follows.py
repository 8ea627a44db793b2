import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QTableView, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui.asking import (
    OpenWindow,
    assert_explains,
    click,
    click_cell,
    marked,
    outlined,
    press,
    said,
    terms,
)
from gui.driving import trigger
from gui.parts import colour_at, picture, settle, spoken_name
from linviz.core.explain import explain
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.gui.main_window import MainWindow
from linviz.gui.theme import THEMES
from linviz.gui.why_panel import HINT

if TYPE_CHECKING:
    from linviz.core.terms import Index


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
    assert [row[0] for row in terms(window)] == [f"i={i} k={k}" for i in range(10) for k in range(2)]
    assert " × 0.05 = " in said(window, "why_sum")
    click(window.why.terms, 5, 2)
    assert_explains(window, "residual", (2, 1), "(ŷ − y)[2, 1]")
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
    assert note.startswith(f"There is no {field} yet: run the phases up to ")
    assert note.endswith(" first.")
    assert (
        said(window, "why_cell")
        == {
            "prediction": "ŷ[0, 0]",
            "residual": "(ŷ − y)[0, 0]",
            "weight_grad": "∂L/∂W[0, 0]",
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
        assert_explains(window, "weight_grad", (0, 0), "∂L/∂W[0, 0]")
    trigger(qtbot, window, *["next_phase"] * 3)
    assert said(window, "why_note").startswith("There is no weight_grad: zero_grad has cleared it; run the phase back")
    assert outlined(window) == {}
    trigger(qtbot, window, "next_phase")
    assert_explains(window, "weight_grad", (0, 0), "∂L/∂W[0, 0]")
    assert said(window, "why_note").startswith("Fresh")
    trigger(qtbot, window, "reset")
    assert said(window, "why_note").startswith("There is no weight_grad yet: ")


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
    assert_explains(window, "x", (3, 1), "x[3, 1]")
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
    assert_explains(window, "x", (3, 1), "x[3, 1]")


def test_of_many_terms_the_largest_are_shown_with_count_and_remainder(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(Problem.random(2000, 2, 1, 1))
    trigger(qtbot, window, "step")
    click_cell(window, "weight_grad", 1, 0)
    assert_explains(window, "weight_grad", (0, 1), "∂L/∂W[0, 1]")
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
    assert_explains(window, "x", (sorted(largest)[row], 1), f"x[{sorted(largest)[row]}, 1]")


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
            first = said(window, "why_cell").split("\n")[0]
            assert first.endswith(f" = {np.float32(told.value)!s}")
            wrong = "⚠ Not finite" if not np.isfinite(told.value) else ("autograd ", "torch ")
            assert said(window, "why_checks").startswith(wrong)
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
    assert said(window, "why_checks").startswith("⚠ These ways to the same number differ by more than rounding")
    assert checks.property("role") == "differ"
    assert checks.palette().windowText().color() != agreeing
    window.why.show_snapshot(window.snapshot, live=False)
    assert_explains(window, "prediction", (0, 0), "ŷ[0, 0]")
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
