"""The same number by other ways: what may differ for rounding alone, and what may not. No torch."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from linviz.core.finite_difference import finite_difference
from linviz.core.snapshot import GRADIENTS, Snapshot
from linviz.core.terms import Index, Terms

LIKELY = 6
"""Times √n: how far the roundings of a sum of n terms lead off, in units of ε/2 · Σ|terms|. See `closeness`."""
BY_TWOS = ("loss", "bias_grad")
"""Fields that torch sums in a tree; the gradients of the weight are a matrix product."""
TELLING = 1e-3
"""Of Σ|terms|: if rounding alone may make more of a difference, a comparison tells nothing."""


class Verdict(StrEnum):
    """What a comparison says."""

    REFERENCE = "reference"
    """It is the number itself, which the others are compared with."""
    AGREES = "agrees"
    """It differs by no more than rounding explains."""
    UNCLEAR = "can't tell"
    """Rounding, or a kink of the loss, may explain it, but could hide as much; or there is no number to compare."""
    DIFFERS = "differs"
    """It differs by more than rounding can explain."""


@dataclass(frozen=True, slots=True)
class Check:
    """The same number, come by in another way.

    Parameters
    ----------
    name
        How.
    value
        The number.
    ulp
        Its difference from the cell in units in the last place of the cell, in the cell's dtype; for a cell that is 0,
        which has none of its own to speak of, of its largest term. NaN if there is none.
    verdict
        What that says.
    """

    name: str
    value: float
    ulp: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Allowance:
    """By how much two ways may differ for rounding alone.

    Parameters
    ----------
    likely
        What rounding stays below, save with a vanishing probability.
    certain
        What it can't exceed.
    """

    likely: float
    certain: float

    def verdict(self, difference: float, size: float) -> Verdict:
        """Judge a difference of two ways, whose terms have magnitudes that sum to ``size``."""
        if not (math.isfinite(difference) and math.isfinite(self.certain)):
            return Verdict.UNCLEAR
        if abs(difference) > self.certain:
            return Verdict.DIFFERS
        telling = self.likely <= TELLING * size
        return Verdict.AGREES if telling and abs(difference) <= self.likely else Verdict.UNCLEAR


def rounding(terms: Terms, scale: float, dtype: type[np.floating], field: str = "") -> Allowance:
    """Give how far a sum that torch made in a dtype may be from the exact one.

    Each of n additions, in whatever order, rounds by at most half a unit in the last place of its partial sum, and the
    products and the scale round too: n · ε/2 · Σ|terms| can't be exceeded (Higham, Accuracy and Stability of Numerical
    Algorithms, 2002, section 4.2). Roundings of both signs mostly cancel: √n takes the place of n, but with a
    probability that vanishes with the square of the factor before it (Higham and Mary, A new approach to probabilistic
    rounding error analysis, 2019). torch's matrix product adds in turn; of a million random rows it comes to 0.8 √n.
    Where the rows are alike, so are their roundings: it may come to more, and then nothing can be told. torch's sums
    and means add by twos, so that each term meets log₂ n additions; of a million they come to less than 18.
    """
    info, size, count = np.finfo(dtype), abs(scale) * terms.magnitude(), len(terms) + 4
    if not terms.magnitude() < float(info.max):  # a partial sum may have left the range, and what comes is anything
        return Allowance(math.inf, math.inf)
    unit, least = float(info.eps) / 2 * size, float(info.tiny)
    certain = 2 * count * unit + least
    met = min(math.sqrt(count), math.log2(count)) if field in BY_TWOS else math.sqrt(count)
    return Allowance(min(LIKELY * met * unit + least, certain), certain)


def checks_of(
    snapshot: Snapshot, field: str, index: Index, value: float, terms: Terms, scale: float
) -> tuple[Check, ...]:
    """Come by a cell's number in the other ways there are; none for one that was given."""
    if not len(terms):
        return ()
    allowed, size = rounding(terms, scale, snapshot.weight.dtype.type, field), abs(scale) * terms.magnitude()
    if snapshot.settings.options.get("centered") and field not in snapshot.computed_from:
        # The variance is a difference of two squares, whose rounding may be all of it: nothing bounds what comes of it.
        allowed = Allowance(math.inf, math.inf)
    unit = _unit(value, terms, scale, snapshot.weight.dtype)
    total = scale * terms.sum()
    reference = Check("autograd" if field in GRADIENTS else "torch", value, 0.0, Verdict.REFERENCE)
    made = [reference, Check("closed form", total, (total - value) / unit, allowed.verdict(total - value, size))]
    if field in GRADIENTS:
        difference, noise = finite_difference(snapshot, field, index)
        wider = Allowance(allowed.likely + noise, allowed.certain + noise)
        off = difference - value
        made.append(Check("finite difference", difference, off / unit, wider.verdict(off, size)))
    return tuple(made)


def _unit(value: float, terms: Terms, scale: float, dtype: np.dtype[np.floating]) -> float:
    """Give the unit in the last place in which differences from a value are told."""
    yardstick = value
    if value == 0:
        yardstick = scale * max(abs(terms[at].value) for at in terms.largest(1))
    with np.errstate(invalid="ignore"):  # infinite at the edge of the range, which is then no number
        unit = float(np.spacing(np.abs(np.asarray(yardstick, dtype))))
    return unit if math.isfinite(unit) else math.nan
