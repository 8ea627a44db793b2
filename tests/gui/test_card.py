from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, picture
from linviz.gui.card import READS, WRITES, Card, light_colour, lights
from linviz.gui.theme import THEMES, Theme


@pytest.fixture
def card(qtbot: QtBot) -> Card:
    made = Card()
    qtbot.addWidget(made)
    made.resize(200, 120)
    made.show()
    return made


def frame(card: Card) -> list[str]:
    """Give the colours along the upper edge, between the corners."""
    image = picture(card)
    return [colour_at(image, QPoint(x, 1)).name() for x in range(20, card.width() - 20)]


def middle(card: Card) -> str:
    return colour_at(picture(card), card.rect().center()).name()


def test_what_is_read_and_written_counts_as_written() -> None:
    assert lights(("x", "weight"), ("weight", "bias")) == {"x": READS, "weight": WRITES, "bias": WRITES}
    assert lights((), ()) == {}


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_written_is_a_solid_frame_and_read_a_dotted_one_of_another_colour(theme: Theme, card: Card) -> None:
    card.set_card_theme(theme)
    dark = frame(card)
    ground = middle(card)
    card.light(WRITES)
    assert card.lit_as == WRITES
    assert set(frame(card)) == {QColor(theme.next).name()}
    card.light(READS)
    accent = light_colour(theme, READS).name()
    dots = [colour == accent for colour in frame(card)]
    assert 0.2 < sum(dots) / len(dots) < 0.8, "told apart without colours"
    assert sum(one != other for one, other in pairwise(dots)) > 10
    assert middle(card) == ground
    card.light("")
    assert (card.lit_as, frame(card)) == ("", dark)


def test_the_two_lights_have_colours_of_their_own() -> None:
    assert all(light_colour(theme, READS) != light_colour(theme, WRITES) for theme in THEMES.values())


def test_before_it_has_a_theme_a_light_is_noted_and_not_drawn(card: Card) -> None:
    dark = frame(card)
    card.light(WRITES)
    assert frame(card) == dark
    card.set_card_theme(THEMES["light"])
    assert card.lit_as == WRITES
    assert frame(card) != dark


def test_the_same_light_again_paints_nothing_anew(card: Card, qtbot: QtBot) -> None:
    class Counted(Card):
        painted = 0

        def paintEvent(self, event: object) -> None:
            super().paintEvent(event)  # type: ignore[arg-type]  # a QPaintEvent
            self.painted += 1

    counted = Counted()
    qtbot.addWidget(counted)
    counted.set_card_theme(THEMES["light"])
    counted.show()
    counted.light(READS)
    qtbot.waitUntil(lambda: counted.painted > 0)
    before = counted.painted
    counted.light(READS)
    picture(card)
    assert counted.painted == before
    counted.light(WRITES)
    qtbot.waitUntil(lambda: counted.painted > before)
