import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from gui.parts import picture, spoken_name
from linviz.core.explain import EXPLAINED
from linviz.core.formula import formula_of
from linviz.core.problem import Problem
from linviz.core.trainer import Trainer
from linviz.gui.formula_view import FormulaView, drawing
from linviz.gui.theme import Theme

# Said by ziamath's own import on Python 3.11 and 3.12.


def formulas() -> list[tuple[str, str]]:
    """Give the formula of the last cell of every field, before and after an update."""
    trainer = Trainer(Problem.random(30, 12, 11))
    start, stepped = trainer.snapshot(), trainer.step()
    last = {name: tuple(side - 1 for side in np.shape(getattr(stepped, name))) for name in EXPLAINED}
    found = [formula_of(stepped, name, index) for name, index in last.items()]
    return found + [formula_of(start, name, last[name]) for name in ("weight", "bias")]


def inked(image: QImage) -> tuple[int, int]:
    """Count the pixels that are not the first one's colour, and give the right-most column that has one."""
    ground = image.pixel(0, 0)
    found = [x for x in range(image.width()) for y in range(image.height()) if image.pixel(x, y) != ground]
    return len(found), max(found, default=-1)


def view_of(qtbot: QtBot, latex: str, text: str, width: int = 600, theme: str = "light") -> tuple[FormulaView, Theme]:
    view = FormulaView(None)  # type: ignore[arg-type]  # a window of its own here
    qtbot.addWidget(view)
    appearance = dress_formula(view, theme)
    view.show_formula(latex, text)
    view.resize(width, view.sizeHint().height())
    return view, appearance


def dress_formula(view: FormulaView, name: str) -> Theme:
    from linviz.gui.appearance import Appearance

    theme = Appearance(name, 1.0, view).theme
    view.set_theme(theme, 1.0)
    return theme


@pytest.mark.parametrize("at", range(len(EXPLAINED) + 2))
def test_every_fields_formula_is_set_and_drawn(qtbot: QtBot, at: int) -> None:
    latex, text = formulas()[at]
    made = drawing(latex, "#123456", 16.0)
    assert made.isValid()
    assert made.defaultSize().width() >= 16
    assert 10 <= made.defaultSize().height() <= 100
    view, _theme = view_of(qtbot, latex, text)
    ink, right = inked(picture(view))
    assert ink > 30
    assert right < made.defaultSize().width() + 2


def test_a_screen_reader_hears_it_as_text(qtbot: QtBot) -> None:
    latex, text = formulas()[EXPLAINED.index("prediction")]
    view, _theme = view_of(qtbot, latex, text)
    assert (spoken_name(view), view.toolTip()) == (text, text)
    assert text.startswith("prediction[29,10] = Σⱼ")


def test_where_it_would_not_fit_it_is_smaller_and_whole(qtbot: QtBot) -> None:
    latex, text = formulas()[EXPLAINED.index("weight_grad")]
    wide, _ = view_of(qtbot, latex, text)
    narrow, _ = view_of(qtbot, latex, text, width=120)
    full, reduced = inked(picture(wide)), inked(picture(narrow))
    assert full[1] > 120
    assert 100 < reduced[1] < 120
    assert narrow.minimumSizeHint().width() == 0


def test_it_follows_theme_and_size_of_text(qtbot: QtBot) -> None:
    latex, text = formulas()[EXPLAINED.index("loss")]
    view, light = view_of(qtbot, latex, text)
    before = view.sizeHint()
    dark = dress_formula(view, "dark")
    assert light.text != dark.text
    assert view.sizeHint() == before
    image = picture(view)
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert dark.text.lower() in colours
    assert light.text.lower() not in colours
    view.set_theme(light, 2.0)
    assert abs(view.sizeHint().width() - 2 * before.width()) <= 3


def test_before_there_is_a_formula_it_takes_no_room_and_paints_nothing(qtbot: QtBot) -> None:
    view = FormulaView(None)  # type: ignore[arg-type]  # a window of its own here
    qtbot.addWidget(view)
    assert (view.sizeHint().width(), view.sizeHint().height()) == (0, 0)
    view.resize(50, 20)
    assert inked(picture(view))[0] == 0


def test_the_same_formula_is_set_once() -> None:
    latex, _text = formulas()[0]
    assert drawing(latex, "#000000", 16.0) is drawing(latex, "#000000", 16.0)
