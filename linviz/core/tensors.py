"""Between torch's tensors and the arrays of snapshots: always a copy, so that neither changes under the other."""

from torch import Tensor, from_numpy

from linviz.core.snapshot import Array


def tensor_of(array: Array) -> Tensor:
    """Give a tensor with the numbers of an array."""
    return from_numpy(array.copy())


def array_of(tensor: Tensor | None) -> Array:
    """Give a read-only array with the numbers of a tensor that is there."""
    assert tensor is not None  # noqa: S101  # a gradient is there after backward; this tells the type checker
    array: Array = tensor.detach().numpy().copy()
    array.flags.writeable = False
    return array
