"""The part of a session's file that isn't arrays: JSON, described by the types here.

A reader refuses what these types don't describe, so that a change of them is a new version. Version 2 is version 1 with
branches that begin with parameters computed for a step, version 3 adds edits of numbers, choices of the training and
what is known of the data, version 4 the momentum buffers that computed parameters begin with; a file is written as the
first version that holds all that is in it.
"""

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from linviz.core.command import Command, Edit, NextPhase, RunTo, SetLearningRate, Step, UpdateAgain
from linviz.core.settings import Settings
from linviz.core.snapshot import Phase
from linviz.errors import InputError

VERSIONS: Final = (1, 2, 3, 4)
"""Of the format, that are read."""
KNOWS_DATA: Final = 3
"""The first version that knows more of the data than the numbers."""

Count = Annotated[int, Meta(ge=0, lt=2**53)]
"""A number that JSON's readers in other languages keep exactly."""
Loss = float | None | Literal["NaN", "Infinity", "-Infinity"]


class Record(Struct, forbid_unknown_fields=True):
    """An object of the header."""


class Done(Record, array_like=True):
    """Something that was done, as an array that begins with its name."""


class Steps(Done, tag="steps"):
    """Whole steps, or what was left of one: how many, and whether the updates were written by hand."""

    count: Count
    by_hand: bool


class NextPhases(Done, tag="next_phase"):
    """One phase."""


class PhasesTo(Done, tag="run_to"):
    """Phases up to and including one, and whether an update on the way is written by hand."""

    phase: Phase
    by_hand: bool


class Again(Done, tag="update_again"):
    """An update with the gradient that was there, and whether it was written by hand."""

    by_hand: bool


class Rate(Done, tag="learning_rate"):
    """Another learning rate."""

    learning_rate: float


class Edits(Done, tag="edit"):
    """Other numbers in cells: field, stored index and number of each."""

    cells: list[tuple[Literal["x", "y", "weight", "bias"], list[Count], float]]


Thing = Steps | NextPhases | PhasesTo | Again | Rate | Edits


class SettingsRecord(Record, omit_defaults=True):
    """`Settings`; of ``training`` what isn't the default, by the names of `linviz.core.settings.TRAINING`."""

    learning_rate: float
    optimizer: str
    dtype: str
    options: dict[str, float | int | bool | str | list[float] | None]
    training: dict[str, float | int | bool | str] = {}


class ProblemRecord(Record, omit_defaults=True):
    """What a problem is called, the seed that it was drawn from and, if there are such, what is known of its data."""

    name: str
    seed: Count | None
    x_names: list[str] = []
    y_names: list[str] = []
    noise: float | None = None
    source: str = ""


class BranchRecord(Record, omit_defaults=True):
    """A branch: which one it leaves and at which moment, what was done on it, the last loss that was computed.

    The settings are those where it begins; none for a branch that leaves another one. The step is that for which its
    first parameters were computed; 0, and not written, for any other branch.
    """

    number: Count
    name: str
    parent: Count | None
    fork: Count
    deleted: bool
    loss: Loss
    settings: SettingsRecord | None
    done: list[Thing]
    step: Count = 0


class PlaceRecord(Record):
    """Where the run stands: the number of the branch, and the moment."""

    branch: Count
    moment: Count


class Header(Record):
    """All of it. ``linviz`` and ``torch`` are the versions that wrote it; ``window`` is the window's own."""

    version: Literal[1, 2, 3, 4]
    linviz: str
    torch: str
    problem: ProblemRecord
    branches: Annotated[list[BranchRecord], Meta(min_length=1)]
    place: PlaceRecord
    window: dict[str, Any]


def record_of(command: Command, count: int) -> Thing:
    """Give what stands for a command in a file."""
    match command:
        case Step(by_hand=by_hand):
            return Steps(count, by_hand)
        case NextPhase():
            return NextPhases()
        case RunTo(phase=phase, by_hand=by_hand):
            return PhasesTo(phase, by_hand)
        case UpdateAgain(by_hand=by_hand):
            return Again(by_hand)
        case SetLearningRate(learning_rate=rate):
            return Rate(rate)
        case Edit(cells=cells):
            return Edits([(field, list(index), value) for field, index, value in cells])  # type: ignore[misc]  # a field's name
        case _:
            raise InputError(f"{type(command).__name__} is no part of a session")


def command_of(record: Thing) -> tuple[Command, int]:
    """Give the command that something in a file stands for, and how often it is done."""
    match record:
        case Steps(count=count, by_hand=by_hand):
            return Step(by_hand), count
        case NextPhases():
            return NextPhase(), 1
        case PhasesTo(phase=phase, by_hand=by_hand):
            return RunTo(phase, by_hand), 1
        case Again(by_hand=by_hand):
            return UpdateAgain(by_hand), 1
        case Rate(learning_rate=rate):
            return SetLearningRate(rate), 1
        case Edits(cells=cells):
            return Edit(tuple((field, tuple(index), value) for field, index, value in cells)), 1


def settings_record(settings: Settings) -> SettingsRecord:
    """Give what stands for settings in a file."""
    options = {name: list(value) if isinstance(value, tuple) else value for name, value in settings.options.items()}
    return SettingsRecord(settings.learning_rate, settings.optimizer, settings.dtype, options, settings.training)  # type: ignore[arg-type]  # no pairs
