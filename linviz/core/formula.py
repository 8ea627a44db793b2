"""The formula of each field, as LaTeX and as plain text, with the indices of one cell."""

from linviz.core.snapshot import Snapshot
from linviz.core.terms import Index


def formula_of(snapshot: Snapshot, field: str, index: Index) -> tuple[str, str]:
    """Write how a cell is computed.

    Sources: PyTorch's documentation of ``nn.Linear`` for the prediction, of ``nn.MSELoss`` (mean) for the loss, whose
    derivative by the chain rule gives the gradients, and of ``optim.SGD`` for the update.

    Returns
    -------
    latex, text
        The same, to be set and to be read aloud.
    """
    if field in ("weight", "bias"):
        return _parameter(snapshot, field, index)
    latex, text = _FORMULAS[field]
    # Of a gradient the first index is the output k, of everything else the sample i.
    first, second = (*index, 0, 0)[:2]
    k, j, i = (first, second, 0) if field.endswith("_grad") else (second, 0, first)
    for letter, number in (("<i>", i), ("<k>", k), ("<j>", j)):
        latex, text = latex.replace(letter, str(number)), text.replace(letter, str(number))
    return latex, text


# An index in angle brackets is this cell's; one without is summed over.
_FORMULAS = {
    "x": (r"x_{<i>,<k>}", "x[<i>,<k>] is given"),
    "y": (r"y_{<i>,<k>}", "y[<i>,<k>] is given"),
    "prediction": (
        r"\hat{y}_{<i>,<k>} = \sum_{j} x_{<i>,j} \, W_{<k>,j} + b_{<k>}",
        "prediction[<i>,<k>] = Σⱼ x[<i>,j]·weight[<k>,j] + bias[<k>]",
    ),
    "residual": (
        r"r_{<i>,<k>} = \hat{y}_{<i>,<k>} - y_{<i>,<k>}",
        "residual[<i>,<k>] = prediction[<i>,<k>] − y[<i>,<k>]",
    ),
    "loss": (
        r"L = \frac{1}{N \cdot m} \sum_{i,k} (\hat{y}_{i,k} - y_{i,k})^2",
        "loss = 1/(N·m) Σᵢₖ residual[i,k]²",
    ),
    "weight_grad": (
        r"\frac{\partial L}{\partial W_{<k>,<j>}} = \frac{2}{N \cdot m} \sum_{i} "
        r"(\hat{y}_{i,<k>} - y_{i,<k>}) \, x_{i,<j>}",
        "weight_grad[<k>,<j>] = 2/(N·m) Σᵢ residual[i,<k>]·x[i,<j>]",
    ),
    "bias_grad": (
        r"\frac{\partial L}{\partial b_{<k>}} = \frac{2}{N \cdot m} \sum_{i} (\hat{y}_{i,<k>} - y_{i,<k>})",
        "bias_grad[<k>] = 2/(N·m) Σᵢ residual[i,<k>]",
    ),
}


def _parameter(snapshot: Snapshot, field: str, index: Index) -> tuple[str, str]:
    symbol = {"weight": "W", "bias": "b"}[field]
    below, cell = ",".join(map(str, index)), f"[{','.join(map(str, index))}]"
    if snapshot.applied is None:
        return rf"{symbol}_{{{below}}}", f"{field}{cell} is where training starts"
    return (
        rf"{symbol}_{{{below}}} \leftarrow {symbol}_{{{below}}} - \eta \, "
        rf"\frac{{\partial L}}{{\partial {symbol}_{{{below}}}}}",
        f"{field}{cell} ← {field}{cell} − learning_rate·{field}_grad{cell}",
    )
