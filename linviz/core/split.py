"""Samples that are left out of the training, to test it on. Needs no torch until there are some."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from linviz.core.option import Choices, Option, coefficient, whole
from linviz.errors import InputError

if TYPE_CHECKING:
    # --help reads settings, and does without numpy.
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Split(Choices):
    """A random part of the samples as a test set.

    Parameters
    ----------
    test_share
        Of the samples, that are not trained on; rounded to whole samples, at least one if it isn't 0.
    test_seed
        Of the choice, by ``torch.randperm``.

    Raises
    ------
    InputError
        If a value is none of those allowed.
    """

    test_share: float = 0.0
    test_seed: int = 0

    OPTIONS: ClassVar[tuple[Option, ...]] = (
        Option("test_share", 0.0, "a number from 0 to below 1", coefficient, "Part of the samples kept as a test set."),
        Option("test_seed", 0, "a whole number from 0 on", whole(0), "Seed of which samples these are."),
    )

    def tests(self, samples: int) -> int:
        """Count the samples of the test set."""
        return max(round(self.test_share * samples), 1) if self.test_share else 0

    def check(self, samples: int) -> None:
        """Refuse to leave none to train on.

        Raises
        ------
        InputError
            If so.
        """
        if self.tests(samples) >= samples:
            raise InputError(
                f"test share {self.test_share:g} of {samples} sample(s) leaves none to train on: choose a smaller one"
            )

    def rows(self, samples: int) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
        """Give the positions of the samples to train on, and of those to test on, both ascending.

        Raises
        ------
        InputError
            If none is left to train on.
        """
        import numpy as np  # noqa: PLC0415  # as above

        self.check(samples)
        tests = self.tests(samples)
        if not tests:
            return np.arange(samples), np.arange(0)
        import torch  # noqa: PLC0415  # settings are read before torch is there

        order = torch.randperm(samples, generator=torch.Generator().manual_seed(self.test_seed)).numpy()
        return np.sort(order[tests:]), np.sort(order[:tests])
