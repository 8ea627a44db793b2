import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from pytestqt.modeltest import ModelTester

from gui.parts import frozen, problem
from linviz.core.explain import Explanation, explain
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.core.trainer import Trainer
from linviz.gui.terms_model import BAR, MOST, TermsModel

Check = Callable[[QAbstractItemModel], None]
ROLE = Qt.ItemDataRole


@pytest.fixture
def check(qtmodeltester: ModelTester) -> Check:
    """Give Qt's own tester of models; it stays connected and checks again at each signal."""
    tester: Check = qtmodeltester.check
    return tester


def moment(samples: int = 10, inputs: int = 3, outputs: int = 2) -> Snapshot:
    trainer = Trainer(problem(samples, inputs, outputs), Settings(0.1))
    return trainer.step()


def texts(model: TermsModel) -> list[list[str]]:
    return [[model.index(row, column).data() for column in range(BAR)] for row in range(model.rowCount())]


def test_qts_own_tester_goes_along_with_every_change(check: Check) -> None:
    model = TermsModel()
    check(model)
    few, many = moment(), moment(samples=200)
    shown: list[tuple[Snapshot, str, tuple[int, ...]]] = [
        (few, "weight_grad", (0, 0)),
        (few, "bias_grad", (1,)),
        (few, "prediction", (3, 1)),
        (many, "loss", ()),
        (few, "x", (0, 0)),
        (few, "weight", (1, 2)),
        (few, "residual", (0, 0)),
    ]
    for snapshot, field, index in shown:
        positions = model.show_terms(explain(snapshot, field, index))
        assert model.rowCount() == len(positions)
        check(model)
    assert model.show_terms(None) == []
    assert (model.rowCount(), model.columnCount()) == (0, 5)
    check(model)


def test_a_row_has_which_operands_product_and_its_share() -> None:
    snapshot, model = moment(), TermsModel()
    told = explain(snapshot, "weight_grad", (1, 2))
    assert model.show_terms(told) == list(range(10))
    largest = max(abs(term.value) for term in told.terms)
    for row, term in enumerate(told.terms):
        first, second = term.factors
        assert texts(model)[row] == [
            f"i={row}",
            f"{first.value:+.4f}",
            f"× {second.value:+.4f}",
            f"= {term.value:+.4f}",
        ]
        assert texts(model)[row] == [model.texts(column)[row] for column in range(BAR)]
        assert [model.factor(row, column) for column in range(5)] == [first, first, second, None, None]
        assert model.share(row) == term.value / largest
        exact = [model.index(row, column).data(ROLE.UserRole) for column in range(4)]
        assert exact == [first.value, first.value, second.value, term.value]
        assert model.index(row, 2).data(ROLE.AccessibleTextRole) == f"x[{row}, 2] = {second.value!r}"
        lead = ", one of the largest" if row in told.terms.leading() else ""
        assert model.index(row, 3).data(ROLE.ToolTipRole) == f"term {row + 1}{lead}: {term.value!r}"
        assert model.leads(row) == bool(lead)
    assert [row for row in range(10) if model.leads(row)] == sorted(told.terms.leading()) != []
    assert {abs(model.share(row)) for row in range(10)} >= {1.0}


def test_terms_of_their_own_are_called_by_their_cell() -> None:
    snapshot, model = moment(), TermsModel()
    model.show_terms(explain(snapshot, "prediction", (4, 1)))
    assert [row[0] for row in texts(model)] == ["j=0", "j=1", "j=2", "b[1]"]
    model.show_terms(explain(snapshot, "residual", (4, 1)))
    assert [row[0] for row in texts(model)] == ["ŷ[4,1]", "y[4,1]"]
    model.show_terms(explain(snapshot, "weight", (1, 0)))
    assert [row[0] for row in texts(model)] == ["W[1,0]", "∂L/∂W[1,0]"]


@pytest.mark.parametrize("samples", [MOST, MOST + 1, 3000])
def test_of_many_terms_the_largest_are_shown_in_their_order(samples: int) -> None:
    snapshot, model = moment(samples, 2, 1), TermsModel()
    told = explain(snapshot, "weight_grad", (0, 1))
    shown = model.show_terms(told)
    assert shown == sorted(np.argsort(-np.abs(told.terms.values))[:MOST].tolist())
    assert [row[0] for row in texts(model)] == [f"i={at}" for at in shown]
    assert max(abs(model.share(row)) for row in range(MOST)) == 1


def test_the_same_count_of_terms_is_a_change_and_another_a_reset() -> None:
    snapshot, model = moment(), TermsModel()
    resets: list[bool] = []
    changes: list[tuple[int, int]] = []

    def on_changed(first: QModelIndex, last: QModelIndex, _roles: object = None) -> None:
        changes.append((first.row(), last.row()))

    model.modelReset.connect(lambda: resets.append(True))
    model.dataChanged.connect(on_changed)
    model.show_terms(explain(snapshot, "weight_grad", (0, 0)))
    assert (len(resets), changes) == (1, [])
    model.show_terms(explain(snapshot, "weight_grad", (1, 0)))
    assert (len(resets), changes) == (1, [(0, 9)])
    assert model.show_terms(explain(snapshot, "weight_grad", (1, 0))) == list(range(10))
    assert (len(resets), changes) == (1, [(0, 9)])  # nothing is another, so nothing is painted again
    model.show_terms(None)
    model.show_terms(None)
    assert (len(resets), changes) == (2, [(0, 9)])


def diverged(*residuals: float) -> Explanation:
    """Explain a bias gradient of such residuals."""
    residual = frozen(residuals).reshape(-1, 1)
    snapshot = moment(len(residuals), 1, 1)
    source = {**snapshot.computed_from["bias_grad"], "residual": residual}
    return explain(replace(snapshot, computed_from={**snapshot.computed_from, "bias_grad": source}), "bias_grad", (0,))


def test_bars_of_what_is_not_finite_stay_inside() -> None:
    model = TermsModel()
    model.show_terms(diverged(math.inf, -math.inf, math.nan, 1.0, -2.0))
    assert [model.share(row) for row in range(5)] == [1, -1, 0, 0, 0]
    model.show_terms(diverged(math.nan, 1.0, -2.0))
    assert [model.share(row) for row in range(3)] == [0, 0.5, -1]
    model.show_terms(diverged(0.0, 0.0))
    assert [model.share(row) for row in range(2)] == [0, 0]
