"""How the explanation follows a run: at what pace, and how little else it moves."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.asking import OpenWindow, assert_explains, click_cell, outlined, said
from gui.parts import settle
from linviz.core import why
from linviz.core.explain import Explanation, explain
from linviz.core.snapshot import Snapshot
from linviz.core.trainer import Trainer
from linviz.gui import why_panel
from linviz.gui.main_window import MainWindow
from linviz.gui.why_panel import HINT, LIVE_EVERY, PAUSE


class Clock:
    """Stands for the module time: it goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def perf_counter(self) -> float:
        return self.now


class Explaining:
    """Explains as ever, counts, and takes as long as it is told to."""

    def __init__(self, clock: Clock) -> None:
        self.count, self.takes, self._clock = 0, 0.0, clock

    def __call__(self, *given: Any) -> Explanation:
        self.count += 1
        self._clock.now += self.takes
        return explain(*given)


class Requests(QObject):
    """Keeps which widgets are asked to lay out their parts anew."""

    def __init__(self, *watched: QWidget) -> None:
        super().__init__(watched[0])
        self.asked: list[QObject] = []
        for widget in watched:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.asked.append(watched)
        return super().eventFilter(watched, event)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(why_panel, "time", made)
    return made


@pytest.fixture
def explaining(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Explaining:
    made = Explaining(clock)
    monkeypatch.setattr(why, "explain", made)
    return made


def later(window: MainWindow, count: int) -> list[Snapshot]:
    """Give moments of the window's problem, each some steps after the one before."""
    assert window.snapshot is not None
    trainer = Trainer(window.snapshot.problem)
    return [replace(trainer.run(steps=7).snapshot, run=window.snapshot.run) for _ in range(count)]


def test_it_follows_as_often_as_one_can_read(window: MainWindow, clock: Clock, explaining: Explaining) -> None:
    click_cell(window, "weight_grad", 1, 0)
    assert explaining.count == 1
    notes = [said(window, "why_note")]
    for moment in later(window, 12):
        clock.now += LIVE_EVERY / 3 + 1e-6
        window.why.show_snapshot(moment, live=True)
        notes.append(said(window, "why_note"))
    assert explaining.count == 1 + 4
    assert len(set(notes)) == 1 + 4


def test_what_takes_long_comes_more_seldom_but_comes(window: MainWindow, clock: Clock, explaining: Explaining) -> None:
    explaining.takes = 0.1
    click_cell(window, "weight_grad", 1, 0)
    first, second = later(window, 2)
    clock.now += 0.99 * PAUSE * explaining.takes
    window.why.show_snapshot(first, live=True)
    assert explaining.count == 1
    clock.now += 0.02 * PAUSE * explaining.takes
    explaining.takes = 0.0
    window.why.show_snapshot(first, live=True)
    assert explaining.count == 2
    # One that took long by chance, on a busy machine, is not held against the cell for ever.
    clock.now += LIVE_EVERY
    window.why.show_snapshot(second, live=True)
    assert explaining.count == 3


def test_after_the_run_it_shows_the_last_moment_however_soon(window: MainWindow, explaining: Explaining) -> None:
    click_cell(window, "weight_grad", 1, 0)
    for live in (True, False):
        window.why.show_snapshot(later(window, 3)[-1], live=live)
    assert explaining.count == 2
    assert said(window, "why_note").endswith("before step 21; the parameters have changed since.")


def test_without_a_cell_nothing_is_explained(window: MainWindow, clock: Clock, explaining: Explaining) -> None:
    for moment in later(window, 3):
        clock.now += 10
        window.why.show_snapshot(moment, live=True)
    assert explaining.count == 0
    assert said(window, "why_note") == HINT


@pytest.mark.parametrize("field", ["weight_grad", "prediction", "weight", "x"])
def test_following_a_run_lays_out_nothing_anew(window: MainWindow, clock: Clock, field: str) -> None:
    click_cell(window, field, 0, 1)
    first, *others = later(window, 6)
    clock.now += 10
    window.why.show_snapshot(first, live=True)
    for _ in range(3):
        settle()
    requests = Requests(window, window.why)
    values = {said(window, "why_cell")}
    for moment in others:
        clock.now += 10
        window.why.show_snapshot(moment, live=True)
        for _ in range(3):
            settle()
        values.add(said(window, "why_cell"))
    # A text may have become a line longer; the numbers themselves ask for nothing.
    assert len(requests.asked) <= 2
    assert len(values) == (1 if field == "x" else 6)


def test_the_same_operands_are_told_once(window: MainWindow, clock: Clock, qtbot: QtBot) -> None:
    told: list[object] = []
    window.why.explained.connect(told.append)
    click_cell(window, "weight_grad", 1, 0)
    for moment in later(window, 3):
        clock.now += 10
        window.why.show_snapshot(moment, live=True)
    assert told == [{"residual": (None, 0), "x": (None, 1)}]
    assert outlined(window) == {"residual": (None, 0), "x": (None, 1)}
    click_cell(window, "x", 1, 0)
    assert told[1:] == [{}]
    assert outlined(window) == {}


def test_an_error_in_the_middle_leaves_the_panel_working(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()

    def fail(*_given: object) -> None:
        raise RuntimeError("no type")

    with monkeypatch.context() as patched:
        patched.setattr(window.why.formula, "show_formula", fail)
        with pytest.raises(RuntimeError, match="no type"):
            window.why.explain_cell("x", (1, 1))
    window.go_to("y", (2, 1))
    settle()
    assert_explains(window, "y", (2, 1), "y[2, 1]")
    assert window.why.formula.height() > 0
    assert window.why.formula.isVisibleTo(window)
