from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import label, settle, trigger
from linviz.core.command import Reset, Run
from linviz.core.directions import Directions
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.theory import Theory
from linviz.gui.eigenvector_table import EigenvectorModel
from linviz.gui.main_window import MainWindow
from linviz.gui.spectrum_model import EIGENVALUE, FACTOR, LEFT, SpectrumModel, share_text
from linviz.gui.spectrum_page import SpectrumPage

Check = Callable[[QAbstractItemModel], None]
ROLE = Qt.ItemDataRole


def page_of(window: MainWindow, qtbot: QtBot) -> SpectrumPage:
    settle(qtbot, window)
    trigger(qtbot, window, "spectrum")
    return window.desk.spectrum


def column(page: SpectrumPage, at: int) -> list[str]:
    return [page.model.index(row, at).data() for row in range(page.model.rowCount())]


def vector(page: SpectrumPage) -> list[float]:
    values = page.eigenvector.model()
    return [float(values.index(row, 0).data()) for row in range(values.rowCount())]


def test_each_direction_has_its_eigenvalue_factor_and_what_is_left(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    assert column(page, EIGENVALUE) == ["1.5457", "1.2342", "0.6368", "0.0953"]
    assert column(page, FACTOR) == ["0.9845", "0.9877", "0.9936", "0.9990"]
    assert column(page, LEFT) == ["100 %"] * 4
    assert label(window, "spectrum_manners") == "eigen-directions: 4 converge"
    window.tool_bar.learning_rate.choose(1.0)
    window.driver.submit(Run(steps=20))
    settle(qtbot, window)
    assert column(page, FACTOR) == ["-0.5457", "-0.2342", "0.3632", "0.9047"]
    assert column(page, LEFT)[3] == f"{100 * 0.90467674**20:.3g} %"
    # A sixth of a billionth of float32 is rounded by each processor in its own way.
    assert float(column(page, LEFT)[0]) == pytest.approx(0.5457**20, rel=0.2)
    assert label(window, "spectrum_manners") == "eigen-directions: 2 overshoot, 2 converge"
    said = label(window, "spectrum_direction")
    assert said.startswith("λ = 1.5457: each step multiplies the error by -0.5457, landing beyond the optimum; ")
    assert page.model.index(0, LEFT).data(ROLE.AccessibleTextRole) == said
    trigger(qtbot, window, "first")
    assert column(page, LEFT) == ["100 %"] * 4


def test_arrows_choose_a_direction_whose_eigenvector_is_shown_as_the_weight_stands(
    window: MainWindow, qtbot: QtBot
) -> None:
    page = page_of(window, qtbot)
    page.table.setFocus()
    theory = window.foresight.theory
    assert theory is not None
    for row in range(4):
        expected = theory.eigenvectors[:, 3 - row]
        assert np.abs(vector(page)) == pytest.approx(np.abs(expected), abs=1e-4)
        assert max(vector(page), key=abs) > 0
        QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert label(window, "spectrum_direction").startswith("λ = 0.0953: ")
    names = [page.eigenvector.model().headerData(row, Qt.Orientation.Vertical) for row in range(4)]
    assert names == ["0", "1", "2", "b"]
    assert window.snapshot is not None
    assert window.snapshot.step == 0


def test_momentum_swings_and_of_other_optimizers_no_closed_form_is_known(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    window.driver.submit(Reset(Settings(0.1, options={"momentum": 0.9, "weight_decay": 0.2})))
    settle(qtbot, window)
    assert column(page, EIGENVALUE) == ["1.7457", "1.4342", "0.8368", "0.2953"]
    assert column(page, FACTOR) == ["±0.9487"] * 4
    assert label(window, "spectrum_manners") == "eigen-directions: 4 swing"
    window.driver.submit(Reset(Settings(0.1, "Adam")))
    trigger(qtbot, window, "step")
    assert column(page, FACTOR) == ["–"] * 4
    assert "Adam has no closed form" in label(window, "spectrum_manners")
    assert "no closed form tells how the error goes" in label(window, "spectrum_direction")
    assert column(page, LEFT)[0] != "100 %"


def test_a_diverging_run_grows_until_it_is_no_number(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    window.driver.submit(Reset(Settings(1.4)))
    window.driver.submit(Run(steps=40))
    settle(qtbot, window)
    assert column(page, LEFT)[0] == f"×{1.16394**40:.0f}"
    assert "times that at the start" in label(window, "spectrum_direction")
    assert "1 diverge" in label(window, "spectrum_manners")
    window.driver.submit(Reset(Settings(1e30)))
    window.driver.submit(Run(steps=40))
    settle(qtbot, window)
    assert column(page, LEFT) == ["–"] * 4


def test_flat_directions_are_told_and_have_a_vector_too(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(Problem.random(5, 8, 1, 0), Settings(0.1))
    page = page_of(window, qtbot)
    assert label(window, "spectrum_manners") == "eigen-directions: 5 converge, 4 are flat"
    page.table.selectRow(8)
    assert label(window, "spectrum_direction") == "λ = 0: the loss is flat along it, nothing moves."
    x = np.hstack([Problem.random(5, 8, 1, 0).x, np.ones((5, 1))])
    assert x @ np.array(vector(page)) == pytest.approx(np.zeros(5), abs=1e-3)


def test_without_a_theory_it_says_so(open_window: OpenWindow, qtbot: QtBot) -> None:
    huge = Problem(np.full((3, 2), 1e200), np.ones((3, 1)), np.ones((1, 2)), np.ones(1))
    window = open_window(huge, Settings(dtype="float64"))
    page = page_of(window, qtbot)
    assert "scale them down" in label(window, "spectrum_direction")
    assert not page.table.isVisible()


def test_the_models_are_sound(qtmodeltester: ModelTester) -> None:
    model, vectors = SpectrumModel(), EigenvectorModel()
    check: Check = qtmodeltester.check
    check(model)
    check(vectors)
    for problem in (Problem.notebook(), Problem.random(5, 8, 1, 0), Problem.random(30, 1, 3, 0)):
        theory = Theory.of_problem(problem)
        directions = Directions.of(theory, Settings(0.3))
        model.show_directions(directions, np.linspace(0, 2, theory.parameters))
        vectors.show_vector(directions.vector(0), theory.inputs)
        assert (model.rowCount(), vectors.rowCount()) == (theory.parameters,) * 2
    model.show_directions(None, np.empty(0))
    assert model.rowCount() == 0


def test_bars_of_eigenvalues_that_differ_much_count_powers_of_ten_and_say_so() -> None:
    model = SpectrumModel()
    draw = np.random.default_rng(0).normal(size=(20, 3)) * [1, 100, 1e4]
    theory = Theory.of(draw, draw[:, :1], bias=False)
    model.show_directions(Directions.of(theory, Settings(1e-9)), np.ones(3))
    assert model.headerData(EIGENVALUE, Qt.Orientation.Horizontal) == "λ (log)"
    bars = [model.bar(row, EIGENVALUE) for row in range(3)]
    assert bars == pytest.approx([1, 0.5, 0.02], abs=0.08)
    assert [model.text(row, FACTOR) for row in range(3)][2].startswith("1-")


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1, "100 %"),
        (0.123456, "12.3 %"),
        (0.0012, "1.2e-3"),
        (3e-12, "3e-12"),
        (0, "0 %"),
        (4321, "×4321"),
        (4.321e7, "×4.3e7"),
    ],
)
def test_what_is_left_is_written_in_few_characters(share: float, text: str) -> None:
    assert share_text(share) == text
