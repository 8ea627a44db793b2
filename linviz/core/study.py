"""The question for the theory of what is trained. Imports no torch: the trainer that is asked brings it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.core.theory import Parameters, Theory
from linviz.errors import InputError

if TYPE_CHECKING:
    from linviz.core.trainer import Trainer

MOST_WORK = 1e10
"""Operations after which nothing else has waited for more than some seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Studied:
    """The theory of a problem, or why there is none.

    Parameters
    ----------
    moment
        One of those that were looked at.
    theory
        Of its data as the run holds them, in the run's dtype and without a test set, under its loss; none if it can't
        be known.
    why_not
        Why not, in a few words.
    start
        The parameters at the start of such a run.
    """

    moment: Snapshot
    theory: Theory | None
    why_not: str = ""
    start: Parameters | None = None

    def fits(self, moment: Snapshot) -> bool:
        """Tell whether it holds for another moment: for the same data under the same loss."""
        return fits(self.moment, moment)


def fits(one: Snapshot, other: Snapshot) -> bool:
    """Tell whether the loss is the same function of the parameters at two moments, of runs with the same start."""
    # Another problem may have the same data, and other parameters to start from.
    same = one.problem is other.problem and one.x is other.x and one.y is other.y
    return same and _decides(one.settings) == _decides(other.settings)


def _decides(settings: Settings) -> tuple[object, ...]:
    return settings.criterion, settings.bias, settings.split, settings.initialisation, settings.dtype


@dataclass(frozen=True, slots=True)
class Study:
    """Look once at the data that are trained; nothing about the run changes."""

    def apply(self, trainer: "Trainer") -> Studied:
        """Find it out, unless everything else would have to wait for long."""
        moment = trainer.snapshot()
        settings = moment.settings
        if settings.criterion.loss != "MSE":
            return Studied(moment, None, f"{settings.criterion.name} is no paraboloid, of which alone all is known")
        work = _work(*moment.shape)
        if work > MOST_WORK:
            return Studied(
                moment,
                None,
                f"{moment.shape[1]:,} inputs and {moment.shape[0]:,} samples are too many to work it out while the "
                "window waits; linviz theory does, on the command line",
            )
        try:
            start = Snapshot.at_start(moment.problem, moment.settings)
            return Studied(moment, Theory.of_moment(moment), start=Parameters(start.weight, start.bias))
        except (InputError, np.linalg.LinAlgError) as error:
            return Studied(moment, None, str(error))


def _work(samples: int, inputs: int, outputs: int) -> float:
    """Estimate the operations of `Theory.of`: a QR decomposition of all, and the singular values of what it leaves."""
    columns = inputs + 1 + outputs
    least = min(samples, columns)
    return 2.0 * samples * columns * least + 30.0 * least**2 * columns
