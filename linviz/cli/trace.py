"""A run as lines of text, as the notebook prints its tensors, or as lines of JSON."""

from collections.abc import Iterator
from typing import Any

import torch
from numpy.typing import NDArray

from linviz.cli import strict_json
from linviz.cli.known import known
from linviz.cli.moments import Moments
from linviz.core.evaluation import Evaluation
from linviz.core.snapshot import Snapshot, Update
from linviz.errors import listed

_ALIKE = ", bias alike"
_UPDATES = {False: "optimizer.step()", True: f"weight.data.sub_(lr * weight.grad.data){_ALIKE}"}
"""By whether it is done by hand."""
_BY_HAND = (Update.MANUAL_STEP, Update.AGAIN_BY_HAND)


def text_lines(moments: Moments) -> Iterator[str]:
    """Give steps as text, one after another.

    Parameters
    ----------
    moments
        Those before and after each step; the first pair's data and parameters are given too.
    """
    begun = False
    for before, after, evaluation in moments:
        if not begun:
            yield from _start(before)
        begun = True
        by_hand = after.last_update in _BY_HAND
        yield ""
        yield f"--- step {after.step}: forward, loss, zero_grad, backward, update"
        if not after.settings.schedule.constant and after.applied is not None:
            yield f"learning rate:  {after.applied.rate!r}"
        if after.rows is not None:
            yield f"samples:  {tensor_text(after.rows)}"
        yield "pred:"
        yield tensor_text(after.prediction)
        yield f"loss:  {after.loss!r}"
        yield f"dL/dw:  {tensor_text(after.weight_grad)}"
        if after.settings.bias:
            yield f"dL/db:  {tensor_text(after.bias_grad)}"
        by = "the update by hand" if by_hand and not after.settings.is_plain else _UPDATES[by_hand]
        by = by if after.settings.bias else by.removesuffix(_ALIKE)
        yield f"after {by}:"
        yield from _parameters(after)
        if after.problem.scaling is not None:
            weight, bias = after.problem.scaling.original(after.weight, after.bias)
            yield f"in the units of the data:\nw:  {tensor_text(weight)}\nb:  {tensor_text(bias)}"
        if after.rows is not None or after.tests is not None:
            yield from _evaluated(evaluation())


def _evaluated(found: Evaluation | None) -> Iterator[str]:
    """Say how good the parameters are over all samples, where a step's own loss doesn't."""
    if found is None:
        return
    yield f"over all training samples: loss {found.training_loss:.6g}, R2 {_listed(found.training_r2)}"
    if found.test_loss is not None and found.test_r2 is not None:
        yield f"over the test samples: loss {found.test_loss:.6g}, R2 {_listed(found.test_r2)}"


def _evaluation_record(found: Evaluation | None) -> dict[str, object]:
    if found is None:
        return {}
    training = {"training_loss_after": found.training_loss, "training_r2_after": found.training_r2}
    test = {"test_loss_after": found.test_loss, "test_r2_after": found.test_r2}
    return training if found.test_loss is None else training | test


def _listed(numbers: NDArray[Any]) -> str:
    return ", ".join(f"{number:.4f}" for number in numbers)


def json_lines(moments: Moments) -> Iterator[str]:
    """Give steps as JSON Lines, an object a step; parameters as for `text_lines`."""
    for before, after, evaluation in moments:
        settings, applied = before.settings, after.applied
        record: dict[str, object] = {
            "step": after.step,
            "loss": after.loss,
            "x": before.x,
            "y": before.y,
            "weight": before.weight,
            "bias": before.bias if settings.bias else None,
            "prediction": after.prediction,
            "weight_grad": after.weight_grad,
            "bias_grad": after.bias_grad,
            "weight_after": after.weight,
            "bias_after": after.bias if settings.bias else None,
            "learning_rate": applied.rate if applied else settings.learning_rate,
        }
        if not settings.is_plain:
            record |= {"optimizer": settings.optimizer, "options": dict(settings.options)}
            record["state_after"] = dict(after.state)
        if settings.training:
            record["training"] = settings.training
        if after.rows is not None:
            record["rows"] = after.rows
        if after.rows is not None or after.tests is not None:
            record |= _evaluation_record(evaluation())
        yield strict_json.line(record | known(before.problem) | _original(after, "_after"))


def _original(moment: Snapshot, suffix: str) -> dict[str, object]:
    """Give the parameters in the units of the data, if they were standardised."""
    scaling = moment.problem.scaling
    if scaling is None:
        return {}
    weight, bias = scaling.original(moment.weight, moment.bias)
    return {f"original_weight{suffix}": weight, f"original_bias{suffix}": bias}


def tensor_text(array: NDArray[Any] | None, dtype: torch.dtype | None = None) -> str:
    """Give torch's own print of a tensor with these numbers."""
    return repr(torch.tensor(array, dtype=dtype))


def _start(moment: Snapshot) -> Iterator[str]:
    samples, inputs = moment.x.shape
    settings, where = moment.settings, f"after step {moment.step}" if moment.step else "start"
    yield (
        f"--- {where}: {samples} samples, {inputs} inputs, {moment.y.shape[1]} outputs; {settings.description}, "
        f"learning rate {settings.learning_rate}, {settings.dtype}"
    )
    problem = moment.problem
    if problem.source:
        yield f"{problem.source}"
    if problem.scaling is not None and settings.split.tests(samples):
        yield f"means and standard deviations over all {samples:,} rows, test rows too"
    yield f"x{_columns(problem.x_names)}:"
    yield tensor_text(moment.x)
    yield f"y{_columns(problem.y_names)}:"
    yield tensor_text(moment.y)
    if problem.true_weight is not None:
        yield f"y was made with noise {problem.noise:g} and\ntrue w:  {tensor_text(problem.true_weight)}"
        yield f"true b:  {tensor_text(problem.true_bias)}"
    yield from _parameters(moment)


def _columns(names: tuple[str, ...]) -> str:
    return f" ({listed(names)})" if names else ""


def _parameters(moment: Snapshot) -> Iterator[str]:
    for name in moment.settings.parameters:
        array, label = getattr(moment, name), name[0]
        yield f"{label}:  {torch.nn.Parameter(torch.tensor(array))!r}"
