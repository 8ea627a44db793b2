"""Why this number? The arithmetic that made a cell, with its real operands, checked three ways. No torch."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from linviz.core import remarks
from linviz.core.formula import formula_of
from linviz.core.snapshot import Array, Freshness, Phase, Snapshot
from linviz.core.terms import Column, Index, Term, Terms
from linviz.errors import InputError

PARAMETERS = ("weight", "bias")
GRADIENTS = ("weight_grad", "bias_grad")
ROWS = 1 << 13
"""Rows that are taken to float64 at a time."""
PHASE_OF = {
    "prediction": Phase.FORWARD,
    "residual": Phase.FORWARD,
    "loss": Phase.LOSS,
    "weight_grad": Phase.BACKWARD,
    "bias_grad": Phase.BACKWARD,
}
EXPLAINED = ("x", "y", "prediction", "residual", "loss", *PARAMETERS, *GRADIENTS)


@dataclass(frozen=True, slots=True)
class Check:
    """The same number, come by in another way.

    Parameters
    ----------
    name
        How.
    value
        The number.
    ulp
        Its difference from the cell in units in the last place of the cell, in the cell's dtype.
    agrees
        Whether the difference is within what rounding explains.
    """

    name: str
    value: float
    ulp: float
    agrees: bool


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """How a cell came about.

    Parameters
    ----------
    field, index
        Which cell; ``loss`` has the index ``()``.
    value
        What the cell holds.
    formula, text
        The formula with this cell's indices, as LaTeX and as plain text.
    terms
        What was summed; none for a number that was given.
    scale
        The factor of the sum.
    total
        ``scale`` times the sum of all terms, in float64.
    bound
        By how much ``value`` may differ from ``total`` for rounding alone: n · ε · |scale| · Σ|terms|.
    checks
        The same number in other ways.
    belongs_to
        The number of updates before the parameters that it was computed with, or that it is.
    note
        In words: where it came from, and with which parameters.
    """

    field: str
    index: Index
    value: float
    formula: str
    text: str
    terms: Terms
    scale: float
    total: float
    bound: float
    checks: tuple[Check, ...]
    belongs_to: int
    note: str

    @property
    def remark(self) -> str:
        """What is true where the notebook is loose about this number; or nothing."""
        if self.field == "loss":
            return remarks.LOSS
        if self.field not in PARAMETERS or not len(self.terms):
            return ""
        return f"{remarks.UPDATE} {remarks.EQUIVALENCE}" if "by hand" in self.note else remarks.UPDATE


@np.errstate(over="ignore", invalid="ignore")  # a run that diverges is explained too
def explain(snapshot: Snapshot, field: str, index: Index = ()) -> Explanation:
    """Explain a cell of a snapshot with the values that it was computed from.

    Costs time in proportion to the number of terms, in numpy, not in Python.

    Parameters
    ----------
    snapshot
        The moment.
    field
        One of `EXPLAINED`.
    index
        The cell, as stored.

    Raises
    ------
    InputError
        If there is no such field or cell, or no number in it yet.
    """
    if field not in EXPLAINED:
        raise InputError(f"there is no field {field}: ask for one of {', '.join(EXPLAINED)}")
    held = getattr(snapshot, field)
    if held is None:
        raise InputError(f"{field} holds no number yet: run the phases up to {PHASE_OF[field]} first")
    value = _cell(field, held, index)
    terms, scale = _terms(snapshot, field, index)
    total = scale * terms.sum()
    bound = _bound(terms, scale, np.finfo(snapshot.weight.dtype))
    formula, text = formula_of(snapshot, field, index)
    return Explanation(
        field,
        index,
        value,
        formula,
        text,
        terms,
        scale,
        total if len(terms) else value,
        bound if len(terms) else 0.0,
        _checks(snapshot, field, index, value, total, bound, len(terms)),
        _belongs_to(snapshot, field),
        _note(snapshot, field),
    )


def _cell(field: str, held: Array | float, index: Index) -> float:
    shape = np.shape(held)
    if len(index) != len(shape) or not all(0 <= at < side for at, side in zip(index, shape, strict=True)):
        raise InputError(f"there is no cell {field}{list(index)}: {field} has the shape {list(shape)}, counted from 0")
    return float(np.asarray(held)[index])


def _bound(terms: Terms, scale: float, dtype: np.finfo[Any]) -> float:
    size = terms.magnitude()
    if not size < float(dtype.max):  # a partial sum may have left the range, and what comes then is anything
        return math.inf
    # Each partial sum rounds by at most half a unit of what is added up; products and scale round too.
    return (len(terms) + 4) * float(dtype.eps) * abs(scale) * size + float(dtype.tiny)


def _terms(snapshot: Snapshot, field: str, index: Index) -> tuple[Terms, float]:
    """Give the terms of a cell, and the factor of their sum."""
    if field not in snapshot.computed_from:  # given, or written by an update
        return _update_terms(snapshot, field, index), 1.0
    source = snapshot.computed_from[field]
    if field == "prediction":
        i, k = index
        x, weight, bias = source["x"], source["weight"], source["bias"]
        across = Column("x", x[i], (i, None)), Column("weight", weight[k], (k, None))
        return Terms(across, (Term.of(("bias", (k,), bias[k])),), "j"), 1.0
    if field == "residual":
        prediction, y = source["prediction"][index], source["y"][index]
        return Terms((), (Term.of(("prediction", index, prediction)), Term.of(("y", index, y), sign=-1))), 1.0
    residual = source["residual"]
    if field == "loss":
        each = Column("residual", residual.reshape(-1), (None, None), width=residual.shape[1])
        return Terms((each, each)), 1.0 / residual.size
    k, *rest = index
    columns = [Column("residual", residual[:, k], (None, k))]
    columns += [Column("x", source["x"][:, j], (None, j)) for j in rest]  # of the weight's gradient alone
    return Terms(tuple(columns)), 2.0 / residual.size


def _update_terms(snapshot: Snapshot, field: str, index: Index) -> Terms:
    applied = snapshot.applied
    if applied is None or field not in PARAMETERS:
        return Terms(())
    old, grad = applied.operands[field][index], applied.operands[f"{field}_grad"][index]
    rate = np.float64(applied.learning_rate)
    return Terms(
        (),
        (
            Term.of((field, index, old)),
            Term.of(("learning_rate", (), rate), (f"{field}_grad", index, grad), sign=-1),
        ),
    )


def _checks(
    snapshot: Snapshot, field: str, index: Index, value: float, total: float, bound: float, count: int
) -> tuple[Check, ...]:
    if not count:
        return ()
    spacing = float(np.spacing(np.abs(np.asarray(value, snapshot.weight.dtype)))) if np.isfinite(value) else np.nan
    candidates = [("autograd" if field in GRADIENTS else "torch", value, 0.0), ("closed form", total, bound)]
    if field in GRADIENTS:
        difference, noise = _finite_difference(snapshot, field, index)
        candidates.append(("finite difference", difference, bound + noise))
    return tuple(
        Check(name, other, (other - value) / spacing, _agree(other, value, allowed))
        for name, other, allowed in candidates
    )


def _agree(one: float, other: float, allowed: float) -> bool:
    same = one == other or (math.isnan(one) and math.isnan(other))
    return same or not math.isfinite(allowed) or abs(one - other) <= allowed


def _finite_difference(snapshot: Snapshot, field: str, index: Index) -> tuple[float, float]:
    """Give the central difference of the loss in float64, from the forward pass on, and how far rounding may move it.

    The loss is a parabola in each parameter, for which a central difference is exact whatever the step; it is 1 here.
    """
    residual, x, k = snapshot.computed_from[field]["residual"], snapshot.x, index[0]
    same = _forward_is_same(snapshot, field)
    source = snapshot.computed_from["prediction"] if same else {}
    weight = source["weight"][k].astype(np.float64) if same else np.empty(0)
    above = below = reach = 0.0
    largest = np.zeros(3)  # of the residual, y and x
    # Some rows at a time: all of x in float64 may not fit beside x, and takes longer than what fits the cache.
    for first in range(0, len(x), ROWS):
        rows = slice(first, first + ROWS)
        if same:
            inputs, y = x[rows], snapshot.y[rows, k]
            column = inputs.astype(np.float64) @ weight + float(source["bias"][k]) - y
            sizes = _magnitude(column), _magnitude(y), _magnitude(inputs)
        else:
            column = residual[rows, k].astype(np.float64)
            sizes = _magnitude(column), 0.0, 0.0
        largest = np.maximum(largest, sizes)  # which keeps what is no number
        direction = np.ones(len(column)) if field == "bias_grad" else x[rows, index[1]].astype(np.float64)
        reach += float(np.abs(direction).sum())
        plus, minus = column + direction, column - direction
        above += float(plus @ plus)
        below += float(minus @ minus)
    eps = float(np.finfo(residual.dtype).eps)
    # By how much the residual that torch had may differ: by the rounding of its product, and of its difference.
    slack = eps * float(largest[0])
    if same:
        slack = eps * (len(weight) + 2) * float(largest[0] + largest[1] + np.abs(weight).sum() * largest[2])
    noise = 2 / residual.size * slack * reach
    noise += float(np.finfo(np.float64).eps) * len(x) * (above + below) / residual.size
    return (above - below) / (2 * residual.size), noise


def _magnitude(array: Array) -> float:
    """Give the largest magnitude, without a copy of the array."""
    return max(float(array.max()), -float(array.min()))


def _forward_is_same(snapshot: Snapshot, field: str) -> bool:
    """Tell whether the prediction that is there is the one that the gradient came from."""
    return snapshot.computed_from[field]["residual"] is snapshot.residual


def _belongs_to(snapshot: Snapshot, field: str) -> int:
    return snapshot.computed_at.get(field, snapshot.step)


def _note(snapshot: Snapshot, field: str) -> str:
    if field in ("x", "y"):
        return f"Given: {snapshot.problem.title}. Training does not change it."
    if field in PARAMETERS:
        return _parameter_note(snapshot)
    at = snapshot.computed_at[field]
    which = "the starting parameters" if at == 0 else f"the parameters after step {at}"
    if snapshot.freshness(field) is Freshness.FRESH:
        return f"Fresh: computed with {which}, as they are now."
    return f"Stale: computed with {which}, before step {at + 1}; the parameters have changed since."


def _parameter_note(snapshot: Snapshot) -> str:
    applied = snapshot.applied
    if applied is None:
        return f"Where training starts: {snapshot.problem.title}."
    by_hand = "by_hand" in applied.update or applied.update == "manual_step"
    how = "by hand: sub_(lr * grad), which rounds twice" if by_hand else "by optimizer.step(): one rounding"
    return f"Updated in step {snapshot.step} {how}."
