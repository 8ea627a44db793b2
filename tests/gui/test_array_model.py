import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt, qInstallMessageHandler
from pytestqt.modeltest import ModelTester

from gui.parts import FEW, Array, frozen
from linviz.core.snapshot import ARRAY_FIELDS, Freshness
from linviz.gui.array_model import MAX_ROWS, ArrayModel
from linviz.gui.fields import FIELDS, FRESHNESS

Check = Callable[[QAbstractItemModel], None]
ROLE = Qt.ItemDataRole
NOWHERE = QModelIndex()

SHAPES = [("x", (10, 3), False), ("weight", (2, 3), True), ("weight", (2, 3), False), ("bias", (2,), False),
          ("x", (1, 1), False), ("bias_grad", (1,), False), ("weight_grad", (1, 50), True)]  # fmt: skip


def model_of(field: str, values: Any, transposed: bool = False, freshness: str = "fresh") -> ArrayModel:
    model, array = ArrayModel(FIELDS[field]), frozen(values)
    model.start(array.shape, transposed)
    model.show_array(array, freshness)
    return model


def shown(model: QAbstractItemModel, role: int = ROLE.DisplayRole) -> list[list[Any]]:
    """Ask for every cell, as a view does."""
    return [
        [model.data(model.index(row, column), role) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


@pytest.fixture
def check(qtmodeltester: ModelTester) -> Check:
    """Give Qt's own tester of models; it stays connected and checks again at each signal."""
    tester: Check = qtmodeltester.check
    return tester


class Emitted:
    """Notes what a model says of its changes."""

    def __init__(self, model: ArrayModel) -> None:
        self.changes: list[tuple[int, int, int, int]] = []
        self.resets = 0
        model.dataChanged.connect(self._on_changed)
        model.modelReset.connect(self._on_reset)

    def _on_changed(self, first: QModelIndex, last: QModelIndex, _roles: object = None) -> None:
        self.changes.append((first.row(), first.column(), last.row(), last.column()))

    def _on_reset(self) -> None:
        self.resets += 1


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


STORED = arrays.arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.floats(-9, 9, width=32))


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


def test_a_new_array_is_announced_once_for_all_its_cells() -> None:
    model = model_of("weight", np.zeros((2, 3)), transposed=True)
    emitted = Emitted(model)
    assert model.show_array(frozen(np.ones((2, 3))), "fresh")
    assert (emitted.changes, emitted.resets) == ([(0, 0, 2, 1)], 0)
    assert model.show_array(None, "none")
    assert (emitted.changes, emitted.resets) == ([(0, 0, 2, 1)] * 2, 0)


def test_the_same_array_again_is_not_announced_but_may_have_grown_stale() -> None:
    model = model_of("prediction", [[1.0]])
    array, emitted = frozen([[2.0]]), Emitted(model)
    model.show_array(array, "fresh")
    assert not model.show_array(array, "stale")
    assert not model.show_array(array, "stale")
    assert len(emitted.changes) == 1
    assert shown(model, ROLE.AccessibleTextRole) == [["ŷ[0, 0] = 2.0000, stale"]]


def test_none_again_is_not_announced() -> None:
    model = ArrayModel(FIELDS["bias"])
    model.start((2,), False)
    emitted = Emitted(model)
    assert not model.show_array(None, "none")
    assert emitted.changes == []


def test_a_start_resets_and_empties() -> None:
    model = model_of("x", [[1.0, 500.0]])
    emitted = Emitted(model)
    model.start((3, 1), False)
    assert (emitted.changes, emitted.resets) == ([], 1)
    assert shown(model) == [[""]] * 3
    again = frozen([[1.0], [2.0], [0.5]])
    model.show_array(again, "fresh")
    assert model.scale == 2.0


def test_an_array_shown_before_a_start_is_shown_again_after_it() -> None:
    array = frozen([[1.0, 2.0]])
    model = ArrayModel(FIELDS["weight"])
    model.start((1, 2), False)
    model.show_array(array, "fresh")
    model.start((1, 2), True)  # turned round
    assert model.show_array(array, "fresh")
    assert shown(model, ROLE.UserRole) == [[1.0], [2.0]]


def test_a_cell_has_no_children() -> None:
    model = model_of("x", np.zeros((2, 2)))
    inside = model.index(0, 0)
    assert (model.rowCount(inside), model.columnCount(inside)) == (0, 0)
    assert model.data(NOWHERE) is None


def test_headers_count_from_0_within_the_table_and_say_nothing_beyond() -> None:
    model = model_of("x", np.zeros((3, 2)))
    for orientation, count in ((Qt.Orientation.Vertical, 3), (Qt.Orientation.Horizontal, 2)):
        texts = [model.headerData(section, orientation) for section in range(-1, count + 1)]
        assert texts == [None, *map(str, range(count)), None]
        assert model.headerData(0, orientation, ROLE.ToolTipRole) is None


def test_nothing_can_be_dropped_on_a_table() -> None:
    # PySide6's own dropMimeData would unpickle it.
    model = model_of("x", [[1.0]])
    data = QMimeData()
    data.setData("application/x-qabstractitemmodeldatalist", b"anything")
    copy = Qt.DropAction.CopyAction
    assert model.mimeTypes() == []
    assert not model.canDropMimeData(data, copy, 0, 0, NOWHERE)
    assert not model.dropMimeData(data, copy, 0, 0, NOWHERE)
    for index in (model.index(0, 0), NOWHERE):
        assert not model.flags(index) & (Qt.ItemFlag.ItemIsDropEnabled | Qt.ItemFlag.ItemIsEditable)
    assert not model.setData(model.index(0, 0), 7.0)
    assert shown(model) == [["1.0000"]]


def test_numbers_that_are_not_finite_are_shown_as_what_they_are() -> None:
    model = model_of("weight", [[math.inf, -math.inf, math.nan, 3.0]])
    assert shown(model) == [["inf", "-inf", "nan", "3.0000"]]
    assert [str(cell) for cell in shown(model, ROLE.UserRole)[0]] == ["inf", "-inf", "nan", "3.0"]
    assert "W[0, 2] = nan" in shown(model, ROLE.ToolTipRole)[0][2]


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1.0, -3.0], 3.0),
        ([math.inf, 2.0, math.nan], 2.0),
        ([math.nan, -math.inf], 0.001),
        ([0.0, 0.0], 0.001),
        ([1e-9, -1e-9], 0.001),
        ([3e38, -1.0], float(np.float32(3e38))),
    ],
)
def test_the_scale_is_the_largest_finite_magnitude_but_never_so_small_that_0_0000_has_a_colour(
    values: list[float], scale: float
) -> None:
    assert model_of("bias", values).scale == scale


@pytest.mark.parametrize("shape", [(3 * 10**9, 2), (MAX_ROWS + 1, 1)])
def test_rows_end_where_a_table_would_hang(shape: tuple[int, int]) -> None:
    model = ArrayModel(FIELDS["x"])
    model.start(shape, False)
    assert model.rowCount() == MAX_ROWS
    assert MAX_ROWS * 100 < 2**31  # pixels, with rows of any height that people read
    assert model.headerData(MAX_ROWS - 1, Qt.Orientation.Vertical) == str(MAX_ROWS - 1)
    assert model.headerData(MAX_ROWS, Qt.Orientation.Vertical) is None


def test_an_array_with_more_rows_than_a_table_has_is_shown_as_far_as_it_goes() -> None:
    giant = np.broadcast_to(frozen([[0.25]]), (MAX_ROWS + 5, 1))  # all of it is one number in memory
    model = ArrayModel(FIELDS["x"])
    model.start(giant.shape, False)
    emitted = Emitted(model)
    model.show_array(giant, "fresh")
    assert emitted.changes == [(0, 0, MAX_ROWS - 1, 0)]
    assert model.data(model.index(MAX_ROWS - 1, 0)) == "0.2500"
