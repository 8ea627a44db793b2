"""Old → new → Δ as it is drawn in a cell."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, dress, frozen, picture
from linviz.core.movement import Move
from linviz.gui.array_view import ArrayPanel
from linviz.gui.fields import FIELDS
from linviz.gui.theme import Theme


class Shown:
    """One parameter's panel on the screen, stacked, with an update of one's own."""

    def __init__(self, qtbot: QtBot, old: list[float], new: list[float], dtype: str = "float32") -> None:
        self.panel = ArrayPanel(FIELDS["bias"])
        qtbot.addWidget(self.panel)
        before, after = frozen(old, dtype), frozen(new, dtype)
        self.panel.start(before.shape, as_stored=False)
        size = np.abs(after.astype(float) - before)
        at = int(np.argmax(size))
        self.panel.model.show_move(before, Move("bias", (at,), float(before[at]), float(after[at])))
        self.panel.model.show_array(after, "fresh")
        self.panel.table.set_stacked(True)

    def dress(self, theme: str = "light", scale: float = 1.0) -> Theme:
        made = dress(self.panel, theme, scale)
        self.panel.resize(self.panel.minimumSizeHint())
        self.panel.show()
        return made

    def cell(self, column: int) -> QRect:
        return self.panel.table.visualRect(self.panel.model.index(0, column))

    def bar(self, column: int, colour: str) -> tuple[int, int]:
        """Give where the bar under a Δ begins and ends, in pixels from the middle of the cell."""
        rect, image = self.cell(column), picture(self.panel.table.viewport())
        row = rect.bottom() - 4
        found = [x for x in range(rect.left(), rect.right()) if colour_at(image, QPoint(x, row)).name() == colour]
        return min(found) - rect.center().x(), max(found) - rect.center().x()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_bar_shows_side_and_share_of_the_largest_change(theme: str, qtbot: QtBot) -> None:
    made = Shown(qtbot, [0.0, 0.0, -1.0], [0.4, -0.2, -1.0])
    colours = made.dress(theme)
    made.panel.resize(made.panel.sizeHint())
    half = made.cell(0).width() / 2
    left, right = made.bar(0, colours.positive)
    assert abs(left) <= 2
    assert right == pytest.approx(half, abs=4)
    left, right = made.bar(1, colours.negative)
    assert left == pytest.approx(-half / 2, abs=3)
    assert abs(right) <= 2
    with pytest.raises(ValueError, match="empty"):
        made.bar(2, colours.positive)


HARD = [(1.0, 1.0 + 1e-10), (-9999.0, 9999.0), (1e-30, -1e-30), (0.0, 3e38), (1.0, 1.0), (0.0, float("nan"))]


@pytest.mark.parametrize(("old", "new"), HARD)
@pytest.mark.parametrize("scale", [0.8, 1.0, 2.5])
def test_no_digit_leaves_its_cell(scale: float, old: float, new: float, qtbot: QtBot) -> None:
    made = Shown(qtbot, [old] * 3, [new] * 3, "float64")
    theme = made.dress(scale=scale)
    image, ink = picture(made.panel.table.viewport()), (QColor(theme.text), QColor(theme.dim))
    for column in range(made.panel.table.viewport().width() // made.cell(0).width()):
        rect = made.cell(column)
        # Between the frame of the cell and the room of its text.
        spots = [(x, y) for x in (rect.left() + 2, rect.right() - 3) for y in range(rect.top() + 14, rect.bottom() - 6)]
        colours = {image.pixelColor(x, y).name() for x, y in spots}
        assert not any(colour.name() in colours for colour in ink)
        assert len(colours) < 6


def test_what_was_before_can_be_read_on_its_ground(qtbot: QtBot) -> None:
    made = Shown(qtbot, [-5.0, 0.0], [-5.0001, 5.0])
    for theme in ("light", "dark"):
        colours = made.dress(theme)
        rect, image = made.cell(0), picture(made.panel.table.viewport())
        height = rect.height() // 3
        grounds = [colour_at(image, rect.topLeft() + QPoint(3, y)).name() for y in (6, height + 4, 2 * height + 4)]
        assert grounds == [colours.card, colours.negative, colours.card]  # the heat colour is that of what holds now
