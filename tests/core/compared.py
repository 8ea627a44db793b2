"""What test_comparison.py and test_comparison_ulp.py have in common."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from oracle import Array

from linviz.core.comparison import ALPHA, MANUAL_STEP, STEP, Compare, Comparison
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Phase, Snapshot
from linviz.core.trainer import Trainer

PARAMETERS = ("weight", "bias")
RATES = st.floats(1e-4, 3) | st.sampled_from((1e-300, 0.1 + 0.2, 1e10, 1e30, 1 + 2**-30))


def by_torch(moment: Snapshot) -> dict[str, dict[str, Array]]:
    """Write the update of a moment in each spelling on tensors of its numbers."""
    rate = moment.settings.learning_rate

    def step(parameter: torch.Tensor, gradient: torch.Tensor) -> None:
        made = torch.nn.Parameter(parameter)
        made.grad = gradient
        torch.optim.SGD([made], lr=rate).step()

    spelled: dict[str, Callable[[torch.Tensor, torch.Tensor], object]] = {
        STEP: step,
        MANUAL_STEP: lambda parameter, gradient: parameter.sub_(rate * gradient),
        ALPHA: lambda parameter, gradient: parameter.sub_(gradient, alpha=rate),
    }
    made: dict[str, dict[str, Array]] = {}
    for spelling, write in spelled.items():
        made[spelling] = {}
        for name in PARAMETERS:
            parameter = torch.tensor(getattr(moment, name))
            write(parameter, torch.tensor(getattr(moment, f"{name}_grad")))
            made[spelling][name] = parameter.numpy()
    return made


def forged(weight: Array, gradient: Array, rate: float) -> Comparison:
    """Compare from a moment that holds these numbers: the last of each is of the bias."""
    dtype = str(weight.dtype)
    moment = Trainer(Problem.random(2, len(weight) - 1, 1), Settings(rate, dtype=dtype)).run_to(Phase.BACKWARD)
    changes: dict[str, Any] = {"weight": weight[np.newaxis, :-1], "bias": weight[-1:]}
    changes |= {"weight_grad": gradient[np.newaxis, :-1], "bias_grad": gradient[-1:]}
    return Compare().apply(Trainer.at(replace(moment, **changes)))


@st.composite
def any_numbers(draw: Callable[..., Any], *, finite: bool) -> tuple[Array, Array]:
    """Give parameters and gradients, often such that the one nearly takes the other away."""
    width, size = draw(st.sampled_from((32, 64))), draw(st.integers(2, 20))
    around = st.floats(-4, 4, width=width) | st.sampled_from((0.0, -0.0, 1.0, 0.5))
    anything = st.floats(width=width, allow_nan=not finite, allow_infinity=not finite)
    old, grad = (draw(arrays(f"float{width}", size, elements=around | anything)) for _ in range(2))
    return (old, grad * 1) if draw(st.booleans()) else (old, np.where(np.isfinite(old), old, grad))
