import sys
from pathlib import Path
from typing import Any

import pytest

from cli.console import Console
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.errors import InputError

Calls = list[tuple[tuple[Any, ...], dict[str, Any]]]

PLAIN = {"size": (1440, 900), "scale": 1, "theme": "light", "steps": 12, "by_hand": False, "phases": 0, "why": None}


def test_the_default_picture(linviz: Console, rendered: Calls, tmp_path: Path) -> None:
    done = linviz("render", "-o", str(tmp_path / "window.png"))
    assert (done.status, done.out, done.err) == (0, "", "")
    (((source, settings, path), named),) = rendered
    assert isinstance(source, Problem)
    assert source.name == "notebook"
    assert (settings, path, named) == (Settings(), tmp_path / "window.png", PLAIN)


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        (("--size", "800x16384"), {"size": (800, 16384)}),
        (("--size", "1920X1080", "--scale", "2"), {"size": (1920, 1080), "scale": 2}),
        (("--theme", "dark"), {"theme": "dark"}),
        (("--theme", "system"), {"theme": "system"}),
        (("--steps", "0", "--phases", "4"), {"steps": 0, "phases": 4}),
        (("--why", "weight_grad[0,1]"), {"why": ("weight_grad", (0, 1))}),
        (("--why", " loss "), {"why": ("loss", ())}),
        (("--steps", "10000000", "--manual"), {"steps": 10_000_000, "by_hand": True}),
    ],
)
def test_the_picture_is_as_written(
    linviz: Console, rendered: Calls, tmp_path: Path, words: tuple[str, ...], changes: dict[str, object]
) -> None:
    path = tmp_path / "WINDOW.PNG"
    path.write_bytes(b"an older one")
    words = ("--seed", "4", "--lr", "0.5", "--dtype", "float64", *words)
    assert linviz("render", "--output", str(path), *words).status == 0
    assert rendered == [((Recipe(10, 3, 2, 4), Settings(0.5, dtype="float64"), path), PLAIN | changes)]


def test_a_theme_before_the_word_render_counts(linviz: Console, rendered: Calls, tmp_path: Path) -> None:
    assert linviz("--theme", "dark", "--lr", "0.5", "render", "-o", str(tmp_path / "w.png")).status == 0
    (((_, settings, _), named),) = rendered
    assert (settings, named) == (Settings(0.5), PLAIN | {"theme": "dark"})


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "w.png: No space left on device; name another file"),
        (OSError("w.png can't be written: no room"), "w.png can't be written: no room; name another file"),
        (InputError("this PySide6 can't be used: install another"), "this PySide6 can't be used: install another"),
    ],
)
def test_a_drawing_that_fails_gets_one_line(
    linviz: Console, rendered: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr(sys.modules["linviz.gui.render"], "render", fail)
    assert linviz("render", "-o", str(tmp_path / "w.png")).complaint.endswith(said)
    assert rendered == []
