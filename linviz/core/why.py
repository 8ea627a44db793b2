"""The question why a number is what it is, for a thread that nobody waits for. Needs no torch."""

from dataclasses import dataclass

from linviz.core.explain import Explanation, explain
from linviz.core.snapshot import Snapshot
from linviz.core.terms import Index
from linviz.errors import InputError

MANY = 100_000
"""Terms from which on a sum takes longer than a frame, with all that is found out about it."""
SUMS = "loss", "weight_grad", "bias_grad"
"""What is summed over the samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Why:
    """Ask for the arithmetic that made a cell, or why it can't be told; see `explain`."""

    snapshot: Snapshot
    field: str
    index: Index

    @property
    def is_long(self) -> bool:
        """Whether the answer takes longer than a window may stand still."""
        return self.field in SUMS and self.snapshot.y.size > MANY

    def read(self) -> Explanation | InputError:
        """Find it out, with what is asked of the terms when they are shown."""
        try:
            found = explain(self.snapshot, self.field, self.index)
        except InputError as error:
            return error
        found.terms.leading()
        return found
