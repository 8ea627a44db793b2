"""How the window looks: theme, size of text, layout; taken from and kept in the preferences."""

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter

from linviz.gui.appearance import Appearance
from linviz.gui.commands import colour_icons
from linviz.gui.equation import Equation
from linviz.gui.loss_card import LossCard
from linviz.gui.message_bar import MessageBar
from linviz.gui.preferences import Preferences
from linviz.gui.tool_bar import ToolBar
from linviz.gui.why_panel import WhyPanel

EQUATION_SHARE = 0.6
"""Of the height, that the equation takes at most by itself."""
TEXT_STEPS = {"larger_text": 1, "smaller_text": -1, "normal_text": 0}


class ViewState(QObject):
    """Carries out the commands of the View menu on the parts of a window.

    Parameters
    ----------
    window
        The window; its parts are given beside it.
    splitter
        Equation above, the other parts below.
    preferences
        What the person chose before; `keep` writes back to them.
    """

    def __init__(
        self,
        window: QMainWindow,
        tool_bar: ToolBar,
        message: MessageBar,
        equation: Equation,
        loss: LossCard,
        why: WhyPanel,
        splitter: QSplitter,
        actions: dict[str, QAction],
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window, self._splitter = window, splitter
        self._tool_bar, self._message, self._equation, self._loss = tool_bar, message, equation, loss
        self._why = why
        self._actions, self._preferences = actions, preferences
        self.appearance = Appearance(preferences.theme_now or preferences.theme, preferences.text_scale, self)
        self.appearance.changed.connect(self.apply)
        splitter.splitterMoved.connect(self._on_splitter_moved)
        for name in TEXT_STEPS:
            actions[name].triggered.connect(self._on_text_size)
        for name in (name for name in actions if name.startswith("theme_")):
            actions[name].triggered.connect(self._on_theme)
        actions["as_stored"].triggered.connect(equation.set_as_stored)
        actions["log_scale"].triggered.connect(loss.plot.set_log)
        actions["reset_zoom"].triggered.connect(loss.plot.reset_zoom)
        actions["full_screen"].triggered.connect(self._on_full_screen)
        actions["reset_layout"].triggered.connect(self._on_reset_layout)

    def restore(self) -> None:
        """Take up what the person chose before."""
        preferences = self._preferences
        self._actions[f"theme_{self.appearance.choice}"].setChecked(True)
        self._actions["as_stored"].setChecked(preferences.as_stored)
        self._actions["log_scale"].setChecked(preferences.log_scale)
        self._equation.set_as_stored(preferences.as_stored)
        self._loss.plot.set_log(preferences.log_scale)
        size = QSize(*preferences.size)
        if QGuiApplication.platformName() != "offscreen":  # whose screen is a made-up one of 800 x 800
            size = size.boundedTo(self._window.screen().availableSize())  # it may be a smaller one than last time
        self._window.resize(size)
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
        preferences.as_stored = self._actions["as_stored"].isChecked()
        preferences.log_scale = self._actions["log_scale"].isChecked()
        preferences.save()

    @Slot()
    def share_height(self) -> None:
        """Give the equation what it needs, the rest to the parts below; or what the person gave it."""
        height = self._splitter.height()
        hint = min(self._equation.sizeHint().height(), round(height * EQUATION_SHARE))
        self._splitter.setSizes(list(self._preferences.splitter) or [hint, height - hint])

    @Slot()
    def apply(self) -> None:
        """Draw everything in the theme and the size of text in force."""
        theme = self.appearance.theme
        QApplication.setPalette(theme.palette())
        self._window.setStyleSheet(self.appearance.style_sheet())
        colour_icons(self._actions, theme)
        for part in (self._tool_bar, self._equation, self._message):
            part.set_theme(theme)
        for wide in (self._loss, self._why):
            wide.set_theme(theme, self.appearance.text_scale)
        QTimer.singleShot(0, self, self.share_height)  # when all parts know their new size

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
        self._preferences.splitter = ()
        self._window.setWindowState(Qt.WindowState.WindowNoState)
        self._window.resize(*Preferences().size)
        self.share_height()

    @Slot()
    def _on_splitter_moved(self) -> None:
        self._preferences.splitter = tuple(self._splitter.sizes())
