"""The loss over two parameters where it is computed, against torch's criterion; its contours against its own losses."""

import numpy as np
import pytest
import torch

from linviz.core.axis import Axis
from linviz.core.command import Run
from linviz.core.history import History
from linviz.core.landscape import Landscape
from linviz.core.problem import Problem
from linviz.core.relief import COUNTS, MOST_WORK, Relief, Survey
from linviz.core.settings import Settings
from linviz.core.snapshot import Array, Rows
from linviz.core.theory import Parameters, Theory
from linviz.core.waypoints import Way, WayOf

NOTEBOOK = Problem.notebook()
SEEN = (-1.0, 1.5), (-2.0, 0.5)
LOSSES = [{"loss": "MSE"}, {"loss": "L1", "reduction": "sum"}, {"loss": "Huber", "delta": 0.4}]
PAIRS = [(Axis(0, 0), Axis(0, 2)), (Axis(1, 3), Axis(1, 1)), (Axis(0, 3), Axis(1, 2))]


def surveyed(training: dict[str, object], axes: tuple[Axis, Axis], count: int = 13) -> tuple[History, Relief]:
    history = History(NOTEBOOK, Settings.of(0.1, dtype="float64", training=training))
    history.perform(Run(steps=3))
    found = history.perform(Survey(*axes, SEEN, count))
    assert isinstance(found, Relief)
    return history, found


def torch_loss(
    history: History, axes: tuple[Axis, Axis], values: Array, rows: Rows | slice = slice(None)
) -> tuple[float, Array]:
    """Give torch's loss with two parameters set to values, and autograd's slope along them."""
    moment = history.trainer.snapshot()
    x, y, weight, bias = (torch.tensor(each) for each in (moment.x[rows], moment.y[rows], moment.weight, moment.bias))
    for axis, value in zip(axes, values, strict=True):
        field, index = axis.cell(3)
        {"weight": weight, "bias": bias}[field][index] = float(value)
    weight.requires_grad_()
    bias.requires_grad_()
    loss = moment.settings.criterion.made()(torch.nn.functional.linear(x, weight, bias), y)
    loss.backward()
    grads = {"weight": weight.grad, "bias": bias.grad}
    slope = []
    for axis in axes:
        field, index = axis.cell(3)
        grad = grads[field]
        assert grad is not None
        slope.append(float(grad[index]))
    return loss.item(), np.array(slope)


@pytest.mark.parametrize("training", LOSSES, ids=["MSE", "L1", "Huber"])
@pytest.mark.parametrize("axes", PAIRS, ids=["one output", "with the bias", "two outputs"])
def test_each_place_has_torchs_loss_and_the_moment_torchs_slope(
    training: dict[str, object], axes: tuple[Axis, Axis]
) -> None:
    history, found = surveyed(training, axes)
    for row in (0, 5, 12):
        for column in (0, 7, 12):
            expected, _ = torch_loss(history, axes, np.array([found.across[column], found.up[row]]))
            assert found.losses[row, column] == pytest.approx(expected, rel=1e-12)
    moment = history.trainer.snapshot()
    here = np.array([float(getattr(moment, field)[at]) for field, at in (axis.cell(3) for axis in axes)])
    assert found.slope == pytest.approx(torch_loss(history, axes, here)[1], rel=1e-9)
    assert found.moment is moment


def test_samples_of_the_test_set_do_not_count() -> None:
    axes = PAIRS[0]
    history, found = surveyed({"loss": "L1", "test_share": 0.3}, axes)
    rows, _ = history.trainer.settings.split.rows(10)
    place = np.array([found.across[4], found.up[9]])
    assert found.losses[9, 4] == pytest.approx(torch_loss(history, axes, place, rows)[0], rel=1e-12)


def test_its_contours_are_those_of_the_paraboloid_where_it_is_one() -> None:
    history, found = surveyed({"loss": "MSE"}, PAIRS[0], COUNTS[-1])
    moment = history.trainer.snapshot()
    exact = Landscape.of(Theory.of_problem(NOTEBOOK), *PAIRS[0]).through(Parameters(moment.weight, moment.bias))
    for level in (exact.base + 0.02, exact.base + 0.5):
        line = found.contour(level)
        assert len(line) > 40
        assert exact.loss(line) == pytest.approx(np.full(len(line), level), rel=2e-3)
    assert len(found.contour(exact.base - 1)) == len(found.contour(1e9)) == 0


@pytest.mark.parametrize("training", LOSSES[1:], ids=["L1", "Huber"])
def test_a_contour_is_one_line_whose_pieces_meet(training: dict[str, object]) -> None:
    _, found = surveyed(training, PAIRS[0], 33)
    level = found.base + 0.2 * (float(found.losses.max()) - found.base)
    ends = [tuple(end) for end in found.contour(level).round(9).tolist()]
    assert len(ends) > 20
    edge = [
        end
        for end in set(ends)
        if ends.count(end) == 1 and not (end[0] in np.round(SEEN[0], 9) or end[1] in np.round(SEEN[1], 9))
    ]
    assert edge == [], "an end that no other piece has lies at the picture's edge"
    assert found.loss(found.contour(level)) == pytest.approx(np.full(len(ends), level))


def test_a_saddle_is_parted_by_its_mean() -> None:
    _, found = surveyed({"loss": "MSE"}, PAIRS[0])
    corner = np.array([0.0, 1.0])
    for high, joined in ((3.0, True), (1.2, False)):
        saddle = Relief(found.asked, found.moment, corner, corner, np.array([[high, 0.0], [0.0, high]]), found.slope)
        pieces = saddle.contour(1.0).reshape(-1, 2, 2)
        assert len(pieces) == 2
        middles = pieces.mean(axis=1)
        # Around the low corners if the high ones are joined, else around these.
        near_low = np.abs(middles[:, 0] + middles[:, 1] - 1) < 0.2
        assert near_low.all() == joined


def test_between_the_places_the_loss_is_in_proportion_and_outside_there_is_none() -> None:
    _, found = surveyed({"loss": "L1"}, PAIRS[0])
    places = np.array([[found.across[3], found.up[4]], [found.across[-1], found.up[-1]], [99.0, 0.0]])
    assert found.loss(places)[:2] == pytest.approx([found.losses[4, 3], found.losses[-1, -1]])
    assert np.isnan(found.loss(places)[2])
    assert found.loss(found.centre[None])[0] == found.base


def test_of_many_samples_fewer_places_are_looked_at() -> None:
    many = Problem.random(int(MOST_WORK / 33**2), 2, 1, seed=1)
    history = History(many, Settings.of(training={"loss": "L1"}))
    found = history.perform(Survey(Axis(0, 0), Axis(0, 1), SEEN, COUNTS[-1]))
    assert isinstance(found, Relief)
    assert found.losses.shape == (20, 20)


def test_what_is_asked_of_a_problem_that_is_gone_has_no_answer() -> None:
    history = History(Problem.random(5, 1, 1), Settings.of(training={"loss": "L1"}))
    assert history.perform(Survey(*PAIRS[0], SEEN, 13)) is None
    way = history.perform(WayOf(7))
    assert isinstance(way, Way)
    assert way.points == ()
