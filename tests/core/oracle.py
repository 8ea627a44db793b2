"""What the core is held to: a training loop written straight on torch, and a comparison to the last bit."""

from typing import Any

import numpy as np
import torch
from hypothesis import settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor, nn

from linviz.core.problem import Problem
from linviz.core.snapshot import ARRAY_FIELDS, Snapshot

Array = NDArray[np.floating[Any]]

# Two threads that wait for each other on a shared machine make ten seconds out of one.
# test_burst_loop takes all of them where it is about them.
torch.set_num_threads(1)

COMPUTED = ("prediction", "residual", "loss", "weight_grad", "bias_grad")

# The first optimizer imports 830 modules and the machine is shared: no test here asserts a time, Hypothesis' deadline
# neither. Derandomized, so that a push that touches nothing turns nothing red.
FEW = settings(deadline=None, derandomize=True, max_examples=100)
MANY = settings(deadline=None, derandomize=True, max_examples=300)


class TorchLoop:
    """The iteration as a tutorial writes it, on torch's own objects; it knows nothing of linviz.

    The five phases are methods, so that they can be run one at a time; the attributes are named as the fields of a
    Snapshot, and are what torch holds at that moment.
    """

    def __init__(self, problem: Problem, learning_rate: float = 0.01, dtype: str = "float32") -> None:
        kind = getattr(torch, dtype)
        self.x, self.y = torch.tensor(problem.x, dtype=kind), torch.tensor(problem.y, dtype=kind)
        _samples, inputs, outputs = problem.shape
        with torch.random.fork_rng(devices=[]):
            self.linear = nn.Linear(inputs, outputs, dtype=kind)
        with torch.no_grad():
            self.linear.weight.copy_(torch.tensor(problem.weight))
            self.linear.bias.copy_(torch.tensor(problem.bias))
        self.criterion = nn.MSELoss()
        self.optimizer = torch.optim.SGD(self.linear.parameters(), lr=learning_rate)
        self.learning_rate = learning_rate
        self.prediction: Tensor | None = None
        self.residual: Tensor | None = None
        self.loss: Tensor | None = None

    def forward(self) -> None:
        self.prediction = self.linear(self.x)
        self.residual = self.prediction.detach() - self.y

    def compute_loss(self) -> None:
        self.loss = self.criterion(self.prediction, self.y)

    def zero_grad(self) -> None:
        self.optimizer.zero_grad()

    def backward(self) -> None:
        assert self.loss is not None
        self.loss.backward()  # type: ignore[no-untyped-call]  # torch's own signature has no types

    def update(self) -> None:
        self.optimizer.step()

    def update_by_hand(self) -> None:
        """The notebook's cell 43, with the learning rate in place of its 0.01."""
        linear, lr = self.linear, self.learning_rate
        assert linear.weight.grad is not None
        assert linear.bias.grad is not None
        linear.weight.data.sub_(lr * linear.weight.grad.data)
        linear.bias.data.sub_(lr * linear.bias.grad.data)

    def set_learning_rate(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate

    def step(self) -> float:
        """Run a whole iteration and give its loss."""
        self.forward()
        self.compute_loss()
        self.zero_grad()
        self.backward()
        self.update()
        assert self.loss is not None
        return self.loss.item()

    def values(self) -> dict[str, Array | float | None]:
        """Give what torch holds, by the names of a Snapshot's fields."""
        linear = self.linear
        tensors = {
            "x": self.x,
            "y": self.y,
            "prediction": self.prediction,
            "residual": self.residual,
            "weight": linear.weight,
            "bias": linear.bias,
            "weight_grad": linear.weight.grad,
            "bias_grad": linear.bias.grad,
        }
        loss = None if self.loss is None else self.loss.item()
        return {"loss": loss, **{name: None if t is None else t.detach().numpy() for name, t in tensors.items()}}


def values(snapshot: Snapshot) -> dict[str, Array | float | None]:
    """Give a snapshot's arrays and loss by name."""
    return {name: getattr(snapshot, name) for name in (*ARRAY_FIELDS, "loss")}


def same_bits(left: object, right: object) -> bool:
    """Tell whether two arrays, floats or Nones are the same to the last bit, the sign of a zero included.

    One NaN is as good as another: its sign and payload depend on the order of operands inside the processor.
    """
    if left is None or right is None:
        return left is right
    a, b = np.asarray(left), np.asarray(right)
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    integers = f"i{a.dtype.itemsize}"
    both_nan = np.isnan(a) & np.isnan(b)
    equal = np.ascontiguousarray(a).view(integers) == np.ascontiguousarray(b).view(integers)
    return bool(np.all(equal.reshape(a.shape) | both_nan))


def differing(left: dict[str, Array | float | None], right: dict[str, Array | float | None]) -> list[str]:
    """Name the fields that are not the same bits; an empty list is what tests want."""
    assert left.keys() == right.keys()
    return [name for name in left if not same_bits(left[name], right[name])]


def freshness(snapshot: Snapshot) -> dict[str, str]:
    """Give the badges of the computed fields by name."""
    return {name: str(snapshot.freshness(name)) for name in COMPUTED}


def unfounded(moment: Snapshot) -> list[str]:
    """Name the computed fields, and the update, that don't follow from what the snapshot says they come from."""
    found = [name for name in COMPUTED if (name in moment.computed_from) != (getattr(moment, name) is not None)]
    sources = {name: {n: torch.tensor(a) for n, a in source.items()} for name, source in moment.computed_from.items()}
    expected: dict[str, Tensor] = {}
    for name, source in sources.items():
        match name:
            case "prediction":
                expected[name] = nn.functional.linear(source["x"], source["weight"], source["bias"])
            case "residual":
                expected[name] = source["prediction"] - source["y"]
            case "loss":
                expected[name] = nn.functional.mse_loss(source["residual"], torch.zeros_like(source["residual"]))
            case _:
                expected[name] = _gradients(source["x"], source["residual"])[name]
    if moment.applied:
        before, rate = {n: torch.tensor(a) for n, a in moment.applied.operands.items()}, moment.applied.rate
        for name in ("weight", "bias"):
            gradient = before[f"{name}_grad"]
            by_hand = moment.applied.update in {"manual_step", "update_again_by_hand"}
            expected[name] = before[name] - rate * gradient if by_hand else before[name].sub(gradient, alpha=rate)
    for name, tensor in expected.items():
        # By value: the sign of a gradient's zero may come from the sign of a prediction's, which its sources leave out.
        if not np.array_equal(tensor.numpy(), np.asarray(getattr(moment, name), tensor.numpy().dtype), equal_nan=True):
            found.append(name)
    return found


def _gradients(x: Tensor, residual: Tensor) -> dict[str, Tensor]:
    """Ask autograd for the gradients of a model that predicts 0 where −residual was to be met."""
    linear = nn.utils.skip_init(nn.Linear, x.shape[1], residual.shape[1], dtype=x.dtype)  # type: ignore[no-untyped-call]  # torch's own signature has no types
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(linear.bias)
    nn.functional.mse_loss(linear(x), -residual).backward()  # type: ignore[no-untyped-call]  # as above
    return {"weight_grad": linear.weight.grad, "bias_grad": linear.bias.grad}


def rounding(terms: int, dtype: str) -> float:
    """Bound the relative error of a sum of so many products, relative to the sum of their sizes.

    Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1: γₙ = n·u / (1 − n·u), for any order of
    summation.
    """
    unit = float(np.finfo(dtype).eps) / 2
    return terms * unit / (1 - terms * unit)


DTYPES = st.sampled_from(("float32", "float64"))
SEEDS = st.integers(0, 2**63 - 1)


def problems(samples: int = 50, width: int = 8) -> st.SearchStrategy[Problem]:
    """Draw problems of any shape up to these sizes, by the notebook's recipe."""
    sizes = st.integers(1, width)
    return st.builds(Problem.random, st.integers(1, samples), sizes, sizes, SEEDS)
