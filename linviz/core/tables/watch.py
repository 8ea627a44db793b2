"""What a long read tells of itself, and how it is told to stop. Needs no torch."""

from threading import Event

from linviz.errors import InputError


class CancelledError(InputError):
    """What was being read is not wanted any more; nothing has changed."""


class Watch:
    """Shared by the thread that reads and the one that waits.

    Attributes
    ----------
    fraction
        How much is done, from 0 to 1; written by the reader.
    """

    def __init__(self) -> None:
        self.fraction = 0.0
        self._cancelled = Event()

    @property
    def cancelled(self) -> bool:
        """Whether it is to stop."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Have it stop at the next piece; may be called from any thread, and twice."""
        self._cancelled.set()

    def note(self, fraction: float) -> None:
        """Tell how much is done, between two pieces of the work.

        Raises
        ------
        CancelledError
            If it is to stop.
        """
        self.fraction = min(max(fraction, self.fraction), 1.0)
        if self.cancelled:
            raise CancelledError("reading was cancelled; nothing has changed")
