"""The panels' fields: how each is called, written and explained on the screen."""

from dataclasses import dataclass

from linviz.core.code import iteration
from linviz.core.snapshot import Phase
from linviz.core.update_terms import NUMBERS, split


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
    """

    name: str
    symbol: str
    word: str
    meaning: str
    chained: bool = False
    per_sample: bool = False

    def heading(self, transposed: bool) -> str:
        """Give the symbol as rich text."""
        return f"{self.symbol}<sup>T</sup>" if transposed else self.symbol


FIELDS = {
    field.name: field
    for field in (
        Field("x", "x", "input", "Input: one sample a row. Given; training doesn't change it.", per_sample=True),
        Field("weight", "W", "weight", "Weight of linear; what an update changes.", chained=True),
        Field("weight_grad", "∂L/∂W", "weight gradient", "What backward() left in weight.grad.", chained=True),
        Field("bias", "b", "bias", "Bias of linear, one number an output; what an update changes."),
        Field("bias_grad", "∂L/∂b", "bias gradient", "What backward() left in bias.grad."),
        Field("prediction", "ŷ", "prediction", "Prediction: linear(x) = x Wᵀ + b.", per_sample=True),
        Field("y", "y", "target", "Target: what the prediction should come to. Given.", per_sample=True),
        Field(
            "residual",
            "ŷ − y",
            "residual",
            "Residual: prediction − target; the loss is the mean of its squares.",
            per_sample=True,
        ),
    )
}

FRESHNESS = {
    "fresh": "Computed with the parameters as they are now.",
    "stale": "Computed with parameters that an update has changed since.",
    "none": "Not there: not computed yet, or cleared by zero_grad.",
    "computed": "Computed by theory in exact arithmetic, not trained.",
}

_CODE = {line.phase: line.text for line in iteration()}
PHASE_TEXTS = {
    phase: (chip, f"{_CODE[phase]}: {meaning}")
    for phase, chip, meaning in (
        (Phase.FORWARD, "Forward", "the prediction and, with it, the residual"),
        (Phase.LOSS, "Loss", "the mean of the squared residuals"),
        (Phase.ZERO_GRAD, "Zero grad", "the old gradients are cleared"),
        (Phase.BACKWARD, "Backward", "autograd fills weight.grad and bias.grad"),
        (Phase.UPDATE, "Update", "weight and bias move against their gradients"),
    )
}
"""For each phase its chip, and what it does."""


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
    return f"{_MEMORY[key]}({symbol_of(owner)})"


_MEMORY = {
    "momentum_buffer": "u",
    "exp_avg": "m",
    "exp_avg_sq": "v",
    "max_exp_avg_sq": "v_max",
    "square_avg": "v",
    "grad_avg": "ḡ",
    "sum": "s",
}
"""How what an optimizer remembers is written, by torch's name."""
