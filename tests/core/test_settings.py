import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import MANY

from linviz.core.optimizers import OPTIMIZERS
from linviz.core.settings import DTYPES, Settings
from linviz.errors import InputError


def test_the_defaults_are_the_notebooks() -> None:
    settings = Settings()
    assert (settings.learning_rate, settings.optimizer, settings.dtype) == (0.01, "SGD", "float32")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (-1, "-1"),
        (-0.5, "-0.5"),
        (0, "0"),
        (0.0, "0.0"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        ("", "nothing"),
        (" \n", "nothing"),
        ("abc", "abc"),
        (" -1 ", "-1"),
        ("1,5", "1,5"),
        ("nan", "nan"),
        ("inf", "inf"),
        ("1e-999", "1e-999"),
        ("1e999", "1e999"),
        (None, "None"),
        (True, "True"),
        (False, "False"),
        ([0.1], "[0.1]"),
        (1j, "1j"),
    ],
)
def test_a_learning_rate_that_is_not_positive_and_finite_is_refused_by_name(value: object, shown: str) -> None:
    with pytest.raises(InputError) as caught:
        Settings(learning_rate=value)  # type: ignore[arg-type]  # wrong values are the point
    assert str(caught.value) == f"learning rate must be a positive finite number, got {shown}"


def test_a_learning_rate_too_big_for_a_float_is_refused() -> None:
    with pytest.raises(InputError, match=r"^learning rate must be a positive finite number, got 1000"):
        Settings(learning_rate=10**400)


@pytest.mark.parametrize("value", ["9" * 100_000, "abc" * 1000, [0.1] * 1000, "1" + "0" * 400])
def test_a_huge_entry_is_repeated_in_short(value: Any) -> None:
    with pytest.raises(InputError) as caught:
        Settings(learning_rate=value)
    assert len(str(caught.value)) < 100
    assert str(caught.value).endswith("…")


@pytest.mark.parametrize(("value", "rate"), [("0.5", 0.5), (" 1e-3 ", 1e-3), (2, 2.0), ("1e-320", 1e-320)])
def test_a_learning_rate_may_be_typed(value: Any, rate: float) -> None:
    read = Settings(learning_rate=value).learning_rate
    assert read == rate
    assert type(read) is float


@MANY
@given(st.floats())
def test_exactly_the_positive_finite_numbers_are_learning_rates(value: float) -> None:
    typed: Any = repr(value)
    if math.isfinite(value) and value > 0:
        assert Settings(value, dtype="float64").learning_rate == value
        assert Settings(typed, dtype="float64").learning_rate == value
    else:
        for entry in (value, typed):
            with pytest.raises(InputError, match="positive finite"):
                Settings(entry, dtype="float64")


@MANY
@given(st.text())
def test_whatever_is_typed_gives_a_number_or_an_input_error(text: Any) -> None:
    try:
        rate = Settings(text, dtype="float64").learning_rate
    except InputError as error:
        assert str(error).startswith("learning rate must be a positive finite number, got ")  # noqa: PT017  # either outcome is right
    else:
        assert math.isfinite(rate)
        assert rate > 0


def test_a_learning_rate_beyond_float32_is_refused_there_and_taken_in_float64() -> None:
    largest = float(np.finfo(np.float32).max)
    with pytest.raises(InputError) as caught:
        Settings(1e39)
    assert str(caught.value) == "learning rate must be at most 3.4e+38 in float32, got 1e+39"
    assert Settings(1e39, dtype="float64").learning_rate == 1e39
    assert Settings(largest).learning_rate == largest


@pytest.mark.parametrize("value", ["Adamax", "", None, 1, ["SGD"]])
def test_an_unknown_optimizer_is_refused_by_name(value: object) -> None:
    with pytest.raises(InputError) as caught:
        Settings(optimizer=value)  # type: ignore[arg-type]  # wrong values are the point
    shown = (value or "nothing") if isinstance(value, str) else repr(value)
    assert str(caught.value) == f"optimizer must be one of {', '.join(OPTIMIZERS)}, got {shown}"


@pytest.mark.parametrize("value", ["float16", "Float32", "double", "", None, 32])
def test_an_unknown_dtype_is_refused_by_name(value: object) -> None:
    with pytest.raises(InputError) as caught:
        Settings(dtype=value)  # type: ignore[arg-type]  # wrong values are the point
    shown = (value or "nothing") if isinstance(value, str) else repr(value)
    assert str(caught.value) == f"dtype must be float32 or float64, got {shown}"


@pytest.mark.parametrize("dtype", DTYPES)
def test_settings_are_frozen_values(dtype: str) -> None:
    settings = Settings(0.5, dtype=dtype)
    assert settings == Settings("0.5", "SGD", dtype)  # type: ignore[arg-type]  # a learning rate as typed
    assert hash(settings) == hash(Settings(0.5, dtype=dtype))
    assert settings != Settings(0.25, dtype=dtype)
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.learning_rate = 1.0  # type: ignore[misc]  # frozen is what is shown
