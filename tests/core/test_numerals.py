import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linviz.core.numerals import LARGEST_COUNT, count, matrix, not_negative, positive, seed
from linviz.core.settings import Settings
from linviz.errors import InputError

WRONG = ["abc", "-1", "0", "nan", "-inf", "", "   ", "1e-400", "0.1.2", "0x10", "1_0", "1 2", "٣", "1,5"]


@pytest.mark.parametrize("text", ["0.001", "1e-3", ".5", " 2 ", "+3", "5e-324", "10000000", "1e7"])
def test_a_positive_number_is_read_as_settings_reads_a_learning_rate(text: str) -> None:
    assert positive(text, "loss") == Settings(text, dtype="float64").learning_rate  # type: ignore[arg-type]  # it reads text


@pytest.mark.parametrize("text", [*WRONG, "inf", "1e400", "10 000 000", "10_000_000", "10,000,000"])
def test_what_settings_refuses_is_refused_in_its_words(text: str) -> None:
    with pytest.raises(InputError) as theirs:
        Settings(text, dtype="float64")  # type: ignore[arg-type]  # it reads text
    with pytest.raises(InputError) as ours:
        positive(text, "learning rate")
    assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize(
    "text",
    ["10000000", "10 000 000", "10,000,000", "10_000_000", "10\u202f000\u202f000", "10\u00a0000\u00a0000", "1e7",
     "1.0E+7", "10000000.0", " 10,000,000 "],
)  # fmt: skip
def test_a_count_may_have_its_thousands_set_apart(text: str) -> None:
    assert count(text, "step") == 10_000_000


@given(st.integers(1, LARGEST_COUNT), st.sampled_from(["", ",", "_"]))
def test_every_count_reads_back_as_it_is_written(number: int, apart: str) -> None:
    assert count(f"{number:{apart}}", "step") == number


@pytest.mark.parametrize(
    "text", [*WRONG, "1.5", "0.999", "1,00", "1,0000", "1,000_000", "10 00", ",000", "1,,000", "0,000"]
)
def test_what_is_no_count_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError) as refusal:
        count(text, "number of steps")
    assert str(refusal.value).startswith("number of steps must be ")
    assert str(refusal.value).endswith(f"got {text.strip() or 'nothing'}")


@pytest.mark.parametrize("text", ["1e16", "1e400", "inf", "1,000,000,000,000,001"])
def test_a_count_that_nobody_lives_to_see_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="must be at most 1,000,000,000,000,000, got "):
        count(text, "step")


def test_a_long_entry_is_told_in_part() -> None:
    with pytest.raises(InputError) as refusal:
        positive("9" * 500 + "x", "loss")
    assert str(refusal.value).endswith("9…")
    assert len(str(refusal.value)) < 100


@pytest.mark.parametrize(
    "text",
    ["1 -2 3\n0.5 0 -1", "1, -2, 3; 0.5, 0, -1", "[[1, -2, 3], [0.5, 0, -1]]", "1\t-2\t3\r\n0.5\t0\t-1\r\n",
     "tensor([[ 1.0000, -2.0000,  3.0000],\n        [ 0.5000,  0.0000, -1.0000]])"],
)  # fmt: skip
def test_a_matrix_is_read_as_people_and_programs_write_it(text: str) -> None:
    assert matrix(text, "W*") == ((1, -2, 3), (0.5, 0, -1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" ", "W* is empty: write its numbers, a row a line"),
        ("1 2\n3", "W* must have rows of one length: row 0 has 2 numbers, row 1 has 1"),
        ("1,5 2", "W* has commas and spaces between its numbers, as in 5 2: write decimals with a point, and separate "
         "all numbers alike"),
        ("1,5\n2 3", "W* has commas and spaces between its numbers, as in 2 3: write decimals with a point, and "
         "separate all numbers alike"),
        ("1 x", "W* must hold finite numbers, got x in row 0"),
        ("1 2\n3 inf", "W* must hold finite numbers, got inf in row 1"),
    ],
)  # fmt: skip
def test_what_is_no_matrix_is_said(text: str, said: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(said)}$"):
        matrix(text, "W*")


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), (" 7 ", 7), ("9223372036854775807", 2**63 - 1), ("1,000", 1000)]
)
def test_a_seed_is_read_to_its_last_digit(text: str, number: int) -> None:
    assert seed(text) == number


@pytest.mark.parametrize("text", ["-1", "", "1e3", "0.5", "9223372036854775808", "1" * 5000, "٣"])
def test_what_is_no_seed_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^seed must be a whole number from 0 to 2\*\*63 - 1, got"):
        seed(text)


@pytest.mark.parametrize("text", ["-0.1", "nan", "inf", "", "x"])
def test_what_is_negative_or_no_number_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^noise must be 0 or a positive finite number, got"):
        not_negative(text, "noise")


def test_zero_and_small_numbers_are_not_negative() -> None:
    assert [not_negative(text, "noise") for text in ("0", "1e-3", "2.5")] == [0, 1e-3, 2.5]
