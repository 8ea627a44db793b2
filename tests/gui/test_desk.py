"""In a small window, and at large text, the numbers of the equation stay whole: the parts below give way."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLabel, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui.asking import press, said
from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from linviz.core.command import Run
from linviz.core.problem import Recipe
from linviz.core.snapshot import Burst
from linviz.core.terms import Index
from linviz.core.theory import Theory
from linviz.gui.main_window import MainWindow
from linviz.gui.theory_card import TheoryPage

CELLS: list[tuple[str, Index]] = [("weight_grad", (0, 1)), ("prediction", (4, 1)), ("loss", ()), ("weight", (0, 1))]


def place(window: MainWindow, part: QWidget) -> QRect:
    return QRect(part.mapTo(window, QPoint()), part.size())


def bars(*areas: QAbstractScrollArea) -> list[str]:
    """Give the areas that show a scroll bar."""
    shown = ((area, bar) for area in areas for bar in (area.horizontalScrollBar(), area.verticalScrollBar()))
    return [area.objectName() for area, bar in shown if bar.isVisible()]


def whole(window: MainWindow) -> bool:
    """Tell whether each table shows all its cells, as wide as a number with four decimals."""
    tables = [panel.table for panel in window.equation.panels.values()]
    wide = all(table.columnWidth(0) >= table._delegate.cell.width() for table in tables)
    return wide and not bars(*tables, *equation_area(window))


def equation_area(window: MainWindow) -> list[QScrollArea]:
    return [area for area in window.desk.splitter.findChildren(QScrollArea) if area.widget() is window.equation]


def label(window: MainWindow, name: str) -> QLabel:
    found = window.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found


def why_area(window: MainWindow) -> QScrollArea:
    area = window.why.findChild(QScrollArea, "why_area")
    assert isinstance(area, QScrollArea)
    return area


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("size", "larger"), [((1024, 700), 0), ((1440, 900), 0), ((1440, 900), 3)])
def test_to_explain_a_number_takes_no_other_from_the_window(
    size: tuple[int, int], larger: int, cell: tuple[str, Index], qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    window.resize(*size)
    trigger(qtbot, window, *["larger_text"] * larger, *["next_phase"] * (5 if cell[0] == "weight" else 4))
    qtbot.waitUntil(lambda: whole(window))
    heights = {name: panel.height() for name, panel in window.equation.panels.items()}
    window.go_to(*cell)
    assert said(window, "why_cell")
    assert window.why.terms.isVisible()
    for _ in range(10):  # what is laid out anew asks others to be
        QApplication.sendPostedEvents()
        window.grab()
    assert {name: panel.height() for name, panel in window.equation.panels.items()} == heights
    qtbot.waitUntil(lambda: whole(window))


@pytest.mark.parametrize("cell", CELLS)
def test_no_part_reaches_beyond_the_smallest_window(
    cell: tuple[str, Index], qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    window.resize(800, 560)
    trigger(qtbot, window, *["next_phase"] * 5)
    window.go_to(*cell)

    def inside() -> bool:
        room = place(window, window.desk.splitter)
        return all(room.contains(place(window, part)) for part in (window.loss, window.code, window.why))

    qtbot.waitUntil(inside)
    value = label(window, "loss_value")
    qtbot.waitUntil(lambda: value.width() >= value.sizeHint().width())


def test_what_there_is_no_room_for_is_reached_by_keys(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(800, 560)
    trigger(qtbot, window, "step")
    area = why_area(window)
    assert area.focusPolicy() == Qt.FocusPolicy.NoFocus
    window.go_to("weight", (0, 1))
    bar = area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert area.focusPolicy() == Qt.FocusPolicy.TabFocus
    for _ in range(30):
        press(area, Qt.Key.Key_Down)
    assert bar.value() == bar.maximum()
    remark = label(window, "why_remark")
    assert "The notebook writes" in remark.text()
    assert remark.mapTo(area.viewport(), remark.rect().bottomLeft()).y() <= area.viewport().height()
    window.go_to("weight", (0, 2))
    assert bar.value() == 0, "another cell begins with its name"


def test_the_sum_stands_right_below_the_terms(window: MainWindow, qtbot: QtBot) -> None:
    window.go_to("weight_grad", (0, 1))
    terms, total = window.why.terms, label(window, "why_sum")
    qtbot.waitUntil(lambda: terms.height() == 10 * terms.rowHeight(0))
    assert bars(terms, why_area(window)) == []
    assert 0 < place(window, total).top() - place(window, terms).bottom() < terms.rowHeight(0)


def test_where_there_is_little_width_the_numbers_have_that_of_the_bars(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(1000, 700)
    trigger(qtbot, window, "step")
    window.go_to("weight", (0, 1))
    terms = window.why.terms
    qtbot.waitUntil(lambda: terms.isColumnHidden(4))
    qtbot.waitUntil(lambda: bars(terms) == [])
    assert terms.height() == 2 * terms.rowHeight(0)
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: not terms.isColumnHidden(4))
    assert terms.columnWidth(4) >= 20


def test_many_samples_scroll_by_one_bar_and_keep_their_decimals(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(Recipe(200, 3, 2, seed=3))
    window.resize(1024, 700)
    trigger(qtbot, window, *["next_phase"] * 4)
    panels = window.equation.panels
    tables = [panel.table for panel in panels.values()]
    qtbot.waitUntil(lambda: bars(*tables) == ["residual"])
    for table in tables:
        assert table.columnWidth(0) >= table._delegate.cell.width(), table.objectName()
        assert table.columnWidth(0) * table.model().columnCount() <= table.viewport().width(), table.objectName()
    panels["residual"].table.verticalScrollBar().setValue(500)
    assert {panel.table.verticalScrollBar().value() for panel in panels.values() if panel.field.per_sample} == {500}


@pytest.mark.parametrize("width", [800, 1024, 1440])
@pytest.mark.parametrize("steps", [1, 2500])
def test_the_heading_of_the_loss_leaves_out_what_stands_elsewhere_before_it_cuts_the_number(
    steps: int, width: int, qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    window.resize(width, 700)
    window.backend.submit(Run(steps=steps, by_hand=False))
    settle(qtbot, window)
    value, count = label(window, "loss_value"), label(window, "step_count")
    qtbot.waitUntil(lambda: value.width() >= value.sizeHint().width())
    assert value.isVisible()
    assert value.text() != "–"
    assert count.isVisible() == (width > 800)
    assert not count.isVisible() or count.width() >= count.sizeHint().width()
    buttons = [button for button in window.loss.findChildren(QToolButton) if button.isVisible()]
    assert len(buttons) in ((2, 3) if width > 1024 else (0,))
    assert all(window.loss.rect().contains(button.geometry()) for button in buttons)


def seen(window: MainWindow) -> list[str]:
    """Give the parts below the equation that can be seen."""
    desk = window.desk
    parts = {"loss": desk.loss, "theory": desk.theory, "code": desk.code, "tour": desk.tour, "why": desk.why}
    return [name for name, part in parts.items() if part.isVisible()]


def test_theory_and_code_stand_side_by_side_or_share_a_place(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(1440, 900)
    assert seen(window) == ["loss", "theory", "code", "why"]
    window.resize(1024, 700)
    assert seen(window) == ["loss", "code", "why"]
    window.commands["landscape"].trigger()
    assert seen(window) == ["loss", "theory", "why"]
    room = place(window, window.desk.splitter)
    assert all(room.contains(place(window, part)) for part in (window.loss, window.desk.theory, window.why))
    window.commands["code"].trigger()
    assert seen(window) == ["loss", "code", "why"]
    window.commands["landscape"].trigger()
    window.commands["tour"].trigger()
    assert seen(window) == ["loss", "tour", "why"]


def test_widths_are_a_persons_and_are_kept_also_while_a_place_is_shared(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(1440, 900)
    below = window.desk.below
    below.moveSplitter(600, 1)
    chosen = tuple(below.sizes())
    assert window.view.layout()["below"] == [*chosen]
    window.resize(1024, 700)
    window.resize(1440, 900)
    assert below.sizes() == pytest.approx(chosen, abs=2)
    window.commands["reset_layout"].trigger()
    assert below.sizes()[0] < 500
    assert window.view.layout()["below"] == []


def test_a_page_that_cannot_be_seen_is_told_nothing_until_it_can(qtbot: QtBot, open_window: OpenWindow) -> None:
    class Page(TheoryPage):
        def __init__(self) -> None:
            super().__init__()
            self.told: list[str] = []

        def show_theory(self, theory: Theory | None, why_not: str) -> None:
            self.told.append("unknown" if theory is None else "theory")

        def show_burst(self, burst: Burst, live: bool) -> None:
            self.told.append(f"step {burst.snapshot.step}")

    window = open_window()
    card, page = window.desk.theory, Page()
    window.resize(1024, 700)
    card.add_page("landscape", page)
    card.show_page("landscape")
    trigger(qtbot, window, "step", "step")
    qtbot.waitUntil(lambda: window.foresight.theory is not None)
    assert page.told == []
    window.commands["landscape"].trigger()
    assert page.told == ["theory", "step 2"]
    trigger(qtbot, window, "step")
    assert page.told == ["theory", "step 2", "step 3"]


def test_tabs_without_room_for_their_words_are_icons(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(800, 560)
    window.commands["spectrum"].trigger()
    card = window.desk.theory
    tabs = {button.defaultAction().objectName(): button for button in card.findChildren(QToolButton)
            if button.parent() is card and button.isVisible()}  # fmt: skip
    assert list(tabs) == ["code", "landscape", "what_if", "spectrum"]
    icons = [name for name, tab in tabs.items() if tab.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly]
    assert icons == ["code", "landscape", "what_if"]
    qtbot.waitUntil(lambda: all(tab.width() >= tab.sizeHint().width() for tab in tabs.values()))
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: tabs["landscape"].toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextOnly)
