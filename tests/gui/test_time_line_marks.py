from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.parts import colour_at, picture
from gui.shown_time_line import ShownTimeLine
from gui.travelling import branch, place_at
from linviz.core.command import Run, SetLearningRate, Step, UpdateAgain
from linviz.core.place import Kind, Mark
from linviz.core.travel import SeekStep
from linviz.gui.theme import LIGHT, branch_colour

NAMED = {
    Kind.MANUAL: "manual steps",
    Kind.AGAIN: "updates again",
    Kind.SETTINGS: "changes of the settings",
    Kind.BRANCH: "where the branch begins",
    Kind.COMPUTED: "a beginning that theory computed",
    Kind.EDIT: "numbers edited by a person",
}


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[ShownTimeLine]:
    """Give a time line at the end of 60 steps."""
    made = ShownTimeLine(qtbot)
    made.perform(Run(60))
    yield made
    made.window.close()


# Marks


def test_what_was_no_plain_step_is_marked_in_its_colour(room: ShownTimeLine) -> None:
    room.perform(Run(20, by_hand=True), Run(20), UpdateAgain(), Run(19), SetLearningRate(0.02), Run(30))
    colours = {70: LIGHT.manual, 100: LIGHT.manual, 120: LIGHT.next}
    assert {step: room.under(step, colour) for step, colour in colours.items()} == dict.fromkeys(colours, True)
    for step in (30, 90, 112, 140):
        assert not room.under(step, LIGHT.manual), step
        assert not room.under(step, LIGHT.next), step
    assert room.slider.toolTip() == ("Drag to any step. Marked: manual steps, updates again, changes of the settings.")


def test_where_a_branch_begins_is_marked_and_what_came_before_it_too(room: ShownTimeLine) -> None:
    room.perform(SetLearningRate(0.02), Run(40), SeekStep(80), Run(40))
    assert room.under(80, LIGHT.text)
    assert room.under(60, LIGHT.next)
    assert NAMED[Kind.BRANCH] in room.slider.toolTip()
    room.perform(SeekStep(10), Step())
    assert not room.under(60, LIGHT.next), "that is on the other branch"


def test_a_mark_stands_under_the_middle_of_the_handle_at_its_step(room: ShownTimeLine) -> None:
    """At the ends too, where the handle stands half its width inside."""
    for step in (0, 30, 60):
        room.line.show_place(place_at(step, 60, marks=(Mark(Kind.SETTINGS, step),)))
        image, middle = picture(room.slider), room.spot(step).y()
        row = [colour_at(image, QPoint(x, middle + 8)).getRgb() for x in range(3, room.slider.width() - 3)]
        marked = [x for x, colour in enumerate(row, 3) if colour != row[len(row) // 3]]
        assert abs(sum(marked) / len(marked) - room.spot(step).x()) <= 1.5, step


def test_a_line_without_marks_says_so_again(room: ShownTimeLine) -> None:
    room.line.show_place(place_at(1, 1, marks=(Mark(Kind.AGAIN, 1),)))
    room.line.show_place(place_at(1, 1))
    assert room.slider.toolTip() == "Drag to any step."


@pytest.mark.parametrize("kind", list(Kind), ids=str)
@pytest.mark.parametrize("steps", [0, 1, 10**6])
def test_marks_stay_inside_at_any_scale(room: ShownTimeLine, kind: Kind, steps: int) -> None:
    """Also where a mark stands beyond the end, as those of a longer parent may."""
    marks = tuple(Mark(kind, step, 5) for step in (0, steps // 2, steps, 2 * steps + 7))
    room.line.show_place(place_at(steps, steps, marks=marks))
    picture(room.line)
    assert NAMED[kind] in room.slider.toolTip()


# Branches


def test_one_branch_needs_no_list(room: ShownTimeLine) -> None:
    assert not room.line.branches.isVisible()
    room.perform(SeekStep(30), Step())
    assert room.line.branches.isVisible()
    assert room.names() == ["Run 1", "Run 2"]
    assert room.line.branches.currentText() == "Run 2"


def test_the_list_switches_by_number_not_by_row(room: ShownTimeLine) -> None:
    three = (branch(2), branch(5, name="mine"), branch(9))
    room.line.show_place(place_at(3, 3, *three, current=5))
    assert (room.names(), room.line.branches.currentText()) == (["Run 2", "mine", "Run 9"], "mine")
    room.line.branches.setFocus()
    QTest.keyClick(room.line.branches, Qt.Key.Key_Down)
    QTest.keyClick(room.line.branches, Qt.Key.Key_Up)
    QTest.keyClick(room.line.branches, Qt.Key.Key_Up)
    assert room.switched == [9, 5, 2]


def test_a_branch_has_its_colour_in_the_list(room: ShownTimeLine) -> None:
    room.line.show_place(place_at(3, 3, branch(1), branch(3), current=3))
    for at, number in ((0, 1), (1, 3)):
        image = room.line.branches.itemIcon(at).pixmap(32, 32).toImage()
        colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
        assert branch_colour(LIGHT, number) in colours


def test_another_name_is_shown_at_once(room: ShownTimeLine) -> None:
    room.line.show_place(place_at(3, 3, branch(1), branch(2)))
    room.line.show_place(place_at(3, 3, branch(1), branch(2, name="a & b")))
    assert room.names() == ["Run 1", "a & b"]
    assert room.switched == []
