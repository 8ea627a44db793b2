"""What the last update did to each parameter stands in its cell: old → new → Δ."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import trigger
from gui.parts import colour_at, picture
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.gui.main_window import MainWindow
from linviz.gui.move_delegate import MoveDelegate

PARAMETERS = ("weight", "bias")
Painted = dict[tuple[int, int], list[str]]


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> dict[str, Painted]:
    """Note the lines of each cell as they are painted, by field."""
    noted: dict[str, Painted] = {}
    stack, line = MoveDelegate._paint_stack, MoveDelegate._paint_line
    at: list[Any] = []

    def note_stack(self: MoveDelegate, painter: Any, rect: QRect, row: int, column: int, value: float) -> None:
        at[:] = [noted.setdefault(self._model.field.name, {}).setdefault((row, column), [])]
        at[0].clear()
        stack(self, painter, rect, row, column, value)

    def note_line(self: MoveDelegate, painter: Any, rect: QRect, row: int, sign: str, text: str, **how: bool) -> None:
        at[0].append(f"{row} {text}")
        line(self, painter, rect, row, sign, text, **how)

    monkeypatch.setattr(MoveDelegate, "_paint_stack", note_stack)
    monkeypatch.setattr(MoveDelegate, "_paint_line", note_line)
    return noted


def shown(array: np.ndarray, as_stored: bool) -> np.ndarray:
    return np.atleast_2d(array) if as_stored or array.ndim == 1 else array.T


def marked(window: MainWindow) -> list[tuple[str, tuple[int, int]]]:
    """See which cells bear the mark of the one that moved most."""
    found = []
    for name in PARAMETERS:
        panel = window.equation.panels[name]
        image, text = picture(panel.table.viewport()), QColor(window.view.appearance.theme.text).name()
        for row, column in np.ndindex(panel.model.rowCount(), panel.model.columnCount()):
            corner = panel.table.visualRect(panel.model.index(row, column)).topLeft() + QPoint(3, 4)
            colours = {colour_at(image, corner + QPoint(x, y)).name() for x in range(7) for y in range(6)}
            if text in colours:
                found.append((name, (row, column)))
    return found


def most_moved(before: Snapshot, after: Snapshot, as_stored: bool) -> tuple[str, tuple[int, int]]:
    """Find by numpy the parameter that moved most, and where it stands on the screen."""
    size = {name: np.abs(getattr(after, name).astype(float) - getattr(before, name)) for name in PARAMETERS}
    name = max(PARAMETERS, key=lambda each: size[each].max())
    turned = shown(size[name], as_stored)
    row, column = np.unravel_index(turned.argmax(), turned.shape)
    return name, (int(row), int(column))


@pytest.mark.parametrize("as_stored", [False, True])
@pytest.mark.parametrize("update", ["step", "manual_step", "update_again"])
def test_old_new_and_change_of_every_parameter_stand_in_its_cell(
    update: str, as_stored: bool, painted: dict[str, Painted], qtbot: QtBot, window: MainWindow
) -> None:
    before = window.snapshot
    if as_stored:
        window.commands["as_stored"].trigger()
    trigger(qtbot, window, "moves", update)
    after = window.snapshot
    assert before is not None
    assert after is not None
    painted.clear()
    picture(window.equation)
    for name in PARAMETERS:
        old, new = (shown(getattr(each, name), as_stored) for each in (before, after))
        assert painted[name].keys() == {*np.ndindex(old.shape)}
        for cell, lines in painted[name].items():
            change = float(new[cell]) - float(old[cell])
            assert lines[:2] == [f"0 {old[cell]:.4f}", f"1 {new[cell]:.4f}"]
            assert lines[2].startswith(f"2 {change:+.4f}"[:3])
            assert float(lines[2][2:]) == pytest.approx(change, rel=0.05)
    assert marked(window) == [most_moved(before, after, as_stored)]


def test_the_one_that_moved_most_is_marked_without_the_switch_too(qtbot: QtBot, open_window: OpenWindow) -> None:
    for seed in range(4):  # in which now one of the weight, now one of the bias moves most
        window = open_window(Recipe(4, 2, 2, seed=seed))
        assert marked(window) == []
        for _ in range(2):
            before = window.snapshot
            trigger(qtbot, window, "step")
            assert before is not None
            assert window.snapshot is not None
            assert marked(window) == [most_moved(before, window.snapshot, as_stored=False)]
        trigger(qtbot, window, "reset")
        assert marked(window) == []


def test_before_the_first_update_a_cell_holds_its_number_alone(
    painted: dict[str, Painted], qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    trigger(qtbot, window, "moves", "next_phase")
    painted.clear()
    picture(window.equation)
    start = Problem.notebook()
    assert painted["bias"] == {(0, k): [f"1 {start.bias[k]:.4f}"] for k in range(2)}


def test_after_a_run_it_is_what_the_last_step_did(
    painted: dict[str, Painted], qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    window.commands["moves"].trigger()
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > 50)
    trigger(qtbot, window, "run")
    from linviz.core.trainer import Trainer

    assert window.snapshot is not None
    trainer = Trainer(Problem.notebook(), Settings())
    before = trainer.run(steps=window.snapshot.step - 1).snapshot
    painted.clear()
    picture(window.equation)
    lines = [painted["bias"][0, k][:2] for k in range(2)]
    assert lines == [[f"0 {before.bias[k]:.4f}", f"1 {window.snapshot.bias[k]:.4f}"] for k in range(2)]


def test_the_switch_makes_room_for_three_lines_in_both_panels_and_takes_it_back(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    heights = {name: panel.table.rowHeight(0) for name, panel in window.equation.panels.items()}
    assert len(set(heights.values())) == 1
    trigger(qtbot, window, "moves", "step")
    stacked = {name: panel.table.rowHeight(0) for name, panel in window.equation.panels.items()}
    assert stacked["weight"] == stacked["bias"] > 2 * heights["weight"]
    assert {name: stacked[name] for name in stacked if name not in PARAMETERS} == {
        name: heights[name] for name in heights if name not in PARAMETERS
    }
    trigger(qtbot, window, "moves")
    assert {name: panel.table.rowHeight(0) for name, panel in window.equation.panels.items()} == heights


@pytest.mark.parametrize(("size", "as_stored"), [((1024, 700), False), ((1440, 900), False), ((1440, 900), True)])
def test_all_of_it_is_seen_and_no_number_is_cut(
    as_stored: bool, size: tuple[int, int], qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    window.resize(*size)
    if as_stored:
        window.commands["as_stored"].trigger()
    trigger(qtbot, window, "moves", "step")
    areas = [area for area in window.findChildren(QScrollArea) if area.widget() is window.equation]
    panels = window.equation.panels.values()

    def whole() -> bool:
        bars = [bar for panel in panels for bar in (panel.table.horizontalScrollBar(), panel.table.verticalScrollBar())]
        bars += [areas[0].horizontalScrollBar(), areas[0].verticalScrollBar()]
        return not any(bar.isVisible() or bar.maximum() for bar in bars)

    qtbot.waitUntil(whole)
    for panel in panels:
        corner = panel.mapTo(areas[0].viewport(), panel.rect().bottomRight())
        assert areas[0].viewport().rect().contains(corner), panel.field.name


def test_a_tip_and_a_screen_reader_say_what_the_update_did(qtbot: QtBot, window: MainWindow) -> None:
    panel = window.equation.panels["weight"]

    def told(role: Qt.ItemDataRole, row: int, column: int) -> str:
        return str(panel.model.index(row, column).data(role))

    roles = Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole
    assert not any("last update" in told(role, 0, 0) for role in roles)
    trigger(qtbot, window, "next_phase")
    for role in roles:
        assert "The last update moved it by +3.8e-4, from -0.3412." in told(role, 0, 0)
        assert "The last update moved it by -0.0039, from 0.1967, the most of all parameters." in told(role, 0, 1)
