import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from gui.models import ROLE
from gui.parts import frozen
from linviz.errors import InputError
from linviz.gui.editable_model import EditableModel
from linviz.gui.fields import FIELDS

EDITABLE = Qt.ItemFlag.ItemIsEditable


def model_of(field: str, values: object, transposed: bool = False) -> EditableModel:
    model, array = EditableModel(FIELDS[field]), frozen(values)
    model.start(array.shape, transposed)
    model.show_array(array, "fresh")
    return model


@pytest.mark.parametrize(("field", "transposed"), [("x", False), ("weight", True)])
def test_qts_own_tester_finds_nothing_wrong(field: str, transposed: bool, qtmodeltester: ModelTester) -> None:
    model = EditableModel(FIELDS[field])
    qtmodeltester.check(model)
    model.start((3, 2), transposed)
    model.show_array(frozen(np.ones((3, 2))), "fresh")
    model.show_array(None, "none")
    qtmodeltester.check(model)


def test_nothing_can_be_dropped_and_only_numbers_can_be_edited() -> None:
    model = EditableModel(FIELDS["x"])
    model.start((2, 2), False)
    assert not model.flags(model.index(0, 0)) & EDITABLE
    model.show_array(frozen(np.ones((2, 2))), "fresh")
    assert model.flags(model.index(0, 0)) & EDITABLE
    assert model.mimeTypes() == []


def test_a_screen_reader_hears_that_a_cell_can_be_edited_and_how() -> None:
    model = model_of("bias", [0.5])
    index = model.index(0, 0)
    assert "Enter" in model.data(index, ROLE.AccessibleDescriptionRole)
    assert "Enter" in model.data(index, ROLE.ToolTipRole)


def test_an_entry_starts_with_the_fewest_digits_that_are_the_same_number() -> None:
    value = np.float32(1) / np.float32(3)
    text = model_of("x", [[value]]).index(0, 0).data(ROLE.EditRole)
    assert np.float32(float(text)) == value
    assert text == "0.33333334"


def test_a_block_is_put_where_it_stands_on_the_screen() -> None:
    block = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert model_of("x", np.zeros((3, 2))).cells(1, 0, block) == (
        ("x", (1, 0), 1.0), ("x", (1, 1), 2.0), ("x", (2, 0), 3.0), ("x", (2, 1), 4.0),
    )  # fmt: skip
    assert model_of("weight", np.zeros((2, 3)), transposed=True).cells(1, 0, block) == (
        ("weight", (0, 1), 1.0), ("weight", (1, 1), 2.0), ("weight", (0, 2), 3.0), ("weight", (1, 2), 4.0),
    )  # fmt: skip
    assert model_of("bias", [0, 0, 0]).cells(0, 1, block[:1]) == (("bias", (1,), 1.0), ("bias", (2,), 2.0))


def test_a_block_that_doesnt_fit_is_refused_with_both_shapes() -> None:
    with pytest.raises(InputError) as error:
        model_of("x", np.zeros((10, 3))).cells(8, 1, np.zeros((4, 2)))
    assert str(error.value) == (
        "a block of 4 × 2 doesn't fit into x, here 10 × 3: from x[8, 1] on there is room for 2 × 2"
    )


def test_a_number_that_the_dtype_cant_hold_is_refused_by_its_cell() -> None:
    with pytest.raises(InputError, match=r"x\[0, 1\] must be a finite number that float32 can hold, got 1e\+39"):
        model_of("x", [[0.0, 0.0]]).cells(0, 0, np.array([[1.0, 1e39]]))


def test_the_same_number_again_asks_for_nothing() -> None:
    model = model_of("x", [[0.1]])
    asked: list[object] = []
    model.asked.connect(asked.append)
    assert model.setData(model.index(0, 0), 0.1)
    assert not model.setData(model.index(0, 0), "text")
    assert not model.setData(model.index(0, 0), 0.2, ROLE.DisplayRole)
    assert asked == []
