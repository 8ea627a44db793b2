"""What a descent may be, and where its limit is."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from linviz.core.batches import Batches
from linviz.core.criterion import Criterion
from linviz.core.descent import Descent, require_closed_form
from linviz.core.recurrence import Recurrence
from linviz.core.schedule import Schedule
from linviz.core.settings import Settings
from linviz.errors import InputError

LIMITED = [
    Descent(1),
    Descent(1, dampening=0.5),  # which does nothing without momentum
    Descent(1, 0.5),
    Descent(1, 0.9),
    Descent(1, 0.9, 0.5),
    Descent(1, 0.4, -1),
    Descent(1, 0.5, nesterov=True),
    Descent(1, 0.99, nesterov=True),
    Descent(1, 1, nesterov=True),
]


def radius(descent: Descent, curvature: float) -> float:
    """Give the size of the largest eigenvalue of the step's matrix, by SGD's documented update."""
    beta, rate = descent.momentum, descent.learning_rate
    drive = 1 - descent.dampening if beta else 1.0
    if descent.nesterov:
        matrix = [[1 - (1 + beta) * rate * curvature, -rate * beta * beta], [curvature, beta]]
    else:
        matrix = [[1 - rate * drive * curvature, -rate * beta], [drive * curvature, beta]]
    return float(np.abs(np.linalg.eigvals(np.array(matrix))).max())


@pytest.mark.parametrize("descent", LIMITED)
@pytest.mark.parametrize("curvature", [0.03, 1.0, 250.0])
def test_at_the_limit_a_root_leaves_the_unit_circle(descent: Descent, curvature: float) -> None:
    limit = descent.stability_limit(curvature)
    below, above = (replace(descent, learning_rate=limit * share) for share in (0.999, 1.001))
    assert radius(below, curvature) < 1 < radius(above, curvature)
    for each in (below, above):
        factor = Recurrence(each, np.array([curvature])).factor[0]
        assert factor == pytest.approx(radius(each, curvature), rel=1e-7)


def test_some_have_no_limit_and_some_no_rate_at_all() -> None:
    assert Descent(1).stability_limit(0) == np.inf
    assert Descent(1, 0.9, nesterov=True).stability_limit(0) == np.inf
    assert Descent(1, 0.9, 1).stability_limit(3) == np.inf  # from the second step on nothing drives it
    assert Descent(1, 1).stability_limit(3) == 0
    assert Descent(1, 0.9, 2).stability_limit(3) == 0
    for descent in (Descent(1e-3, 1), Descent(1e-3, 0.9, 2)):
        assert radius(descent, 3) >= 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((0,), "learning rate must be a positive finite number, got 0"),
        ((-0.1,), "learning rate must be a positive finite number, got -0.1"),
        ((np.inf,), "learning rate must be a positive finite number, got inf"),
        ((np.nan,), "learning rate must be a positive finite number, got nan"),
        ((0.1, -0.9), "momentum must be a finite number from 0 on, got -0.9"),
        ((0.1, np.inf), "momentum must be a finite number from 0 on, got inf"),
        ((0.1, 0.9, np.nan), "dampening must be a finite number, got nan"),
        ((0.1, 0.9, 0, False, -1), "weight decay must be a finite number from 0 on, got -1"),
        ((0.1, 0, 0, True), "Nesterov momentum needs a momentum above 0 and a dampening of 0, got momentum 0"),
        ((0.1, 0.9, 0.1, True), "got momentum 0.9 and dampening 0.1"),
    ],
)
def test_what_can_not_be_is_refused(values: tuple[float, ...], message: str) -> None:
    with pytest.raises(InputError) as refused:
        Descent(*values)  # type: ignore[arg-type]  # a flag among numbers
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "refused",
    [
        {"momentum": 0, "nesterov": True},
        {"momentum": 0.9, "dampening": 0.1, "nesterov": True},
        {"momentum": -0.9},
        {"weight_decay": -1},
    ],
)
def test_what_is_refused_torch_refuses_as_well(refused: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Descent(0.1, **refused)
    with pytest.raises(ValueError, match=r"[Nn]esterov|Invalid"):
        torch.optim.SGD([torch.zeros(1)], 0.1, **refused)


def test_settings_are_read() -> None:
    assert Descent.of(Settings(0.25)) == Descent(0.25)


@pytest.mark.parametrize("optimizer", ["Adam", "RMSprop", "LBFGS"])
def test_other_optimizers_have_no_closed_form(optimizer: str) -> None:
    with pytest.raises(InputError, match=f"^the course of {optimizer} has no closed form, .*: run it, or choose SGD$"):
        require_closed_form(Settings(optimizer=optimizer))
    require_closed_form(Settings())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(criterion=Criterion("L1")), "the course under L1Loss has no closed form, its loss is no paraboloid"),
        (Settings(criterion=Criterion("Huber")), "the course under HuberLoss has no closed form"),
        (Settings(batches=Batches(4)), "the course in batches of 4 has no closed form"),
        (Settings(schedule=Schedule("cosine")), "the course under a schedule has no closed form here"),
        (Settings(schedule=Schedule(warm_up=3)), "the course under a schedule has no closed form here"),
    ],
)
def test_other_losses_batches_and_schedules_have_none_either(settings: Settings, said: str) -> None:
    with pytest.raises(InputError, match=f"^{said}.*: run it, or choose"):
        Descent.of(settings)
