"""What a learning rate comes to on given data: how SGD on all samples goes with it, as theory knows before."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from linviz.core.descent import Descent
from linviz.core.recurrence import Recurrence, best_learning_rate
from linviz.core.spectrum import Spectrum

PLAIN = Descent(1.0)

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
    """How gradient descent, with weight decay and momentum where they are chosen, goes at any learning rate.

    Without momentum a step multiplies the distance to the optimum along an eigen-direction of curvature λ by ``1 − rate
    · λ`` (`Spectrum.stability_limit`), with it in the long run by the larger root of `Recurrence`. The size of either,
    over all λ, is largest at the smallest or at the largest of them.

    Parameters
    ----------
    least, most
        The smallest eigenvalue that isn't 0, and the largest; of the objective, whose weight decay is part of them.
    descent
        The way of descending, at any learning rate.
    best
        The rate whose slowest direction is fastest: 2/(λmin + λmax) without momentum. NaN if no rate converges.
    """

    least: float
    most: float
    descent: Descent = PLAIN
    best: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "best", best_learning_rate(self.descent, self.least, self.most))

    @classmethod
    def of(cls, spectrum: Spectrum, descent: Descent = PLAIN) -> "Outlook":
        """Give that of data, which must move something: one eigenvalue at least isn't 0."""
        eigenvalues = spectrum.with_weight_decay(descent.weight_decay).eigenvalues
        nonzero = eigenvalues[eigenvalues > 0]
        return cls(float(nonzero.min()), float(nonzero.max()), descent)

    @property
    def monotone_limit(self) -> float:
        """The rate above which the steepest direction oscillates: 1/λmax without momentum.

        With it the roots of the recurrence in `linviz.core.recurrence` become complex there: for the heavy ball at
        ``(1 − √momentum)² / λmax``, by ``1 − dampening`` with that, for Nesterov's at ``((1 − momentum) / (1 +
        momentum))² / λmax``. Never above `stability_limit`.
        """
        beta = self.descent.momentum
        if self.descent.nesterov:
            return min(((1 - beta) / (1 + beta)) ** 2 / self.most, self.stability_limit)
        limit = (1 - beta**0.5) ** 2 / self.most
        return min(limit / self.descent.drive if self.descent.drive else np.inf, self.stability_limit)

    @property
    def stability_limit(self) -> float:
        """The rate above which the steepest direction diverges: 2/λmax without momentum."""
        return self.descent.stability_limit(self.most)

    def going(self, rate: float) -> Going:
        """Tell how it goes at a rate; at a limit itself as below it."""
        if rate <= self.monotone_limit:
            return Going.CONVERGES
        return Going.OSCILLATES if rate <= self.stability_limit else Going.DIVERGES

    def factor(self, rate: float) -> float:
        """Give by what a step multiplies the distance in the slowest direction; in a growing one if there is one."""
        if not self.descent.momentum:
            return max(abs(1 - rate * self.least), abs(1 - rate * self.most))
        return float(self._recurrence(rate).factor.max())

    def _lacks(self, rate: float) -> float:
        """Give what the factor lacks of 1; the factor itself may be rounded to it."""
        if not self.descent.momentum:
            return min(rate * self.least, 2 - rate * self.most)
        return float(-np.expm1(self._recurrence(rate).log_factor.max()))

    def _recurrence(self, rate: float) -> Recurrence:
        """Give that of the flattest and the steepest direction, of which one is the slowest."""
        return Recurrence(replace(self.descent, learning_rate=rate), np.array([self.least, self.most]))

    def factor_text(self, rate: float) -> str:
        """Write `factor` with digits that tell it from 1."""
        factor = self.factor(rate)
        if factor >= 1e4:  # noqa: PLR2004  # where decimals tell nothing any more
            return f"{factor:.1e}".replace("e+0", "e").replace("e+", "e")
        lacks = self._lacks(rate)
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
        factor, momentum = self.factor_text(rate), bool(self.descent.momentum)
        run = "in the long run " if momentum else ""
        beyond = "swings through the optimum" if momentum else "lands beyond the optimum"
        said = {
            Going.CONVERGES: (
                f"It converges: {run}each step leaves {factor} of the distance to the optimum in the slowest "
                "direction, and no direction overshoots."
            ),
            Going.OSCILLATES: (
                f"It converges and oscillates: {run}each step leaves {factor} of the distance to the optimum in the "
                f"slowest direction, but {beyond} in the steepest one."
            ),
            Going.DIVERGES: (
                f"It diverges: {run}each step multiplies the distance to the optimum by {factor} in the fastest "
                "growing direction."
            ),
        }[self.going(rate)]
        given = f"With these data{self._choices}"
        if not self.stability_limit:
            return f"{said} {given} every run diverges at any rate."
        overshoots, best, diverges = ("", "", "") if momentum else ("1/λmax = ", "2/(λmin + λmax) = ", "2/λmax = ")
        return (
            f"{said} {given} the steepest direction overshoots above {overshoots}{self.monotone_limit:.4g}, the best "
            f"rate is {best}{self.best:.4g}, and above {diverges}{self.stability_limit:.4g} every run diverges."
        )

    @property
    def _choices(self) -> str:
        """Say what is chosen besides the rate."""
        descent, chosen = self.descent, []
        if descent.momentum:
            chosen.append(f"{'Nesterov ' if descent.nesterov else ''}momentum {descent.momentum:g}")
        if descent.momentum and descent.dampening:
            chosen.append(f"dampening {descent.dampening:g}")
        if descent.weight_decay:
            chosen.append(f"weight decay {descent.weight_decay:g}, which is part of each λ,")
        return f", {' and '.join(chosen)}" if chosen else ""
