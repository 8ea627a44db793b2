"""What theory knows of a run before it runs, as text or JSON."""

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from linviz.cli import strict_json
from linviz.cli.known import known
from linviz.core.command import Drawable, drawn
from linviz.core.descent import Descent
from linviz.core.overflow import overflow_step
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Array, Snapshot
from linviz.core.tables.table import TableSource
from linviz.core.theory import Parameters, Theory
from linviz.core.trajectory import Trajectory

NEAR = 1.01
"""Text tells when what is minimised comes within this factor of its least value."""
WIDTH = 110
"""Characters of a line."""
ROUNDING = 1e-24
"""Of the loss of predicting 0: an optimal one below it is 0 but for rounding."""
TELLING = 5e-7
"""What six digits of a factor tell from 1."""
COUNTED = 1e15
"""Steps that are written with all their digits."""


def lines(source: Drawable, settings: Settings, step: int | None, as_json: bool) -> Iterator[str]:
    """Give what is known of a run by its closed form; nothing is trained, and data that are there need no torch.

    All numbers are those of exact arithmetic, to float64's digits; the dtype decides only when a run overflows.

    Parameters
    ----------
    source
        The problem, drawn or not.
    settings
        How it is trained.
    step
        The step whose parameters and loss are asked for; none for no step.
    as_json
        Whether to give JSON.
    """
    descent = Descent.of(settings)  # first: drawing may take long
    # The numbers as they are: neither dtype nor device rounds them here.
    problem = drawn(replace(source, dtype="float64") if isinstance(source, TableSource) else source)
    begin = Snapshot.at_start(problem, replace(settings, dtype="float64", device="cpu"))
    theory = Theory.of_moment(begin).with_weight_decay(descent.weight_decay)
    start = Parameters(begin.weight, begin.bias)
    trajectory = Trajectory(theory, descent, start)
    overflow = overflow_step(trajectory, settings.dtype)
    if as_json:
        record = _record(trajectory, overflow, step)
        yield strict_json.line(record | known(problem) | _original(problem, theory))
        return
    yield from _known(problem, theory, start)
    if problem.scaling is not None:
        yield "in the units of the data the optimum is"
        yield from _parameters(Parameters(*problem.scaling.original(theory.optimum.weight, theory.optimum.bias)))
    yield from _run(trajectory, overflow, settings)
    if step is not None:
        yield ""
        yield f"--- after step {step:,}, computed, not trained"
        yield f"loss:  {trajectory.loss(step)!r}"
        yield from _parameters(trajectory.parameters(step), theory.bias)


def _record(trajectory: Trajectory, overflow: int | None, step: int | None) -> dict[str, object]:
    theory = trajectory.theory
    record: dict[str, object] = {
        "eigenvalues": theory.eigenvalues,
        "condition_number": theory.condition_number,
        "rank": theory.rank,
        "optimal_weight": theory.optimum.weight,
        "optimal_bias": theory.optimum.bias,
        "optimal_loss": theory.optimal_loss,
        "stability_limit": trajectory.stability_limit,
        "best_learning_rate": trajectory.best_learning_rate,
        "overflow_step": overflow,
    }
    if step is not None:
        weight, bias = trajectory.parameters(step)
        record |= {"step": step, "weight": weight, "bias": bias, "loss": trajectory.loss(step)}
    return record


def _original(problem: Problem, theory: Theory) -> dict[str, object]:
    """Give the optimum in the units of the data, if they were standardised."""
    if problem.scaling is None:
        return {}
    weight, bias = problem.scaling.original(theory.optimum.weight, theory.optimum.bias)
    return {"original_optimal_weight": weight, "original_optimal_bias": bias}


def _known(problem: Problem, theory: Theory, start: Parameters) -> Iterator[str]:
    used = f"{theory.samples} samples{' to train on' * (theory.samples < len(problem.x))}"
    yield f"--- {problem.title}: {used}, {theory.inputs} inputs, {theory.outputs} outputs"
    if problem.source:
        yield problem.source
    yield "The loss is a paraboloid over the parameters, so its course is known before a step is made."
    yield "eigenvalues of the Hessian (curvatures, alike for each output):"
    yield _text(theory.eigenvalues)
    yield f"condition number:  {theory.condition_number:.6g} (steepest by flattest direction)"
    yield from _wrapped(f"rank:  {theory.rank} of {theory.parameters}: {theory.rank_meaning}.")
    name = "loss at the optimum of loss + decay term" if theory.weight_decay else "optimal loss"
    yield f"{name}:  {theory.optimal_loss!r}, at"
    yield from _parameters(theory.optimum, theory.bias)
    if theory.rank < theory.parameters and not theory.weight_decay:  # which leaves but one
        yield "the optimum of least norm; gradient descent from this start goes to"
        yield from _parameters(theory.optimum_from(start), theory.bias)
    yield (
        f"plain gradient descent's stability limit:  {theory.stability_limit:.6g} = 2 / largest eigenvalue; "
        "above it, it diverges"
    )
    yield (
        f"its best learning rate:  {theory.best_learning_rate:.6g} = 2 / (smallest + largest), where the slowest "
        "direction is fastest"
    )


def _run(trajectory: Trajectory, overflow: int | None, settings: Settings) -> Iterator[str]:
    logs, moves = trajectory.log_contraction, trajectory.theory.eigenvalues > 0
    yield ""
    yield f"--- {settings.title} at learning rate {settings.learning_rate}"
    yield "a step multiplies the distance to the optimum along each eigen-direction by"
    yield _text(logs, written=_factor)
    if trajectory.descent.momentum:
        yield from _limits(trajectory)
    if not moves.any():
        yield "Nothing moves: the loss is the same everywhere."
    elif trajectory.converges:
        slowest = float(logs[moves].max())
        yield f"It converges: {_factor(slowest)} a step in the slowest direction;"
        yield f"{_nearing(trajectory, slowest)}."
    elif logs.max() > 0:
        yield f"It diverges: {_factor(float(logs.max()))} a step in the fastest direction."
    else:
        yield "It neither converges nor diverges: it never settles at an optimum."
    if overflow is not None:
        yield f"Its loss overflows {settings.dtype} at step {overflow:,}."


def _limits(trajectory: Trajectory) -> Iterator[str]:
    """Say below which learning rate the momentum converges, and at which it is fastest."""
    if np.isfinite(trajectory.best_learning_rate):
        yield f"with this momentum it converges below the learning rate {trajectory.stability_limit:.6g},"
        yield f"and the slowest direction is fastest at {trajectory.best_learning_rate:.6g}"
    elif trajectory.theory.eigenvalues[-1] > 0:
        yield "with this momentum no learning rate converges"


def _nearing(trajectory: Trajectory, slowest: float) -> str:
    """Say when what is minimised is near its least value; if never, how long it takes to come half the way there."""
    theory = trajectory.theory
    # Of a perfect fit rounding leaves a little, which nothing comes near.
    squares = float(np.sum(theory.targets**2)) + theory.unexplained
    fits = theory.optimal_objective <= ROUNDING * theory.scale * squares
    near = None if fits else trajectory.steps_to_factor(NEAR)
    name = "loss with its decay term" if theory.weight_decay else "loss"
    if near is not None:
        return f"the {name} is within {NEAR - 1:.0%} of the optimal one from step {near:,} on"
    what = f"the {name}" if fits else f"what the {name} is above the optimal one"
    return f"{'the optimal loss is 0, and ' * fits}in the long run {what} halves every {_half_life(slowest)} step(s)"


def _wrapped(sentence: str) -> list[str]:
    return textwrap.wrap(sentence, WIDTH, subsequent_indent="  ")


def _half_life(log: float) -> str:
    """Give after how many steps the loss, which goes by squares, is half of what it was."""
    steps = max(np.log(0.5) / (2 * log), 1)
    return f"{steps:,.0f}" if steps < COUNTED else f"{steps:.6g}"


def _factor(log: float) -> str:
    """Write a factor, given by its logarithm, with digits that tell it from 1."""
    more = float(np.expm1(log))
    if 0 < abs(more) < TELLING:
        return f"1 {'+' if more > 0 else '-'} {abs(more):.2g}"
    return f"{np.exp(log):.6g}"


def _number(number: float) -> str:
    return f"{number:.6g}"


def _parameters(parameters: Parameters, biased: bool = True) -> Iterator[str]:
    yield f"w:  {_text(parameters.weight, 4)}"
    if biased:
        yield f"b:  {_text(parameters.bias, 4)}"


def _text(array: Array, indent: int = 0, written: Callable[[Any], str] = _number) -> str:
    """Write an array with few enough digits to read; of a large one the corners."""
    with np.printoptions(formatter={"float_kind": written}):
        shown = np.array2string(array, separator=", ", threshold=200, max_line_width=WIDTH)
    return shown.replace("\n", "\n" + indent * " ")
