"""Which samples an iteration uses: the S in SGD. Needs no torch until samples are shuffled."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from linviz.core.option import LARGEST, Choices, Option, flag, or_none, whole

if TYPE_CHECKING:
    # --help reads settings, and does without numpy.
    import numpy as np
    from numpy.typing import NDArray

MOST_SAMPLES = 2**31


@dataclass(frozen=True, slots=True)
class Batches(Choices):
    """Mini-batches of the training samples, one an iteration; a pass over all of them is an epoch.

    The batch of an iteration follows from the number of updates before it alone, so that every past moment, and any
    step on the way, knows its own: each epoch is shuffled by a generator seeded with ``batch_seed + epoch``, as
    ``torch.utils.data.DistributedSampler.set_epoch`` has it.

    Parameters
    ----------
    batch
        Samples in a batch; the last one of an epoch has what is left. None for all samples in each iteration.
    shuffle
        Whether each epoch has an order of its own, by ``torch.randperm``; else they come in the order of the data.
    batch_seed
        Of the orders.

    Raises
    ------
    InputError
        If a value is none of those allowed.
    """

    batch: int | None = None
    shuffle: bool = True
    batch_seed: int = 0

    OPTIONS: ClassVar[tuple[Option, ...]] = (
        Option(
            "batch",
            None,
            "none or a whole number from 1 on",
            or_none(whole(1, MOST_SAMPLES)),
            "Samples that an iteration uses; none is all.",
        ),
        Option("shuffle", True, "true or false", flag, "Draws the samples of each epoch in another order."),
        Option("batch_seed", 0, "a whole number from 0 on", whole(0), "Seed of these orders."),
    )

    def all_at_once(self, samples: int) -> bool:
        """Tell whether each iteration uses all samples; then it uses them in their order."""
        return self.batch is None or self.batch >= samples

    def place(self, samples: int, step: int) -> tuple[int, int, int]:
        """Tell which samples the iteration after so many updates uses: epoch, and begin and end in its order."""
        size = samples if self.batch is None else min(self.batch, samples)
        epoch, at = divmod(step, -(-samples // size))
        return epoch, at * size, min((at + 1) * size, samples)

    def order(self, samples: int, epoch: int) -> "NDArray[np.int64]":
        """Give the order of the samples in an epoch: (samples,), int64."""
        if not self.shuffle:
            import numpy as np  # noqa: PLC0415  # as above

            return np.arange(samples)
        import torch  # noqa: PLC0415  # settings are read before torch is there

        generator = torch.Generator().manual_seed((self.batch_seed + epoch) % (LARGEST + 1))
        return torch.randperm(samples, generator=generator).numpy()
