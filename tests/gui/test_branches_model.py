from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.modeltest import ModelTester

from gui.parts import colour_at
from linviz.core.place import BranchInfo, Place
from linviz.core.settings import Settings
from linviz.gui.branches_model import BEGINS, HEADERS, LOSS, NAME, RATE, SETTINGS, STEPS, BranchesModel, loss_text
from linviz.gui.theme import DARK, LIGHT, branch_colour

Check = Callable[[QAbstractItemModel], None]
ROLE = Qt.ItemDataRole

FIRST = BranchInfo(1, "Run 1", None, 0, 40, Settings(), 0.6442801)
SECOND = BranchInfo(2, "Run 2", 1, 12, 1234, Settings(0.1), 0.5)
THIRD = BranchInfo(3, "Run 3", None, 0, 0, Settings.of(0.3, dtype="float64", training={"loss": "L1", "batch": 4}), None)


def place(*branches: BranchInfo, present: int = 1) -> Place:
    return Place(present, 5, 5, 5, 5, branches)


def texts(model: BranchesModel) -> list[list[str]]:
    return [[model.index(row, column).data() for column in range(len(HEADERS))] for row in range(model.rowCount())]


def names(model: BranchesModel) -> list[str]:
    return [row[NAME] for row in texts(model)]


class Heard:
    """Notes what a model says."""

    def __init__(self, model: BranchesModel) -> None:
        self.changes: list[tuple[int, int]] = []
        self.renamed: list[tuple[int, str, str]] = []
        self.refused: list[str] = []
        model.dataChanged.connect(self._on_changed)
        model.renamed.connect(self._on_renamed)
        model.refused.connect(self.refused.append)

    def _on_changed(self, first: QModelIndex, last: QModelIndex, _roles: object = None) -> None:
        self.changes.append((first.row(), last.row()))

    def _on_renamed(self, *said: Any) -> None:
        self.renamed.append(said)


@pytest.fixture
def check(qtmodeltester: ModelTester) -> Check:
    """Give Qt's own tester of models; it stays connected and checks again at each signal."""
    tester: Check = qtmodeltester.check
    return tester


@pytest.fixture
def model() -> BranchesModel:
    made = BranchesModel()
    made.set_theme(LIGHT)
    made.show_place(place(FIRST, SECOND, THIRD))
    return made


def test_qts_own_tester_goes_along_with_every_change(check: Check) -> None:
    model = BranchesModel()
    check(model)
    for branches, present in (
        ((FIRST,), 1),
        ((FIRST, SECOND, THIRD), 3),
        ((FIRST, THIRD), 3),
        ((FIRST, SECOND, THIRD), 3),
        ((replace(FIRST, steps=50), SECOND), 1),
        ((THIRD,), 3),
        ((FIRST,), 1),
    ):
        model.show_place(place(*branches, present=present))
        model.set_theme(DARK)
        assert [model.info(row) for row in range(model.rowCount())] == list(branches)
        check(model)
    model.setData(model.index(0, NAME), "another")
    check(model)


def test_a_row_tells_a_branch(model: BranchesModel) -> None:
    assert texts(model) == [
        ["Run 1", "at the start", "0.01", "40", "0.644280", "SGD, float32"],
        ["Run 2", "at step 12 of Run 1", "0.1", "1,234", "0.500000", "SGD, float32"],
        ["Run 3", "at the start", "0.3", "0", "–", "SGD · L1Loss() · batch 4, float64"],
    ]
    assert model.index(0, LOSS).data(ROLE.ToolTipRole) == "last loss 0.6442801"
    assert model.index(2, LOSS).data(ROLE.AccessibleTextRole) == "no loss yet"
    assert model.index(1, RATE).data(ROLE.AccessibleTextRole) == "learning rate 0.1"


@pytest.mark.parametrize(
    ("loss", "text"),
    [(None, "–"), (0.0, "0.00000"), (0.57581234, "0.575812"), (1.25e-9, "1.25000e-9"), (123456.0, "123456"),
     (2.5e30, "2.50000e30"), (float("inf"), "inf"), (float("nan"), "nan")],
)  # fmt: skip
def test_a_loss_is_written_in_six_digits(loss: float | None, text: str) -> None:
    assert loss_text(loss) == text


def test_a_header_says_what_its_column_means(model: BranchesModel) -> None:
    for column in range(len(HEADERS)):
        assert model.headerData(column, Qt.Orientation.Horizontal) == HEADERS[column]
        assert len(model.headerData(column, Qt.Orientation.Horizontal, ROLE.ToolTipRole)) > 10
        assert model.headerData(column, Qt.Orientation.Vertical) is None
    aligned = [model.index(0, column).data(ROLE.TextAlignmentRole) for column in (NAME, BEGINS, SETTINGS, STEPS)]
    headers = [
        model.headerData(column, Qt.Orientation.Horizontal, ROLE.TextAlignmentRole)
        for column in (NAME, BEGINS, SETTINGS, STEPS)
    ]
    assert aligned == headers


def test_the_present_branch_is_told_by_letters_shape_and_word(model: BranchesModel) -> None:
    model.show_place(place(FIRST, SECOND, THIRD, present=2))
    bold = [model.index(row, BEGINS).data(ROLE.FontRole) is not None for row in range(3)]
    assert bold == [False, True, False]
    spoken = [model.index(row, NAME).data(ROLE.AccessibleTextRole) for row in range(3)]
    assert spoken == ["Run 1", "Run 2, where the run stands", "Run 3"]
    images = [model.index(row, NAME).data(ROLE.DecorationRole).pixmap(64).toImage() for row in range(3)]
    ring = [image.pixelColor(image.width() // 2, round(image.height() * 0.07)).alpha() > 0 for image in images]
    assert ring == [False, True, False]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_swatch_has_the_branchs_colour_in_every_theme(theme: Any, model: BranchesModel) -> None:
    model.set_theme(theme)
    for row in range(3):
        image = model.index(row, NAME).data(ROLE.DecorationRole).pixmap(32).toImage()
        assert colour_at(image, QPoint(16, 16)) == QColor(branch_colour(theme, row + 1))


def test_a_run_that_goes_on_changes_its_row_alone(model: BranchesModel) -> None:
    heard = Heard(model)
    assert not model.show_place(place(FIRST, replace(SECOND, steps=1235), THIRD))
    assert heard.changes == [(1, 1)]
    assert not model.show_place(place(FIRST, replace(SECOND, steps=1235), THIRD))
    assert heard.changes == [(1, 1)]


def test_another_present_branch_changes_both(model: BranchesModel) -> None:
    heard = Heard(model)
    model.show_place(place(FIRST, SECOND, THIRD, present=2))
    assert (heard.changes, model.present) == ([(0, 1)], 2)


def test_rows_come_and_go_and_what_is_held_stays_at_its_branch(model: BranchesModel) -> None:
    held = [QPersistentModelIndex(model.index(row, NAME)) for row in range(3)]
    assert model.show_place(place(FIRST, THIRD))
    assert [index.isValid() for index in held] == [True, False, True]
    assert model.show_place(place(FIRST, SECOND, THIRD, replace(THIRD, number=4, name="Run 4")))
    assert [held[0].row(), held[2].row(), model.rowCount()] == [0, 2, 4]
    assert [model.row_of(number) for number in (1, 2, 3, 4, 5)] == [0, 1, 2, 3, -1]


def test_a_branch_that_leaves_another_tells_its_name(model: BranchesModel) -> None:
    heard = Heard(model)
    model.show_place(place(replace(FIRST, name="slow"), SECOND, THIRD))
    assert model.index(1, BEGINS).data() == "at step 12 of slow"
    assert heard.changes == [(0, 2)]
    model.show_place(place(SECOND, THIRD, present=3))
    assert model.index(0, BEGINS).data() == "at step 12 of a deleted run"


def test_only_names_can_be_edited(model: BranchesModel) -> None:
    heard = Heard(model)
    for column in range(len(HEADERS)):
        index = model.index(1, column)
        assert bool(index.flags() & Qt.ItemFlag.ItemIsEditable) == (column == NAME)
        if column != NAME:
            assert not model.setData(index, "5")
    assert not model.setData(model.index(1, NAME), "5", ROLE.DisplayRole)
    assert not model.setData(QModelIndex(), "5")
    assert (heard.renamed, heard.changes) == ([], [])


def test_a_new_name_is_told_and_shown_at_once_and_while_the_worker_is_busy(model: BranchesModel) -> None:
    heard = Heard(model)
    assert model.setData(model.index(0, NAME), "  ten  times faster ")
    assert heard.renamed == [(1, "Run 1", "ten times faster")]
    assert names(model) == ["ten times faster", "Run 2", "Run 3"]
    assert model.index(1, BEGINS).data() == "at step 12 of ten times faster"
    model.show_place(place(replace(FIRST, steps=41), SECOND, THIRD))  # a burst that was on its way
    assert names(model)[0] == "ten times faster"
    model.show_place(place(replace(FIRST, name="ten times faster"), SECOND, THIRD))
    model.show_place(place(FIRST, SECOND, THIRD))  # undone
    assert names(model)[0] == "Run 1"


def test_a_name_that_the_worker_does_not_take_is_taken_back(model: BranchesModel) -> None:
    model.setData(model.index(2, NAME), "mine")
    model.give_up()
    assert names(model) == ["Run 1", "Run 2", "Run 3"]
    heard = Heard(model)
    model.give_up()
    assert heard.changes == []


def test_two_names_in_a_row_each_know_the_one_before(model: BranchesModel) -> None:
    heard = Heard(model)
    for name in ("a", "b"):
        model.setData(model.index(0, NAME), name)
    assert heard.renamed == [(1, "Run 1", "a"), (1, "a", "b")]


@pytest.mark.parametrize("name", ["", "   ", "\t\n", "x" * 101, "long " * 1000])
def test_a_wrong_name_gets_one_sentence_and_changes_nothing(name: str, model: BranchesModel) -> None:
    heard = Heard(model)
    assert not model.setData(model.index(1, NAME), name)
    assert (heard.renamed, heard.changes, names(model)) == ([], [], ["Run 1", "Run 2", "Run 3"])
    assert len(heard.refused) == 1
    assert len(heard.refused[0]) < 150
    assert heard.refused[0].endswith("It is still called Run 2.")
    assert ("needs a name" if not name.strip() else "at most 100 characters") in heard.refused[0]


def test_the_same_name_again_is_no_edit(model: BranchesModel) -> None:
    heard = Heard(model)
    assert not model.setData(model.index(1, NAME), "Run 2 ")
    assert (heard.renamed, heard.refused) == ([], [])


def test_nothing_can_be_dropped_on_it(model: BranchesModel) -> None:
    assert model.mimeTypes() == []
    assert not model.index(0, NAME).flags() & Qt.ItemFlag.ItemIsDropEnabled
