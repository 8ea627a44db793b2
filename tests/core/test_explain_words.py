import numpy as np
import pytest
from explained import cells, do, moments
from oracle import COMPUTED, differing, values

from linviz.core.checks import Verdict
from linviz.core.explain import explain
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import GRADIENTS, Phase
from linviz.core.tables.table import TableSource
from linviz.core.terms import Index
from linviz.core.trainer import Trainer
from linviz.errors import InputError


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
    assert told.verdict is Verdict.AGREES
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
            assert told.note == "Given with the problem: random 4 × 2 → 1, seed 7. Training does not change it."
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
    with pytest.raises(InputError, match=rf"^there is no {field} yet: run the phases up to "):
        explain(trainer.snapshot(), field, ())
    do(trainer, ["step", "phase", "phase", "phase"])
    assert trainer.snapshot().next_phase is Phase.BACKWARD
    if field in GRADIENTS:
        with pytest.raises(InputError, match=rf"^there is no {field}: zero_grad has cleared it; run the phase"):
            explain(trainer.snapshot(), field, (0,))


def test_an_update_tells_old_new_and_change() -> None:
    trainer = Trainer(Problem.notebook(), Settings(0.25))
    before, after = trainer.snapshot().weight[1, 0], trainer.step().weight[1, 0]
    told = explain(trainer.snapshot(), "weight", (1, 0))
    assert (told.previous, told.value) == (before, after)
    assert told.change == float(after) - float(before)
    gradient = explain(trainer.snapshot(), "weight_grad", (1, 0))
    assert (gradient.previous, gradient.change) == (None, 0)


def test_what_is_not_finite_names_the_operand_or_the_range() -> None:
    x = np.array([[3e38, 3e38], [1.0, 1.0]])
    problem = Problem(x, np.zeros((2, 1)), np.array([[2.0, 1.0]]), np.zeros(1))
    snapshot = do(Trainer(problem, Settings()), ["phase"] * 4)
    assert explain(snapshot, "prediction", (0, 0)).warning == (
        "Not finite: every operand is, but a term or the sum is beyond 3.4e+38, where float32 ends."
    )
    assert explain(snapshot, "residual", (0, 0)).warning.startswith("Not finite, because prediction[0, 0] is inf: ")
    assert explain(snapshot, "loss").warning.startswith("Not finite, because residual[0, 0] is inf: ")
    assert explain(snapshot, "prediction", (1, 0)).warning == ""


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
            assert all(check.verdict is not Verdict.DIFFERS for check in told.checks), (snapshot.step, field, index)
            assert bool(told.warning) == (not np.isfinite(told.value) and len(told.terms) > 0)
        finite += int(np.isfinite(snapshot.weight).all())
        if np.isnan(snapshot.weight).all() and np.isnan(snapshot.bias).all():
            break
    assert finite < snapshot.step
    assert np.isnan(snapshot.weight).any()


def test_of_standardised_data_a_cell_says_how_it_was_made_and_the_rest_in_which_units_it_is() -> None:
    problem = TableSource(b"a,b\n1,10\n2,30\n6,20\n", ("a",), ("b",), standardize=("x",)).draw()
    trainer = Trainer(problem)
    trainer.step()
    moment = trainer.snapshot()
    mean, std = np.mean([1, 2, 6]), np.std([1, 2, 6])
    assert explain(moment, "x", (2, 0)).note.endswith(f" Standardised: (6 − {mean:.6g}) / {std:.6g}.")
    assert "tandardised" not in explain(moment, "y", (2, 0)).note
    units = "In the units of the standardised data, not in the data's own."
    for field, index, said in (("weight", (0, 0), True), ("bias_grad", (0,), True), ("loss", (), False)):
        assert explain(moment, field, index).note.endswith(units) is said
    plain = Trainer(TableSource(b"a,b\n1,10\n2,30\n", ("a",), ("b",)).draw())
    assert "tandardised" not in explain(plain.snapshot(), "x", (0, 0)).note
