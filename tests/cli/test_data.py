"""Own data, examples and true parameters on the command line."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cli.console import Console
from linviz.core.problem import Recipe
from linviz.core.tables.table import TableSource

TABLE = "a,b,kind,c\n1,2,x,3\n2,1,y,5\n4,1,x,1\n5,7,y,2\n"
CHOICE = ("--x", "a,b", "--y", "c")


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("own.csv").write_text(TABLE, "utf-8")
    Path("gaps.csv").write_text("a,b,c\n1,2,3\n,1,5\n3,3,3\n", "utf-8")
    Path("run.linviz").write_bytes(b"\x08\x00\x00\x00\x00\x00\x00\x00{}      ")
    return "own.csv"


def test_a_trace_of_a_table_tells_its_columns_beside_its_numbers(linviz: Console, table: str) -> None:
    (record,) = linviz("trace", table, *CHOICE, "--json").records
    assert record["x"] == [[1, 2], [2, 1], [4, 1], [5, 7]]
    assert record["y"] == [[3], [5], [1], [2]]
    assert (record["x_names"], record["y_names"]) == (["a", "b"], ["c"])
    assert "scaling" not in record
    printed = linviz("trace", table, *CHOICE).out
    assert "4 rows of own.csv\nx (a, b):\n" in printed


def test_a_standardised_table_is_told_in_its_own_units_too(linviz: Console, table: str) -> None:
    words = (table, *CHOICE, "--standardize", "x,y", "--dtype", "float64")
    record = linviz("trace", *words, "--lr", "0.5", "--steps", "3000", "--json").records[-1]
    x = np.column_stack([[1, 2, 4, 5], [2, 1, 1, 7], np.ones(4)])
    best = np.linalg.lstsq(x, np.array([3, 5, 1, 2]), rcond=None)[0]
    np.testing.assert_allclose(record["original_weight_after"], [best[:2]], rtol=1e-9)
    np.testing.assert_allclose(record["original_bias_after"], best[2:], rtol=1e-9)
    np.testing.assert_allclose(record["scaling"]["x_mean"], [3, 2.75], rtol=1e-12)
    assert "over all 4 rows, test rows too" in linviz("trace", *words, "--test-share", "0.25").out
    (known,) = linviz("theory", *words, "--json").records
    np.testing.assert_allclose(known["original_optimal_weight"], [best[:2]], rtol=1e-9)
    np.testing.assert_allclose(known["original_optimal_bias"], best[2:], rtol=1e-9)


def test_text_is_encoded_and_gaps_are_left_out_when_asked(linviz: Console, table: str) -> None:
    (record,) = linviz("trace", table, "--x", "kind, a", "--y", "c", "--one-hot", "kind", "--json").records
    assert record["x_names"] == ["kind=x", "kind=y", "a"]
    (record,) = linviz("trace", "gaps.csv", *CHOICE, "--drop-missing", "--json").records
    assert record["x"] == [[1, 2], [3, 3]]
    assert record["source"] == "2 rows of gaps.csv; 1 with missing values left out"
    assert "1 with missing values left out" in linviz("theory", "gaps.csv", *CHOICE, "--drop-missing").out
    assert (
        "2 rows of gaps.csv; 1 with missing values left out"
        in linviz("trace", "gaps.csv", *CHOICE, "--drop-missing").out
    )


def test_a_name_with_a_comma_stands_in_quotation_marks(linviz: Console, table: str) -> None:
    Path("comma.csv").write_text('"a, b",c\n1,2\n3,4\n', "utf-8")
    (record,) = linviz("trace", "comma.csv", "--x", '"a, b"', "--y", "c", "--json").records
    assert record["x_names"] == ["a, b"]


@pytest.mark.parametrize("command", ["trace", "theory", "render", None])
def test_every_command_takes_a_table(
    linviz: Console, opened: list[Any], rendered: list[Any], table: str, command: str | None
) -> None:
    more = {"render": ("-o", "p.png")}.get(command or "", ())
    words = (*((command,) if command else ()), table, *CHOICE, "--seed", "3", "--dtype", "float64", *more)
    expected = TableSource(Path(table), ("a", "b"), ("c",), seed=3, dtype="float64")
    assert linviz(*words).err == ""
    if command is None:
        assert opened[0][0] == expected
        assert opened[0][3] is None
    if command == "render":
        assert rendered[0][0][0] == expected


@pytest.mark.parametrize(("name", "shape"), [("linnerud", (20, 3, 3)), ("diabetes", (442, 10, 1))])
def test_examples_are_there_in_their_own_units_or_standardised(
    linviz: Console, name: str, shape: tuple[int, int, int]
) -> None:
    (record,) = linviz("trace", "--example", name, "--json").records
    assert np.shape(record["x"]) == shape[:2]
    assert np.shape(record["y"]) == (shape[0], shape[2])
    assert len(record["x_names"]) == shape[1]
    (record,) = linviz("trace", "--example", name, "--standardize", "x", "--seed", "4", "--json").records
    np.testing.assert_allclose(np.mean(record["x"], axis=0), 0, atol=1e-6)
    assert record["scaling"]["y_mean"] is None


def test_true_parameters_are_told(linviz: Console) -> None:
    (record,) = linviz("trace", "--random", "9", "2", "1", "--noise", "0", "--true-weight", "-1,2", "--json").records
    assert record["true_weight"] == [[-1, 2]]
    np.testing.assert_allclose(
        record["y"], np.array(record["x"]) @ [[-1], [2]] + np.array(record["true_bias"]), rtol=1e-5, atol=1e-6
    )
    assert "true w:" in linviz("trace", "--noise", "0.1").out


def test_the_window_gets_the_recipe_with_noise(linviz: Console, opened: list[Any]) -> None:
    linviz("--noise", "0.5", "--true-bias", "0,1", "--seed", "2")
    assert opened[0][0] == Recipe(10, 3, 2, 2, noise=0.5, true_bias=(0, 1))


@pytest.mark.parametrize(
    ("words", "beginning"),
    [
        (
            ("trace", "own.csv"),
            "say which columns of own.csv are x and which are y, by --x and --y: it has a, b, kind (te",
        ),
        (("own.csv", "--x", "a"), "say which columns of own.csv are x"),
        (("trace", "none.csv", *CHOICE), "can't read none.csv: No such file"),
        (("none.csv",), "can't read none.csv: No such file"),
        (("trace", "own.csv", "--x", "z", "--y", "c"), "own.csv has no column z: it has a, b, kind, c"),
        (("own.csv", "--x", "z", "--y", "c"), "own.csv has no column z: it has a, b, kind, c"),
        (
            ("trace", "--true-weight", "1,2,3;4,5"),
            "true_weight must be a rectangular table of numbers: row 1 has 2 num",
        ),
        (
            ("trace", "own.csv", "--x", "kind", "--y", "c"),
            "own.csv, row 2, column kind: x is no number; correct it, leav",
        ),
        (("trace", "own.csv", "--x", "a", "--y", "a"), "the column a is in x and in y"),
        (("trace", "own.csv", "--x", '"a', "--y", "c"), "names of columns are written like a,b"),
        (("trace", "gaps.csv", *CHOICE), "gaps.csv has 1 row with missing values, the first in row 3, column a"),
        (("trace", "own.csv", *CHOICE, "--standardize", "z"), "what is standardised must be x or y, got z"),
        (
            ("trace", "own.csv", *CHOICE, "--one-hot", "kind"),
            "the column kind is to be one-hot encoded and is in neither",
        ),
        (
            ("trace", "own.csv", *CHOICE, "--random", "3", "2", "1"),
            "own.csv brings its own numbers, which leave no choic",
        ),
        (
            ("trace", "own.csv", *CHOICE, "--noise", "1"),
            "own.csv brings its own numbers, which leave no choice of --noise",
        ),
        (("trace", "own.csv", *CHOICE, "--dtype", "half"), "dtype must be float32 or float64, got half"),
        (("trace", "run.linviz"), "run.linviz is a saved run, not a table"),
        (("trace", "--x", "a"), "--x is about the columns of a file: name it too"),
        (("trace", "--drop-missing"), "--drop-missing is about the columns of a file"),
        (("trace", "--standardize", "x"), "--standardize x is for tables and examples"),
        (("trace", "--example", "notebook", "--standardize", "x"), "--standardize x has nothing to standardise"),
        (
            ("trace", "--example", "linnerud", "--noise", "1"),
            "--example linnerud brings its own numbers, which leave no",
        ),
        (("trace", "--example", "linnerud", "--x", "chins"), "--x is about the columns of a file"),
        (("trace", "--noise", "-1"), "noise must be a number from 0 on, within float32, got -1"),
        (("trace", "--noise", "much"), "noise must be a number from 0 on, got much"),
        (("trace", "--true-weight", "1,2"), "true_weight must have the shape (2, 3), got (1, 2)"),
        (("trace", "--true-weight", "1;x"), "true weight must be rows of numbers such as 1,2;3,4, got 1;x"),
        (("trace", "--true-bias", "1;2"), "true bias must be one row of numbers such as 0,1, got 1;2"),
        (("trace", "--cells", "own.csv"), "--cells runs the notebook's own cells, which leave no choice of a file"),
        (
            ("trace", "--cells", "--example", "linnerud"),
            "--cells runs the notebook's own cells, which leave no choice of",
        ),
        (
            ("trace", "--session", "run.linviz", "own.csv"),
            "--session prints what was saved, which leaves no choice of a",
        ),
        (("run.linviz", "--x", "a"), "run.linviz brings its own problem and training, which leave no choice of --x"),
    ],
    ids=lambda value: str(value)[:70],
)
def test_what_does_not_go_together_gets_one_line(
    linviz: Console, opened: list[Any], table: str, words: tuple[str, ...], beginning: str
) -> None:
    assert linviz(*words).complaint.startswith(beginning)
    assert opened == []
