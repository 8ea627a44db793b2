import re
from threading import Thread
from typing import TYPE_CHECKING

import numpy as np
import pytest

from linviz.core.explain import EXPLAINED
from linviz.core.formula import formula_of
from linviz.core.problem import Problem
from linviz.core.trainer import Trainer
from linviz.gui import type_case
from linviz.gui.type_case import INK, SIZE, STAND_INS, formula_svg, set_beforehand

if TYPE_CHECKING:
    from linviz.core.snapshot import Snapshot

PATH = re.compile(r'<path (?:transform="translate\(([-.\d]+),([-.\d]+)\)" )?d="M ([-.\d]+) ([-.\d]+)([^"]*)"')
NEAR = 0.9
"""Pixels a digit: one stands in the middle of its gap, and ziamath's differ by as much in width."""


def moments(samples: int = 30, inputs: int = 12, outputs: int = 11) -> tuple["Snapshot", "Snapshot"]:
    """Give the moment before the first update, and the one after it."""
    trainer = Trainer(Problem.random(samples, inputs, outputs))
    return trainer.snapshot(), trainer.step()


def outlines(svg: str) -> list[tuple[float, float, int]]:
    """Give where each outline begins, and how long it is, which tells one letter from another."""
    return [
        (float(x) + float(right or 0), float(y) + float(down or 0), len(rest.split()))
        for right, down, x, y, rest in PATH.findall(svg)
    ]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give a list of what ziamath is asked to set from now on, with no form known."""
    made: list[str] = []
    by_ziamath = type_case._set

    def counted(latex: str) -> str:
        made.append(latex)
        return by_ziamath(latex)

    monkeypatch.setattr(type_case, "_set", counted)
    type_case._form.cache_clear()
    return made


@pytest.mark.parametrize("field", EXPLAINED)
def test_a_formula_is_that_of_ziamath_whatever_its_indices(field: str) -> None:
    draw = np.random.default_rng(0)
    for moment in moments():
        shape = np.shape(getattr(moments()[1], field))
        indices = [tuple(int(draw.integers(side)) for side in shape) for _ in range(8)]
        for index in (*indices, tuple(0 for _ in shape), tuple(side - 1 for side in shape)):
            latex, _text = formula_of(moment, field, index)
            ours, theirs = (outlines(svg) for svg in (formula_svg(latex, INK, SIZE), type_case._set(latex)))
            assert [length for *_, length in ours] == [length for *_, length in theirs]
            for (x, y, _), (their_x, their_y, _) in zip(ours, theirs, strict=True):
                assert abs(x - their_x) < NEAR * len(re.findall(r"\d", latex)) + 0.02
                assert abs(y - their_y) < 0.02


def test_formulas_of_a_form_stand_still_and_are_set_once(asked: list[str]) -> None:
    _start, moment = moments()
    heads, digits = set(), set()
    for k, j in ((0, 1), (1, 1), (9, 8), (7, 0)):
        latex, _text = formula_of(moment, "weight_grad", (k, j))
        svg = formula_svg(latex, INK, SIZE)
        heads.add(svg[: svg.index(">")])
        digits.add(tuple(length for *_, length in outlines(svg)))
    assert len(heads) == 1
    assert len(digits) == 4
    assert len([latex for latex in asked if "frac" in latex]) == 1
    formula_svg(formula_of(moment, "weight_grad", (10, 8))[0], INK, SIZE)  # of more digits
    assert len([latex for latex in asked if "frac" in latex]) == 2


@pytest.mark.parametrize("shape", [(10, 3, 2), (200, 12, 5), (1_000_000, 10, 5)])
def test_what_was_set_beforehand_on_another_thread_is_not_set_again(
    asked: list[str], shape: tuple[int, int, int]
) -> None:
    worker = Thread(target=lambda: [*set_beforehand(*shape)])
    worker.start()
    worker.join()
    before = len(asked)
    assert before >= 9
    for share in (0.0, 0.00005, 0.1, 0.6, 1.0):  # indices of few digits as of many
        samples, inputs, outputs = (int(share * (side - 1)) for side in shape)
        cells = dict.fromkeys(EXPLAINED, (samples, outputs)) | {"x": (samples, inputs), "loss": (), "bias": (outputs,)}
        cells |= {"bias_grad": (outputs,), "weight": (outputs, inputs), "weight_grad": (outputs, inputs)}
        for moment in moments():
            for field, index in cells.items():
                assert "<path" in formula_svg(formula_of(moment, field, index)[0], "#ffffff", 20)
    assert len(asked) == before


@pytest.mark.parametrize(
    "latex",
    [
        "+".join(f"x_{{{n}}}" for n in range(len(STAND_INS) + 1)),  # more numbers than stand-ins
        r"x_{3} + 8 \cdot x^{7}_{8}",  # a stand-in's own digit beside
        r"\sum_{3=i} x",  # where an index is not in an index's size
        "x",
    ],
)
def test_a_formula_of_another_kind_is_set_as_it_is(latex: str) -> None:
    ours, theirs = outlines(formula_svg(latex, INK, SIZE)), outlines(type_case._set(latex))
    assert [length for *_, length in ours] == [length for *_, length in theirs]


def test_it_has_the_colour_and_size_asked_for() -> None:
    latex, _text = formula_of(moments()[1], "prediction", (3, 1))
    small, large = formula_svg(latex, "#123456", SIZE), formula_svg(latex, "#fedcba", 2.5 * SIZE)
    assert set(re.findall(r'fill="([^"]*)"', small)) == {"#123456"}
    assert set(re.findall(r'fill="([^"]*)"', large)) == {"#fedcba"}
    sides = [[float(side) for side in re.findall(r' (?:width|height)="([\d.]+)"', svg)[:2]] for svg in (small, large)]
    assert sides[1] == pytest.approx([2.5 * side for side in sides[0]], abs=0.01)
    assert re.findall(r'viewBox="[^"]*"', small) == re.findall(r'viewBox="[^"]*"', large)
