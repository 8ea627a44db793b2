"""Tables for tests: read as Python's own csv and float read them, by rules written down once more here."""

import csv
import io
import math
from itertools import product

import numpy as np

from linviz.core.tables.table import TableSource
from linviz.errors import InputError

MISSING = ("", "na", "n/a", "#n/a", "nan", "null")
"""In small letters, without what stands around them."""


def outcome(data: bytes, x: tuple[str, ...], y: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray] | str:
    """Read a table as float64: its x and y, or the one sentence that it gets."""
    try:
        problem = TableSource(data, x, y, dtype="float64", drop_missing=True).draw()
    except InputError as error:
        said = str(error)
        assert said
        assert "\n" not in said
        assert len(said) < 400, said
        return said
    return problem.x, problem.y


def readings(data: bytes, x: tuple[str, ...], y: tuple[str, ...]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Give every reading of a table that Python's own reader allows, whichever way it is encoded and written."""
    found = []
    for encoding, separator, decimal in product(("utf-8-sig", "utf-16", "cp1252"), ",;\t", ".,"):
        if decimal == separator:
            continue
        try:
            text = data.decode(encoding, "replace")  # of a column that isn't asked for
            rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True) if row]
            head = [name.strip() for name in rows[0]]
            columns = [[head.index(name) for name in names] for names in (x, y)]
            values = [[[_number(row[at], decimal) for at in side] for row in rows[1:]] for side in columns]
        except (ValueError, IndexError, csv.Error):
            continue
        both = np.array([[*a, *b] for a, b in zip(*values, strict=True)], float).reshape(len(rows) - 1, len(x) + len(y))
        both = both[~np.isnan(both).any(axis=1)]
        found.append((both[:, : len(x)], both[:, len(x) :]))
    return found


def _number(text: str, decimal: str) -> float:
    if text.strip().lower() in MISSING:
        return math.nan
    return float(text.replace(",", ".") if decimal == "," else text)
