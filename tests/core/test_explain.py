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

from linviz.core.checks import Check, Verdict
from linviz.core.explain import explain
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import GRADIENTS, PARAMETERS, Freshness, Snapshot
from linviz.core.terms import Index
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
            product = term.sign * math.prod(factor.value for factor in term.factors)
            assert term.value == pytest.approx(product, rel=1e-15, abs=0)
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
        reference, closed_form, *others = told.checks
        assert reference == Check(names[0], told.value, 0, Verdict.REFERENCE)
        assert closed_form.value == told.total
        size = abs(told.scale) * math.fsum(abs(term.value) for term in told.terms)
        if size > 1e6 * float(np.finfo(dtype).tiny):  # what is smaller is rounded to nothing
            assert closed_form.verdict is Verdict.AGREES, (field, index, told.checks)
        # A residual that is next to nothing is nothing but the rounding of the forward pass.
        assert all(check.verdict is not Verdict.DIFFERS for check in others), (field, index, told.checks)
        assert told.warning == ""


@FEW
@given(problems(samples=12, width=4), DTYPES, st.integers(0, 2), st.data())
def test_a_cell_that_was_tampered_with_is_found_out(problem: Problem, dtype: str, steps: int, data: Any) -> None:
    snapshot = do(Trainer(problem, Settings(dtype=dtype)), ["step"] * steps + ["phase"] * 4)
    fields = COMPUTED if snapshot.applied is None else (*COMPUTED, *PARAMETERS)
    field = data.draw(st.sampled_from(fields))
    index = tuple(data.draw(st.integers(0, side - 1)) for side in np.shape(getattr(snapshot, field)))
    told = explain(snapshot, field, index)
    size = abs(told.scale) * math.fsum(abs(term.value) for term in told.terms)
    assume(size > 1e6 * float(np.finfo(dtype).tiny))
    forged = tampered(snapshot, field, index, 100 * float(np.finfo(dtype).eps) * size)
    found = explain(forged, field, index)
    assert found.checks[1].verdict is Verdict.DIFFERS
    assert found.verdict is Verdict.DIFFERS
    assert found.warning == "These ways to the same number differ by more than rounding can explain."
    others = [cell for cell in cells(forged) if cell != (field, index)]
    assert all(explain(forged, *cell).verdict is not Verdict.DIFFERS for cell in others)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("field", "index"), [("weight_grad", (1, 0)), ("bias_grad", (1,)), ("loss", ())])
def test_of_many_samples_what_is_tampered_with_is_never_ticked(dtype: str, field: str, index: Index) -> None:
    snapshot = Trainer(Problem.random(100_000, 3, 2, 4), Settings(dtype=dtype)).step()
    told = explain(snapshot, field, index)
    assert told.verdict is Verdict.AGREES
    size, eps = abs(told.scale) * told.terms.magnitude(), float(np.finfo(dtype).eps)
    least = 2_000 if field == "weight_grad" else 100
    for units, verdict in ((least, Verdict.UNCLEAR), (500_000, Verdict.DIFFERS)):
        found = explain(tampered(snapshot, field, index, units * eps * size), field, index)
        assert found.checks[1].verdict is verdict


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("factor", [1e-12, 1e12])
def test_a_finite_difference_tells_something_however_large_the_residuals_are(dtype: str, factor: float) -> None:
    plain = Problem.notebook()
    snapshot = do(Trainer(replace(plain, y=plain.y * factor), Settings(dtype=dtype)), ["phase"] * 4)
    for field, index in cells(snapshot):
        if field in GRADIENTS:
            assert explain(snapshot, field, index).verdict is Verdict.AGREES


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_near_the_limit_and_near_the_optimum_no_honest_number_is_warned_of(dtype: str) -> None:
    for rate in (0.5, 1.29, 1.31):
        trainer = Trainer(Problem.notebook(), Settings(rate, dtype=dtype))
        for _ in range(20):
            snapshot = trainer.run(25).snapshot
            for field, index in cells(snapshot):
                assert explain(snapshot, field, index).verdict is not Verdict.DIFFERS, (rate, snapshot.step, field)


def tampered(snapshot: Snapshot, field: str, index: Index, change: float) -> Snapshot:
    """Give a moment in which one cell is another number."""
    forged = np.array(getattr(snapshot, field))
    forged[index] += change
    forged.flags.writeable = False
    changed: dict[str, Any] = {field: forged if forged.shape else float(forged)}
    return replace(snapshot, **changed)


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


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_ulps_of_a_sum_that_comes_to_nothing_are_those_of_its_largest_term(dtype: str) -> None:
    x, nothing = np.array([[1.0], [1.0]]), np.zeros((1, 1))
    problem = Problem(x, np.array([[3.0], [-3.0 - 2**-20]]), nothing, np.zeros(1))
    snapshot = do(Trainer(problem, Settings(dtype=dtype)), ["phase"] * 4)
    told = explain(tampered(snapshot, "weight_grad", (0, 0), -float(snapshot.weight_grad[0, 0])), "weight_grad", (0, 0))  # type: ignore[index]  # backward was run
    assert told.value == 0
    assert told.checks[1].ulp == told.total / float(np.spacing(np.asarray(3.0, dtype)))


def test_the_gradient_of_the_notebook_cell_by_cell() -> None:
    snapshot = do(Trainer(Problem.notebook()), ["phase"] * 4)
    told = explain(snapshot, "weight_grad", (1, 2))
    assert told.scale == 2 / 20
    assert [[(f.field, f.index) for f in term.factors] for term in told.terms] == [
        [("residual", (i, 1)), ("x", (i, 2))] for i in range(10)
    ]
    assert told.value == snapshot.weight_grad[1, 2]  # type: ignore[index]  # backward was run
