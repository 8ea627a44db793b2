"""The branches of the history as a Qt table: one a row."""

import math
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFont

from linviz.core import names
from linviz.core.place import BranchInfo, Place
from linviz.core.settings import Settings
from linviz.errors import InputError
from linviz.gui.measured_table import MeasuredModel
from linviz.gui.numbers import short_exponent
from linviz.gui.swatch import swatch
from linviz.gui.table_model import Index
from linviz.gui.theme import Theme, branch_colour

HEADERS = ("run", "begins", "η", "steps", "last loss", "settings")
NAME, BEGINS, RATE, STEPS, LOSS, SETTINGS = range(6)
MEANINGS = (
    "What it is called; F2 or a double click renames it",
    "Where it begins: at the start, at a step of the run that it leaves, or at one that theory computed",
    "The learning rate in force where it ends",
    "Steps done where it ends",
    "The last loss that was computed on it",
    "The settings in force where it ends, but for the learning rate",
)
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
"""Between a number at the right and words at the left."""
ALIGNED = (LEFT, LEFT, RIGHT, RIGHT, CENTRE, LEFT)


class BranchesModel(MeasuredModel):
    """Follows the run: rows come, go and change one by one, so that what is selected stays selected.

    A new name is shown at once, and taken back if the worker doesn't take it.
    """

    renamed = Signal(object, str, str)
    """Number of a branch, its name so far, and the new one."""
    refused = Signal(str)
    """Why a name can't be taken."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._branches: list[BranchInfo] = []
        self._present = 0
        self._names: dict[int, str] = {}
        self._on_their_way: dict[int, str] = {}  # names that the worker has not told of yet
        self._theme: Theme | None = None
        self._bold = QFont()
        self._bold.setBold(True)

    @property
    def present(self) -> int:
        """The number of the branch that the run stands on."""
        return self._present

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._theme = theme
        self._tell_changed(range(len(self._branches)))

    def info(self, row: int) -> BranchInfo:
        """Give the branch in a row."""
        return self._branches[row]

    def name(self, number: int) -> str:
        """Give the name of a branch, also one that is on its way."""
        return self._on_their_way.get(number) or self._names.get(number, f"Run {number}")

    def row_of(self, number: int) -> int:
        """Give the row of a branch, or −1."""
        return next((row for row, each in enumerate(self._branches) if each.number == number), -1)

    def longest(self, column: int) -> str:
        return max((self._text(info, column) for info in self._branches), key=len, default="")

    def show_place(self, place: Place) -> bool:
        """Show the branches of a place; tell whether there are others than before."""
        called = {each.number: each.name for each in place.branches}
        renamed, self._names = called != self._names, called
        self._on_their_way = {at: name for at, name in self._on_their_way.items() if called.get(at, name) != name}
        before = len(self._branches)
        for row in reversed(range(before)):
            if self._branches[row].number not in called:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._branches[row]
                self.endRemoveRows()
        others = len(self._branches) != before
        changed = []
        for row, info in enumerate(place.branches):
            if row == len(self._branches) or self._branches[row].number != info.number:
                self.beginInsertRows(QModelIndex(), row, row)
                self._branches.insert(row, info)
                self.endInsertRows()
                others = True
            elif self._branches[row] != info:
                self._branches[row] = info
                changed.append(row)
        was, self._present = self._present, place.branch
        if was != place.branch:
            changed += [row for row in (self.row_of(was), self.row_of(place.branch)) if row >= 0]
        # Where a branch begins is told by the name of another one.
        self._tell_changed(range(len(self._branches)) if renamed else changed)
        return others

    def give_up(self) -> None:
        """Show the names that are in force: something failed."""
        if self._on_their_way:
            self._on_their_way.clear()
            self._tell_changed(range(len(self._branches)))

    def _tell_changed(self, rows: "range | list[int]") -> None:
        if rows:
            self.dataChanged.emit(self.index(min(rows), 0), self.index(max(rows), len(HEADERS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._branches)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(HEADERS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        editable = Qt.ItemFlag.ItemIsEditable if index.column() == NAME else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | editable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: PLR0911  # a role a line
        if not index.isValid():
            return None
        info, column = self._branches[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self._text(info, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return ALIGNED[column]
            case Qt.ItemDataRole.DecorationRole if column == NAME and self._theme is not None:
                return swatch(branch_colour(self._theme, info.number), info.number == self._present)
            case Qt.ItemDataRole.FontRole if info.number == self._present:
                return self._bold
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(info, column)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802  # Qt's name
        if not index.isValid() or index.column() != NAME or role != Qt.ItemDataRole.EditRole:
            return False
        number = self._branches[index.row()].number
        before = self.name(number)
        try:
            name = names.branch(str(value))
        except InputError as error:
            self.refused.emit(f"{str(error)[:1].upper()}{str(error)[1:]}. It is still called {before}.")
            return False
        if name == before:
            return False
        self._on_their_way[number] = name
        self._tell_changed(range(len(self._branches)))
        self.renamed.emit(number, before, name)
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(HEADERS):
            match role:
                case Qt.ItemDataRole.DisplayRole:
                    return HEADERS[section]
                case Qt.ItemDataRole.TextAlignmentRole:
                    return ALIGNED[section]
                case Qt.ItemDataRole.ToolTipRole:
                    return MEANINGS[section]
        return None

    def _text(self, info: BranchInfo, column: int) -> str:
        match column:
            case 0:
                return self.name(info.number)
            case 1:
                return self._begins(info)
            case 2:
                return f"{info.settings.learning_rate:g}"
            case 3:
                return f"{info.steps:,}"
            case 4:
                return loss_text(info.loss)
            case _:
                return other_settings(info.settings)

    def _begins(self, info: BranchInfo) -> str:
        if info.computed:
            return f"at step {info.first_step:,} by theory"
        if info.parent is None:
            return "at the start"
        left = self.name(info.parent) if info.parent in self._names else "a deleted run"
        return f"at step {info.first_step:,} of {left}"

    def _spoken(self, info: BranchInfo, column: int) -> str:
        match column:
            case 0:
                return f"{self.name(info.number)}{', where the run stands' if info.number == self._present else ''}"
            case 2:
                return f"learning rate {info.settings.learning_rate!r}"
            case 4:
                return "no loss yet" if info.loss is None else f"last loss {info.loss!r}"
            case _:
                return self._text(info, column)


def other_settings(settings: Settings) -> str:
    """Write all settings but the learning rate in one line."""
    return f"{settings.description}, {settings.dtype}"


def loss_text(loss: float | None) -> str:
    """Write a loss in six digits, enough to tell two runs apart."""
    if loss is None:
        return "–"
    return short_exponent(f"{loss:#.6g}").rstrip(".") if math.isfinite(loss) else str(loss)
