"""The panels' fields: how each is called, written and explained on the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from linviz.core.code import iteration
from linviz.core.settings import Settings
from linviz.core.snapshot import Phase
from linviz.core.update_terms import NUMBERS, split

LEAST_SCALE = 1e-3
"""So that numbers which four decimals show as 0 look like 0: a gradient fades as it vanishes."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of `Snapshot` as the window shows it.

    Parameters
    ----------
    name
        The Snapshot's field, and the table's objectName.
    symbol
        As plain text, also before a cell's index.
    word
        What it is called.
    meaning
        What it is, in a sentence.
    chained
        Whether it stands transposed in the equation, so that shapes chain as one reads them.
    per_sample
        Whether its rows are samples.
    least_scale
        The magnitude that has full colour where nothing is larger.
    by_exponent
        Whether numbers are written by their exponent where four decimals show too few digits.
    """

    name: str
    symbol: str
    word: str
    meaning: str
    chained: bool = False
    per_sample: bool = False
    least_scale: float = LEAST_SCALE
    by_exponent: bool = False

    def heading(self, transposed: bool) -> str:
        """Give the symbol as rich text."""
        symbol = self.symbol.replace("_max", "<sub>max</sub>")
        return f"{symbol}<sup>T</sup>" if transposed else symbol


FIELDS = {
    field.name: field
    for field in (
        Field("x", "x", "input", "Input: one sample a row. Given; training doesn't change it.", per_sample=True),
        Field("weight", "W", "weight", "Weight of linear; what an update changes.", chained=True),
        Field("weight_grad", "∂L/∂W", "weight gradient", "What backward() left in weight.grad.", chained=True),
        Field("bias", "b", "bias", "Bias of linear, one number an output; what an update changes."),
        Field("bias_grad", "∂L/∂b", "bias gradient", "What backward() left in bias.grad."),
        Field(
            "prediction",
            "ŷ",
            "prediction",
            "Prediction: linear(x), which is x Wᵀ and the bias, if there is one.",
            per_sample=True,
        ),
        Field("y", "y", "target", "Target: what the prediction should come to. Given.", per_sample=True),
        Field(
            "residual",
            "ŷ − y",
            "residual",
            "Residual: prediction − target; the criterion makes the loss of it.",
            per_sample=True,
        ),
    )
}

FRESHNESS = {
    "fresh": "Computed with the parameters as they are now.",
    "stale": "Computed with parameters that an update has changed since.",
    "none": "Not there: not computed yet, or cleared by zero_grad.",
    "computed": "Computed by theory in exact arithmetic, not trained.",
    "kept": "As the last update left it; the next one goes on from it.",
}

PHASE_MEANINGS = {
    phase: (chip, meaning)
    for phase, chip, meaning in (
        (Phase.FORWARD, "Forward", "the prediction and, with it, the residual"),
        (Phase.LOSS, "Loss", "one number for all residuals, as the criterion has it"),
        (Phase.ZERO_GRAD, "Zero grad", "the old gradients are cleared"),
        (Phase.BACKWARD, "Backward", "autograd fills weight.grad, and bias.grad if there is one"),
        (Phase.UPDATE, "Update", "the parameters move against their gradients"),
    )
}
"""For each phase its chip, and what it is there for."""
_CODE = {line.phase: line.text for line in iteration()}
PHASE_TEXTS = {phase: (chip, f"{_CODE[phase]}: {meaning}") for phase, (chip, meaning) in PHASE_MEANINGS.items()}
"""For each phase its chip, and what it does."""


@lru_cache(maxsize=64)
def phase_text(phase: Phase, settings: Settings, samples: int) -> str:
    """Say what a phase does in a run with these settings, of data of so many samples."""
    code = next(
        line.text for line in iteration(settings=settings, samples=samples) if line.phase is phase and not line.does
    )
    return f"{code}: {PHASE_MEANINGS[phase][1]}"


def cell_name(field: str, index: tuple[int, ...], compact: bool = False) -> str:
    """Give a cell's name by its stored index: ``W[k, j]``, or ``W[k,j]`` where a column must stay narrow."""
    symbol = symbol_of(field)
    symbol = f"({symbol})" if "−" in symbol else symbol
    return f"{symbol}[{(',' if compact else ', ').join(map(str, index))}]" if index else symbol


def symbol_of(name: str) -> str:
    """Give the symbol of a field of `Snapshot`, of something an optimizer remembers, or of a number in an update."""
    if name in FIELDS:
        return FIELDS[name].symbol
    if name == "loss" or name in NUMBERS:
        return NUMBERS.get(name, "L")
    owner, key = split(name)
    return f"{_MEMORY[key][0]}({symbol_of(owner)})"


def symbols_of(names: Sequence[str]) -> str:
    """List the symbols of fields, what is remembered of all parameters once: ``W, b, m, v``."""
    owned = (split(name)[1] for name in names)
    symbols = (_MEMORY[key][0] if key in _MEMORY else symbol_of(name) for key, name in zip(owned, names, strict=True))
    return ", ".join(dict.fromkeys(symbols))


def remembered(settings: Settings) -> tuple[Field, ...]:
    """Give the fields of what an optimizer remembers that are shaped as the parameters, those of the weight first."""
    keys = [key for key in settings.memory if key in _MEMORY]
    return tuple(_remembered(owner, key) for owner in settings.parameters for key in keys)


def _remembered(owner: str, key: str) -> Field:
    name = f"{owner}_{key}"
    _, word, meaning, is_square = _MEMORY[key]
    # A square is as small as that of a gradient which fades.
    least = LEAST_SCALE**2 if is_square else LEAST_SCALE
    said = f"{meaning.format(owner)} The optimizer keeps it from step to step."
    return Field(name, symbol_of(name), word, said, owner == "weight", least_scale=least, by_exponent=True)


_MEMORY = {
    "momentum_buffer": ("u", "momentum", "Momentum buffer: what the moves of the {} are summed up in, fading.", False),
    "exp_avg": ("m", "1st moment", "First moment: a running mean of the gradient of the {}.", False),
    "exp_avg_sq": ("v", "2nd moment", "Second moment: a running mean of the squared gradient of the {}.", True),
    "max_exp_avg_sq": ("v_max", "largest v", "The largest second moment of the {} so far.", True),
    "square_avg": ("v", "mean square", "A running mean of the squared gradient of the {}.", True),
    "grad_avg": ("ḡ", "mean gradient", "A running mean of the gradient of the {}.", False),
    "sum": ("s", "sum of squares", "The sum of all squared gradients of the {} so far.", True),
}
"""How what an optimizer remembers is written and called, what it is of a parameter, and whether it is a square; by
torch's name."""
