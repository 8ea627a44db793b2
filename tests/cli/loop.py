"""What ``linviz trace`` is held to: the notebook's loop, written on torch and knowing nothing of linviz."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

NOTEBOOK = json.loads(
    Path(__file__).parents[2].joinpath("resources", "examples", "notebook.json").read_text("utf-8"),
)
"""What the notebook printed."""


class Loop:
    """The notebook's cells 36 to 42, from its printed numbers or from a seed."""

    def __init__(self, learning_rate: float = 0.01, dtype: str = "float32", by_hand: bool = False) -> None:
        self.learning_rate, self.by_hand = learning_rate, by_hand
        self.kind = getattr(torch, dtype)

    def from_notebook(self) -> "Loop":
        printed = NOTEBOOK["cells"][0]["out"] | NOTEBOOK["cells"][1]["out"]
        # Decimal to binary in one rounding, as print and read would.
        return self._starting(*(torch.tensor(printed[name], dtype=self.kind) for name in ("x", "y", "weight", "bias")))

    def from_seed(self, samples: int, inputs: int, outputs: int, seed: int) -> "Loop":
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            x, y, linear = torch.randn(samples, inputs), torch.randn(samples, outputs), nn.Linear(inputs, outputs)
        tensors = (x, y, linear.weight.detach(), linear.bias.detach())
        return self._starting(*(tensor.to(self.kind) for tensor in tensors))

    def _starting(self, x: Tensor, y: Tensor, weight: Tensor, bias: Tensor) -> "Loop":
        self.x, self.y = x, y
        self.linear = nn.Linear(x.shape[1], y.shape[1], dtype=self.kind)
        self.linear.weight.data, self.linear.bias.data = weight.clone(), bias.clone()
        self.optimizer = torch.optim.SGD(self.linear.parameters(), lr=self.learning_rate)
        return self

    def step(self) -> tuple[Tensor, Tensor]:
        """Run an iteration; give the prediction and the loss."""
        linear, lr = self.linear, self.learning_rate
        pred = linear(self.x)
        loss = nn.MSELoss()(pred, self.y)
        self.optimizer.zero_grad()
        loss.backward()
        if self.by_hand:
            assert linear.weight.grad is not None
            assert linear.bias.grad is not None
            linear.weight.data.sub_(lr * linear.weight.grad.data)
            linear.bias.data.sub_(lr * linear.bias.grad.data)
        else:
            self.optimizer.step()
        return pred.detach(), loss.detach()

    def records(self, steps: int) -> Iterator[dict[str, Any]]:
        """Give what a line of ``--json`` must hold, numbers that aren't finite as floats."""
        for step in range(1, steps + 1):
            before = {"weight": numbers(self.linear.weight), "bias": numbers(self.linear.bias)}
            pred, loss = self.step()
            yield {
                "step": step,
                "loss": loss.item(),
                "x": numbers(self.x),
                "y": numbers(self.y),
                **before,
                "prediction": numbers(pred),
                "weight_grad": numbers(self.linear.weight.grad),
                "bias_grad": numbers(self.linear.bias.grad),
                "weight_after": numbers(self.linear.weight),
                "bias_after": numbers(self.linear.bias),
                "learning_rate": self.learning_rate,
            }


def numbers(tensor: Tensor | None) -> Any:
    """Give nested lists of floats, exact."""
    assert tensor is not None
    return tensor.detach().double().tolist()


def as_floats(value: Any) -> Any:
    """Read the words for numbers that aren't finite as ``float()`` reads them, however deep they lie."""
    match value:
        case dict():
            return {key: as_floats(part) for key, part in value.items()}
        case list():
            return [as_floats(part) for part in value]
        case str():
            return float(value)
        case _:
            return value
