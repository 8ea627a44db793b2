import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW, SEEDS

from linviz.core.scaling import Scaling
from linviz.errors import InputError


@FEW
@given(SEEDS, st.integers(1, 4), st.integers(1, 3), st.sampled_from(["x", "y", "xy"]))
def test_original_parameters_predict_in_the_units_of_the_data(seed: int, inputs: int, outputs: int, sides: str) -> None:
    draw = np.random.default_rng(seed)
    x, y = draw.normal(3, 2, (20, inputs)), draw.normal(-1, 5, (20, outputs))
    weight, bias = draw.normal(size=(outputs, inputs)), draw.normal(size=outputs)
    given_: dict[str, np.ndarray] = {}
    scaled_x, predicted = x, None
    if "x" in sides:
        given_ |= {"x_mean": x.mean(axis=0), "x_std": x.std(axis=0)}
        scaled_x = (x - x.mean(axis=0)) / x.std(axis=0)
    predicted = scaled_x @ weight.T + bias
    if "y" in sides:
        given_ |= {"y_mean": y.mean(axis=0), "y_std": y.std(axis=0)}
        predicted = predicted * y.std(axis=0) + y.mean(axis=0)
    scaling = Scaling(**given_)
    assert scaling.sides == tuple(sides)
    original = scaling.original(weight, bias)
    np.testing.assert_allclose(x @ original[0].T + original[1], predicted, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("given_", "complaint"),
    [
        ({}, "a scaling must scale x or y or both"),
        ({"x_mean": [1.0, 2.0]}, "x_mean and x_std go together"),
        ({"x_mean": [1.0], "x_std": [1.0, 2.0]}, "x_mean and x_std must have one shape"),
        ({"x_mean": [1.0], "x_std": [0.0]}, "x_std must be positive, got 0"),
        ({"y_mean": [np.nan], "y_std": [1.0]}, "y_mean must be a row of finite numbers"),
    ],
)
def test_what_is_no_scaling_is_refused(given_: dict[str, list[float]], complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        Scaling(**{name: np.array(values) for name, values in given_.items()})
    assert str(caught.value).startswith(complaint)
