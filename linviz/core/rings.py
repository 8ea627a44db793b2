"""Which contours of a landscape are drawn, and what stands beside them. Needs no torch."""

import math
from dataclasses import dataclass
from itertools import pairwise

LATE = 1e-4
"""Of the loss: where a picture shows less than that, contours are told by what they are above the centre."""
DIGITS = 12
"""Of a number beside a contour, at most."""
TINIEST = 1e-300
"""An excess that is drawn; below, float64 has no digits left."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A contour.

    Parameters
    ----------
    excess
        What the loss on it is above that of the centre.
    text
        The loss on it; with a plus, what it is above the centre's, where that differs in late digits alone.
    """

    excess: float
    text: str


def rings(base: float, least: float, most: float, count: int) -> list[Ring]:
    """Choose contours about as far from each other: around the centre, as the first one is from it.

    The losses are rounded, so that they can be read, and stay the same while base and range change a little.

    Parameters
    ----------
    base
        The loss at the centre.
    least, most
        What the loss is above it in the picture: 0 if the centre is in it, and at its farthest corner.
    count
        How many rings there is room for.
    """
    if not (most - least > TINIEST and math.isfinite(base + most)):
        return []
    counted_from, sign = (0.0, "") if most - least > LATE * (base + least) else (base, "+")
    found: list[Ring] = []
    near, far = math.sqrt(least), math.sqrt(most)
    excesses = [(near + (far - near) * ring / count) ** 2 for ring in range(count + 1)]
    for before, wanted in pairwise(excesses):
        unit = _round_unit((wanted - before) / 2)
        level = round((base - counted_from + wanted) / unit) * unit
        excess = level - (base - counted_from)
        if excess > (found[-1].excess if found else 0):
            digits = min(max(math.floor(math.log10(level)) - math.floor(math.log10(unit)) + 1, 1), DIGITS)
            found.append(Ring(excess, f"{sign}{level:.{digits}g}"))
    return found


def _round_unit(most: float) -> float:
    """Give the largest of 1, 2, 5, 10 … of any power of ten up to this."""
    power = 10.0 ** math.floor(math.log10(most))
    return max((stop * power for stop in (1.0, 2.0, 5.0) if stop * power <= most), default=power)
