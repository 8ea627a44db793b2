"""Contours and slices against torch's loss at points of the slice, autograd, and the theory's own loss."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import FEW, problems

from linviz.core.axis import Axis, first_axes
from linviz.core.landscape import Landscape
from linviz.core.problem import Problem
from linviz.core.rings import rings
from linviz.core.snapshot import Array
from linviz.core.theory import Parameters, Theory
from linviz.errors import InputError

NOTEBOOK = Problem.notebook()
THEORY = Theory.of_problem(NOTEBOOK)
START = Parameters(NOTEBOOK.weight, NOTEBOOK.bias)
CELLS = Axis(0, 0), Axis(0, 1)
PAIRS = {
    "one output": CELLS,
    "weight and bias": (Axis(1, 2), Axis(1, 3)),
    "two outputs": (Axis(0, 0), Axis(1, 2)),
    "eigen-directions": (Axis(0, 2, eigen=True), Axis(0, 0, eigen=True)),
    "eigen-directions of two outputs": (Axis(0, 1, eigen=True), Axis(1, 1, eigen=True)),
    "both kinds": (Axis(0, 1), Axis(1, 1, eigen=True)),
}
POINTS = np.random.default_rng(5).normal(0, 2, (20, 2))


def torch_loss(problem: Problem, at: Parameters, reduction: str = "mean") -> float:
    x, y, weight, bias = (torch.tensor(np.asarray(each, np.float64)) for each in (problem.x, problem.y, *at))
    prediction = torch.nn.functional.linear(x, weight, bias)
    return float(torch.nn.functional.mse_loss(prediction, y, reduction=reduction))


def losses_at(problem: Problem, slice_at: object, points: Array, reduction: str = "mean") -> list[float]:
    return [torch_loss(problem, slice_at(point), reduction) for point in points]  # type: ignore[operator]  # a method


@pytest.mark.parametrize("axes", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("bias", [True, False])
def test_the_loss_on_a_slice_is_torchs_at_its_points(axes: tuple[Axis, Axis], reduction: str, bias: bool) -> None:
    theory = Theory.of(NOTEBOOK.x, NOTEBOOK.y, bias=bias, reduction=reduction)
    axes = tuple(Axis(each.output, each.at % theory.parameters, each.eigen) for each in axes)  # type: ignore[assignment]  # two
    held = START if bias else Parameters(START.weight, np.zeros(2))
    found = Landscape.of(theory, *axes).through(held)
    assert found.loss(POINTS) == pytest.approx(losses_at(NOTEBOOK, found.at, POINTS, reduction), rel=1e-12)
    assert found.loss(found.here[None]) == pytest.approx([torch_loss(NOTEBOOK, held, reduction)], rel=1e-12)
    assert found.at(found.here).weight == pytest.approx(held.weight)


@pytest.mark.parametrize("axes", PAIRS.values(), ids=PAIRS)
def test_a_point_of_the_slice_differs_on_the_axes_alone_and_stands_where_it_should(axes: tuple[Axis, Axis]) -> None:
    landscape = Landscape.of(THEORY, *axes)
    found = landscape.through(START)
    for point in POINTS:
        at = found.at(point)
        assert landscape.coordinates(at) == pytest.approx(point)
        assert found.distance(at) == pytest.approx(0, abs=1e-12)
        if not any(axis.eigen for axis in axes):
            moved = THEORY.packed(at) != THEORY.packed(START)
            assert {(axis.at, axis.output) for axis in axes} == set(zip(*np.nonzero(moved), strict=True))


@pytest.mark.parametrize("axes", PAIRS.values(), ids=PAIRS)
def test_the_slope_is_that_of_finite_differences(axes: tuple[Axis, Axis]) -> None:
    found, far = Landscape.of(THEORY, *axes).through(START), 1e-5
    for point in POINTS[:5]:
        ends = [point + sign * far * unit for unit in np.eye(2) for sign in (1, -1)]
        losses = losses_at(NOTEBOOK, found.at, np.array(ends))
        slopes = [(losses[0] - losses[1]) / (2 * far), (losses[2] - losses[3]) / (2 * far)]
        assert found.gradient(point) == pytest.approx(slopes, rel=1e-6, abs=1e-8)


def test_the_slope_at_the_parameters_is_autograds() -> None:
    landscape = Landscape.of(THEORY, Axis(0, 1), Axis(1, 3))
    found = landscape.through(START)
    gradient = THEORY.gradient(START)
    assert found.gradient(found.here) == pytest.approx([gradient.weight[0, 1], gradient.bias[1]], rel=1e-10)
    assert landscape.shift(THEORY.packed(gradient)) == pytest.approx(found.gradient(found.here), rel=1e-10)


@pytest.mark.parametrize("axes", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("excess", [1e-12, 1e-3, 1.0, 1e12])
def test_on_a_contour_the_loss_is_the_same(axes: tuple[Axis, Axis], excess: float) -> None:
    found = Landscape.of(THEORY, *axes).through(START)
    line = found.contour(excess, 1.0)
    assert line[0] == pytest.approx(line[-1], abs=1e-12 * float(np.abs(line).max()))
    assert found.excess(line) == pytest.approx(np.full(len(line), excess), rel=1e-4 if excess < 1e-9 else 1e-9)


def test_outputs_know_nothing_of_each_other_and_eigen_directions_neither() -> None:
    for axes in (PAIRS["two outputs"], PAIRS["eigen-directions"]):
        hessian = Landscape.of(THEORY, *axes).hessian
        assert hessian == pytest.approx(np.diag(np.diag(hessian)), abs=1e-15)
    across, up = PAIRS["eigen-directions"]
    found = Landscape.of(THEORY, across, up).through(START)
    assert found.curvatures == pytest.approx(sorted(THEORY.eigenvalues[[across.at, up.at]]))
    assert found.centre == pytest.approx([0, 0], abs=1e-12)


def test_the_slice_through_the_optimum_has_its_centre_there() -> None:
    landscape = Landscape.of(THEORY, *CELLS)
    found = landscape.through(THEORY.optimum)
    assert found.centre == pytest.approx(landscape.coordinates(THEORY.optimum))
    assert found.base == pytest.approx(THEORY.optimal_loss)
    away = THEORY.packed(START) - THEORY.packed(THEORY.optimum)
    away[[0, 1], 0] = 0
    assert found.distance(START) == pytest.approx(float(np.linalg.norm(away)))


def test_the_loss_is_without_the_term_of_weight_decay() -> None:
    plain, decayed = (Landscape.of(THEORY.with_weight_decay(decay), *CELLS).through(START) for decay in (0, 0.7))
    assert decayed.loss(POINTS) == pytest.approx(plain.loss(POINTS), rel=1e-14)


@FEW
@given(problem=problems(), pick=st.data())
def test_any_two_axes_of_any_problem(problem: Problem, pick: st.DataObject) -> None:
    theory, start = Theory.of_problem(problem), Parameters(problem.weight, problem.bias)
    axis = st.builds(Axis, st.integers(0, theory.outputs - 1), st.integers(0, theory.parameters - 1), st.booleans())
    across = pick.draw(axis)
    up = pick.draw(axis.filter(across.upright)) if theory.parameters * theory.outputs > 1 else across
    if across == up:
        return
    found = Landscape.of(theory, across, up).through(start)
    points = found.here + POINTS[:4]
    assert found.loss(points) == pytest.approx(losses_at(problem, found.at, points), rel=1e-9, abs=1e-12)


def test_a_slice_that_is_flat_in_a_direction_has_parallel_lines() -> None:
    x = np.hstack([NOTEBOOK.x[:, :1], NOTEBOOK.x[:, :1], NOTEBOOK.x[:, 1:2]]).astype(np.float64)
    copied = Problem(x, NOTEBOOK.y, NOTEBOOK.weight, NOTEBOOK.bias)
    found = Landscape.of(Theory.of_problem(copied), *CELLS).through(START)
    assert found.flat == 1
    assert found.centre - found.here == pytest.approx([(found.centre - found.here)[0]] * 2)  # no farther than it must
    line = found.contour(0.25, 3.0)
    middle = len(line) // 2
    assert np.isnan(line[middle]).all()
    one, other = line[:middle], line[middle + 1 :]
    assert one[-1] - one[0] == pytest.approx(other[-1] - other[0])
    assert np.hypot(*(one[-1] - one[0])) == pytest.approx(6.0)
    ends = np.vstack([one[::20], other[::20]])
    assert losses_at(copied, found.at, ends) == pytest.approx([found.base + 0.25] * len(ends), rel=1e-9)


def test_a_slice_that_is_flat_all_over_has_no_contours() -> None:
    x = NOTEBOOK.x.astype(np.float64)
    x[:, :2] = 0
    found = Landscape.of(Theory.of(x, NOTEBOOK.y), *CELLS).through(START)
    assert found.flat == 2
    assert len(found.contour(1.0, 1.0)) == 0
    assert found.loss(POINTS) == pytest.approx(np.full(len(POINTS), found.base))
    assert found.centre == pytest.approx(found.here)


def test_parameters_that_are_not_finite_have_no_slice_to_draw() -> None:
    assert not Landscape.of(THEORY, *CELLS).through(Parameters(START.weight * np.inf, START.bias)).finite
    far = Landscape.of(THEORY, *CELLS).through(Parameters(START.weight * 1e160, START.bias))
    assert not far.finite


@pytest.mark.parametrize(
    ("across", "up", "said"),
    [
        (Axis(0, 0), Axis(0, 0), "right angles"),
        (Axis(0, 0), Axis(0, 1, eigen=True), "right angles"),
        (Axis(2, 0), Axis(0, 0), "no parameter 0 of output 2"),
        (Axis(0, 4, eigen=True), Axis(0, 0, eigen=True), "no eigen-direction 4"),
    ],
)
def test_axes_that_make_no_plane_are_refused(across: Axis, up: Axis, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Landscape.of(THEORY, across, up)


def test_an_axis_is_the_cell_it_goes_along() -> None:
    for field, index in (("weight", (1, 2)), ("bias", (1,))):
        assert Axis.of_cell(field, index, 3).cell(3) == (field, index)


def test_the_first_axes_are_the_two_that_have_farthest_to_go() -> None:
    away = np.abs(THEORY.packed(THEORY.optimum) - THEORY.packed(START))
    across, up = first_axes(THEORY, START)
    assert across.output == up.output == int(np.argmax((away**2).sum(0)))
    assert {across.at, up.at} == set(np.argsort(away[:, across.output])[-2:])
    alone = Theory.of(NOTEBOOK.x[:, :1], NOTEBOOK.y, bias=False)
    assert set(first_axes(alone, Parameters(START.weight[:, :1], np.zeros(2)))) == {Axis(0, 0), Axis(1, 0)}
    single = Theory.of(NOTEBOOK.x[:, :1], NOTEBOOK.y[:, :1], bias=False)
    with pytest.raises(InputError, match="one parameter"):
        first_axes(single, Parameters(START.weight[:1, :1], np.zeros(1)))


@pytest.mark.parametrize("base", [0.0, 0.5322, 1e-9, 3e8])
@pytest.mark.parametrize("most", [1e-11, 1e-3, 0.2, 1.0, 7.3, 1e12])
def test_rings_can_be_read_and_are_evenly_far_from_each_other(base: float, most: float) -> None:
    found = rings(base, 0.0, most, 7)
    assert 6 <= len(found) <= 7 or most < 1e-13 * base
    far = np.sqrt([ring.excess / most for ring in found])
    assert np.diff(far, prepend=0.0) == pytest.approx(np.full(len(far), 1 / 7), abs=0.05)
    for ring in found:
        level = float(ring.text) if ring.text[0] != "+" else base + float(ring.text)
        assert level == pytest.approx(base + ring.excess, rel=1e-6)
        assert len(ring.text.lstrip("+0.").split("e")[0]) <= 7
    assert len({ring.text for ring in found}) == len(found)


def test_where_there_is_nothing_to_see_there_are_no_rings() -> None:
    assert rings(1.0, 0.0, 0.0, 7) == rings(1.0, 0.0, np.inf, 7) == rings(np.nan, 0.0, 1.0, 7) == []


def test_far_from_the_centre_the_rings_are_those_that_pass_through_the_picture() -> None:
    found = rings(0.5, 1e4, 1.21e4, 5)
    assert np.sqrt([ring.excess for ring in found]) == pytest.approx([102, 104, 106, 108, 110], abs=1)
    late = rings(1e6, 1e-8, 4e-8, 5)
    assert all(ring.text.startswith("+") for ring in late)
    assert len(late) == 5
