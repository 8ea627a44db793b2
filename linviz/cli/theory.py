"""What theory knows of a run before it runs, as text or JSON."""

import textwrap
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from linviz.cli import strict_json
from linviz.cli.known import known
from linviz.core.command import Drawable, drawn
from linviz.core.descent import Descent
from linviz.core.overflow import overflow_step
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Array, Snapshot
from linviz.core.theory import Parameters, Theory
from linviz.core.trajectory import Trajectory

NEAR = 1.01
"""Text tells when the loss comes within this factor of the optimal one."""
WIDTH = 110
"""Characters of a line."""
ROUNDING = 1e-20
"""Of the first loss: an optimal one below it is 0 but for rounding."""


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
    problem = drawn(source)
    # The numbers as they are: neither dtype nor device rounds them here.
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
    yield f"optimal loss:  {theory.optimal_loss!r}, at"
    yield from _parameters(theory.optimum, theory.bias)
    if theory.rank < theory.parameters:
        yield "the optimum of least norm; gradient descent from this start goes to"
        yield from _parameters(theory.optimum_from(start), theory.bias)
    yield f"stability limit:  {theory.stability_limit:.6g} = 2 / largest eigenvalue; above it gradient descent diverges"
    yield (
        f"best learning rate:  {theory.best_learning_rate:.6g} = 2 / (smallest + largest), where the slowest direction "
        "is fastest"
    )


def _run(trajectory: Trajectory, overflow: int | None, settings: Settings) -> Iterator[str]:
    factors = trajectory.contraction
    yield ""
    yield f"--- {settings.title} at learning rate {settings.learning_rate}"
    yield "a step multiplies the distance to the optimum along each eigen-direction by"
    yield _text(factors)
    if settings.chosen:
        yield f"with what was chosen it converges below the learning rate {trajectory.stability_limit:.6g},"
        yield f"and the slowest direction is fastest at {trajectory.best_learning_rate:.6g}"
    if trajectory.converges:
        slowest = float(factors[trajectory.theory.eigenvalues > 0].max())
        theory = trajectory.theory
        # Of a perfect fit rounding leaves a little, which nothing comes near.
        fits = theory.optimal_loss <= ROUNDING * trajectory.loss(0)
        near = None if fits else trajectory.steps_to_factor(NEAR)
        within = (
            f"the optimal loss is 0, and in the long run the loss halves every {_half_life(slowest)} step(s)"
            if near is None
            else f"the loss is within {NEAR - 1:.0%} of the optimal one from step {near:,} on"
        )
        yield f"It converges: {slowest:.6g} a step in the slowest direction;"
        yield f"{within}."
    else:
        yield f"It diverges: {float(factors.max()):.6g} a step in the fastest direction."
    if overflow is not None:
        yield f"Its loss overflows {settings.dtype} at step {overflow:,}."


def _wrapped(sentence: str) -> list[str]:
    return textwrap.wrap(sentence, WIDTH, subsequent_indent="  ")


def _half_life(factor: float) -> str:
    """Give after how many steps the loss, which goes by squares, is half of what it was."""
    return f"{max(np.log(0.5) / (2 * np.log(factor)), 1):,.0f}" if factor > 0 else "1"


def _parameters(parameters: Parameters, biased: bool = True) -> Iterator[str]:
    yield f"w:  {_text(parameters.weight, 4)}"
    if biased:
        yield f"b:  {_text(parameters.bias, 4)}"


def _text(array: Array, indent: int = 0) -> str:
    """Write an array with few enough digits to read; of a large one the corners."""
    with np.printoptions(formatter={"float_kind": lambda number: f"{number:.6g}"}):
        shown = np.array2string(array, separator=", ", threshold=200, max_line_width=WIDTH)
    return shown.replace("\n", "\n" + indent * " ")
