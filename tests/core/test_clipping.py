import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from linviz.core import clipping
from linviz.core.clipping import pasted, tensor_code, tsv, typed
from linviz.errors import InputError

FEW = settings(deadline=None, derandomize=True, max_examples=60)
SIDES = st.tuples(st.integers(1, 4), st.integers(1, 4))
BLOCKS = st.one_of(
    arrays.arrays(np.float32, SIDES, elements=st.floats(width=32, allow_nan=False, allow_infinity=False)),
    arrays.arrays(np.float64, SIDES, elements=st.floats(allow_nan=False, allow_infinity=False)),
)


@FEW
@given(BLOCKS)
def test_a_block_comes_back_from_the_clipboard_to_the_last_bit(block: clipping.Numbers) -> None:
    for text in (tsv(block), tensor_code(block)):
        assert pasted(text).astype(block.dtype).tobytes() == block.tobytes()


@FEW
@given(BLOCKS)
def test_code_makes_the_same_tensor_in_torch(block: clipping.Numbers) -> None:
    for values in (block, block[0], block[0, 0]):
        made = eval(tensor_code(values), {"torch": torch})  # noqa: S307  # it is code, and runs as a person runs it
        assert str(made.dtype) == f"torch.{values.dtype}"
        assert made.numpy().tobytes() == values.tobytes()


def test_code_has_what_is_no_number() -> None:
    values = np.array([np.nan, np.inf, -np.inf, 1.5], np.float32)
    made = eval(tensor_code(values), {"torch": torch})  # noqa: S307  # as above
    assert np.array_equal(made.numpy(), values, equal_nan=True)


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("1\t2\r\n3\t4\r\n", [[1, 2], [3, 4]]),
        ("1.5,2\n3,4", [[1.5, 2], [3, 4]]),
        ("1, 2\n3, 4", [[1, 2], [3, 4]]),
        ("0.125,5", [[0.125, 5]]),
        ("1 -2\n3  4", [[1, -2], [3, 4]]),
        ("0,5\t1,25", [[0.5, 1.25]]),
        ("0,5;1,25\n", [[0.5, 1.25]]),
        ('"1"\t2', [[1, 2]]),
        ("7", [[7]]),
        ("tensor([[1., 2.],\n        [3., 4.]])", [[1, 2], [3, 4]]),
        ("[1, 2, 3]", [[1, 2, 3]]),
    ],
)
def test_blocks_are_read_as_programs_write_them(text: str, block: list[list[float]]) -> None:
    assert pasted(text).tolist() == block


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no text on the clipboard"),
        ("0,5", "0,5 may be one number with a decimal comma or two numbers"),
        ("1,2\n3,4", "write decimals with a point, or separate the numbers by tabs"),
        ("1,234\t5,678", "the comma of 1,234 may stand before decimals or separate thousands"),
        (
            "1.234,5",
            "1.234,5 may be one number with thousands separators or several numbers: write numbers without, or",
        ),
        ("1,234.5\n1,234,567", "1,234.5 may be one number with thousands separators or several"),
        ("1\t2\n3", "row 1 has 2 numbers and row 2 has 1 number"),
        ("1\tprice", "in row 1, column 2 of the block price is no finite number"),
        ("1\t2\n3\t", "in row 2, column 2 of the block there is nothing"),
        ("1\tinf", "inf is no finite number"),
        ("1\t1e999", "1e999 is no finite number"),
        ("0\n" * 30_000, "30,000 numbers are more than the 20,000"),
        ("0" * 900_000, "far more than 20,000 numbers"),
        (f"{'0' * 200_000}\t1", "can't be read as a table"),
    ],
)
def test_what_is_no_block_is_explained(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        pasted(text)


def test_ten_million_rows_are_not_copied() -> None:
    much = np.broadcast_to(np.float32(0), (10_000_000, 4))
    for write in (tsv, tensor_code):
        with pytest.raises(InputError, match="10,000,000 × 4 numbers are too many to copy"):
            write(much)


def test_a_number_is_typed_as_python_writes_it() -> None:
    assert [typed(text) for text in ("0.5", " -3 ", "1e-5", "+.25")] == [0.5, -3, 1e-5, 0.25]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0,5", "needs a decimal point: 0.5; got 0,5"),
        ("1,234", "the comma of 1,234 may stand before decimals or separate thousands: write it with a point, or"),
        ("1.234,5", "1.234,5 seems to have thousands separators: write the number without"),
        ("abc", "got abc"),
        ("", "got nothing"),
        ("1_0", "got 1_0"),
        ("nan", "got nan"),
        ("٣", "got ٣"),
    ],
)
def test_what_is_no_number_is_explained(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        typed(text)
