"""What a learning rate comes to on given data: how plain gradient descent goes with it, as theory knows before."""

from dataclasses import dataclass
from enum import StrEnum

from linviz.core.spectrum import Spectrum

TELLING = 5e-5
"""What four decimals of a factor tell from 1."""


class Going(StrEnum):
    """The three ways in which gradient descent goes on a paraboloid."""

    CONVERGES = "converges"
    """In every direction it comes nearer to the optimum from one side."""
    OSCILLATES = "oscillates"
    """It comes nearer, but in the steepest direction each step lands on the other side of the optimum."""
    DIVERGES = "diverges"
    """In the steepest direction each step lands further from the optimum."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """How plain gradient descent goes at any learning rate.

    A step multiplies the distance to the optimum along an eigen-direction of curvature λ by ``1 − rate · λ``
    (`Spectrum.stability_limit`), whose size over all λ is largest at the smallest or at the largest of them.

    Parameters
    ----------
    least, most
        The smallest eigenvalue that isn't 0, and the largest.
    """

    least: float
    most: float

    @classmethod
    def of(cls, spectrum: Spectrum) -> "Outlook":
        """Give that of data, which must move something: one eigenvalue at least isn't 0."""
        nonzero = spectrum.eigenvalues[spectrum.eigenvalues > 0]
        return cls(float(nonzero.min()), float(nonzero.max()))

    @property
    def monotone_limit(self) -> float:
        """The rate above which the steepest direction oscillates: 1/λmax."""
        return 1 / self.most

    @property
    def stability_limit(self) -> float:
        """The rate above which the steepest direction diverges: 2/λmax."""
        return 2 / self.most

    @property
    def best(self) -> float:
        """The rate whose slowest direction is fastest: 2/(λmin + λmax)."""
        return 2 / (self.least + self.most)

    def going(self, rate: float) -> Going:
        """Tell how it goes at a rate; at a limit itself as below it."""
        if rate <= self.monotone_limit:
            return Going.CONVERGES
        return Going.OSCILLATES if rate <= self.stability_limit else Going.DIVERGES

    def factor(self, rate: float) -> float:
        """Give by what a step multiplies the distance in the slowest direction; in a growing one if there is one."""
        return max(abs(1 - rate * self.least), abs(1 - rate * self.most))

    def factor_text(self, rate: float) -> str:
        """Write `factor` with digits that tell it from 1."""
        factor = self.factor(rate)
        if factor >= 1e4:  # noqa: PLR2004  # where decimals tell nothing any more
            return f"{factor:.1e}".replace("e+0", "e").replace("e+", "e")
        lacks = min(rate * self.least, 2 - rate * self.most)  # of 1; the factor itself may be rounded to it
        if 0 < abs(lacks) < TELLING:
            return f"1 {'−' if lacks > 0 else '+'} {abs(lacks):.1e}".replace("e-0", "e-")
        return f"{factor:.4f}" if factor < 10 else f"{factor:.1f}"  # noqa: PLR2004  # five digits at most

    def words(self, rate: float) -> tuple[str, ...]:
        """Say how it goes in a line, and the same in fewer and fewer words."""
        going, factor = self.going(rate), self.factor_text(rate)
        direction = "fastest growing" if going is Going.DIVERGES else "slowest"
        return (
            f"{going}: {factor} a step in the {direction} direction",
            f"{going}: {factor} a step",
            f"{going}: {factor}",
            going,
        )

    def sentences(self, rate: float) -> str:
        """Say all of it: how it goes at this rate, why, and which rates are the limits."""
        factor = self.factor_text(rate)
        said = {
            Going.CONVERGES: (
                f"It converges: each step leaves {factor} of the distance to the optimum in the slowest direction, and "
                "no direction overshoots."
            ),
            Going.OSCILLATES: (
                f"It converges and oscillates: each step leaves {factor} of the distance to the optimum in the slowest "
                "direction, but lands beyond the optimum in the steepest one."
            ),
            Going.DIVERGES: (
                f"It diverges: each step multiplies the distance to the optimum by {factor} in the steepest direction."
            ),
        }[self.going(rate)]
        return (
            f"{said} With these data the steepest direction overshoots above 1/λmax = {self.monotone_limit:.4g}, the "
            f"best rate is 2/(λmin + λmax) = {self.best:.4g}, and above 2/λmax = {self.stability_limit:.4g} every run "
            "diverges."
        )
