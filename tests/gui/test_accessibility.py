from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import spoken_name
from linviz.core.snapshot import ARRAY_FIELDS
from linviz.gui.array_table import ArrayTable
from linviz.gui.main_window import MainWindow

# The focus in a table selects a cell, whose formula is set by ziamath, which calls what importlib deprecates.

OpenWindow = Callable[..., MainWindow]
CONTROLS = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit)


@pytest.fixture
def window(open_window: OpenWindow, qtbot: QtBot) -> MainWindow:
    made = open_window()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def focusable(window: MainWindow) -> list[QWidget]:
    """Give what Tab should reach."""
    tab = Qt.FocusPolicy.TabFocus
    found = [child for child in window.findChildren(QWidget) if child.isVisibleTo(window) and child.isEnabled()]
    return [child for child in found if child.focusPolicy() & tab == tab and child.focusProxy() is None]


def reached(window: MainWindow, key: Qt.Key) -> list[QWidget]:
    """Press a key until the focus has come round to where it was first."""
    met: list[QWidget] = []
    while len(met) < 100:
        QTest.keyClick(window.focusWidget(), key)
        now = window.focusWidget()
        if now in met:
            assert now is met[0]
            return met
        met.append(now)
    raise AssertionError(f"{key} never comes round: {met[-5:]}")


def test_a_screen_reader_has_a_name_for_everything_that_can_have_the_focus(window: MainWindow) -> None:
    window.message.say("Something went wrong.", "error", "details")
    unnamed = [child for child in focusable(window) if not spoken_name(child).strip()]
    assert unnamed == []
    assert len(focusable(window)) > 20


def test_no_two_controls_have_the_same_name(window: MainWindow) -> None:
    names = [child.accessibleName() or spoken_name(child) for child in focusable(window)]
    assert sorted(names) == sorted(set(names))


def test_every_control_says_what_it_does(window: MainWindow) -> None:
    window.message.say("Something went wrong.", "error", "details")
    controls = [child for child in focusable(window) if isinstance(child, CONTROLS)]
    assert [control for control in controls if len(control.toolTip()) < 10] == []
    assert len(controls) > 10


@pytest.mark.parametrize("message", [False, True])
def test_tab_reaches_everything_and_comes_back_round_and_shift_tab_goes_the_other_way(
    message: bool, window: MainWindow
) -> None:
    if message:
        window.message.say("Something went wrong.", "error", "details")
    forth = reached(window, Qt.Key.Key_Tab)
    assert set(forth) == set(focusable(window))
    back = reached(window, Qt.Key.Key_Backtab)
    at = back.index(forth[0])
    assert [*back[at:], *back[:at]] == [forth[0], *reversed(forth[1:])]


def test_tab_goes_as_one_reads(window: MainWindow) -> None:
    order = [child.objectName() for child in reached(window, Qt.Key.Key_Tab)]
    panels = ["x", "weight", "weight_grad", "bias", "bias_grad", "prediction", "y", "residual"]
    named = ["optimizer", "learning_rate_slider", "learning_rate", *panels, "loss_plot"]
    assert [name for name in order if name in named] == named


def test_every_table_is_found_by_its_fields_name(window: MainWindow) -> None:
    assert sorted(table.objectName() for table in window.findChildren(ArrayTable)) == sorted(ARRAY_FIELDS)


@pytest.mark.parametrize("name", ["loss_value", "step_count", "learning_rate", "loss_plot", "state", "phases"])
def test_what_tests_and_people_look_for_is_found_by_its_word(name: str, window: MainWindow) -> None:
    assert window.findChild(QWidget, name) is not None


def test_a_screen_reader_hears_the_loss_and_the_count_of_steps(window: MainWindow, qtbot: QtBot) -> None:
    def heard(name: str) -> str:
        label = window.findChild(QLabel, name)
        assert isinstance(label, QLabel)
        return spoken_name(label)

    assert heard("loss_value") == "loss not computed yet"
    assert heard("step_count") == "step 0"
    for _ in range(2):
        with qtbot.waitSignal(window.shown):
            window.commands["step"].trigger()
    assert window.snapshot is not None
    assert heard("loss_value") == f"loss {window.snapshot.loss!r}, stale"
    assert heard("step_count") == "step 2"
