import dataclasses
import math
import re

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, picture
from linviz.gui.appearance import TEXT_SCALES
from linviz.gui.flash import STRONGEST
from linviz.gui.theme import HEAT_STEPS, THEMES, Theme
from linviz.resources import resource

EVERY = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
READABLE = 4.5
"""The contrast that WCAG 2.1 AA asks of text; 3 of what has to be seen without being read."""
VISIBLE = 3.0
FAINT = 2.0
"""What still can be made out for half a second."""

# Linear light of red, green and blue as one sees them who lacks a kind of cone (Viénot, Brettel and Mollon 1999).
LACKING = {
    "protanopia": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deuteranopia": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


def linear(colour: str) -> tuple[float, float, float]:
    """Give the linear light of an sRGB colour."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours by WCAG 2.1, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(light: tuple[float, ...]) -> tuple[float, float, float]:
    """Give CIE L*a*b* (D65) of linear light."""
    red, green, blue = light
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def difference(one: str, other: str, lacking: str = "") -> float:
    """Give ΔE (CIE 1976) of two colours, to everybody or to one who lacks a kind of cone; 2.3 is just noticeable."""
    seen = []
    for colour in (one, other):
        light = linear(colour)
        if lacking:
            light = tuple(  # type: ignore[assignment]  # three of them
                max(sum(factor * part for factor, part in zip(row, light, strict=True)), 0.0)
                for row in LACKING[lacking]
            )
        seen.append(lab(light))
    return math.dist(*seen)


def test_the_oracle_knows_wcags_and_cies_own_examples() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the grey that just fails
    assert difference("#ffffff", "#000000") == pytest.approx(100, abs=0.1)
    assert difference("#ff0000", "#a09000", "deuteranopia") < difference("#ff0000", "#a09000") / 2


@EVERY
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("text", "card"),
        ("text", "window"),
        ("text", "control"),
        ("text", "control_hover"),
        ("dim", "card"),
        ("dim", "window"),
        ("dim", "control"),
        ("on_accent", "accent"),
        ("on_accent", "accent_hover"),
        ("on_next", "next"),
        ("on_done", "done"),
        ("on_stale", "stale"),
        ("on_none", "none"),
        ("on_danger", "danger"),
        ("on_danger", "card"),
        ("text", "not_finite"),
    ],
)
def test_text_can_be_read_on_its_ground(theme: Theme, ink: str, ground: str) -> None:
    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= READABLE


@EVERY
def test_a_number_can_be_read_on_every_heat_colour(theme: Theme) -> None:
    assert min(contrast(theme.text, colour.name()) for colour in theme.heat()) >= READABLE


@EVERY
@pytest.mark.parametrize("mark", ["accent", "manual", "on_danger"])
def test_what_is_drawn_in_the_plot_can_be_seen_on_its_card(theme: Theme, mark: str) -> None:
    assert contrast(getattr(theme, mark), theme.card) >= VISIBLE


@EVERY
@pytest.mark.parametrize("flash", [0.0, STRONGEST / 2, STRONGEST])
def test_the_outline_of_an_operand_can_be_seen_on_every_heat_colour_also_while_it_flashes(
    theme: Theme, flash: float
) -> None:
    over = QColor(theme.next)
    for heat in theme.heat():
        pairs = ((heat.red(), over.red()), (heat.green(), over.green()), (heat.blue(), over.blue()))
        mixed = (round(a + (b - a) * flash) for a, b in pairs)
        assert contrast(theme.operand, QColor(*mixed).name()) >= (FAINT if flash else VISIBLE)


@EVERY
def test_heat_is_centred_at_the_card_and_ends_in_the_themes_colours(theme: Theme) -> None:
    heat = [colour.name() for colour in theme.heat()]
    assert len(heat) == 2 * HEAT_STEPS + 1
    assert (heat[0], heat[HEAT_STEPS], heat[-1]) == (theme.negative, theme.card, theme.positive)


@EVERY
@pytest.mark.parametrize("lacking", ["", *LACKING])
def test_negative_zero_and_positive_are_told_apart_by_everybody(theme: Theme, lacking: str) -> None:
    assert difference(theme.negative, theme.positive, lacking) > 40
    assert difference(theme.negative, theme.card, lacking) > 20
    assert difference(theme.positive, theme.card, lacking) > 20


@EVERY
@pytest.mark.parametrize("lacking", ["", *LACKING])
def test_not_finite_is_not_taken_for_a_number(theme: Theme, lacking: str) -> None:
    assert min(difference(theme.not_finite, colour.name(), lacking) for colour in theme.heat()) > 20


@EVERY
@pytest.mark.parametrize("lacking", ["", *LACKING])
def test_a_step_by_hand_is_told_from_the_curve(theme: Theme, lacking: str) -> None:
    assert difference(theme.manual, theme.accent, lacking) > 40


@EVERY
def test_every_colour_is_a_colour(theme: Theme) -> None:
    colours = {field.name: getattr(theme, field.name) for field in dataclasses.fields(theme)}
    assert THEMES[colours.pop("name")] is theme
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours.values())


@EVERY
@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_the_style_sheet_is_filled_in(theme: Theme, scale: float) -> None:
    sheet = theme.style_sheet(scale)
    assert "$" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert theme.window in sheet
    assert f"font-size: {round(13 * scale)}px" in sheet


@EVERY
def test_the_style_sheet_means_something_to_qt_and_finds_its_pictures(theme: Theme, qtbot: QtBot) -> None:
    label = QLabel("a")
    qtbot.addWidget(label)
    label.setProperty("badge", "stale")
    label.resize(60, 20)
    label.setStyleSheet(theme.style_sheet(1.0))  # a sheet that Qt can't read is a warning
    assert colour_at(picture(label), QPoint(30, 2)).name() == theme.stale
    named = re.findall(r'url\("([^"]*)"\)', theme.style_sheet(1.0))
    assert named == [resource(f"icons/chevron-down-{theme.name}.svg").as_posix()]


@EVERY
def test_the_palette_is_the_themes_in_what_the_style_sheet_does_not_reach(theme: Theme) -> None:
    palette, role = theme.palette(), QPalette.ColorRole
    for ink, ground in ((role.Text, role.Base), (role.WindowText, role.Window), (role.ButtonText, role.Button),
                        (role.HighlightedText, role.Highlight), (role.ToolTipText, role.ToolTipBase)):  # fmt: skip
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
            assert contrast(palette.color(group, ink).name(), palette.color(group, ground).name()) >= READABLE
    assert palette.color(role.Base) == QColor(theme.card)
