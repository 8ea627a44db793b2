import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from pytestqt.qtbot import QtBot

from gui.parts import FEW, colour_at, dress, frozen, picture
from linviz.core.snapshot import Freshness
from linviz.gui.array_model import ArrayModel
from linviz.gui.array_view import ArrayPanel
from linviz.gui.cell_delegate import CellDelegate
from linviz.gui.fields import FIELDS
from linviz.gui.flash import STRONGEST
from linviz.gui.theme import THEMES, Theme


def distance(one: QColor, other: QColor) -> float:
    """Give the distance of two colours as points of red, green and blue."""
    return math.dist((one.red(), one.green(), one.blue()), (other.red(), other.green(), other.blue()))


def delegate_of(scale: float, theme: Theme) -> CellDelegate:
    model = ArrayModel(FIELDS["weight"])
    model.scale = scale
    delegate = CellDelegate(model, model)
    delegate.set_theme(theme, QFontMetricsF(QFont()))
    return delegate


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_zero_is_the_card_and_the_ends_of_the_scale_are_the_themes(theme: Theme) -> None:
    delegate = delegate_of(2.0, theme)
    colours = [delegate.colour(value).name() for value in (0.0, -0.0, -2.0, 2.0)]
    assert colours == [theme.card, theme.card, theme.negative, theme.positive]


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_what_is_not_finite_has_a_colour_of_its_own(theme: Theme) -> None:
    delegate = delegate_of(1.0, theme)
    found = {delegate.colour(value).name() for value in (math.nan, math.inf, -math.inf)}
    assert found == {theme.not_finite}
    assert theme.not_finite not in {delegate.colour(step / 300).name() for step in range(-300, 301)}


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("sign", [1, -1])
def test_the_further_from_zero_the_further_from_the_card(theme: Theme, sign: int) -> None:
    delegate = delegate_of(5.0, theme)
    away = [distance(delegate.colour(sign * 5 * part / 40), QColor(theme.card)) for part in range(41)]
    assert all(nearer < further for nearer, further in pairwise(away))


@FEW
@given(scale=st.floats(1e-3, 1e300), share=st.floats(-1, 1))
def test_every_value_up_to_the_scale_has_the_colour_of_its_side(scale: float, share: float) -> None:
    theme = THEMES["light"]
    delegate = delegate_of(scale, theme)
    colour = delegate.colour(scale * share)
    towards = QColor(theme.positive if share > 0 else theme.negative)
    assert distance(colour, towards) <= distance(QColor(theme.card), towards)
    if abs(share) > 0.1:
        assert (colour.red() > colour.blue()) == (share > 0)


class Shown:
    """A panel of one row of numbers, dressed as in the window."""

    def __init__(self, qtbot: QtBot, values: list[float] | None, *, columns: int = 0, theme: str = "light") -> None:
        self.panel = ArrayPanel(FIELDS["weight"])
        self.table, self.model = self.panel.table, self.panel.model
        qtbot.addWidget(self.panel)
        self.theme = dress(self.panel, theme)
        self.panel.start((1, columns or len(values or ())), as_stored=True)
        if values is not None:
            self.model.show_array(frozen([values], "float64"), "fresh")
        self.panel.resize(self.panel.sizeHint())
        self.panel.show()

    def cell(self, column: int) -> QRect:
        """Give where a cell stands in the picture."""
        cell = self.table.visualRect(self.model.index(0, column))
        return cell.translated(self.table.viewport().mapTo(self.panel, QPoint()))

    def colours(self, column: int, where: str) -> set[str]:
        """Give the colours of a line of a cell: its left ground, its outline, or all of it."""
        image, cell = picture(self.panel), self.cell(column)
        middle, inside = cell.center().y(), cell.adjusted(1, 1, -1, -1)
        spots = {
            "ground": [QPoint(inside.left() + 3, middle - 3)],
            "outline": [QPoint(inside.left(), middle), QPoint(inside.left() + inside.width() - 1, middle)],
            "left end": [QPoint(inside.left() + 1, y) for y in range(inside.top() + 4, inside.bottom() - 4)],
            "all": [QPoint(x, y) for x in range(cell.left(), cell.right()) for y in range(cell.top(), cell.bottom())],
        }
        return {colour_at(image, spot).name() for spot in spots[where]}


@pytest.mark.parametrize("name", THEMES)
def test_on_the_screen_negative_is_blue_positive_is_red_and_zero_is_the_card(name: str, qtbot: QtBot) -> None:
    shown = Shown(qtbot, [-2.0, 0.0, 2.0, math.nan], theme=name)
    found = [shown.colours(column, "ground") for column in range(4)]
    theme = shown.theme
    assert found == [{theme.negative}, {theme.card}, {theme.positive}, {theme.not_finite}]
    negative, positive = QColor(*found[0]), QColor(*found[2])
    assert negative.blue() > negative.red() + 50
    assert positive.red() > positive.blue() + 50


@pytest.mark.parametrize("name", THEMES)
def test_the_number_is_written_in_the_themes_text_colour(name: str, qtbot: QtBot) -> None:
    shown = Shown(qtbot, [-2.0, 0.0, 2.0], theme=name)
    text, card = QColor(shown.theme.text), QColor(shown.theme.card)
    for column in range(3):
        nearest = min(distance(QColor(found), text) for found in shown.colours(column, "all"))
        assert nearest < distance(text, card) / 4  # thin strokes are smoothed into their ground


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.5])
def test_numbers_end_on_the_right_so_that_their_decimals_stand_under_each_other(scale: float, qtbot: QtBot) -> None:
    shown = Shown(qtbot, [0.0, -0.125, 123.5, -1.5e7])
    shown.model.scale = 1e30  # nothing but the numbers on the card
    dress(shown.panel, scale=scale)
    shown.panel.resize(shown.panel.sizeHint())
    image, text = picture(shown.panel), QColor(shown.theme.text)
    ends = []
    for cell in (shown.cell(column) for column in range(4)):
        ink = [
            x
            for x in range(cell.left(), cell.right() + 1)
            for y in range(cell.top(), cell.bottom() + 1)
            if distance(image.pixelColor(x, y), text) < 200
        ]
        assert min(ink) > cell.left() + 2
        ends.append(cell.right() - max(ink))
    assert max(ends) - min(ends) <= 1 + scale
    assert min(ends) > 2
    assert max(ends) < 9


def test_the_selected_cell_and_no_other_is_outlined(qtbot: QtBot) -> None:
    shown = Shown(qtbot, [-2.0, 0.0, 2.0])
    before = [shown.colours(column, "outline") for column in range(3)]
    for selected in (1, 2):
        shown.table.setCurrentIndex(shown.model.index(0, selected))
        for column in range(3):
            outlined = {shown.theme.next} if column == selected else before[column]
            assert shown.colours(column, "outline") == outlined
    assert shown.theme.next not in set().union(*before)


@pytest.mark.parametrize("flash", [0.0, STRONGEST])
@pytest.mark.parametrize("name", THEMES)
def test_an_operand_and_no_other_has_dashes_that_can_be_seen(name: str, flash: float, qtbot: QtBot) -> None:
    shown = Shown(qtbot, [-2.0, 0.0, 2.0, -1.0], theme=name)
    shown.model.show_array(frozen([[-2.5, 0.5, 2.5, -1.5]], "float64"), Freshness.FRESH)
    shown.table.flash(flash)
    before = [shown.colours(column, "all") for column in range(4)]
    for operand in range(4):
        shown.table.outline(0, operand)
        for column in range(4):
            found = shown.colours(column, "all")
            # The very colour, not one smoothed into its ground.
            assert (shown.theme.operand in found) == (column == operand)
            if column != operand:
                assert found == before[column]


def test_a_cell_without_a_value_is_an_empty_outline(qtbot: QtBot) -> None:
    shown = Shown(qtbot, None, columns=2)
    assert shown.colours(0, "ground") == {shown.theme.card}
    assert shown.colours(0, "outline") == {shown.theme.grid}
    assert all(distance(QColor(found), QColor(shown.theme.card)) < 50 for found in shown.colours(0, "all"))


@pytest.mark.parametrize("value", [-1.2345, -12345.678, 1e-40, -1.5e300, -99999.99999, 1e15, math.inf, -math.inf])
@pytest.mark.parametrize("scale", [0.8, 1.0, 2.5])
def test_no_digit_is_ever_cut_off(value: float, scale: float, qtbot: QtBot) -> None:
    shown = Shown(qtbot, [value] * 4)
    dress(shown.panel, scale=scale)
    shown.panel.resize(shown.panel.minimumSizeHint())  # where cells are as narrow as they get
    digit = QFontMetricsF(shown.table.font()).horizontalAdvance("0")
    assert shown.cell(0).width() < 9 * digit + 8
    assert len(shown.colours(0, "left end")) == 1
    assert len(shown.colours(0, "all")) > 2
