"""The same update in three spellings: against torch on its own tensors, and without a trace."""

import math
import struct

import numpy as np
import pytest
import torch
from compared import PARAMETERS, RATES, any_numbers, by_torch, forged
from explained import COMMANDS, do
from hypothesis import given
from hypothesis import strategies as st
from oracle import DTYPES, FEW, Array, differing, problems, same_bits, values

from linviz.core.comparison import ALPHA, MANUAL_STEP, SPELLINGS, STEP, Compare
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Phase
from linviz.core.trainer import Trainer


def bits(value: float) -> object:
    return "nan" if math.isnan(value) else struct.pack("d", value)


def state(trainer: Trainer) -> list[object]:
    """Give all that an answer must leave alone."""
    linear, group = trainer.linear, trainer.optimizer.param_groups[0]
    tensors = (linear.weight, linear.bias, linear.weight.grad, linear.bias.grad)
    numbers = [None if each is None else each.detach().numpy().tobytes() for each in tensors]
    objects = [id(each) for each in (trainer.snapshot(), linear, trainer.optimizer, trainer.problem, *tensors)]
    return [*numbers, *objects, group["lr"], trainer.settings, torch.get_rng_state().numpy().tobytes()]


@FEW
@given(problems(samples=12, width=4), RATES, DTYPES, COMMANDS, COMMANDS)
def test_a_comparison_from_any_moment_is_torchs_and_changes_nothing(
    problem: Problem, rate: float, dtype: str, commands: list[str], others: list[str]
) -> None:
    trainer, twin, ahead = (Trainer(problem, Settings(rate, dtype=dtype)) for _ in range(3))
    for each in (trainer, twin, ahead):
        do(each, commands)
    before = state(trainer)
    compared = Compare().apply(trainer)
    assert state(trainer) == before
    if trainer.snapshot().next_phase is Phase.UPDATE:
        assert compared.moment is trainer.snapshot()
    else:
        assert differing(values(ahead.run_to(Phase.BACKWARD)), values(compared.moment)) == []
    expected = by_torch(compared.moment)
    assert compared.results.keys() == expected.keys() == set(SPELLINGS)
    for spelling, fields in expected.items():
        assert differing(dict(compared.results[spelling]), dict(fields)) == [], spelling
    # It told what comes, and the trainer goes on as one that was never asked.
    after = ahead.step()
    assert differing(dict(compared.results[STEP]), {name: getattr(after, name) for name in PARAMETERS}) == []
    for command in (*others, "step"):
        assert differing(values(do(trainer, [command])), values(do(twin, [command]))) == []


@FEW
@given(any_numbers(finite=False), st.floats(0, 3e38, exclude_min=True) | RATES)
def test_any_numbers_are_compared_without_a_warning(numbers: tuple[Array, Array], rate: float) -> None:
    compared = forged(*numbers, rate)
    for spelling, fields in by_torch(compared.moment).items():
        assert differing(dict(compared.results[spelling]), dict(fields)) == [], spelling
    cells = [compared.cell(at) for at in range(len(compared))]
    assert [cell.old for cell in cells] == pytest.approx(numbers[0].tolist(), rel=0, abs=0, nan_ok=True)
    assert [cell.gradient for cell in cells] == pytest.approx(numbers[1].tolist(), rel=0, abs=0, nan_ok=True)
    for spelling in SPELLINGS:
        others = [cell for cell in cells if bits(cell.new[spelling]) != bits(cell.new[STEP])]
        assert compared.differing(spelling) == len(others)
        distances = [abs(cell.ulp[spelling]) for cell in cells if not math.isnan(cell.ulp[spelling])]
        assert compared.largest_ulp(spelling) == max(distances, default=0)
    assert compared.differing(STEP) == compared.differing(ALPHA) == 0
    assert compared.largest_ulp(STEP) == compared.largest_ulp(ALPHA) == 0


def test_cells_are_counted_row_by_row_and_the_bias_last() -> None:
    trainer = Trainer(Problem.random(9, 3, 4, seed=1))
    compared = Compare().apply(trainer)
    expected = [("weight", (k, j)) for k in range(4) for j in range(3)] + [("bias", (k,)) for k in range(4)]
    assert len(compared) == len(expected) == 16
    moment = trainer.run_to(Phase.BACKWARD)
    for at, (field, index) in enumerate(expected):
        cell = compared.cell(at)
        assert (cell.field, cell.index) == (field, index)
        assert (cell.old, cell.gradient) == (getattr(moment, field)[index], getattr(moment, f"{field}_grad")[index])
        assert cell.new == {spelling: compared.results[spelling][field][index] for spelling in SPELLINGS}
    for outside in (-1, 16):
        with pytest.raises(ValueError, match="out of bounds"):
            compared.cell(outside)


# By the larger rate the product is nearly as large as the result, whose rounding then seldom hides that of the product.
@pytest.mark.parametrize(("rate", "fewest", "most"), [(0.01, 0.05, 0.3), (0.3, 0.6, 0.99)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_alpha_is_optimizer_step_for_every_seed_and_the_notebooks_spelling_is_not(
    dtype: str, rate: float, fewest: float, most: float
) -> None:
    differ, own = [], 0.0
    for seed in range(150):
        compared = Compare().apply(Trainer(Problem.random(10, 3, 2, seed), Settings(rate, dtype=dtype)))
        assert compared.differing(ALPHA) == compared.largest_ulp(ALPHA) == 0
        differ.append(compared.differing(MANUAL_STEP) > 0)
        assert 0 <= compared.largest_ulp(MANUAL_STEP) <= 1
        assert (compared.largest_ulp(MANUAL_STEP) > 0) == differ[-1]
        own = max([own, *(abs(compared.cell(at).own_ulp[MANUAL_STEP]) for at in range(8))])
    assert fewest < np.mean(differ) < most
    assert own >= 1


def test_a_run_that_diverges_is_compared_to_its_end() -> None:
    trainer = Trainer(Problem.notebook(), Settings(1e3))
    for _ in range(20):
        compared = Compare().apply(trainer)
        cells = [compared.cell(at) for at in range(len(compared))]
        assert compared.differing(ALPHA) == 0
        trainer.step()
    assert np.isnan(trainer.snapshot().weight).all()
    assert [cell.exact for cell in cells] == [None] * 8
    assert compared.differing(MANUAL_STEP) == compared.largest_ulp(MANUAL_STEP) == 0


def test_an_answer_is_frozen_and_its_own() -> None:
    trainer = Trainer(Problem.notebook())
    assert Compare() == Compare()
    compared, again = (Compare().apply(trainer) for _ in range(2))
    for spelling in SPELLINGS:
        for name in PARAMETERS:
            array = compared.results[spelling][name]
            assert not array.flags.writeable
            assert not np.shares_memory(array, getattr(trainer.linear, name).detach().numpy())
            assert same_bits(array, again.results[spelling][name])
