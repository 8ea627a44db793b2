import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from oracle import COMPUTED, DTYPES, FEW, differing, problems, same_bits, values

from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import ARRAY_FIELDS, PHASES, Burst, Phase, Snapshot
from linviz.core.trainer import Trainer
from linviz.errors import InputError

FIELDS = (*ARRAY_FIELDS, "loss")

# Everything a trainer can be asked for, with the fields that it may write, in an order in which all of it is possible.
SESSION: list[tuple[Callable[[Trainer], object], set[str]]] = [
    (Trainer.next_phase, {"prediction", "residual"}),
    (Trainer.next_phase, {"loss"}),
    (Trainer.next_phase, {"weight_grad", "bias_grad"}),
    (Trainer.next_phase, {"weight_grad", "bias_grad"}),
    (Trainer.next_phase, {"weight", "bias"}),
    (lambda trainer: trainer.set_learning_rate(0.5), set()),
    (Trainer.step, {"weight", "bias", *COMPUTED}),
    (Trainer.update_again, {"weight", "bias"}),
    (lambda trainer: trainer.update_again(by_hand=True), {"weight", "bias"}),
    (Trainer.manual_step, {"weight", "bias", *COMPUTED}),
    (lambda trainer: trainer.run(steps=5), {"weight", "bias", *COMPUTED}),
    (Trainer.next_phase, {"prediction", "residual"}),
    (lambda trainer: trainer.run(steps=3), {"weight", "bias", *COMPUTED}),
    (Trainer.reset, {"weight", "bias", *COMPUTED}),
    (lambda trainer: trainer.run(steps=1), {"weight", "bias", *COMPUTED}),
]


def moments(trainer: Trainer) -> list[Snapshot]:
    """Give the snapshot at the start and after each entry of the session."""
    found = [trainer.snapshot()]
    for act, _written in SESSION:
        act(trainer)
        found.append(trainer.snapshot())
    return found


@FEW
@given(problems(), DTYPES)
def test_the_start_needs_no_trainer_to_be_the_trainers(problem: Problem, dtype: str) -> None:
    settings = Settings(0.25, dtype=dtype)
    start, trainers = Snapshot.at_start(problem, settings), Trainer(problem, settings).snapshot()
    assert differing(values(start), values(trainers)) == []
    assert {str(getattr(start, name).dtype) for name in ("x", "y", "weight", "bias")} == {dtype}
    for moment in (start, trainers):
        assert (moment.step, moment.next_phase, moment.last_update) == (0, Phase.FORWARD, None)
        assert moment.settings == settings
        assert [getattr(moment, name) for name in COMPUTED] == [None] * 5
        assert {moment.freshness(name) for name in COMPUTED} == {"none"}


def test_a_snapshot_knows_its_problem_and_its_shape() -> None:
    trainer = Trainer(Problem.random(7, 3, 2, seed=5))
    for act, _written in [(Trainer.snapshot, None), *SESSION]:
        act(trainer)
        assert trainer.snapshot().problem.title == "random 7 × 3 → 2, seed 5"
        assert trainer.snapshot().shape == (7, 3, 2)


def test_a_run_begins_with_a_reset_and_with_another_problem_and_with_nothing_else() -> None:
    trainer = Trainer(Problem.notebook())
    for act, _written in [*SESSION, *SESSION]:
        before = trainer.snapshot().run
        act(trainer)
        assert trainer.snapshot().run == before + (act is Trainer.reset)
    before = trainer.snapshot().run
    assert trainer.load(Problem.notebook()).run == before + 1


def test_a_start_beyond_float32_is_refused_with_the_way_out() -> None:
    problem = Problem([[1e300]], [[1.0]], [[1.0]], [1.0])  # type: ignore[arg-type]  # lists are arrays enough
    for take in (Snapshot.at_start, Trainer):
        with pytest.raises(InputError, match="float64"):
            take(problem, Settings())
    assert Snapshot.at_start(problem, Settings(dtype="float64")).x[0, 0] == 1e300


def test_the_phases_are_the_five_of_an_iteration_in_order() -> None:
    assert PHASES == ("forward", "loss", "zero_grad", "backward", "update")


def test_a_snapshot_is_frozen_and_so_are_its_arrays() -> None:
    for moment in moments(Trainer(Problem.notebook())):
        with pytest.raises(dataclasses.FrozenInstanceError):
            moment.step = 5  # type: ignore[misc]  # frozen is what is shown
        for name in ARRAY_FIELDS:
            array = getattr(moment, name)
            if array is None:
                continue
            assert not array.flags.writeable, name
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_all_arrays_are_in_the_runs_dtype(dtype: str) -> None:
    for moment in moments(Trainer(Problem.notebook(), Settings(dtype=dtype))):
        there = [getattr(moment, name) for name in ARRAY_FIELDS if getattr(moment, name) is not None]
        assert {str(array.dtype) for array in there} == {dtype}
        assert moment.loss is None or type(moment.loss) is float


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_later_training_changes_no_earlier_snapshot(dtype: str) -> None:
    trainer = Trainer(Problem.notebook(), Settings(dtype=dtype))
    kept = []
    for act, _written in [*SESSION, *SESSION]:
        act(trainer)
        moment = trainer.snapshot()
        copies = {n: v.copy() if isinstance(v, np.ndarray) else v for n, v in values(moment).items()}
        badges = {name: moment.freshness(name) for name in FIELDS}
        kept.append((moment, copies, badges, moment.step, moment.next_phase, moment.settings))
    for moment, copies, badges, step, next_phase, settings in kept:
        assert differing(values(moment), copies) == []
        assert {name: moment.freshness(name) for name in FIELDS} == badges
        assert (moment.step, moment.next_phase, moment.settings) == (step, next_phase, settings)


def test_no_array_is_torchs_own_memory() -> None:
    trainer = Trainer(Problem.notebook(), Settings(dtype="float64"))
    for act, _written in SESSION:
        act(trainer)
        linear = trainer.linear
        tensors = (linear.weight, linear.bias, linear.weight.grad, linear.bias.grad)
        held = [tensor.detach().numpy() for tensor in tensors if tensor is not None]
        for name in ARRAY_FIELDS:
            array = getattr(trainer.snapshot(), name)
            assert array is None or not any(np.shares_memory(array, memory) for memory in held), name


def test_a_field_that_did_not_change_is_the_same_object_in_both_snapshots() -> None:
    found = moments(Trainer(Problem.notebook()))
    for before, after, (_act, written) in zip(found, found[1:], SESSION, strict=False):
        for name in set(FIELDS) - written:
            assert getattr(after, name) is getattr(before, name), name


def test_a_field_that_was_written_is_another_object() -> None:
    found = moments(Trainer(Problem.notebook()))
    for before, after, (_act, written) in zip(found, found[1:], SESSION, strict=False):
        for name in written - {"loss"}:  # floats are values: their identity tells nothing
            both_none = getattr(before, name) is None and getattr(after, name) is None
            assert both_none or getattr(after, name) is not getattr(before, name), name


def test_x_and_y_are_one_object_for_the_whole_run() -> None:
    found = moments(Trainer(Problem.notebook()))
    assert len({id(moment.x) for moment in found}) == 1
    assert len({id(moment.y) for moment in found}) == 1


def test_a_fresh_field_comes_from_the_very_arrays_beside_it() -> None:
    for moment in moments(Trainer(Problem.notebook())):
        for name in moment.computed_from:
            if moment.freshness(name) == "fresh":
                for source, array in moment.computed_from[name].items():
                    assert array is getattr(moment, source), (name, source)


def test_a_stale_field_still_names_the_arrays_it_came_from() -> None:
    trainer = Trainer(Problem.notebook())
    start = trainer.snapshot()
    trainer.step()
    moment = trainer.set_learning_rate(0.5)
    assert moment.freshness("prediction") == "stale"
    assert moment.computed_from["prediction"]["weight"] is start.weight
    assert moment.weight is not start.weight
    assert moment.applied is not None
    assert moment.applied.operands["weight"] is start.weight
    assert moment.applied.operands["weight_grad"] is moment.weight_grad
    assert moment.applied.learning_rate == 0.01, "the rate that was used, not the one in force now"


def test_data_and_parameters_are_always_fresh() -> None:
    for moment in moments(Trainer(Problem.notebook())):
        assert {moment.freshness(name) for name in ("x", "y", "weight", "bias")} == {"fresh"}


def test_a_single_commands_burst_carries_the_loss_that_is_there() -> None:
    trainer = Trainer(Problem.notebook())
    at_start = Burst.of(trainer.snapshot())
    assert (at_start.steps.tolist(), at_start.losses.tolist()) == ([], [])
    trainer.step()
    burst = Burst.of(trainer.step())
    assert burst.snapshot is trainer.snapshot()
    assert burst.steps.tolist() == [1]
    assert same_bits(burst.losses, np.array([trainer.snapshot().loss]))
    assert [str(array.dtype) for array in (at_start.steps, burst.steps, burst.losses)] == ["int64", "int64", "float64"]
