import sys
from types import ModuleType
from typing import Any

import pytest

from cli.console import Console


@pytest.fixture
def linviz(capsys: pytest.CaptureFixture[str]) -> Console:
    return Console(capsys)


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Stand in for the window: note what it was asked for, and close it at once with a status of its own."""
    calls: list[tuple[Any, ...]] = []

    def open_window(*arguments: Any) -> int:
        calls.append(arguments)
        return 7

    app = ModuleType("linviz.gui.app")
    app.open_window = open_window  # type: ignore[attr-defined]  # a module made by hand
    monkeypatch.setitem(sys.modules, "linviz.gui.app", app)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return calls


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Stand in for the drawing: note what it was asked for as (positional, named) arguments."""
    calls: list[tuple[Any, ...]] = []

    def render(*arguments: Any, **named: Any) -> None:
        calls.append((arguments, named))

    module = ModuleType("linviz.gui.render")
    module.render = render  # type: ignore[attr-defined]  # a module made by hand
    monkeypatch.setitem(sys.modules, "linviz.gui.render", module)
    return calls
