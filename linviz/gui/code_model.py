"""The lines of the run's code as a Qt table of one column, with where the run stands."""

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from linviz.core.code import Line, iteration, set_up
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import PHASES, Phase
from linviz.gui.fields import PHASE_TEXTS
from linviz.gui.table_model import Index, TableModel

DONE, NEXT, TO_COME = "done", "next", "to come"
GAP = Line("")
NO_FLAGS = Qt.ItemFlag.NoItemFlags
ENABLED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class CodeModel(TableModel):
    """Set-up, a gap, iteration."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()
        self._next: Phase | None = None  # none before PyTorch is there
        self._before = False

    def show_lines(self, source: Problem | Recipe, settings: Settings, by_hand: bool) -> bool:
        """Show the code of a run; tell whether it is other than before."""
        lines, before = (*set_up(source, settings), GAP, *iteration(by_hand)), self.lines
        if lines == before:
            return False
        # At the end, so that the current line stays when the learning rate or the way to update is another.
        if len(lines) > len(before):
            self.beginInsertRows(QModelIndex(), len(before), len(lines) - 1)
            self.lines += lines[len(before) :]
            self.endInsertRows()
        elif len(lines) < len(before):
            self.beginRemoveRows(QModelIndex(), len(lines), len(before) - 1)
            self.lines = before[: len(lines)]
            self.endRemoveRows()
        self.lines = lines
        self._tell_changed()
        return True

    def show_phase(self, coming: Phase | None, iterated: bool) -> bool:
        """Mark the line that runs next; tell whether it, or what has run, is other than before.

        Parameters
        ----------
        coming
            The phase that comes next; none if nothing has run yet.
        iterated
            Whether an iteration came before, so that at the start of the next one all lines have run.
        """
        if (coming, iterated) == (self._next, self._before):
            return False
        self._next, self._before = coming, iterated
        self._tell_changed()
        return True

    def next_row(self) -> int:
        """Give the first line of the phase that comes next; of the iteration, if nothing has run yet."""
        coming = self._next or Phase.FORWARD
        return next(row for row, line in enumerate(self.lines) if line.phase is coming)

    def state(self, row: int) -> str:
        """Tell whether a line is `DONE`, `NEXT` or `TO_COME`."""
        phase = self.lines[row].phase
        if self._next is None:
            return TO_COME
        if phase is None:
            return DONE
        if phase is self._next:
            return NEXT
        over = PHASES.index(phase) < PHASES.index(self._next) or (self._next is Phase.FORWARD and self._before)
        return DONE if over else TO_COME

    def _tell_changed(self) -> None:
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.lines) - 1, 0))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        return ENABLED if index.isValid() and self.lines[index.row()] is not GAP else NO_FLAGS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = index.row()
        line = self.lines[row]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"line {row + 1}, {self.state(row)}: {line.text}" if line.text else ""
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(line, self.state(row)) if line.text else None
        return None

    def _tip(self, line: Line, state: str) -> str:
        if line.phase is None:
            return "Set-up: it ran when the problem was loaded; Reset goes back to here" if state == DONE else "Set-up"
        where = "in the next iteration" if state == DONE else "now"
        together = sum(other.phase is line.phase for other in self.lines) > 1
        return (
            f"{PHASE_TEXTS[line.phase][1]}. A click, or Enter, runs up to and including this line, {where}"
            f"{'; both lines of the update run together' if together else ''}"
        )
