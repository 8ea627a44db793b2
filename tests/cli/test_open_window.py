import socket
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cli.console import Console, in_own_process
from cli.loop import NOTEBOOK
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings

# The window's place is taken by a print of what was loaded by the time it is opened.
BEFORE_THE_WINDOW = """
import sys, types
app = types.ModuleType("linviz.gui.app")
app.open_window = lambda *_: print([name for name in ("torch", "PySide6") if name in sys.modules]) or 0
sys.modules["linviz.gui.app"] = app
from linviz.cli import main
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.exit(main(sys.argv[1:]))
"""

Calls = list[tuple[Any, ...]]


def test_the_window_opens_on_the_notebooks_problem(linviz: Console, opened: Calls) -> None:
    assert linviz().status == 7  # what the window returned
    ((source, settings, theme, path),) = opened
    assert isinstance(source, Problem)
    np.testing.assert_array_equal(source.x, np.array(NOTEBOOK["cells"][0]["out"]["x"]))
    np.testing.assert_array_equal(source.weight, np.array(NOTEBOOK["cells"][1]["out"]["weight"]))
    assert (settings, theme, path) == (Settings(learning_rate=0.01, dtype="float32"), None, None)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--random", "200", "8", "4"), (Recipe(200, 8, 4, 0), Settings(), None)),
        (("--random", "5", "1", "1", "--seed", "9"), (Recipe(5, 1, 1, 9), Settings(), None)),
        (("--seed", "7"), (Recipe(10, 3, 2, 7), Settings(), None)),
        (
            ("--seed", "0", "--lr", "1e-3", "--dtype", "float64", "--theme", "dark"),
            (Recipe(10, 3, 2, 0), Settings(0.001, dtype="float64"), "dark"),
        ),
    ],
)
def test_the_window_gets_what_was_written(
    linviz: Console, opened: Calls, words: tuple[str, ...], expected: tuple[object, ...]
) -> None:
    assert linviz(*words).status == 7
    assert opened == [(*expected, None)]


def test_before_the_window_neither_torch_nor_qt_is_loaded(tmp_path: Path) -> None:
    done = in_own_process(tmp_path, "--random", "200", "8", "4", command=("-c", BEFORE_THE_WINDOW))
    assert (done.status, done.out, done.err) == (0, "[]\n", "")


@pytest.mark.parametrize(
    "words", [(), ("--lr", "0.5", "--dtype", "float64", "--seed", "3"), ("--random", "4", "2", "1")]
)
def test_without_a_display_the_first_step_is_printed(
    linviz: Console, opened: Calls, no_display: None, words: tuple[str, ...]
) -> None:
    assert no_display is None
    done = linviz(*words)
    assert done.status == 0
    assert done.out == linviz("trace", *words).out
    (line,) = done.err.splitlines()
    assert line.startswith("linviz: ")
    assert "linviz render -o FILE.png" in line
    assert opened == []


@pytest.mark.parametrize("platform", ["", "xcb", "wayland;xcb", "wayland-egl"])
def test_platforms_that_need_a_display_do_not_stand_in_for_one(
    linviz: Console, opened: Calls, no_display: None, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    assert no_display is None
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    monkeypatch.setenv("DISPLAY", "")
    assert linviz().status == 0
    assert opened == []


def test_a_display_that_does_not_answer_is_none(
    linviz: Console, opened: Calls, no_display: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert no_display is None
    monkeypatch.setenv("DISPLAY", ":98765")
    assert linviz().status == 0
    assert opened == []


def test_a_display_of_this_machine_that_answers_gets_the_window(
    linviz: Console, opened: Calls, no_display: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert no_display is None
    monkeypatch.setenv("DISPLAY", ":98764.0")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0/tmp/.X11-unix/X98764")
        server.listen()
        linviz()
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISPLAY", "elsewhere:0"),
        ("WAYLAND_DISPLAY", "wayland-0"),
        ("QT_QPA_PLATFORM", "offscreen"),
        ("QT_QPA_PLATFORM", "minimal"),
        ("QT_QPA_PLATFORM", "vnc:size=800x600:port=5901"),
        ("QT_QPA_PLATFORM", "linuxfb:fb=/dev/fb1"),
        ("QT_QPA_PLATFORM", "eglfs"),
        ("QT_QPA_PLATFORM", "xcb;offscreen"),
    ],
)
def test_a_display_of_any_kind_gets_the_window(
    linviz: Console, opened: Calls, no_display: None, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert no_display is None
    monkeypatch.setenv(name, value)
    assert linviz().status == 7
    assert len(opened) == 1


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_there_is_always_a_display(
    linviz: Console, opened: Calls, no_display: None, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    assert no_display is None
    monkeypatch.setattr(sys, "platform", platform)
    assert linviz().status == 7
    assert len(opened) == 1
