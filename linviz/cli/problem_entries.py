"""Which problem is asked for on the command line, read into a checked value."""

import csv
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from linviz.cli.values import choice, whole
from linviz.errors import InputError, listed, shown

if TYPE_CHECKING:
    # They import numpy, which --help does without.
    from linviz.core.problem import Problem, Recipe
    from linviz.core.session import Session
    from linviz.core.tables.table import TableSource

OF_TABLES = ("x", "y", "one_hot", "drop_missing")
"""Options that choose from a file's table."""
OF_RECIPES = ("noise", "true_weight", "true_bias")
"""Options that make y instead of drawing it."""
OF_PROBLEMS = ("example", "random", "seed", *OF_RECIPES, *OF_TABLES, "standardize")
OTHERS = ("linnerud", "diabetes")
"""Examples that aren't the notebook's."""
SHAPE = ("10", "3", "2")
"""The notebook's."""


def source(entries: Namespace) -> "Problem | Recipe | TableSource":
    """Read which problem is asked for; a random one is only a recipe, because drawing it takes torch."""
    if "file" in entries:
        return _table(entries, Path(entries.file))
    for name in OF_TABLES:
        if name in entries:
            raise InputError(f"{_flag(name)} is about the columns of a file: name it too, as in data.csv --x a,b --y c")
    if "example" in entries:
        return _example(entries)
    if "standardize" in entries:
        raise InputError(
            f"--standardize {shown(entries.standardize)} is for tables and examples: name a file or --example diabetes"
        )
    from linviz.core.problem import Problem  # noqa: PLC0415  # imports numpy, see above

    if not any(name in entries for name in ("random", "seed", *OF_RECIPES)):
        return Problem.notebook()
    return _recipe(entries)


def check(source: object) -> None:
    """Say before a window is opened what is wrong with a table, as far as its beginning tells."""
    from linviz.core.tables.table import TableSource  # noqa: PLC0415  # imports numpy, see above

    if isinstance(source, TableSource):
        source.check()


def session(path: Path) -> "Session":
    """Read a session from its file."""
    from linviz.core.session_file import read_session  # noqa: PLC0415  # imports numpy, see above

    return read_session(path)


def refuse_beside(what: str, entries: Namespace, names: tuple[str, ...]) -> None:
    """Refuse options beside something that leaves no choice of them."""
    for name in names:
        if name in entries:
            raise InputError(f"{what} no choice of {_flag(name)}: leave out one")


def _table(entries: Namespace, path: Path) -> "TableSource":
    from linviz.core.reading import holds_table  # noqa: PLC0415  # imports numpy, see above
    from linviz.core.tables.table import Preview, TableSource  # noqa: PLC0415  # as above

    if not holds_table(path):
        raise InputError(
            f"{shown(entries.file)} is a saved run, not a table: linviz {shown(entries.file)} opens it and linviz "
            "trace --session prints it"
        )
    what = f"{shown(entries.file)} brings its own numbers, which leave"
    refuse_beside(what, entries, ("example", "random", *OF_RECIPES))
    if "x" not in entries or "y" not in entries:
        columns = [f"{listed([each.name])}{' (text)' * (each.kind == 'text')}" for each in Preview.of(path).columns]
        raise InputError(
            f"say which columns of {path.name} are x and which are y, by --x and --y: it has {_listed(columns)}"
        )
    return TableSource(
        path,
        _names(entries.x),
        _names(entries.y),
        one_hot=_names(getattr(entries, "one_hot", "")),
        drop_missing="drop_missing" in entries,
        standardize=_sides(entries),
        dtype=getattr(entries, "dtype", "float32").strip(),
        seed=whole("seed", getattr(entries, "seed", "0"), 0),
    )


def _example(entries: Namespace) -> "Problem | TableSource":
    from linviz.core.examples import EXAMPLES  # noqa: PLC0415  # imports numpy, see above

    name = choice("example", entries.example, tuple(EXAMPLES))
    if "random" in entries:
        raise InputError(f"--example {name} and --random are two problems: leave out one of them")
    refuse_beside(f"--example {name} brings its own numbers, which leave", entries, OF_RECIPES)
    if not EXAMPLES[name].x:
        for option, done in (("seed", "draw"), ("standardize", "standardise")):
            if option in entries:
                raise InputError(
                    f"--{option} {shown(getattr(entries, option))} has nothing to {done}, the numbers of --example "
                    f"{name} are printed ones: leave out one of them"
                )
    dtype, seed = getattr(entries, "dtype", "float32").strip(), whole("seed", getattr(entries, "seed", "0"), 0)
    return EXAMPLES[name].source(_sides(entries), dtype, seed)


def _recipe(entries: Namespace) -> "Recipe":
    from linviz.core.problem import Recipe  # noqa: PLC0415  # imports numpy, see above

    words = zip(("samples", "inputs", "outputs"), getattr(entries, "random", SHAPE), strict=True)
    samples, inputs, outputs = (whole(name, text, 1) for name, text in words)
    weight, bias = (_numbers(entries, name) for name in ("true_weight", "true_bias"))
    if bias is not None and len(bias) > 1:
        raise InputError(f"true bias must be one row of numbers such as 0,1, got {shown(entries.true_bias)}")
    return Recipe(
        samples,
        inputs,
        outputs,
        whole("seed", getattr(entries, "seed", "0"), 0),
        noise=_noise(entries),
        true_weight=weight,
        true_bias=None if bias is None else bias[0],
    )


def _noise(entries: Namespace) -> float | None:
    if "noise" not in entries:
        return None
    try:
        return float(entries.noise)
    except ValueError:
        raise InputError(f"noise must be a number from 0 on, got {shown(entries.noise)}") from None


def _numbers(entries: Namespace, name: str) -> tuple[tuple[float, ...], ...] | None:
    """Read rows of numbers such as ``1,2;3,4``."""
    if name not in entries:
        return None
    text = getattr(entries, name)
    try:
        return tuple(tuple(map(float, row.split(","))) for row in text.split(";"))
    except ValueError:
        words = name.replace("_", " ")
        raise InputError(f"{words} must be rows of numbers such as 1,2;3,4, got {shown(text)}") from None


def _names(text: str) -> tuple[str, ...]:
    """Read names apart by commas; one that holds a comma stands in quotation marks."""
    try:
        [names] = list(csv.reader([text], skipinitialspace=True, strict=True)) or [[]]
    except (csv.Error, ValueError):
        raise InputError(f'names of columns are written like a,b or "a, b",c, got {shown(text)}') from None
    return tuple(name.strip() for name in names)


def _sides(entries: Namespace) -> tuple[str, ...]:
    return tuple(each.strip() for each in entries.standardize.split(",")) if "standardize" in entries else ()


def _listed(columns: list[str], most: int = 12) -> str:
    if len(columns) > most:
        return f"{', '.join(columns[:most])} and {len(columns) - most:,} more"
    return f"{', '.join(columns[:-1])} and {columns[-1]}"


def _flag(name: str) -> str:
    return "a file" if name == "file" else f"--{name.replace('_', '-')}"
