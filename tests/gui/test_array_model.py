import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, qInstallMessageHandler
from pytestqt.modeltest import ModelTester

from gui.models import NOWHERE, ROLE, SHAPES, STORED, Check, model_of, shown
from gui.parts import FEW, Array, frozen
from linviz.core.snapshot import ARRAY_FIELDS, Freshness
from linviz.gui.array_model import ArrayModel
from linviz.gui.fields import FIELDS, FRESHNESS


@pytest.fixture
def check(qtmodeltester: ModelTester) -> Check:
    """Give Qt's own tester of models; it stays connected and checks again at each signal."""
    tester: Check = qtmodeltester.check
    return tester


@pytest.mark.parametrize(("field", "shape", "transposed"), SHAPES)
def test_qts_own_tester_finds_nothing_wrong_through_a_whole_life(
    field: str, shape: tuple[int, ...], transposed: bool, check: Check
) -> None:
    model = ArrayModel(FIELDS[field])
    check(model)
    values = np.arange(math.prod(shape)).reshape(shape)
    model.start(shape, transposed)
    model.show_array(frozen(values), "fresh")
    model.show_array(frozen(values + 1), "stale")
    model.show_array(None, "none")
    model.start(shape, False)
    model.show_array(frozen(values * np.nan), "fresh")
    model.start((7,) if len(shape) == 1 else (1, 7), transposed)
    check(model)


def test_qts_own_tester_is_awake(check: Check) -> None:
    class Flawed(ArrayModel):
        def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NOWHERE) -> int:
            del parent
            return 2

    model = Flawed(FIELDS["weight"])
    model.start((2, 3), False)
    said: list[str] = []
    # It speaks through Qt's messages alone, so under -s or --no-qt-log nobody else would listen.
    before = qInstallMessageHandler(lambda _kind, context, _text: said.append(context.category))
    try:
        check(model)
    finally:
        qInstallMessageHandler(before)
    assert said[0] == "qt.modeltest"


@pytest.mark.parametrize(("field", "shape", "transposed"), SHAPES)
def test_before_there_are_values_the_shape_is_there_and_the_cells_are_empty(
    field: str, shape: tuple[int, ...], transposed: bool
) -> None:
    model = ArrayModel(FIELDS[field])
    model.start(shape, transposed)
    rows, columns = shape if len(shape) > 1 else (1, *shape)
    assert (model.rowCount(), model.columnCount()) == ((columns, rows) if transposed else (rows, columns))
    assert {cell for row in shown(model) for cell in row} == {""}
    for role in (ROLE.UserRole, ROLE.ToolTipRole, ROLE.AccessibleTextRole):
        assert {cell for row in shown(model, role) for cell in row} == {None}


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.5, "1.5000"), (-0.12345, "-0.1235"), (0.0, "0.0000"), (12345.678, "12345.6777"), (1e-7, "0.0000")],
)
def test_a_cell_shows_torchs_four_decimals(value: float, text: str) -> None:
    assert shown(model_of("bias", [value])) == [[text]]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_user_role_and_tip_give_the_exact_number(dtype: str) -> None:
    array = frozen([[0.1, -1 / 3, 1e-40 if dtype == "float32" else 5e-324]], dtype)
    model = ArrayModel(FIELDS["x"])
    model.start(array.shape, False)
    model.show_array(array, "fresh")
    for exact, found, tip in zip(
        array[0], shown(model, ROLE.UserRole)[0], shown(model, ROLE.ToolTipRole)[0], strict=True
    ):
        assert type(found) is float
        assert found == exact
        written = re.search(r"= ([^<]*)</b> \((\w+)\)", tip)
        assert written is not None
        assert (float(written[1]), written[2]) == (exact, dtype)


@pytest.mark.parametrize("field", ARRAY_FIELDS)
@pytest.mark.parametrize("freshness", list(Freshness)[:2])
def test_a_tip_says_what_the_number_is_and_how_it_stands_to_the_parameters(field: str, freshness: str) -> None:
    model = model_of(field, [1.0] if field.startswith("bias") else [[1.0]], freshness=freshness)
    tip = shown(model, ROLE.ToolTipRole)[0][0]
    assert FIELDS[field].meaning in tip
    is_computed = field not in ("x", "y")
    assert (freshness.capitalize() in tip) == is_computed
    assert (FRESHNESS[freshness].lower() in tip) == is_computed


def test_a_screen_reader_hears_the_cell_its_number_and_its_freshness() -> None:
    model = model_of("weight_grad", [[0.5, -2.0]], transposed=True, freshness="stale")
    assert shown(model, ROLE.AccessibleTextRole) == [["∂L/∂W[0, 0] = 0.5000, stale"], ["∂L/∂W[0, 1] = -2.0000, stale"]]


def test_numbers_stand_on_the_right_of_their_cell() -> None:
    model = model_of("x", [[1.0]])
    alignment = model.data(model.index(0, 0), ROLE.TextAlignmentRole)
    assert alignment & Qt.AlignmentFlag.AlignRight
    assert alignment & Qt.AlignmentFlag.AlignVCenter


@FEW
@given(STORED, st.booleans())
def test_a_cell_bears_the_name_of_its_stored_index_whichever_way_it_is_shown(array: Array, transposed: bool) -> None:
    model = model_of("weight", array, transposed)
    seen = set()
    for row in range(model.rowCount()):
        for column in range(model.columnCount()):
            index = model.index(row, column)
            name = re.fullmatch(r"W\[(\d+), (\d+)\]", model.cell_name(row, column))
            assert name is not None
            stored = int(name[1]), int(name[2])
            seen.add(stored)
            assert model.data(index, ROLE.UserRole) == array[stored]
            assert model.data(index, ROLE.ToolTipRole).startswith(f"<b>{name[0]} = ")
    assert seen == set(np.ndindex(array.shape))


def test_transposed_the_stored_columns_are_the_rows() -> None:
    model = model_of("weight", [[1, 2, 3], [4, 5, 6]], transposed=True)
    assert shown(model, ROLE.UserRole) == [[1, 4], [2, 5], [3, 6]]
    assert model_of("weight", [[1, 2, 3]]).cell_name(0, 2) == "W[0, 2]"


def test_a_bias_is_one_row_with_one_index() -> None:
    model = model_of("bias", [1, 2, 3])
    assert shown(model, ROLE.UserRole) == [[1, 2, 3]]
    assert [model.cell_name(0, column) for column in range(3)] == ["b[0]", "b[1]", "b[2]"]


def test_the_residuals_name_keeps_its_difference_together() -> None:
    assert model_of("residual", [[1.0, 2.0]]).cell_name(0, 1) == "(ŷ − y)[0, 1]"


def test_nothing_after_other_words_is_shown_as_nothing() -> None:
    model = ArrayModel(FIELDS["prediction"])
    model.start((2, 2), False)
    model.show_array(frozen(np.ones((2, 2))), "fresh")
    model.show_anew(model.words, None)
    assert model.show_array(None, "none")
    assert model.values is None
