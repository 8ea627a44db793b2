"""Files that are read and written as a whole. Needs no torch."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from linviz.errors import InputError

_NO_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""To open a pipe that nobody writes to would wait for ever."""


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file to read; what goes wrong, then or while it is read, is said in a sentence.

    Raises
    ------
    InputError
        If it can't be read, or is no file.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{path} is a folder: name a file in it")
        with open(os.open(path, os.O_RDONLY | _NO_WAITING), "rb") as file:  # noqa: PTH123  # Path.open has no flags
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InputError(f"{path} is a pipe or a device: name a file")
            yield file
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"can't read {path}: {_reason(error)}") from error


def read_whole(path: Path, most: int) -> bytes:
    """Give what is in a file.

    Parameters
    ----------
    path
        Where it is.
    most
        The bytes that it may have.

    Raises
    ------
    InputError
        If it can't be read, is no file, or has more bytes.
    """
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise InputError(f"{path} has {size:,} bytes, and at most {most:,} fit into memory here")
        data = file.read(size + 1)
    if len(data) > size:
        raise InputError(f"{path} grew while it was read: try again when nothing writes to it")
    return data


def write_whole(path: Path, data: bytes) -> None:
    """Put bytes into a file, all or nothing: at any moment there is the file from before, or the new one.

    They are written beside it and put in its place once they are on the disk. A link is followed; what may be done with
    the file stays as it was.

    Raises
    ------
    InputError
        If it can't be written; the file from before is as it was.
    """
    beside: Path | None = None
    try:
        target = path.resolve()
        if target.is_dir():
            raise InputError(f"can't write {path}, which is a folder: name a file in it")
        if target.exists() and not target.is_file():
            raise InputError(f"can't write {path}, which is a pipe or a device: name a file")
        with tempfile.NamedTemporaryFile(
            dir=target.parent, prefix=f".{target.name[:80]}.", suffix=".part", delete=False
        ) as file:
            beside = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(_mode(target))
        beside.replace(target)
        _sync_folder(target.parent)
    except (OSError, ValueError) as error:
        if beside is not None:
            with contextlib.suppress(OSError):
                beside.unlink()
        if isinstance(error, InputError):
            raise
        raise InputError(f"can't write {path}: {_reason(error)}; name another file") from error


def _mode(target: Path) -> int:
    """Give the permissions of a file that is there, or those that a new one gets."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except OSError:
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Have the new name on the disk too; where a folder can't be opened, as on Windows, the system sees to it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _reason(error: Exception) -> str:
    """Say what the system says; of a path that no system takes, what Python says."""
    return getattr(error, "strerror", None) or str(error)
