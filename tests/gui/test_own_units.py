"""What the equation says of own data: columns by name, what was standardised and how it was, true weights."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.asking import said
from gui.conftest import OpenWindow
from gui.driving import trigger
from linviz.core.clipping import pasted
from linviz.core.problem import Problem, Recipe
from linviz.core.tables.table import TableSource
from linviz.gui.main_window import MainWindow
from linviz.gui.own_units import Rescaled

TIP, SPOKEN, SHOWN = (
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.UserRole,
)
DRAWN = np.random.default_rng(5).normal((50, 0.1, 900), (12, 0.02, 300), (12, 3)).round(3)
TABLE = "age,<ph>,price\n" + "".join(f"{a},{b},{c}\n" for a, b, c in DRAWN)
STANDARDISED = TableSource(TABLE.encode(), ("age", "<ph>"), ("price",), standardize=("x", "y"))


@pytest.fixture
def window(open_window: OpenWindow, qtbot: QtBot) -> MainWindow:
    made = open_window(STANDARDISED)
    trigger(qtbot, made, "step", *["next_phase"] * 4)
    return made


def numbers(window: MainWindow, name: str) -> NDArray[np.float64]:
    """Read a panel as it stands on the screen."""
    model = window.equation.panels[name].model
    cells = [
        [model.index(row, column).data(SHOWN) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]
    return np.array(cells)


def heading(window: MainWindow, name: str) -> tuple[str, str]:
    """Give the symbol above a panel, and the longest of the words below it."""
    panel = window.equation.panels[name]
    return panel._symbol.text(), panel._caption.toolTip()


def test_on_demand_the_numbers_stand_in_the_datas_own_units(window: MainWindow, qtbot: QtBot) -> None:
    switch = window.commands["own_units"]
    assert switch.isEnabled()
    assert not switch.isChecked()
    before = {name: numbers(window, name) for name in window.equation.panels}
    np.testing.assert_allclose(before["x"].mean(0), 0, atol=1e-6)
    switch.trigger()
    x, y = DRAWN[:, :2], DRAWN[:, 2:]
    now = {name: numbers(window, name) for name in window.equation.panels}
    np.testing.assert_allclose(now["x"], x, rtol=1e-6)
    np.testing.assert_allclose(now["y"], y, rtol=1e-6)
    np.testing.assert_allclose(now["prediction"], x @ now["weight"] + now["bias"], rtol=1e-5)
    np.testing.assert_allclose(now["residual"], now["prediction"] - y, atol=1e-3)
    for name in ("weight_grad", "bias_grad"):
        np.testing.assert_array_equal(now[name], before[name])
        assert "standardised" in heading(window, name)[1]
    trigger(qtbot, window, "step")
    assert not np.array_equal(numbers(window, "weight"), now["weight"])
    switch.trigger()
    assert numbers(window, "x").tobytes() == before["x"].tobytes()


def test_in_own_units_numbers_are_copied_as_they_stand_and_not_edited(window: MainWindow) -> None:
    window.commands["own_units"].trigger()
    window.go_to("x", (0, 0))
    for name in ("select_all", "copy"):
        window.commands[name].trigger()
    np.testing.assert_allclose(pasted(QGuiApplication.clipboard().text()), DRAWN[:, :2], rtol=1e-6)
    for name in ("edit_number", "paste"):
        window.message.hide()
        window.commands[name].trigger()
        assert "switch View → Original units off" in window.message.accessibleName()
        assert window.message.isVisible()


def test_what_is_standardised_says_so(window: MainWindow) -> None:
    assert heading(window, "x") == ("x\u0303", "input · 12 × 2 · standardised: (x − mean) / std")
    assert heading(window, "y") == ("y\u0303", "target · 12 × 1 · standardised: (y − mean) / std")
    assert heading(window, "residual")[0] == "ŷ − y\u0303"
    assert heading(window, "prediction")[0] == "ŷ"
    symbol = window.equation.panels["x"]._symbol
    mean, std = DRAWN.mean(0), DRAWN.std(0)
    assert f"age · mean {mean[0]:.6g}, std {std[0]:.6g}" in symbol.toolTip()
    window.commands["own_units"].trigger()
    assert heading(window, "x") == ("x", "input · 12 × 2 · in the data's own units")
    tip = window.equation.panels["x"].model.index(3, 0).data(TIP)
    assert f"= {DRAWN[3, 0]}</b>" in tip
    assert "trained on as" in tip


def test_other_data_have_nothing_to_undo(window: MainWindow, qtbot: QtBot) -> None:
    window.commands["own_units"].trigger()
    window.driver.load(Problem.notebook())
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.shape == (10, 3, 2))
    switch = window.commands["own_units"]
    assert not switch.isEnabled()
    assert not switch.isChecked()
    assert heading(window, "x") == ("x", "input · 10 × 3")
    np.testing.assert_array_equal(numbers(window, "x").astype(np.float32), window.snapshot.x)  # type: ignore[union-attr]  # waited for
    assert not window.equation.panels["x"].table.horizontalHeader().isVisibleTo(window)


def test_columns_are_called_by_their_names(window: MainWindow) -> None:
    across = Qt.Orientation.Horizontal
    for name, called in (("x", ["age", "<ph>"]), ("y", ["price"]), ("prediction", ["price"]), ("residual", ["price"])):
        panel = window.equation.panels[name]
        assert [panel.model.headerData(at, across) for at in range(panel.model.columnCount())] == called
        assert panel.table.horizontalHeader().isVisibleTo(window)
    model = window.equation.panels["weight"].model
    assert "<b>W[0, 1] (&lt;ph&gt; → price) =" in model.index(1, 0).data(TIP)
    assert model.index(1, 0).data(SPOKEN).startswith("W[0, 1] (<ph> → price) =")
    window.go_to("x", (3, 0))
    assert said(window, "why_cell").startswith("x[3, 0] (age) =")
    window.go_to("bias_grad", (0,))
    assert said(window, "why_cell").startswith("∂L/∂b[0] (price) =")


def test_rows_beside_each_other_stay_on_one_height(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(STANDARDISED)
    tops = {
        panel.table.viewport().mapTo(window.equation, panel.table.viewport().rect().topLeft()).y()
        for panel in window.equation.panels.values()
        if panel.field.per_sample
    }
    assert len(tops) == 1


def test_how_far_the_parameters_are_from_the_true_ones_is_shown(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(Recipe(30, 3, 2, 4, noise=0.1))
    for _ in range(2):
        trigger(qtbot, window, "step")
        moment = window.snapshot
        assert moment is not None
        for name, symbol in (("weight", "W"), ("bias", "b")):
            missed = np.linalg.norm(getattr(moment, name) - getattr(moment.problem, f"true_{name}"))
            assert f"‖{symbol} − {symbol}*‖ = {missed:.4g}" in heading(window, name)[1]
    assert window.snapshot is not None
    true = window.snapshot.problem.true_weight
    assert true is not None
    tip = window.equation.panels["weight"].model.index(2, 1).data(TIP)
    assert f"True value {true[1, 2]:.6g}" in tip
    assert "True value" not in window.equation.panels["weight_grad"].model.index(2, 1).data(TIP)
    assert isinstance(window.equation.panels["weight"]._symbol, QLabel)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_no_more_digits_are_made_than_the_stored_number_has(dtype: str) -> None:
    mean, std = np.array([0.4747474747]), np.array([0.4993620])
    stored = ((np.array([[0.0], [1.0]]) - mean) / std).astype(dtype)
    seen = Rescaled(stored, std, mean)
    assert [str(seen[row, 0].item()) for row in range(2)] == ["0.0", "1.0"]
