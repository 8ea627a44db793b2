"""How good the parameters are: against torch's criterion and the definition of R²."""

import numpy as np
import pytest
import torch
from torch import nn

from linviz.core.command import Run, Step
from linviz.core.evaluation import r2, spread
from linviz.core.history import History
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst

PROBLEM = Problem.random(13, 3, 2, seed=1)


def test_r2_is_one_for_what_is_right_and_zero_for_the_mean() -> None:
    y = np.random.default_rng(0).normal(size=(9, 2))
    assert r2(np.zeros_like(y), spread(y)).tolist() == [1, 1]
    np.testing.assert_allclose(r2(y.mean(axis=0) - y, spread(y)), 0, atol=1e-15)
    assert np.isnan(r2(np.ones((4, 1)), spread(np.ones((4, 1))))).all()


@pytest.mark.parametrize(
    "chosen", [{}, {"loss": "L1", "batch": 4}, {"test_share": 0.3}, {"bias": False, "test_share": 0.2}]
)
def test_a_burst_tells_loss_and_r2_over_all_samples(chosen: dict[str, object]) -> None:
    settings = Settings.of(0.05, dtype="float64", training=chosen)
    history = History(PROBLEM, settings)
    for command in (Step(), Run(steps=30)):
        burst = history.perform(command)
        assert isinstance(burst, Burst)
        found, moment = burst.evaluation, burst.snapshot
        assert found is not None
        assert found.step == moment.step
        tests = np.arange(0) if moment.tests is None else moment.tests
        kept = np.setdiff1d(np.arange(13), tests)
        prediction = moment.x @ moment.weight.T + moment.bias
        criterion = nn.L1Loss() if "loss" in chosen else nn.MSELoss()
        for rows, loss, fit in (
            (kept, found.training_loss, found.training_r2),
            (tests, found.test_loss, found.test_r2),
        ):
            if not len(rows):
                assert loss is None
                assert fit is None
                continue
            y, made = moment.y[rows], prediction[rows]
            assert loss == pytest.approx(criterion(torch.tensor(made), torch.tensor(y)).item(), rel=1e-12)
            assert fit is not None
            expected = 1 - ((made - y) ** 2).sum(axis=0) / ((y - y.mean(axis=0)) ** 2).sum(axis=0)
            np.testing.assert_allclose(fit, expected, rtol=1e-10)


def test_a_look_changes_nothing() -> None:
    looked, plain = History(PROBLEM), History(PROBLEM)
    for _ in range(5):
        looked.perform(Step())
        plain.trainer.step()
    assert looked.trainer.snapshot().weight.tobytes() == plain.trainer.snapshot().weight.tobytes()
