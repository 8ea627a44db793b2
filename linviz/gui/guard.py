"""Refuses a PySide6 that would kill the process."""

import sys

import PySide6
from PySide6.QtCore import QObject

from linviz.errors import InputError

CALLS = 20


def lost_references(calls: int = CALLS) -> int:
    """Count the references to None that void calls of this PySide6 lose; 0 when it is sound.

    PySide6 6.12.0 drops one a call on Python 3.11 (PYSIDE-3474); when none is left, the process dies. Later Pythons
    don't count references to None.
    """
    probe = QObject()
    before = sys.getrefcount(None)
    for _ in range(calls):
        probe.setObjectName("probe")
    return max(before - sys.getrefcount(None), 0)


def check_pyside() -> None:
    """Raise an `InputError` that names the way out if this PySide6 can't be used."""
    # Half: other threads take and give references meanwhile.
    if lost_references() > CALLS // 2:
        raise InputError(
            f"PySide6 {PySide6.__version__} crashes on Python {sys.version.split()[0]} (PYSIDE-3474): run "
            f"\"{sys.executable}\" -m pip install 'PySide6-Essentials>=6.10.1,<6.12', or use Python 3.12 or later"
        )
