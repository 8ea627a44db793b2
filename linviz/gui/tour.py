"""A walk through the notebook's cells: where it is, what ran, and what is still to be run."""

from linviz.core.command import Command
from linviz.core.notebook import Cell, cells
from linviz.core.snapshot import Burst, Snapshot


class Tour:
    """Stands at a cell; where the run is elsewhere by now, the cells before are run again first.

    So it can be left at any cell and taken up there: the notebook's data and commands give the same bits again.

    Attributes
    ----------
    cells
        All of them, in order.
    at
        Which one is shown, counted from 0.
    """

    def __init__(self) -> None:
        self.cells = cells()
        self.at = 0
        self._moments: dict[int, Snapshot] = {}  # after each cell that ran
        self._now: Snapshot | None = None  # where the run is
        self._waiting: list[tuple[int, Command]] = []  # a cell, and the last command of it

    @property
    def cell(self) -> Cell:
        """The cell that is shown."""
        return self.cells[self.at]

    @property
    def following(self) -> Cell | None:
        """The one after it, if there is one."""
        return self.cells[self.at + 1] if self.at + 1 < len(self.cells) else None

    @property
    def moment(self) -> Snapshot | None:
        """The moment after it, if it ran."""
        return self._moments.get(self.at)

    @property
    def is_here(self) -> bool:
        """Whether the run is where the cell left it."""
        return self.moment is not None and self.moment is self._now

    @property
    def waits(self) -> bool:
        """Whether what it runs is not over yet."""
        return bool(self._waiting)

    def stands(self, field: str) -> bool:
        """Tell whether the run still holds what the cell left in a field."""
        # What a command doesn't change is the same object after it.
        return self.moment is not None and getattr(self._now, field) is getattr(self.moment, field)

    def move(self, by: int) -> bool:
        """Go to another cell; tell whether there is one, and nothing is waited for."""
        if self.waits or not 0 <= self.at + by < len(self.cells):
            return False
        self.at += by
        return True

    def starts_over(self, idle: bool) -> bool:
        """Tell whether running the cell begins with the notebook's problem again; see `commands`."""
        before = self._moments.get(self.at - 1)
        return not (idle and before is not None and before is self._now)

    def commands(self, idle: bool) -> tuple[Command, ...]:
        """Give what runs the cell: its commands, after those of the cells before if the run isn't where they left it.

        Parameters
        ----------
        idle
            Whether nothing is on its way that would take the run elsewhere.
        """
        first = 0 if self.starts_over(idle) else self.at
        running = self.cells[first : self.at + 1]
        self._waiting = [(first + n, cell.commands[-1]) for n, cell in enumerate(running)]
        return tuple(command for cell in running for command in cell.commands)

    def take_burst(self, burst: Burst) -> bool:
        """Note where the run is; tell whether it stands to the cell as before."""
        before, self._now = self._standing(), burst.snapshot
        return self._standing() == before

    def take_done(self, command: object, result: object) -> bool:
        """Take what a cell's command gave; tell whether it was the last that was waited for."""
        for at, awaited in self._waiting[:1]:
            if command is awaited and isinstance(result, Burst):
                del self._waiting[0]
                self._moments[at] = result.snapshot
                return not self._waiting
        return False

    def _standing(self) -> tuple[bool, ...]:
        return self.is_here, *map(self.stands, (*self.cell.fills, *self.cell.printed))

    def give_up(self) -> None:
        """Wait no longer: a command failed."""
        self._waiting.clear()
