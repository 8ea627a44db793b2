import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.parts import dress, picture
from gui.parts import settle as settle_once
from linviz.gui.text_block import TextBlock

LONG = "as many words as do not fit on one line of a panel as narrow as this one is"


class Requests(QObject):
    """Counts how often a widget is asked to lay out its parts anew."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return super().eventFilter(watched, event)


class Panel(QWidget):
    """A text above another, as in the window, and what they take."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = TextBlock("first", "", self), TextBlock("second", "mono", self)
        column = QVBoxLayout(self)
        column.addWidget(self.first)
        column.addWidget(self.second)
        column.addStretch()
        self.requests = Requests(self)


def settle() -> None:
    """Let the text ask for its room, and the layout give it."""
    for _ in range(3):
        settle_once()


@pytest.fixture
def panel(qtbot: QtBot) -> Panel:
    made = Panel()
    qtbot.addWidget(made)
    dress(made, parts=(made.first, made.second))
    made.first.say("one")
    made.second.say("two")
    made.resize(200, 300)
    made.show()
    qtbot.waitExposed(made)
    settle()
    made.requests.count = 0
    return made


def lines(block: TextBlock) -> int:
    """Give how many lines a text is shown on; all of it has to be."""
    assert block.height() == block.label.height() == block.label.heightForWidth(block.width())
    return round(block.height() / block.label.fontMetrics().lineSpacing())


def test_a_text_of_as_many_lines_asks_for_no_layout(panel: Panel) -> None:
    for text in ("other", "another", "1", "one"):
        panel.first.say(text)
        settle()
        assert panel.first.label.text() == text
        assert lines(panel.first) == 1
    assert panel.requests.count == 0


def test_a_text_of_more_lines_gets_them_and_what_is_below_moves_down(panel: Panel) -> None:
    before = panel.second.y()
    panel.first.say(LONG)
    settle()
    assert panel.requests.count > 0
    taken = lines(panel.first)
    assert taken >= 2
    assert panel.second.y() >= panel.first.y() + panel.first.height()
    panel.first.say("two\nlines")
    settle()
    assert lines(panel.first) == 2
    panel.first.say("one")
    settle()
    assert lines(panel.first) == 1
    assert panel.second.y() == before


def test_in_a_wider_panel_it_takes_fewer_lines(panel: Panel) -> None:
    panel.first.say(LONG)
    settle()
    narrow = lines(panel.first)
    panel.resize(900, 300)
    settle()
    assert lines(panel.first) == 1 < narrow
    panel.resize(200, 300)
    settle()
    assert lines(panel.first) == narrow


def test_a_text_said_while_hidden_is_whole_when_shown(panel: Panel) -> None:
    panel.first.hide()
    settle()
    panel.first.say(LONG)
    settle()
    panel.first.show()
    settle()
    assert lines(panel.first) >= 2


def test_larger_text_gets_its_room(panel: Panel) -> None:
    before = panel.first.height()
    dress(panel, scale=2.0, parts=(panel.first, panel.second))
    settle()
    assert lines(panel.first) == 1
    assert panel.first.height() > 1.5 * before


def test_what_there_is_no_room_for_is_in_the_tool_tip(panel: Panel) -> None:
    assert panel.first.label.toolTip() == ""
    panel.first.say(4 * LONG)
    panel.resize(200, 60)
    settle()
    assert panel.first.height() < panel.first.heightForWidth(panel.first.width())
    assert panel.first.label.toolTip() == 4 * LONG
    panel.resize(200, 900)
    settle()
    assert lines(panel.first) > 4
    assert panel.first.label.toolTip() == ""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_behind_the_text_is_the_card(panel: Panel, theme: str) -> None:
    colours = dress(panel, theme, parts=(panel.first, panel.second))
    settle()
    image = picture(panel.first)
    assert image.pixelColor(image.width() - 1, 0).name() == colours.card
    found = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert colours.text in found


def test_text_is_never_taken_for_markup(panel: Panel) -> None:
    panel.first.say("<b>x</b> & y")
    settle()
    label = panel.findChild(QLabel, "first")
    assert label is panel.first.label
    assert panel.first.label.text() == "<b>x</b> & y"
    plain = panel.first.label.fontMetrics().horizontalAdvance("<b>x</b> & y")
    assert panel.first.label.sizeHint().width() >= plain
