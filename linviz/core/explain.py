"""Why this number? The arithmetic that made a cell, with its real operands, checked three ways. No torch."""

from dataclasses import dataclass, replace

import numpy as np

from linviz.core import forms
from linviz.core.checks import Check, Verdict, checks_of, rounding
from linviz.core.formula import formula_of
from linviz.core.origin import NO_BIAS, missing, not_in_use, note_of, remark_of, warning_of
from linviz.core.snapshot import GRADIENTS, PARAMETERS, Array, Snapshot
from linviz.core.terms import Column, Index, Term, Terms
from linviz.core.update_terms import split, update_terms
from linviz.errors import InputError

OF_SAMPLES = ("prediction", "residual")
"""Fields that have a row for each sample in use; a cell of theirs is called by the sample's own index."""
EXPLAINED = ("x", "y", "prediction", "residual", "loss", *PARAMETERS, *GRADIENTS)


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """How a cell came about.

    Parameters
    ----------
    field, index
        Which cell; ``loss`` has the index ``()``. Of prediction and residual the first number is the sample's own.
    value, dtype
        What the cell holds, and the name of its number type.
    formula, text
        The formula with this cell's indices, as LaTeX and as plain text.
    terms
        What was summed; none for a number that was given.
    scale
        The factor of the sum.
    total
        ``scale`` times the sum of all terms, in float64.
    bound
        What ``value`` can't differ from ``total`` by for rounding alone: n · ε · |scale| · Σ|terms|.
    checks
        The same number in other ways; none for a number that was given.
    belongs_to
        The number of updates before the parameters that it was computed with, or that it is.
    note
        In words: where it came from, and with which parameters.
    warning
        What is wrong with it, in words; or nothing.
    remark
        What is true where the notebook is loose about this number; or nothing.
    previous
        What a parameter, or something remembered, was before its last update; none for everything else.
    """

    field: str
    index: Index
    value: float
    dtype: str
    formula: str
    text: str
    terms: Terms
    scale: float
    total: float
    bound: float
    checks: tuple[Check, ...]
    belongs_to: int
    note: str
    warning: str
    remark: str
    previous: float | None

    @property
    def verdict(self) -> Verdict:
        """What the checks together say: the worst of them."""
        found = {check.verdict for check in self.checks}
        worst = (each for each in (Verdict.DIFFERS, Verdict.UNCLEAR) if each in found)
        return Verdict.DIFFERS if self.warning else next(worst, Verdict.AGREES)

    @property
    def change(self) -> float:
        """By how much its last update changed a parameter, in float64; 0 for everything else."""
        return 0.0 if self.previous is None else self.value - self.previous


@np.errstate(over="ignore", invalid="ignore")  # a run that diverges is explained too
def explain(snapshot: Snapshot, field: str, index: Index = ()) -> Explanation:
    """Explain a cell of a snapshot with the values that it was computed from.

    Costs time in proportion to the number of terms, in numpy, not in Python.

    Parameters
    ----------
    snapshot
        The moment.
    field
        One of `EXPLAINED`, or something that the optimizer remembers, such as ``weight_exp_avg``.
    index
        The cell, as stored; of prediction and residual by the sample's own index, also where not all are in use.

    Raises
    ------
    InputError
        If there is no such field or cell, or no number in it yet, or its sample isn't in use.
    """
    remembered = [name for name, array in snapshot.state.items() if array.ndim and split(name)[0]]
    if field not in (*EXPLAINED, *remembered):
        raise InputError(f"there is no field {field}: ask for one of {', '.join((*EXPLAINED, *remembered))}")
    if split(field)[0] == "bias" and not snapshot.settings.bias:
        raise InputError(f"there is no {field}: {NO_BIAS}")
    held = snapshot.state[field] if field in snapshot.state else getattr(snapshot, field)
    if held is None:
        raise InputError(missing(snapshot, field))
    at = _position(snapshot, field, held, index)
    value = float(np.asarray(held)[at])
    terms, scale = _terms(snapshot, field, index, at)
    formula, text = formula_of(snapshot, field, index)
    checks = checks_of(snapshot, field, index, value, terms, scale)
    return Explanation(
        field,
        index,
        value,
        str(snapshot.weight.dtype),
        formula,
        text,
        terms,
        scale,
        scale * terms.sum() if len(terms) else value,
        rounding(terms, scale, snapshot.weight.dtype.type).certain if len(terms) else 0.0,
        checks,
        snapshot.computed_at.get(field, snapshot.step),
        note_of(snapshot, field, index),
        warning_of(snapshot, value, terms, checks),
        remark_of(snapshot, field),
        _previous(snapshot, field, index),
    )


def _previous(snapshot: Snapshot, field: str, index: Index) -> float | None:
    before = snapshot.applied.operands if snapshot.applied and split(field)[1] != "grad" else {}
    return float(before[field][index]) if field in before else None


def _position(snapshot: Snapshot, field: str, held: Array | float, index: Index) -> Index:
    """Tell where an array has a cell: of samples it holds those in use alone, one after another."""
    shape, rows = np.shape(held), snapshot.rows if field in OF_SAMPLES else None
    if rows is not None:
        shape = (len(snapshot.x), *shape[1:])
    if len(index) != len(shape) or not all(0 <= at < side for at, side in zip(index, shape, strict=True)):
        raise InputError(f"there is no cell {field}{list(index)}: {field} has the shape {list(shape)}, counted from 0")
    if rows is None:
        return index
    found = np.flatnonzero(rows == index[0])
    if not len(found):
        raise InputError(not_in_use(snapshot, field, index[0]))
    return int(found[0]), *index[1:]


def _terms(snapshot: Snapshot, field: str, index: Index, at: Index) -> tuple[Terms, float]:
    """Give the terms of a cell, whose array has it at a position, and the factor of their sum."""
    if field not in snapshot.computed_from:  # given, or written by an update
        given = field in ("x", "y")
        return (Terms(()) if given else update_terms(snapshot, field, index)), 1.0
    source, criterion = snapshot.computed_from[field], snapshot.settings.criterion
    if field == "prediction":
        i, k = index
        x, weight, bias = source["x"], source["weight"], source["bias"]
        across = Column("x", x[i], (i, None)), Column("weight", weight[k], (k, None))
        others = (Term.of(("bias", (k,), bias[k])),) if snapshot.settings.bias else ()
        return Terms(across, others, "j"), 1.0
    if field == "residual":
        prediction, y = source["prediction"][at], source["y"][index]
        return Terms((), (Term.of(("prediction", index, prediction)), Term.of(("y", index, y), sign=-1))), 1.0
    residual, rows = source["residual"], snapshot.rows_of(field)
    scale = forms.scale(criterion, residual.size, slope=field != "loss")
    if field == "loss":
        each = Column("residual", residual.reshape(-1), (None, None), residual.shape[1], rows)
        first, second = (
            replace(each, form=form) if form else each for form in forms.of_loss(criterion, residual.dtype)
        )
        return Terms((first, second), letters="ik"), scale
    k, *rest = index
    slope = forms.of_slope(criterion, residual.dtype)
    columns = [Column("residual", residual[:, k], (None, k), rows=rows, form=slope)]
    for j in rest:  # of the weight's gradient alone
        x = source["x"][:, j]
        columns.append(Column("x", x if rows is None else x[rows], (None, j), rows=rows))
    return Terms(tuple(columns)), scale
