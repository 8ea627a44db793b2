import math

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, dress, picture
from gui.test_theme import EVERY, LACKING, VISIBLE, contrast, difference
from linviz.core.outlook import Going, Outlook
from linviz.gui.rate_slider import HIGHEST, LOWEST, RateSlider
from linviz.gui.theme import THEMES, Theme

LIMITS = pytest.mark.parametrize("limit", [0.002, 0.1, 1.3, 7.0])


class Shown:
    """A slider 320 pixels wide, dressed, beside nothing else."""

    def __init__(self, qtbot: QtBot, theme: str = "light") -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.slider = RateSlider(self.window)
        QVBoxLayout(self.window).addWidget(self.slider)
        dress(self.window, theme, parts=[self.slider])
        self.theme = THEMES[theme]
        self.slider.setFixedWidth(320)
        self.window.show()
        self.slider.show_rate(1e-4)

    def colour(self, rate: float, image: QImage | None = None) -> str:
        """Give the colour of the track at a rate."""
        spot = QPoint(round(self.slider.place_of(rate)), self.slider.height() // 2)
        return colour_at(image or picture(self.slider), spot).name()

    def marked(self, rate: float, down: int) -> bool:
        """Tell whether something dark stands at a rate, some pixels below the middle or above it."""
        image = picture(self.slider)
        spot = QPoint(round(self.slider.place_of(rate) - 0.5), self.slider.height() // 2 + down)
        near = (colour_at(image, spot + QPoint(off, 0)).name() for off in (-1, 0, 1))
        return any(contrast(each, self.theme.card) > 5 for each in near)


@LIMITS
@pytest.mark.parametrize("theme", THEMES)
def test_the_track_has_the_colour_of_what_a_run_does(limit: float, theme: str, qtbot: QtBot) -> None:
    shown = Shown(qtbot, theme)
    outlook = Outlook(0.05 * 2 / limit, 2 / limit)
    shown.slider.show_outlook(outlook)
    image = picture(shown.slider)
    assert shown.colour(outlook.monotone_limit / 2, image) == shown.theme.converging
    assert shown.colour(outlook.stability_limit * 1.25, image) == shown.theme.diverging
    between = {shown.colour(outlook.monotone_limit * share, image) for share in (1.3, 1.4, 1.5, 1.6, 1.7)}
    assert shown.theme.oscillating in between
    assert not between & {shown.theme.converging, shown.theme.diverging}


@pytest.mark.parametrize(("most", "going"), [(1e9, "diverging"), (1e-9, "converging")])
def test_limits_beyond_an_end_leave_one_colour(most: float, going: str, qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.slider.show_outlook(Outlook(most, most))
    image = picture(shown.slider)
    assert {shown.colour(10.0**power, image) for power in (-3, -2, -1, 0, 0.9)} == {getattr(shown.theme, going)}
    assert not any(shown.marked(10.0**power, down) for power in (-3.5, -2, 0.9) for down in (-6, 6))


def test_a_line_stands_at_the_limit_and_an_arrow_at_the_best_rate(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    outlook = Outlook(19.0, 20.0)
    shown.slider.show_outlook(outlook)
    assert shown.marked(outlook.stability_limit, -5)
    assert shown.marked(outlook.best, 6)
    assert not shown.marked(outlook.stability_limit * 1.5, -5)
    assert not shown.marked(outlook.best / 2, 6)


def test_as_long_as_nothing_is_known_there_are_no_such_colours(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.slider.show_outlook(Outlook(1.0, 1.0))
    shown.slider.show_outlook(None)
    image = picture(shown.slider)
    seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert not seen & {shown.theme.converging, shown.theme.oscillating, shown.theme.diverging}


def test_a_place_is_that_of_the_handle(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    for rate in (1e-4, 0.01, 0.5, 10.0):
        shown.slider.show_rate(rate)
        _, handle = shown.slider._track_and_handle()
        assert abs(handle.center().x() + 0.5 - shown.slider.place_of(rate)) <= 1.5
    assert shown.slider.place_of(math.inf) == shown.slider.place_of(10.0**HIGHEST)
    assert shown.slider.place_of(0.0) == shown.slider.place_of(10.0**LOWEST)


@EVERY
@pytest.mark.parametrize("lacking", ["", *LACKING])
def test_the_three_ways_to_go_are_told_apart_by_everybody(theme: Theme, lacking: str) -> None:
    one, two, three = (getattr(theme, name) for name in ("converging", "oscillating", "diverging"))
    assert min(difference(one, two, lacking), difference(two, three, lacking), difference(one, three, lacking)) > 30
    assert min(contrast(each, theme.card) for each in (one, two, three)) >= VISIBLE


def test_there_are_three_ways_to_go() -> None:
    assert [going.value for going in Going] == ["converges", "oscillates", "diverges"]
