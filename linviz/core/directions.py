"""How descent goes along each eigen-direction, and what remains of the error there. Needs no torch."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from linviz.core.descent import Descent
from linviz.core.recurrence import Recurrence
from linviz.core.schedule import Schedule
from linviz.core.settings import Settings
from linviz.core.snapshot import Array
from linviz.core.theory import Parameters, Theory
from linviz.errors import InputError


class Manner(StrEnum):
    """How descent goes along one eigen-direction."""

    CONVERGES = "converges"
    """It comes nearer to the optimum from one side."""
    OVERSHOOTS = "overshoots"
    """It comes nearer, but each step lands on the other side."""
    SWINGS = "swings"
    """With momentum: it comes nearer in swings of several steps through the optimum."""
    DIVERGES = "diverges"
    """It goes away from the optimum."""
    FLAT = "flat"
    """The loss is the same all along it, and nothing moves."""
    UNKNOWN = "unknown"
    """There is no closed form for this optimizer."""


@dataclass(eq=False)
class Directions:
    """The eigen-directions of the objective, in the order of its eigenvalues, under some settings.

    The Hessian is the same for each output, so an eigenvector has an entry for each input, and one for the bias.

    Parameters
    ----------
    theory
        Of the data; the weight decay of SGD is put in by `of`.
    factors
        By what a step multiplies the error in the long run, with a sign: negative where it lands beyond the optimum; of
        a swing the size. NaN where it isn't known: (parameters,).
    manners
        How each goes.
    why_not
        Why no factor is known, in a sentence; nothing if all are.
    """

    theory: Theory
    factors: Array
    manners: tuple[Manner, ...]
    why_not: str = ""
    _flat: Array | None = field(default=None, repr=False)

    @classmethod
    def of(cls, theory: Theory, settings: Settings, step: int = 0) -> "Directions":
        """Tell how descent goes under settings, at the learning rate that a schedule has after so many updates.

        Of other optimizers than SGD, and of mini-batches, nobody can tell before they are run.
        """
        try:
            descent = Descent.of(replace(settings, learning_rate=settings.rate(step), schedule=Schedule()))
        except InputError as error:
            unknown = np.full(theory.parameters, np.nan)
            return cls(theory, unknown, (Manner.UNKNOWN,) * theory.parameters, str(error))
        theory = theory.with_weight_decay(descent.weight_decay)
        recurrence = Recurrence(descent, theory.eigenvalues)
        sizes, turns = recurrence.factor, recurrence.turn
        flat = theory.eigenvalues == 0
        manners = tuple(map(_manner, sizes.tolist(), turns.tolist(), flat.tolist()))
        return cls(theory, np.where(turns == 1, -sizes, sizes), manners)

    def vector(self, at: int) -> Array:
        """Give a unit eigenvector, its largest entry positive; the bias is the last entry: (parameters,)."""
        flat = self.theory.parameters - self.theory.rank
        if at < flat and self._flat is None:
            self._flat = self.theory.eigenvectors[:, :flat]  # takes long where there are many, and few ask for it
        columns = self.theory.directions if at >= flat or self._flat is None else self._flat
        vector = columns[:, at - flat if at >= flat else at]
        return np.asarray(vector * (np.sign(vector[np.argmax(np.abs(vector))]) or 1))

    def errors(self, at: Parameters) -> Array:
        """Give the size of the distance to the optimum along each direction, over all outputs: (parameters,).

        Where the loss is flat there is none, as the optimum that descent reaches is just as far along, unless weight
        decay acts there: on all of these directions alike, each of which has the size of all.
        """
        theory = self.theory
        with np.errstate(over="ignore", invalid="ignore"):  # of a run that diverges
            packed = theory.packed(at)
            along = np.linalg.norm(theory.directions.T @ packed - theory.along, axis=1)
            flat = float(np.linalg.norm(theory.flat_part(packed))) if theory.weight_decay else 0.0
        return np.concatenate([np.full(theory.parameters - theory.rank, flat), along])

    def remaining(self, start: Array, now: Array) -> Array:
        """Give what remains of the errors at the start, as shares of them: (parameters,).

        NaN where there was none to begin with, or where it can't be told from rounding.
        """
        least = np.finfo(np.float64).eps * np.max(start, initial=0.0, where=np.isfinite(start))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.where((start > least) & (self.theory.eigenvalues > 0), now / start, np.nan)


def _manner(size: float, turn: float, flat: bool) -> Manner:
    if flat:
        return Manner.FLAT
    if not size <= 1:
        return Manner.DIVERGES
    if turn == 0 or size == 0:
        return Manner.CONVERGES
    return Manner.OVERSHOOTS if turn == 1 else Manner.SWINGS
