"""Broken tables: each is read to the numbers of Python's own csv and float, or gets one sentence; nothing else happens.

``pytest -m soak tests/core/test_table_fuzz.py`` tries many thousands.
"""

import io

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tabling import outcome, readings

from linviz.core.tables import table_text

X, Y = ("a", "b"), ("c",)
PIECES = st.sampled_from([1 << 22, 1 << 22, 300, 60, 7])
"""Bytes that are read at a time."""
SHORT = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))

GOOD = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.from_regex(r"[+-]?[0-9]{0,30}\.?[0-9]{1,30}([eE][+-]?[0-9]{1,3})?", fullmatch=True),
)
ODD = st.sampled_from(
    ["", " ", "NA", "nan", "NaN", "null", "#N/A", "inf", "-Infinity", "1e400", "-1e-400", "1,5", "1.234,5", "1,234",
     "1_000", "٣", "0x1p3", "1e", "--1", "1 000", " 7 ", "\t8", '"9"', '"1,2"', '"1.5"', '"', '1"2', '""', "abc", "é",
     "\x00", "1\r2", "\x1f", "1d", "true", '"x\ny"']
)  # fmt: skip
CELL = st.one_of(GOOD, GOOD, GOOD, GOOD, ODD, st.text(max_size=4))


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Give a table of text in which some things are as they should be."""
    separator = draw(st.sampled_from(",;\t"))
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    cells = draw(st.sampled_from([GOOD, GOOD, CELL]))
    if separator != "," and draw(st.booleans()):
        cells = cells.map(lambda text: text.replace(".", ","))
    width = draw(st.sampled_from([3, 3, 3, 4]))
    lines = [separator.join(["a", "b", "c", "d"][:width])]
    for _ in range(draw(st.integers(0, 8))):
        count = width + draw(st.sampled_from([0] * 12 + [1, -1, -width]))
        lines.append(separator.join(draw(cells) for _ in range(count)))
    text = end.join(lines) + draw(st.sampled_from([end, "", end * 2]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    data = bytearray(text.encode(encoding, "replace"))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 3]))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 2))] = draw(st.binary(max_size=2))
    return bytes(data)


def check_text(data: bytes, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_text, "PIECE", piece)
        read = outcome(data, X, Y)
    if isinstance(read, str):
        return
    x, y = read
    assert any(np.array_equal(x, right_x) and np.array_equal(y, right_y) for right_x, right_y in readings(data, X, Y))


@SHORT
@given(texts(), PIECES)
def test_hundreds_of_broken_texts(data: bytes, piece: int) -> None:
    check_text(data, piece)


@pytest.mark.soak
@LONG
@given(texts(), PIECES)
def test_thousands_of_broken_texts(data: bytes, piece: int) -> None:
    check_text(data, piece)


@SHORT
@given(st.lists(st.tuples(GOOD, GOOD, GOOD), min_size=1, max_size=20))
def test_good_texts_are_read(rows: list[tuple[str, str, str]]) -> None:
    data = "\n".join(["a,b,c", *map(",".join, rows)]).encode()
    expected = np.array([[float(cell) for cell in row] for row in rows])
    read = outcome(data, X, Y)
    if np.isinf(expected).any():
        assert isinstance(read, str)
        assert "no finite number" in read
    else:
        assert not isinstance(read, str), read
        assert np.array_equal(read[0], expected[:, :2])
        assert np.array_equal(read[1], expected[:, 2:])


def _binaries() -> list[bytes]:
    table = np.arange(60.0).reshape(20, 3)
    found = []
    for array in (table, np.asfortranarray(table), table.astype("f4"), table.astype(">i2")):
        file = io.BytesIO()
        np.save(file, array)
        found.append(file.getvalue())
    for save in (np.savez, np.savez_compressed):
        file = io.BytesIO()
        save(file, a=table[:, 0], b=table[:, 1], c=table[:, 2])
        found.append(file.getvalue())
    file = io.BytesIO()
    pl.DataFrame({"a": table[:, 0], "b": table[:, 1].astype(int), "c": table[:, 2]}).write_parquet(file)
    return [*found, file.getvalue()]


BINARIES = _binaries()


@st.composite
def binaries(draw: st.DrawFn) -> bytes:
    """Give a damaged file of numpy's, or one in Parquet."""
    data = bytearray(draw(st.sampled_from(BINARIES)))
    if draw(st.booleans()):
        del data[draw(st.integers(0, len(data))) :]
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 2))] = draw(st.binary(max_size=3))
    return bytes(data)


def check_binary(data: bytes) -> None:
    for x, y in ((X, Y), (("0", "1"), ("2",))):
        outcome(data, x, y)


@SHORT
@given(binaries())
def test_hundreds_of_damaged_files(data: bytes) -> None:
    check_binary(data)


@pytest.mark.soak
@LONG
@given(binaries())
def test_thousands_of_damaged_files(data: bytes) -> None:
    check_binary(data)


@pytest.mark.parametrize("data", BINARIES)
def test_whole_files_are_read(data: bytes) -> None:
    names = (("0", "1"), ("2",)) if data.startswith(b"\x93NUMPY") else (X, Y)
    read = outcome(data, *names)
    assert not isinstance(read, str), read
    expected = np.arange(60.0).reshape(20, 3)
    assert np.array_equal(read[0], expected[:, :2])
    assert np.array_equal(read[1], expected[:, 2:])
