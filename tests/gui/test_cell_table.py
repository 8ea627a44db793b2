import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, dress, frozen, picture
from linviz.gui.array_table import ArrayTable
from linviz.gui.array_view import ArrayPanel
from linviz.gui.cell_entry import CellEntry
from linviz.gui.cell_table import Block
from linviz.gui.fields import FIELDS

KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def panel_of(qtbot: QtBot, field: str, values: object) -> ArrayPanel:
    panel = ArrayPanel(FIELDS[field])
    qtbot.addWidget(panel)
    array = frozen(values)
    panel.start(array.shape, as_stored=False)
    dress(panel)
    panel.model.show_array(array, "fresh")
    panel.resize(panel.sizeHint())
    panel.show()
    return panel


@pytest.fixture
def panel(qtbot: QtBot) -> ArrayPanel:
    """Give a panel of 5 × 4 numbers, whose cell [1, 1] is selected."""
    made = panel_of(qtbot, "x", np.arange(20).reshape(5, 4) / 8)
    made.select((1, 1))
    return made


def current(table: ArrayTable) -> tuple[int, int]:
    return table.currentIndex().row(), table.currentIndex().column()


def middle(panel: ArrayPanel, row: int, column: int) -> QPoint:
    return panel.table.visualRect(panel.model.index(row, column)).center()


def press(panel: ArrayPanel, *keys: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        QTest.keyClick(panel.table, key, held)


def test_shift_with_arrows_selects_a_block_from_the_cell_where_it_began(panel: ArrayPanel) -> None:
    press(panel, KEY.Key_Right, KEY.Key_Down, KEY.Key_Down, held=SHIFT)
    assert panel.table.selection == panel.table.block == Block(1, 1, 3, 2)
    assert current(panel.table) == (3, 2)
    press(panel, KEY.Key_Up, KEY.Key_Up, KEY.Key_Up, held=SHIFT)
    assert panel.table.selection == Block(0, 1, 1, 2)
    press(panel, KEY.Key_Left)
    assert panel.table.selection == Block(0, 1, 0, 1)


def test_a_block_is_selected_by_the_mouse_with_shift_or_by_dragging(panel: ArrayPanel) -> None:
    spots = [middle(panel, *cell) for cell in ((3, 3), (0, 2), (2, 0))]
    view = panel.table.viewport()
    QTest.mouseClick(view, LEFT, SHIFT, spots[0])
    blocks = [panel.table.block]
    QTest.mouseClick(view, LEFT, pos=spots[1])
    blocks.append(panel.table.block)
    assert blocks == [Block(1, 1, 3, 3), None]
    QTest.mousePress(view, LEFT, pos=spots[1])
    QTest.mouseMove(view, spots[2])
    QTest.mouseRelease(view, LEFT, pos=spots[2])
    for button, at, block in (
        (Qt.MouseButton.RightButton, (1, 1), Block(0, 0, 2, 2)),  # for which a menu opens
        (LEFT, (2, 0), None),
    ):
        QTest.mouseClick(view, button, pos=middle(panel, *at))
        assert panel.table.block == block


def test_every_cell_on_the_way_is_told(panel: ArrayPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.selected) as told:
        press(panel, KEY.Key_Down, held=SHIFT)
    assert told.args == ["x", (2, 1)]


def test_of_ten_million_rows_all_are_selected_at_once(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, "x", [[0.0]])
    panel.model.start((10_000_000, 2), False)
    panel.model.show_array(np.broadcast_to(np.float32(1), (10_000_000, 2)), "fresh")
    panel.select((5, 1))
    panel.table.selectAll()
    assert panel.table.block == Block(0, 0, 9_999_999, 1)
    press(panel, KEY.Key_Q)  # which Qt would look for in each row
    panel.select((5, 1))
    QTest.keyClick(panel.table, KEY.Key_End, SHIFT | Qt.KeyboardModifier.ControlModifier)
    assert panel.table.block == Block(5, 1, 9_999_999, 1)


def test_a_block_is_gone_when_another_panel_is_selected_or_other_data_come(panel: ArrayPanel) -> None:
    for act in (panel.table.unmark, lambda: panel.select((1, 1)), lambda: panel.start((3, 3), as_stored=False)):
        panel.table.selectAll()
        assert panel.table.block is not None
        act()
        assert panel.table.block is None


def test_a_block_is_drawn_apart_from_other_cells(panel: ArrayPanel) -> None:
    spots = [middle(panel, row, column) for row, column in ((0, 0), (4, 3))]
    before = [colour_at(picture(panel.table.viewport()), spot) for spot in spots]
    panel.table.set_block(Block(0, 0, 1, 1))
    after = [colour_at(picture(panel.table.viewport()), spot) for spot in spots]
    assert after[0] != before[0]
    assert after[1] == before[1]


def entry_of(panel: ArrayPanel) -> CellEntry:
    found = panel.table.indexWidget(panel.table.currentIndex())
    assert isinstance(found, CellEntry)
    return found


@pytest.mark.parametrize("opens", ["enter", "double click", "digit"])
def test_an_entry_opens_by_enter_a_double_click_or_what_a_number_begins_with(opens: str, panel: ArrayPanel) -> None:
    if opens == "double click":
        QTest.mouseClick(panel.table.viewport(), LEFT, pos=middle(panel, 1, 1))  # the first of both
        QTest.mouseDClick(panel.table.viewport(), LEFT, pos=middle(panel, 1, 1))
    else:
        QTest.keyClicks(panel.table, "-") if opens == "digit" else press(panel, KEY.Key_Return)
    entry = entry_of(panel)
    assert entry.text() == ("-" if opens == "digit" else "0.625")
    assert entry.accessibleName() == "x[1, 1], another number"
    assert entry.isModified() == (opens == "digit")


def test_a_number_that_was_typed_is_asked_for(panel: ArrayPanel, qtbot: QtBot) -> None:
    QTest.keyClicks(panel.table, "2")
    QTest.keyClicks(entry_of(panel), ".5e-1")
    with qtbot.waitSignal(panel.model.asked) as asked:  # type: ignore[attr-defined]  # the panel is an editable one
        QTest.keyClick(entry_of(panel), KEY.Key_Return)
    assert asked.args == [(("x", (1, 1), 0.25),)]


def test_a_transposed_cell_has_its_stored_index(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, "weight", [[1, 2, 3], [4, 5, 6]])
    panel.select((1, 2))
    assert current(panel.table) == (2, 1)
    QTest.keyClicks(panel.table, "7")
    with qtbot.waitSignal(panel.model.asked) as asked:  # type: ignore[attr-defined]  # as above
        QTest.keyClick(entry_of(panel), KEY.Key_Return)
    assert asked.args == [(("weight", (1, 2), 7.0),)]


@pytest.mark.parametrize(
    ("text", "said"),
    [("0,5", "needs a decimal point: 0.5; got 0,5"), ("1e60", "float32 can hold"), ("", "got nothing")],
)
def test_a_wrong_entry_is_marked_and_explained_stays_and_can_be_given_up(
    text: str, said: str, panel: ArrayPanel, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(panel.model.asked):  # type: ignore[attr-defined]  # as above
        press(panel, KEY.Key_Return)
        entry = entry_of(panel)
        QTest.keyClick(entry, KEY.Key_Backspace)
        QTest.keyClicks(entry, text)
        QTest.keyClick(entry, KEY.Key_Return)
        assert entry_of(panel) is entry
        assert said in entry.wrong
        assert said in entry.accessibleDescription()
        assert entry.property("wrong") == "true"
        QTest.keyClick(entry, KEY.Key_Escape)
        qtbot.waitUntil(lambda: panel.table.indexWidget(panel.table.currentIndex()) is None)


def test_a_wrong_entry_that_is_corrected_is_taken(panel: ArrayPanel, qtbot: QtBot) -> None:
    QTest.keyClicks(panel.table, "3")
    entry = entry_of(panel)
    QTest.keyClicks(entry, ",")
    QTest.keyClick(entry, KEY.Key_Return)
    assert entry.wrong
    QTest.keyClick(entry, KEY.Key_Backspace)
    assert not entry.wrong
    with qtbot.waitSignal(panel.model.asked):  # type: ignore[attr-defined]  # as above
        QTest.keyClick(entry, KEY.Key_Return)


def test_numbers_that_come_meanwhile_leave_the_entry_alone(panel: ArrayPanel) -> None:
    QTest.keyClicks(panel.table, "4")
    panel.model.show_array(frozen(np.zeros((5, 4))), "fresh")
    assert entry_of(panel).text() == "4"


def test_an_entry_has_room_for_all_digits_in_a_narrow_cell(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, "y", [[0.12345678, -0.12345678]])
    panel.select((0, 1))
    press(panel, KEY.Key_Return)
    entry, view = entry_of(panel), panel.table.viewport()
    assert entry.text() == "-0.12345678"
    assert entry.fontMetrics().horizontalAdvance(entry.text()) < entry.width() <= view.width()
    assert 0 <= entry.geometry().left() < entry.geometry().right() < view.width()


def test_what_cant_be_edited_says_so_when_typed_into(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, "weight_grad", [[1.0]])
    panel.select((0, 0))
    for key in (KEY.Key_1, KEY.Key_Return):
        with qtbot.waitSignal(panel.refused) as refused:
            press(panel, key)
        assert refused.args == ["weight_grad"]


def test_the_keys_to_paste_are_the_tables_own(panel: ArrayPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.table.paste_asked):
        QTest.keySequence(panel.table, QKeySequence(QKeySequence.StandardKey.Paste))
