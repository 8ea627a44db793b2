"""What is wrong with a table is said in one sentence, with file, row and column where that makes sense."""

import io
import os
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psutil
import pytest
from numpy.typing import NDArray

from linviz.core.tables import array_table, parquet_table, table_text
from linviz.core.tables.block import Block, Wanted
from linviz.core.tables.opening import open_table
from linviz.core.tables.parquet_table import ParquetTable
from linviz.core.tables.table import Preview, TableSource
from linviz.core.tables.text_table import TextTable
from linviz.errors import InputError

X, Y = ("a",), ("b",)
P = "pasted table"


def npy(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def npz(**arrays: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    save: Any = np.savez  # whose signature takes any array's name for an option's
    save(file, **arrays)
    return file.getvalue()


def parquet(**columns: Any) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(columns).write_parquet(file)
    return file.getvalue()


TABLES = {
    "empty": (b"", f"{P} is empty: a table needs a row of column names and rows of numbers"),
    "a header alone": (b"a,b\n", f"{P} has no numbers: there are no rows below the names; choose another file"),
    "one column": (b"a\n1\n2\n", f"{P}, row 1 has one column, a: x and y need at least two, which in a text stand apa"),
    "bars": (b"a|b\n1|2\n", f"{P}, row 1 has one column, a|b: x and y need at least two, which in a text stand apart"),
    "blank": (b"\n\n\n", f"{P}, row 1 has no column: x and y need at least two"),
    "no name": (b"a,,b\n1,2,3\n", f"{P}, row 1: column 2 has no name; give it one"),
    "two names alike": (b"a,b,a\n1,2,3\n", f"{P}, row 1 has 2 columns called a: give each a name of its own"),
    "a long name": (b"a,b," + b"n" * 200 + b"\n1,2,3\n", f"{P}, row 1: column 3 can't be called nnn"),
    "no names": (b"1,2\n3,4\n", f"{P} begins with numbers, not with names: write a row of column names above"),
    "short row": (b"a,b\n1,2\n3\n", f"{P}, row 3: 1 cell and 2 columns; give each row as many cells as there are name"),
    "long row": (b"a,b\n1,2\n\n3,4,5\n", f"{P}, row 4: 3 cells and 2 columns; give each row as many cells as there ar"),
    "short and long": (b"a,b,c\n1,2\n3,4,5,6\n", f"{P}, row 2: 2 cells and 3 columns"),
    "text": (b"a,b\n1,2\n3,four\n", f"{P}, row 3, column b: four is no number; correct it, leave the column out, or h"),
    "infinite": (b"a,b\n1,2\n-inf,3\n", f"{P}, row 3, column a: -inf is no finite number; correct it or leave the row"),
    "beyond all": (b"a,b\n1,1e400\n", f"{P}, row 2, column b: 1e400 is no finite number; correct it or leave the row"),
    "not a number": (b"a,b\n1,NaN\n", f"{P} has 1 row with missing values, the first in row 2, column b: fill them in"),
    "comma": (b"a;b\n1.5;2\n2;3\n" + b"1.5;2\n" * 300 + b"1,5;2\n", f"{P}, row 304, column a: 1,5 has a decimal comma"),
    "point": (b"a;b\n1,5;2.5\n", f"{P}, row 2, column b: 2.5 has a decimal point, where others have commas"),
    "thousands": (b'a,b\n"1,234",2\n', f"{P}, row 2, column a: 1,234 seems to have thousands separators; write the nu"),
    "both": (b"a;b\n1,5;1.234,5\n", f"{P}, row 2, column b: 1.234,5 seems to have thousands separators"),
    "either": (b"a;b\n1,234;2\n", f"{P} has numbers such as 1,234, whose comma may stand before decimals or separate"),
    "quotes": (b'a,b\n1,"2\n', f"{P} has quotation marks that don't close"),
    "binary": (bytes(range(256)) * 4, f"{P} is no table of text, numbers or both"),
    "utf-16 without its mark": ("a,b\n1,2\n".encode("utf-16-le"), f"{P} seems to be UTF-16 without its mark: save it"),
    "half of utf-16": ("a,b\n1,2\n".encode("utf-16")[:-1], f"{P} is damaged UTF-16 (truncated data): save it as UTF-8"),
    "neither": (b"a,b\n1,\x81\n", f"{P} is neither UTF-8 nor Latin-1 throughout: save it as UTF-8"),
    "gzip": (b"\x1f\x8b\x08...", f"{P} is compressed by gzip: unpack it first"),
    "a workbook": (npz(a=np.ones(2)).replace(b"a.npy", b"x.xml"), f"{P} is an archive and holds more than arrays"),
    "a pickle": (b"\x80\x04\x95...", f"{P} is a pickle, which can run programs: save the table as CSV"),
    "one dimension": (npy(np.ones(3)), f"{P} has one column, 0: x and y need at least two"),
    "three dimensions": (npy(np.ones((2, 2, 2))), f"{P} has 3 dimensions and must have two, rows and columns: reshape"),
    "objects": (npy(np.array([[1, "a"]], object)), f"{P} holds objects of Python, which can run programs, instead of"),
    "complex": (npy(np.ones((2, 2), complex)), f"{P} holds complex numbers instead of real numbers: save it as floats"),
    "records": (npy(np.zeros(2, "f4,f4")), f"{P} holds records instead of real numbers"),
    "truths": (npy(np.ones((2, 2), bool)), f"{P} holds true and false instead of real numbers"),
    "cut short": (npy(np.ones((9, 2)))[:-8], f"{P} is damaged (it is cut short): save it again"),
    "columns without end": (
        npy(np.ones((1, 3))).replace(b"(1, 3), }           ", b"(1, 900000000000), }"),
        f"{P} has 900,000,000,000 columns: save at most 1,000,000 of them",
    ),
    "of two lengths": (npz(a=np.ones(2), b=np.ones(3)), f"{P} has arrays of 2 and of 3 rows: save those that go toget"),
    "text in an archive": (npz(a=np.ones(2), b=np.array(["x", "y"])), f"{P}, array b holds text instead of real numbe"),
    "no archive": (b"PK\x03\x04....", f"{P} is damaged (File is not a zip file): save it again"),
    "no Parquet": (b"PAR1....PAR1", f"{P} is a damaged Parquet file ("),
    "text in Parquet": (parquet(a=[1], b=["x"]), f"{P}, column b: it holds String and no numbers; leave it out, or ha"),
    "a gap in Parquet": (parquet(a=[1, None], b=[1, 2]), f"{P} has 1 row with missing values, the first in row 2, col"),
    "infinite in Parquet": (parquet(a=[1.0, np.inf], b=[1, 2]), f"{P}, row 2, column a: inf is no finite number"),
    "infinite in an array": (npz(a=np.ones(2), b=np.array([1, -np.inf])), f"{P}, row 2, column b: -inf is no finite n"),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_what_is_wrong_is_said_in_a_sentence(name: str) -> None:
    data, beginning = TABLES[name]
    x, y = (("0",), ("1",)) if data.startswith(b"\x93NUMPY") else (X, Y)
    with pytest.raises(InputError) as caught:
        TableSource(data, x, y).draw()
    assert str(caught.value).startswith(beginning)
    if name == "a header alone":
        with pytest.raises(InputError, match=f"^{caught.value}$"):
            Preview.of(data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a,b\n1.5,2\n", "separated by commas, decimal point, UTF-8"),
        (b"\xef\xbb\xbfa;b\r\n1,5;2\r\n", "separated by semicolons, decimal comma, UTF-8"),
        ("a\tb\té\n1,5\t2\t3\n".encode("cp1252"), "separated by tabs, decimal comma, Latin-1"),
        ("a,b\n1.5,2\n".encode("utf-16"), "separated by commas, decimal point, UTF-16"),
        (b"\xfe\xff" + "a,b\n1.5,2\n".encode("utf-16-be"), "separated by commas, decimal point, UTF-16"),
        (b"a,b\r1.5,2\r", "separated by commas, decimal point, UTF-8"),
        (parquet(a=[1.5], b=[2]), "Parquet"),
        (npz(a=np.array([1.5]), b=np.array([2])), "numpy, 2 array(s)"),
    ],
    ids=str,
)
def test_what_is_well_is_read_however_it_is_written(data: bytes, words: str) -> None:
    assert Preview.of(data).format == words
    problem = TableSource(data, X, Y).draw()
    assert (problem.x.tolist(), problem.y.tolist()) == ([[1.5]], [[2.0]])


def test_pieces_of_wide_tables_have_fewer_rows_of_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.arange(60.0).reshape(20, 3)
    frames = parquet(**{str(at): values[:, at] for at in range(3)})
    for module, data, rows in ((array_table, npy(values), 2), (parquet_table, frames, 4)):
        monkeypatch.setattr(module, "PIECE", 96)
        with open_table(data) as table:
            blocks = list(table.blocks(Wanted(("2", "0", "1"))))
            assert {len(block.rows) for block in blocks} == {rows}
            assert table.held(3) <= 96
        together = np.hstack([np.array(block.numbers) for block in blocks])
        assert np.array_equal(together, values.T[[2, 0, 1]])
        monkeypatch.setattr(module, "PIECE", 1)
        with open_table(data) as table:
            assert len(next(table.blocks(Wanted(("0", "1")))).rows) == 1


def test_columns_of_an_array_are_called_by_its_name_and_their_place() -> None:
    data = npz(x=np.arange(6.0).reshape(3, 2), y=np.arange(3), z=np.asfortranarray(np.arange(6.0).reshape(3, 2)))
    assert [column.name for column in Preview.of(data).columns] == ["x[0]", "x[1]", "y", "z[0]", "z[1]"]
    problem = TableSource(data, ("x[1]", "z[0]"), ("y",)).draw()
    assert problem.x.tolist() == [[1, 0], [3, 2], [5, 4]]


def test_the_first_bad_cell_of_a_large_file_is_found_far_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_text, "PIECE", 1000)
    rows = ["1,2"] * 5000
    rows[4000] = "1,2x"
    with pytest.raises(InputError, match="row 4002, column b: 2x is no number"):
        TableSource("\n".join(["a,b", *rows]).encode(), X, Y).draw()


def test_what_is_plain_is_read_by_polars_and_the_rest_cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[bool] = []
    at_once = TextTable._at_once

    def noted(self: TextTable, piece: bytes, numbers: list[int]) -> Block | None:
        block = at_once(self, piece, numbers)
        found.append(block is not None)
        return block

    monkeypatch.setattr(TextTable, "_at_once", noted)
    plain = b"a,b,c\n1,2,x\n3,NA,y\n5,,z\n-1e-3,.5,\n"
    for data, at_once_ in ((plain, True), (plain.replace(b"\n", b"\r\n"), True), (plain.replace(b"x", b'"x"'), False)):
        TableSource(data, X, Y, drop_missing=True).draw()
        assert found.pop() is at_once_
    for odd in (b"\n", b"6 ,7,8\n", b"6,7\n", b"6,7,8,9\n", b"6,n/a,8\n", b"6,inf,8\n", b"6,7,8\r6,7,8\n"):
        try:
            TableSource(plain + odd, X, Y, drop_missing=True).draw()
        except InputError as error:
            assert "row 6" in str(error)  # noqa: PT017  # some are read
        assert found.pop() is False
    assert Wanted(X).texts == ()


def in_folder(folder: Path) -> Path:
    path = folder / "own.csv"
    path.write_bytes(b"a,b\n1,2\n3,4\n")
    return path


def test_a_folder_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    for read in (Preview.of, lambda path: TableSource(path, X, Y).draw()):
        with pytest.raises(InputError, match=r"is a folder: name a file in it$"):
            read(tmp_path)
        with pytest.raises(InputError, match=r"^can't read .*nothing.csv: No such file or directory"):
            read(tmp_path / "nothing.csv")


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = in_folder(tmp_path)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    # Raised instead of forbidden: the tests may run as root, who may read everything.
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(InputError, match=r"own\.csv: Permission denied"):
        TableSource(path, X, Y).draw()


def while_read(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    blocks = TextTable.blocks

    def changed(self: TextTable, wanted: Wanted) -> Any:
        change()
        return blocks(self, wanted)

    monkeypatch.setattr(TextTable, "blocks", changed)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = in_folder(tmp_path)
    while_read(monkeypatch, lambda: path.write_bytes(b"a,b\n1,2\n3,4\n5,6\n"))
    with pytest.raises(InputError, match=r"own\.csv changed while it was read: try again when"):
        TableSource(path, X, Y).draw()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file can't be removed there")
def test_a_file_that_vanishes_while_it_is_read_is_read_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = in_folder(tmp_path)
    while_read(monkeypatch, path.unlink)
    assert TableSource(path, X, Y).draw().x.tolist() == [[1], [3]]
    with pytest.raises(InputError, match="No such file"):
        TableSource(path, X, Y).draw()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file can't be removed there")
def test_a_parquet_file_that_vanishes_or_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.parquet"
    blocks = ParquetTable.blocks
    for change, said in ((path.unlink, "vanished"), (lambda: path.write_bytes(parquet(a=[5], b=[6])), "changed")):
        path.write_bytes(parquet(a=[1, 3], b=[2, 4]))

        def changed(self: ParquetTable, wanted: Wanted, change: Callable[[], object] = change) -> Any:
            change()
            return blocks(self, wanted)

        monkeypatch.setattr(ParquetTable, "blocks", changed)
        with pytest.raises(InputError, match=rf"own\.parquet {said} while it was read"):
            TableSource(path, X, Y).draw()


def test_more_than_fits_into_memory_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: types.SimpleNamespace(available=10**5))
    names = [f"c{at}" for at in range(20_000)]
    data = "\n".join(",".join(row) for row in (names, ["1"] * len(names))).encode()
    with pytest.raises(InputError, match=r"20,000 columns and about \d+ rows of pasted table need about .* GB"):
        TableSource(data, tuple(names[1:]), (names[0],)).draw()
    huge = npy(np.ones((2, 2)))
    huge = huge.replace(b"(2, 2), }" + 10 * b" ", b"(99999999999, 2), }")
    with pytest.raises(InputError, match="need about"):
        TableSource(huge, ("0",), ("1",)).draw()
