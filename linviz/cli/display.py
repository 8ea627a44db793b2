"""Whether there is a screen to open a window on."""

import os
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
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
