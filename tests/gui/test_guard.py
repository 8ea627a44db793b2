import sys

import pytest
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from linviz.errors import InputError
from linviz.gui import guard

NOISE = 50
"""References to None that other code may take or give back meanwhile; a PySide6 that loses them loses thousands."""


class Counter(QObject):
    """Counts what is emitted."""

    emitted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.emitted.connect(self._on_emitted)

    @Slot(object)
    def _on_emitted(self, _value: object) -> None:
        self.count += 1


class Painted(QWidget):
    """Counts how often it is painted."""

    count = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        self.count += 1


def test_thousands_of_emits_lose_no_reference_to_none() -> None:
    counter = Counter()
    before = sys.getrefcount(None)
    for _ in range(5000):
        counter.emitted.emit(None)
    assert sys.getrefcount(None) > before - NOISE
    assert counter.count == 5000


def test_hundreds_of_repaints_lose_no_reference_to_none(qtbot: QtBot) -> None:
    widget = Painted()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    qtbot.waitUntil(lambda: widget.count > 0)
    before, painted = sys.getrefcount(None), widget.count
    for _ in range(500):
        widget.repaint()
    assert sys.getrefcount(None) > before - NOISE
    assert widget.count == painted + 500


def test_the_pyside_that_is_installed_is_sound() -> None:
    assert guard.lost_references(2000) < NOISE
    guard.check_pyside()


@pytest.mark.parametrize("lost", [20, 11])
def test_a_pyside_that_would_kill_the_process_is_refused_with_the_way_out(
    lost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "lost_references", lambda: lost)
    with pytest.raises(InputError) as refusal:
        guard.check_pyside()
    said = str(refusal.value)
    assert "PYSIDE-3474" in said
    assert f"\"{sys.executable}\" -m pip install 'PySide6-Essentials>=6.10.1,<6.12'" in said
    assert "\n" not in said


def test_the_noise_of_other_threads_is_no_ground_for_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "lost_references", lambda: 3)
    guard.check_pyside()


def test_losses_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = iter([1000, 980, 1000, 1007])
    monkeypatch.setattr(sys, "getrefcount", lambda _thing: next(counts))
    assert guard.lost_references(20) == 20
    assert guard.lost_references(20) == 0
