"""Columns of a table as a problem: which are named, how they are made into numbers, and what is said of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from oracle import same_bits
from torch import nn

from linviz.core.tables.table import CancelledError, Preview, TableSource, Watch
from linviz.errors import InputError

PLAIN = b"a,b,c\n1,2,x\n3.5,-4e1,y\n.5,7,x\n"
X, Y = ("a",), ("b",)


def draw(data: bytes | Path, x: tuple[str, ...] = X, y: tuple[str, ...] = Y, **choices: object) -> TableSource:
    return TableSource(data, x, y, **choices)  # type: ignore[arg-type]  # any choice may come


def test_the_columns_that_are_named_become_x_and_y(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(PLAIN)
    for data, name in ((PLAIN, "pasted table"), (path, "own.csv")):
        problem = draw(data, dtype="float64").draw()
        assert problem.x.tolist() == [[1.0], [3.5], [0.5]]
        assert problem.y.tolist() == [[2.0], [-40.0], [7.0]]
        assert (problem.x_names, problem.y_names, problem.name) == (X, Y, name)
        assert problem.scaling is None
        assert problem.source == f"3 rows of {name}"
    swapped = draw(PLAIN, ("b",), ("a",)).draw()
    assert swapped.x.dtype == np.float32
    assert swapped.y.tolist() == [[1.0], [3.5], [0.5]]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_training_starts_with_the_parameters_that_torch_draws_for_the_seed(dtype: str) -> None:
    problem = draw(PLAIN, dtype=dtype, seed=7).draw()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        linear = nn.Linear(1, 1)
    assert same_bits(problem.weight, linear.weight.detach().numpy().astype(dtype))
    assert same_bits(problem.bias, linear.bias.detach().numpy().astype(dtype))
    assert problem.seed is None


def test_x_and_y_are_views_of_arrays_that_are_there_once() -> None:
    problem = draw(PLAIN).draw()
    for array in (problem.x, problem.y):
        assert not array.flags.writeable
        assert isinstance(array.base, np.ndarray)
        assert array.base.flags.writeable
        assert array.base.shape == array.shape


def test_texts_become_columns_of_zeros_and_ones_when_asked() -> None:
    problem = draw(PLAIN, ("c", "a"), Y, one_hot=("c",)).draw()
    assert problem.x_names == ("c=x", "c=y", "a")
    assert problem.x.tolist() == [[1.0, 0.0, 1.0], [0.0, 1.0, 3.5], [1.0, 0.0, 0.5]]
    assert "one-hot encoded: c" in problem.source


def test_rows_with_missing_values_are_left_out_when_asked_and_counted() -> None:
    data = b"a,b,c\n1,2,x\n,3,x\n4,NA,x\n5,6,\n7,8,y\n"
    problem = draw(data, ("a", "c"), Y, one_hot=("c",), drop_missing=True).draw()
    assert problem.x.tolist() == [[1, 1, 0], [7, 0, 1]]
    assert "3 with missing values left out" in problem.source
    with pytest.raises(InputError) as caught:
        draw(data).draw()
    assert str(caught.value) == (
        "pasted table has 2 rows with missing values, the first in row 3, column a: fill them in, or have such rows "
        "dropped"
    )
    with pytest.raises(InputError, match="all of its rows have missing values"):
        draw(b"a,b\n1,\n", drop_missing=True).draw()


@pytest.mark.parametrize("sides", [("x",), ("y",), ("x", "y")])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_standardised_columns_have_mean_0_and_variance_1_and_the_way_back_is_kept(
    sides: tuple[str, ...], dtype: str
) -> None:
    raw = np.random.default_rng(1).normal(2000, 0.5, (200, 3))  # large beside its spread, as years are
    rows = "\n".join(",".join(map(repr, row)) for row in raw.tolist())
    data = f"a,b,c\n{rows}\n".encode()
    problem = draw(data, ("a", "b"), ("c",), standardize=sides, dtype=dtype).draw()
    assert problem.scaling is not None
    assert problem.scaling.sides == sides
    given = {"x": raw[:, :2], "y": raw[:, 2:]}
    unit = float(np.finfo(dtype).eps)
    for side, there in given.items():
        found = getattr(problem, side)
        if side not in sides:
            assert same_bits(found, there.astype(dtype))
            continue
        expected = (there - there.mean(axis=0)) / there.std(axis=0)
        np.testing.assert_allclose(found, expected, rtol=0, atol=max(16 * unit, 1e-11))
        np.testing.assert_allclose(
            getattr(problem.scaling, f"{side}_mean"), there.mean(axis=0), rtol=max(unit / 1000, 1e-14)
        )
        np.testing.assert_allclose(
            getattr(problem.scaling, f"{side}_std"), there.std(axis=0), rtol=max(4 * unit, 1e-11)
        )


def test_a_watch_tells_how_much_is_read_and_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch()
    draw(PLAIN).draw(watch)
    assert 0.9 < watch.fraction <= 1
    ended = Watch()
    ended.cancel()
    assert ended.cancelled
    with pytest.raises(CancelledError, match="nothing has changed"):
        draw(PLAIN).draw(ended)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: draw(PLAIN, ()), "x needs a column: name at least one"),
        (lambda: draw(PLAIN, X, ()), "y needs a column: name at least one"),
        (lambda: draw(PLAIN, ("a", "a")), "x names the column a twice: name it once"),
        (lambda: draw(PLAIN, ("a", "b")), "the column b is in x and in y: leave it out of one of them"),
        (lambda: draw(PLAIN, one_hot=("c",)), "the column c is to be one-hot encoded and is in neither x nor y"),
        (lambda: draw(PLAIN, standardize=("z",)), "what is standardised must be x or y, got z"),
        (lambda: draw(PLAIN, standardize=("x", "x")), "x is to be standardised twice: name it once"),
        (lambda: draw(b'"a, b",c d,e\n1,2,3\n').draw(), 'pasted table has no column a: it has "a, b", "c d", e'),
        (
            lambda: draw(b"c,c=a,b\na,2,3\n", ("c", "c=a"), one_hot=("c",)).draw(),
            "pasted table: one-hot encoding gives 2 columns called c=a; give columns and values names of their own",
        ),
        (lambda: draw(PLAIN, dtype="float16"), "dtype must be float32 or float64, got float16"),
        (lambda: draw(PLAIN, seed=-1), "seed must be a whole number from 0 to 2**63 - 1, got -1"),
        (lambda: draw(PLAIN, ("d",)).draw(), "pasted table has no column d: it has a, b, c"),
        (
            lambda: draw(b'a,b\n1,"x\ny"\n').draw(),
            "pasted table, row 2, column b: x y is no number",
        ),
        (lambda: draw(b"\xef\xbb\xbfa,b\n1,\x91\n").draw(), "pasted table is neither UTF-8 nor Latin-1 throughout"),
        (lambda: draw(PLAIN, ("c",)).draw(), "pasted table, row 2, column c: x is no number; correct it, leave the"),
        (
            lambda: draw(b"a,b\n1,1e39\n").draw(),
            "pasted table, row 2, column b: 1e+39 is more than float32 holds; choose dtype float64",
        ),
        (
            lambda: draw(b"a,b\n1,2\n1,3\n", standardize=("x",)).draw(),
            "pasted table, column a: it is 1 in every row and can't be standardised; leave it out, or don't",
        ),
    ],
)
def test_what_can_not_be_done_is_said_in_a_sentence(make: Callable[[], object], complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value).startswith(complaint)
    assert "\n" not in str(caught.value)


def test_a_column_of_as_many_texts_as_rows_is_not_encoded() -> None:
    data = b"a,b\n" + b"".join(b"%d,n%d\n" % (at, at) for at in range(40_000))
    with pytest.raises(InputError, match="column b: it has more than 1,000 values, too many to be one-hot encoded"):
        draw(data, one_hot=("b",)).draw()


def test_thousands_of_columns_are_read_as_any() -> None:
    names = [f"c{at}" for at in range(2_000)]
    values = np.random.default_rng(3).standard_normal((3, len(names)))
    rows = [names, *(map(repr, row) for row in values.tolist())]
    problem = draw("\n".join(map(",".join, rows)).encode(), tuple(names[1:]), (names[0],), dtype="float64").draw()
    assert np.array_equal(problem.x, values[:, 1:])
    assert np.array_equal(problem.y, values[:, :1])


def test_a_preview_shows_names_kinds_and_missing_values() -> None:
    preview = Preview.of("größe;n;t\n1,5;1;x\n;2;NA\n".encode("utf-16"))
    assert [(column.name, column.kind, column.missing) for column in preview.columns] == [
        ("größe", "number", 1),
        ("n", "number", 0),
        ("t", "text", 1),
    ]
    assert preview.rows == (("1,5", "1", "x"), ("", "2", "NA"))
    assert preview.format == "separated by semicolons, decimal comma, UTF-16"
    assert preview.samples == 2


@pytest.mark.parametrize("rows", [199, 200, 201])
def test_a_preview_counts_the_rows_if_it_has_seen_them_all(rows: int) -> None:
    preview = Preview.of(b"a,b\n" + b"1,2\n" * rows)
    assert (len(preview.rows), preview.samples) == (min(rows, 200), rows if rows <= 200 else None)


def test_a_preview_of_long_rows_ends_where_it_has_looked() -> None:
    row = b'1,"' + b"x\n" * 1000 + b'"\n'
    preview = Preview.of(b"a,b\n" + row * 180)
    assert preview.samples is None
    assert 100 < len(preview.rows) < 180
    problem = draw(b"a,b,c\n" + row.replace(b"\n1", b"1").replace(b"1,", b"1,2,") * 180).draw()
    assert problem.shape == (180, 1, 1)


def test_rows_that_are_empty_are_counted_as_a_spreadsheet_counts_them() -> None:
    with pytest.raises(InputError, match="row 6: 1 cell and 2 columns"):
        Preview.of(b"\na,b\n\n1,2\n\n3\n")
