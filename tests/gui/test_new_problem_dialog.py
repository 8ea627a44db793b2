"""The dialog *New problem*: its kinds, what is said while one types, and what is begun."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import trigger
from gui.importing import button, press, text
from gui.parts import spoken_name
from gui.travelling import to_front
from linviz.core.examples import EXAMPLES
from linviz.core.problem import Recipe
from linviz.gui.appearance import Appearance
from linviz.gui.new_problem_dialog import NewProblemDialog
from linviz.gui.shape_preview import memory_text, shapes_text

KEY = Qt.Key
RANDOM, TRUE, SHIPPED, OWN = range(4)


@pytest.fixture
def chosen() -> list[object]:
    """Give the list of what the dialog asks for."""
    return []


@pytest.fixture
def dialog(qtbot: QtBot, chosen: list[object]) -> Iterator[NewProblemDialog]:
    window = QWidget()
    qtbot.addWidget(window)
    appearance = Appearance("light", 1.0, window)
    window.setStyleSheet(appearance.style_sheet())
    made = NewProblemDialog("float64", appearance, window)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    made.chosen.connect(chosen.append)
    made.show()
    to_front(qtbot, made)
    yield made
    made.close()


def kind(dialog: NewProblemDialog, number: int) -> None:
    button(dialog, f"kind_{number}").click()


def enter(dialog: NewProblemDialog, name: str, written: str) -> None:
    """Type into the entry of the page that is seen."""
    entry = dialog.page.findChild(QLineEdit, f"new_{name}")
    assert isinstance(entry, QLineEdit)
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, written)


def test_a_random_problem_is_begun_as_it_was_typed(dialog: NewProblemDialog, chosen: list[object]) -> None:
    for name, written in (("samples", "10 000"), ("inputs", "4"), ("outputs", "1"), ("seed", "7")):
        enter(dialog, name, written)
    assert text(dialog, "shapes") == "x (10,000 × 4) · Wᵀ (4 × 1) + b (1) = ŷ (10,000 × 1)"
    assert text(dialog, "shapes_said") == f"About {memory_text(Recipe(10_000, 4, 1).memory)} of memory"
    press(dialog, KEY.Key_Return)
    assert chosen == [Recipe(10_000, 4, 1, 7)]
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("samples", "0", "Samples must be a whole number from 1 on, got 0."),
        ("inputs", "x", "Inputs must be a whole number from 1 on, got x."),
        ("seed", "-1", "Seed must be a whole number from 0 to 2**63 - 1, got -1."),
        ("samples", "1e15", "Random 1000000000000000 3 2 needs about 232,000,000.0 GB of memory"),
    ],
)
def test_what_cannot_be_is_marked_and_said_while_one_types(
    dialog: NewProblemDialog, chosen: list[object], name: str, written: str, said: str
) -> None:
    enter(dialog, name, written)
    assert text(dialog, "complaint").startswith(said)
    begin = button(dialog, "begin")
    assert not begin.isEnabled()
    assert begin.toolTip() == "Correct what is said above"
    press(dialog, KEY.Key_Return)
    assert chosen == []
    assert dialog.isVisible()
    entry = dialog.page.findChild(QLineEdit, f"new_{name}")
    assert isinstance(entry, QLineEdit)
    assert (entry.property("wrong") == "true") is (written != "1e15")
    enter(dialog, name, "5")
    assert begin.isEnabled()
    assert text(dialog, "complaint") == ""


def test_true_weights_are_drawn_or_written(dialog: NewProblemDialog, chosen: list[object]) -> None:
    kind(dialog, TRUE)
    enter(dialog, "noise", "0.5")
    button(dialog, "begin").click()
    dialog.show()
    button(dialog, "new_written").click()
    weight, bias = (dialog.findChild(QPlainTextEdit, f"new_{name}") for name in ("weight", "bias"))
    assert isinstance(weight, QPlainTextEdit)
    assert isinstance(bias, QPlainTextEdit)
    weight.setPlainText("1 2\n3 4\n5 6")
    assert text(dialog, "complaint") == "b* must have a number for each row of W*, an output: W* has 3 row(s), b* 2."
    bias.setPlainText("[0.1, 0.2, 0.3]")
    assert text(dialog, "shapes") == "x (200 × 2) · Wᵀ (2 × 3) + b (3) = ŷ (200 × 3)"
    button(dialog, "begin").click()
    assert chosen == [
        Recipe(200, 3, 2, noise=0.5),
        Recipe(200, 2, 3, noise=0.5, true_weight=((1, 2), (3, 4), (5, 6)), true_bias=(0.1, 0.2, 0.3)),
    ]


def test_keys_alone_go_through_the_kinds(dialog: NewProblemDialog, chosen: list[object], qtbot: QtBot) -> None:
    first = button(dialog, "kind_0")
    first.setFocus()
    press(first, KEY.Key_Down)
    press(button(dialog, "kind_1"), KEY.Key_Down)
    assert button(dialog, "kind_2").isChecked()
    assert text(dialog, "shapes") == "x (10 × 3) · Wᵀ (3 × 2) + b (2) = ŷ (10 × 2)"
    first = button(dialog, "example_notebook")
    first.setFocus()
    press(first, KEY.Key_Down)
    tick = button(dialog, "example_standardize_x")
    tick.setFocus()
    press(tick, KEY.Key_Space)
    assert text(dialog, "shapes") == "x (20 × 3) · Wᵀ (3 × 3) + b (3) = ŷ (20 × 3)"
    press(dialog, KEY.Key_Return)
    assert chosen == [EXAMPLES["linnerud"].source(("x",), "float64")]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_tells_its_shape_its_source_and_its_licence(dialog: NewProblemDialog, name: str) -> None:
    kind(dialog, SHIPPED)
    button(dialog, f"example_{name}").click()
    story, example = text(dialog, f"said_{name}"), EXAMPLES[name]
    assert example.said in story
    assert all(column in story for column in (*example.x, *example.y))
    assert text(dialog, "complaint") == ""
    assert button(dialog, "example_standardize_x").isEnabled() is bool(example.x)


def test_own_data_lead_on_to_a_file_or_the_clipboard(dialog: NewProblemDialog, qtbot: QtBot) -> None:
    kind(dialog, OWN)
    assert button(dialog, "begin").text() == "Choose a file…"
    with qtbot.waitSignal(dialog.file_asked):
        button(dialog, "begin").click()
    dialog.show()
    with qtbot.waitSignal(dialog.paste_asked):
        button(dialog, "paste").click()
    assert not dialog.isVisible()


def test_everything_has_a_name_and_says_what_it_does(dialog: NewProblemDialog) -> None:
    tab = Qt.FocusPolicy.TabFocus
    parts = [part for part in dialog.findChildren(QWidget) if part.focusPolicy() & tab == tab]
    assert [type(part).__name__ for part in parts if not spoken_name(part).strip()] == []
    controls = (QPushButton, QCheckBox, QLineEdit, QPlainTextEdit)
    said = [part for part in parts if isinstance(part, controls) and len(part.toolTip()) < 10]
    assert [part.objectName() for part in said] == []


def test_a_problem_of_true_weights_is_begun_in_the_window(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.commands["new_problem"].trigger()
    dialog = window.findChild(NewProblemDialog)
    assert isinstance(dialog, NewProblemDialog)
    kind(dialog, TRUE)
    enter(dialog, "samples", "12")
    button(dialog, "begin").click()
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.shape == (12, 3, 2))
    trigger(qtbot, window, "step")
    assert window.snapshot is not None
    assert window.snapshot.problem.noise == 0.1
    assert window.snapshot.problem.true_weight is not None


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (999_999, "999.9 kB"), (10**9, "1.0 GB"),
     (24 * 10**18, "24.0 EB"), (10**24, "1,000,000.0 EB")],
)  # fmt: skip
def test_memory_is_written_in_the_unit_that_suits(count: int, said: str) -> None:
    assert memory_text(count) == said


def test_what_is_not_known_is_left_open() -> None:
    assert shapes_text((None, 3, "2 or more")) == "x (? × 3) · Wᵀ (3 × 2 or more) + b (2 or more) = ŷ (? × 2 or more)"
