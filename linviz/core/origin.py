"""Where a number came from, and what is wrong with it: the words of an explanation. No torch."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from linviz.core import remarks
from linviz.core.checks import Check, Verdict
from linviz.core.criterion import Criterion
from linviz.core.picked import Picked
from linviz.core.snapshot import GRADIENTS, PARAMETERS, Applied, Freshness, Phase, Snapshot, Update
from linviz.core.terms import Index, Terms

PHASE_OF = {
    "prediction": Phase.FORWARD,
    "residual": Phase.FORWARD,
    "loss": Phase.LOSS,
    "weight_grad": Phase.BACKWARD,
    "bias_grad": Phase.BACKWARD,
}


BY_HAND = Update.MANUAL_STEP, Update.AGAIN_BY_HAND
NO_BIAS = "the model has no bias, it is x Wᵀ alone; begin a run with one to see it"
NAMED = 8
"""Samples of a batch that are named, of more so many."""


OF_TARGETS = "y", "prediction", "residual", "loss"
"""What is in the units of y."""


def missing(snapshot: Snapshot, field: str) -> str:
    """Say why a field holds no number, and the way to one."""
    phase = PHASE_OF[field]
    if field in GRADIENTS and snapshot.next_phase is Phase.BACKWARD:
        return f"there is no {field}: zero_grad has cleared it; run the phase {phase} to fill it"
    return f"there is no {field} yet: run the phases up to {phase} first"


def not_in_use(snapshot: Snapshot, field: str, sample: int) -> str:
    """Say why a field has no number of a sample."""
    said, rows = f"there is no {field} of sample {sample}", snapshot.rows
    if _tests(snapshot, sample):
        return f"{said}: it is kept for the test, and no step uses it"
    assert rows is not None  # noqa: S101  # or all are in use; this tells the type checker
    some = ", ".join(map(str, np.sort(rows)[:NAMED].tolist()))
    more = f" and {len(rows) - NAMED:,} more" if len(rows) > NAMED else ""
    word = "sample" if len(rows) == 1 else "samples"
    return f"{said}: the iteration uses the {word} {some}{more}; ask for one of these, or step on to its batch"


def _tests(snapshot: Snapshot, sample: int) -> bool:
    return snapshot.tests is not None and sample in Picked(snapshot.tests)


def note_of(snapshot: Snapshot, field: str, index: Index) -> str:
    """Say where a number came from, with which parameters, and in which units if the data were standardised."""
    return f"{_origin(snapshot, field, index)}{_units(snapshot, field, index)}"


def _units(snapshot: Snapshot, field: str, index: Index) -> str:
    """Say how a cell of x or y was standardised, or that another number is of standardised data."""
    scaling = snapshot.problem.scaling
    if scaling is None:
        return ""
    side = "x" if field == "x" else "y" if field in OF_TARGETS else ""
    if side and side not in scaling.sides:
        return ""
    if field not in ("x", "y"):
        return " In the units of the standardised data, not in the data's own."
    mean, std = getattr(scaling, f"{side}_mean"), getattr(scaling, f"{side}_std")
    column = index[1]
    came = float(getattr(snapshot, field)[index]) * std[column] + mean[column]
    return f" Standardised: ({came:.6g} − {mean[column]:.6g}) / {std[column]:.6g}."


def _origin(snapshot: Snapshot, field: str, index: Index) -> str:
    if field in ("x", "y"):
        return _data_note(snapshot, field, index)
    if field not in PHASE_OF:
        return _update_note(snapshot, field, index)
    if field in GRADIENTS and _left_by_lbfgs(snapshot, field):
        return "Left by the last evaluation within optimizer.step(), with parameters on the way to those of now."
    at, used = snapshot.computed_at[field], _used_note(snapshot, field)
    which = "the starting parameters" if at == 0 else f"the parameters after step {at}"
    if snapshot.freshness(field) is Freshness.FRESH:
        return f"Fresh: computed with {which}, as they are now.{used}"
    if at == snapshot.step:
        return f"Stale: computed with {which}, before numbers were edited.{used}"
    return f"Stale: computed with {which}, before step {at + 1}; the parameters have changed since.{used}"


def _used_note(snapshot: Snapshot, field: str) -> str:
    """Say which samples a sum goes over, if not all."""
    rows = snapshot.rows_of(field)
    if rows is None or field not in ("loss", *GRADIENTS):
        return ""
    tests = 0 if snapshot.tests is None else len(snapshot.tests)
    if len(rows) + tests == len(snapshot.x):
        return f" N = {len(rows):,}: all samples but the {tests:,} kept for the test."
    return f" N = {len(rows):,}: the samples of this batch."


def _data_note(snapshot: Snapshot, field: str, index: Index) -> str:
    here, given = getattr(snapshot, field)[index], getattr(snapshot.problem, field)[index]
    if here != given.astype(here.dtype):
        return f"Edited: the problem, {snapshot.problem.title}, gives {given:.4f}."
    tested = f" Sample {index[0]} is kept for the test: no step uses it." if _tests(snapshot, index[0]) else ""
    return f"Given with the problem: {snapshot.problem.title}. Training does not change it.{tested}"


def _left_by_lbfgs(snapshot: Snapshot, field: str) -> bool:
    applied = snapshot.applied
    if (
        applied is None
        or not snapshot.updated
        or not snapshot.settings.evaluates
        or snapshot.computed_at[field] != snapshot.step - 1
    ):
        return False
    return getattr(snapshot, field) is not applied.operands[field]


def _update_note(snapshot: Snapshot, field: str, index: Index) -> str:
    applied, settings = snapshot.applied, snapshot.settings
    if applied is not None and applied.update is Update.EDIT:
        if field not in PARAMETERS:
            return "Remembered from the updates before a parameter was edited."
        return _edit_note(applied.operands[field][index], getattr(snapshot, field)[index])
    if applied is None and snapshot.step:
        return f"Computed by theory for step {snapshot.step:,}, not trained."
    if applied is None and field in PARAMETERS:
        return f"Where training starts: {settings.initialisation.words(field) or snapshot.problem.title}."
    if applied is None:
        return f"What {settings.optimizer} starts with: {snapshot.problem.title}."
    by_hand = applied.update in BY_HAND
    if settings.is_plain:
        how = "by hand: sub_(lr * grad), which rounds twice" if by_hand else "by optimizer.step(): one rounding"
    else:
        how = f"by hand, as {settings.title} does" if by_hand else f"by optimizer.step() of {settings.title}"
    return f"Updated in step {snapshot.step} {how}.{_rate_note(snapshot, applied)}"


def _rate_note(snapshot: Snapshot, applied: Applied) -> str:
    """Say what a schedule made of the learning rate."""
    if snapshot.settings.schedule.constant:
        return ""
    rate, chosen = applied.rate, applied.learning_rate
    return f" At rate {rate:.6g}: learning rate {chosen:.6g} times {applied.factor:.6g} by the schedule."


def _edit_note(old: np.floating[Any], new: np.floating[Any]) -> str:
    return f"Edited: it was {old:.4f}." if old != new else "As it was before other parameters were edited."


def remark_of(snapshot: Snapshot, field: str) -> str:
    """Say what is true where the notebook is loose about a number, or what is chosen otherwise; or nothing."""
    criterion = snapshot.settings.criterion
    if field == "loss":
        return (
            remarks.LOSS if criterion == Criterion() else remarks.OTHER_LOSS.format(criterion.code, criterion.formula)
        )
    if field in GRADIENTS and criterion.loss == "L1":
        return remarks.KINK
    if field not in PARAMETERS or not snapshot.updated or not snapshot.settings.is_plain:
        return ""
    assert snapshot.applied is not None  # noqa: S101  # as it was updated; this tells the type checker
    by_hand = snapshot.applied.update in BY_HAND
    return f"{remarks.UPDATE} {remarks.EQUIVALENCE}" if by_hand else remarks.UPDATE


def warning_of(snapshot: Snapshot, value: float, terms: Terms, checks: Sequence[Check]) -> str:
    """Say what is wrong with a number: it isn't finite, or the ways to it don't agree; nothing if all is well."""
    if any(check.verdict is Verdict.DIFFERS for check in checks):
        return "These ways to the same number differ by more than rounding can explain."
    if math.isfinite(value):
        return ""
    found = terms.not_finite()
    if found is not None:
        cell = f"{found.field}[{', '.join(map(str, found.index))}]" if found.index else found.field
        return f"Not finite, because {cell} is {found.value}: the run has left the numbers there are."
    dtype = snapshot.weight.dtype
    return (
        f"Not finite: every operand is, but a term or the sum is beyond {np.finfo(dtype).max:.2g}, where {dtype} ends."
    )
