"""JSON that every reader accepts: numbers that aren't finite are strings."""

import json
import math
from typing import Any

import numpy as np


def line(record: dict[str, Any]) -> str:
    """Give one line of JSON Lines.

    Floats keep all their digits, float32 ones as the float64 of the same value. JSON has no word for numbers that
    aren't finite; they become the strings ``"NaN"``, ``"Infinity"`` and ``"-Infinity"``, which ``float()`` reads.
    """
    return json.dumps({key: _plain(value) for key, value in record.items()}, allow_nan=False)


def _plain(value: Any) -> Any:
    match value:
        case np.ndarray(ndim=0):
            return _plain(value.item())
        case np.ndarray():
            # Asked once for the array: a look at every number would take longer than the step itself.
            return value.tolist() if np.isfinite(value).all() else [_plain(part) for part in value.tolist()]
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case list():
            return [_plain(part) for part in value]
        case float() if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case _:
            return value
