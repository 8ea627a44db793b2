"""The run as PyTorch code: where the numbers came from, and the iteration, line by line. Needs no torch."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core import code_by_hand, code_choices
from linviz.core.names import plain, shortened
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import PARAMETERS, Phase
from linviz.core.update_terms import split
from linviz.errors import listed

IMPORTS = "import torch\nfrom torch import nn\n\n"
SAID = ("# The start of the run, with the settings in force when this was copied", "# One iteration from there")
"""Above the set-up and the iteration of a `script`: it is not the steps that were made since."""
WHICH, NEXT = "which samples this iteration uses", "gets ready for the next step"
TOLD = 70
"""Characters of a line that tells something about the data."""
MOST_TOLD = 400
"""Characters of one such thing."""
FEW = 8
"""Columns whose mean and deviation are told."""


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
    does
        What it does, where that isn't what its phase is there for.
    """

    text: str
    phase: Phase | None = None
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    values: NDArray[np.floating[Any]] | None = field(default=None, compare=False)
    does: str = ""

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
_LR = re.compile(r"\blr\b")
_UPDATED = ("weight", "bias", "weight_grad", "bias_grad"), ("weight", "bias")


def iteration(by_hand: bool = False, settings: Settings | None = None, samples: int = 1) -> tuple[Line, ...]:
    """Give the lines of an iteration, its update written by hand or done by the optimizer; plain SGD's by default.

    Of that many samples of the data; what batches there are depends on it.
    """
    settings = settings or Settings()
    used, finding = code_choices.rows(settings, samples)
    found = (Line(text, Phase.FORWARD, does=WHICH) for text in finding)
    to_the_update = (
        replace(line, text=line.text.replace("(x)", f"(x[{used}])").replace(", y)", f", y[{used}])")) if used else line
        for line in _TO_THE_UPDATE
    )
    by_hand = by_hand and not settings.evaluates
    scheduled = not settings.schedule.constant
    after = ["scheduler.step()"] if scheduled and not by_hand else []
    if _counts(settings, samples, by_hand):
        after.append("k += 1")
    lines = (
        *found,
        *to_the_update,
        *_update(settings, by_hand),
        *(Line(text, Phase.UPDATE, does=NEXT) for text in after),
    )
    return _of_what_there_is(lines, settings)


def _update(settings: Settings, by_hand: bool) -> tuple[Line, ...]:
    remembered = tuple(f"{name}_{key}" for name in PARAMETERS for key in settings.memory if key != "step")
    reads, writes = ((*names, *remembered) for names in _UPDATED)
    if settings.evaluates:
        return (Line("optimizer.step(closure)", Phase.UPDATE, reads, (*writes, *reads[2:])),)
    if not by_hand:
        return tuple(replace(line, reads=reads, writes=writes) for line in BY_OPTIMIZER)
    if settings.is_plain:
        lines = BY_HAND
    else:
        lines = tuple(Line(text, Phase.UPDATE, reads, writes) for text in code_by_hand.update(settings))
    if settings.schedule.constant:
        return lines
    scheduled = (replace(line, text=_LR.sub("rate", line.text)) for line in lines)
    return Line("rate = lr * factor(k)", Phase.UPDATE, does="the learning rate of this step"), *scheduled


def _counts(settings: Settings, samples: int, by_hand: bool) -> bool:
    """Tell whether an iteration needs to know how many updates came before."""
    return bool(code_choices.rows(settings, samples)[1]) or (by_hand and not settings.schedule.constant)


def _of_what_there_is(lines: Iterable[Line], settings: Settings) -> tuple[Line, ...]:
    """Leave the bias out where there is none."""
    if settings.bias:
        return tuple(lines)
    left = (line for line in lines if "linear.bias" not in line.text)
    return tuple(replace(line, reads=_left(line.reads), writes=_left(line.writes)) for line in left)


def _left(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if split(name)[0] != "bias")


def set_up(source: Problem | Recipe, settings: Settings, by_hand: bool = False) -> tuple[Line, ...]:
    """Give the lines that make x, y and the model, with the settings in force, and what an update by hand needs.

    Those of a random problem are the ones that drew it: they give the same numbers, bit for bit.

    Raises
    ------
    InputError
        If a number of the problem is beyond the range of the settings' dtype.
    """
    if isinstance(source, Problem) and source.seed is None:
        data = _given(source, settings)
    else:
        data = _drawn(source, settings) if source.noise is None else _made(source, settings)
    samples = source.shape[0]
    by_hand = by_hand and not settings.evaluates
    chosen = "".join(f", {name}={value!r}" for name, value in settings.chosen.items())
    more = code_choices.factor(settings)
    if more and not by_hand:
        more += ("scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)",)
    if settings.evaluates:
        used, _ = code_choices.rows(settings, samples)
        more += tuple(line.replace("(x), y)", f"(x[{used}]), y[{used}])") if used else line for line in CLOSURE)
    elif by_hand:
        more += code_by_hand.remembered(settings)
    if _counts(settings, samples, by_hand):
        more += ("k = 0",)
    lines = (
        *data,
        *map(Line, (*code_choices.moved(settings), *code_choices.split(settings.split, samples))),
        Line(f"criterion = {settings.criterion.code}"),
        Line(f"lr = {settings.learning_rate!r}"),
        Line(
            f"optimizer = torch.optim.{settings.optimizer}(linear.parameters(), lr=lr{chosen})",
            reads=("weight", "bias"),
        ),
        *map(Line, more),
    )
    return _of_what_there_is(lines, settings)


def script(source: Problem | Recipe, settings: Settings, by_hand: bool = False) -> str:
    """Give a program that runs as it is: imports, set-up, and one iteration, the first with these settings."""
    lines = set_up(source, settings, by_hand), iteration(by_hand, settings, source.shape[0])
    parts, needs_math = zip(SAID, lines, strict=True), any("math." in line.text for line in lines[0])
    return (
        ("import math\n\n" if needs_math else "")
        + IMPORTS
        + "\n".join("".join(f"{text}\n" for text in (said, *_wholes(part))) for said, part in parts)
    )


def _wholes(lines: tuple[Line, ...]) -> list[str]:
    return [line.whole() for line in lines]


def _drawn(source: Problem | Recipe, settings: Settings) -> tuple[Line, ...]:
    samples, inputs, outputs = source.shape
    # As the problem is: drawn in float32, then cast, so that its numbers don't depend on the dtype.
    cast = "" if settings.dtype == "float32" else ".double()"
    bias = "" if settings.bias else ", bias=False"
    linear = (Line(f"linear = nn.Linear({inputs}, {outputs}{bias}){cast}", writes=("weight", "bias")),)
    return (
        Line(f"torch.manual_seed({source.seed})"),
        Line(f"x = torch.randn({samples}, {inputs}){cast}", writes=("x",)),
        Line(f"y = torch.randn({samples}, {outputs}){cast}", writes=("y",)),
        *(linear if settings.initialisation.init == "given" else _started(source, settings)),
    )


def _made(source: Problem | Recipe, settings: Settings) -> tuple[Line, ...]:
    """Give the lines that make y with true parameters, of which those that are known are written out."""
    _, inputs, outputs = source.shape
    cast = "x, y, linear = x.double(), y.double(), linear.double()"
    shapes = {"true_weight": f"{outputs}, {inputs}", "true_bias": f"{outputs}"}
    known = {name: getattr(source, name) for name in shapes}
    other = settings.initialisation.init != "given"
    without = () if settings.bias else (Line('linear.register_parameter("bias", None)'),)
    return (
        *_drawn(source, Settings()),  # the true parameters are drawn after all of the others, wherever the run starts
        *(
            Line(f"{name} = torch.randn({shape})")
            if known[name] is None
            else _tensor(name, "", np.array(known[name], np.float32), "")
            for name, shape in shapes.items()
        ),
        Line(f"y = x @ true_weight.T + true_bias + {source.noise!r} * y", writes=("y",)),
        *((Line(cast, writes=("x", "y", "weight", "bias")),) if settings.dtype == "float64" else ()),
        *(_started(source, settings) if other else without),
    )


def _given(problem: Problem, settings: Settings) -> tuple[Line, ...]:
    _, inputs, outputs = problem.shape
    # Whose digits stand here makes a difference: 0.1 in float32 is another number than in float64.
    start = problem.as_dtype(settings.dtype)
    kind = "" if settings.dtype == "float32" else f", dtype=torch.{settings.dtype}"
    bias = "" if settings.bias else ", bias=False"
    own = (
        Line(f"linear = nn.Linear({inputs}, {outputs}{bias}{kind})"),
        _tensor("linear.weight.data", "weight", start.weight, kind),
        _tensor("linear.bias.data", "bias", start.bias, kind),
    )
    return (
        *map(Line, _told(problem)),
        _tensor("x", "x", start.x, kind),
        _tensor("y", "y", start.y, kind),
        *(own if settings.initialisation.init == "given" else _started(problem, settings)),
    )


def _started(source: Problem | Recipe, settings: Settings) -> tuple[Line, ...]:
    made = code_choices.model(settings, *source.shape[1:])
    return tuple(Line(text, writes=("weight", "bias") if "= nn.Linear" in text else ()) for text in made)


def _told(problem: Problem) -> Iterator[str]:
    """Say where the data are from, what their columns are and how they were standardised, as comments.

    What people wrote stands there as in its repr, which leaves no character that could be taken for another.
    """
    names = (("x", problem.x_names), ("y", problem.y_names))
    columns = "; ".join(f"{side}: {listed(each[:MOST_TOLD])}" for side, each in names if each)
    for words in filter(None, (problem.source, columns, *_standardised(problem))):
        text = repr(plain(shortened(words, MOST_TOLD), MOST_TOLD))[1:-1]
        yield from (f"# {line}" for line in textwrap.wrap(text, TOLD, subsequent_indent="  ", break_on_hyphens=False))


def _standardised(problem: Problem) -> Iterator[str]:
    for side in problem.scaling.sides if problem.scaling is not None else ():
        mean, std = (getattr(problem.scaling, f"{side}_{kind}") for kind in ("mean", "std"))
        yield f"{side} = (raw - mean) / std of each column: mean {_few(mean)}; std {_few(std)}"


def _few(values: NDArray[np.floating[Any]]) -> str:
    return ", ".join(f"{value:.9g}" for value in values[:FEW]) + ", …" * (len(values) > FEW)


def _tensor(name: str, written: str, values: NDArray[np.floating[Any]], kind: str) -> Line:
    shape = " × ".join(map(str, values.shape))
    writes = (written,) if written else ()
    return Line(f"{name} = torch.tensor(…{kind})  # {shape}", writes=writes, values=values)


def digits(value: np.floating[Any]) -> str:
    """Write the fewest digits that give the same number, also when they are read as float64 and then rounded."""
    short = str(value)
    return short if value.dtype.type(float(short)) == value else repr(float(value))
