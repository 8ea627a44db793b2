"""Some of the samples, to be asked one by one whether they are among them: there may be millions. No torch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Picked:
    """Positions of samples.

    Parameters
    ----------
    ascending
        All of them: (picked,).
    """

    ascending: NDArray[np.int64]

    @classmethod
    def of(cls, rows: NDArray[np.int64]) -> "Picked":
        """Take positions in any order."""
        return cls(rows if (rows[1:] > rows[:-1]).all() else np.sort(rows))

    def __contains__(self, at: object) -> bool:
        assert isinstance(at, int)  # noqa: S101  # it is asked for samples; this tells the type checker
        found = int(np.searchsorted(self.ascending, at))
        return found < len(self.ascending) and int(self.ascending[found]) == at

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Picked):
            return NotImplemented
        return self.ascending is other.ascending or np.array_equal(self.ascending, other.ascending)

    def __hash__(self) -> int:
        return hash((len(self.ascending), *self.ascending[:1].tolist(), *self.ascending[-1:].tolist()))
