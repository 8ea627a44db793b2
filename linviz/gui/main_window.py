"""The window: builds the parts and connects them."""

import logging
import random

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from linviz.core.command import Command, Load, SetLearningRate
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst, Freshness, Snapshot
from linviz.core.terms import Index
from linviz.gui.advice import on_divergence
from linviz.gui.backend import Backend
from linviz.gui.commands import COMMANDS, build_actions
from linviz.gui.display import Display
from linviz.gui.equation import Equation
from linviz.gui.faults import Faults
from linviz.gui.first_paint import FirstPaint
from linviz.gui.focus_keys import FocusKeys
from linviz.gui.loss_card import LossCard
from linviz.gui.message_bar import MessageBar
from linviz.gui.preferences import Preferences
from linviz.gui.status_line import LOADING, NOT_LOADED, StatusLine
from linviz.gui.tool_bar import ToolBar
from linviz.gui.view_state import ViewState
from linviz.gui.why_panel import WhyPanel
from linviz.gui.window_dialogs import WindowDialogs
from linviz.gui.window_menus import fill_menus

NOT_FINITE = "not finite"
LEAST_SIZE = 800, 560
SEEDS = 10_000  # New seed draws one below this: short enough to say and to type


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

    Attributes
    ----------
    snapshot
        The last moment delivered, or none before the first.
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
        self._seeds = random.SystemRandom()
        self.faults = Faults(self)
        self.backend = Backend(self)
        self.commands = build_actions(self)
        self.addActions(list(self.commands.values()))
        FocusKeys(self)
        self._build(preferences or Preferences.load())
        self._connect()
        self.view.restore()
        self._show_preview()
        # Loading PyTorch would have held up the first picture.
        FirstPaint(self).painted.connect(self._on_painted)

    def _build(self, preferences: Preferences) -> None:
        self.setWindowTitle("linviz")
        fill_menus(self.menuBar(), self.commands)
        self.tool_bar, self.message = ToolBar(self.commands, self._settings, self), MessageBar(self)
        self.equation, self.loss, self.why = Equation(self), LossCard(self.commands, self), WhyPanel(self)
        # Code and landscape will stand between the two.
        self.parts_below = QSplitter(Qt.Orientation.Horizontal, self)
        self.parts_below.addWidget(self.loss)
        self.parts_below.addWidget(self.why)
        self.parts_below.setStretchFactor(0, 3)
        self.parts_below.setStretchFactor(1, 2)
        self.parts_below.setSizes([640, 360])
        self.parts_below.setHandleWidth(8)
        self.parts_below.setChildrenCollapsible(False)
        self.parts_below.setContentsMargins(10, 2, 10, 8)
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.equation.in_scroll_area())
        self.splitter.addWidget(self.parts_below)
        self.splitter.setStretchFactor(1, 1)
        central = QWidget(self)
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tool_bar)
        framed = QVBoxLayout()
        framed.setContentsMargins(10, 0, 10, 0)
        framed.addWidget(self.message)
        column.addLayout(framed)
        column.addWidget(self.splitter, 1)
        self.setCentralWidget(central)
        # The focus starts, and a click leaves it, where no key is needed, so that all of them are commands.
        central.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        central.setFocus()
        self.setMinimumSize(*LEAST_SIZE)
        self._status = StatusLine(self.statusBar())
        self._display = Display(self.equation, self.loss, self.tool_bar.phases, self._status.speed, self)
        self.view = ViewState(
            self,
            self.tool_bar,
            self.message,
            self.equation,
            self.loss,
            self.why,
            self.splitter,
            self.commands,
            preferences,
        )
        WindowDialogs(self, self.message, self.commands)
        if preferences.complaint:
            self.message.say(preferences.complaint)

    def _connect(self) -> None:
        for entry in COMMANDS:
            if entry.command:
                self.commands[entry.name].triggered.connect(self._on_command)
        self.commands["run"].triggered.connect(self._on_run)
        self.commands["new_seed"].triggered.connect(self._on_new_seed)
        self.commands["open_notebook"].triggered.connect(self._on_open_notebook)
        self.commands["quit"].triggered.connect(self.close)
        for panel in self.equation.panels.values():
            panel.selected.connect(self.why.explain_cell)
        self.loss.selected.connect(self.go_to)
        self.why.explained.connect(self.equation.outline)
        self.why.chosen.connect(self.go_to)
        self.backend.delivered.connect(self._on_delivered)
        self.backend.failed.connect(self._on_failed)
        self.backend.running_changed.connect(self._on_running_changed)
        self.faults.reported.connect(self._on_fault)
        self._display.broke.connect(self._on_broke)
        self.tool_bar.learning_rate.changed.connect(self._on_learning_rate)
        self.tool_bar.learning_rate.complained.connect(self._on_complained)

    def _show_preview(self) -> None:
        """Show the start before PyTorch is there, as far as it is known."""
        self._status.tell(None, LOADING)
        self.loss.plot.set_hint(LOADING)
        if isinstance(self._source, Recipe):
            self._display.start(*self._source.shape)
        else:
            start = Snapshot.at_start(self._source, self._settings)
            self._display.start(*start.shape)
            self._display.show_numbers(start)
        self._enable_updates_again(False)

    @Slot()
    def _on_painted(self) -> None:
        self.backend.start(self._source, self._settings)

    def _submit(self, command: Command) -> None:
        self.backend.submit(command)
        # Whether there will be a gradient is known when the command is done; until then no click is refused.
        self._enable_updates_again(True)

    def _enable_updates_again(self, enabled: bool) -> None:
        for name in ("update_again", "update_again_by_hand"):
            self.commands[name].setEnabled(enabled)

    @Slot(object)
    def _on_delivered(self, burst: Burst) -> None:
        before, self.snapshot = self.snapshot, burst.snapshot
        if before is None:
            self.loss.plot.set_hint("Step, Next phase or Run: here the loss of each step will be drawn")
        elif before.run != burst.snapshot.run:
            self.message.withdraw(NOT_FINITE)
        if self._display.show_burst(burst, self.backend.running):
            self.why.show_snapshot(burst.snapshot, self.backend.running)
            self._tell_state()
            if before is None:
                self.ready.emit()
            self.shown.emit()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.faults.report(error)
        if self.snapshot is None:
            self.loss.plot.set_hint(NOT_LOADED)
        self._tell_state()

    def _tell_state(self) -> None:
        """Say below where the run stands, and offer what can be done there."""
        moment, busy = self.snapshot, self.backend.busy
        if not busy:
            self._enable_updates_again(moment is not None and moment.freshness("weight_grad") is not Freshness.NONE)
        if moment is None:
            self._status.tell(None, LOADING if busy else NOT_LOADED)
        else:
            self._status.tell(moment, "Running …" if self.backend.running else self._display.describe(moment))

    @Slot()
    def _on_command(self) -> None:
        name = self.sender().objectName()
        self._submit(next(entry.command for entry in COMMANDS if entry.name == name and entry.command))

    @Slot(bool)
    def _on_run(self, running: bool) -> None:
        if running:
            self.backend.run()
            self._enable_updates_again(True)
        else:
            self.backend.pause()

    @Slot(bool)
    def _on_running_changed(self, running: bool) -> None:
        run = self.commands["run"]
        run.setChecked(running)
        run.setText("Pause" if running else "Run")
        self.tool_bar.show_running(running)
        if not running and self.snapshot is not None:
            # The burst that would have brought the numbers up to date may never come.
            self._display.show_numbers(self.snapshot)
            self.why.show_snapshot(self.snapshot, live=False)
        self._tell_state()

    @Slot()
    def _on_new_seed(self) -> None:
        self._load(Recipe(*self._source.shape, self._seeds.randrange(SEEDS)))

    @Slot()
    def _on_open_notebook(self) -> None:
        self._load(Problem.notebook())

    def _load(self, source: Problem | Recipe) -> None:
        self._source = source
        self._submit(Load(source))

    @Slot(float)
    def _on_learning_rate(self, rate: float) -> None:
        self._submit(SetLearningRate(rate))

    @Slot(object)
    def _on_broke(self, moment: Snapshot) -> None:
        self.message.say(on_divergence(moment), topic=NOT_FINITE)

    @Slot(str, object)
    def go_to(self, field: str, index: Index) -> None:
        """Select a cell by its stored index, and explain it."""
        self.equation.select(field, index)
        self.why.explain_cell(field, index)  # the loss is in no panel

    @Slot(str)
    def _on_complained(self, complaint: str) -> None:
        self._status.complain(complaint)
        self._tell_state()

    @Slot(str, str)
    def _on_fault(self, text: str, details: str) -> None:
        self.message.say(text, "error", details)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.commands["full_screen"].setChecked(self.isFullScreen())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.view.share_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view.share_height()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.hide()  # the worker may take a second to end while PyTorch is loading
        try:
            self.view.keep()
        except OSError as error:
            logging.getLogger(__name__).error("the settings were not kept: %s", error)
        finally:
            self.backend.close()
            self.faults.uninstall()
            super().closeEvent(event)
