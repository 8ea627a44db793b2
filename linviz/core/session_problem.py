"""A problem in a session's file: what of it is in the header, and what is arrays. Needs no torch."""

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from linviz.core import names
from linviz.core.problem import Problem
from linviz.core.scaling import Scaling
from linviz.core.session_header import ProblemRecord
from linviz.errors import InputError

Array = NDArray[Any]
PLAIN = ("x", "y", "weight", "bias")
SCALING = ("x_mean", "x_std", "y_mean", "y_std")
TRUE = ("true_weight", "true_bias")


def problem_record(problem: Problem) -> ProblemRecord:
    """Give what of a problem isn't arrays."""
    return ProblemRecord(
        problem.name,
        problem.seed,
        list(problem.x_names),
        list(problem.y_names),
        problem.noise,
        problem.source,
    )


def problem_arrays(problem: Problem) -> dict[str, Array]:
    """Give its arrays, by their names in a file."""
    arrays = {name: getattr(problem, name) for name in PLAIN}
    arrays |= {_true(name): getattr(problem, name) for name in TRUE}
    arrays |= {_scaling(name): getattr(problem.scaling, name, None) for name in SCALING}
    return {name: array for name, array in arrays.items() if array is not None}


def is_plain(problem: Problem) -> bool:
    """Tell whether versions 1 and 2 of the format hold all of it."""
    bare = problem_record(problem) == ProblemRecord(problem.name, problem.seed)
    return bare and problem_arrays(problem).keys() == set(PLAIN)


def problem_of(record: ProblemRecord, there: set[str], take: Callable[[str], Array]) -> Problem:
    """Make a problem of what a file holds.

    Parameters
    ----------
    record
        What isn't arrays.
    there
        Names of the arrays in the file.
    take
        Gives one of them, a float one.

    Raises
    ------
    InputError
        If the parts don't fit together.
    """
    if names.plain(record.name) != record.name:
        raise InputError(f"the problem can't be called {record.name!r}")
    scaling = {name: take(_scaling(name)) for name in SCALING if _scaling(name) in there}
    x, y, weight, bias = (take(name) for name in PLAIN)
    true_weight, true_bias = (take(_true(name)) if _true(name) in there else None for name in TRUE)
    return Problem(
        x,
        y,
        weight,
        bias,
        name=record.name,
        seed=record.seed,
        x_names=tuple(record.x_names),
        y_names=tuple(record.y_names),
        scaling=Scaling(**scaling) if scaling else None,
        true_weight=true_weight,
        true_bias=true_bias,
        noise=record.noise,
        source=names.shortened(record.source, names.MOST_OF_SOURCE),
    )


def _true(name: str) -> str:
    return name.replace("_", ".")


def _scaling(name: str) -> str:
    return f"scaling.{name}"
