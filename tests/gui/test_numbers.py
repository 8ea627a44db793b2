import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.parts import MANY
from linviz.gui.numbers import change_text, fitted, short_exponent, telling

FINITE = st.floats(allow_nan=False, allow_infinity=False)
ORDINARY = st.floats(-1e4, 1e4)
ROOM = st.integers(7, 14)
CHANGE = FINITE | ORDINARY | st.floats(-1, 1)


@MANY
@given(FINITE | ORDINARY, ROOM)
def test_a_number_never_takes_more_characters_than_there_are(value: float, room: int) -> None:
    assert len(fitted(value, room)) <= room


@MANY
@given(FINITE | ORDINARY, ROOM)
def test_every_digit_shown_is_the_numbers_own(value: float, room: int) -> None:
    shown = Decimal(fitted(value, room))
    exponent = shown.as_tuple().exponent
    assert isinstance(exponent, int)
    assert abs(shown - Decimal(value)) <= Decimal(5).scaleb(exponent - 1)  # half a unit of the last digit


@MANY
@given(FINITE | ORDINARY, ROOM)
def test_where_there_is_room_a_number_has_torchs_four_decimals(value: float, room: int) -> None:
    in_full = format(value, ".4f")
    assert (fitted(value, room) == in_full) == (len(in_full) <= room)


@MANY
@given(FINITE, ROOM)
def test_a_number_written_by_its_exponent_shows_the_decimals_there_is_room_for(value: float, room: int) -> None:
    digits, by_exponent, power = fitted(value, room).partition("e")
    decimals = len(digits.partition(".")[2])
    if by_exponent and decimals < 4:
        longer = f"{Decimal(value):.{decimals + 1}e}".partition("e")[0]
        assert len(longer) + 1 + len(power) > room or Decimal(longer) >= 10


@pytest.mark.parametrize(
    ("value", "room", "text"),
    [
        (-1.23456, 7, "-1.2346"),
        (12345.678, 7, "1.235e4"),
        (12345.678, 10, "12345.6780"),
        (-1.5e-300, 7, "-0.0000"),
        (-1.5e300, 7, "-2e300"),
        (1e100, 9, "1.000e100"),
    ],
)
def test_numbers_too_long_are_written_by_their_exponent(value: float, room: int, text: str) -> None:
    assert fitted(value, room) == text


@pytest.mark.parametrize("room", range(-2, 8))
def test_what_is_not_finite_is_written_out_and_less_room_than_any_number_takes_is_no_fault(room: int) -> None:
    assert [fitted(value, room) for value in (math.inf, -math.inf, math.nan)] == ["inf", "-inf", "nan"]
    assert float(fitted(-12345.678, room)) == pytest.approx(-12345.678, rel=0.5)


@MANY
@given(CHANGE, ROOM)
def test_a_change_never_takes_more_characters_than_there_are_and_shows_its_sign(change: float, room: int) -> None:
    text = change_text(change, room)
    assert len(text) <= room
    assert text[0] == ("0" if change == 0 else "+" if change > 0 else "-")


@MANY
@given(CHANGE, ROOM)
def test_every_digit_of_a_change_is_its_own_and_no_change_looks_like_none(change: float, room: int) -> None:
    shown = Decimal(change_text(change, room))
    exponent = shown.as_tuple().exponent
    assert isinstance(exponent, int)
    assert abs(shown - Decimal(change)) <= Decimal(5).scaleb(exponent - 1)
    assert (shown == 0) == (change == 0)


@MANY
@given(CHANGE.filter(lambda change: abs(change) < 1e70))
def test_where_there_is_room_a_change_has_four_decimals_or_two_digits(change: float) -> None:
    mantissa, by_exponent, _power = change_text(change).partition("e")
    if change:
        assert bool(by_exponent) == (not 1e-3 <= abs(change) < 1e5)
        assert len(mantissa.partition(".")[2]) == (1 if abs(change) < 1e-3 else 4)


@pytest.mark.parametrize(
    ("change", "room", "text"),
    [
        (0.00385, 7, "+0.0039"),
        (-0.00385, 7, "-0.0039"),
        (3.84e-4, 7, "+3.8e-4"),
        (-1.46e-10, 7, "-1e-10"),
        (-1.46e-10, 8, "-1.5e-10"),
        (12.3456, 7, "+1.23e1"),
        (12.3456, 8, "+12.3456"),
        (-2.4e300, 7, "-2e300"),
        (1e300, 80, "+1.0000e300"),
        (-8060647836330491904.0, 80, "-8.0606e18"),
        (0.0, 7, "0"),
        (-0.0, 7, "0"),
        (math.inf, 3, "+inf"),
        (math.nan, 3, "+nan"),
    ],
)
def test_changes_as_they_are_written(change: float, room: int, text: str) -> None:
    assert change_text(change, room) == text


@pytest.mark.parametrize(
    ("text", "short"),
    [("1.5e-04", "1.5e-4"), ("1.5e+04", "1.5e4"), ("2e-10", "2e-10"), ("2e+300", "2e300"), ("7", "7")],
)
def test_an_exponent_takes_as_few_characters_as_there_are(text: str, short: str) -> None:
    assert short_exponent(text) == short
    assert float(short) == float(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.0000"), (0.25, "0.2500"), (-1e-3, "-0.0010"), (9.994e-4, "9.99e-4"), (-1.0841e-12, "-1.1e-12")],
)
def test_a_number_whose_digits_matter_is_never_shown_as_0(value: float, text: str) -> None:
    assert telling(value, 8) == text


@MANY
@given(FINITE | st.floats(-1e-3, 1e-3), ROOM)
def test_such_a_number_has_the_room_of_any_other(value: float, room: int) -> None:
    assert len(telling(value, room)) <= room
    assert bool(float(telling(value, room))) == bool(value)
