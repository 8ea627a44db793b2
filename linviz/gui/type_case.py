"""Sets formulas: each form of one by ziamath, once; then only the digits of its indices change.

To set a formula takes 3 to 25 ms, and each cell has one of its own. But those of a field differ in their indices alone,
so the form is kept with gaps, and digits from the same font are put into them, each in the middle of its gap: a formula
stands still while one goes from cell to cell.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import product
from threading import Lock

from linviz.core.explain import EXPLAINED
from linviz.core.formula import formula_of
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import PARAMETERS, Applied, Snapshot, Update

SIZE = 16
"""Pixels of a letter, at text scale 1."""
STAND_INS = "83794650"
"""Stand for the numbers of a form, one each, so that each gap's is known; those of ordinary width first."""
INK = "#010203"
"""Stands for the colour."""
ROUNDING = 0.01
"""Pixels by which the same outline may differ in two places; it is written to a thousandth."""

_SUBSCRIPT = re.compile(r"_\{[^{}]*\}")
_NUMBER = re.compile(r"\d+")
_PATH = re.compile(r'<path d="([^"]+)"[^>]*/>')
_SIDES = re.compile(r'width="([\d.]+)" height="([\d.]+)"')
_ziamath = Lock()  # its font is one file with one position


@dataclass(frozen=True, slots=True)
class Digit:
    """A digit as an index has it: its outline, where that begins, and the middle of the room it takes."""

    outline: str
    begin: tuple[float, float]
    middle: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Where the digit of an index goes: which number's, the text before it, and its place."""

    number: int
    before: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Form:
    """A formula with gaps, and the text after the last."""

    gaps: tuple[Gap, ...]
    rest: str

    def filled(self, numbers: list[str]) -> str:
        """Put numbers into the gaps."""
        digits, coming = _digits(), [iter(number) for number in numbers]
        parts = []
        for gap in self.gaps:
            digit = digits[next(coming[gap.number])]
            place = f"translate({gap.x - digit.middle:.3f},{gap.y:.3f})"
            parts.append(f'{gap.before}<path transform="{place}" d="{digit.outline}" fill="{INK}" />')
        return "".join(parts) + self.rest


def formula_svg(latex: str, colour: str, size: float) -> str:
    """Set a formula.

    Parameters
    ----------
    latex
        The formula.
    colour
        Of all of it, as ``#rrggbb``.
    size
        Pixels of a letter.
    """
    numbers: list[str] = []

    def stand_in(number: re.Match[str]) -> str:
        numbers.append(number[0])
        return STAND_INS[(len(numbers) - 1) % len(STAND_INS)] * len(number[0])

    form_latex = _SUBSCRIPT.sub(lambda found: _NUMBER.sub(stand_in, found[0]), latex)
    form = _form(form_latex, tuple(map(len, numbers)))
    svg = form.filled(numbers) if form else _set(latex)
    scale = size / SIZE
    svg = _SIDES.sub(lambda s: f'width="{float(s[1]) * scale:.3f}" height="{float(s[2]) * scale:.3f}"', svg, count=1)
    return svg.replace(INK, colour)


def set_beforehand(samples: int, inputs: int, outputs: int) -> Iterator[None]:
    """Load the type and set the form of every cell of a problem, on any thread; to be gone through piece by piece.

    The first piece takes 70 ms, each of the others 3 to 20, and what was set before nothing.
    """
    _digits()
    yield
    start = Snapshot.at_start(Problem.notebook(), Settings())
    updated = replace(start, applied=Applied(Update.STEP, 1.0, {}))
    sides = dict.fromkeys(EXPLAINED, (samples, outputs)) | {"x": (samples, inputs), "loss": ()}
    sides |= dict.fromkeys(("weight", "weight_grad"), (outputs, inputs))
    sides |= dict.fromkeys(("bias", "bias_grad"), (outputs,))
    for field, shape in sides.items():
        # What an index looks like depends on how many digits it has.
        for index in product(*([10**n if n else 0 for n in range(len(str(side - 1)))] for side in shape)):
            for moment in (updated, start) if field in PARAMETERS else (updated,):
                formula_svg(formula_of(moment, field, index)[0], INK, SIZE)
                yield


@lru_cache(maxsize=256)
def _form(latex: str, lengths: tuple[int, ...]) -> Form | None:
    """Set a form and find its gaps; none if they are not what its numbers should have left."""
    if len(lengths) > len(STAND_INS):
        return None
    svg, gaps, end = _set(latex), [], 0
    for path in _PATH.finditer(svg):
        for number, name in enumerate(STAND_INS[: len(lengths)]):
            digit = _digits()[name]
            if _same(path[1], digit.outline):
                x, y = _begin(path[1])
                before = svg[end : path.start()]
                gaps.append(Gap(number, before, x - digit.begin[0] + digit.middle, y - digit.begin[1]))
                end = path.end()
    found = tuple(sum(gap.number == number for gap in gaps) for number in range(len(lengths)))
    return Form(tuple(gaps), svg[end:]) if found == lengths else None


@cache
def _digits() -> dict[str, Digit]:
    """Set all digits as an index, twice, so that each one's width is seen."""
    names = "0123456789"
    outlines = [path[1] for path in _PATH.finditer(_set("x_{" + "".join(2 * name for name in names) + "}"))][1:]
    digits, left = {}, 0.0
    for name, first, second in zip(names, outlines[::2], outlines[1::2], strict=True):
        width = _begin(second)[0] - _begin(first)[0]
        digits[name] = Digit(first, _begin(first), left + width / 2)
        left += 2 * width
    return digits


def _set(latex: str) -> str:
    with _ziamath:
        from ziamath.config import config  # noqa: PLC0415  # 0.1 s that start-up doesn't need
        from ziamath.zmath import Latex  # noqa: PLC0415  # as above

        config.svg2 = False  # QtSvg draws SVG 1 alone
        svg: str = Latex(latex, size=SIZE, color=INK).svg()
    return svg


def _begin(outline: str) -> tuple[float, float]:
    x, y = list(_numbers(outline))[:2]
    return x, y


def _same(one: str, other: str) -> bool:
    """Tell whether two outlines are the same but for where they stand."""
    if len(one.split()) != len(other.split()):
        return False
    (x, y), (other_x, other_y) = _begin(one), _begin(other)
    shift = other_x - x, other_y - y
    pairs = enumerate(zip(_numbers(one), _numbers(other), strict=True))
    return all(abs(b - a - shift[n % 2]) < ROUNDING for n, (a, b) in pairs)


def _numbers(outline: str) -> Iterator[float]:
    return (float(word) for word in outline.split() if not word.isalpha())
