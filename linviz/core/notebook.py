"""The notebook's cells 36 to 44, run again beside what they printed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Phase, Snapshot
from linviz.core.trainer import Trainer
from linviz.resources import resource


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One cell of the notebook, run again.

    Parameters
    ----------
    number
        The cell's number in the notebook.
    code
        Its source.
    out
        What it gave here, by field: arrays, and a float for the loss.
    printed
        What the notebook printed, by field, rounded to 4 decimals but for the loss.
    snapshot
        The moment after it.
    """

    number: int
    code: str
    out: dict[str, Any]
    printed: dict[str, Any]
    snapshot: Snapshot

    @property
    def max_abs_diff(self) -> float:
        """The largest difference between here and what was printed; 0 for a cell that printed nothing."""
        return max(
            (
                float(np.abs(np.subtract(self.out[name], value, dtype=float)).max())
                for name, value in self.printed.items()
            ),
            default=0.0,
        )


def _until(phase: Phase) -> Callable[[Trainer], object]:
    def run(trainer: Trainer) -> None:
        while trainer.next_phase().next_phase is not phase:
            pass

    return run


def _nothing(_trainer: Trainer) -> None:
    """Cells 36 to 38 make what the trainer starts with."""


# What each cell does, said in commands of the trainer. Cell 41 has no zero_grad(): before it there is no gradient to
# clear, so running that phase changes nothing.
_ACTIONS: dict[int, Callable[[Trainer], object]] = {
    36: _nothing,
    37: _nothing,
    38: _nothing,
    39: _until(Phase.LOSS),
    40: _until(Phase.ZERO_GRAD),
    41: _until(Phase.UPDATE),
    42: Trainer.step,
    43: lambda trainer: trainer.update_again(by_hand=True),
    44: _until(Phase.ZERO_GRAD),
}


def replay(dtype: str = "float32") -> Iterator[Cell]:
    """Run the notebook's cells in order.

    Parameters
    ----------
    dtype
        See `Settings`. The notebook ran in float32.
    """
    cells = json.loads(resource("examples/notebook.json").read_text("utf-8"))["cells"]
    trainer = Trainer(Problem.notebook(), Settings(dtype=dtype))
    for cell in cells:
        _ACTIONS[cell["in"]](trainer)
        moment = trainer.snapshot()
        out = {name: getattr(moment, name) for name in cell["out"]}
        yield Cell(cell["in"], cell["code"], out, cell["out"], moment)
