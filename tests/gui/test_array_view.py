import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, dress, frozen, moment_of, picture, problem, spoken_name
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import ARRAY_FIELDS, Snapshot
from linviz.gui.array_view import ArrayPanel
from linviz.gui.fields import FIELDS, FRESHNESS
from linviz.gui.labels import Badge, Caption
from linviz.gui.theme import LIGHT

NOTEBOOK = {"x": (10, 3), "weight": (2, 3), "bias": (2,), "prediction": (10, 2), "y": (10, 2), "residual": (10, 2),
            "weight_grad": (2, 3), "bias_grad": (2,)}  # fmt: skip


def panel_of(qtbot: QtBot, field: str, shape: tuple[int, ...] = (), *, as_stored: bool = False) -> ArrayPanel:
    panel = ArrayPanel(FIELDS[field])
    qtbot.addWidget(panel)
    panel.start(shape or NOTEBOOK[field], as_stored)
    return panel


def shown_panel(qtbot: QtBot, field: str, shape: tuple[int, ...], scale: float = 1.0) -> ArrayPanel:
    """Give a panel on the screen, dressed and with numbers."""
    panel = panel_of(qtbot, field, shape)
    dress(panel, scale=scale)
    panel.model.show_array(frozen(np.linspace(-1, 1, int(np.prod(shape))).reshape(shape)), "fresh")
    panel.resize(panel.sizeHint())
    panel.show()
    return panel


def heading(panel: ArrayPanel) -> tuple[str, str]:
    """Give symbol and caption."""
    symbol = next(label.text() for label in panel.findChildren(QLabel) if label.property("role") == "symbol")
    caption = panel.findChild(Caption)
    assert isinstance(caption, Caption)
    return symbol, caption.text()


def badge(panel: ArrayPanel) -> Badge:
    found = panel.findChild(Badge)
    assert isinstance(found, Badge)
    return found


@pytest.mark.parametrize("field", ARRAY_FIELDS)
def test_a_table_bears_the_name_of_its_field(field: str, qtbot: QtBot) -> None:
    panel = panel_of(qtbot, field)
    assert panel.findChild(QWidget, field) is panel.table


def test_a_panel_is_headed_by_symbol_word_and_shape(qtbot: QtBot) -> None:
    assert heading(panel_of(qtbot, "x")) == ("x", "input · 10 × 3")
    assert heading(panel_of(qtbot, "bias")) == ("b", "bias · 2")
    assert heading(panel_of(qtbot, "residual")) == ("ŷ − y", "residual · 10 × 2")


def test_transposed_the_symbol_and_the_caption_say_so(qtbot: QtBot) -> None:
    assert heading(panel_of(qtbot, "weight")) == ("W<sup>T</sup>", "weight 3 × 2 · stored 2 × 3")
    assert heading(panel_of(qtbot, "weight", as_stored=True)) == ("W", "weight · 2 × 3")
    assert heading(panel_of(qtbot, "weight_grad"))[0] == "∂L/∂W<sup>T</sup>"


@pytest.mark.parametrize("field", sorted({*ARRAY_FIELDS} - {"weight", "weight_grad"}))
def test_only_the_weight_and_its_gradient_are_ever_transposed(field: str, qtbot: QtBot) -> None:
    assert heading(panel_of(qtbot, field)) == heading(panel_of(qtbot, field, as_stored=True))
    assert not panel_of(qtbot, field).model.transposed


def test_a_screen_reader_hears_word_shape_and_meaning(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, "weight")
    assert spoken_name(panel.table) == "weight, 2 × 3, shown transposed, stored 2 × 3"
    assert panel.table.accessibleDescription() == FIELDS["weight"].meaning
    panel.start((2, 3), as_stored=True)
    assert spoken_name(panel.table) == "weight, 2 × 3"


def test_the_badge_says_how_the_field_stands_to_the_parameters(qtbot: QtBot) -> None:
    given = problem(4, 3, 2)
    start, done = Snapshot.at_start(given, Settings()), moment_of(given, step=1)
    fresh = dataclasses.replace(
        done, computed_at=dict.fromkeys(done.computed_at, 1), computed_from={key: {} for key in done.computed_at}
    )
    for field, shape in (("weight_grad", (2, 3)), ("prediction", (4, 2))):
        panel = panel_of(qtbot, field, shape)
        for moment, word in ((start, "none"), (done, "stale"), (fresh, "fresh"), (start, "none")):
            panel.show_snapshot(moment)
            assert badge(panel).text() == word
            assert badge(panel).toolTip() == FRESHNESS[word]
        panel = panel_of(qtbot, "weight", (2, 3))
        panel.show_snapshot(done)
        assert badge(panel).text() == "fresh"


def test_the_badges_colour_follows_its_word(qtbot: QtBot) -> None:
    panel = shown_panel(qtbot, "bias", (2,))
    colours = {"fresh": LIGHT.done, "stale": LIGHT.stale, "none": LIGHT.none}
    for word in ("fresh", "stale", "none", "fresh"):
        badge(panel).show_freshness(word)
        place = badge(panel)
        assert colour_at(picture(panel), place.mapTo(panel, QPoint(4, place.height() // 2))).name() == colours[word]


def test_a_panel_shows_its_own_field_of_a_snapshot(qtbot: QtBot) -> None:
    moment = moment_of(Problem.notebook())
    for field in ARRAY_FIELDS:
        panel = panel_of(qtbot, field)
        panel.show_snapshot(moment)
        model, stored = panel.model, getattr(moment, field)
        expected = stored.T if field in ("weight", "weight_grad") else np.atleast_2d(stored)
        shown = [
            [model.data(model.index(row, column), Qt.ItemDataRole.UserRole) for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]
        assert np.array_equal(shown, expected)


def test_a_new_array_is_on_the_screen_at_once(qtbot: QtBot) -> None:
    panel = shown_panel(qtbot, "bias", (2,))
    before = picture(panel)
    panel.model.show_array(frozen([0.25, -0.75]), "fresh")
    assert picture(panel) != before


def test_arrows_move_the_selected_cell_and_a_new_array_leaves_it_where_it_is(qtbot: QtBot) -> None:
    panel = shown_panel(qtbot, "x", (4, 3))
    table = panel.table
    table.setCurrentIndex(panel.model.index(0, 0))
    for key, place in (
        (Qt.Key.Key_Down, (1, 0)),
        (Qt.Key.Key_Right, (1, 1)),
        (Qt.Key.Key_Right, (1, 2)),
        (Qt.Key.Key_Right, (1, 2)),
        (Qt.Key.Key_Up, (0, 2)),
    ):
        QTest.keyClick(table, key)
        assert (table.currentIndex().row(), table.currentIndex().column()) == place
        assert len(table.selectedIndexes()) == 1
    panel.model.show_array(frozen(np.ones((4, 3))), "fresh")
    assert (table.currentIndex().row(), table.currentIndex().column()) == (0, 2)


def test_a_start_of_another_shape_selects_nothing(qtbot: QtBot) -> None:
    panel = shown_panel(qtbot, "x", (4, 3))
    panel.table.setCurrentIndex(panel.model.index(2, 2))
    panel.start((4, 3), as_stored=False)
    assert panel.table.currentIndex().row() == 2, "of the same shape, it selects what was selected"
    panel.start((3, 4), as_stored=False)
    panel.start((4, 3), as_stored=False)
    unselected = picture(panel)
    assert not panel.table.currentIndex().isValid()
    fresh = shown_panel(qtbot, "x", (4, 3))
    fresh.start((3, 4), as_stored=False)
    fresh.start((4, 3), as_stored=False)
    assert unselected == picture(fresh)


def test_what_is_computed_cannot_be_typed_over(qtbot: QtBot) -> None:
    panel = shown_panel(qtbot, "residual", (2, 2))
    panel.table.setCurrentIndex(panel.model.index(0, 0))
    for key in (Qt.Key.Key_F2, Qt.Key.Key_5, Qt.Key.Key_Return):
        QTest.keyClick(panel.table, key)
        assert panel.table.state() == panel.table.State.NoState
    QTest.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert panel.table.state() == panel.table.State.NoState


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.5])
@pytest.mark.parametrize("shape", [(1, 1), (10, 3), (1000, 50), (3, 400)])
def test_a_column_is_never_narrower_than_a_number(shape: tuple[int, int], scale: float, qtbot: QtBot) -> None:
    panel = shown_panel(qtbot, "x", shape, scale)
    number = QFontMetricsF(panel.table.font()).horizontalAdvance("-1.2345")
    for width in (50, 300, 900):
        panel.resize(width, 200)
        assert panel.table.columnWidth(0) >= number
    assert panel.table.rowHeight(0) >= QFontMetricsF(panel.table.font()).height()


def test_a_table_with_more_numbers_than_there_is_room_for_scrolls_to_its_last_one(qtbot: QtBot) -> None:
    panel = shown_panel(qtbot, "x", (1000, 50))
    panel.resize(400, 300)
    table = panel.table
    last = panel.model.index(999, 49)
    assert not table.viewport().rect().intersects(table.visualRect(last))
    table.scrollTo(last)
    assert table.viewport().rect().contains(table.visualRect(last))


@pytest.mark.parametrize("width", range(300, 700, 67))
def test_a_table_that_scrolls_sideways_shows_whole_columns(width: int, qtbot: QtBot) -> None:
    # Half a number looks like another one.
    panel = shown_panel(qtbot, "x", (5, 50))
    panel.resize(width, 200)
    table = panel.table
    whole, rest = divmod(table.viewport().width(), table.columnWidth(0))
    assert whole >= 2
    assert rest < whole  # pixels that can't be shared out
    table.horizontalScrollBar().setValue(7)
    assert table.visualRect(panel.model.index(0, table.columnAt(0))).left() == 0


def test_a_table_that_fits_has_no_scroll_bars(qtbot: QtBot) -> None:
    panel = shown_panel(qtbot, "x", (10, 3))
    assert panel.table.verticalScrollBar().maximum() == 0
    assert panel.table.horizontalScrollBar().maximum() == 0


def test_larger_text_makes_larger_cells(qtbot: QtBot) -> None:
    sizes = [shown_panel(qtbot, "x", (10, 3), scale).sizeHint() for scale in (0.8, 1.0, 1.5, 2.5)]
    for smaller, larger in pairwise(sizes):
        assert smaller.width() < larger.width()
        assert smaller.height() < larger.height()


def test_only_x_counts_its_rows(qtbot: QtBot) -> None:
    panels = [panel_of(qtbot, field) for field in ARRAY_FIELDS]
    assert [panel.field.name for panel in panels if not panel.table.verticalHeader().isHidden()] == ["x"]


def test_ten_million_rows_fit_into_a_layout(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, "x", (10_000_000, 3))
    dress(panel)
    assert max(panel.sizeHint().toTuple()) < 2**24
    panel.resize(300, 200)
    panel.show()
    table = panel.table
    table.scrollToBottom()
    assert table.rowAt(table.viewport().height() - 1) == 9_999_999


@pytest.fixture
def card(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def caption(card: QWidget, width: int, *texts: str) -> Caption:
    made = Caption(card)
    made.set_texts(*texts)
    made.resize(width, 20)
    return made


def test_a_caption_says_as_much_as_there_is_room_for(card: QWidget) -> None:
    texts = ("a caption in all its length", "a caption in brief", "brief")
    metrics = QFontMetrics(card.font())
    for text, longer in zip(texts, (None, *texts), strict=False):
        width = metrics.horizontalAdvance(text)
        assert picture(caption(card, width, *texts)) == picture(caption(card, width, text))
        if longer:
            assert picture(caption(card, width, *texts)) != picture(caption(card, width, longer))


def test_a_caption_without_room_for_its_shortest_ends_in_dots(card: QWidget) -> None:
    dotted = QFontMetrics(card.font()).elidedText("also too long", Qt.TextElideMode.ElideRight, 30)
    assert dotted.endswith("…")
    assert picture(caption(card, 30, "long, long, long", "also too long")) == picture(caption(card, 30, dotted))
