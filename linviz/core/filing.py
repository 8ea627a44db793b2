"""Commands that have to do with files; none changes the run."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from linviz.core.session import Session
from linviz.core.snapshot import Burst
from linviz.errors import InputError

if TYPE_CHECKING:
    from linviz.core.history import History


@dataclass(frozen=True, slots=True, eq=False)
class Capture:
    """Ask for everything that was done, a `Session` that lacks the losses; the run goes on."""

    def travel(self, history: "History") -> Session:
        """See `History.session`."""
        return history.session()


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """Write a session into a file; gives the path."""

    session: Session
    path: Path

    def travel(self, history: "History") -> Path:
        """See `linviz.core.session_file.write_session`."""
        from linviz.core.session_file import write_session  # noqa: PLC0415  # not needed at start-up

        del history
        write_session(self.session, self.path)
        return self.path


@dataclass(frozen=True, slots=True, eq=False)
class Keep:
    """Write a session into a file for the case of a crash; gives nothing, or why it could not be written.

    Nobody asked for that, so it fails without an exception, which would end a run.
    """

    session: Session
    path: Path

    def travel(self, history: "History") -> InputError | None:
        """See `Write`."""
        try:
            Write(self.session, self.path).travel(history)
        except InputError as error:
            return error
        return None


@dataclass(frozen=True, slots=True, eq=False)
class OpenFile:
    """Go on with the session in a file; whoever owns the history takes another one. Gives an `Opened`."""

    path: Path

    def read(self) -> Session:
        """See `linviz.core.session_file.read_session`."""
        from linviz.core.session_file import read_session  # noqa: PLC0415  # as above

        return read_session(self.path)


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A session that is gone on with, and where it stands.

    Parameters
    ----------
    session
        As it was read.
    burst
        The moment, computed again here.
    """

    session: Session
    burst: Burst

    @property
    def complaint(self) -> str:
        """Say that the moment came out otherwise than it was saved, if it did, in a sentence."""
        session, moment = self.session, self.burst.snapshot
        if moment.weight.tobytes() == session.weight.tobytes() and moment.bias.tobytes() == session.bias.tobytes():
            return ""
        return (
            f"Computed again here, the parameters differ from those saved with torch {session.torch}: other processors "
            "and versions of torch round otherwise."
        )
