"""How the window looks: theme, size of text, layout; taken from and kept in the preferences."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow

from linviz.gui.appearance import Appearance
from linviz.gui.commands import colour_icons
from linviz.gui.desk import Desk
from linviz.gui.preferences import Preferences, wrong
from linviz.gui.recent_files import RecentFiles

SAVED_SWITCHES = ("as_stored", "moves", "remembered", "log_scale", "excess", "by_hand")
SAVED = ("size", "position", "maximized", "splitter", "below", "page")
"""What a session takes along."""
TITLE = 30
TEXT_STEPS = {"larger_text": 1, "smaller_text": -1, "normal_text": 0}


class ViewState(QObject):
    """Carries out the commands of the View menu on the parts of a window.

    Parameters
    ----------
    window
        The window; its parts are given beside it.
    desk
        Its parts.
    recent
        The menu of recent files.
    preferences
        What the person chose before; `keep` writes back to them.
    """

    def __init__(
        self,
        window: QMainWindow,
        desk: Desk,
        actions: dict[str, QAction],
        recent: RecentFiles,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window, self._desk, self._recent = window, desk, recent
        self._actions, self._preferences = actions, preferences
        self.appearance = Appearance(preferences.theme_now or preferences.theme, preferences.text_scale, self)
        self.appearance.changed.connect(self.apply)
        desk.splitter.splitterMoved.connect(self._on_splitter_moved)
        desk.below.splitterMoved.connect(self._on_below_moved)
        for name in TEXT_STEPS:
            actions[name].triggered.connect(self._on_text_size)
        for name in (name for name in actions if name.startswith("theme_")):
            actions[name].triggered.connect(self._on_theme)
        self._switches = {
            "as_stored": desk.equation.set_as_stored,
            "moves": desk.equation.set_stacked,
            "remembered": desk.equation.memory.set_wanted,
            "flash": desk.equation.set_flashes,
            "log_scale": desk.loss.plot.set_log,
            "excess": desk.loss.plot.set_excess,
        }
        for name, switch in self._switches.items():
            actions[name].toggled.connect(switch)
        for name in ("moves", "as_stored"):
            actions[name].toggled.connect(self._on_measures_changed)
        desk.equation.measures_changed.connect(self._on_measures_changed)
        actions["own_units"].toggled.connect(desk.equation.set_own_units)
        actions["own_units"].setEnabled(False)
        desk.equation.scaled_changed.connect(self._on_scaled_changed)
        for plot in (desk.loss.plot, desk.landscape.plot):
            actions["reset_zoom"].triggered.connect(plot.reset_zoom)
        actions["full_screen"].triggered.connect(self._on_full_screen)
        actions["reset_layout"].triggered.connect(self._on_reset_layout)

    def restore(self) -> None:
        """Take up what the person chose before."""
        preferences = self._preferences
        self._actions[f"theme_{self.appearance.choice}"].setChecked(True)
        for name, switch in self._switches.items():
            chosen = getattr(preferences, name)
            self._actions[name].setChecked(chosen)
            switch(chosen)  # also what was so before, of which no action tells
        self._desk.tour.at = preferences.tour
        self._desk.share_width(preferences.below)
        self._desk.theory.show_page(preferences.page)
        self._actions["ask"].setChecked(preferences.ask)
        self._recent.paths = preferences.recent
        self.memory = preferences.memory
        self._fit(QSize(*preferences.size))
        if preferences.maximized:
            self._window.setWindowState(Qt.WindowState.WindowMaximized)
        self.apply()

    def keep(self) -> None:
        """Write down what the person chose.

        Raises
        ------
        OSError
            If the file can't be written.
        """
        preferences, window = self._preferences, self._window
        preferences.text_scale = self.appearance.text_scale
        preferences.maximized = window.isMaximized()
        if not (window.isMaximized() or window.isFullScreen()):
            preferences.size = window.width(), window.height()
        for name in self._switches:
            setattr(preferences, name, self._actions[name].isChecked())
        preferences.tour = self._desk.tour.at
        preferences.page = self._desk.theory.page
        preferences.ask = self._actions["ask"].isChecked()
        preferences.recent = self._recent.paths
        preferences.memory = self.memory
        preferences.save()

    def layout(self) -> dict[str, Any]:
        """Give what of this a session takes along, as a file can hold it."""
        window = self._window
        switches = {name: self._actions[name].isChecked() for name in SAVED_SWITCHES}
        whole = window.isMaximized() or window.isFullScreen()
        size = {} if whole else {"size": [window.width(), window.height()], "position": [window.x(), window.y()]}
        parts = {"splitter": [*self._preferences.splitter], "below": [*self._preferences.below]}
        return {"maximized": whole, "page": self._desk.theory.page, **parts, **size, **switches}

    def lay_out(self, layout: Mapping[str, Any]) -> str:
        """Take up what a session brings; give a sentence if something of it makes no sense, and then change nothing."""
        known = {name: value for name, value in layout.items() if name in (*SAVED_SWITCHES, *SAVED)}
        complaint = wrong(known)
        if complaint:
            return f"The file's layout of the window can't be used: {complaint}."
        for name in SAVED_SWITCHES:
            self._actions[name].setChecked(known.get(name, self._actions[name].isChecked()))
        self._window.setWindowState(
            Qt.WindowState.WindowMaximized if known.get("maximized") else Qt.WindowState.WindowNoState
        )
        if "size" in known:
            self._fit(QSize(*known["size"]))
        if "position" in known:
            self._move(QPoint(*known["position"]))
        self._preferences.splitter = tuple(known.get("splitter", ()))
        self._preferences.below = tuple(known.get("below", ()))
        self._desk.share_width(self._preferences.below)
        self._desk.theory.show_page(known.get("page", ""))
        self._on_measures_changed()
        return ""

    def _fit(self, size: QSize) -> None:
        """Have the window this large, or as large as the screen: it may be a smaller one than last time."""
        if QGuiApplication.platformName() != "offscreen":  # whose screen is a made-up one of 800 x 800
            size = size.boundedTo(self._window.screen().availableSize())
        self._window.resize(size)

    def _move(self, corner: QPoint) -> None:
        """Put the window where it was, if all of its title is on a screen there."""
        title = QRect(corner, QSize(self._window.width(), TITLE))
        if any(screen.availableGeometry().contains(title) for screen in QGuiApplication.screens()):
            self._window.move(corner)

    @Slot()
    def share_height(self) -> None:
        """Share the height out anew."""
        self._desk.share_height(self._preferences.splitter)

    @Slot()
    def apply(self) -> None:
        """Draw everything in the theme and the size of text in force."""
        theme = self.appearance.theme
        QApplication.setPalette(theme.palette())
        self._window.setStyleSheet(self.appearance.style_sheet())
        colour_icons(self._actions, theme)
        self._desk.set_theme(theme, self.appearance.text_scale)
        self._on_measures_changed()

    @Slot()
    def _on_measures_changed(self) -> None:
        QTimer.singleShot(0, self, self.share_height)  # when all parts know their new size

    @Slot(bool)
    def _on_scaled_changed(self, scaled: bool) -> None:
        """Offer to undo in the numbers what was done to the data, if something was."""
        action = self._actions["own_units"]
        action.setChecked(scaled and action.isChecked())
        action.setEnabled(scaled)
        self._on_measures_changed()

    @Slot()
    def _on_theme(self) -> None:
        self._preferences.theme = self.sender().objectName().removeprefix("theme_")
        self.appearance.choose(self._preferences.theme)

    @Slot()
    def _on_text_size(self) -> None:
        self.appearance.scale_text(TEXT_STEPS[self.sender().objectName()])

    @Slot()
    def _on_full_screen(self) -> None:
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def _on_reset_layout(self) -> None:
        self._preferences.splitter = self._preferences.below = ()
        self._desk.share_width(())
        self._window.setWindowState(Qt.WindowState.WindowNoState)
        self._window.resize(*Preferences().size)
        self.share_height()

    @Slot()
    def _on_splitter_moved(self) -> None:
        self._preferences.splitter = tuple(self._desk.splitter.sizes())

    @Slot()
    def _on_below_moved(self) -> None:
        self._preferences.below = self._desk.widths
