"""The code that is shown is run, by Python and torch themselves, and has to come to the bits of the window."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from oracle import COMPUTED, DTYPES, FEW, SEEDS, differing, same_bits, values

from linviz.core.code import BY_HAND, IMPORTS, SAID, Line, iteration, script, set_up
from linviz.core.problem import Problem, Recipe
from linviz.core.scaling import Scaling
from linviz.core.settings import Settings
from linviz.core.snapshot import ARRAY_FIELDS, PHASES, Phase, Snapshot
from linviz.core.trainer import Trainer
from linviz.errors import InputError

LONGEST = 80
AWKWARD_RATES = (1e-300, 5e-324, 1e10, 3.4e38, 0.1 + 0.2, 1e16, 1 / 3)
RATES = st.floats(1e-4, 3) | st.sampled_from(AWKWARD_RATES)
SMALL = st.integers(1, 6)
RECIPES = st.builds(Recipe, st.integers(1, 40), SMALL, SMALL, SEEDS)
# float32's, whose shortest digits, read as float64 and then rounded, are the one below: 7.038531e-26 is famous for it.
DIGITS_ROUND_TWICE = float(np.nextafter(np.float32(7.038531e-26), np.float32(0)))
AWKWARD = (0.1, -0.0, 1e-45, 1.17549421e-38, 16777217.0, 3.4028234e38, -1e20, 1 + 2**-30, DIGITS_ROUND_TWICE)
LARGEST = float(np.finfo(np.float32).max)


@st.composite
def own_problems(draw: Callable[..., Any]) -> Problem:
    """Give data as people have it, in float32 or float64, any numbers that float32 can hold."""
    samples, inputs, outputs = (draw(st.integers(1, 4)) for _ in range(3))
    width = draw(st.sampled_from((32, 64)))
    awkward = [float(np.float32(each)) if width == 32 else each for each in AWKWARD]
    usual, any_ = (st.floats(-size, size, width=width) for size in (2.0, LARGEST))
    numbers = usual | any_ | st.sampled_from(awkward)
    shapes = ((samples, inputs), (samples, outputs), (outputs, inputs), outputs)
    return Problem(*(draw(arrays(f"float{width}", shape, elements=numbers)) for shape in shapes))


def ran(code: str, names: dict[str, Any] | None = None) -> dict[str, Any]:
    """Run code as a person would who pasted it, and give what its names hold."""
    names = {"__name__": "pasted"} if names is None else names
    with torch.random.fork_rng(devices=[]):
        exec(code, names)  # noqa: S102  # that it runs is what is to be shown
    return names


def held(names: dict[str, Any]) -> dict[str, Any]:
    """Give the tensors by the fields of a Snapshot."""
    linear, x, y, pred = names["linear"], names["x"], names["y"], names["pred"]
    tensors = {"x": x, "y": y, "prediction": pred, "weight": linear.weight, "bias": linear.bias}
    tensors |= {"residual": pred.detach() - y, "weight_grad": linear.weight.grad, "bias_grad": linear.bias.grad}
    return {"loss": names["loss"].item(), **{n: None if t is None else t.detach().numpy() for n, t in tensors.items()}}


def stepped(problem: Problem, settings: Settings, by_hand: bool) -> Snapshot:
    trainer = Trainer(problem, settings)
    return trainer.manual_step() if by_hand else trainer.step()


@FEW
@given(RECIPES, RATES, DTYPES, st.booleans())
def test_the_script_of_a_random_problem_gives_the_bits_of_a_step(
    recipe: Recipe, rate: float, dtype: str, by_hand: bool
) -> None:
    settings, problem = Settings(rate, dtype=dtype), recipe.draw()
    text = script(recipe, settings, by_hand)
    assert text == script(problem, settings, by_hand) == script(problem.as_dtype(dtype), settings, by_hand)
    assert differing(held(ran(text)), values(stepped(problem, settings, by_hand))) == []


@FEW
@given(own_problems(), RATES, DTYPES, st.booleans())
def test_the_script_of_own_numbers_gives_the_bits_of_a_step(
    problem: Problem, rate: float, dtype: str, by_hand: bool
) -> None:
    settings = Settings(rate, dtype=dtype)
    names = ran(script(problem, settings, by_hand))
    assert differing(held(names), values(stepped(problem, settings, by_hand))) == []


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("rate", AWKWARD_RATES)
def test_the_script_of_the_notebook_gives_the_bits_of_a_step(dtype: str, by_hand: bool, rate: float) -> None:
    settings = Settings(rate, dtype=dtype)
    names = ran(script(Problem.notebook(), settings, by_hand))
    assert differing(held(names), values(stepped(Problem.notebook(), settings, by_hand))) == []
    assert names["lr"] == names["optimizer"].param_groups[0]["lr"] == rate
    assert type(names["optimizer"]) is torch.optim.SGD


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("true", [{}, {"true_weight": ((0.1, 2.0, -3.0),)}, {"true_bias": (0.7,)}], ids=str)
def test_the_script_makes_y_with_true_parameters_as_the_recipe_does(dtype: str, true: dict[str, Any]) -> None:
    recipe, settings = Recipe(7, 3, 1, seed=5, noise=0.1, **true), Settings(dtype=dtype)
    problem = recipe.draw()
    assert problem.true_weight is not None
    for source in (recipe, problem):
        names = ran(script(source, settings))
        assert differing(held(names), values(stepped(problem, settings, by_hand=False))) == []
        assert same_bits(names["true_weight"].numpy(), problem.true_weight)


def test_awkward_float32_numbers_are_written_as_what_they_are_in_either_dtype() -> None:
    row = np.array([np.float32(DIGITS_ROUND_TWICE), *map(np.float32, AWKWARD)], np.float32)
    problem = Problem(row[np.newaxis], row[:1, np.newaxis], row[np.newaxis], row[:1])
    assert np.float32(float(str(row[0]))) != row[0], "or the test shows nothing"
    for dtype in ("float32", "float64"):
        names = ran(script(problem, Settings(dtype=dtype)))
        assert same_bits(names["x"].numpy(), row[np.newaxis].astype(dtype))
        assert same_bits(names["y"].numpy(), row[:1, np.newaxis].astype(dtype))


def test_numbers_that_the_dtype_cannot_hold_are_refused_as_the_trainer_refuses_them() -> None:
    huge = np.array([[1e300]])
    problem = Problem(huge, huge, huge, huge[0])
    for make in (script, set_up, Trainer):
        with pytest.raises(InputError, match="choose dtype float64"):
            make(problem, Settings())
    assert "1e+300" in script(problem, Settings(dtype="float64"))


@FEW
@given(st.text() | st.sampled_from(('"\n', "'''\nimport os\n", "\\", "x\r\ny = 1 #", "\x00")), st.booleans())
def test_the_name_of_a_problem_does_not_get_into_the_code(name: str, drawn: bool) -> None:
    problem = Problem.random(3, 2, 1, seed=7) if drawn else Problem.notebook()
    named = replace(problem, name=name)
    assert script(named, Settings()) == script(problem, Settings())
    assert set_up(named, Settings()) == set_up(problem, Settings())


SIDES = st.integers(1, 2**63 - 1)


def test_what_is_told_of_the_data_is_told_whole_and_by_comments_alone() -> None:
    scaling = Scaling(np.full(2, 37.5), np.full(2, 2.25))
    said = f"21 rows of miss.csv; {'many words ' * 20}to the end"
    x, y = np.ones((2, 2)), np.ones((2, 1))
    names = ("height, cm", "'\u202e")
    problem = Problem(x, y, np.ones((1, 2)), np.ones(1), x_names=names, y_names=("y",), scaling=scaling, source=said)
    comments = [line.text for line in set_up(problem, Settings()) if line.text.startswith("# ")]
    assert max(map(len, comments)) < 80
    told = " ".join(comment.removeprefix("# ").strip() for comment in comments)
    assert told.startswith(said)
    assert 'x: "height, cm", \\\'\\u202e; y: y x = (raw - mean) / std' in told
    assert told.endswith("of each column: mean 37.5, 37.5; std 2.25, 2.25")


@FEW
@given(st.builds(Recipe, SIDES, SIDES, SIDES, SEEDS) | own_problems(), st.floats(0, LARGEST, exclude_min=True), DTYPES)
def test_no_line_is_shown_that_is_too_long_whatever_the_shape(
    source: Problem | Recipe, rate: float, dtype: str
) -> None:
    settings = Settings(rate, dtype=dtype)
    for line in (*set_up(source, settings), *iteration(), *iteration(by_hand=True)):
        assert 0 < len(line.text) <= LONGEST
        assert len(line.text.splitlines()) == 1
        assert line.text == line.text.strip()
        # What is shown in place of a long line begins as that does.
        assert line.whole().startswith(line.text.partition("…")[0])


@pytest.mark.parametrize("source", [Problem.notebook(), Recipe(4, 3, 2, 1)], ids=["own", "drawn"])
@pytest.mark.parametrize("by_hand", [False, True])
def test_the_script_is_its_lines_in_the_order_of_the_phases(source: Problem | Recipe, by_hand: bool) -> None:
    before, lines = set_up(source, Settings()), iteration(by_hand)
    text = script(source, Settings(), by_hand)
    assert text.startswith(IMPORTS)
    wholes = [line.whole() for line in (*before, *lines)]
    rows = [each for each in text.removeprefix(IMPORTS).split("\n") if each]
    assert tuple(row for row in rows if row.startswith("#")) == SAID
    assert [row for row in rows if not row.startswith("#")] == "\n".join(wholes).split("\n")
    assert rows.index(SAID[1]) == len("\n".join(wholes[: len(before)]).split("\n")) + 1
    assert {line.phase for line in before} == {None}
    # One line a phase, but for the update by hand, which has one a parameter.
    assert [line.phase for line in lines] == [*PHASES, Phase.UPDATE] if by_hand else list(PHASES)


@pytest.mark.parametrize("source", [Problem.notebook(), Recipe(4, 3, 2, 1)], ids=["own", "drawn"])
@pytest.mark.parametrize("by_hand", [False, True])
def test_lines_read_what_lines_before_them_wrote(source: Problem | Recipe, by_hand: bool) -> None:
    written: set[str] = set()
    for line in (*set_up(source, Settings()), *iteration(by_hand)):
        assert set(line.reads) <= written, line.text
        written |= set(line.writes)
    assert written == {*ARRAY_FIELDS, "loss"}


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_phase_changes_the_fields_that_its_lines_write_and_no_other(by_hand: bool) -> None:
    trainer = Trainer(Problem.random(6, 3, 2, seed=4))
    for number in range(15):
        before = trainer.snapshot()
        after = trainer.run_to(before.next_phase, by_hand)
        # By identity, which the window goes by; the loss is a new float each time.
        changed = {name for name, value in values(after).items() if value is not values(before)[name]}
        writes = union(line.writes for line in iteration(by_hand) if line.phase is before.next_phase)
        if number == 2:  # the first zero_grad finds nothing to clear
            assert changed == set()
        else:
            assert changed == writes, before.next_phase
        for name in changed:
            assert not same_bits(values(before)[name], values(after)[name]), name


def union(fields: Iterable[tuple[str, ...]]) -> set[str]:
    return {name for names in fields for name in names}


def nudge(names: dict[str, Any], field: str) -> None:
    """Change a tensor by hand, behind autograd's back."""
    linear = names["linear"]
    tensors = {"x": names["x"], "y": names["y"], "prediction": names.get("pred"), "loss": names.get("loss")}
    tensors |= {"weight": linear.weight, "bias": linear.bias}
    tensors |= {"weight_grad": linear.weight.grad, "bias_grad": linear.bias.grad}
    if tensors[field] is not None:
        tensors[field].data.add_(0.5)


@pytest.mark.parametrize("line", [*iteration(), *BY_HAND], ids=lambda line: line.text)
def test_a_line_reads_the_fields_that_make_a_difference_to_what_it_writes(line: Line) -> None:
    def written(nudged: str | None) -> dict[str, Any]:
        names = ran(IMPORTS + "\n".join(each.text for each in set_up(Recipe(5, 3, 2, 1), Settings(0.1))))
        lines = iteration(by_hand=line in BY_HAND)
        for each in (*lines, *lines[: lines.index(line)]):  # a whole iteration before, so that all fields are there
            ran(each.text, names)
        if nudged:
            nudge(names, nudged)
        ran(line.text, names)
        return {name: held(names)[name] for name in line.writes if name != "residual"}  # which is the window's own

    plain = written(None)
    matter = {name for name in ARRAY_FIELDS if name != "residual" and differing(written(name), plain)}
    matter |= {"loss"} if differing(written("loss"), plain) else set()
    if line.phase is Phase.BACKWARD:  # begins at the loss, whose value does not matter, and knows the residual's parts
        assert line.reads == ("loss", "residual", "x")
        assert matter == {"prediction", "y", "x"}
    else:
        assert matter == set(line.reads)


def test_fields_are_named_as_the_snapshot_names_them() -> None:
    lines = (*set_up(Problem.notebook(), Settings()), *iteration(), *BY_HAND)
    assert union(line.reads + line.writes for line in lines) == {*ARRAY_FIELDS, "loss"}
    assert set(COMPUTED) <= union(line.writes for line in iteration())
