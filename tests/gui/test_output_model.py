from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from pytestqt.modeltest import ModelTester

from gui.parts import frozen
from gui.touring import NOTEBOOK, NUMBERS, expected_rows
from linviz.core.notebook import Cell, cells, replay
from linviz.core.snapshot import Snapshot
from linviz.gui.output_model import HEADERS, OutputModel

Check = Callable[[QAbstractItemModel], None]
ROLE = Qt.ItemDataRole


@pytest.fixture
def check(qtmodeltester: ModelTester) -> Check:
    """Give Qt's own tester of models; it stays connected and checks again at each signal."""
    tester: Check = qtmodeltester.check
    return tester


@pytest.fixture(scope="module")
def moments() -> list[Snapshot]:
    return [moment for _cell, moment in replay()]


def rows(model: OutputModel, role: int = ROLE.DisplayRole) -> list[list[object]]:
    return [[model.data(model.index(row, column), role) for column in range(4)] for row in range(model.rowCount())]


def cell(number: int) -> Cell:
    return cells()[NUMBERS.index(number)]


def test_qts_own_tester_finds_nothing_wrong_through_a_whole_life(check: Check, moments: list[Snapshot]) -> None:
    model = OutputModel()
    check(model)
    for each, moment in zip(cells(), moments, strict=True):
        model.show_cell(each, None)
        model.show_cell(each, moment)
    check(model)


@pytest.mark.parametrize("at", range(len(NOTEBOOK)), ids=NUMBERS)
def test_a_number_a_row_what_was_printed_and_after_the_run_what_came_out(at: int, moments: list[Snapshot]) -> None:
    model = OutputModel()
    model.show_cell(cells()[at], None)
    assert rows(model) == expected_rows(NOTEBOOK[at], None)
    assert model.largest == -1
    model.show_cell(cells()[at], moments[at])
    expected = expected_rows(NOTEBOOK[at], moments[at])
    assert rows(model) == expected
    if expected:
        assert max(range(len(expected)), key=model.difference) == model.largest
        assert float(expected[model.largest][3]) == max(float(row[3]) for row in expected)


def test_headers_say_what_stands_below() -> None:
    model = OutputModel()
    assert [model.headerData(column, Qt.Orientation.Horizontal) for column in range(4)] == [*HEADERS]
    assert HEADERS[1:] == ("here", "printed", "difference")


def test_the_largest_difference_alone_is_bold_and_moves_with_the_numbers(moments: list[Snapshot]) -> None:
    model, moment = OutputModel(), moments[NUMBERS.index(39)]
    for row in (3, 17):
        assert moment.prediction is not None
        other = np.array(moment.prediction)
        other[np.unravel_index(row, other.shape)] += 1
        model.show_cell(cell(39), replace(moment, prediction=frozen(other)))
        fonts = rows(model, ROLE.FontRole)
        assert [at for at, row_fonts in enumerate(fonts) if all(font and font.bold() for font in row_fonts)] == [row]  # type: ignore[attr-defined]  # a QFont
        assert sum(font is not None for row_fonts in fonts for font in row_fonts) == 4


def test_a_row_knows_its_field_and_stored_index(moments: list[Snapshot]) -> None:
    model, moment = OutputModel(), moments[NUMBERS.index(42)]
    model.show_cell(cell(42), moment)
    for row in range(model.rowCount()):
        field, index = model.cell(row)
        assert f"{getattr(moment, field)[index]:.4f}" == rows(model)[row][1]
    model.show_cell(cell(44), moments[-1])
    assert model.cell(0) == ("loss", ())


def test_a_tip_gives_all_digits_of_both(moments: list[Snapshot]) -> None:
    model = OutputModel()
    model.show_cell(cell(40), None)
    assert rows(model, ROLE.ToolTipRole)[0][0] == "L: 0.7318679094314575 printed"
    model.show_cell(cell(40), moments[NUMBERS.index(40)])
    loss = moments[NUMBERS.index(40)].loss
    assert rows(model, ROLE.ToolTipRole)[0][0] == f"L: {loss!r} here, 0.7318679094314575 printed"


def test_only_what_was_given_is_the_printed_number_itself(moments: list[Snapshot]) -> None:
    model = OutputModel()
    as_printed = []
    for each, moment in zip(cells(), moments, strict=True):
        model.show_cell(each, moment)
        as_printed += [each.number] * model.as_printed
    assert as_printed == [36, 37]
    model.show_cell(cell(36), None)
    assert not model.as_printed
