from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QColor
from pytestqt.modeltest import ModelTester

from gui.parts import FEW, frozen, moment_of, problem
from linviz.core.snapshot import Snapshot
from linviz.gui.ends_model import CELL, DIFFERENCE, FIRST, SECOND, EndsModel
from linviz.gui.theme import LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

ROLE = Qt.ItemDataRole
NUMBERS = arrays(np.float32, (2, 3), elements=st.floats(width=32))


def moment(weight: Any, bias: Any = (0.5, -0.25)) -> Snapshot:
    return replace(moment_of(problem(4, 3, 2)), weight=frozen(weight), bias=frozen(bias))


def texts(model: EndsModel) -> list[list[str]]:
    return [[model.index(row, column).data() for column in range(4)] for row in range(model.rowCount())]


def column(model: EndsModel, at: int, role: int) -> list[Any]:
    return [model.index(row, at).data(role) for row in range(model.rowCount())]


BASE = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
OTHER = [[1.0, 2.5, 3.0], [4.0, 4.0, 6.00001]]


@pytest.fixture
def model() -> EndsModel:
    made = EndsModel()
    made.set_theme(LIGHT)
    made.show_names("Run 1", "faster")
    made.show_ends(moment(BASE), moment(OTHER))
    return made


def test_qts_own_tester_goes_along_with_every_change(qtmodeltester: ModelTester) -> None:
    check: Callable[[QAbstractItemModel], None] = qtmodeltester.check
    model = EndsModel()
    check(model)
    model.show_ends(moment(BASE), moment(OTHER))
    check(model)
    model.set_theme(LIGHT)
    model.show_names("a", "b")
    model.show_ends(*[moment_of(problem(2, 40, 30))] * 2)
    check(model)
    assert model.rowCount() == 30 * 41


def test_a_row_has_both_numbers_and_their_difference(model: EndsModel) -> None:
    assert texts(model) == [
        ["W[0, 0]", "1.0000", "1.0000", "0"],
        ["W[0, 1]", "2.0000", "2.5000", "+0.5000"],
        ["W[0, 2]", "3.0000", "3.0000", "0"],
        ["W[1, 0]", "4.0000", "4.0000", "0"],
        ["W[1, 1]", "5.0000", "4.0000", "-1.0000"],
        ["W[1, 2]", "6.0000", "6.0000", "+1.0e-5"],
        ["b[0]", "0.5000", "0.5000", "0"],
        ["b[1]", "-0.2500", "-0.2500", "0"],
    ]
    exact = np.float32(6.00001)
    assert model.index(5, SECOND).data(ROLE.ToolTipRole) == f"W[1, 2] = {exact:.9g}"
    assert model.index(4, DIFFERENCE).data(ROLE.AccessibleTextRole) == "W[1, 1]: -1, the largest"
    assert model.index(4, CELL).data(ROLE.AccessibleTextRole) == "W[1, 1]"
    headers = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(4)]
    assert headers == ["", "Run 1", "faster", "difference"]


def test_the_largest_is_bold_and_has_the_strongest_colour(model: EndsModel) -> None:
    assert model.largest == 4
    assert [font is not None for font in column(model, FIRST, ROLE.FontRole)] == [row == 4 for row in range(8)]
    colours = column(model, DIFFERENCE, ROLE.BackgroundRole)
    assert (colours[0], colours[4]) == (QColor(LIGHT.card), QColor(LIGHT.negative))
    assert colours[1] not in (QColor(LIGHT.card), QColor(LIGHT.positive))
    assert column(model, FIRST, ROLE.BackgroundRole) == [None] * 8


def test_no_difference_marks_nothing(model: EndsModel) -> None:
    model.show_ends(moment(BASE), moment(BASE))
    assert model.largest == -1
    assert column(model, FIRST, ROLE.FontRole) == [None] * 8
    assert set(map(QColor.name, column(model, DIFFERENCE, ROLE.BackgroundRole))) == {LIGHT.card}


def test_a_long_name_is_cut_in_the_header_and_whole_in_its_tip(model: EndsModel) -> None:
    model.show_names("x" * 100, "y")
    assert model.headerData(FIRST, Qt.Orientation.Horizontal) == "x" * 19 + "…"
    assert model.headerData(FIRST, Qt.Orientation.Horizontal, ROLE.ToolTipRole) == "x" * 100
    assert model.headerData(DIFFERENCE, Qt.Orientation.Horizontal, ROLE.ToolTipRole) == "y minus " + "x" * 100


@FEW
@given(NUMBERS, NUMBERS)
def test_any_numbers_have_a_text_a_colour_and_a_largest(first: Any, second: Any) -> None:
    model = EndsModel()
    model.set_theme(LIGHT)
    model.show_ends(moment(first), moment(second))
    assert all(len(text) <= 12 for row in texts(model) for text in row)
    assert len(column(model, DIFFERENCE, ROLE.BackgroundRole)) == 8
    assert all(max(map(len, column(model, at, ROLE.DisplayRole))) <= len(model.longest(at)) for at in range(4))
    with np.errstate(all="ignore"):
        apart = np.abs(second.astype(float) - first.astype(float)).ravel()
    if np.isnan(apart).any():
        assert not np.isfinite(model.difference(model.largest))
    elif apart.any():
        assert abs(model.difference(model.largest)) == apart.max()
    else:
        assert model.largest == -1
