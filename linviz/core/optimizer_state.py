"""Optimizers of torch, and what they remember from step to step as frozen arrays and back."""

from typing import Any

import torch
from torch import Tensor, nn

from linviz.core.settings import Settings
from linviz.core.snapshot import Array, State
from linviz.core.tensors import array_of, tensor_of

_COUNTS = ("n_iter", "func_evals")
_LISTS = ("old_dirs", "old_stps", "ro")
"""A tensor for each move that LBFGS remembers."""
_WORKSPACE = ("al",)
"""Written before it is read."""


def build(settings: Settings, linear: nn.Linear) -> torch.optim.Optimizer:
    """Give a new optimizer, as a person would write it."""
    kind: Any = getattr(torch.optim, settings.optimizer)
    made: torch.optim.Optimizer = kind(linear.parameters(), lr=settings.learning_rate, **settings.options)
    return made


def state_of(optimizer: torch.optim.Optimizer, linear: nn.Linear, before: State) -> State:
    """Give what is remembered, by names such as ``weight_exp_avg``; LBFGS remembers for all parameters together.

    What has the same bits as in ``before`` is the same object.
    """
    made: dict[str, Array] = {}
    for owner, parameter in _owners(optimizer, linear).items():
        for key, value in optimizer.state.get(parameter, {}).items():
            if value is not None and key not in _WORKSPACE:
                name = f"{owner}_{key}"
                array = _array(value)
                same = name in before and before[name].tobytes() == array.tobytes()
                made[name] = before[name] if same else array
    return made


def restore(optimizer: torch.optim.Optimizer, linear: nn.Linear, state: State) -> None:
    """Have an optimizer remember what `state_of` gave, bit for bit."""
    for owner, parameter in _owners(optimizer, linear).items():
        prefix = f"{owner}_"
        own = {name.removeprefix(prefix): array for name, array in state.items() if name.startswith(prefix)}
        optimizer.state[parameter] = {key: _value(key, array, parameter) for key, array in own.items()}


def _owners(optimizer: torch.optim.Optimizer, linear: nn.Linear) -> dict[str, Tensor]:
    if isinstance(optimizer, torch.optim.LBFGS):
        return {"lbfgs": linear.weight}  # torch keeps it with the first parameter
    return dict(linear.named_parameters())


def _array(value: Any) -> Array:
    """Freeze a tensor, a list of tensors or a number, which is float64 or int64."""
    if isinstance(value, list):
        value = torch.stack(value) if value else torch.empty(0, 0)
    kind = {int: torch.int64, float: torch.float64}.get(type(value))
    return array_of(value if isinstance(value, Tensor) else torch.tensor(value, dtype=kind))


def _value(key: str, array: Array, parameter: Tensor) -> Any:
    if key in _LISTS:
        return list(torch.unbind(tensor_of(array).to(parameter.device)))
    if key in _COUNTS:
        return int(array)
    value = tensor_of(array)
    if key != "step":  # which torch counts where Python is
        value = value.to(parameter.device)
    # A number that isn't of the parameters' type was Python's own: in float64 these are the same arithmetic.
    return value.item() if key in ("t", "H_diag", "prev_loss") and value.dtype != parameter.dtype else value
