"""The notebook's cells, run again beside what they printed, as lines of text or JSON."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import torch

from linviz.cli import strict_json
from linviz.cli.trace import tensor_text
from linviz.core.notebook import replay

AGREEMENT = 2e-4
"""What a faithful rerun stays within, by ``resources/examples/notebook.json``."""


def text_lines(dtype: str) -> Iterator[str]:
    """Give each cell's code, its outputs here and in the notebook side by side, and how far they are apart.

    Parameters
    ----------
    dtype
        Of the run here; the notebook ran in float32.
    """
    largest: dict[int, float] = {}
    for cell, moment in replay(dtype):
        out, largest[cell.number] = cell.out(moment), cell.max_abs_diff(moment)
        yield f"--- In [{cell.number}]"
        yield from (f"    {line}" for line in cell.code.splitlines())
        for name, printed in cell.printed.items():
            yield from _side_by_side(name, out[name], printed)
        yield f"largest difference: {largest[cell.number]:.3g}" if cell.printed else "printed nothing"
        yield ""
    worst = max(largest, key=largest.__getitem__)
    yield (
        f"Largest difference of all cells: {largest[worst]:.3g} in cell {worst}; inputs printed to 4 decimals allow "
        f"{AGREEMENT:g}"
    )


def json_lines(dtype: str) -> Iterator[str]:
    """Give an object a cell; parameters as for `text_lines`."""
    for cell, moment in replay(dtype):
        yield strict_json.line(
            {
                "in": cell.number,
                "code": cell.code,
                "out": cell.out(moment),
                "printed": cell.printed,
                "max_abs_diff": cell.max_abs_diff(moment),
            }
        )


def _side_by_side(name: str, here: Any, printed: Any) -> Iterator[str]:
    if isinstance(here, float):
        left, right = [repr(here)], [repr(printed)]
    else:
        left = tensor_text(here).splitlines()
        right = tensor_text(printed, torch.float32).splitlines()
    left, right = [f"{name} here:", *left], [f"{name} in the notebook:", *right]
    width = max(map(len, left))
    for a, b in zip_longest(left, right, fillvalue=""):
        yield f"{a:{width}}    {b}".rstrip()
