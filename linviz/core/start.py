"""The parameters from which training starts, as torch draws them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.errors import InputError

MAX_SEED = 2**63 - 1


def checked_seed(seed: object) -> int:
    """Give a seed as Python's own number; numpy's would overflow.

    Raises
    ------
    InputError
        If it is no whole number from 0 to 2⁶³ − 1.
    """
    if not is_whole(seed) or not 0 <= seed <= MAX_SEED:  # type: ignore[operator]  # is_whole says that it can
        raise InputError(f"seed must be a whole number from 0 to 2**63 - 1, got {seed}")
    return int(seed)  # type: ignore[call-overload,no-any-return]  # as above


def is_whole(value: object) -> bool:
    """Tell whether a value is a whole number of Python's or numpy's."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw as after ``torch.manual_seed(seed)``; the global random state is left as it was."""
    import torch  # noqa: PLC0415  # the window is painted before torch is loaded

    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


def linear_start(inputs: int, outputs: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Draw weight and bias by ``nn.Linear``'s own initialisation, in float32."""
    import torch  # noqa: PLC0415  # as above

    linear = torch.nn.Linear(inputs, outputs, dtype=torch.float32, device="cpu")
    return linear.weight.detach().numpy(), linear.bias.detach().numpy()


def starting_parameters(inputs: int, outputs: int, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Draw weight and bias as ``nn.Linear(inputs, outputs)`` does after ``torch.manual_seed(seed)``, in float32."""
    with seeded(seed):
        return linear_start(inputs, outputs)
