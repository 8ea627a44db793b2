import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

from gui.parts import MANY, dress, picture
from linviz.core.code import iteration, set_up
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import Phase
from linviz.gui.code_delegate import CodeDelegate, wrapped
from linviz.gui.code_model import CodeModel
from linviz.gui.theme import Theme

LINES = [
    line.text
    for source in (Problem.notebook(), Recipe(1000, 300, 200, seed=2**40))
    for by_hand in (False, True)
    for line in (*set_up(source, Settings(learning_rate=0.1 + 0.2)), *iteration(by_hand))
]
CODE = st.from_regex(r"[a-z_=+0-9]+([ .(,#]{1,2}[a-z_=+0-9()]+){0,12}", fullmatch=True)


def without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


@MANY
@given(st.sampled_from(LINES) | CODE, st.integers(1, 90))
def test_wrapping_loses_no_character_and_no_row_is_too_long(text: str, columns: int) -> None:
    rows = wrapped(text, columns)
    assert without_spaces("".join(rows)) == without_spaces(text)
    assert all(len(row) <= columns for row in rows)
    assert all(row.strip() for row in rows)
    assert (rows == [text]) == (len(text) <= columns)


@pytest.mark.parametrize("columns", [17, 24, 30])
def test_what_goes_on_is_indented_and_breaks_where_one_would_break_it(columns: int) -> None:
    first, *others = wrapped("optimizer = torch.optim.SGD(linear.parameters(), lr=lr)", columns)
    assert first == first.lstrip()
    assert others
    assert all(row.startswith("    ") and not row.startswith("     ") for row in others)
    assert all(row[-1] in " =(.," for row in (first, *others[:-1]))


class Lines(QListView):
    """A list with the delegate, dressed as in the window."""

    def __init__(self, model: CodeModel) -> None:
        super().__init__()
        self.setModel(model)
        self.delegate = CodeDelegate(model, self)
        self.setItemDelegate(self.delegate)
        self.setResizeMode(QListView.ResizeMode.Adjust)

    def set_theme(self, theme: Theme) -> None:
        self.ensurePolished()
        self.delegate.set_theme(theme, self.font())
        self.doItemsLayout()


@pytest.fixture
def model() -> CodeModel:
    made = CodeModel()
    made.show_lines(Recipe(10, 3, 2, seed=5), Settings(), by_hand=True)
    made.show_phase(Phase.LOSS, None)
    return made


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.5])
@pytest.mark.parametrize("width", [150, 240, 500])
def test_on_the_screen_every_row_fits_the_width_and_lines_stand_below_each_other(
    width: int, scale: float, model: CodeModel, qtbot: QtBot
) -> None:
    lines = Lines(model)
    qtbot.addWidget(lines)
    dress(lines, scale=scale)
    lines.resize(width, 2000)
    lines.show()
    lines.doItemsLayout()
    metrics = QFontMetricsF(lines.font())
    bottom = -1
    for row, line in enumerate(model.lines):
        rect = lines.visualRect(model.index(row, 0))
        texts = lines.delegate.rows(line.text)
        # Number, mark and their room, before the text, are five and a half characters.
        assert max(map(metrics.horizontalAdvance, texts)) <= rect.width() - 5.5 * metrics.horizontalAdvance("0")
        assert rect.top() > bottom
        bottom = rect.bottom()
        if line.text:
            assert rect.height() + 1 >= len(texts) * metrics.height()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_done_next_and_to_come_are_told_apart_on_the_screen_without_colours(
    theme: str, model: CodeModel, qtbot: QtBot
) -> None:
    lines = Lines(model)
    qtbot.addWidget(lines)
    dress(lines, theme)
    lines.resize(500, 900)
    lines.show()
    texts = [line.text for line in model.lines]

    def mark(text: str) -> bytes:
        """Give the shape of what stands between number and text: where it differs from its ground."""
        rect = lines.visualRect(model.index(texts.index(text), 0))
        digit = lines.fontMetrics().horizontalAdvance("0")
        area = rect.adjusted(round(2.6 * digit), 2, 0, -2)
        area.setWidth(round(2.5 * digit))
        image = picture(lines.viewport()).copy(area)
        ground = image.pixelColor(0, 0)
        spots = ((x, y) for y in range(image.height()) for x in range(image.width()))
        return bytes(image.pixelColor(x, y) != ground for x, y in spots)

    done, coming, later = map(mark, ("pred = linear(x)", "loss = criterion(pred, y)", "loss.backward()"))
    assert any(done)
    assert any(coming)
    assert not any(later)
    assert done != coming
