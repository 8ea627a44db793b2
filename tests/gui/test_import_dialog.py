"""The dialog in which the columns of a table are chosen, alone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QPushButton, QTableView, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from gui.importing import button, press, text
from gui.parts import spoken_name
from gui.travelling import to_front
from linviz.core.tables.table import Column, Preview, TableSource
from linviz.gui.appearance import Appearance
from linviz.gui.columns_model import ColumnsModel
from linviz.gui.import_dialog import ImportDialog
from linviz.gui.rows_model import NOTHING, RowsModel

KEY = Qt.Key
PREVIEW = Preview(
    (Column("name", "text", 0), Column("a", "number", 0), Column("b", "number", 0), Column("c", "number", 1)),
    (("x", "1", "2", "30"), ("y", "3", "4", ""), ("z", "5", "7", "60")),
    "separated by commas",
    3,
)


@pytest.fixture
def asked() -> list[TableSource]:
    """Give the list of what the dialog asks for."""
    return []


@pytest.fixture
def dialog(qtbot: QtBot, asked: list[TableSource]) -> Iterator[ImportDialog]:
    window = QWidget()
    qtbot.addWidget(window)
    appearance = Appearance("light", 1.0, window)
    window.setStyleSheet(appearance.style_sheet())
    made = ImportDialog(Path("people.csv"), PREVIEW, "float32", appearance, window)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    made.asked.connect(asked.append)
    made.show()
    to_front(qtbot, made)
    yield made
    made.close()


def uses(dialog: ImportDialog) -> list[str]:
    return [dialog.columns.use(row) for row in range(dialog.columns.rowCount())]


def columns(dialog: ImportDialog) -> QTableView:
    found = dialog.findChild(QTableView, "columns")
    assert isinstance(found, QTableView)
    return found


def test_the_models_are_models(qtmodeltester: ModelTester, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    for model in (ColumnsModel(PREVIEW.columns, parent), RowsModel(PREVIEW, parent)):
        qtmodeltester.check(model)


def test_it_shows_columns_rows_and_what_was_recognised(dialog: ImportDialog) -> None:
    model, rows = dialog.columns, dialog.findChild(QTableView, "first_rows")
    assert isinstance(rows, QTableView)
    told = [[model.index(row, column).data() for column in range(3)] for row in range(4)]
    assert told == [["name", "text", "0"], ["a", "number", "0"], ["b", "number", "0"], ["c", "number", "1"]]
    assert rows.model().index(2, 2).data() == "7"
    assert rows.model().index(1, 3).data() == NOTHING
    assert text(dialog, "format") == "separated by commas"


def test_at_first_nothing_is_chosen_and_nothing_ticked(dialog: ImportDialog, asked: list[TableSource]) -> None:
    assert uses(dialog) == ["", "", "", ""]
    boxes = ("one_hot", "drop_missing", "standardize_x", "standardize_y")
    assert not any(button(dialog, name).isChecked() for name in boxes)
    assert not button(dialog, "open").isEnabled()
    assert text(dialog, "complaint") == "Choose which columns are x and which are y."
    press(columns(dialog), KEY.Key_Return)
    assert asked == []


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({1: "x"}, "y needs a column: name at least one."),
        ({1: "y"}, "x needs a column: name at least one."),
        ({0: "x", 1: "y"}, "The column name holds text, not numbers: leave it out, or tick one-hot."),
        ({3: "x", 1: "y"}, "The column c has 1 missing value: leave it out, or tick that rows with missing values are "
         "left out."),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_said(dialog: ImportDialog, chosen: dict[int, str], said: str) -> None:
    for row, use in chosen.items():
        dialog.columns.put([row], use)
    assert text(dialog, "complaint") == said
    assert not button(dialog, "open").isEnabled()


def test_how_many_rows_would_be_left_out_is_said_as_far_as_it_is_known(dialog: ImportDialog) -> None:
    dialog.columns.put([1, 3], "x")
    assert button(dialog, "drop_missing").text() == "Leave out rows with missing values (1)"
    assert replace(PREVIEW, samples=None).gaps(("a", "c")) == 1
    assert not replace(PREVIEW, samples=None).whole
    dialog.columns.put([3], "")
    assert button(dialog, "drop_missing").text() == "Leave out rows with missing values (none)"


def test_what_is_chosen_is_asked_for_and_its_shapes_are_shown(dialog: ImportDialog, asked: list[TableSource]) -> None:
    button(dialog, "numbers").click()
    assert uses(dialog) == ["", "x", "x", "y"]
    dialog.columns.put([0], "x")
    for name in ("one_hot", "drop_missing", "standardize_x"):
        button(dialog, name).click()
    assert text(dialog, "shapes") == ("x (up to 3 × 3 or more) · Wᵀ (3 or more × 1) + b (1) = ŷ (up to 3 × 1)")
    button(dialog, "open").click()
    assert asked == [
        TableSource(Path("people.csv"), ("name", "a", "b"), ("c",), ("name",), drop_missing=True, standardize=("x",))
    ]


def test_keys_alone_choose_columns(dialog: ImportDialog, asked: list[TableSource]) -> None:
    table = columns(dialog)
    assert table.hasFocus()
    press(table, KEY.Key_Down, KEY.Key_X, KEY.Key_Down, KEY.Key_Y)
    assert uses(dialog) == ["", "x", "y", ""]
    assert text(dialog, "shapes") == "x (3 × 1) · Wᵀ (1 × 1) + b (1) = ŷ (3 × 1)"
    assert text(dialog, "shapes_said") == "x and y take 48 bytes in float32"
    press(table, KEY.Key_Return)
    assert asked == [TableSource(Path("people.csv"), ("a",), ("b",))]
    press(table, KEY.Key_L)
    press(table, KEY.Key_Up, KEY.Key_Space)
    assert uses(dialog) == ["", "y", "", ""]
    QTest.keyClick(table, KEY.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    press(table, KEY.Key_X)
    assert uses(dialog) == ["", "x", "x", ""]


def test_a_click_on_a_circle_chooses(dialog: ImportDialog) -> None:
    table = columns(dialog)
    for row, column in ((1, 3), (2, 4), (1, 5)):
        spot = table.visualRect(dialog.columns.index(row, column)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert uses(dialog) == ["", "", "y", ""]


def test_while_it_is_read_nothing_else_can_be_chosen_and_escape_stops_it(dialog: ImportDialog, qtbot: QtBot) -> None:
    dialog.columns.put([1], "x")
    dialog.columns.put([2], "y")
    dialog.show_reading(True)
    assert not button(dialog, "open").isEnabled()
    assert not columns(dialog).isEnabled()
    assert dialog.bar.isVisible()
    dialog.show_reading(False, "row 7, column a: x is no number")
    assert text(dialog, "complaint") == "Row 7, column a: x is no number."
    assert button(dialog, "open").isEnabled(), "the file may have been mended"
    dialog.show_reading(True)
    with qtbot.waitSignal(dialog.cancelled):
        press(dialog, KEY.Key_Escape)
    assert not dialog.isVisible()


def test_everything_has_a_name_and_says_what_it_does(dialog: ImportDialog) -> None:
    tab = Qt.FocusPolicy.TabFocus
    parts = [part for part in dialog.findChildren(QWidget) if part.focusPolicy() & tab == tab]
    assert [type(part).__name__ for part in parts if not spoken_name(part).strip()] == []
    controls = [*dialog.findChildren(QPushButton), *dialog.findChildren(QCheckBox)]
    assert [control.objectName() for control in controls if len(control.toolTip()) < 10] == []
    spoken = dialog.columns.index(3, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "c, number, 1 missing, left out"
