"""What a crash leaves behind is offered at the next start, and nothing else is touched."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.driving import label, settle, trigger
from gui.filing import MakeWindow, answer, bits, question, windows_that_ask
from linviz.core.session_file import read_session
from linviz.gui.main_window import MainWindow
from linviz.gui.recovery import Kept

CRASH = """
import os, signal, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
from linviz.gui.app import application
from linviz.gui.main_window import MainWindow
from linviz.gui.preferences import Preferences
from linviz.gui.recovery import Recovery
from linviz.core.command import Run

app = application()
window = MainWindow(preferences=Preferences())
recovery = Recovery(window, Path(sys.argv[1]))
window.ready.connect(lambda: (window.backend.submit(Run(steps=100))))
window.show()
while window.snapshot is None or window.snapshot.step < 100 or window.backend.busy:
    app.processEvents()
recovery.keep(then=lambda: os.kill(os.getpid(), signal.SIGKILL))
app.exec()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


@pytest.fixture
def make(qtbot: QtBot, folder: Path) -> Iterator[MakeWindow]:
    """Give a function that opens windows that keep what is not saved."""
    yield from windows_that_ask(qtbot, folder)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.linviz")) if folder.exists() else []


def keep(qtbot: QtBot, window: MainWindow) -> None:
    window.recovery.keep()  # type: ignore[attr-defined]  # the tests' own windows have one
    settle(qtbot, window)


def crash(qtbot: QtBot, make: MakeWindow, steps: int = 3) -> MainWindow:
    """Leave a window's file behind, as if its process had ended."""
    window = make()
    trigger(qtbot, window, *["step"] * steps)
    keep(qtbot, window)
    window.leave(keep=True)
    return window


def test_what_is_not_saved_is_kept_once(qtbot: QtBot, make: MakeWindow, folder: Path) -> None:
    window = make()
    keep(qtbot, window)
    assert files(folder) == []
    trigger(qtbot, window, "step")
    keep(qtbot, window)
    (path,) = files(folder)
    assert read_session(path).moment == 1
    written = path.stat().st_mtime_ns
    trigger(qtbot, window, "back")
    keep(qtbot, window)
    assert path.stat().st_mtime_ns == written
    trigger(qtbot, window, "forward", "step")
    keep(qtbot, window)
    assert files(folder) == [path]
    assert read_session(path).moment == 2


@pytest.mark.parametrize("way", ["save", "give up", "other problem"])
def test_what_is_saved_or_given_up_is_kept_no_more(
    qtbot: QtBot, make: MakeWindow, folder: Path, tmp_path: Path, way: str
) -> None:
    window = make()
    trigger(qtbot, window, "step")
    keep(qtbot, window)
    assert len(files(folder)) == 1
    if way == "save":
        window.document.save(tmp_path / "run.linviz")
    elif way == "give up":
        window.close()
        answer(qtbot, window, Qt.Key.Key_D)
    else:
        trigger(qtbot, window, "new_seed")
        answer(qtbot, window, Qt.Key.Key_D)
    settle(qtbot, window)
    assert files(folder) == []


def test_while_it_asks_everything_is_kept(qtbot: QtBot, make: MakeWindow, folder: Path) -> None:
    window = make()
    trigger(qtbot, window, "step")
    window.close()
    settle(qtbot, window)
    assert len(files(folder)) == 1
    answer(qtbot, window, Qt.Key.Key_Escape)
    assert len(files(folder)) == 1


def test_after_a_crash_the_run_is_recovered_bound_to_no_file(
    qtbot: QtBot, make: MakeWindow, folder: Path, tmp_path: Path
) -> None:
    there = bits(crash(qtbot, make).snapshot)
    (path,) = files(folder)
    window = make()
    answer(qtbot, window, Qt.Key.Key_Return, "recover")
    assert bits(window.snapshot) == there
    assert window.windowTitle() == "recovered[*] – linviz"
    assert window.isWindowModified()
    assert window.document.path is None
    assert files(folder) == [path], "it stays until it is saved"
    trigger(qtbot, window, "step")
    keep(qtbot, window)
    assert files(folder) == [path]
    assert read_session(path).moment == 4
    window.document.save(tmp_path / "run.linviz")
    settle(qtbot, window)
    assert files(folder) == []
    assert read_session(tmp_path / "run.linviz").moment == 4


def test_discarded_it_is_gone_and_later_it_is_offered_again(qtbot: QtBot, make: MakeWindow, folder: Path) -> None:
    crash(qtbot, make)
    window = make()
    answer(qtbot, window, Qt.Key.Key_Escape, "recover")
    assert len(files(folder)) == 1
    window.close()
    again = make()
    answer(qtbot, again, Qt.Key.Key_D, "recover")
    assert files(folder) == []
    last = make()
    assert question(last, "recover") is None


def test_of_several_the_last_is_offered_first(qtbot: QtBot, make: MakeWindow, folder: Path) -> None:
    windows = [make(), make()]
    for steps, window in enumerate(windows, 1):
        trigger(qtbot, window, *["step"] * steps)
        keep(qtbot, window)
    assert len(files(folder)) == 2
    for window in windows:
        window.leave(keep=True)
    window = make()
    answer(qtbot, window, Qt.Key.Key_D, "recover")
    answer(qtbot, window, Qt.Key.Key_R, "recover")
    assert bits(window.snapshot)[0] == 1


def test_two_windows_keep_out_of_each_others_way(qtbot: QtBot, make: MakeWindow, folder: Path) -> None:
    one = make()
    trigger(qtbot, one, "step")
    keep(qtbot, one)
    other = make()
    assert question(other, "recover") is None, "the first one is alive"
    trigger(qtbot, other, "step", "step")
    keep(qtbot, other)
    assert sorted(read_session(path).moment for path in files(folder)) == [1, 2]
    other.leave()
    assert [read_session(path).moment for path in files(folder)] == [1]
    with pytest.raises(BlockingIOError):
        Kept(files(folder)[0])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_process_that_was_killed_leaves_its_run(qtbot: QtBot, make: MakeWindow, folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CRASH, str(folder)], check=False, capture_output=True, timeout=120)
    assert done.returncode == -9, done.stderr.decode()
    window = make()
    answer(qtbot, window, Qt.Key.Key_Return, "recover")
    assert bits(window.snapshot)[0] == 100


def test_an_interrupted_window_keeps_its_run_without_a_question(qtbot: QtBot, make: MakeWindow, folder: Path) -> None:
    window = make()
    trigger(qtbot, window, "step")
    window.faults.interrupted.emit()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert [read_session(path).moment for path in files(folder)] == [1]


def test_a_damaged_file_is_said_and_kept(qtbot: QtBot, make: MakeWindow, folder: Path) -> None:
    crash(qtbot, make)
    (path,) = files(folder)
    path.write_bytes(path.read_bytes()[:-5])
    window = make()
    answer(qtbot, window, Qt.Key.Key_Return, "recover")
    qtbot.waitUntil(lambda: f"Can't open {path}: it is damaged" in label(window, "message"))
    assert files(folder) == [path]
    trigger(qtbot, window, "step")


def test_a_folder_that_cannot_be_written_is_said_once_and_the_run_goes_on(
    qtbot: QtBot, make: MakeWindow, folder: Path
) -> None:
    folder.write_text("no folder")
    window = make()
    trigger(qtbot, window, "step")
    keep(qtbot, window)
    assert label(window, "message").startswith("What is not saved would be lost in a crash: ")
    trigger(qtbot, window, "step")
    assert window.snapshot is not None
    assert window.snapshot.step == 2
