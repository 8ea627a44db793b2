"""Numbers typed, pasted, copied and taken back in the window."""

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import badges, settle, trigger
from linviz.core.clipping import pasted
from linviz.core.snapshot import Array
from linviz.gui.cell_commands import MENU
from linviz.gui.cell_entry import CellEntry
from linviz.gui.cell_table import Block
from linviz.gui.main_window import MainWindow

KEY = Qt.Key
# The focus in a table selects a cell, whose formula is set by ziamath, which calls what importlib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:ziafont")


def shown(window: MainWindow, field: str) -> Array:
    values = window.equation.shown[field].model.values
    assert values is not None
    return values


def type_number(qtbot: QtBot, window: MainWindow, field: str, index: tuple[int, ...], text: str) -> None:
    """Type a number into a cell, and wait until it stands there or is refused."""
    table = window.equation.panels[field].table
    window.go_to(field, index)
    table.setFocus()
    QTest.keyClicks(table, text[0])
    entry = table.indexWidget(table.currentIndex())
    assert isinstance(entry, CellEntry)
    QTest.keyClicks(entry, text[1:])
    QTest.keyClick(entry, KEY.Key_Return)
    qtbot.waitUntil(lambda: table.indexWidget(table.currentIndex()) is None)
    settle(qtbot, window)


def test_what_is_wrong_in_a_cell_is_withdrawn_when_it_is_given_up(window: MainWindow, qtbot: QtBot) -> None:
    table = window.equation.panels["x"].table
    window.go_to("x", (0, 0))
    table.setFocus()
    QTest.keyClicks(table, "1")
    entry = table.indexWidget(table.currentIndex())
    assert isinstance(entry, CellEntry)
    QTest.keyClicks(entry, ",234")
    QTest.keyClick(entry, KEY.Key_Return)
    assert window.statusBar().currentMessage().startswith("The comma of 1,234 may stand before decimals")
    QTest.keyClick(entry, KEY.Key_Escape)
    qtbot.waitUntil(lambda: table.indexWidget(table.currentIndex()) is None)
    assert window.statusBar().currentMessage() == ""


def paste(qtbot: QtBot, window: MainWindow, field: str, index: tuple[int, ...], text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    window.go_to(field, index)
    table = window.equation.panels[field].table
    table.setFocus()
    QTest.keySequence(table, QKeySequence(QKeySequence.StandardKey.Paste))
    settle(qtbot, window)


def test_a_typed_number_stands_there_makes_the_rest_stale_and_can_be_undone(window: MainWindow, qtbot: QtBot) -> None:
    assert set(badges(window).values()) == {"fresh"}
    before = shown(window, "x")[2, 1]
    type_number(qtbot, window, "x", (2, 1), "7.25")
    assert shown(window, "x")[2, 1] == 7.25
    stale = {name for name, badge in badges(window).items() if badge == "stale"}
    assert stale == {"prediction", "residual", "weight_grad", "bias_grad"}
    assert window.commands["undo"].text() == "Undo x[2, 1] = 7.25"
    trigger(qtbot, window, "undo")
    assert shown(window, "x")[2, 1] == before
    trigger(qtbot, window, "redo")
    assert shown(window, "x")[2, 1] == 7.25
    trigger(qtbot, window, "step")
    assert window.snapshot is not None
    assert window.snapshot.applied is not None
    held = {**window.snapshot.applied.operands, "x": window.snapshot.x}
    x, weight, bias = (torch.tensor(held[name]) for name in ("x", "weight", "bias"))
    assert np.array_equal(shown(window, "prediction"), torch.nn.functional.linear(x, weight, bias).numpy())


def test_a_block_is_pasted_as_it_stands_on_the_screen_or_refused_in_a_sentence(
    window: MainWindow, qtbot: QtBot
) -> None:
    paste(qtbot, window, "weight", (0, 1), "1\t2\n3\t4\n")
    assert shown(window, "weight")[1:].tolist() == [[1, 2], [3, 4]]
    assert window.equation.panels["weight"].table.block == Block(1, 0, 2, 1)
    assert window.snapshot is not None
    assert window.snapshot.weight[:, 1:].tolist() == [[1, 3], [2, 4]]
    trigger(qtbot, window, "undo")
    assert 1 not in shown(window, "weight")

    paste(qtbot, window, "bias", (0,), "1\t2\t3")
    assert window.message.isVisible()
    assert "A block of 1 × 3 doesn't fit into b, here 1 × 2" in window.message.accessibleName()
    paste(qtbot, window, "bias", (0,), "1\tprice")
    assert "price is no finite number" in window.message.accessibleName()
    paste(qtbot, window, "bias", (1,), "0.5")
    assert not window.message.isVisible()
    assert shown(window, "bias")[0, 1] == 0.5

    window.go_to("y", (4, 1))
    window.commands["select_all"].trigger()
    QGuiApplication.clipboard().setText("0")
    window.commands["paste"].trigger()
    settle(qtbot, window)
    assert not shown(window, "y").any()  # one number fills a block


@pytest.mark.parametrize("field", ["x", "weight", "bias", "weight_grad", "residual"])
def test_what_is_copied_makes_the_same_numbers_in_a_spreadsheet_and_in_torch(
    field: str, window: MainWindow, qtbot: QtBot
) -> None:
    window.go_to(field, (1, 0) if field not in ("bias", "bias_grad") else (1,))
    one = shown(window, field)[window.equation.panels[field].table.currentIndex().row()]
    for name, expected in (("one", one), ("all", shown(window, field))):
        if name == "all":
            window.commands["select_all"].trigger()
        window.commands["copy"].trigger()
        block = pasted(QGuiApplication.clipboard().text()).astype(np.float32)
        assert np.isin(block, expected).all()
        assert name == "one" or np.array_equal(block, expected)
        window.commands["copy_tensor"].trigger()
        made = eval(QGuiApplication.clipboard().text(), {"torch": torch})  # noqa: S307  # it is code, for this
        assert np.array_equal(made.numpy().reshape(block.shape), block)
        assert made.ndim == (0 if name == "one" else 1 if field == "bias" else 2)
    assert window.statusBar().currentMessage().startswith("Copied")


def test_what_is_computed_can_be_copied_and_says_why_it_cant_be_edited(window: MainWindow, qtbot: QtBot) -> None:
    for field, symbol in (("weight_grad", "∂L/∂W"), ("prediction", "ŷ")):
        window.go_to(field, (0, 0))
        for name in ("edit_number", "paste"):
            window.message.hide()
            window.commands[name].trigger()
            said = window.message.accessibleName()
            assert said == f"{symbol} is computed: it can be copied, not edited. Edit x, y, W or b."
            assert window.message.isVisible()


def test_where_no_number_is_selected_each_command_says_so(open_window: OpenWindow) -> None:
    window = open_window()
    for name in MENU:
        window.message.hide()
        window.commands[name].trigger()
        assert "No number is selected" in window.message.accessibleName()
        assert window.message.isVisible()
    window.go_to("prediction", (0, 0))
    window.commands["copy"].trigger()
    assert "There are no numbers in ŷ yet" in window.message.accessibleName()


def test_an_entry_that_opens_pauses_a_run(window: MainWindow, qtbot: QtBot) -> None:
    table = window.equation.panels["bias"].table
    window.go_to("bias", (0,))
    running = [window.backend.running]
    for name in ("run", "edit_number"):
        window.commands[name].trigger()
        running.append(window.backend.running)
    assert running == [False, True, False]
    settle(qtbot, window)
    entry = table.indexWidget(table.currentIndex())
    assert isinstance(entry, CellEntry)
    QTest.keyClick(entry, KEY.Key_Escape)
    qtbot.waitUntil(lambda: table.indexWidget(table.currentIndex()) is None)


@pytest.mark.qt_log_ignore("This plugin does not support")  # of menus, without a display
def test_the_right_button_offers_the_same_for_the_number_under_it(window: MainWindow, qtbot: QtBot) -> None:
    table = window.equation.panels["residual"].table
    at = table.visualRect(table.model().index(3, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.RightButton, pos=at)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, table.viewport().mapToGlobal(at))
    QGuiApplication.sendEvent(table.viewport(), event)
    menus = [menu for menu in window.equation.findChildren(QMenu) if menu.isVisible()]
    assert [action.objectName() for menu in menus for action in menu.actions()] == [*MENU]
    menus[0].close()
    window.commands["copy_tensor"].trigger()
    assert float(QGuiApplication.clipboard().text()[13:-1]) == pytest.approx(shown(window, "residual")[3, 1].item())


def test_shift_with_arrows_selects_in_a_panel_and_makes_no_step(window: MainWindow, qtbot: QtBot) -> None:
    table = window.equation.panels["x"].table
    window.go_to("x", (0, 0))
    table.setFocus()
    assert window.snapshot is not None
    phase = window.snapshot.next_phase
    QTest.keyClick(table, KEY.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, window)
    assert table.block == Block(0, 0, 0, 1)
    assert window.snapshot.next_phase is phase
