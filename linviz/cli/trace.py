"""A run as lines of text, as the notebook prints its tensors, or as lines of JSON."""

import math
from collections import deque
from collections.abc import Iterator

import torch

from linviz.cli import strict_json
from linviz.cli.output import complain
from linviz.core.command import drawn
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import Array, Snapshot
from linviz.core.trainer import Trainer

_UPDATES = {False: "optimizer.step()", True: "weight.data.sub_(lr * weight.grad.data), bias alike"}
"""By whether it is done by hand."""


def text_lines(source: Problem | Recipe, settings: Settings, steps: int = 1, by_hand: bool = False) -> Iterator[str]:
    """Give a run as text, one step after another; nothing is kept of those given.

    Parameters
    ----------
    source
        The problem, drawn or not.
    settings
        How it is trained.
    steps
        How many steps to make.
    by_hand
        Whether updates are written by hand.
    """
    for before, after in _moments(source, settings, steps, by_hand):
        if before.step == 0:
            yield from _start(before)
        yield ""
        yield f"--- step {after.step}: forward, loss, zero_grad, backward, update"
        yield "pred:"
        yield tensor_text(after.prediction)
        yield f"loss:  {after.loss!r}"
        yield f"dL/dw:  {tensor_text(after.weight_grad)}"
        yield f"dL/db:  {tensor_text(after.bias_grad)}"
        yield f"after {_UPDATES[by_hand]}:"
        yield from _parameters(after)


def json_lines(source: Problem | Recipe, settings: Settings, steps: int = 1, by_hand: bool = False) -> Iterator[str]:
    """Give a run as JSON Lines, an object a step; parameters as for `text_lines`."""
    for before, after in _moments(source, settings, steps, by_hand):
        yield strict_json.line(
            {
                "step": after.step,
                "loss": after.loss,
                "x": before.x,
                "y": before.y,
                "weight": before.weight,
                "bias": before.bias,
                "prediction": after.prediction,
                "weight_grad": after.weight_grad,
                "bias_grad": after.bias_grad,
                "weight_after": after.weight,
                "bias_after": after.bias,
                "learning_rate": settings.learning_rate,
            }
        )


def last_moment(source: Problem | Recipe, settings: Settings, steps: int, by_hand: bool) -> Snapshot:
    """Give the moment after all steps; parameters as for `text_lines`."""
    [(_before, after)] = deque(_moments(source, settings, steps, by_hand), maxlen=1)
    return after


def tensor_text(array: Array | None, dtype: torch.dtype | None = None) -> str:
    """Give torch's own print of a tensor with these numbers."""
    return repr(torch.tensor(array, dtype=dtype))


def _moments(
    source: Problem | Recipe, settings: Settings, steps: int, by_hand: bool
) -> Iterator[tuple[Snapshot, Snapshot]]:
    """Give the moments before and after each step; say once if the loss stops being finite, and go on."""
    trainer = Trainer(drawn(source), settings)
    advance = trainer.manual_step if by_hand else trainer.step
    finite = True
    for _ in range(steps):
        before = trainer.snapshot()
        after = advance()
        assert after.loss is not None  # noqa: S101  # a whole step computes it; this tells the type checker
        if finite and not math.isfinite(after.loss):
            finite = False
            complain(
                f"the loss is not finite from step {after.step} on ({after.loss}) at learning rate "
                f"{settings.learning_rate}: try a smaller --lr"
            )
        yield before, after


def _start(moment: Snapshot) -> Iterator[str]:
    samples, inputs = moment.x.shape
    settings = moment.settings
    yield (
        f"--- start: {samples} samples, {inputs} inputs, {moment.y.shape[1]} outputs; {settings.optimizer}, "
        f"learning rate {settings.learning_rate}, {settings.dtype}"
    )
    yield "x:"
    yield tensor_text(moment.x)
    yield "y:"
    yield tensor_text(moment.y)
    yield from _parameters(moment)


def _parameters(moment: Snapshot) -> Iterator[str]:
    for label, array in (("w", moment.weight), ("b", moment.bias)):
        yield f"{label}:  {torch.nn.Parameter(torch.tensor(array))!r}"
