"""A picture of a widget as a PNG file."""

from pathlib import Path

from PySide6.QtCore import QIODevice, QSaveFile
from PySide6.QtWidgets import QWidget


def save_png(widget: QWidget, path: Path) -> None:
    """Draw a widget as it is into a file, all or nothing.

    Raises
    ------
    OSError
        If the file can't be written.
    """
    if path.exists() and not path.is_file():
        raise OSError(f"{path} can't be written: it is not a file")  # QSaveFile would put one in a device's place
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise OSError(f"{path} can't be written: {file.errorString()}")
    if not widget.grab().save(file, "PNG") or not file.commit():
        raise OSError(f"{path} can't be written: {file.errorString()}")
