import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, dress, picture, spoken_name
from linviz.core.snapshot import PHASES, Phase
from linviz.gui.fields import PHASE_TEXTS
from linviz.gui.phase_strip import PhaseStrip
from linviz.gui.theme import THEMES

EVERY = pytest.mark.parametrize("coming", PHASES)


@pytest.fixture
def strip(qtbot: QtBot) -> PhaseStrip:
    return shown(qtbot)


def shown(qtbot: QtBot, theme: str = "light", scale: float = 1.0) -> PhaseStrip:
    made = PhaseStrip(None)  # type: ignore[arg-type]  # in the window it has a parent
    qtbot.addWidget(made)
    dress(made, theme, scale)
    made.show()
    made.resize(made.sizeHint())
    return made


def states(coming: Phase) -> list[str]:
    """Say what is done, next and to come, by counting."""
    return ["done" if at < PHASES.index(coming) else "to come" for at in range(5)]


@pytest.fixture(autouse=True)
def tips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the tool tips that would pop up: offscreen they can't come to the front."""
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, _widget: said.append(text))
    return said


def tip_at(strip: PhaseStrip, spot: QPoint, tips: list[str]) -> str:
    tips.clear()
    QApplication.sendEvent(strip, QHelpEvent(QEvent.Type.ToolTip, spot, strip.mapToGlobal(spot)))
    return "".join(tips)


def chips(strip: PhaseStrip, tips: list[str]) -> list[QPoint]:
    """Find a place of each chip, beside its text: walk along the strip until the tool tip changes."""
    spots: dict[str, QPoint] = {}
    for x in range(strip.width()):
        spots.setdefault(tip_at(strip, QPoint(x, 5), tips), QPoint(x + 4, 5))
    spots.pop("", None)
    return [*spots.values()]


@EVERY
def test_what_stands_before_the_next_phase_is_done_and_what_stands_after_is_to_come(
    coming: Phase, strip: PhaseStrip
) -> None:
    strip.show_phase(coming)
    expected = states(coming)
    expected[PHASES.index(coming)] = "next"
    assert [strip.state(phase) for phase in PHASES] == expected


@EVERY
def test_a_screen_reader_hears_every_phase_and_its_state(coming: Phase, strip: PhaseStrip) -> None:
    strip.show_phase(coming)
    heard = spoken_name(strip)
    assert heard.startswith("Phases of the iteration: Forward ")
    assert heard.count("next") == 1
    assert [f"{PHASE_TEXTS[phase][0]} {strip.state(phase)}" for phase in PHASES] == heard.partition(": ")[2].split(", ")


@EVERY
@pytest.mark.parametrize("theme", THEMES)
def test_done_next_and_to_come_have_their_colours(coming: Phase, theme: str, tips: list[str], qtbot: QtBot) -> None:
    strip = shown(qtbot, theme)
    strip.show_phase(coming)
    spots, image, colours = chips(strip, tips), picture(strip), THEMES[theme]
    expected = [colours.done if state == "done" else colours.card for state in states(coming)]
    expected[PHASES.index(coming)] = colours.next
    assert [colour_at(image, spot).name() for spot in spots] == expected
    assert len({colours.done, colours.next, colours.card}) == 3


def test_the_phases_stand_in_the_order_in_which_they_run_and_their_tips_say_what_torch_does(
    strip: PhaseStrip, tips: list[str]
) -> None:
    strip.show_phase(Phase.ZERO_GRAD)
    found = [tip_at(strip, spot, tips) for spot in chips(strip, tips)]
    calls = ("linear(x)", "criterion(pred, y)", "optimizer.zero_grad()", "loss.backward()", "optimizer.step()")
    assert len(found) == 5
    for tip, call, state in zip(found, calls, ("done", "done", "next", "to come", "to come"), strict=True):
        assert call in tip
        assert tip.endswith(f"({state})")


def test_beside_the_chips_there_is_no_tip(strip: PhaseStrip, tips: list[str]) -> None:
    assert tip_at(strip, QPoint(-3, 5), tips) == ""
    assert tip_at(strip, QPoint(strip.width() + 3, 5), tips) == ""


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.5])
def test_the_strip_has_room_for_its_text_at_every_size(scale: float, qtbot: QtBot) -> None:
    strip = shown(qtbot, scale=scale)
    texts = sum(strip.fontMetrics().horizontalAdvance(text) for text, _tip in PHASE_TEXTS.values())
    assert strip.minimumSizeHint().width() <= strip.sizeHint().width()
    assert strip.sizeHint().width() > texts
    assert strip.sizeHint().height() > strip.fontMetrics().height()


def test_the_next_phase_moves_on_at_once(strip: PhaseStrip) -> None:
    pictures = []
    for phase in PHASES:
        strip.show_phase(phase)
        pictures.append(picture(strip))
    assert all(one != other for at, one in enumerate(pictures) for other in pictures[:at])


def test_before_it_has_a_theme_the_strip_is_no_fault(qtbot: QtBot) -> None:
    made = PhaseStrip(None)  # type: ignore[arg-type]  # as above
    qtbot.addWidget(made)
    assert not picture(made).isNull()
