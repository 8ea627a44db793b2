"""Every number's explanation against the run it came from, torch's autograd and exact sums."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from explained import COMMANDS, cells, do, expected_terms, held
from hypothesis import assume, given
from hypothesis import strategies as st
from oracle import COMPUTED, DTYPES, FEW, problems, rounding

from linviz.core.explain import GRADIENTS, PARAMETERS, explain
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Freshness
from linviz.core.trainer import Trainer


@FEW
@given(problems(), DTYPES, COMMANDS)
def test_the_terms_summed_exactly_give_the_cell_within_rounding(
    problem: Problem, dtype: str, commands: list[str]
) -> None:
    snapshot = do(Trainer(problem, Settings(dtype=dtype)), commands)
    info = np.finfo(dtype)
    for field, index in cells(snapshot):
        told = explain(snapshot, field, index)
        assert (told.field, told.index) == (field, index)
        assert told.value == float(np.asarray(getattr(snapshot, field))[index])
        terms = [term.value for term in told.terms]
        assert len(terms) == expected_terms(snapshot, field)
        if not terms:
            assert (told.total, told.bound) == (told.value, 0)
            continue
        size = abs(told.scale) * math.fsum(map(abs, terms))
        # A few roundings more than terms: of the scale, of its product, and of a product that a sum follows.
        allowed = (len(terms) + 4) * float(info.eps) * size + float(info.tiny)
        exact = told.scale * math.fsum(terms)
        assert abs(exact - told.value) <= allowed
        assert abs(exact - told.total) <= rounding(len(terms) + 2, "float64") * size
        assert told.bound <= allowed * (1 + 1e-9)


@FEW
@given(problems(), DTYPES, COMMANDS)
def test_every_operand_is_where_it_says_and_holds_what_it_says(
    problem: Problem, dtype: str, commands: list[str]
) -> None:
    snapshot = do(Trainer(problem, Settings(dtype=dtype)), commands)
    for field, index in cells(snapshot, most=3):
        told = explain(snapshot, field, index)
        fresh = field not in PARAMETERS and snapshot.freshness(field) is Freshness.FRESH
        seen = set()
        for term in told.terms:
            for factor in term.factors:
                assert factor.value == held(snapshot, told, factor), (field, index, factor)
                if fresh:
                    assert factor.value == getattr(snapshot, factor.field)[factor.index]
            product = math.prod(factor.value for factor in term.factors)
            assert abs(term.value) == pytest.approx(abs(product), rel=1e-15, abs=0)
            seen.add(tuple((factor.field, factor.index) for factor in term.factors))
        assert len(seen) == len(told.terms)  # no cell goes in twice


@FEW
@given(problems(), DTYPES, COMMANDS)
def test_the_checks_of_an_honest_moment_agree(problem: Problem, dtype: str, commands: list[str]) -> None:
    snapshot = do(Trainer(problem, Settings(dtype=dtype)), commands)
    for field, index in cells(snapshot):
        told = explain(snapshot, field, index)
        names = [check.name for check in told.checks]
        if not len(told.terms):
            assert names == []
            continue
        if field in GRADIENTS:
            assert names == ["autograd", "closed form", "finite difference"]
        else:
            assert names == ["torch", "closed form"]
        assert (told.checks[0].value, told.checks[0].ulp) == (told.value, 0)
        assert told.checks[1].value == told.total
        assert all(check.agrees for check in told.checks), (field, index, told.checks)


@FEW
@given(problems(samples=12, width=4), DTYPES, st.integers(0, 2), st.data())
def test_a_cell_that_was_tampered_with_is_found_out(problem: Problem, dtype: str, steps: int, data: Any) -> None:
    snapshot = do(Trainer(problem, Settings(dtype=dtype)), ["step"] * steps + ["phase"] * 4)
    fields = COMPUTED if snapshot.applied is None else (*COMPUTED, *PARAMETERS)
    field = data.draw(st.sampled_from(fields))
    honest = np.array(getattr(snapshot, field))
    index = tuple(data.draw(st.integers(0, side - 1)) for side in honest.shape)
    # Of a number that is nothing but rounding, 1 % is nothing either.
    assume(1e-2 * abs(float(honest[index])) > 1000 * explain(snapshot, field, index).bound)
    honest[index] *= 1 + 1e-2
    honest.flags.writeable = False
    change: dict[str, Any] = {field: honest if honest.shape else float(honest)}
    forged = replace(snapshot, **change)
    checks = explain(forged, field, index).checks
    assert [check.name for check in checks if not check.agrees] == [check.name for check in checks[1:]]
    assert all(abs(check.ulp) > 1000 for check in checks[1:])
    others = [cell for cell in cells(forged) if cell != (field, index)]
    assert all(check.agrees for cell in others for check in explain(forged, *cell).checks)


@FEW
@given(problems(), DTYPES, st.integers(0, 3))
def test_the_finite_difference_is_torchs_gradient_in_float64(problem: Problem, dtype: str, steps: int) -> None:
    snapshot = do(Trainer(problem, Settings(dtype=dtype)), ["step"] * steps + ["phase"] * 4)
    x, y, weight, bias = (
        torch.tensor(getattr(snapshot, name), dtype=torch.float64) for name in ("x", "y", "weight", "bias")
    )
    weight.requires_grad_()
    bias.requires_grad_()
    loss = torch.nn.functional.mse_loss(torch.nn.functional.linear(x, weight, bias), y)
    autograd = dict(zip(GRADIENTS, torch.autograd.grad(loss, (weight, bias)), strict=True))
    # Squares of residuals and of x, which the difference of step 1 cancels.
    size = 1 + float(x.abs().max()) ** 2 + float(np.abs(snapshot.residual).max()) ** 2  # type: ignore[arg-type]  # it is there
    for name, gradient in autograd.items():
        for index in np.ndindex(tuple(gradient.shape)):
            check = explain(snapshot, name, index).checks[-1]
            assert check.name == "finite difference"
            assert abs(check.value - gradient[index].item()) <= 1e-13 * size


def test_ulps_are_units_in_the_last_place_of_the_cell() -> None:
    for dtype in ("float32", "float64"):
        snapshot = do(Trainer(Problem.notebook(), Settings(dtype=dtype)), ["phase"] * 4)
        for field, index in cells(snapshot):
            told = explain(snapshot, field, index)
            unit = float(np.spacing(np.asarray(abs(told.value), dtype)))
            for check in told.checks:
                assert check.ulp == (check.value - told.value) / unit
                assert abs(check.ulp) < 1000  # how well sums cancel depends on the machine


def test_the_gradient_of_the_notebook_cell_by_cell() -> None:
    snapshot = do(Trainer(Problem.notebook()), ["phase"] * 4)
    told = explain(snapshot, "weight_grad", (1, 2))
    assert told.scale == 2 / 20
    assert [[(f.field, f.index) for f in term.factors] for term in told.terms] == [
        [("residual", (i, 1)), ("x", (i, 2))] for i in range(10)
    ]
    assert told.value == snapshot.weight_grad[1, 2]  # type: ignore[index]  # backward was run
