"""What to ask the worker for, where the loss over a landscape has to be computed: coarse at first, then finer."""

from linviz.core.axis import Axis
from linviz.core.relief import COUNTS, Relief, Survey
from linviz.core.snapshot import Snapshot
from linviz.gui.landscape_range import Range

LIVE_EVERY = 0.3
"""Seconds between two questions during a run."""


class Surveyor:
    """Has one question on its way at most, so that what is asked next takes the place of what isn't needed any more.

    Attributes
    ----------
    relief
        The last answer for the axes in force; none before there is one.
    """

    def __init__(self) -> None:
        self.relief: Relief | None = None
        self._waits_for: Survey | None = None
        self._asked_at = 0.0

    def forget(self) -> None:
        """Need none of it any more: there are other axes, or another problem."""
        self.relief = None

    def next(self, axes: tuple[Axis, Axis], seen: Range, moment: Snapshot, live: bool, now: float) -> Survey | None:
        """Give the next question, if there is one to be asked.

        Parameters
        ----------
        axes, seen
            What is looked at.
        moment
            The moment whose parameters are held.
        live
            Whether a run is on.
        now
            In seconds.
        """
        if self._waits_for is not None or (live and now - self._asked_at < LIVE_EVERY):
            return None
        relief, count = self.relief, COUNTS[1] if live else COUNTS[0]
        if relief is not None and relief.asked.seen == seen and relief.moment.weight is moment.weight:
            same = relief.moment.bias is moment.bias and relief.moment.settings == moment.settings
            finer = [each for each in COUNTS if each > relief.asked.count]
            if same and (live or not finer):
                return None
            count = finer[0] if same else count
        self._waits_for, self._asked_at = Survey(*axes, seen, count), now
        return self._waits_for

    def take(self, asked: object, relief: object, axes: tuple[Axis, Axis] | None) -> bool:
        """Take the answer to a question; tell whether it is one that was waited for."""
        if self._waits_for is None or asked is not self._waits_for:
            return False
        self._waits_for = None
        if isinstance(relief, Relief) and (relief.asked.across, relief.asked.up) == axes:
            self.relief = relief
        return True
