"""The lines of the run's code as a Qt table of one column, with where the run stands."""

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from linviz.core.code import BY_HAND as BY_HAND_LINES
from linviz.core.code import Line, iteration, set_up
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import PHASES, Phase, Update
from linviz.gui.fields import PHASE_MEANINGS
from linviz.gui.table_model import Index, TableModel

DONE, NEXT, TO_COME, NOT_RUN = "done", "next", "to come", "not run"
BY_HAND = (Update.MANUAL_STEP, Update.AGAIN_BY_HAND)
NOT_BY_OPTIMIZER = "The last update was written by hand, not optimizer.step()."
NOT_BY_HAND = "The last update was optimizer.step(), not by hand."
GAP = Line("")
NO_FLAGS = Qt.ItemFlag.NoItemFlags
ENABLED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class CodeModel(TableModel):
    """Set-up, a gap, iteration."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()
        self._next: Phase | None = None  # none before PyTorch is there
        self._updated: Update | None = None
        self._by_hand = False

    def show_lines(self, source: Problem | Recipe, settings: Settings, by_hand: bool) -> bool:
        """Show the code of a run; tell whether it is other than before."""
        lines, before = (
            (*set_up(source, settings, by_hand), GAP, *iteration(by_hand, settings, source.shape[0])),
            self.lines,
        )
        self._by_hand = by_hand
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

    def show_phase(self, coming: Phase | None, updated: Update | None) -> bool:
        """Mark the line that runs next; tell whether it, or what has run, is other than before.

        Parameters
        ----------
        coming
            The phase that comes next; none if nothing has run yet.
        updated
            Who wrote the parameters last. If anyone did, an iteration came before, so that at the start of the next
            one all its lines have run; those of an update written otherwise have not.
        """
        if (coming, updated) == (self._next, self._updated):
            return False
        self._next, self._updated = coming, updated
        self._tell_changed()
        return True

    @property
    def remark(self) -> str:
        """Why the lines of the update are not ticked, although the iteration is over; else nothing."""
        if not self.lines or self.state(len(self.lines) - 1) != NOT_RUN:
            return ""
        return NOT_BY_HAND if self._by_hand else NOT_BY_OPTIMIZER

    def next_row(self) -> int:
        """Give the first line of the phase that comes next; of the iteration, if nothing has run yet."""
        coming = self._next or Phase.FORWARD
        return next(row for row, line in enumerate(self.lines) if line.phase is coming)

    def state(self, row: int) -> str:
        """Tell whether a line is `DONE`, `NEXT`, `TO_COME` or, as the update was written otherwise, `NOT_RUN`."""
        phase = self.lines[row].phase
        if self._next is None:
            return TO_COME
        if phase is None:
            return DONE
        if phase is self._next:
            return NEXT
        if self._next is Phase.FORWARD and self._updated is not None:
            return NOT_RUN if phase is Phase.UPDATE and (self._updated in BY_HAND) != self._by_hand else DONE
        return DONE if PHASES.index(phase) < PHASES.index(self._next) else TO_COME

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
        meaning = line.does or PHASE_MEANINGS[line.phase][1]
        does = f"{line.text.strip()}: {meaning}. {f'{self.remark} ' if state == NOT_RUN else ''}"
        where = "in the next iteration" if state in (DONE, NOT_RUN) else "now"
        several = sum(other.phase is line.phase for other in self.lines)
        both = line.phase is Phase.UPDATE and several == len(BY_HAND_LINES)
        together = "both lines of the update run" if both else f"the {several} lines of this phase run"
        return (
            f"{does}A click, or Enter, runs up to and including this line, {where}"
            f"{f'; {together} together' if several > 1 else ''}"
        )
