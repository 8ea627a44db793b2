"""One frozen moment of training, safe to hand to another thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from linviz.core.evaluation import Evaluation
from linviz.core.place import Place
from linviz.core.problem import Problem
from linviz.core.settings import Settings

Array = NDArray[np.floating[Any]]
Rows = NDArray[np.int64]
State = Mapping[str, NDArray[Any]]
"""What an optimizer remembers, by names such as ``weight_exp_avg``."""


class Phase(StrEnum):
    """The five operations of an iteration, in the order in which they run."""

    FORWARD = "forward"
    LOSS = "loss"
    ZERO_GRAD = "zero_grad"
    BACKWARD = "backward"
    UPDATE = "update"


PHASES = tuple(Phase)


class Freshness(StrEnum):
    """How a field stands to the parameters."""

    FRESH = "fresh"
    """Computed with the parameters as they are now."""
    STALE = "stale"
    """Computed with parameters that have changed since."""
    NONE = "none"
    """Not there: not computed yet, or cleared by ``zero_grad``."""


class Update(StrEnum):
    """Who wrote the parameters last; the names are those of the commands."""

    STEP = "step"
    MANUAL_STEP = "manual_step"
    AGAIN = "update_again"
    AGAIN_BY_HAND = "update_again_by_hand"
    EDIT = "edit"
    """A person, number by number; that makes no step."""


ARRAY_FIELDS = ("x", "y", "prediction", "residual", "weight", "bias", "weight_grad", "bias_grad")
"""The fields that are shown as panels. ``loss`` is the one field more, a number."""

PARAMETERS = ("weight", "bias")
GRADIENTS = ("weight_grad", "bias_grad")

COMPUTED = ("prediction", "residual", "loss", *GRADIENTS)
"""The fields that are computed from the others, and may be none."""

_GIVEN = frozenset(("x", "y", "rows", *PARAMETERS))


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """An update that was applied: by whom, and from what. An edit of a parameter counts as one here.

    Parameters
    ----------
    update
        Who wrote the parameters.
    learning_rate
        As it was chosen.
    operands
        The parameters before it and the gradients, by field, and what the optimizer remembered.
    factor
        What the schedule multiplied the learning rate by; 0 where it has come below all floats.
    """

    update: Update
    learning_rate: float
    operands: Mapping[str, NDArray[Any]]
    factor: float = 1.0

    @property
    def rate(self) -> float:
        """The learning rate that was used."""
        return self.learning_rate * self.factor


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """One frozen moment of training.

    All arrays are read-only, in the run's dtype, and never change after; a field that did not change between two
    snapshots of a run is the same object in both, so that a view can tell by identity what to draw again.

    Parameters
    ----------
    step
        Number of updates applied so far.
    next_phase
        The phase that comes next.
    problem
        What is trained: with the settings, where the run started.
    settings
        The settings in force.
    x, y
        Inputs (samples, inputs) and targets (samples, outputs).
    weight, bias
        Parameters as ``nn.Linear`` stores them: (outputs, inputs) and (outputs,). Without a bias it is zeros here.
    prediction, residual
        ``linear(x)`` and ``prediction − y``, both (used, outputs), or none; see ``rows``. The residual comes with the
        prediction.
    loss
        What the criterion returned, or none.
    weight_grad, bias_grad
        What ``backward()`` left in ``.grad``, shaped as the parameters, or none.
    computed_at
        For each computed field that is there, the number of updates that had been applied to the parameters
        it was computed with.
    computed_from
        For each computed field that is there, the arrays it was computed from, by field; of a stale field they may be
        others than those of this snapshot.
    applied
        The last update, or the last edit of a parameter; none at the start.
    run
        Counts the starts: a reset or another problem begins a new run.
    state
        What the optimizer remembers: arrays shaped as the parameters, and counters of no dimension.
    rows
        The samples that prediction and residual are of, by their positions in x and y: (used,); none if they are all.
    tests
        The samples that are kept as a test set, ascending; none if there are none.
    """

    step: int
    next_phase: Phase
    problem: Problem
    settings: Settings
    x: Array
    y: Array
    weight: Array
    bias: Array
    prediction: Array | None = None
    residual: Array | None = None
    loss: float | None = None
    weight_grad: Array | None = None
    bias_grad: Array | None = None
    computed_at: Mapping[str, int] = field(default_factory=dict)
    computed_from: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)
    applied: Applied | None = None
    run: int = 0
    state: State = field(default_factory=dict)
    rows: Rows | None = None
    tests: Rows | None = None

    @classmethod
    def at_start(cls, problem: Problem, settings: Settings) -> "Snapshot":
        """Give the moment before the first phase; needs no torch.

        Raises
        ------
        InputError
            If a number of the problem is beyond the range of the settings' dtype, or a test set is all of it.
        """
        arrays = problem.as_dtype(settings.dtype)
        weight, bias = settings.initialisation.parameters(arrays.weight, arrays.bias)
        start = (
            _frozen(weight, settings.dtype),
            _frozen(bias if settings.bias else np.zeros_like(bias), settings.dtype),
        )
        tests = settings.split.rows(len(arrays.x))[1] if settings.split.test_share else None
        if settings.initialisation.init == "given" and settings.bias:
            start = arrays.weight, arrays.bias
        return cls(0, Phase.FORWARD, problem, settings, arrays.x, arrays.y, *start, tests=tests)

    @property
    def last_update(self) -> Update | None:
        """Who wrote the parameters last; none at the start."""
        return self.applied.update if self.applied else None

    @property
    def updated(self) -> bool:
        """Whether the parameters are as an update left them: not at the start, nor since a person wrote some."""
        return self.applied is not None and self.applied.update is not Update.EDIT

    @property
    def shape(self) -> tuple[int, int, int]:
        """Samples, inputs, outputs."""
        return self.x.shape[0], self.x.shape[1], self.y.shape[1]

    def rows_of(self, name: str) -> Rows | None:
        """Give the samples that a computed field was made from, by their positions; none if they were all."""
        return cast("Rows | None", self.computed_from[name].get("rows"))

    def with_computed(self, at: int, source: Mapping[str, Array], values: Mapping[str, Array | float]) -> "Snapshot":
        """Give the same moment with fields that were computed.

        Parameters
        ----------
        at
            The number of updates that had been applied to the parameters they belong to.
        source
            The arrays they were computed from, by field.
        values
            The fields.
        """
        given: dict[str, Any] = {**values}
        return replace(
            self,
            **given,
            computed_at={**self.computed_at, **dict.fromkeys(values, at)},
            computed_from={**self.computed_from, **dict.fromkeys(values, source)},
        )

    def without(self, names: tuple[str, ...]) -> "Snapshot":
        """Give the same moment with these computed fields gone."""
        nothing: dict[str, Any] = dict.fromkeys(names)
        return replace(
            self,
            **nothing,
            computed_at={name: at for name, at in self.computed_at.items() if name not in names},
            computed_from={name: source for name, source in self.computed_from.items() if name not in names},
        )

    def freshness(self, name: str) -> Freshness:
        """Tell how a field (one of `ARRAY_FIELDS` or ``"loss"``) stands to the parameters, and to x and y."""
        if name in _GIVEN:
            return Freshness.FRESH
        if name not in self.computed_at:
            return Freshness.NONE
        fresh = self.computed_at[name] == self.step and self._holds(name)
        return Freshness.FRESH if fresh else Freshness.STALE

    def _holds(self, name: str) -> bool:
        """Tell whether all that a field was computed from is still what is here: an edit may have changed some."""
        return all(
            source is getattr(self, field) and (field in _GIVEN or self._holds(field))
            for field, source in self.computed_from.get(name, {}).items()
        )


@dataclass(frozen=True, slots=True, eq=False)
class Burst:
    """What a command did: the moment it ended in, and the loss of each iteration on the way.

    Parameters
    ----------
    snapshot
        The moment after the last update.
    steps
        For each loss, the number of updates that had been applied when it was computed, ascending: (losses,), int64.
    losses
        The losses, exact also for float32: (losses,), float64.
    place
        Where that stands in the history; none without one.
    met
        The condition that a run stopped for, in words; nothing if it didn't.
    evaluation
        How good the parameters are that it ended with; none where that was not looked at.
    """

    snapshot: Snapshot
    steps: NDArray[np.int64]
    losses: NDArray[np.float64]
    place: Place | None = None
    met: str = ""
    evaluation: Evaluation | None = None

    @classmethod
    def joined(cls, bursts: "Sequence[Burst]") -> "Burst":
        """Put together what followed each other."""
        if len(bursts) == 1:
            return bursts[0]
        steps, losses = (np.concatenate([getattr(each, name) for each in bursts]) for name in ("steps", "losses"))
        return replace(bursts[-1], steps=steps, losses=losses)

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Burst":
        """Wrap the snapshot of a single command; its loss, if there is one, may have been reported before."""
        there = snapshot.loss is not None
        return cls(
            snapshot,
            np.array([snapshot.computed_at["loss"]] if there else [], np.int64),
            np.array([snapshot.loss] if there else [], np.float64),
        )


def _frozen(array: Array, dtype: str) -> Array:
    made: Array = array.astype(dtype)
    made.flags.writeable = False
    return made
