"""Every number's explanation against the run it came from, torch's autograd and exact sums."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from oracle import COMPUTED, DTYPES, FEW, differing, problems, rounding, values

from linviz.core.explain import EXPLAINED, GRADIENTS, PARAMETERS, Explanation, explain
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Freshness, Phase, Snapshot
from linviz.core.terms import Factor, Index
from linviz.core.trainer import Trainer
from linviz.errors import InputError

COMMANDS = st.lists(
    st.one_of(
        st.sampled_from(("phase", "phase", "phase", "step", "manual_step", "again", "again_by_hand", "reset")),
        st.floats(1e-4, 0.5).map(lambda rate: f"rate {rate}"),
        st.integers(1, 5).map(lambda steps: f"run {steps}"),
    ),
    max_size=12,
)


def do(trainer: Trainer, commands: list[str]) -> Snapshot:
    """Run commands; an update again without a gradient is left out."""
    for command in commands:
        match command.split():
            case ["phase"]:
                trainer.next_phase()
            case ["step"]:
                trainer.step()
            case ["manual_step"]:
                trainer.manual_step()
            case ["again" | "again_by_hand" as word]:
                if trainer.snapshot().weight_grad is not None:
                    trainer.update_again(by_hand=word == "again_by_hand")
            case ["reset"]:
                trainer.reset()
            case ["rate", rate]:
                trainer.set_learning_rate(float(rate))
            case ["run", steps]:
                trainer.run(int(steps))
    return trainer.snapshot()


def moments(problem: Problem, dtype: str = "float32", rate: float = 0.01) -> Iterator[Snapshot]:
    """Give every moment of two iterations and of an update again in the middle of a third."""
    trainer = Trainer(problem, Settings(rate, dtype=dtype))
    yield trainer.snapshot()
    for _ in range(11):
        yield trainer.next_phase()
    yield trainer.update_again()
    for _ in range(3):
        yield trainer.next_phase()
    yield trainer.manual_step()


def cells(snapshot: Snapshot, most: int = 6) -> Iterator[tuple[str, Index]]:
    """Go through every field that has numbers: its corners, and some of what is between them."""
    for field in EXPLAINED:
        held = getattr(snapshot, field)
        if held is None:
            continue
        shape = np.shape(held)
        every = math.prod(shape)
        for at in sorted({round(n) for n in np.linspace(0, every - 1, min(every, most))}):
            yield field, tuple(int(side) for side in np.unravel_index(at, shape))


def held(snapshot: Snapshot, explanation: Explanation, factor: Factor) -> Any:
    """Look an operand up where the snapshot says that the cell came from."""
    if explanation.field in PARAMETERS:
        assert snapshot.applied is not None
        if factor.field == "learning_rate":
            return snapshot.applied.learning_rate
        return snapshot.applied.operands[factor.field][factor.index]
    return snapshot.computed_from[explanation.field][factor.field][factor.index]


def expected_terms(snapshot: Snapshot, field: str) -> int:
    samples, inputs, outputs = snapshot.shape
    per_field = {"prediction": inputs + 1, "residual": 2, "loss": samples * outputs}
    if field in PARAMETERS:
        return 2 if snapshot.applied else 0
    return per_field.get(field, samples if field in GRADIENTS else 0)


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
                assert abs(check.ulp) < 64


def test_the_gradient_of_the_notebook_cell_by_cell() -> None:
    snapshot = do(Trainer(Problem.notebook()), ["phase"] * 4)
    told = explain(snapshot, "weight_grad", (1, 2))
    assert told.scale == 2 / 20
    assert [[(f.field, f.index) for f in term.factors] for term in told.terms] == [
        [("residual", (i, 1)), ("x", (i, 2))] for i in range(10)
    ]
    assert told.value == snapshot.weight_grad[1, 2]  # type: ignore[index]  # backward was run


def test_an_update_is_the_old_value_minus_rate_times_gradient() -> None:
    trainer = Trainer(Problem.notebook(), Settings(0.25))
    before = trainer.snapshot()
    trainer.step()
    after = trainer.set_learning_rate(0.5)  # does not change what was done
    old, change = explain(after, "weight", (1, 0)).terms
    assert [(f.field, f.index, f.value) for f in old.factors] == [("weight", (1, 0), before.weight[1, 0])]
    gradient = after.weight_grad[1, 0]  # type: ignore[index]  # a step computes it
    assert [(f.field, f.index, f.value) for f in change.factors] == [
        ("learning_rate", (), 0.25),
        ("weight_grad", (1, 0), gradient),
    ]
    assert (old.value, change.value) == (before.weight[1, 0], -0.25 * float(gradient))


def test_an_update_keeps_its_gradient_after_zero_grad_took_it_away() -> None:
    snapshot = do(Trainer(Problem.notebook()), ["step", "phase", "phase", "phase"])
    assert snapshot.weight_grad is None
    told = explain(snapshot, "bias", (1,))
    assert all(check.agrees for check in told.checks)
    assert len(told.terms) == 2


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_notes_name_the_step_they_belong_to(dtype: str) -> None:
    for snapshot in moments(Problem.notebook(), dtype):
        for field in COMPUTED:
            if getattr(snapshot, field) is None:
                continue
            told = explain(snapshot, field, next(iter(np.ndindex(np.shape(getattr(snapshot, field))))))
            at = snapshot.computed_at[field]
            assert told.belongs_to == at
            if at == snapshot.step:
                assert told.note.startswith("Fresh: ")
                assert "before step" not in told.note
            else:
                assert told.note.startswith("Stale: ")
                assert f"before step {at + 1};" in told.note
            assert ("the starting parameters" if at == 0 else f"after step {at}") in told.note


def test_parameters_say_where_they_start_and_who_wrote_them() -> None:
    trainer = Trainer(Problem.random(4, 2, 1, 7))
    assert explain(trainer.snapshot(), "bias", (0,)).note == "Where training starts: random 4 × 2 → 1, seed 7."
    for commands, words in (
        (["step"], "in step 1 by optimizer.step(): one rounding"),
        (["manual_step"], "in step 2 by hand: sub_(lr * grad), which rounds twice"),
        (["again"], "in step 3 by optimizer.step()"),
        (["again_by_hand"], "in step 4 by hand"),
    ):
        assert words in explain(do(trainer, commands), "weight", (0, 1)).note
    assert explain(trainer.reset(), "weight", (0, 0)).note.startswith("Where training starts")


def test_x_and_y_are_given_and_stay_so() -> None:
    trainer = Trainer(Problem.random(4, 2, 1, 7))
    for snapshot in (trainer.snapshot(), trainer.step()):
        for field in ("x", "y"):
            told = explain(snapshot, field, (3, 0))
            assert told.note == "Given: random 4 × 2 → 1, seed 7. Training does not change it."
            assert (len(told.terms), told.checks, told.total) == (0, (), told.value)


@pytest.mark.parametrize(
    ("field", "index", "complaint"),
    [
        ("gradient", (0, 0), "there is no field gradient: ask for one of x, y, prediction"),
        ("step", (), "there is no field step"),
        ("", (), "there is no field"),
        ("weight", (2, 0), "there is no cell weight[2, 0]: weight has the shape [2, 3], counted from 0"),
        ("weight", (0, 3), "there is no cell weight[0, 3]"),
        ("weight", (-1, 0), "there is no cell weight[-1, 0]"),
        ("weight", (0,), "there is no cell weight[0]"),
        ("bias", (0, 0), "there is no cell bias[0, 0]: bias has the shape [2]"),
        ("bias", (), "there is no cell bias[]"),
        ("x", (10, 0), "there is no cell x[10, 0]"),
        ("x", (10**30, 0), "there is no cell x"),
        ("loss", (0,), "there is no cell loss[0]"),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(field: str, index: Index, complaint: str) -> None:
    trainer = Trainer(Problem.notebook())
    snapshot = trainer.step()
    before = values(snapshot)
    with pytest.raises(InputError) as caught:
        explain(snapshot, field, index)
    assert str(caught.value).startswith(complaint)
    assert "\n" not in str(caught.value)
    assert differing(before, values(trainer.snapshot())) == []


@pytest.mark.parametrize("field", COMPUTED)
def test_a_field_without_numbers_says_so(field: str) -> None:
    trainer = Trainer(Problem.notebook())
    with pytest.raises(InputError, match=rf"^{field} holds no number yet: run the phase"):
        explain(trainer.snapshot(), field, ())
    do(trainer, ["step", "phase", "phase", "phase"])
    assert trainer.snapshot().next_phase is Phase.BACKWARD
    if field in GRADIENTS:
        with pytest.raises(InputError, match=rf"^{field} holds no number yet"):
            explain(trainer.snapshot(), field, (0,))


def test_to_explain_changes_nothing() -> None:
    trainer, alone = Trainer(Problem.notebook()), Trainer(Problem.notebook())
    for _ in range(12):
        for field, index in cells(trainer.next_phase()):
            explain(trainer.snapshot(), field, index)
        assert differing(values(trainer.snapshot()), values(alone.next_phase())) == []


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rate", [1e4, 1e30])
@pytest.mark.parametrize("samples", [1, 10, 200])
def test_a_diverging_run_explains_itself_to_the_end(dtype: str, rate: float, samples: int) -> None:
    """Also where numbers overflow on the way, which is no more than rounding and range explain."""
    trainer = Trainer(Problem.random(samples, 3, 2, 1), Settings(rate, dtype=dtype))
    finite = 0
    for _ in range(150):
        snapshot = trainer.step()
        for field, index in cells(snapshot, most=3):
            told = explain(snapshot, field, index)
            told.terms.remainder(told.terms.largest(50))
            assert all(check.agrees for check in told.checks), (snapshot.step, field, index, told)
        finite += int(np.isfinite(snapshot.weight).all())
        if np.isnan(snapshot.weight).all() and np.isnan(snapshot.bias).all():
            break
    assert finite < snapshot.step
    assert np.isnan(snapshot.weight).any()
