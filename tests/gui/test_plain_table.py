import pytest
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from gui.parts import dress, settle, spoken_name
from linviz.core.notebook import cells
from linviz.gui.output_model import OutputModel
from linviz.gui.plain_table import PlainTable
from linviz.gui.theme import Theme


class Dressed(PlainTable):
    """A table dressed as in the window."""

    def set_theme(self, _theme: Theme) -> None:
        self.fit()


@pytest.fixture
def table(qtbot: QtBot) -> Dressed:
    model = OutputModel()
    made = Dressed(model, "numbers", "some numbers", None)  # type: ignore[arg-type]  # a window of its own here
    model.setParent(made)
    model.show_cell(cells()[0], None)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.5])
@pytest.mark.parametrize("width", [80, 150, 250, 400, 900])
def test_no_number_is_cut_however_narrow_it_is_and_what_is_left_over_is_shared(
    width: int, scale: float, table: Dressed, qtbot: QtBot
) -> None:
    dress(table, scale=scale)
    table.resize(width, 300)
    settle()
    widths = [table.columnWidth(column) for column in range(4)]
    needed = [max(table.sizeHintForColumn(at), table.horizontalHeader().sectionSizeHint(at)) for at in range(4)]
    spare = [have - least for have, least in zip(widths, needed, strict=True)]
    assert len(set(spare)) == 1
    room = table.viewport().width()
    if sum(needed) < room - 4:
        assert room - 4 <= sum(widths) <= room
        qtbot.waitUntil(lambda: not table.horizontalScrollBar().maximum())
    else:
        assert spare[0] <= 1
        qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() >= sum(needed) - room)


def test_a_row_is_chosen_as_a_whole_and_nothing_is_edited(table: Dressed) -> None:
    table.selectRow(1)
    assert len(table.selectionModel().selectedIndexes()) == 4
    assert table.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers
    assert (table.objectName(), spoken_name(table)) == ("numbers", "some numbers")
