"""A moment with parameters that were computed for a step, not trained. Needs no torch."""

from dataclasses import replace

import numpy as np

from linviz.core.snapshot import COMPUTED, Array, Phase, Snapshot
from linviz.core.theory import Parameters
from linviz.errors import InputError


def computed_start(now: Snapshot, step: int, weight: Array, bias: Array, buffer: Parameters | None = None) -> Snapshot:
    """Give the moment at which a run goes on from computed parameters, with the settings in force.

    Parameters
    ----------
    now
        The present moment.
    step
        The number of updates after which the parameters stand, from 1 on.
    weight, bias
        Shaped as the run's; rounded to its dtype.
    buffer
        What momentum carries there, shaped and rounded as these; none if it begins with nothing.

    Raises
    ------
    InputError
        If they aren't shaped so, or the dtype can't hold a number of them, or there is no such step.
    """
    if step < 1:
        raise InputError(f"what is computed for a step needs a step from 1 on, got {step}")
    memory = {} if now.settings.optimizer == "SGD" else now.state
    if buffer is not None:
        for name in now.settings.parameters:
            there = _rounded(f"the momentum buffer of {name}", getattr(buffer, name), getattr(now, name))
            memory = {**memory, f"{name}_momentum_buffer": there}
    return replace(
        now.without(COMPUTED),
        step=step,
        next_phase=Phase.FORWARD,
        weight=_rounded("weight", weight, now.weight),
        bias=_rounded("bias", bias, now.bias),
        state=memory,
        applied=None,
        run=now.run + 1,
    )


def _rounded(name: str, computed: Array, like: Array) -> Array:
    if computed.shape != like.shape:
        raise InputError(f"{name} must have the shape {like.shape}, got {computed.shape}")
    with np.errstate(over="ignore", under="ignore"):
        array: Array = np.array(computed, like.dtype, order="C")
    if not np.isfinite(array).all():
        largest = float(np.abs(computed).max())
        raise InputError(
            f"{name} would hold {largest:.2g} there, which {like.dtype} can't hold: choose an earlier step"
        )
    array.flags.writeable = False
    return array
