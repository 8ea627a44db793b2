import pytest
from hypothesis import given
from hypothesis import strategies as st

from linviz.core.numerals import LARGEST_COUNT, count, positive
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
