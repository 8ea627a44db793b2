"""What an update, and what an optimizer remembers, was summed from. No torch.

Sources: the algorithms in PyTorch's documentation of the classes in ``torch.optim``.
"""

import math
from collections.abc import Callable
from typing import Any, Final

from linviz.core.snapshot import PARAMETERS, Snapshot
from linviz.core.terms import Index, Term, Terms

NUMBERS: Final = {
    "learning_rate": "η",
    "schedule": "f(k)",
    "weight_decay": "λ",
    "momentum": "μ",
    "beta1": "β₁",
    "beta2": "β₂",
    "alpha": "α",
    "kept": "1 − β",
    "undamped": "1 − τ",
    "bias_correction": "1/(1 − β₁ᵗ)",
    "rate_decay": "1/(1 + (t − 1)·lr_decay)",
    "inverse_root": "1/(root + ε)",
    "decayed_gradient": "g + λw",
}
"""Factors that are no cells, and how each is written."""

Given = tuple[str, Index, Any]


def split(field: str) -> tuple[str, str]:
    """Give the parameter that a field is of, and what is remembered of it; nothing for the parameter itself."""
    owner = next((name for name in PARAMETERS if field == name or field.startswith(f"{name}_")), "")
    return owner, field.removeprefix(owner).removeprefix("_")


class Update:
    """The numbers that the last update of one parameter read and wrote.

    Parameters
    ----------
    snapshot
        A moment after an update.
    owner, index
        Which parameter.
    """

    def __init__(self, snapshot: Snapshot, owner: str, index: Index) -> None:
        applied = snapshot.applied
        assert applied is not None  # noqa: S101  # whoever asks has looked; this tells the type checker
        self.settings, self.chosen = snapshot.settings, snapshot.settings.options
        self._before, self._after, self._owner, self._index = applied.operands, snapshot.state, owner, index
        self.rate: tuple[Given, ...] = (("learning_rate", (), applied.learning_rate),)
        if not self.settings.schedule.constant:
            self.rate = (*self.rate, ("schedule", (), applied.factor))
        self.old: Given = (owner, index, applied.operands[owner][index])
        self.gradient: Given = (f"{owner}_grad", index, applied.operands[f"{owner}_grad"][index])

    def before(self, key: str) -> Given | None:
        """Give what was remembered before it; none in the first update."""
        name = f"{self._owner}_{key}"
        return (name, self._index, self._before[name][self._index]) if name in self._before else None

    def after(self, key: str) -> Given:
        """Give what is remembered since."""
        name = f"{self._owner}_{key}"
        return name, self._index, self._after[name][self._index]

    @property
    def count(self) -> float:
        """How many updates the optimizer has counted."""
        return float(self._after[f"{self._owner}_step"])

    def option(self, name: str) -> Given:
        """Give an option as a factor."""
        return name, (), self.chosen[name]

    def descent(self, *factors: Given, sign: int = 1) -> list[Term]:
        """Give the terms of factors times the gradient, with weight decay's part of it."""
        terms = [Term.of(*factors, self.gradient, sign=sign)]
        if self.chosen["weight_decay"] and self.settings.optimizer != "AdamW":
            terms.append(Term.of(*factors, self.option("weight_decay"), self.old, sign=sign))
        return terms

    def squared(self, *factors: Given) -> Term:
        """Give the term of factors times the square of the gradient."""
        gradient = self.gradient
        if self.chosen["weight_decay"] and self.settings.optimizer != "AdamW":
            decayed = float(gradient[2]) + float(self.chosen["weight_decay"]) * float(self.old[2])  # type: ignore[arg-type]  # a number
            gradient = "decayed_gradient", (), decayed
        return Term.of(*factors, gradient, gradient)

    def mean(self, key: str, name: str, part: float, *, of_squares: bool) -> list[Term]:
        """Give the terms of a running mean that keeps a part of what it was."""
        was, new = self.before(key), ("kept", (), 1 - part)
        kept = [] if was is None else [Term.of((name, (), part), was)]
        return kept + ([self.squared(new)] if of_squares else self.descent(new))

    def inverse_root(self) -> Given:
        """Give what Adam, RMSprop and Adagrad divide by, as a factor."""
        if self.settings.optimizer == "Adagrad":
            root = math.sqrt(self.after("sum")[2])
        elif self.settings.optimizer == "RMSprop":
            square = float(self.after("square_avg")[2])
            square -= float(self.after("grad_avg")[2]) ** 2 if self.chosen["centered"] else 0
            root = math.sqrt(max(square, 0.0))
        else:
            square = self.after("max_exp_avg_sq" if self.chosen["amsgrad"] else "exp_avg_sq")[2]
            root = math.sqrt(square / (1 - self.betas[1] ** self.count))
        below = root + float(self.chosen["eps"])  # type: ignore[arg-type]  # a number
        return "inverse_root", (), 1 / below if below else math.inf

    @property
    def betas(self) -> tuple[float, float]:
        """How much Adam's running means keep."""
        betas = self.chosen["betas"]
        assert isinstance(betas, tuple)  # noqa: S101  # Adam's are a pair; this tells the type checker
        return betas


def update_terms(snapshot: Snapshot, field: str, index: Index) -> Terms:
    """Give the terms of a parameter, or of something remembered, as the last update wrote it; none without one.

    LBFGS makes several moves in a step, of which only where they led is known.
    """
    owner, key = split(field)
    if not snapshot.updated or snapshot.settings.evaluates:
        return Terms(())
    update = Update(snapshot, owner, index)
    made = _MEMORY[key](update) if key else [Term.of(update.old), *_MOVES[snapshot.settings.optimizer](update)]
    return Terms((), tuple(made))


def _sgd(update: Update) -> list[Term]:
    if not update.chosen["momentum"]:
        return update.descent(*update.rate, sign=-1)
    buffer = update.after("momentum_buffer")
    if update.chosen["nesterov"]:
        return [
            *update.descent(*update.rate, sign=-1),
            Term.of(*update.rate, update.option("momentum"), buffer, sign=-1),
        ]
    return [Term.of(*update.rate, buffer, sign=-1)]


def _adam(update: Update) -> list[Term]:
    decay = []
    if update.settings.optimizer == "AdamW" and update.chosen["weight_decay"]:
        decay = [Term.of(*update.rate, update.option("weight_decay"), update.old, sign=-1)]
    correction = ("bias_correction", (), 1 / (1 - update.betas[0] ** update.count))
    return [*decay, Term.of(*update.rate, update.after("exp_avg"), correction, update.inverse_root(), sign=-1)]


def _rmsprop(update: Update) -> list[Term]:
    if update.chosen["momentum"]:
        return [Term.of(*update.rate, update.after("momentum_buffer"), sign=-1)]
    return update.descent(*update.rate, update.inverse_root(), sign=-1)


def _adagrad(update: Update) -> list[Term]:
    lr_decay = float(update.chosen["lr_decay"])  # type: ignore[arg-type]  # a number
    slowed = ("rate_decay", (), 1 / (1 + (update.count - 1) * lr_decay))
    factors = (*update.rate, slowed) if lr_decay else update.rate
    return update.descent(*factors, update.inverse_root(), sign=-1)


def _momentum_buffer(update: Update) -> list[Term]:
    was = update.before("momentum_buffer")
    if update.settings.optimizer == "RMSprop":
        kept = [] if was is None else [Term.of(update.option("momentum"), was)]
        return kept + update.descent(update.inverse_root())
    if was is None:
        return update.descent()
    dampening = float(update.chosen["dampening"])  # type: ignore[arg-type]  # a number
    undamped = (("undamped", (), 1 - dampening),) if dampening else ()
    return [Term.of(update.option("momentum"), was), *update.descent(*undamped)]


def _largest_square(update: Update) -> list[Term]:
    was, now = update.before("max_exp_avg_sq"), update.after("exp_avg_sq")
    return [Term.of(now if was is None or now[2] >= was[2] else was)]


def _sum(update: Update) -> list[Term]:
    was = update.before("sum")
    return ([] if was is None else [Term.of(was)]) + [update.squared()]


def _alpha(update: Update) -> float:
    return float(update.chosen["alpha"])  # type: ignore[arg-type]  # a number


_MOVES: dict[str, Callable[[Update], list[Term]]] = {
    "SGD": _sgd,
    "Adam": _adam,
    "AdamW": _adam,
    "RMSprop": _rmsprop,
    "Adagrad": _adagrad,
}
_MEMORY: dict[str, Callable[[Update], list[Term]]] = {
    "momentum_buffer": _momentum_buffer,
    "exp_avg": lambda update: update.mean("exp_avg", "beta1", update.betas[0], of_squares=False),
    "exp_avg_sq": lambda update: update.mean("exp_avg_sq", "beta2", update.betas[1], of_squares=True),
    "max_exp_avg_sq": _largest_square,
    "square_avg": lambda update: update.mean("square_avg", "alpha", _alpha(update), of_squares=True),
    "grad_avg": lambda update: update.mean("grad_avg", "alpha", _alpha(update), of_squares=False),
    "sum": _sum,
}
