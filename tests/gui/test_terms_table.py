from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, dress, picture, problem, settle
from linviz.core.explain import Explanation, explain
from linviz.core.settings import Settings
from linviz.core.terms import Index
from linviz.core.trainer import Trainer
from linviz.gui.terms_model import BAR, TermsModel
from linviz.gui.terms_table import TermsTable
from linviz.gui.theme import THEMES, Theme


class Shown:
    """A table of terms on the screen, and what can be seen of it."""

    def __init__(self, theme: str) -> None:
        self.trainer = Trainer(problem(10, 3, 2), Settings(0.1))
        self.trainer.step()
        self.model = TermsModel()
        self.table = TermsTable(self.model, None)  # type: ignore[arg-type]  # a window of its own here
        self.theme: Theme = dress(self.table, theme)
        self.table.resize(500, 260)

    def explain(self, field: str, index: Index) -> Explanation:
        """Show an explanation."""
        told = explain(self.trainer.snapshot(), field, index)
        self.model.show_terms(told)
        self.table.fit()
        settle()
        return told

    def cell(self, row: int, column: int) -> QRect:
        """Give where a cell stands."""
        return self.table.visualRect(self.model.index(row, column))

    def colours(self, row: int, column: int) -> dict[str, list[int]]:
        """Give the colours of a cell's pixels, each with the columns of pixels that have it."""
        image = picture(self.table.viewport())
        cell = self.cell(row, column).intersected(self.table.viewport().rect())
        found: dict[str, list[int]] = {}
        for x in range(cell.left(), cell.right() + 1):
            for y in range(cell.top(), cell.bottom() + 1):
                found.setdefault(colour_at(image, QPoint(x, y)).name(), []).append(x)
        return found


@pytest.fixture(params=["light", "dark"])
def shown(qtbot: QtBot, request: pytest.FixtureRequest) -> Shown:
    made = Shown(request.param)
    qtbot.addWidget(made.table)
    made.explain("weight_grad", (1, 2))
    made.table.show()
    qtbot.waitExposed(made.table)
    made.table.activateWindow()
    qtbot.waitUntil(made.table.hasFocus)
    made.table.clearFocus()
    return made


def test_every_text_stands_in_its_own_cell(shown: Shown) -> None:
    for row in range(10):
        for column in range(BAR):
            colours = shown.colours(row, column)
            assert shown.theme.card in colours, (row, column)
            ink = sorted({x for colour, at in colours.items() if colour != shown.theme.card for x in at})
            cell, text = shown.cell(row, column), shown.model.texts(column)[row]
            assert ink, (row, column)
            assert cell.left() <= ink[0]
            assert cell.right() >= ink[-1]
            width = shown.table.fontMetrics().horizontalAdvance(text)
            assert ink[-1] - ink[0] + 1 <= width + 1
            assert cell.width() >= width


def test_a_bar_lies_on_its_side_as_long_as_its_share(shown: Shown) -> None:
    for row in range(10):
        share, cell = shown.model.share(row), shown.cell(row, BAR)
        wanted, other = shown.theme.positive, shown.theme.negative
        if share < 0:
            wanted, other = other, wanted
        colours = shown.colours(row, BAR)
        assert other not in colours
        if abs(share) > 0.05:
            columns, middle = sorted(set(colours[wanted])), cell.center().x()
            assert (columns[0] > middle - 2) if share > 0 else (columns[-1] < middle + 2)
            assert len(columns) == pytest.approx(abs(share) * (cell.width() / 2 - 2), abs=2)


def test_columns_get_wider_for_longer_numbers_and_narrower_again(shown: Shown) -> None:
    before = [shown.table.columnWidth(column) for column in range(BAR)]
    shown.model.show_terms(None)
    for label in ("prediction", "residual"):
        shown.explain(label, (3, 1))
        for column in range(BAR):
            texts = shown.model.texts(column)
            assert shown.table.columnWidth(column) >= max(map(shown.table.fontMetrics().horizontalAdvance, texts))
    shown.explain("weight_grad", (1, 2))
    assert [shown.table.columnWidth(column) for column in range(BAR)] == before


def test_it_is_painted_anew_with_each_change(shown: Shown) -> None:
    def image() -> QImage:
        return shown.table.grab().toImage()

    first = image()
    shown.trainer.step()
    shown.explain("weight_grad", (1, 2))
    second = image()
    assert second != first
    shown.explain("weight_grad", (1, 2))
    assert image() == second
    shown.table.set_theme(THEMES["dark" if shown.theme is THEMES["light"] else "light"])
    assert image() != second


def test_painting_asks_for_no_roles(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(TermsModel, "data", lambda *given: asked.append(given))
    picture(shown.table)
    assert asked == []


def test_the_current_cell_is_seen_while_the_table_has_the_focus(shown: Shown) -> None:
    shown.table.setFocus()
    shown.table.setCurrentIndex(shown.model.index(0, 0))
    QTest.keyClick(shown.table, Qt.Key.Key_Down)
    QTest.keyClick(shown.table, Qt.Key.Key_Right)
    settle()
    inner = shown.cell(1, 1)
    image = picture(shown.table.viewport())
    assert colour_at(image, QPoint(inner.center().x(), inner.top())).name() != shown.theme.card
    assert colour_at(image, QPoint(inner.center().x(), shown.cell(2, 1).top())).name() == shown.theme.card
    texts = [colour for colour in shown.colours(1, 1) if colour == shown.theme.text]
    assert texts, "the number under the mark is to be read"
    shown.table.clearFocus()
    image = picture(shown.table.viewport())
    assert colour_at(image, QPoint(inner.center().x(), inner.top())).name() == shown.theme.card


def test_scrolled_rows_stand_where_a_click_finds_them(shown: Shown) -> None:
    shown.table.resize(500, 100)
    settle()
    whole = shown.table.verticalScrollBar().maximum()
    assert whole > 0
    shown.table.verticalScrollBar().setValue(whole)
    settle()
    assert len(shown.colours(9, 1)) > 1
    shown.table.verticalScrollBar().setValue(7)  # in the middle of a row
    settle()
    for row in range(1, 4):
        assert shown.table.rowAt(shown.cell(row, 1).center().y()) == row
        assert len(shown.colours(row, 1)) > 1
        assert set(shown.colours(row, 1)) >= {shown.theme.card}
    shown.table.resize(90, 100)
    settle()
    shown.table.scrollTo(shown.model.index(2, 3))
    settle()
    assert shown.table.horizontalScrollBar().value() > 0
    assert len(shown.colours(2, 3)) > 1


def test_without_terms_it_is_the_card(shown: Shown) -> None:
    shown.model.show_terms(None)
    settle()
    image = picture(shown.table.viewport())
    found = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert found == {shown.theme.card}
