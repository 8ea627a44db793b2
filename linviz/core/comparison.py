"""Step against Manual Step, on copies, to the last bit. Imports no torch: the trainer that is asked brings it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from linviz.core.snapshot import PARAMETERS, Array, Phase, Snapshot
from linviz.core.terms import Index

if TYPE_CHECKING:
    from linviz.core.trainer import Trainer

STEP, MANUAL_STEP, ALPHA = SPELLINGS = ("optimizer.step()", "sub_(lr * grad)", "sub_(grad, alpha=lr)")
"""Three ways to write plain gradient descent's update: SGD's, the notebook's, and another one by hand.

Of another optimizer there are two, and the second is its arithmetic by hand, see `linviz.core.by_hand`.
"""


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """A parameter before the update and after each way of writing it.

    Parameters
    ----------
    field, index
        Which parameter, by its stored index.
    old, gradient
        What goes in.
    new
        What comes out, by spelling.
    ulp
        For each spelling, its distance from ``optimizer.step()`` in units in the last place of the larger of old and
        new: below that unit a subtraction can't tell.
    own_ulp
        The same in units in the last place of the result, which are smaller where the subtraction cancels.
    exact
        ``old − lr · gradient`` without any rounding, of the numbers as the dtype holds them; none of an optimizer that
        does more, or if one isn't finite.
    """

    field: str
    index: Index
    old: float
    gradient: float
    new: Mapping[str, float]
    ulp: Mapping[str, float]
    own_ulp: Mapping[str, float]
    exact: Fraction | None


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The same update from the same moment, written in each of `spellings`.

    Parameters
    ----------
    moment
        Just before the update: parameters, gradients and settings.
    results
        The parameters after it, by spelling and field.
    """

    moment: Snapshot
    results: Mapping[str, Mapping[str, Array]]

    @property
    def spellings(self) -> tuple[str, ...]:
        """The ways that there are."""
        return tuple(self.results)

    def __len__(self) -> int:
        """Count the parameters."""
        return sum(getattr(self.moment, field).size for field in self._fields)

    @property
    def _fields(self) -> tuple[str, ...]:
        return self.moment.settings.parameters

    def ulp(self, spelling: str, field: str) -> Array:
        """Give the distance of each parameter from ``optimizer.step()``; see `ComparedCell`."""
        step, other = self.results[STEP][field], self.results[spelling][field]
        return _units(step, other, np.maximum(np.abs(getattr(self.moment, field)), np.abs(step)))

    def differing(self, spelling: str) -> int:
        """Count the parameters in which a spelling comes to other bits than ``optimizer.step()``."""
        step, other = self.results[STEP], self.results[spelling]
        return sum(int((~_same(step[field], other[field])).sum()) for field in self._fields)

    def finite(self) -> int:
        """Count the parameters that are finite numbers by every spelling."""
        fields = ([each[field] for each in self.results.values()] for field in self._fields)
        return sum(int(np.isfinite(results).all(axis=0).sum()) for results in fields)

    def largest_ulp(self, spelling: str) -> float:
        """Give the largest distance from ``optimizer.step()``, whatever its sign."""
        distances = (np.abs(self.ulp(spelling, field)) for field in self._fields)
        return max(float(np.nan_to_num(each, posinf=np.inf).max()) for each in distances)

    def cell(self, at: int) -> ComparedCell:
        """Give a parameter by its position: those of the weight row by row, then those of the bias."""
        moment, in_weight = self.moment, self.moment.weight.size
        field, position = ("weight", at) if at < in_weight else ("bias", at - in_weight)
        old, gradient = getattr(moment, field), getattr(moment, f"{field}_grad")
        index = tuple(map(int, np.unravel_index(position, old.shape)))
        new = {spelling: self.results[spelling][field][index] for spelling in self.results}
        step = new[STEP]
        largest = np.maximum(abs(old[index]), abs(step))
        return ComparedCell(
            field,
            index,
            float(old[index]),
            float(gradient[index]),
            {spelling: float(value) for spelling, value in new.items()},
            {spelling: float(_units(step, value, largest)) for spelling, value in new.items()},
            {spelling: float(_units(step, value, abs(step))) for spelling, value in new.items()},
            _exact(old[index], gradient[index], moment.settings.rate(moment.step))
            if moment.settings.is_plain
            else None,
        )


@dataclass(frozen=True, slots=True)
class Compare:
    """Ask for a comparison from the present moment: of this iteration's update, or of the next one's if it is over."""

    def apply(self, trainer: "Trainer") -> Comparison:
        """Run copies of the trainer, which itself stays as it is.

        Raises
        ------
        InputError
            If the optimizer has no update by hand.
        """
        copy_at, moment = type(trainer).at, trainer.snapshot()
        if moment.next_phase is not Phase.UPDATE:
            moment = copy_at(moment).run_to(Phase.BACKWARD)
        results = {
            STEP: _parameters(copy_at(moment).step()),
            MANUAL_STEP: _parameters(copy_at(moment).manual_step()),
        }
        if moment.settings.is_plain:
            results[ALPHA] = _by_alpha(copy_at(moment))
        return Comparison(moment, results)


def _by_alpha(trainer: "Trainer") -> dict[str, Array]:
    rate = trainer.settings.rate(trainer.snapshot().step)
    for parameter in trainer.linear.parameters():
        assert parameter.grad is not None  # noqa: S101  # the comparison ran backward; this tells the type checker
        parameter.data.sub_(parameter.grad.data, alpha=rate)
    made = {name: _frozen(each.detach().cpu().numpy()) for name, each in trainer.linear.named_parameters()}
    return _parameters(trainer.snapshot()) | made


def _frozen(array: Array) -> Array:
    """Copy, so that no one who is shown it can write to it."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def _parameters(moment: Snapshot) -> dict[str, Array]:
    return {name: getattr(moment, name) for name in PARAMETERS}


@np.errstate(invalid="ignore", over="ignore")  # of a run that diverges
def _units(step: Array | np.floating, other: Array | np.floating, size: Array | np.floating) -> Array:
    """Give the distance of two numbers in units in the last place of a third, in float64: the units may be tiny."""
    distance = np.subtract(other, step, dtype=np.float64) / np.spacing(size)
    units: Array = np.where(step == other, 0, distance)
    return units


def _same(one: Array, other: Array) -> NDArray[np.bool_]:
    """Tell where two arrays hold the same bits, but for those of NaN, which is NaN here."""
    equal = (one == other) & (np.signbit(one) == np.signbit(other))
    same: NDArray[np.bool_] = equal | (np.isnan(one) & np.isnan(other))
    return same


def _exact(old: np.floating, gradient: np.floating, learning_rate: float) -> Fraction | None:
    rate = old.dtype.type(learning_rate)  # torch takes the rate to the tensor's dtype before it multiplies
    numbers = (float(old), float(rate), float(gradient))
    if not all(map(np.isfinite, numbers)):
        return None
    before, factor, slope = map(Fraction, numbers)
    return before - factor * slope
