"""Explanations of every choice of the training, against torch's autograd in float64 and the run itself."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from linviz.core.checks import Verdict
from linviz.core.explain import OF_SAMPLES, explain
from linviz.core.finite_difference import finite_difference
from linviz.core.picked import Picked
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import GRADIENTS, Phase, Snapshot
from linviz.core.trainer import Trainer
from linviz.errors import InputError

PROBLEM = Problem.random(11, 3, 2, seed=4)
CHOICES: dict[str, dict[str, object]] = {
    "L1": {"loss": "L1"},
    "L1 sum": {"loss": "L1", "reduction": "sum"},
    "Huber": {"loss": "Huber", "delta": 0.375},
    "Huber that is a parabola": {"loss": "Huber", "delta": 1e30, "reduction": "sum"},
    "Huber that is next to nothing": {"loss": "Huber", "delta": 1e-30},
    "MSE sum": {"reduction": "sum"},
    "no bias": {"bias": False},
    "batches": {"batch": 4},
    "test set": {"test_share": 0.3},
    "all": {"test_share": 0.2, "batch": 3, "loss": "L1", "bias": False, "init": "xavier"},
}
DTYPES = ("float32", "float64")


def before_update(problem: Problem, settings: Settings, steps: int = 0) -> Snapshot:
    """Run some steps, and the next one up to its update."""
    trainer = Trainer(problem, settings)
    for _ in range(steps):
        trainer.step()
    return trainer.run_to(Phase.BACKWARD)


def autograd(moment: Snapshot) -> dict[str, Tensor]:
    """Give loss and gradients by torch in float64, from the samples in use."""
    rows = slice(None) if moment.rows is None else moment.rows
    x, y = (torch.tensor(getattr(moment, name)[rows], dtype=torch.float64) for name in ("x", "y"))
    parameters = {
        name: torch.tensor(getattr(moment, name), dtype=torch.float64, requires_grad=True)
        for name in moment.settings.parameters
    }
    criterion = moment.settings.criterion
    kind: type[nn.Module] = {"MSE": nn.MSELoss, "L1": nn.L1Loss, "Huber": nn.HuberLoss}[criterion.loss]
    more: dict[str, Any] = {"delta": criterion.delta} if criterion.loss == "Huber" else {}
    loss = kind(reduction=criterion.reduction, **more)(nn.functional.linear(x, *parameters.values()), y)
    found = torch.autograd.grad(loss, tuple(parameters.values()))
    named = zip(parameters, found, strict=True)
    return {"loss": loss.detach(), **{f"{name}_grad": gradient for name, gradient in named}}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("chosen", CHOICES.values(), ids=CHOICES)
def test_every_way_to_loss_and_gradients_is_torchs(chosen: dict[str, object], dtype: str) -> None:
    for steps in (0, 3):
        moment = before_update(PROBLEM, Settings.of(0.01, dtype=dtype, training=chosen), steps)
        for field, expected in autograd(moment).items():
            for index in np.ndindex(tuple(expected.shape)):
                told, value = explain(moment, field, index), expected[index].item()
                near = 1e-5 if dtype == "float32" else 1e-12
                size = abs(told.scale) * told.terms.magnitude()
                assert told.verdict is Verdict.AGREES, (field, index, told.checks)
                assert told.warning == ""
                assert abs(told.total - value) <= near * size
                for check in told.checks:  # the difference is float64's, also of a run in float32
                    off = 1e-8 if check.name == "finite difference" else near
                    assert abs(check.value - value) <= off * size, (field, index, check)


@pytest.mark.parametrize("chosen", CHOICES.values(), ids=CHOICES)
def test_every_operand_is_the_cell_that_it_says(chosen: dict[str, object]) -> None:
    moment = before_update(PROBLEM, Settings.of(0.01, training=chosen), 2)
    rows = np.arange(11) if moment.rows is None else moment.rows
    criterion = moment.settings.criterion
    made: dict[str, Any] = {
        "": lambda held: held,
        "sign({})": np.sign,
        "clamp({})": lambda held: np.clip(held, -criterion.delta, criterion.delta),
        "({} − clamp/2)": lambda held: held - np.clip(held, -criterion.delta, criterion.delta) / 2,
    }
    count, m = len(rows), moment.shape[2]
    lengths = {"loss": count * m, "weight_grad": count, "bias_grad": count, "residual": 2, "prediction": 3}
    lengths["prediction"] += moment.settings.bias
    for field, length in lengths.items():
        if field == "bias_grad" and not moment.settings.bias:
            continue
        sample = int(rows[-1])
        index = {"loss": (), "bias_grad": (1,), "weight_grad": (1, 2)}.get(field, (sample, 1))
        told = explain(moment, field, index)
        assert len(told.terms) == length
        for at, term in enumerate(told.terms):
            assert term.value == term.sign * math.prod(factor.value for factor in term.factors)
            for factor in term.factors:
                cell = factor.index
                if factor.field in OF_SAMPLES:  # whose arrays have the samples in use alone
                    cell = (rows.tolist().index(cell[0]), *cell[1:])
                held = float(getattr(moment, factor.field)[cell])
                assert factor.value == pytest.approx(made[factor.form](held), rel=1e-6, abs=1e-37)
            if field in GRADIENTS:
                assert term.factors[0].index == (rows[at], 1)
                assert told.terms.label(at) == f"i={rows[at]}"
            elif field == "loss":
                assert told.terms.label(at) == f"i={rows[at // m]} k={at % m}"
        picked = [side for cells in told.terms.operands().values() for side in cells if isinstance(side, Picked)]
        gone_through = field in (*GRADIENTS, "loss") and moment.rows is not None
        assert bool(picked) == gone_through
        assert all([n for n in range(11) if n in each] == sorted(rows) for each in picked)


def test_a_sample_that_is_not_in_use_is_told_in_a_sentence() -> None:
    moment = before_update(PROBLEM, Settings.of(training={"batch": 3, "test_share": 0.2, "shuffle": False}))
    assert moment.rows is not None
    assert moment.tests is not None
    used = ", ".join(map(str, sorted(moment.rows.tolist())))
    other = next(n for n in range(11) if n not in moment.rows and n not in moment.tests)
    for field in OF_SAMPLES:
        with pytest.raises(
            InputError, match=f"^there is no {field} of sample {other}: the iteration uses the samples {used};"
        ):
            explain(moment, field, (other, 0))
        with pytest.raises(InputError, match=r"^there is no \w+ of sample \d+: it is kept for the test"):
            explain(moment, field, (int(moment.tests[0]), 0))
        with pytest.raises(InputError, match=rf"there is no cell {field}\[11, 0\]: {field} has the shape \[11, 2\]"):
            explain(moment, field, (11, 0))
    assert "N = 3: the samples of this batch" in explain(moment, "loss").note
    assert "kept for the test" in explain(moment, "y", (int(moment.tests[0]), 0)).note
    whole = before_update(PROBLEM, Settings.of(training={"test_share": 0.2}))
    assert "N = 9: all samples but the 2 kept for the test." in explain(whole, "weight_grad", (0, 0)).note


def test_without_a_bias_there_is_none_to_explain() -> None:
    moment = before_update(PROBLEM, Settings.of(training={"bias": False}), 1)
    for field in ("bias", "bias_grad"):
        with pytest.raises(InputError, match=f"^there is no {field}: the model has no bias"):
            explain(moment, field, (0,))
    told = explain(moment, "prediction", (2, 1))
    assert told.text == "prediction[2,1] = Σⱼ x[2,j]·weight[1,j]"
    assert set(told.terms.operands()) == {"x", "weight"}


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad"])
def test_an_update_tells_what_the_schedule_made_of_the_learning_rate(optimizer: str) -> None:
    settings = Settings.of(0.3, optimizer, training={"schedule": "step", "schedule_steps": 2, "schedule_factor": 0.1})
    trainer = Trainer(PROBLEM, settings)
    for step in range(5):
        told = explain(trainer.step(), "weight", (1, 2))
        assert told.verdict is Verdict.AGREES
        factors = {factor.field: factor.value for term in told.terms for factor in term.factors}
        assert (factors["learning_rate"], factors["schedule"]) == (0.3, 0.1 ** (step // 2))
        assert f"times {0.1 ** (step // 2):.6g} by the schedule" in told.note
        assert "learning_rate·schedule·" in told.text
    trainer.set_learning_rate(5.0)  # which doesn't change what was done
    assert "learning rate 0.3 times" in explain(trainer.snapshot(), "weight", (1, 2)).note


def at_kink(loss: str, kink: float, dtype: str) -> Snapshot:
    """Give a moment in which one of three residuals is where the slope of the loss changes."""
    x, y = np.array([[1.0], [2.0], [-0.5]]), np.array([[0.0], [1.0], [kink]])
    problem = Problem(x, -y, np.zeros((1, 1)), np.zeros(1))
    return before_update(problem, Settings.of(dtype=dtype, training={"loss": loss, "delta": 0.25}))


@pytest.mark.parametrize("dtype", DTYPES)
def test_at_the_kink_of_l1_torch_takes_0_and_the_difference_cannot_tell(dtype: str) -> None:
    moment = at_kink("L1", 0.0, dtype)
    assert moment.residual is not None
    assert moment.residual[:, 0].tolist() == [0, 1, 0]
    told = explain(moment, "weight_grad", (0, 0))
    assert [term.factors[0].value for term in told.terms] == [0, 1, 0]
    _, closed_form, difference = told.checks
    assert closed_form.verdict is Verdict.AGREES
    assert difference.verdict is Verdict.UNCLEAR
    assert "torch takes 0" in told.remark


@pytest.mark.parametrize("dtype", DTYPES)
def test_at_the_kink_of_huber_the_slope_is_one_and_the_difference_tells(dtype: str) -> None:
    told = explain(at_kink("Huber", 0.25, dtype), "weight_grad", (0, 0))
    assert told.verdict is Verdict.AGREES
    assert [term.factors[0].value for term in told.terms] == [0, 0.25, 0.25]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [1e-12, 1e12])
@pytest.mark.parametrize("loss", ["L1", "Huber"])
def test_a_difference_tells_something_however_large_the_residuals_are(loss: str, size: float, dtype: str) -> None:
    plain = Problem.notebook()
    problem = Problem(plain.x, plain.y * size, plain.weight * size, plain.bias * size)
    moment = before_update(problem, Settings.of(dtype=dtype, training={"loss": loss, "delta": 0.5}))
    for index in np.ndindex(2, 3):
        assert explain(moment, "weight_grad", index).verdict is Verdict.AGREES


@pytest.mark.parametrize("loss", ["MSE", "L1", "Huber"])
def test_a_forged_gradient_differs_from_the_difference_too(loss: str) -> None:
    moment = before_update(PROBLEM, Settings.of(dtype="float64", training={"loss": loss, "delta": 0.3, "batch": 5}))
    told = explain(moment, "weight_grad", (1, 1))
    difference, doubt = finite_difference(moment, "weight_grad", (1, 1))
    assert abs(difference - told.value) <= doubt <= 1e-7 * told.scale * told.terms.magnitude()
