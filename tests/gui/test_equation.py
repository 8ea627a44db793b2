from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import dress, moment_of, problem, settle
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import ARRAY_FIELDS, Snapshot
from linviz.gui.array_table import ArrayTable
from linviz.gui.equation import Equation
from linviz.gui.shared_width import largest_share

PER_SAMPLE = ("x", "prediction", "y", "residual")


def equation_of(qtbot: QtBot, given: Problem, width: int = 1400, height: int = 420, scale: float = 1.0) -> Equation:
    """Give an equation on the screen that shows a moment in which everything is computed."""
    equation = Equation()
    qtbot.addWidget(equation)
    dress(equation, scale=scale)
    equation.start(*given.shape)
    equation.show_snapshot(moment_of(given))
    equation.resize(width, height)
    equation.show()
    settle()
    return equation


def place(equation: Equation, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(equation, QPoint()), widget.size())


def operators(equation: Equation) -> list[QLabel]:
    return [label for label in equation.findChildren(QLabel) if label.property("role") == "operator"]


def scroll_places(equation: Equation) -> dict[str, int]:
    return {name: equation.panels[name].table.verticalScrollBar().value() for name in PER_SAMPLE}


def test_every_field_has_its_panel() -> None:
    equation = Equation()
    assert set(equation.panels) == set(ARRAY_FIELDS)
    assert {table.objectName() for table in equation.findChildren(ArrayTable)} == set(ARRAY_FIELDS)


def test_read_from_left_to_right_it_is_the_formula(qtbot: QtBot) -> None:
    equation = equation_of(qtbot, Problem.notebook())
    upper = {place(equation, label).center().x(): label.text() for label in operators(equation)}
    for name in ("x", "weight", "bias", "prediction", "y", "residual"):
        upper[place(equation, equation.panels[name]).center().x()] = name
    read = " ".join(text for _x, text in sorted(upper.items()))
    assert read == "x · weight + bias = prediction ↔ y → residual"


@pytest.mark.parametrize("name", ["weight", "bias"])
def test_a_gradient_stands_under_its_parameter(name: str, qtbot: QtBot) -> None:
    equation = equation_of(qtbot, Problem.notebook())
    parameter, gradient = (place(equation, equation.panels[field]) for field in (name, f"{name}_grad"))
    assert gradient.top() > parameter.bottom()
    assert gradient.left() == parameter.left()


def test_no_panel_stands_on_another_and_none_leaves_the_window(qtbot: QtBot) -> None:
    equation = equation_of(qtbot, Problem.notebook())
    places = [place(equation, panel) for panel in equation.panels.values()]
    assert all(equation.rect().contains(each) for each in places)
    assert not any(one.intersects(other) for i, one in enumerate(places) for other in places[:i])


def test_an_operator_says_what_it_stands_for(qtbot: QtBot) -> None:
    equation = equation_of(qtbot, Problem.notebook())
    assert [label.text() for label in operators(equation)] == ["·", "+", "=", "↔", "→"]
    assert all(label.toolTip() for label in operators(equation))


@pytest.mark.parametrize("shape", [(10, 3, 2), (1, 1, 1), (7, 5, 1), (3, 1, 6)])
def test_the_shapes_chain_as_one_reads_them(shape: tuple[int, int, int], qtbot: QtBot) -> None:
    samples, inputs, outputs = shape
    models = {name: panel.model for name, panel in equation_of(qtbot, problem(*shape)).panels.items()}
    shown = {name: (model.rowCount(), model.columnCount()) for name, model in models.items()}
    assert shown["x"] == (samples, inputs)
    assert shown["weight"] == shown["weight_grad"] == (inputs, outputs)
    assert shown["bias"] == shown["bias_grad"] == (1, outputs)
    assert shown["prediction"] == shown["y"] == shown["residual"] == (samples, outputs)


def test_what_is_on_the_screen_is_true_as_an_equation(qtbot: QtBot) -> None:
    equation = equation_of(qtbot, Problem.notebook())
    shown = {name: panel.model.values for name, panel in equation.panels.items()}
    x, weight, bias, prediction, y, residual = (
        np.asarray(shown[name]) for name in ("x", "weight", "bias", "prediction", "y", "residual")
    )
    assert np.allclose(x @ weight + bias, prediction, atol=1e-6)
    assert np.allclose(prediction - y, residual, atol=1e-6)
    assert np.allclose(x.T @ (2 / residual.size * residual), np.asarray(shown["weight_grad"]), atol=1e-6)


def test_the_switch_shows_the_weight_as_stored_and_back_with_its_numbers(qtbot: QtBot) -> None:
    given = Problem.notebook()
    equation, moment = equation_of(qtbot, given), moment_of(given)
    for as_stored in (True, False):
        equation.set_as_stored(as_stored)
        for name in ARRAY_FIELDS:
            stored = np.atleast_2d(getattr(moment, name))
            turned = name in ("weight", "weight_grad") and not as_stored
            assert np.array_equal(np.asarray(equation.panels[name].model.values), stored.T if turned else stored)


def test_a_start_of_another_shape_empties_every_panel_and_keeps_the_switch(qtbot: QtBot) -> None:
    equation = equation_of(qtbot, Problem.notebook())
    equation.set_as_stored(True)
    equation.start(4, 5, 3)
    assert all(panel.model.values is None for panel in equation.panels.values())
    assert (equation.panels["weight"].model.rowCount(), equation.panels["weight"].model.columnCount()) == (3, 5)
    equation.set_as_stored(False)
    assert (equation.panels["weight"].model.rowCount(), equation.panels["weight"].model.columnCount()) == (5, 3)
    assert all(panel.model.values is None for panel in equation.panels.values())


def test_a_start_of_the_same_shape_keeps_what_is_selected(qtbot: QtBot) -> None:
    given = Problem.notebook()
    equation = equation_of(qtbot, given)
    table = equation.panels["weight"].table
    table.setCurrentIndex(equation.panels["weight"].model.index(2, 1))
    equation.start(*given.shape)
    equation.show_snapshot(Snapshot.at_start(given, Settings()))
    assert (table.currentIndex().row(), table.currentIndex().column()) == (2, 1)
    assert equation.panels["weight_grad"].model.values is None


def test_at_the_start_what_is_given_is_shown_and_what_is_computed_is_not() -> None:
    equation, given = Equation(), Problem.notebook()
    equation.start(*given.shape)
    equation.show_snapshot(Snapshot.at_start(given, Settings()))
    empty = {name for name, panel in equation.panels.items() if panel.model.values is None}
    assert empty == {"prediction", "residual", "weight_grad", "bias_grad"}


def test_where_there_is_room_all_cells_are_equally_wide(qtbot: QtBot) -> None:
    equation = equation_of(qtbot, Problem.notebook())
    widths = {panel.table.columnWidth(column) for panel in equation.panels.values() for column in range(2)}
    assert max(widths) - min(widths) <= 1
    assert not any(panel.table.horizontalScrollBar().maximum() for panel in equation.panels.values())


@pytest.mark.parametrize("width", [700, 1000, 1400, 1900])
@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5])
@pytest.mark.parametrize("shape", [(10, 3, 2), (8, 20, 1), (8, 1, 20)])
def test_samples_of_all_panels_stand_on_the_same_height(
    shape: tuple[int, int, int], width: int, scale: float, qtbot: QtBot
) -> None:
    equation = equation_of(qtbot, problem(*shape), width, scale=scale)
    tops = {place(equation, equation.panels[name].table.viewport()).top() for name in PER_SAMPLE}
    assert len(tops) == 1
    tables = [equation.panels[name].table for name in PER_SAMPLE]
    assert len({table.rowHeight(0) for table in tables}) == 1
    # Scroll bars follow when the widths have come to rest.
    qtbot.waitUntil(lambda: not any(table.verticalScrollBar().maximum() for table in tables))


@pytest.mark.parametrize("moved", PER_SAMPLE)
def test_scrolled_in_one_panel_all_show_the_same_samples(moved: str, qtbot: QtBot) -> None:
    equation = equation_of(qtbot, problem(300, 3, 2))
    assert set(scroll_places(equation).values()) == {0}
    for value in (777, 40, 1_000_000):
        equation.panels[moved].table.verticalScrollBar().setValue(value)
        places = set(scroll_places(equation).values())
        assert len(places) == 1
        assert min(places) >= min(value, 1000)


@pytest.mark.parametrize("shape", [(300, 3, 2), (300, 30, 1), (300, 1, 30)])
@pytest.mark.parametrize("moved", PER_SAMPLE)
def test_at_the_very_end_all_panels_show_the_last_sample(shape: tuple[int, int, int], moved: str, qtbot: QtBot) -> None:
    # A bar for scrolling sideways takes room at the lower end; not all panels need one.
    equation = equation_of(qtbot, problem(*shape), width=1000)
    bar = equation.panels[moved].table.verticalScrollBar()
    bar.setValue(bar.maximum())
    for name in PER_SAMPLE:
        panel = equation.panels[name]
        last = panel.table.visualRect(panel.model.index(299, 0))
        assert last.bottom() == panel.table.viewport().height() - 1


@pytest.mark.parametrize("shape", [(1000, 40, 30), (1, 200, 1), (5, 1, 100)])
def test_larger_shapes_keep_every_panel_in_the_window(shape: tuple[int, int, int], qtbot: QtBot) -> None:
    equation = equation_of(qtbot, problem(*shape))
    for one, other in pairwise(("x", "weight", "bias", "prediction", "y", "residual")):
        assert place(equation, equation.panels[one]).right() < place(equation, equation.panels[other]).left()
    for panel in equation.panels.values():
        assert equation.rect().contains(place(equation, panel))
        assert panel.table.viewport().width() >= panel.table.columnWidth(0)
        assert panel.table.viewport().height() > 0


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize(("width", "scale"), [(1366, 0.8), (1440, 1.0), (1900, 1.0), (1900, 1.2)])
@pytest.mark.parametrize(("shape", "wide"), [((5, 200, 3), {"x"}), ((40, 60, 2), {"x"}), ((5, 30, 1), {"x"})])
def test_of_narrow_panels_all_columns_are_shown_where_a_wide_one_scrolls(
    shape: tuple[int, int, int], wide: set[str], width: int, scale: float, stored: bool, qtbot: QtBot
) -> None:
    equation = equation_of(qtbot, problem(*shape), width, scale=scale)
    equation.set_as_stored(stored)
    if stored:
        wide = wide | {"weight", "weight_grad"}

    def scrolling() -> set[str]:
        return {name for name, panel in equation.panels.items() if panel.table.horizontalScrollBar().maximum()}

    # Views lay out their items a moment later, and their bars with them.
    qtbot.waitUntil(lambda: scrolling() == wide)


@pytest.mark.parametrize(
    ("widths", "room", "most"),
    [([10, 20, 100], 130, 100), ([10, 20, 100], 60, 30), ([10, 50, 100], 70, 30), ([5, 5], 4, 2), ([7], -3, 0)],
)
def test_the_narrow_have_what_they_need_and_the_wide_share_the_rest(widths: list[int], room: int, most: float) -> None:
    assert largest_share(widths, room) == most
    assert sum(min(width, most) for width in widths) == pytest.approx(max(room, 0))
