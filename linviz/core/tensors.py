"""Between torch's tensors and the arrays of snapshots: a copy, so that neither changes under the other."""

import numpy as np
import torch
from torch import Tensor, from_numpy

from linviz.core.snapshot import Array
from linviz.errors import InputError


def tensor_of(array: Array) -> Tensor:
    """Give a tensor with the numbers of an array."""
    return from_numpy(array.copy())


def data_of(array: Array) -> Tensor:
    """Give a tensor over the very memory of an array: for data, which torch only reads and which may be large.

    Only a read-only view of an array that could be written to, as `Problem` makes them, is shared; of others it is a
    copy, since torch warns of memory that it could not write to.
    """
    owner = array.base
    if not isinstance(owner, np.ndarray) or not owner.flags.writeable:
        return tensor_of(array)
    same = (owner.dtype, owner.shape, owner.strides) == (array.dtype, array.shape, array.strides)
    return from_numpy(owner) if same else tensor_of(array)


def array_of(tensor: Tensor | None) -> Array:
    """Give a read-only array with the numbers of a tensor that is there."""
    assert tensor is not None  # noqa: S101  # a gradient is there after backward; this tells the type checker
    array: Array = tensor.detach().cpu().numpy().copy()
    array.flags.writeable = False
    return array


def require_device(device: str) -> None:
    """Refuse a device that torch has not here.

    Raises
    ------
    InputError
        If so.
    """
    found = devices()
    if device not in found:
        raise InputError(
            f"device {device} is not here, torch {torch.__version__} finds {', '.join(found)}: choose one of these"
        )


def devices() -> tuple[str, ...]:
    """Give the devices that torch has here."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return tuple(name for name in there if there[name])
