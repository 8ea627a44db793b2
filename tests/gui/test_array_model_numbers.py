import math

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt

from gui.models import NOWHERE, ROLE, Emitted, model_of, shown
from gui.parts import frozen
from linviz.gui.array_model import MAX_ROWS, ArrayModel
from linviz.gui.fields import FIELDS


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
