"""The theme in force: chosen by the person, or the system's."""

from functools import cache

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication

from linviz.errors import InputError
from linviz.gui.theme import THEMES, Theme
from linviz.resources import resource

CHOICES = ("system", *THEMES)
TEXT_SCALES = (0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.5)


class Appearance(QObject):
    """Holds the choice of theme and text size, and says when what follows from it has changed.

    Parameters
    ----------
    choice
        One of `CHOICES`; ``"system"`` follows the desktop, also while the window is open.
    text_scale
        Factor of every size of text.
    """

    changed = Signal()

    def __init__(self, choice: str, text_scale: float, parent: QObject) -> None:
        super().__init__(parent)
        _load_fonts()
        if QApplication.style().objectName() != "fusion":
            QApplication.setStyle("Fusion")  # the only style whose every part follows a palette on every platform
        self._choice, self._scale = choice, text_scale
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)

    @property
    def choice(self) -> str:
        """What was chosen: one of `CHOICES`."""
        return self._choice

    @property
    def theme(self) -> Theme:
        """The theme to draw with."""
        if self._choice in THEMES:
            return THEMES[self._choice]
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return THEMES["dark" if dark else "light"]

    @property
    def text_scale(self) -> float:
        """Factor of every size of text; one of `TEXT_SCALES`."""
        return self._scale

    def style_sheet(self) -> str:
        """Give the window's style sheet."""
        return self.theme.style_sheet(self._scale)

    def choose(self, choice: str) -> None:
        """Take another theme.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        if choice not in CHOICES:
            raise InputError(f"theme must be {', '.join(CHOICES)}, got {choice}")
        self._choice = choice
        self.changed.emit()

    def scale_text(self, steps: int) -> None:
        """Make text larger (or smaller) by this many of `TEXT_SCALES`; 0 goes back to 1."""
        at = TEXT_SCALES.index(self._scale) + steps if steps else TEXT_SCALES.index(1.0)
        self._scale = TEXT_SCALES[min(max(at, 0), len(TEXT_SCALES) - 1)]
        self.changed.emit()

    @Slot(Qt.ColorScheme)
    def _on_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._choice == "system":
            self.changed.emit()


@cache
def _load_fonts() -> None:
    for file in sorted(resource("fonts").glob("*.[ot]tf")):
        if QFontDatabase.addApplicationFont(str(file)) < 0:
            raise FileNotFoundError(f"the font {file} can't be read: the installation is incomplete, install it again")
