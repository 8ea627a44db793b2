"""What test_explain.py and test_explain_words.py have in common."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st

from linviz.core.explain import EXPLAINED, Explanation
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import GRADIENTS, PARAMETERS, Snapshot
from linviz.core.terms import Factor, Index
from linviz.core.trainer import Trainer

COMMANDS = st.lists(
    st.one_of(
        st.sampled_from(("phase", "phase", "phase", "step", "manual_step", "again", "again_by_hand", "reset")),
        st.floats(1e-4, 0.5).map(lambda rate: f"rate {rate}"),
        st.integers(1, 5).map(lambda steps: f"run {steps}"),
    ),
    max_size=12,
)


def do(trainer: Trainer, commands: list[str]) -> Snapshot:
    """Run commands; an update again without a gradient is left out."""
    for command in commands:
        match command.split():
            case ["phase"]:
                trainer.next_phase()
            case ["step"]:
                trainer.step()
            case ["manual_step"]:
                trainer.manual_step()
            case ["again" | "again_by_hand" as word]:
                if trainer.snapshot().weight_grad is not None:
                    trainer.update_again(by_hand=word == "again_by_hand")
            case ["reset"]:
                trainer.reset()
            case ["rate", rate]:
                trainer.set_learning_rate(float(rate))
            case ["run", steps]:
                trainer.run(int(steps))
    return trainer.snapshot()


def moments(problem: Problem, dtype: str = "float32", rate: float = 0.01) -> Iterator[Snapshot]:
    """Give every moment of two iterations and of an update again in the middle of a third."""
    trainer = Trainer(problem, Settings(rate, dtype=dtype))
    yield trainer.snapshot()
    for _ in range(11):
        yield trainer.next_phase()
    yield trainer.update_again()
    for _ in range(3):
        yield trainer.next_phase()
    yield trainer.manual_step()


def cells(snapshot: Snapshot, most: int = 6) -> Iterator[tuple[str, Index]]:
    """Go through every field that has numbers: its corners, and some of what is between them."""
    for field in EXPLAINED:
        held = getattr(snapshot, field)
        if held is None:
            continue
        shape = np.shape(held)
        every = math.prod(shape)
        for at in sorted({round(n) for n in np.linspace(0, every - 1, min(every, most))}):
            yield field, tuple(int(side) for side in np.unravel_index(at, shape))


def held(snapshot: Snapshot, explanation: Explanation, factor: Factor) -> Any:
    """Look an operand up where the snapshot says that the cell came from."""
    if explanation.field in PARAMETERS:
        assert snapshot.applied is not None
        if factor.field == "learning_rate":
            return snapshot.applied.learning_rate
        return snapshot.applied.operands[factor.field][factor.index]
    return snapshot.computed_from[explanation.field][factor.field][factor.index]


def expected_terms(snapshot: Snapshot, field: str) -> int:
    samples, inputs, outputs = snapshot.shape
    per_field = {"prediction": inputs + 1, "residual": 2, "loss": samples * outputs}
    if field in PARAMETERS:
        return 2 if snapshot.applied else 0
    return per_field.get(field, samples if field in GRADIENTS else 0)
