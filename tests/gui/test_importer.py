"""Tables on their way into the window, from a file to the first step."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import label, settle, trigger
from gui.filing import MakeWindow, answer, bits, drop, windows_that_ask
from gui.importing import TABLE, button, dialog_of, press, text
from linviz.core.problem import Problem
from linviz.core.reading import holds_table
from linviz.core.settings import Settings
from linviz.core.start import starting_parameters
from linviz.core.tables.table import TableSource, Watch
from linviz.errors import sentence
from linviz.gui.main_window import MainWindow

KEY = Qt.Key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "people.csv"
    made.write_bytes(TABLE)
    return made


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[MakeWindow]:
    """Give a function that opens windows that ask before something is lost."""
    yield from windows_that_ask(qtbot)


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every table be read for ever, until it is cancelled."""

    def draw(self: TableSource, watch: Watch | None = None) -> Problem:
        assert watch is not None
        watch.note(0.25)
        assert watch._cancelled.wait(30)
        watch.note(0.5)
        raise AssertionError("it was cancelled")

    monkeypatch.setattr(TableSource, "draw", draw)


def shown(window: MainWindow) -> Problem:
    assert window.snapshot is not None
    return window.snapshot.problem


def choose(qtbot: QtBot, window: MainWindow) -> None:
    """Take a as x and b as y."""
    dialog = dialog_of(qtbot, window)
    dialog.columns.put([1], "x")
    dialog.columns.put([2], "y")
    button(dialog, "open").click()


def test_from_a_file_to_the_first_step_by_keys_alone(qtbot: QtBot, open_window: OpenWindow, path: Path) -> None:
    window = open_window()
    window.commands["open"].trigger()
    files = window.findChild(QFileDialog, "open_dialog")
    assert isinstance(files, QFileDialog)
    assert "*.csv" in files.nameFilters()[0]
    files.fileSelected.emit(str(path))
    files.close()
    dialog = dialog_of(qtbot, window)
    table = dialog.focusWidget()
    press(table, KEY.Key_Down, KEY.Key_X, KEY.Key_Down, KEY.Key_Y, KEY.Key_Return)
    qtbot.waitUntil(lambda: shown(window).name == "people.csv", timeout=20_000)
    trigger(qtbot, window, "step")
    numbers = np.genfromtxt(path, delimiter=",", skip_header=1)
    assert window.snapshot is not None
    np.testing.assert_array_equal(window.snapshot.x, numbers[:, 1:2].astype(np.float32))
    np.testing.assert_array_equal(window.snapshot.y, numbers[:, 2:3].astype(np.float32))
    start, x, y = shown(window), numbers[:, 1:2], numbers[:, 2:3]
    residual = x @ start.weight.T + start.bias - y
    after = start.weight - 0.01 * 2 / residual.size * residual.T @ x
    np.testing.assert_allclose(window.snapshot.weight, after, rtol=1e-5)
    assert window.recent.paths == (str(path),)


@pytest.mark.parametrize("way", ["drop", "paste", "recent"])
def test_a_table_comes_in_every_way_that_a_run_does(
    qtbot: QtBot, open_window: OpenWindow, path: Path, way: str
) -> None:
    window = open_window()
    if way == "drop":
        assert drop(window.equation, QUrl.fromLocalFile(str(path)).toString())
    elif way == "recent":
        window.recent.chosen.emit(path)
    else:
        QGuiApplication.clipboard().setText(TABLE.decode().replace(",", "\t"))
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.desk.setFocus()
        QTest.keyClick(window.desk, KEY.Key_V, Qt.KeyboardModifier.ControlModifier)
    choose(qtbot, window)
    qtbot.waitUntil(lambda: shown(window).x_names == ("a",), timeout=20_000)
    assert shown(window).x.tolist() == [[1.0], [3.0], [5.0]]
    assert window.recent.paths == (() if way == "paste" else (str(path),))


def test_an_empty_clipboard_is_said(open_window: OpenWindow) -> None:
    window = open_window()
    QGuiApplication.clipboard().setText(" ")
    window.commands["paste_table"].trigger()
    assert label(window, "message") == "There is no table on the clipboard: copy some cells of a spreadsheet first."


def test_a_bad_file_keeps_everything(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window()
    trigger(qtbot, window, "step")
    before = bits(window.snapshot)
    nothing, late = tmp_path / "nothing.csv", tmp_path / "late.csv"
    nothing.write_bytes(b"")
    window.file_commands.open(nothing)
    settle(qtbot, window)
    qtbot.waitUntil(window.message.isVisible)
    assert label(window, "message").startswith("nothing.csv is empty")
    late.write_text("name,a,b,c\n" + "x,1,2,3\n" * 1000 + "x,oops,2,3\n")
    window.file_commands.open(late)
    choose(qtbot, window)
    dialog = dialog_of(qtbot, window)
    qtbot.waitUntil(lambda: not dialog.reading, timeout=20_000)
    assert "oops" in text(dialog, "complaint")
    assert bits(window.snapshot) == before
    assert window.recent.paths == ()
    trigger(qtbot, window, "step")
    assert window.snapshot is not None
    assert window.snapshot.step == 2


@pytest.mark.usefixtures("endless")
@pytest.mark.parametrize("way", ["button", "close", "quit"])
def test_reading_shows_how_far_it_is_and_can_be_stopped(
    qtbot: QtBot, open_window: OpenWindow, path: Path, way: str
) -> None:
    window = open_window()
    before = bits(window.snapshot)
    window.file_commands.open(path)
    choose(qtbot, window)
    dialog = dialog_of(qtbot, window)
    qtbot.waitUntil(lambda: text(dialog, "reading") == "Reading people.csv: 25%")
    if way == "quit":
        window.close()  # waits for no reading; what is left behind fails the test
        return
    if way == "close":
        dialog.close()
        settle(qtbot, window)
    else:
        button(dialog, "stop_reading").click()
        qtbot.waitUntil(lambda: not dialog.reading)
        assert text(dialog, "complaint").startswith("Reading was cancelled")
        dialog.close()
    assert bits(window.snapshot) == before
    trigger(qtbot, window, "step")


def test_what_was_not_saved_is_asked_about_when_the_table_is_read(qtbot: QtBot, make: MakeWindow, path: Path) -> None:
    window = make()
    trigger(qtbot, window, "step")
    before = bits(window.snapshot)
    for key, name in ((KEY.Key_Escape, "notebook"), (KEY.Key_D, "people.csv")):
        window.file_commands.open(path)
        choose(qtbot, window)
        answer(qtbot, window, key)
        qtbot.waitUntil(lambda name=name: shown(window).name == name)  # type: ignore[misc]  # a bound name
        assert (bits(window.snapshot) == before) == (name == "notebook")


def test_the_command_lines_table_is_read_behind_the_painted_window(
    qtbot: QtBot, open_window: OpenWindow, path: Path
) -> None:
    window = open_window(TableSource(path, ("a",), ("b",)), Settings(), wait=False)
    assert text(window, "reading").startswith("Reading people.csv")
    qtbot.waitSignal(window.ready, timeout=60_000).wait()
    assert not window.desk.reading.isVisible()
    assert shown(window).y_names == ("b",)


@pytest.mark.usefixtures("endless")
def test_stopped_at_the_start_another_problem_can_be_opened(qtbot: QtBot, open_window: OpenWindow, path: Path) -> None:
    window = open_window(TableSource(path, ("a",), ("b",)), Settings(), wait=False)
    qtbot.waitUntil(lambda: text(window, "reading") == "Reading people.csv: 25%", timeout=60_000)
    button(window, "stop_reading").click()
    qtbot.waitUntil(window.message.isVisible)
    assert not window.desk.reading.isVisible()
    window.commands["open_notebook"].trigger()
    qtbot.waitUntil(lambda: window.snapshot is not None)
    assert shown(window).name == "notebook"
    trigger(qtbot, window, "step")


@pytest.mark.parametrize(
    ("name", "begins", "table"),
    [
        ("a.csv", b"12345678{", True),
        ("a.linviz", b"a,b\n1,2\n", False),
        ("a.dat", b"a,b\n1,2\n3,4\n", True),
        ("a.dat", b"\x10\0\0\0\0\0\0\0{}", False),
        ("a.dat", b"", True),
    ],
)
def test_a_file_is_a_table_or_a_session_by_its_suffix_or_else_by_how_it_begins(
    tmp_path: Path, name: str, begins: bytes, table: bool
) -> None:
    path = tmp_path / name
    path.write_bytes(begins)
    assert holds_table(path) is table
    assert holds_table(tmp_path / "no such file.dat")
    assert not holds_table(tmp_path / "no such file.linviz")


def test_of_own_data_a_new_seed_draws_the_parameters_alone(
    qtbot: QtBot, open_window: OpenWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(TableSource(path, ("a",), ("b",)))
    before = shown(window)
    monkeypatch.setattr(window.driver._seeds, "randrange", lambda _most: 7)
    window.commands["new_seed"].trigger()
    qtbot.waitUntil(lambda: shown(window) is not before)
    after = shown(window)
    assert after.x is before.x
    weight, bias = starting_parameters(1, 1, 7)
    assert (after.weight, after.bias) == (weight, bias)
    assert after.title == "people.csv"


def test_how_many_rows_were_left_out_is_said(qtbot: QtBot, open_window: OpenWindow, path: Path) -> None:
    window = open_window()
    window.file_commands.open(path)
    dialog = dialog_of(qtbot, window)
    dialog.columns.put([1], "x")
    dialog.columns.put([3], "y")
    button(dialog, "drop_missing").click()
    button(dialog, "open").click()
    qtbot.waitUntil(lambda: shown(window).name == "people.csv", timeout=20_000)
    assert shown(window).shape == (2, 1, 1)
    assert label(window, "message") == sentence(shown(window).source)
    assert "1 with missing values left out" in label(window, "message")
