"""The window: builds the parts and connects them."""

import random
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMainWindow, QSplitter, QVBoxLayout, QWidget

from linviz.core.command import Load, SetLearningRate
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst, Freshness, Snapshot
from linviz.gui.appearance import Appearance
from linviz.gui.backend import Backend
from linviz.gui.commands import COMMANDS, build_actions, colour_icons
from linviz.gui.dialogs import about_dialog, shortcuts_dialog
from linviz.gui.display import Display
from linviz.gui.equation import Equation
from linviz.gui.faults import Faults
from linviz.gui.focus_keys import FocusKeys
from linviz.gui.loss_card import LossCard
from linviz.gui.message_bar import MessageBar
from linviz.gui.picture import save_png
from linviz.gui.preferences import Preferences
from linviz.gui.tool_bar import ToolBar
from linviz.gui.window_menus import fill_menus

if TYPE_CHECKING:
    from collections.abc import Callable

EQUATION_SHARE = 0.56
"""Of the height, that the equation takes at most by itself."""
SEEDS = 10_000
"""New seed draws one below this: short enough to say and to type."""
START_WITHOUT_PAINT = 1000
"""Milliseconds after which PyTorch is loaded although the window was never painted, as when it starts minimized."""


class MainWindow(QMainWindow):
    """One problem, seen completely.

    Parameters
    ----------
    problem
        What to train, or the recipe for it; by default the notebook's.
    settings
        How to train it.
    preferences
        What the person chose before; by default read from the person's own file.
    """

    ready = Signal()
    """The first snapshot is shown."""
    shown = Signal()
    """A snapshot is shown, in every panel."""

    def __init__(
        self,
        problem: Problem | Recipe | None = None,
        settings: Settings | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        super().__init__()
        self.snapshot: Snapshot | None = None
        self._source = problem or Problem.notebook()
        self._settings = settings or Settings()
        self._preferences = preferences or Preferences.load()
        self._seeds = random.SystemRandom()
        self.faults = Faults(self)
        self.backend = Backend(self)
        self.appearance = Appearance(self._preferences.theme, self._preferences.text_scale, self)
        self.commands = build_actions(self)
        self.addActions(list(self.commands.values()))
        FocusKeys(self)
        self._build()
        self._connect()
        self._restore()
        self._on_appearance_changed()
        self._show_preview()
        QTimer.singleShot(0, self, self._start_unseen)

    def _build(self) -> None:
        self.setWindowTitle("linviz")
        fill_menus(self.menuBar(), self.commands)
        self.message = MessageBar(self)
        self.tool_bar = ToolBar(self.commands, self._settings, self)
        self.equation, self.loss = Equation(self), LossCard(self.commands, self)
        self.parts_below = QSplitter(Qt.Orientation.Horizontal, self)
        self.parts_below.addWidget(self.loss)
        self.parts_below.setContentsMargins(10, 2, 10, 8)
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.equation)
        self.splitter.addWidget(self.parts_below)
        self.splitter.setStretchFactor(1, 1)
        central = QWidget(self)
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.tool_bar, self.message, self.splitter):
            column.addWidget(widget, 1 if widget is self.splitter else 0)
        self.setCentralWidget(central)
        # The focus starts, and a click leaves it, where no key is needed, so that all of them are commands.
        central.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        central.setFocus()
        self._state, self._speed, self._about_run = (QLabel(self) for _ in range(3))
        self._state.setObjectName("state")
        self.statusBar().addWidget(self._state)
        self.statusBar().addPermanentWidget(self._speed)
        self.statusBar().addPermanentWidget(self._about_run)
        self.statusBar().setSizeGripEnabled(False)
        self._display = Display(self.equation, self.loss, self.tool_bar.phases, self._speed, self)

    def _connect(self) -> None:
        slots: dict[str, Callable[..., object]] = {
            "save_picture": self._on_save_picture,
            "quit": self.close,
            "run": self._on_run,
            "new_seed": self._on_new_seed,
            "larger_text": self._on_text_size,
            "smaller_text": self._on_text_size,
            "normal_text": self._on_text_size,
            "as_stored": self.equation.set_as_stored,
            "log_scale": self.loss.plot.set_log,
            "reset_zoom": self.loss.plot.reset_zoom,
            "reset_layout": self._on_reset_layout,
            "full_screen": self._on_full_screen,
            "shortcuts": self._on_shortcuts,
            "about": self._on_about,
        }
        for entry in COMMANDS:
            slot = self._on_command if entry.command else slots.get(entry.name, self._on_theme)
            self.commands[entry.name].triggered.connect(slot)
        self.backend.delivered.connect(self._on_delivered)
        self.backend.failed.connect(self.faults.report)
        self.backend.running_changed.connect(self._on_running_changed)
        self.faults.reported.connect(self._on_fault)
        self.appearance.changed.connect(self._on_appearance_changed)
        self._display.broke.connect(self._on_broke)
        self.tool_bar.learning_rate.changed.connect(self._on_learning_rate)
        self.tool_bar.learning_rate.complained.connect(self._on_complained)
        self.splitter.splitterMoved.connect(self._on_splitter_moved)

    def _restore(self) -> None:
        """Take up what the person chose before."""
        preferences = self._preferences
        self.commands[f"theme_{self.appearance.choice}"].setChecked(True)
        self.commands["as_stored"].setChecked(preferences.as_stored)
        self.commands["log_scale"].setChecked(preferences.log_scale)
        self.equation.set_as_stored(preferences.as_stored)
        self.loss.plot.set_log(preferences.log_scale)
        self.resize(*preferences.size)
        if preferences.maximized:
            self.setWindowState(Qt.WindowState.WindowMaximized)
        if preferences.problem:
            self.message.say(preferences.problem)

    def _show_preview(self) -> None:
        """Show the start before PyTorch is there, as far as it is known."""
        self._state.setText("Loading PyTorch … clicks wait their turn")
        if isinstance(self._source, Recipe):
            self._display.start(self._source.samples, self._source.inputs, self._source.outputs)
        else:
            self._display.show_start(Snapshot.at_start(self._source, self._settings))
        self._enable_updates_again(None)

    def _start_unseen(self) -> None:
        # A window that is shown starts the backend when it has been painted; a test may never show it.
        if not self.isVisible():
            self._start()
        else:
            QTimer.singleShot(START_WITHOUT_PAINT, self, self._start)

    @Slot()
    def _start(self) -> None:
        self.backend.start(self._source, self._settings)

    @Slot(object)
    def _on_delivered(self, burst: Burst) -> None:
        first = self.snapshot is None
        self.snapshot = burst.snapshot
        if burst.snapshot.at_its_start:
            self.message.hide()
        whole = self._display.show_burst(burst, self.backend.running)
        if whole:
            settings = burst.snapshot.settings
            self._state.setText("Running …" if self.backend.running else self._display.describe(burst.snapshot))
            self._about_run.setText(f"{burst.snapshot.problem} · {settings.dtype} · cpu")
            self._enable_updates_again(burst.snapshot)
        if first:
            self.ready.emit()
        if whole:
            self.shown.emit()

    def _enable_updates_again(self, snapshot: Snapshot | None) -> None:
        there = snapshot is not None and snapshot.freshness("weight_grad") is not Freshness.NONE
        for name in ("update_again", "update_again_by_hand"):
            self.commands[name].setEnabled(there)

    @Slot()
    def _on_command(self) -> None:
        name = self.sender().objectName()
        self.backend.submit(next(entry.command for entry in COMMANDS if entry.name == name and entry.command))

    @Slot(bool)
    def _on_run(self, running: bool) -> None:
        if running:
            self.backend.run()
        else:
            self.backend.pause()

    @Slot(bool)
    def _on_running_changed(self, running: bool) -> None:
        run = self.commands["run"]
        run.setChecked(running)
        run.setText("Pause" if running else "Run")
        self.tool_bar.show_running(running)

    @Slot()
    def _on_new_seed(self) -> None:
        moment = self.snapshot
        if moment is None:
            return
        self.backend.submit(Load(Recipe(*moment.shape, self._seeds.randrange(SEEDS))))

    @Slot(float)
    def _on_learning_rate(self, rate: float) -> None:
        self.backend.submit(SetLearningRate(rate))

    @Slot(str)
    def _on_complained(self, wrong: str) -> None:
        self._state.setText(wrong)

    @Slot(object)
    def _on_broke(self, snapshot: Snapshot) -> None:
        rate = snapshot.settings.learning_rate
        self.message.say(
            f"The loss is not finite any more: it is {snapshot.loss:g} after step {snapshot.step}, so the run stopped. "
            f"With learning rate {rate:g} each step goes further past the minimum than the one before. "
            f"Try a smaller one, {rate / 10:g} say, and Reset (R)."
        )

    @Slot(str, str)
    def _on_fault(self, text: str, details: str) -> None:
        self.message.say(text, "error", details)

    @Slot()
    def _on_theme(self) -> None:
        choice = self.sender().objectName().removeprefix("theme_")
        self.appearance.choose(choice)

    @Slot()
    def _on_text_size(self) -> None:
        steps = {"larger_text": 1, "smaller_text": -1, "normal_text": 0}
        self.appearance.scale_text(steps[self.sender().objectName()])

    @Slot()
    def _on_appearance_changed(self) -> None:
        theme, scale = self.appearance.theme, self.appearance.text_scale
        QApplication.setPalette(theme.palette())
        self.setStyleSheet(self.appearance.style_sheet())
        colour_icons(self.commands, theme)
        for part in (self.tool_bar, self.equation, self.message):
            part.set_theme(theme)
        self.loss.set_theme(theme, scale)
        self._share_height()

    @Slot()
    def _on_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def _on_reset_layout(self) -> None:
        self._preferences.splitter = ()
        self.setWindowState(Qt.WindowState.WindowNoState)
        self.resize(*Preferences().size)
        self._share_height()

    @Slot()
    def _on_splitter_moved(self) -> None:
        self._preferences.splitter = tuple(self.splitter.sizes())

    def _share_height(self) -> None:
        """Give the equation what it needs, the rest to the parts below; or what the person gave it."""
        height = self.splitter.height()
        hint = min(self.equation.sizeHint().height(), round(height * EQUATION_SHARE))
        self.splitter.setSizes(list(self._preferences.splitter) or [hint, height - hint])

    @Slot()
    def _on_shortcuts(self) -> None:
        shortcuts_dialog(self).show()

    @Slot()
    def _on_about(self) -> None:
        about_dialog(self).show()

    @Slot()
    def _on_save_picture(self) -> None:
        dialog = QFileDialog(self, "Save picture", "linviz.png", "PNG (*.png)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_picture_chosen)
        dialog.open()

    @Slot(str)
    def _on_picture_chosen(self, path: str) -> None:
        save_png(self, Path(path))

    def _keep(self) -> None:
        """Keep what the person chose."""
        preferences = self._preferences
        preferences.theme, preferences.text_scale = self.appearance.choice, self.appearance.text_scale
        preferences.maximized = self.isMaximized()
        if not (self.isMaximized() or self.isFullScreen()):
            preferences.size = self.width(), self.height()
        preferences.as_stored = self.commands["as_stored"].isChecked()
        preferences.log_scale = self.commands["log_scale"].isChecked()
        preferences.save()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest and not self.backend.started:
            # The first picture is on the screen now; loading PyTorch would have held it up.
            QTimer.singleShot(0, self, self._start)
        return handled

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._share_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_height()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.hide()  # the worker may take a second to end while PyTorch is loading
        try:
            self._keep()
        except OSError as error:
            self.faults.report(error)
        self.backend.close()
        self.faults.uninstall()
        super().closeEvent(event)
