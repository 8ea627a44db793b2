import pytest
from PySide6.QtWidgets import QApplication

from gui.parts import problem
from linviz.core.axis import Axis
from linviz.core.theory import Theory
from linviz.gui.axes_model import AxesModel, companion

THEORY = Theory.of_problem(problem(10, 2, 2))


@pytest.fixture
def model(qapp: QApplication, qtmodeltester: object) -> AxesModel:
    made = AxesModel(qapp)
    made.start(2, 2, True, THEORY.eigenvalues.tolist())
    qtmodeltester.check(made)  # type: ignore[attr-defined]  # pytest-qt has no types
    return made


def test_it_lists_all_parameters_then_all_eigen_directions(model: AxesModel) -> None:
    texts = [model.index(row).data() for row in range(model.rowCount())]
    assert texts[:6] == ["W[0, 0]", "W[0, 1]", "b[0]", "W[1, 0]", "W[1, 1]", "b[1]"]
    assert texts[6:] == [f"out {k} · λ {value:.4g}" for k in (0, 1) for value in THEORY.eigenvalues]
    for row in range(model.rowCount()):
        assert model.row(model.axis(row)) == row
    assert model.axis(4) == Axis(1, 1)
    assert model.axis(11) == Axis(1, 2, eigen=True)


@pytest.mark.parametrize(
    ("axis", "other", "expected"),
    [
        (Axis(0, 1), Axis(0, 2), Axis(0, 2)),
        (Axis(0, 1), Axis(1, 1, eigen=True), Axis(1, 1, eigen=True)),
        (Axis(0, 1), Axis(0, 1, eigen=True), Axis(0, 0)),
        (Axis(0, 1, eigen=True), Axis(0, 0), Axis(0, 2, eigen=True)),
        (Axis(0, 2, eigen=True), Axis(0, 0), Axis(0, 0, eigen=True)),
    ],
)
def test_beside_an_axis_stands_one_at_right_angles(axis: Axis, other: Axis, expected: Axis) -> None:
    assert companion(axis, other, 3, 2) == expected
    assert axis.upright(companion(axis, other, 3, 2))
