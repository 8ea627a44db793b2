"""Each optimizer's step as a person writes it down: one line of its formula, one line of code.

Sources: the algorithms in PyTorch's documentation of the classes. torch's own code comes to the same numbers by other
groupings and fused operations, so last bits differ.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from linviz.core.optimizers import NO_HAND
from linviz.core.settings import Settings
from linviz.errors import InputError

Memory = dict[str, Any]
"""What an optimizer remembers of one parameter, as torch keeps it."""


@torch.no_grad()
def update_by_hand(linear: nn.Linear, optimizer: torch.optim.Optimizer, settings: Settings, rate: float) -> None:
    """Update the parameters with the gradients that are there, at the learning rate of this step.

    What torch's step would remember is remembered.

    Raises
    ------
    InputError
        If the optimizer has no update by hand.
    """
    update = _UPDATES.get(settings.optimizer)
    if update is None:
        raise InputError(NO_HAND)
    for parameter in linear.parameters():
        assert parameter.grad is not None  # noqa: S101  # whoever calls has looked; this tells the type checker
        memory = optimizer.state[parameter]
        if not memory and settings.optimizer != "SGD":  # which takes the first gradient as it is
            names = (name for name in settings.memory if name != "step")
            memory.update(step=torch.tensor(0.0), **{name: torch.zeros_like(parameter) for name in names})
        update(parameter.data, parameter.grad.data, rate, memory, settings.options)


def _sgd(w: Tensor, grad: Tensor, lr: float, memory: Memory, chosen: Any) -> None:
    if chosen["weight_decay"]:
        grad = grad + chosen["weight_decay"] * w
    if chosen["momentum"]:
        if memory.get("momentum_buffer") is None:
            memory["momentum_buffer"] = grad.clone()
        else:
            memory["momentum_buffer"] = (
                chosen["momentum"] * memory["momentum_buffer"] + (1 - chosen["dampening"]) * grad
            )
        ahead = grad + chosen["momentum"] * memory["momentum_buffer"]
        grad = ahead if chosen["nesterov"] else memory["momentum_buffer"]
    w.sub_(lr * grad)


def _adam(w: Tensor, grad: Tensor, lr: float, memory: Memory, chosen: Any) -> None:
    if chosen["weight_decay"]:
        grad = grad + chosen["weight_decay"] * w
    _move_by_moments(w, grad, lr, memory, chosen)


def _adamw(w: Tensor, grad: Tensor, lr: float, memory: Memory, chosen: Any) -> None:
    w.mul_(1 - lr * chosen["weight_decay"])
    _move_by_moments(w, grad, lr, memory, chosen)


def _move_by_moments(w: Tensor, grad: Tensor, lr: float, memory: Memory, chosen: Any) -> None:
    beta1, beta2 = chosen["betas"]
    memory["step"] = memory["step"] + 1
    t = memory["step"].item()
    # Grouped as torch does, or where the gradient turns round the roundings of both ways come apart.
    memory["exp_avg"] = memory["exp_avg"].lerp(grad, 1 - beta1)
    memory["exp_avg_sq"] = beta2 * memory["exp_avg_sq"] + (1 - beta2) * grad * grad
    square = memory["exp_avg_sq"]
    if chosen["amsgrad"]:
        square = memory["max_exp_avg_sq"] = torch.maximum(memory["max_exp_avg_sq"], square)
    # m̂ / (√v̂ + ε) as torch groups it: the corrections of the means go to the rate and to the root.
    rate, root = lr / (1 - beta1**t), square.sqrt() / (1 - beta2**t) ** 0.5
    w.sub_(rate * memory["exp_avg"] / (root + chosen["eps"]))


def _rmsprop(w: Tensor, grad: Tensor, lr: float, memory: Memory, chosen: Any) -> None:
    memory["step"] = memory["step"] + 1
    alpha = chosen["alpha"]
    if chosen["weight_decay"]:
        grad = grad + chosen["weight_decay"] * w
    memory["square_avg"] = alpha * memory["square_avg"] + (1 - alpha) * grad**2
    square = memory["square_avg"]
    if chosen["centered"]:
        memory["grad_avg"] = alpha * memory["grad_avg"] + (1 - alpha) * grad
        square = square - memory["grad_avg"] ** 2
    move = grad / (square.sqrt() + chosen["eps"])
    if chosen["momentum"]:
        move = memory["momentum_buffer"] = chosen["momentum"] * memory["momentum_buffer"] + move
    w.sub_(lr * move)


def _adagrad(w: Tensor, grad: Tensor, lr: float, memory: Memory, chosen: Any) -> None:
    memory["step"] = memory["step"] + 1
    if chosen["weight_decay"]:
        grad = grad + chosen["weight_decay"] * w
    rate = lr / (1 + (memory["step"].item() - 1) * chosen["lr_decay"])
    memory["sum"] = memory["sum"] + grad**2
    w.sub_(rate * grad / (memory["sum"].sqrt() + chosen["eps"]))


_UPDATES: dict[str, Callable[[Tensor, Tensor, float, Memory, Any], None]] = {
    "SGD": _sgd,
    "Adam": _adam,
    "AdamW": _adamw,
    "RMSprop": _rmsprop,
    "Adagrad": _adagrad,
}
