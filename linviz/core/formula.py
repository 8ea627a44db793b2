"""The formula of each field, as LaTeX and as plain text, with the indices of one cell."""

from linviz.core.criterion import Criterion
from linviz.core.snapshot import GRADIENTS, Snapshot, Update
from linviz.core.terms import Index
from linviz.core.update_terms import split


def formula_of(snapshot: Snapshot, field: str, index: Index) -> tuple[str, str]:
    """Write how a cell is computed.

    Sources: PyTorch's documentation of ``nn.Linear`` for the prediction, of the losses, whose derivatives by the chain
    rule give the gradients, and of the classes in ``torch.optim`` for updates. N is the number of samples in use.

    Returns
    -------
    latex, text
        The same, to be set and to be read aloud.
    """
    if field not in _FORMULAS:
        return _updated(snapshot, field, index)
    latex, text = _FORMULAS[field]
    if field == "prediction" and not snapshot.settings.bias:
        latex, text = latex.removesuffix(" + b_{<k>}"), text.removesuffix(" + bias[<k>]")
    if field in ("loss", *GRADIENTS):
        latex, text = _of_loss(snapshot.settings.criterion, latex, text)
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
    "loss": (r"L = <s>\sum_{i,k} <l>", "loss = <s>Σᵢₖ <l>"),
    "weight_grad": (
        r"\frac{\partial L}{\partial W_{<k>,<j>}} = <t>\sum_{i} <g> \, x_{i,<j>}",
        "weight_grad[<k>,<j>] = <t>Σᵢ <g>·x[i,<j>]",
    ),
    "bias_grad": (
        r"\frac{\partial L}{\partial b_{<k>}} = <t>\sum_{i} <g>",
        "bias_grad[<k>] = <t>Σᵢ <g>",
    ),
}
_R, _RK = r"\hat{y}_{i,k} - y_{i,k}", r"\hat{y}_{i,<k>} - y_{i,<k>}"
# What a residual adds to the loss, and its slope.
_LOSSES = {
    "MSE": ((f"({_R})^2", "residual[i,k]²"), (f"({_RK})", "residual[i,<k>]")),
    "L1": ((f"|{_R}|", "|residual[i,k]|"), (rf"\operatorname{{sign}}({_RK})", "sign(residual[i,<k>])")),
    # r and c without their indices: with them the line would be too long to be read.
    "Huber": (
        (
            r"c \left(r - \frac{c}{2}\right), \; r = \hat{y} - y, \; c = \operatorname{clamp}(r, \pm <d>)",
            "c·(residual[i,k] − c/2), c = clamp(residual[i,k], ±<d>)",
        ),
        (rf"\operatorname{{clamp}}({_RK}, \pm <d>)", "clamp(residual[i,<k>], ±<d>)"),
    ),
}


def _of_loss(criterion: Criterion, latex: str, text: str) -> tuple[str, str]:
    """Put into the formula of the loss, or of a gradient, what the criterion makes of a residual."""
    of_loss, of_slope = _LOSSES[criterion.loss]
    twice, mean = 2 if criterion.loss == "MSE" else 1, criterion.reduction == "mean"
    for mark, number in (("<s>", 1), ("<t>", twice)):
        written = (rf"\frac{{{number}}}{{N \cdot m}} ", f"{number}/(N·m) ") if mean else (f"{number} ",) * 2
        factor = ("", "") if not mean and number == 1 else written
        latex, text = latex.replace(mark, factor[0]), text.replace(mark, factor[1])
    for mark, each in (("<l>", of_loss), ("<g>", of_slope), ("<d>", (f"{criterion.delta:g}",) * 2)):
        latex, text = latex.replace(mark, each[0]), text.replace(mark, each[1])
    return latex, text


_SYMBOLS = {"weight": "W", "bias": "b"}
_G, _D = r"\frac{\partial L}{\partial <P>}", r"(\frac{\partial L}{\partial <P>} + \lambda \, <P>)"

# <P> is the parameter, <G> its gradient, with the part of the weight decay if there is one.
_MOVES = {
    "SGD": (r"<P> - \eta \, <G>", "<p> − learning_rate·<g>"),
    "momentum": (r"<P> - \eta \, u", "<p> − learning_rate·<w>_momentum_buffer<c>"),
    "nesterov": (r"<P> - \eta \, (<G> + \mu \, u)", "<p> − learning_rate·(<g> + momentum·<w>_momentum_buffer<c>)"),
    "Adam": (
        r"<P> - \eta \, \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon}",
        "<p> − learning_rate·m̂/(√v̂ + eps), m̂ = <w>_exp_avg<c>/(1 − β₁ᵗ), v̂ = <w>_exp_avg_sq<c>/(1 − β₂ᵗ)",
    ),
    "AdamW": (
        r"<P> - \eta \lambda \, <P> - \eta \, \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon}",
        "<p> − learning_rate·weight_decay·<p> − learning_rate·m̂/(√v̂ + eps), m̂ = <w>_exp_avg<c>/(1 − β₁ᵗ), "
        "v̂ = <w>_exp_avg_sq<c>/(1 − β₂ᵗ)",
    ),
    "RMSprop": (r"<P> - \eta \, \frac{<G>}{\sqrt{v} + \epsilon}", "<p> − learning_rate·<g>/(√<w>_square_avg<c> + eps)"),
    "Adagrad": (r"<P> - \eta_t \, \frac{<G>}{\sqrt{s} + \epsilon}", "<p> − learning_rate·<g>/(√<w>_sum<c> + eps)"),
}
_MEMORY = {
    "momentum_buffer": (
        r"u \leftarrow \mu \, u + (1 - \tau) \, <G>",
        "momentum·<w>_momentum_buffer<c> + (1 − dampening)·<g>",
    ),
    "exp_avg": (r"m \leftarrow \beta_1 m + (1 - \beta_1) \, <G>", "β₁·<w>_exp_avg<c> + (1 − β₁)·<g>"),
    "exp_avg_sq": (r"v \leftarrow \beta_2 v + (1 - \beta_2) \, <G>^2", "β₂·<w>_exp_avg_sq<c> + (1 − β₂)·<g>²"),
    "max_exp_avg_sq": (r"v_{\max} \leftarrow \max(v_{\max}, v)", "max(<w>_max_exp_avg_sq<c>, <w>_exp_avg_sq<c>)"),
    "square_avg": (r"v \leftarrow \alpha v + (1 - \alpha) \, <G>^2", "alpha·<w>_square_avg<c> + (1 − alpha)·<g>²"),
    "grad_avg": (r"\bar{g} \leftarrow \alpha \bar{g} + (1 - \alpha) \, <G>", "alpha·<w>_grad_avg<c> + (1 − alpha)·<g>"),
    "sum": (r"s \leftarrow s + <G>^2", "<w>_sum<c> + <g>²"),
}
_RMSPROP_BUFFER = (
    r"u \leftarrow \mu \, u + \frac{<G>}{\sqrt{v} + \epsilon}",
    "momentum·<w>_momentum_buffer<c> + <g>/(√<w>_square_avg<c> + eps)",
)


def _updated(snapshot: Snapshot, field: str, index: Index) -> tuple[str, str]:
    """Write how an update, or what is remembered of updates, is computed."""
    settings, (owner, key) = snapshot.settings, split(field)
    below, cell = ",".join(map(str, index)), f"[{','.join(map(str, index))}]"
    symbol = rf"{_SYMBOLS[owner]}_{{{below}}}"
    if not snapshot.updated or settings.evaluates:
        moved = "is where training starts" if snapshot.applied is None else "is where LBFGS's moves led"
        if snapshot.last_update is Update.EDIT:
            moved = "was remembered before an edit" if key else "is as it was edited"
        if key in _MEMORY:
            letter, _, already = _MEMORY[key][0].partition(" ")[0].partition("_")
            symbol = rf"{letter}_{{{already and already.strip('{}') + ','}{below}}}"
        return symbol, f"{field}{cell} {moved}"
    if key:
        latex, text = _RMSPROP_BUFFER if (settings.optimizer, key) == ("RMSprop", "momentum_buffer") else _MEMORY[key]
        text = f"{field}{cell} ← {text}"
    else:
        way = settings.optimizer
        if settings.options.get("momentum"):
            way = "nesterov" if settings.options.get("nesterov") else "momentum"
        latex, text = _MOVES[way]
        latex, text = rf"<P> \leftarrow {latex}", f"{field}{cell} ← {text}"
    decays = bool(settings.options["weight_decay"]) and settings.optimizer != "AdamW"
    gradient = f"({owner}_grad{cell} + weight_decay·{owner}{cell})" if decays else f"{owner}_grad{cell}"
    if not settings.schedule.constant:
        latex, text = (
            latex.replace(r"\eta", r"f_{k} \, \eta"),
            text.replace("learning_rate·", "learning_rate·schedule·"),
        )
    latex = latex.replace("<G>", _D if decays else _G).replace("<P>", symbol)
    for mark, meant in (("<g>", gradient), ("<p>", f"{owner}{cell}"), ("<w>", owner), ("<c>", cell)):
        text = text.replace(mark, meant)
    return latex, text
