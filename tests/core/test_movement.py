"""The largest move against going through all parameters one by one."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from explained import COMMANDS, do
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from oracle import DTYPES, FEW, Array, problems

from linviz.core.movement import Move, largest_move
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Applied, Phase, Snapshot, Update
from linviz.core.trainer import Trainer

RATES = st.floats(1e-4, 3) | st.sampled_from((1e-300, 1e4, 1e30))
UPDATES: dict[str, Callable[[Trainer], Snapshot]] = {
    "step": Trainer.step,
    "manual step": Trainer.manual_step,
    "again": Trainer.update_again,
    "again by hand": lambda trainer: trainer.update_again(by_hand=True),
    "run": lambda trainer: trainer.run(steps=1).snapshot,
}


def moves(before: dict[str, Array], after: dict[str, Array]) -> Iterator[Move]:
    """Go through the parameters in the order in which they are stored."""
    for field, old in before.items():
        for index in np.ndindex(old.shape):
            yield Move(field, index, old[index].item(), after[field][index].item())


def expected(before: dict[str, Array], after: dict[str, Array]) -> Move | None:
    largest, size = None, 0.0
    for move in moves(before, after):
        far = abs(move.new - move.old)
        if far > size and math.isfinite(far):
            largest, size = move, far
    return largest


def parameters(moment: Snapshot) -> dict[str, Array]:
    return {"weight": moment.weight, "bias": moment.bias}


def forged(before: dict[str, Array], after: dict[str, Array]) -> Snapshot:
    """Give a moment after an update from these numbers to those."""
    outputs, inputs = after["weight"].shape
    start = Snapshot.at_start(Problem.random(1, inputs, outputs), Settings(dtype=str(after["weight"].dtype)))
    return replace(start, **after, applied=Applied(Update.STEP, 0.1, before))  # type: ignore[arg-type]  # mypy can't know


@FEW
@given(problems(samples=12, width=5), RATES, DTYPES, COMMANDS, st.sampled_from(tuple(UPDATES)))
def test_the_largest_move_is_that_of_the_last_update(
    problem: Problem, rate: float, dtype: str, commands: list[str], update: str
) -> None:
    trainer = Trainer(problem, Settings(rate, dtype=dtype))
    do(trainer, commands)
    before = trainer.run_to(Phase.BACKWARD)
    after = UPDATES[update](trainer)
    found = largest_move(after)
    assert found == expected(parameters(before), parameters(after))
    if found:
        assert found.change == found.new - found.old != 0
    # What comes after the update and leaves the parameters alone leaves the move alone.
    for phase in (Phase.FORWARD, Phase.ZERO_GRAD, Phase.BACKWARD):
        if update in {"step", "manual step", "run"}:
            assert largest_move(trainer.run_to(phase)) == found


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("steps", [2, 7])
def test_the_move_of_a_run_is_that_of_its_last_step(steps: int, by_hand: bool) -> None:
    trainer, other = (Trainer(Problem.random(10, 3, 2, seed=8), Settings(0.3)) for _ in range(2))
    before = trainer.run(steps - 1, by_hand=by_hand).snapshot
    after = other.run(steps, by_hand=by_hand).snapshot
    assert largest_move(after) == expected(parameters(before), parameters(after))


@st.composite
def pairs(draw: Callable[..., Any]) -> tuple[dict[str, Array], dict[str, Array]]:
    """Give parameters of any numbers before and after, many of them alike."""
    outputs, inputs, width = draw(st.integers(1, 4)), draw(st.integers(1, 4)), draw(st.sampled_from((32, 64)))
    numbers = st.sampled_from((0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan)) | st.floats(width=width)
    shapes = {"weight": (outputs, inputs), "bias": (outputs,)}
    one, other = (
        {name: draw(arrays(f"float{width}", shape, elements=numbers)) for name, shape in shapes.items()}
        for _ in range(2)
    )
    return one, other


@FEW
@given(pairs())
def test_any_numbers_are_gone_through_without_a_warning(pair: tuple[dict[str, Array], dict[str, Array]]) -> None:
    before, after = pair
    for array in (*before.values(), *after.values()):
        array.flags.writeable = False  # as they are in a snapshot
    found, brute = largest_move(forged(before, after)), expected(before, after)
    assert found == brute
    if found:
        # Not only by the same rounding: no parameter moved further by what two doubles can tell.
        exact = abs(Fraction(found.new) - Fraction(found.old))
        finite = [m for m in moves(before, after) if math.isfinite(m.new - m.old)]
        assert all(abs(Fraction(m.new) - Fraction(m.old)) <= exact * (1 + Fraction(2) ** -52) for m in finite)


def after_one(weight: list[float], bias: list[float], old: list[float], old_bias: list[float]) -> Move | None:
    def arrays_of(row: list[float], last: list[float]) -> dict[str, Array]:
        return {"weight": np.array([row], np.float32), "bias": np.array(last, np.float32)}

    return largest_move(forged(arrays_of(old, old_bias), arrays_of(weight, bias)))


def test_the_first_of_equals_and_the_weight_before_the_bias() -> None:
    assert after_one([1, -2, 2], [2], [0, 0, 0], [0]) == Move("weight", (0, 1), 0, -2)
    assert after_one([1, 0, 1], [-3], [0, 0, 0], [0]) == Move("bias", (0,), 0, -3)
    assert after_one([0, 0, 1], [1], [0, 0, 0], [0]) == Move("weight", (0, 2), 0, 1)


def test_moves_are_told_apart_that_float32_would_round_to_the_same() -> None:
    assert after_one([0, -1], [0], [2**24, 2**24], [0]) == Move("weight", (0, 1), 2**24, -1)
    # And one that float32 could not hold.
    assert after_one([0, -3e38], [0], [1, 3e38], [0]) == Move(
        "weight", (0, 1), float(np.float32(3e38)), float(np.float32(-3e38))
    )


def test_what_is_no_number_has_not_moved() -> None:
    nan, inf = math.nan, math.inf
    assert after_one([nan, 1.5, inf], [-inf], [0, 1, 0], [0]) == Move("weight", (0, 1), 1, 1.5)
    assert after_one([nan, nan], [nan], [nan, inf], [0]) is None
    assert after_one([inf, -inf], [nan], [inf, inf], [nan]) is None
    # Nor has what moved by more than a double can tell.
    far = {"weight": np.array([[1.7e308, 2.0]]), "bias": np.zeros(1)}
    back = {"weight": np.array([[-1.7e308, 1.0]]), "bias": np.zeros(1)}
    assert largest_move(forged(far, back)) == Move("weight", (0, 1), 2, 1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_none_before_the_first_update_and_after_a_reset(dtype: str) -> None:
    trainer = Trainer(Problem.notebook(), Settings(dtype=dtype))
    assert largest_move(trainer.snapshot()) is None
    assert largest_move(trainer.run_to(Phase.BACKWARD)) is None
    assert largest_move(trainer.step()) is not None
    assert largest_move(trainer.reset()) is None
    trainer.step()
    assert largest_move(trainer.load(Problem.random(3, 2, 1))) is None


def test_none_where_nothing_moved() -> None:
    tiny = Trainer(Problem.notebook(), Settings(1e-300))  # which float32 holds as 0
    assert largest_move(tiny.step()) is None
    at_optimum = Trainer(Problem(np.eye(2), np.zeros((2, 1)), np.zeros((1, 2)), np.zeros(1)))
    assert largest_move(at_optimum.step()) is None
    assert largest_move(at_optimum.run(steps=5).snapshot) is None


def test_a_run_that_diverges_ends_with_none() -> None:
    trainer = Trainer(Problem.notebook(), Settings(1e3))
    sizes = [abs(move.change) for move in (largest_move(trainer.step()) for _ in range(11)) if move]
    assert len(sizes) == 11
    assert sizes == sorted(sizes)
    for _ in range(9):
        trainer.step()
    assert largest_move(trainer.snapshot()) is None
