"""Whether there is a screen to open a window on."""

import contextlib
import os
import re
import socket
import sys

SCREENLESS = frozenset(("offscreen", "minimal", "minimalegl", "vnc", "linuxfb", "eglfs", "vkkhrdisplay"))
"""Qt's platforms on Linux that need neither X nor Wayland."""


def has_display() -> bool:
    """Tell whether Qt can open a window.

    Asked of the environment, because Qt itself, where it finds no display, doesn't fail but aborts the process.
    """
    if not sys.platform.startswith("linux"):
        return True
    # One platform or several to try, each with its own options: "wayland;xcb", "linuxfb:fb=/dev/fb1".
    platforms = os.environ.get("QT_QPA_PLATFORM", "").split(";")
    if any(platform.split(":")[0].strip() in SCREENLESS for platform in platforms):
        return True
    return bool(os.environ.get("WAYLAND_DISPLAY")) or _answers(os.environ.get("DISPLAY", ""))


def _answers(display: str) -> bool:
    """Tell whether an X server of this machine takes connections; of one elsewhere, whether it is named."""
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    if local is None:
        return bool(display)
    path = f"/tmp/.X11-unix/X{local[1]}"  # noqa: S108  # where X servers listen
    for address in (path, f"\0{path}"):
        with socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            server.connect(address)
            return True
    return False
