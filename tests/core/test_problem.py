import dataclasses
from typing import Any

import numpy as np
import pytest
from oracle import same_bits

from linviz.core.problem import Problem, Recipe
from linviz.core.scaling import Scaling
from linviz.errors import InputError

NAMES = ("x", "y", "weight", "bias")

# What cells 36 and 37 printed, typed in from the notebook's output.
PRINTED_X = [
    [0.1766, 0.1254, 0.2699],
    [-1.5509, 1.8803, 0.3243],
    [-1.7099, -0.1290, -0.9486],
    [-0.8850, 0.3447, -0.8812],
    [1.2934, -1.2040, 0.2890],
    [0.1278, -1.0115, -0.1379],
    [-0.7354, 0.2185, -0.6483],
    [0.0492, -2.1378, -0.3556],
    [0.3415, 1.1722, 1.2577],
    [0.0516, 0.0733, -0.6183],
]
PRINTED_Y = [
    [-0.4190, 1.5812],
    [-0.2929, -0.5735],
    [1.6416, 0.4896],
    [0.3663, -0.4154],
    [-0.9183, -1.6822],
    [-1.6864, -0.3989],
    [-0.6359, -0.1090],
    [-1.9653, -1.1053],
    [-0.0496, -0.3079],
    [0.3461, -0.5509],
]
PRINTED_WEIGHT = [[-0.3412, 0.3215, -0.3616], [0.1967, 0.3356, 0.4529]]
PRINTED_BIAS = [-0.4701, -0.2400]


def arrays() -> dict[str, Any]:
    """Give the arrays of a small good problem: 4 samples, 3 inputs, 2 outputs."""
    return {
        "x": np.arange(12.0).reshape(4, 3),
        "y": np.arange(8.0).reshape(4, 2),
        "weight": np.arange(6.0).reshape(2, 3),
        "bias": np.arange(2.0),
    }


def test_the_notebooks_problem_holds_the_numbers_it_printed() -> None:
    problem = Problem.notebook()
    assert problem.shape == (10, 3, 2)
    assert problem.x.tolist() == PRINTED_X
    assert problem.y.tolist() == PRINTED_Y
    assert problem.weight.tolist() == PRINTED_WEIGHT
    assert problem.bias.tolist() == PRINTED_BIAS


@pytest.mark.parametrize(
    ("true", "complaint"),
    [
        ({"noise": -1}, "noise must be a number from 0 on, within float32, got -1"),
        ({"noise": float("nan")}, "noise must be a number from 0 on, within float32, got nan"),
        ({"true_weight": ((1, 2),)}, "true_weight must have the shape (2, 3), got (1, 2)"),
        (
            {"true_weight": ((1, 2, 3), (4, 5))},
            "true_weight must be a rectangular table of numbers: row 1 has 2 numbers where row 0 has 3",
        ),
        ({"true_bias": (1, 1e39)}, "true_bias holds 1e+39, which float32 can't hold"),
    ],
)
def test_true_parameters_that_can_not_be_are_refused(true: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        Recipe(5, 3, 2, **true)
    assert str(caught.value).startswith(complaint)


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"x_names": ("a",)}, "x_names has 1 name(s) for 3 column(s): give one for each, or none"),
        ({"y_names": ("a", "b\nc")}, "y_names must be lines of text of at most 201 characters, got b"),
        ({"y_names": ("a", "b" * 202)}, "y_names must be lines of text of at most 201 characters, got bbb"),
        ({"source": "a" * 401}, "source must be a line of text of at most 400 characters, got aaa"),
        ({"true_weight": np.ones((2, 3))}, "true_bias must"),
        ({"true_weight": np.ones((2, 2)), "true_bias": np.ones(2)}, "true_weight must have the shape (2, 3)"),
        ({"scaling": Scaling(np.ones(2), np.ones(2))}, "scaling has 2 means for the 3 column(s) of x"),
        ({"source": "a\nb"}, "source must be a line of text"),
        ({"noise": -1}, "noise must be a number from 0 on"),
    ],
)
def test_what_is_known_of_the_data_must_fit_them(more: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        Problem(**(arrays() | more))
    assert str(caught.value).startswith(complaint)


def test_what_is_known_of_the_data_is_kept_in_another_dtype() -> None:
    scaling = Scaling(np.zeros(3), np.ones(3))
    problem = Problem(**arrays(), x_names=("a", "b", "c"), scaling=scaling, source="somewhere").as_dtype("float32")
    assert (problem.x_names, problem.scaling, problem.source) == (("a", "b", "c"), scaling, "somewhere")


def test_arrays_that_are_read_only_already_are_shared() -> None:
    problem = Problem(**arrays())
    other = dataclasses.replace(problem, name="other")
    for name in NAMES:
        assert np.shares_memory(getattr(other, name), getattr(problem, name)), name


def test_the_arrays_are_read_only_copies() -> None:
    given_ = arrays()
    problem = Problem(**given_)
    for name in NAMES:
        held = getattr(problem, name)
        assert not held.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            held[...] = 0
        before = held.copy()
        given_[name] += 1000
        assert np.array_equal(held, before), name
        assert not np.shares_memory(held, given_[name])


def test_a_problem_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Problem.notebook().x = np.zeros((1, 1))  # type: ignore[misc]  # frozen is what is shown


def test_float32_stays_float32_and_all_else_becomes_float64() -> None:
    given_ = arrays() | {"x": arrays()["x"].astype(np.float32), "y": arrays()["y"].astype(np.int16)}
    problem = Problem(**given_)
    assert [getattr(problem, name).dtype for name in NAMES] == [np.float32, np.float64, np.float64, np.float64]
    assert problem.y.tolist() == given_["y"].tolist()


def test_arrays_of_any_layout_are_held_row_by_row() -> None:
    fortran: dict[str, Any] = {name: np.asfortranarray(array) for name, array in arrays().items()}
    problem = Problem(**fortran)
    for name, array in arrays().items():
        assert np.array_equal(getattr(problem, name), array)
        assert getattr(problem, name).flags.c_contiguous


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_is_refused_with_its_place(name: str, value: float) -> None:
    given_ = arrays()
    given_[name][-1] = value
    with pytest.raises(InputError) as caught:
        Problem(**given_)
    last = len(given_[name]) - 1
    place = f"{name}[{last}]" if name == "bias" else f"{name}[{last}, 0]"
    assert str(caught.value) == f"{place} must be a finite number, got {value}"


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("x", (0, 3)),
        ("x", (4, 0)),
        ("x", (4,)),
        ("x", (4, 3, 1)),
        ("x", ()),
        ("y", (3, 2)),
        ("y", (4, 5)),
        ("y", (4,)),
        ("weight", (2, 4)),
        ("weight", (0, 3)),
        ("weight", (3,)),
        ("bias", (3,)),
        ("bias", (2, 1)),
        ("bias", (0,)),
    ],
)
def test_a_shape_that_does_not_fit_is_refused_by_name_with_the_shape_found(name: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError) as caught:
        Problem(**(arrays() | {name: np.zeros(shape)}))
    assert str(caught.value).startswith(f"{name} must have ")
    assert str(caught.value).endswith(str(shape))


def test_a_weight_given_transposed_is_refused() -> None:
    with pytest.raises(InputError, match="must have the shape"):
        Problem(**(arrays() | {"weight": np.zeros((3, 2))}))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [[[1.0, 2.0], [3.0]], [["a"]], "abc", {1: 2}, [[1, object()]], [[1j]], [[10**400]]])
def test_what_is_no_rectangular_table_of_numbers_is_refused(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=rf"^{name} must be a rectangular table of numbers: "):
        Problem(**(arrays() | {name: value}))


def test_complex_numbers_are_refused_and_not_halved() -> None:
    with pytest.raises(InputError, match="x must be"):
        Problem(**(arrays() | {"x": arrays()["x"] + 1j}))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [1e300, -1e300])
def test_a_number_beyond_float32_is_refused_with_the_way_out(name: str, value: float) -> None:
    given_ = arrays()
    given_[name][-1] = value
    problem = Problem(**given_)
    with pytest.raises(InputError) as caught:
        problem.as_dtype("float32")
    assert str(caught.value) == f"{name} holds 1e+300, which float32 can't hold: choose dtype float64"
    assert np.abs(getattr(problem.as_dtype("float64"), name)).max() == 1e300


def test_the_largest_float32_is_still_held() -> None:
    largest = float(np.finfo(np.float32).max)
    problem = Problem(**(arrays() | {"bias": np.array([largest, -largest])})).as_dtype("float32")
    assert problem.bias.tolist() == [largest, -largest]


def test_a_problem_in_another_dtype_has_the_same_numbers_rounded_once() -> None:
    problem = Problem.notebook()
    single = problem.as_dtype("float32")
    for name in NAMES:
        assert same_bits(getattr(single, name), np.float32(getattr(problem, name))), name
        assert not getattr(single, name).flags.writeable
    assert (single.name, single.seed) == (problem.name, problem.seed)
    double = single.as_dtype("float64")
    assert same_bits(double.x, np.float64(single.x))


def test_a_problem_in_the_dtype_it_has_is_itself() -> None:
    problem = Problem.notebook()
    assert problem.as_dtype("float64") is problem
    assert problem.as_dtype("float32") is not problem


def test_a_problems_title_names_the_seed_it_was_drawn_from() -> None:
    assert Problem.random(4, 3, 2, seed=9).title == "random 4 × 3 → 2, seed 9"
    assert Problem.random(4, 3, 2, seed=0).title.endswith(", seed 0")
    assert Problem.notebook().title == "notebook"
    assert Problem(**arrays()).title == "own data"
