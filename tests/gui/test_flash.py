"""Numbers that just changed flash, and nothing else does."""

import math
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from gui.parts import colour_at, picture
from linviz.core.settings import Settings
from linviz.core.snapshot import ARRAY_FIELDS, Snapshot
from linviz.gui import flash
from linviz.gui.array_table import ArrayTable
from linviz.gui.flash import STRONGEST, Flash
from linviz.gui.main_window import MainWindow

Cells = dict[str, set[tuple[int, int]]]


class Part:
    """Notes how strongly it was asked to flash."""

    def __init__(self) -> None:
        self.strengths: list[float] = []

    def flash(self, strength: float) -> None:
        self.strengths.append(strength)


@pytest.fixture
def _lasting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a flash stay as it begins, so that a test can look at it."""
    monkeypatch.setattr(flash, "LASTS", math.inf)


def changed(before: Snapshot | None, after: Snapshot | None) -> Cells:
    """Find by numpy which cells, as they stand on the screen, hold another number than before."""
    assert before is not None
    assert after is not None
    cells = {}
    for name in ARRAY_FIELDS:
        old, new = getattr(before, name), getattr(after, name)
        if new is not None:
            other = np.full(new.shape, True) if old is None else (old != new) & ~(np.isnan(old) & np.isnan(new))
            shown = np.atleast_2d(other).T if name in ("weight", "weight_grad") else np.atleast_2d(other)
            cells[name] = {(int(row), int(column)) for row, column in np.argwhere(shown)}
    return {name: found for name, found in cells.items() if found}


def flashing(window: MainWindow) -> Cells:
    """See on the screen which cells have another ground than their heat colour."""
    QApplication.sendPostedEvents()  # so that a new layout is there
    cells: Cells = {}
    for name, panel in window.equation.panels.items():
        image, model = picture(panel.table.viewport()), panel.model
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                rect = panel.table.visualRect(model.index(row, column))
                ground = colour_at(image, rect.topLeft() + (rect.center() - rect.topLeft()) * 0.15)
                if model.values is not None:
                    heat = panel.table._delegate.colour(model.values[row, column].item())
                    if ground.name() != heat.name():
                        cells.setdefault(name, set()).add((row, column))
    return cells


def strengths(window: MainWindow) -> set[float]:
    return {panel.table._delegate.flash for panel in window.equation.panels.values()}


def test_it_fades_and_ends(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, qapp: object) -> None:
    monkeypatch.setattr(flash, "LASTS", 0.2)
    monkeypatch.setattr(flash, "EVERY", 10)
    part, flashes = Part(), Flash(qapp)  # type: ignore[arg-type]  # a QObject
    flashes.begin([part])
    assert part.strengths == [STRONGEST]
    qtbot.waitUntil(lambda: part.strengths[-1] == 0.0)
    assert all(one > other for one, other in pairwise(part.strengths))
    said = len(part.strengths)
    flashes.end()
    assert len(part.strengths) == said, "what is over can't end again"


@pytest.mark.usefixtures("_lasting")
def test_the_next_one_ends_the_one_before(qapp: object) -> None:
    first, second, flashes = Part(), Part(), Flash(qapp)  # type: ignore[arg-type]  # a QObject
    flashes.begin([first])
    flashes.begin([second])
    assert (first.strengths, second.strengths) == ([STRONGEST, 0.0], [STRONGEST])
    flashes.begin([])
    assert second.strengths[-1] == 0.0


@pytest.mark.usefixtures("_lasting")
def test_cells_that_changed_flash_and_no_others(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(1440, 900)
    for name in ("next_phase", "step", "next_phase", "manual_step", "update_again", "next_phase", "reset", "new_seed"):
        before = window.snapshot
        trigger(qtbot, window, name)
        expected = changed(before, window.snapshot)
        assert flashing(window) == expected, name
        assert expected
    assert strengths(window) <= {0.0, STRONGEST}


@pytest.mark.usefixtures("_lasting")
def test_what_changes_no_number_in_a_panel_lets_nothing_flash(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    assert flashing(window) == {}, "the numbers were shown before PyTorch was there"
    trigger(qtbot, window, "reset")
    assert flashing(window) == {}
    trigger(qtbot, window, "next_phase", "next_phase")
    assert flashing(window) == {}, "the loss is in no panel"
    trigger(qtbot, window, "step")
    assert flashing(window)
    window.tool_bar.learning_rate.changed.emit(0.3)
    settle(qtbot, window)
    assert flashing(window) == {}


@pytest.mark.usefixtures("_lasting")
def test_turned_round_by_the_switch_nothing_flashes_and_then_the_right_cells_do(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    trigger(qtbot, window, "step")
    window.commands["as_stored"].trigger()
    assert flashing(window) == {}
    before = window.snapshot
    trigger(qtbot, window, "step")
    expected = changed(before, window.snapshot)
    turned = {name: {cell[::-1] for cell in expected[name]} for name in ("weight", "weight_grad")}
    assert flashing(window) == expected | turned


@pytest.mark.usefixtures("_lasting")
def test_what_stays_no_number_does_not_flash(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(settings=Settings(learning_rate=3e38))
    window.resize(1440, 900)
    trigger(qtbot, window, "step")
    for _ in range(6):
        before = window.snapshot
        trigger(qtbot, window, "step")
        assert flashing(window) == changed(before, window.snapshot)
    assert window.snapshot is not None
    assert math.isnan(window.snapshot.weight[0, 0])
    assert flashing(window) == {}


@pytest.mark.usefixtures("_lasting")
def test_who_does_not_like_it_switches_it_off_at_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    assert window.commands["flash"].isChecked()
    trigger(qtbot, window, "step")
    assert STRONGEST in strengths(window)
    trigger(qtbot, window, "flash")
    assert strengths(window) == {0.0}
    trigger(qtbot, window, "step", "next_phase", "reset")
    assert strengths(window) == {0.0}
    trigger(qtbot, window, "flash", "step")
    assert STRONGEST in strengths(window)


@pytest.mark.usefixtures("_lasting")
def test_during_a_run_nothing_flashes_and_one_that_is_on_ends(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    asked: list[tuple[float, bool]] = []
    own = ArrayTable.flash

    def noted(table: ArrayTable, strength: float) -> None:
        asked.append((strength, window.backend.running))
        own(table, strength)

    monkeypatch.setattr(ArrayTable, "flash", noted)
    for _ in range(2):
        trigger(qtbot, window, "step")
        assert STRONGEST in strengths(window)
        window.commands["run"].trigger()
        qtbot.waitUntil(lambda: strengths(window) == {0.0})
        assert window.backend.running
        step = window.snapshot.step if window.snapshot else 0
        qtbot.waitUntil(lambda step=step: window.snapshot is not None and window.snapshot.step > step + 200)  # type: ignore[misc]  # bound in a loop
        trigger(qtbot, window, "run")
    assert {strength for strength, running in asked if running} == {0.0}


def test_at_its_strongest_the_number_is_read(qtbot: QtBot, open_window: OpenWindow) -> None:
    assert STRONGEST < 1, "the heat colour shows through"
    window = open_window()
    trigger(qtbot, window, "step")
    table = window.equation.panels["weight"].table
    qtbot.waitUntil(lambda: strengths(window) == {0.0})
    after = picture(table.viewport())
    window.equation._flash.begin([table])
    during = picture(table.viewport())
    rect = table.visualRect(window.equation.panels["weight"].model.index(0, 0))
    ink = [
        (x, y)
        for x in range(rect.left() + 4, rect.right() - 3)
        for y in range(rect.top() + 3, rect.bottom() - 2)
        if after.pixelColor(x, y).lightness() < 80
    ]
    assert len(ink) > 10
    assert all(during.pixelColor(x, y).lightness() < 110 for x, y in ink)
    window.equation.end_flash()
