"""Explanations of as many samples as are gone through in several pieces."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from linviz.core.checks import Verdict
from linviz.core.explain import Explanation, explain
from linviz.core.finite_difference import ROWS
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.core.terms import BLOCK
from linviz.core.trainer import Trainer

SAMPLES = 2 * BLOCK + ROWS + 7
GRADIENTS = ("weight_grad", (1, 2)), ("bias_grad", (0,))


@pytest.fixture(scope="module", params=["float32", "float64"])
def moments(request: pytest.FixtureRequest) -> tuple[Snapshot, Snapshot]:
    """Give a moment whose gradients came from its prediction, and one whose prediction is a newer one."""
    trainer = Trainer(Problem.random(SAMPLES, 4, 3, 1), Settings(dtype=request.param))
    first = trainer.step()
    return first, trainer.next_phase()


def check(told: Explanation, name: str) -> float:
    (found,) = (each for each in told.checks if each.name == name)
    assert found.verdict is Verdict.AGREES
    return found.value


@pytest.mark.parametrize(("field", "index"), GRADIENTS)
@pytest.mark.parametrize("newer", [False, True])
def test_a_finite_difference_is_that_of_all_samples(
    moments: tuple[Snapshot, Snapshot], field: str, index: tuple[int, ...], newer: bool
) -> None:
    moment = moments[newer]
    told = explain(moment, field, index)
    residual = moment.computed_from[field]["residual"].astype(np.float64)
    k, *inputs = index
    if not newer:
        source = moment.computed_from["prediction"]
        weight, bias = source["weight"].astype(np.float64), source["bias"].astype(np.float64)
        residual = moment.x.astype(np.float64) @ weight.T + bias - moment.y
    direction = moment.x[:, inputs[0]].astype(np.float64) if inputs else np.ones(SAMPLES)
    exact = 2 / residual.size * float(residual[:, k] @ direction)
    assert check(told, "finite difference") == pytest.approx(exact, rel=1e-11, abs=1e-13)
    assert check(told, "closed form") == pytest.approx(told.value, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize(("field", "index"), [*GRADIENTS, ("loss", ())])
def test_one_number_that_is_none_is_found_wherever_it_is(
    moments: tuple[Snapshot, Snapshot], field: str, index: tuple[int, ...]
) -> None:
    moment = moments[1]
    for at in (0, ROWS - 1, ROWS, BLOCK, SAMPLES - 1):
        residual = moment.computed_from[field]["residual"].copy()
        residual[at] = np.nan
        source = {**moment.computed_from, field: {**moment.computed_from[field], "residual": residual}}
        told = explain(replace(moment, computed_from=source), field, index)
        assert np.isnan(told.total)
        assert not np.isfinite(told.bound)
        assert all(each.verdict is Verdict.UNCLEAR for each in told.checks[1:])  # nothing can be said of it
        positions = told.terms.largest(5)
        assert any(np.isnan(told.terms[n].value) for n in positions)


@pytest.mark.parametrize(("field", "index"), [*GRADIENTS, ("loss", ())])
def test_it_takes_less_memory_than_a_column_of_the_problem(
    moments: tuple[Snapshot, Snapshot], field: str, index: tuple[int, ...]
) -> None:
    explain(moments[0], field, index)
    tracemalloc.start()
    told = explain(moments[0], field, index)
    told.terms.remainder(told.terms.largest(50))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * ROWS + 16 * BLOCK  # a fixed number of rows, whatever the number of samples
