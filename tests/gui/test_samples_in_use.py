"""Batches and test sets in the panels of samples, and the equation without a bias."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from gui.models import ROLE, Check, shown
from gui.parts import FEW, Array, frozen, moment_of, picture, problem
from gui.test_array_model import check  # noqa: F401  # a fixture
from gui.test_equation import equation_of, operators
from linviz.core.batches import Batches
from linviz.core.settings import Settings
from linviz.core.snapshot import Rows, Snapshot
from linviz.gui.array_model import VERTICAL
from linviz.gui.equation import Equation
from linviz.gui.fields import FIELDS
from linviz.gui.sample_model import SampleModel
from linviz.gui.sample_panel import SamplePanel
from linviz.gui.samples_in_use import Part, SamplesInUse
from linviz.gui.theme import LIGHT

SAMPLES, OUTPUTS = 6, 2


def rows_of(*positions: int) -> Rows:
    return np.array(positions, np.int64)


def batch_of(*rows: int, tests: Rows | None = None) -> Snapshot:
    """Give a moment whose prediction and residual are of these samples."""
    moment = moment_of(problem(SAMPLES, 3, OUTPUTS))
    assert moment.prediction is not None
    assert moment.residual is not None
    used = rows_of(*rows)
    return replace(
        moment,
        rows=used,
        tests=tests,
        prediction=frozen(moment.prediction[used]),
        residual=frozen(moment.residual[used]),
        settings=Settings(batches=Batches(len(rows))),
    )


def model_of(field: str, moment: Snapshot) -> SampleModel:
    model = SampleModel(FIELDS[field])
    model.start((SAMPLES, OUTPUTS), False)
    show(model, moment)
    return model


def show(model: SampleModel, moment: Snapshot, freshness: str = "fresh") -> bool:
    """Show a moment's array as the panel does; tell whether anything is other than before."""
    model.take_samples(moment)
    is_new = model.show_array(getattr(moment, model.field.name), freshness)
    return model.tell_samples() or is_new


@FEW
@given(st.permutations(range(9)), st.integers(1, 9), st.integers(0, 4), st.booleans())
def test_each_sample_is_found_where_it_is(order: list[int], used: int, tests: int, ordered: bool) -> None:
    rows, test = order[tests:][:used], sorted(order[:tests])
    rows = sorted(rows) if ordered else rows
    in_use = SamplesInUse(rows_of(*rows), rows_of(*test) if test else None)
    for sample in range(9):
        assert in_use.position(sample) == (rows.index(sample) if sample in rows else None)
        expected = Part.TEST if sample in test else Part.USED if sample in rows else Part.OTHER
        assert in_use.part(sample) is expected


def test_before_the_first_iteration_the_test_set_alone_is_known() -> None:
    in_use = SamplesInUse(None, rows_of(1))
    assert [in_use.part(sample) for sample in range(3)] == [Part.OPEN, Part.TEST, Part.OPEN]
    assert in_use.position(2) == 2


def test_where_all_samples_are_in_use_there_is_nothing_to_be_found() -> None:
    assert SamplesInUse.of(moment_of(problem(2, 1, 1))) is None


def test_the_prediction_stands_at_the_samples_that_it_is_of() -> None:
    moment = batch_of(4, 1, tests=rows_of(2))
    model, values = model_of("prediction", moment), moment.prediction
    assert values is not None
    exact = shown(model, ROLE.UserRole)
    assert {row: exact[row] for row in (4, 1)} == {4: values[0].tolist(), 1: values[1].tolist()}
    assert [row for row in range(SAMPLES) if exact[row] == [None, None]] == [0, 2, 3, 5]
    assert shown(model)[0] == ["", ""]
    spoken, tips = shown(model, ROLE.AccessibleTextRole), shown(model, ROLE.ToolTipRole)
    assert spoken[0][1] == "ŷ[0, 1], not in this batch"
    assert spoken[2][0] == "ŷ[2, 0], kept for the test"
    assert spoken[4][0].endswith("fresh, in use")
    assert "sample 3 is not in this batch" in tips[3][0]
    assert model.cell_name(4, 0) == "ŷ[4, 0]"


def test_the_data_keep_all_their_numbers_and_say_what_each_sample_is_for() -> None:
    moment = batch_of(4, 1, tests=rows_of(2))
    model = model_of("y", moment)
    assert np.array_equal(np.array(shown(model, ROLE.UserRole)), moment.y)
    assert [row[0].rpartition(", ")[2] for row in shown(model, ROLE.AccessibleTextRole)] == [
        "not in this batch", "in use", "kept for the test", "not in this batch", "in use", "not in this batch"
    ]  # fmt: skip


def test_the_mark_at_a_row_moves_with_the_batch() -> None:
    tests = rows_of(2)
    moment = batch_of(4, 1, tests=tests)
    model = model_of("x", moment)
    model.mark_samples(True)
    assert [model.headerData(row, VERTICAL) for row in range(SAMPLES)] == ["  0", "● 1", "◆ 2", "  3", "● 4", "  5"]
    assert model.headerData(2, VERTICAL, ROLE.ToolTipRole) == "Sample 2 is kept for the test"
    following = replace(batch_of(0, tests=tests), x=moment.x)
    assert show(model, following), "the numbers are the same, what they are for isn't"
    assert model.headerData(0, VERTICAL) == "● 0"
    assert not show(model, following)


def test_of_another_batch_every_number_is_another_and_of_the_same_one_those_that_changed() -> None:
    moment = batch_of(4, 1)
    model, values = model_of("prediction", moment), moment.prediction
    assert values is not None
    changed: Array = values.copy()
    changed[0, 1] += 1
    show(model, replace(moment, prediction=frozen(changed)))
    assert [(row, column) for row in range(SAMPLES) for column in range(OUTPUTS) if model.is_other(row, column)] == [
        (4, 1)
    ]
    other = batch_of(1, 2, 3)
    show(model, other)
    assert [row for row in range(SAMPLES) if model.is_other(row, 0)] == [1, 2, 3]
    whole = moment_of(problem(SAMPLES, 3, OUTPUTS))
    show(model, whole)
    assert all(model.is_other(row, 0) for row in range(SAMPLES))


def test_qts_own_tester_finds_nothing_wrong(check: Check) -> None:  # noqa: F811  # the fixture
    model = model_of("residual", batch_of(4, 1))
    check(model)
    following = batch_of(0, 2, 3)
    show(model, following, "stale")
    show(model, replace(following, residual=None), "none")


def test_in_the_equation_the_rows_stay_and_bars_stand_at_those_in_use(qtbot: QtBot) -> None:
    equation = equation_of(qtbot, problem(SAMPLES, 3, OUTPUTS))
    equation.show_snapshot(batch_of(4, 1, tests=rows_of(2)))
    for name in ("x", "prediction", "y", "residual"):
        table = equation.panels[name].table
        assert table.model().rowCount() == SAMPLES
        image, barred = picture(table.viewport()), set()
        for row in range(SAMPLES):
            cell = table.visualRect(table.model().index(row, 0))
            if image.pixelColor(cell.left() + 1, cell.center().y()).name() == LIGHT.accent:
                barred.add(row)
        assert barred == {1, 4}, name
    assert equation.panels["prediction"]._caption.text() == "prediction · 2 of 6 × 2"
    assert equation.panels["x"]._caption.text() == "input · 6 × 3 · ● 2 in use · ◆ 1 test"


def test_with_all_samples_in_use_again_nothing_is_left_of_the_marks(qtbot: QtBot) -> None:
    given_problem = problem(SAMPLES, 3, OUTPUTS)
    equation = equation_of(qtbot, given_problem)
    before = picture(equation)
    equation.show_snapshot(batch_of(4, 1))
    assert picture(equation) != before
    equation.show_snapshot(moment_of(given_problem))
    assert picture(equation) == before


@pytest.mark.parametrize("bias", [False, True])
def test_without_a_bias_the_equation_has_none_and_a_run_with_one_brings_it_back(bias: bool, qtbot: QtBot) -> None:
    equation = equation_of(qtbot, problem(SAMPLES, 3, OUTPUTS))
    moment = moment_of(problem(SAMPLES, 3, OUTPUTS))
    equation.show_snapshot(replace(moment, settings=Settings(bias=False)))
    equation.show_snapshot(replace(moment, settings=Settings(bias=bias)))
    there = [label.text() for label in operators(equation) if label.isVisible()]
    assert ("+" in there) == bias
    for name in ("bias", "bias_grad"):
        assert equation.panels[name].isVisible() == (name in equation.shown) == bias
    equation.select("bias", (0,))
    assert (equation.panels["bias"].table._delegate.current is not None) == bias


def test_the_panels_of_samples_are_those_of_the_four_fields() -> None:
    equation = Equation()
    made = {name for name, panel in equation.panels.items() if isinstance(panel, SamplePanel)}
    assert made == {"x", "prediction", "y", "residual"}
