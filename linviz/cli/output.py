"""Standard output, whose reader may have gone, and the one line on standard error."""

import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from linviz.errors import InputError


def write_lines(lines: Iterable[str]) -> None:
    """Print line by line, as the lines come.

    Raises
    ------
    BrokenPipeError
        If the reader has closed the pipe.
    InputError
        If they can't be written for another reason, such as a full disk, or there is nowhere to write.
    """
    if sys.stdout is None:  # started with it closed, `>&-`
        raise InputError("there is no standard output to write to; send it to a file or pipe")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that has no sigma still gets the line
    for line in lines:
        with _said_plainly():
            print(line)
    with _said_plainly():
        sys.stdout.flush()


def settle() -> None:
    """Flush; what can't be written any more is dropped, so that the interpreter doesn't try again as it exits."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(message: str) -> None:
    """Say one line on standard error, whatever characters a person's own words in it are made of."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in message)
    if sys.stderr is not None:  # print would take None for standard output
        print(f"linviz: {line}", file=sys.stderr)


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(
            f"can't write to standard output: {error.strerror or error}; send it to another file or pipe"
        ) from error
