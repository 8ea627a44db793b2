"""The run as PyTorch code: where the numbers came from, and the iteration, line by line. Needs no torch."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core import code_by_hand
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import PARAMETERS, Phase

IMPORTS = "import torch\nfrom torch import nn\n\n"
SAID = ("# The start of the run, with the settings in force when this was copied", "# One iteration from there")
"""Above the set-up and the iteration of a `script`: it is not the steps that were made since."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of code.

    Parameters
    ----------
    text
        As it is shown.
    phase
        The phase that runs it; none for a line of the set-up.
    reads, writes
        The fields of `Snapshot` that it reads, and those that are other afterwards.
    values
        The numbers of a tensor, which are too many to be shown.
    """

    text: str
    phase: Phase | None = None
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    values: NDArray[np.floating[Any]] | None = field(default=None, compare=False)

    def whole(self) -> str:
        """Give what runs: the text, with all the numbers of a tensor in it."""
        if self.values is None:
            return self.text
        rows = self.values if self.values.ndim > 1 else self.values[None]
        texts = [f"[{', '.join(map(digits, row))}]" for row in rows]
        numbers = texts[0] if self.values.ndim == 1 else "[\n    {}\n]".format(",\n    ".join(texts))
        return self.text.partition("  #")[0].replace("…", numbers)


BY_OPTIMIZER = (
    Line("optimizer.step()", Phase.UPDATE, ("weight", "bias", "weight_grad", "bias_grad"), writes=("weight", "bias")),
)
BY_HAND = tuple(
    Line(f"linear.{name}.data.sub_(lr * linear.{name}.grad.data)", Phase.UPDATE, (name, f"{name}_grad"), writes=(name,))
    for name in ("weight", "bias")
)
_TO_THE_UPDATE = (
    # The window computes the residual with the prediction, so that what it shows is always prediction − y.
    Line("pred = linear(x)", Phase.FORWARD, ("x", "weight", "bias"), ("prediction", "residual")),
    Line("loss = criterion(pred, y)", Phase.LOSS, ("prediction", "y"), ("loss",)),
    Line("optimizer.zero_grad()", Phase.ZERO_GRAD, (), ("weight_grad", "bias_grad")),
    Line("loss.backward()", Phase.BACKWARD, ("loss", "residual", "x"), ("weight_grad", "bias_grad")),
)


CLOSURE = (
    "def closure():",
    "    optimizer.zero_grad()",
    "    loss = criterion(linear(x), y)",
    "    loss.backward()",
    "    return loss",
)
"""What LBFGS calls within a step."""
_UPDATED = ("weight", "bias", "weight_grad", "bias_grad"), ("weight", "bias")


def iteration(by_hand: bool = False, settings: Settings | None = None) -> tuple[Line, ...]:
    """Give the lines of an iteration, its update written by hand or done by the optimizer; plain SGD's by default."""
    settings = settings or Settings()
    remembered = tuple(f"{name}_{key}" for name in PARAMETERS for key in settings.memory if key != "step")
    reads, writes = ((*names, *remembered) for names in _UPDATED)
    if settings.evaluates:
        update: tuple[Line, ...] = (Line("optimizer.step(closure)", Phase.UPDATE, reads, (*writes, *reads[2:])),)
    elif not by_hand:
        update = tuple(replace(line, reads=reads, writes=writes) for line in BY_OPTIMIZER)
    elif settings.is_plain:
        update = BY_HAND
    else:
        update = tuple(Line(text, Phase.UPDATE, reads, writes) for text in code_by_hand.update(settings))
    return _TO_THE_UPDATE + update


def set_up(source: Problem | Recipe, settings: Settings, by_hand: bool = False) -> tuple[Line, ...]:
    """Give the lines that make x, y and the model, with the settings in force, and what an update by hand needs.

    Those of a random problem are the ones that drew it: they give the same numbers, bit for bit.

    Raises
    ------
    InputError
        If a number of the problem is beyond the range of the settings' dtype.
    """
    if isinstance(source, Problem) and source.seed is None:
        data = _given(source, settings.dtype)
    else:
        data = _drawn(source, settings.dtype) if source.noise is None else _made(source, settings.dtype)
    chosen = "".join(f", {name}={value!r}" for name, value in settings.chosen.items())
    more = CLOSURE if settings.evaluates else code_by_hand.remembered(settings) if by_hand else ()
    return (
        *data,
        Line("criterion = nn.MSELoss()"),
        Line(f"lr = {settings.learning_rate!r}"),
        Line(
            f"optimizer = torch.optim.{settings.optimizer}(linear.parameters(), lr=lr{chosen})",
            reads=("weight", "bias"),
        ),
        *map(Line, more),
    )


def script(source: Problem | Recipe, settings: Settings, by_hand: bool = False) -> str:
    """Give a program that runs as it is: imports, set-up, and one iteration, the first with these settings."""
    parts = zip(SAID, (set_up(source, settings, by_hand), iteration(by_hand, settings)), strict=True)
    return IMPORTS + "\n".join("".join(f"{text}\n" for text in (said, *_wholes(part))) for said, part in parts)


def _wholes(lines: tuple[Line, ...]) -> list[str]:
    return [line.whole() for line in lines]


def _drawn(source: Problem | Recipe, dtype: str) -> tuple[Line, ...]:
    samples, inputs, outputs = source.shape
    # As the problem is: drawn in float32, then cast, so that its numbers don't depend on the dtype.
    cast = "" if dtype == "float32" else ".double()"
    return (
        Line(f"torch.manual_seed({source.seed})"),
        Line(f"x = torch.randn({samples}, {inputs}){cast}", writes=("x",)),
        Line(f"y = torch.randn({samples}, {outputs}){cast}", writes=("y",)),
        Line(f"linear = nn.Linear({inputs}, {outputs}){cast}", writes=("weight", "bias")),
    )


def _made(source: Problem | Recipe, dtype: str) -> tuple[Line, ...]:
    """Give the lines that make y with true parameters, of which those that are known are written out."""
    _, inputs, outputs = source.shape
    cast = "x, y, linear = x.double(), y.double(), linear.double()"
    shapes = {"true_weight": f"{outputs}, {inputs}", "true_bias": f"{outputs}"}
    known = {name: getattr(source, name) for name in shapes}
    return (
        *_drawn(source, "float32"),
        *(
            Line(f"{name} = torch.randn({shape})")
            if known[name] is None
            else _tensor(name, "", np.array(known[name], np.float32), "")
            for name, shape in shapes.items()
        ),
        Line(f"y = x @ true_weight.T + true_bias + {source.noise!r} * y", writes=("y",)),
        *((Line(cast, writes=("x", "y", "weight", "bias")),) if dtype == "float64" else ()),
    )


def _given(problem: Problem, dtype: str) -> tuple[Line, ...]:
    _, inputs, outputs = problem.shape
    # Whose digits stand here makes a difference: 0.1 in float32 is another number than in float64.
    start = problem.as_dtype(dtype)
    kind = "" if dtype == "float32" else f", dtype=torch.{dtype}"
    return (
        _tensor("x", "x", start.x, kind),
        _tensor("y", "y", start.y, kind),
        Line(f"linear = nn.Linear({inputs}, {outputs}{kind})"),
        _tensor("linear.weight.data", "weight", start.weight, kind),
        _tensor("linear.bias.data", "bias", start.bias, kind),
    )


def _tensor(name: str, written: str, values: NDArray[np.floating[Any]], kind: str) -> Line:
    shape = " × ".join(map(str, values.shape))
    writes = (written,) if written else ()
    return Line(f"{name} = torch.tensor(…{kind})  # {shape}", writes=writes, values=values)


def digits(value: np.floating[Any]) -> str:
    """Write the fewest digits that give the same number, also when they are read as float64 and then rounded."""
    short = str(value)
    return short if value.dtype.type(float(short)) == value else repr(float(value))
