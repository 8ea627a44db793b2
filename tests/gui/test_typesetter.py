import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import trigger
from linviz.core.explain import EXPLAINED
from linviz.core.problem import Recipe
from linviz.gui import type_case, typesetter
from linviz.gui.typesetter import Typesetter


@pytest.fixture
def set_by(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the threads on which formulas are set from now on, with no form known."""
    threads: list[str] = []
    by_ziamath = type_case._set

    def noted(latex: str) -> str:
        threads.append(threading.current_thread().name)
        return by_ziamath(latex)

    monkeypatch.setattr(type_case, "_set", noted)
    type_case._form.cache_clear()
    return threads


def test_left_alone_for_a_moment_no_selection_has_to_wait_for_type(
    qtbot: QtBot, open_window: OpenWindow, set_by: list[str]
) -> None:
    window = open_window(Recipe(12, 3, 2, 0))
    trigger(qtbot, window, "step")
    qtbot.waitUntil(lambda: window.backend.typesetter.done, timeout=20_000)
    before = len(set_by)
    assert before > len(EXPLAINED)
    for field in EXPLAINED:
        shape = {"loss": (), "bias": (2,), "bias_grad": (2,)}.get(field, (2, 2))
        window.go_to(field, tuple(side - 1 for side in shape))
    window.go_to("prediction", (11, 1))
    assert len(set_by) == before
    assert all(name.startswith("linviz-worker") for name in set_by)


def test_another_shape_is_set_anew_and_while_a_run_is_on_nothing_is(
    qtbot: QtBot, open_window: OpenWindow, set_by: list[str]
) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.backend.typesetter.done, timeout=20_000)
    window.backend.run()
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > 50)
    before = len(set_by)
    window.backend.typesetter._shape = None  # as if it was another problem
    type_case._form.cache_clear()
    qtbot.waitUntil(lambda: not window.backend.typesetter.done)
    assert window.snapshot is not None
    step = window.snapshot.step
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.step > step + 200)
    assert len(set_by) == before
    window.backend.pause()
    qtbot.waitUntil(lambda: window.backend.typesetter.done, timeout=20_000)
    assert len(set_by) > before


def test_what_can_not_be_set_ends_it_and_nothing_else(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_shape: int) -> Iterator[None]:
        yield
        raise ZeroDivisionError("nobody expected this")

    monkeypatch.setattr(typesetter, "set_beforehand", broken)
    window = open_window()
    qtbot.waitUntil(lambda: window.backend.typesetter.done)
    trigger(qtbot, window, "step")
    assert window.snapshot is not None
    assert window.snapshot.step == 1
    assert not window.message.isVisible()


def test_a_closed_window_begins_no_other_piece(open_window: OpenWindow) -> None:
    window = open_window()
    made = window.backend.findChild(Typesetter)
    assert made is window.backend.typesetter
    window.close()
    assert not made._timer.isActive()
    made._on_time()  # a call that was on its way already
    assert made._piece is None or made._piece.done()
