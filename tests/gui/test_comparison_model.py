from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QColor
from pytestqt.modeltest import ModelTester

from linviz.core.comparison import ALPHA, MANUAL_STEP, SPELLINGS, STEP, Compare, Comparison
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.gui.comparison_model import HEADERS, ComparisonModel
from linviz.gui.theme import DARK, LIGHT

Check = Callable[[QAbstractItemModel], None]
ROLE = Qt.ItemDataRole
STEP_COLUMN, HAND, HAND_ULP, BY_ALPHA, ALPHA_ULP = 3, 4, 5, 6, 7


@pytest.fixture
def check(qtmodeltester: ModelTester) -> Check:
    """Give Qt's own tester of models; it stays connected and checks again at each signal."""
    tester: Check = qtmodeltester.check
    return tester


@cache
def comparison_of(seed: int = 0, shape: tuple[int, int, int] = (10, 3, 2), dtype: str = "float32") -> Comparison:
    from linviz.core.trainer import Trainer

    return Compare().apply(Trainer(Problem.random(*shape, seed), Settings(dtype=dtype)))


@cache
def differing() -> Comparison:
    """Give one whose two ways come to other bits: about one start in eight does."""
    return next(each for each in map(comparison_of, range(100)) if each.differing(MANUAL_STEP))


def with_results(comparison: Comparison, **cells: tuple[float, float, float]) -> Comparison:
    """Put other results in place of those of the bias: by step, by hand, by alpha."""
    bias = np.array([*cells.values()], np.float32)
    results = {
        spelling: {**comparison.results[spelling], "bias": bias[:, at].copy()} for at, spelling in enumerate(SPELLINGS)
    }
    return replace(comparison, results=results)


def model_of(comparison: Comparison) -> ComparisonModel:
    model = ComparisonModel()
    model.set_theme(LIGHT)
    model.show_comparison(comparison)
    return model


def row_of(model: ComparisonModel, row: int, role: int = ROLE.DisplayRole) -> list[object]:
    return [model.data(model.index(row, column), role) for column in range(model.columnCount())]


def marked(model: ComparisonModel) -> set[tuple[int, int]]:
    ground = QColor(LIGHT.stale)
    cells = [(row, column) for row in range(model.rowCount()) for column in range(model.columnCount())]
    return {cell for cell in cells if model.data(model.index(*cell), ROLE.BackgroundRole) == ground}


def test_qts_own_tester_finds_nothing_wrong_through_a_whole_life(check: Check) -> None:
    model = ComparisonModel()
    check(model)
    for comparison in (comparison_of(), differing(), comparison_of(0, (3, 1, 1)), comparison_of(1, (2, 4, 3))):
        model.show_comparison(comparison)
        model.set_theme(DARK)
    check(model)


def test_without_a_comparison_there_are_headers_and_no_rows() -> None:
    model = ComparisonModel()
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    assert heads == [*HEADERS]
    assert model.rowCount() == 0


def test_a_row_is_a_parameter_with_its_stored_name() -> None:
    names = [row_of(model_of(comparison_of()), row)[0] for row in range(8)]
    assert names == ["W[0, 0]", "W[0, 1]", "W[0, 2]", "W[1, 0]", "W[1, 1]", "W[1, 2]", "b[0]", "b[1]"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_number_is_the_comparisons_to_the_last_bit(dtype: str) -> None:
    comparison = comparison_of(3, dtype=dtype)
    model, moment = model_of(comparison), comparison.moment
    kind = np.dtype(dtype).type
    assert moment.weight_grad is not None
    assert moment.bias_grad is not None
    columns = {1: (moment.weight, moment.bias), 2: (moment.weight_grad, moment.bias_grad)}
    for column, spelling in ((STEP_COLUMN, STEP), (HAND, MANUAL_STEP), (BY_ALPHA, ALPHA)):
        columns[column] = comparison.results[spelling]["weight"], comparison.results[spelling]["bias"]
    for column, (weight, bias) in columns.items():
        expected = [*weight.ravel(), *bias]
        found = [kind(str(row_of(model, row)[column])) for row in range(model.rowCount())]
        assert found == expected, HEADERS[column]


def test_neighbours_of_the_dtype_are_written_differently() -> None:
    model = model_of(comparison_of())
    for value in (0.1, -1.5, 3e-39, 123456.789):
        one = np.float32(value)
        other = np.nextafter(one, np.float32(np.inf))
        assert model.number(float(one)) != model.number(float(other))


def test_what_comes_to_other_bits_is_marked_and_counted_in_units_and_nothing_else_is() -> None:
    comparison = differing()
    model = model_of(comparison)
    expected = set()
    for field, first in (("weight", 0), ("bias", comparison.moment.weight.size)):
        for spelling, columns in ((MANUAL_STEP, (HAND, HAND_ULP)), (ALPHA, (BY_ALPHA, ALPHA_ULP))):
            other = comparison.results[spelling][field].ravel() != comparison.results[STEP][field].ravel()
            expected |= {(first + int(at), column) for at in np.flatnonzero(other) for column in columns}
    assert marked(model) == expected
    assert expected
    units = {cell: row_of(model, cell[0])[cell[1]] for cell in expected if cell[1] in (HAND_ULP, ALPHA_ULP)}
    assert {str(unit)[0] for unit in units.values()} <= {"+", "-"}
    others = {row_of(model, row)[column] for row in range(8) for column in (HAND_ULP, ALPHA_ULP)} - {*units.values()}
    assert others == {"0"}


def test_no_number_is_no_difference_and_two_zeros_of_other_signs_are_one() -> None:
    nan = float("nan")
    model = model_of(with_results(comparison_of(), first=(nan, nan, 1.0), second=(0.0, -0.0, 0.0)))
    assert not model.differs(6, MANUAL_STEP)
    assert model.differs(6, ALPHA)
    assert model.differs(7, MANUAL_STEP)
    assert marked(model) == {(6, BY_ALPHA), (6, ALPHA_ULP), (7, HAND), (7, HAND_ULP)}
    assert row_of(model, 6)[HAND:] == ["nan", "–", "1", "–"]


def test_the_marks_take_the_colours_of_another_theme() -> None:
    model, told = model_of(differing()), []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), first.column(), last.row(), last.column())))
    row, column = min(marked(model))
    model.set_theme(DARK)
    index = model.index(row, column)
    assert model.data(index, ROLE.BackgroundRole) == QColor(DARK.stale)
    assert model.data(index, ROLE.ForegroundRole) == QColor(DARK.on_stale)
    assert told == [(0, 0, 7, 7)]


def test_another_one_of_the_same_size_keeps_the_rows() -> None:
    model, resets, told = model_of(comparison_of(0)), [], []
    model.modelReset.connect(lambda: resets.append(True))
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.show_comparison(comparison_of(1))
    assert (resets, told) == ([], [(0, 7)])
    model.show_comparison(comparison_of(1, (2, 4, 3)))
    assert (len(resets), model.rowCount()) == (1, 15)
