import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QSlider, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import FEW, colour_at, dress, picture, spoken_name
from linviz.core.settings import Settings
from linviz.errors import InputError
from linviz.gui.learning_rate import LearningRate
from linviz.gui.rate_slider import HIGHEST, LOWEST
from linviz.gui.theme import LIGHT

WRONG = ["abc", "-1", "0", "nan", "inf", "-inf", "1e400", "0,1", "", "   ", "1e-400", "0.1.2", "1 2", "1_0", "0x10"]


class Room:
    """A window, in front, with the learning rate and another entry, that notes what it says."""

    def __init__(self, dtype: str = "float64") -> None:
        self.window = QWidget()
        self.rate = LearningRate(Settings(dtype=dtype), self.window)
        self.other = QLineEdit(self.window)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.rate)
        layout.addWidget(self.other)
        self.changed: list[float] = []
        self.complaints: list[str] = []
        self.rate.changed.connect(self._on_changed)
        self.rate.complained.connect(self._on_complained)

    def _on_changed(self, rate: float) -> None:
        self.changed.append(rate)

    def _on_complained(self, sentence: str) -> None:
        self.complaints.append(sentence)

    @property
    def entry(self) -> QLineEdit:
        found = self.window.findChild(QLineEdit, "learning_rate")
        assert isinstance(found, QLineEdit)
        return found

    @property
    def slider(self) -> QSlider:
        found = self.window.findChild(QSlider, "learning_rate_slider")
        assert isinstance(found, QSlider)
        return found

    def type(self, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
        """Replace what stands in the entry, key by key."""
        self.entry.setFocus()
        self.entry.selectAll()
        QTest.keyClick(self.entry, Qt.Key.Key_Delete)
        QTest.keyClicks(self.entry, text)
        if end is not None:
            QTest.keyClick(self.entry, end)

    def is_marked(self) -> bool:
        return bool(self.entry.property("wrong") == "true")

    def slider_rate(self) -> float:
        """Give the rate where the slider stands, from its place between its ends."""
        share = (self.slider.value() - self.slider.minimum()) / (self.slider.maximum() - self.slider.minimum())
        return float(10 ** (LOWEST + share * (HIGHEST - LOWEST)))


@pytest.fixture
def room(qtbot: QtBot) -> Room:
    made = Room()
    qtbot.addWidget(made.window)
    dress(made.window, parts=[made.rate])
    made.window.show()
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    return made


def sentence(text: object, dtype: str = "float64") -> str:
    """Give what `Settings` says of a wrong rate."""
    with pytest.raises(InputError) as refusal:
        Settings(text, dtype=dtype)  # type: ignore[arg-type]  # that is the point
    return str(refusal.value)


def test_slider_and_entry_start_at_the_rate_in_force(room: Room) -> None:
    assert float(room.entry.text()) == 0.01
    assert room.slider_rate() == pytest.approx(0.01)
    assert not room.is_marked()


def test_the_slider_moved_changes_the_entry_and_chooses_once(room: Room) -> None:
    for ticks in (-30, 0, 13, room.slider.maximum(), room.slider.minimum()):
        room.slider.setValue(ticks)
        assert float(room.entry.text()) == room.changed[-1]
        assert room.changed[-1] == pytest.approx(room.slider_rate(), rel=0.05)
    assert len(room.changed) == 5


def test_every_place_of_the_slider_is_a_rate_one_can_say(room: Room) -> None:
    for ticks in range(room.slider.minimum(), room.slider.maximum() + 1):
        room.slider.setValue(ticks)
    assert len(room.changed) == room.slider.maximum() - room.slider.minimum() + 1
    for rate in room.changed:
        digits = f"{rate:e}".partition("e")[0].rstrip("0").replace(".", "")
        assert len(digits) <= 2
    assert room.changed == sorted(set(room.changed))
    assert (room.changed[0], room.changed[-1]) == (1e-4, 10.0)


def test_a_page_of_the_slider_is_ten_times(room: Room) -> None:
    room.slider.setFocus()
    QTest.keyClick(room.slider, Qt.Key.Key_PageUp)
    assert room.changed == [0.1]
    QTest.keyClick(room.slider, Qt.Key.Key_PageDown)
    QTest.keyClick(room.slider, Qt.Key.Key_PageDown)
    assert room.changed == [0.1, 0.01, 0.001]


@pytest.mark.parametrize(
    "text", ["0.0123456", "1e-7", "1e3", "0.1", "5e-324", "1.7e308", "0.30000000000000004", " 2 ", "+3"]
)  # fmt: skip
def test_the_entry_takes_any_rate_exactly(text: str, room: Room) -> None:
    room.type(text)
    assert room.changed == [float(text)]
    assert float(room.entry.text()) == float(text)
    assert not room.is_marked()


@pytest.mark.parametrize(("text", "end"), [("1e-7", LOWEST), ("1e3", HIGHEST), ("5e-324", LOWEST), ("1e308", HIGHEST)])
def test_a_rate_beyond_the_slider_leaves_it_at_its_end(text: str, end: int, room: Room) -> None:
    room.type(text)
    assert room.slider_rate() == pytest.approx(10**end)
    assert room.changed == [float(text)]


def test_a_rate_that_the_dtype_cannot_hold_is_wrong(qtbot: QtBot) -> None:
    room = Room("float32")
    qtbot.addWidget(room.window)
    room.type("1e39")
    assert room.is_marked()
    assert room.complaints[-1] == sentence("1e39", "float32")
    assert "float32" in room.complaints[-1]
    room.type("3e38")
    assert room.changed == [3e38]


@FEW
@given(st.floats(1e-12, 1e12))
def test_a_rate_in_force_is_shown_exactly_by_the_entry_and_nearly_by_the_slider(rate: float) -> None:
    room = Room()
    room.rate.show_rate(rate)
    assert float(room.entry.text()) == rate
    nearest = min(max(rate, 10.0**LOWEST), 10.0**HIGHEST)
    assert abs(math.log10(room.slider_rate() / nearest)) <= 0.5 / 20 + 1e-9
    assert (room.changed, room.complaints) == ([], [])


@pytest.mark.parametrize("text", WRONG)
@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_a_wrong_entry_is_marked_and_explained_and_not_applied(text: str, end: Qt.Key, room: Room) -> None:
    room.type(text, end)
    assert room.is_marked()
    assert room.changed == []
    assert room.entry.text() == text
    assert room.complaints[-1] == sentence(text)
    assert room.complaints[-1] in room.entry.toolTip()
    assert room.entry.accessibleDescription() == room.complaints[-1]
    assert "0.01" in room.entry.toolTip()
    assert "Esc" in room.entry.toolTip()
    assert room.slider_rate() == pytest.approx(0.01)


@pytest.mark.parametrize(("text", "shown"), [("abc", "abc"), ("-1", "-1"), ("", "nothing"), ("0,1", "0,1")])
def test_the_sentence_names_what_was_typed_and_what_is_wanted(text: str, shown: str, room: Room) -> None:
    room.type(text)
    assert room.complaints[-1] == f"learning rate must be a positive finite number, got {shown}"


def test_a_wrong_entry_looks_wrong_and_a_good_one_good(room: Room) -> None:
    def ground() -> str:
        return colour_at(picture(room.entry), QPoint(room.entry.width() - 8, room.entry.height() // 2)).name()

    assert ground() == LIGHT.control
    room.type("abc")
    assert ground() == LIGHT.danger
    room.type("0.5")
    assert ground() == LIGHT.control


@pytest.mark.parametrize("text", ["0.005", "1e-3", ".5", "abc"])
def test_nothing_is_complained_of_while_it_is_being_typed(text: str, room: Room) -> None:
    room.type(text, end=None)
    assert not room.is_marked()
    assert (room.changed, room.complaints) == ([], [])


def test_a_mark_is_taken_back_as_soon_as_what_is_typed_is_good(room: Room) -> None:
    room.type("-", end=Qt.Key.Key_Return)
    assert room.is_marked()
    room.type("-1", end=None)
    assert room.is_marked()
    assert room.complaints[-1] == sentence("-1")
    room.type("1", end=None)
    assert not room.is_marked()
    assert room.complaints[-1] == ""
    assert "Esc" not in room.entry.toolTip()
    assert room.changed == []


def test_escape_brings_back_the_rate_in_force(room: Room) -> None:
    room.type("abc")
    QTest.keyClick(room.entry, Qt.Key.Key_Escape)
    assert float(room.entry.text()) == 0.01
    assert not room.is_marked()
    assert room.complaints[-1] == ""
    assert room.changed == []


def test_escape_gives_up_a_good_rate_that_was_not_entered(room: Room) -> None:
    room.type("0.7", end=None)
    QTest.keyClick(room.entry, Qt.Key.Key_Escape)
    QTest.keyClick(room.entry, Qt.Key.Key_Return)
    assert float(room.entry.text()) == 0.01
    assert room.changed == []


@pytest.mark.parametrize("text", ["0.01", "1e-2", "0.0100"])
def test_the_same_rate_entered_again_chooses_nothing(text: str, room: Room) -> None:
    room.type(text)
    QTest.keyClick(room.entry, Qt.Key.Key_Return)
    assert (room.changed, room.complaints) == ([], [])


def test_return_and_leaving_choose_a_rate_once(room: Room) -> None:
    room.type("0.25")
    room.other.setFocus()
    assert room.changed == [0.25]
    room.type("0.75", end=Qt.Key.Key_Tab)
    assert room.changed == [0.25, 0.75]


def test_moving_the_slider_clears_a_wrong_entry(room: Room) -> None:
    room.type("abc")
    room.slider.setValue(room.slider.value() + 1)
    assert not room.is_marked()
    assert float(room.entry.text()) == room.changed[-1]


def test_a_rate_shown_is_not_chosen(room: Room) -> None:
    for rate in (0.5, 1e-9, 12345.678, 0.01):
        room.rate.show_rate(rate)
        assert float(room.entry.text()) == rate
    assert room.changed == []


def test_what_is_pasted_is_cut_to_a_length_that_can_be_shown(room: Room) -> None:
    room.entry.selectAll()
    room.entry.insert("9" * 1000)
    assert len(room.entry.text()) <= 40
    QTest.keyClick(room.entry, Qt.Key.Key_Return)
    assert room.changed == [float(room.entry.text())]


def test_both_have_a_name_and_say_what_they_are_for(room: Room) -> None:
    for widget in (room.entry, room.slider):
        assert re.search("learning rate", spoken_name(widget))
        assert "subtracts η times the gradient" in widget.toolTip()
    assert spoken_name(room.entry) != spoken_name(room.slider)
