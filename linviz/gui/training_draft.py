"""What stands in the form of the training, read section by section."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from linviz.core.optimizers import OPTIMIZERS
from linviz.core.option import Value
from linviz.core.settings import BIAS, DEVICE, DTYPE, LEARNING_RATE, PARTS, Settings
from linviz.errors import InputError
from linviz.gui.training_words import of_batches, of_loss, of_model, of_schedule, of_split, of_start

OPTIMIZER: Final = "Optimizer"
LOSS: Final = "Loss"
BATCHES: Final = "Batches"
SCHEDULE: Final = "Learning rate schedule"
TESTS: Final = "Test set"
START: Final = "Start and model"
SECTION_OF: Final = {
    "criterion": LOSS,
    "batches": BATCHES,
    "schedule": SCHEDULE,
    "split": TESTS,
    "initialisation": START,
}
"""Of each part of `Settings`."""
WRONG: Final = "to be corrected"


@dataclass(slots=True)
class Draft:
    """What was read.

    Parameters
    ----------
    wrong
        Why a section can't be taken, by its name.
    settings
        All of it; none if something is wrong.
    hints
        What a section comes to, in a sentence, by its name; of one that is wrong there is none.
    briefs
        The same in a few words, of all sections.
    """

    wrong: dict[str, str]
    settings: Settings | None = None
    hints: dict[str, str] = field(default_factory=dict)
    briefs: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        values: Mapping[str, Any],
        optimizer: str,
        options: Mapping[str, Value],
        shape: tuple[int, int, int],
        wrong: Mapping[str, str],
    ) -> "Draft":
        """Read.

        Parameters
        ----------
        values
            What each of `TRAINING` is to be, with learning rate and dtype.
        optimizer, options
            The optimizer's name, and what each of its own is to be.
        shape
            Samples, inputs, outputs of the data.
        wrong
            Why an entry of a section can't be read, by the section's name.
        """
        draft, (samples, inputs, outputs) = cls(dict(wrong)), shape
        rate, dtype, bias = (values[each.name] for each in (LEARNING_RATE, DTYPE, BIAS))
        device = values[DEVICE.name]
        parts = {}
        for name, kind in PARTS.items():
            own = {option.name: values[option.name] for option in kind.OPTIONS}
            parts[name] = draft._tried(SECTION_OF[name], partial(kind, **own))
        draft._tried(TESTS, lambda: parts["split"].check(samples))
        chosen = draft._tried(OPTIMIZER, lambda: Settings(rate, optimizer, dtype, options))
        draft._tried(START, lambda: Settings(dtype=dtype, device=device))
        if not draft.wrong:
            draft.settings = Settings(rate, optimizer, dtype, options, **parts, bias=bias, device=device)
        left = samples if TESTS in draft.wrong else samples - parts["split"].tests(samples)
        start = parts["initialisation"]
        told: dict[str, Callable[[], tuple[str, str]]] = {
            OPTIMIZER: lambda: (OPTIMIZERS[optimizer].meaning, chosen.title),
            LOSS: lambda: (of_loss(parts["criterion"]), parts["criterion"].code.removeprefix("nn.")),
            BATCHES: lambda: of_batches(parts["batches"], left),
            SCHEDULE: lambda: of_schedule(parts["schedule"], rate),
            TESTS: lambda: of_split(parts["split"], samples),
            START: lambda: (
                f"{of_start(start, inputs, outputs)} {of_model(bias, dtype)}",
                " · ".join((start.init, *([] if bias else ["no bias"]), dtype, device)),
            ),
        }
        for section, tell in told.items():
            if section in draft.wrong:
                draft.briefs[section] = WRONG
            else:
                draft.hints[section], draft.briefs[section] = tell()
        return draft

    def _tried(self, section: str, read: Callable[[], Any]) -> Any:
        """Read something, unless its section is wrong already; note why it can't be."""
        if section not in self.wrong:
            try:
                return read()
            except InputError as error:
                self.wrong[section] = str(error)
        return None
