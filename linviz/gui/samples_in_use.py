"""Which samples the numbers on the screen are of: those in use, those kept as a test set, the others."""

from enum import StrEnum

import numpy as np

from linviz.core.snapshot import Rows, Snapshot


class Part(StrEnum):
    """What a sample is for, at one moment."""

    USED = "in use"
    OTHER = "not in this batch"
    TEST = "kept for the test"
    OPEN = ""
    """Not known yet: no iteration has begun."""


MARKS = {Part.USED: "●", Part.OTHER: " ", Part.TEST: "◆", Part.OPEN: " "}
"""Before the number of a row."""


class SamplesInUse:
    """Finds for a sample what it is for, and where prediction and residual have it.

    It looks for those that are asked for and makes no array of all samples: there may be millions, of which a screen
    shows forty.

    Parameters
    ----------
    rows
        The samples that prediction and residual are of, in their order; none if they are all, or there is none yet.
    tests
        Those of the test set, ascending; none if there are none.
    """

    def __init__(self, rows: Rows | None, tests: Rows | None) -> None:
        self.rows, self.tests = rows, tests
        self._ascending: bool | None = None
        self._positions: dict[int, int | None] = {}
        self._parts: dict[int, Part] = {}

    @classmethod
    def of(cls, snapshot: Snapshot, known: "SamplesInUse | None" = None) -> "SamplesInUse | None":
        """Give those of a moment: what is known already, if it is the same; none if all samples are in use."""
        if snapshot.rows is None and snapshot.tests is None:
            return None
        if known is not None and known.rows is snapshot.rows and known.tests is snapshot.tests:
            return known
        return cls(snapshot.rows, snapshot.tests)

    def part(self, sample: int) -> Part:
        """Tell what a sample is for."""
        if sample not in self._parts:
            self._parts[sample] = self._part(sample)
        return self._parts[sample]

    def _part(self, sample: int) -> Part:
        if self.tests is not None and _sorted_position(self.tests, sample) is not None:
            return Part.TEST
        if self.rows is None:
            return Part.OPEN
        return Part.OTHER if self.position(sample) is None else Part.USED

    def position(self, sample: int) -> int | None:
        """Give the row of prediction and residual that a sample has, or none."""
        if self.rows is None:
            return sample
        if sample not in self._positions:
            self._positions[sample] = self._looked_for(self.rows, sample)
        return self._positions[sample]

    def _looked_for(self, rows: Rows, sample: int) -> int | None:
        if self._ascending is None:
            self._ascending = bool((rows[1:] > rows[:-1]).all())
        if self._ascending:
            return _sorted_position(rows, sample)
        found = np.flatnonzero(rows == sample)
        return int(found[0]) if len(found) else None


def _sorted_position(rows: Rows, sample: int) -> int | None:
    at = int(np.searchsorted(rows, sample))
    return at if at < len(rows) and rows[at] == sample else None
