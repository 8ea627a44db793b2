"""The notebook's cells 36 to 44: what they say, what they printed, and the commands that run them again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from linviz.core import remarks
from linviz.core.command import Command, Load, NextPhase, Reset, SetLearningRate, Step, UpdateAgain
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.resources import resource


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One cell of the notebook.

    Parameters
    ----------
    number
        The cell's number in the notebook.
    code
        Its source.
    printed
        What the notebook printed, by field, rounded to 4 decimals but for the loss; arrays as lists.
    commands
        What it does, said in commands; those of all cells before it come first.
    fills
        The fields that hold other numbers after it.
    remark
        What is true where the cell, or the text around it, is loose; or nothing.
    """

    number: int
    code: str
    printed: Mapping[str, Any]
    commands: tuple[Command, ...]
    fills: tuple[str, ...] = ()
    remark: str = ""

    def out(self, moment: Snapshot) -> dict[str, Any]:
        """Give what the cell comes to here, by field, from the moment after it."""
        return {name: getattr(moment, name) for name in self.printed}

    def differences(self, moment: Snapshot) -> dict[str, np.ndarray]:
        """Give how far each number here is from the printed one, by field, in the field's shape."""
        out = self.out(moment)
        return {name: np.abs(np.subtract(out[name], value, dtype=np.float64)) for name, value in self.printed.items()}

    def max_abs_diff(self, moment: Snapshot) -> float:
        """Give the largest difference between here and what was printed; 0 for a cell that printed nothing."""
        return max((float(difference.max()) for difference in self.differences(moment).values()), default=0.0)


# Those that it printed, but where it computed more.
_FILLS = {39: ("prediction", "residual"), 44: ("prediction", "residual", "loss")}
_REMARKS = {40: remarks.LOSS, 42: remarks.UPDATE, 43: remarks.EQUIVALENCE}


def _commands(learning_rate: float) -> dict[int, tuple[Command, ...]]:
    return {
        36: (Load(Problem.notebook()),),
        37: (Reset(),),  # which makes nn.Linear anew, with the parameters that the notebook printed
        38: (SetLearningRate(learning_rate),),
        39: (NextPhase(),),
        40: (NextPhase(),),
        # It has no zero_grad(): before it there is no gradient to clear, so that running that phase changes nothing.
        41: (NextPhase(), NextPhase()),
        42: (Step(),),
        43: (UpdateAgain(by_hand=True),),
        44: (NextPhase(), NextPhase()),
    }


@cache
def cells() -> tuple[Cell, ...]:
    """Give the cells in order."""
    notebook = json.loads(resource("examples/notebook.json").read_text("utf-8"))
    commands = _commands(notebook["hyperparameters"]["learning_rate"])
    return tuple(
        Cell(
            cell["in"],
            cell["code"],
            cell["out"],
            commands[cell["in"]],
            _FILLS.get(cell["in"], tuple(cell["out"])),
            _REMARKS.get(cell["in"], ""),
        )
        for cell in notebook["cells"]
    )


def replay(dtype: str = "float32") -> Iterator[tuple[Cell, Snapshot]]:
    """Run the cells in order; give each with the moment after it.

    Parameters
    ----------
    dtype
        See `Settings`. The notebook ran in float32.
    """
    from linviz.core.trainer import Trainer  # noqa: PLC0415  # the window reads the cells before torch is loaded

    trainer = Trainer(Problem.notebook(), Settings(dtype=dtype))
    for cell in cells():
        for command in cell.commands:
            command.apply(trainer)
        yield cell, trainer.snapshot()
