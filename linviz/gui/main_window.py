"""The window: builds the parts and connects them."""

import logging
import math
import random
from dataclasses import replace

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow

from linviz.core.command import Command, Load, RunTo, SetLearningRate
from linviz.core.condition import Condition
from linviz.core.place import Place
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst, Freshness, Phase, Snapshot
from linviz.core.terms import Index
from linviz.core.travel import Travel
from linviz.gui.advice import on_divergence
from linviz.gui.backend import Backend
from linviz.gui.commands import COMMANDS, build_actions
from linviz.gui.desk import Desk
from linviz.gui.display import Display
from linviz.gui.faults import Faults
from linviz.gui.first_paint import FirstPaint
from linviz.gui.focus_keys import FocusKeys
from linviz.gui.preferences import Preferences
from linviz.gui.run_dialogs import RunDialogs
from linviz.gui.status_line import LOADING, NOT_LOADED, StatusLine
from linviz.gui.traveller import Traveller
from linviz.gui.view_state import ViewState
from linviz.gui.window_dialogs import WindowDialogs
from linviz.gui.window_menus import fill_menus

NOT_FINITE, MET = "not finite", "met"
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
    settled = Signal()
    """A snapshot is shown, and no run is on."""

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
        self.desk = Desk(self.commands, self._settings, self)
        self.tool_bar, self.message, self.equation = self.desk.tool_bar, self.desk.message, self.desk.equation
        self.loss, self.code, self.tour, self.why = self.desk.loss, self.desk.code, self.desk.tour, self.desk.why
        self.setCentralWidget(self.desk)
        self.desk.setFocus()
        self.setMinimumSize(*LEAST_SIZE)
        self._status = StatusLine(self.statusBar())
        self._display = Display(self.desk, self._status.speed, self)
        self.traveller = Traveller(self.commands, self.desk.time_line, self)
        self.view = ViewState(self, self.desk, self.commands, preferences)
        self.dialogs = WindowDialogs(self, self.message, self.commands)
        self.run_dialogs = RunDialogs(self)
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
        self.commands["tour"].triggered.connect(self._on_tour)
        for part in (self.loss.selected, self.why.chosen, self.tour.chosen):
            part.connect(self.go_to)
        self.code.asked.connect(self._on_line_chosen)
        self.tour.asked.connect(self._on_cell_asked)
        self.tour.left.connect(self._on_tour_left)
        self.traveller.asked.connect(self._submit)
        self.desk.time_line.speed.changed.connect(self.backend.set_speed)
        self._display.placed.connect(self._on_placed)
        self.backend.delivered.connect(self.tour.take_burst)
        self.backend.done.connect(self.tour.take_done)
        self.backend.done.connect(self._on_done)
        self.backend.failed.connect(self.tour.give_up)
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
        self.code.show_source(self._source, self._settings)
        if isinstance(self._source, Recipe):
            self._display.start(*self._source.shape)
        else:
            start = Snapshot.at_start(self._source, self._settings)
            self._display.start(*start.shape)
            self.equation.show_snapshot(start)
        self._enable_updates_again(False)

    @Slot()
    def _on_painted(self) -> None:
        self.backend.start(self._source, self._settings)

    @Slot(object)
    def _submit(self, command: Command | Travel) -> None:
        if isinstance(command, Load):
            self._source = command.source
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
        if burst.snapshot.loss is None or math.isfinite(burst.snapshot.loss):
            self.message.withdraw(NOT_FINITE)
        if burst.met:
            self.message.say(f"Stopped after step {burst.snapshot.step:,}: {burst.met}.", topic=MET)
        if self._display.show_burst(burst, self.backend.fast):
            self.why.show_snapshot(burst.snapshot, self.backend.fast)
            self._follow_settings(burst.snapshot.settings)
            self._tell_state()
            if before is None:
                self.ready.emit()
            self.shown.emit()
            if not self.backend.running:
                self.settled.emit()

    def _follow_settings(self, settings: Settings) -> None:
        """Show the rate that is in force: after undo or in the past it is another one than was chosen last."""
        if settings != self._settings and not self.backend.busy:
            self._settings = settings
            self.tool_bar.learning_rate.show_rate(settings.learning_rate)

    @Slot()
    def _on_done(self) -> None:
        """Make up for what waited until nothing was on its way: a question is answered after the last moment came."""
        if self.snapshot is not None:
            self._follow_settings(self.snapshot.settings)
            self._tell_state()

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
            self.run(self.run_dialogs.until)
        else:
            self.backend.pause()

    def run(self, until: tuple[Condition, ...]) -> None:
        """Repeat Step until paused, or until a condition holds."""
        self.message.withdraw(MET)
        self.backend.run(until)
        self._enable_updates_again(True)

    @Slot(bool)
    def _on_running_changed(self, running: bool) -> None:
        run = self.commands["run"]
        run.setChecked(running)
        self.equation.end_flash()
        run.setText("Pause" if running else "Run")
        self.tool_bar.show_running(running)
        if not running and self.snapshot is not None:
            # The burst that would have brought the numbers up to date may never come.
            self._display.show_numbers(self.snapshot)
            self.why.show_snapshot(self.snapshot, live=False)
            self.settled.emit()
        self._tell_state()

    @Slot(object, bool)
    def _on_line_chosen(self, phase: Phase, by_hand: bool) -> None:
        self._submit(RunTo(phase, by_hand))

    @Slot()
    def _on_tour(self) -> None:
        self.desk.show_tour(True)
        self.tour.begin()

    @Slot()
    def _on_tour_left(self) -> None:
        self.desk.show_tour(False)
        self.desk.setFocus()

    @Slot()
    def _on_cell_asked(self) -> None:
        for command in self.tour.commands(idle=not self.backend.busy):
            self._submit(command)

    @Slot()
    def _on_new_seed(self) -> None:
        self._submit(Load(Recipe(*self._source.shape, self._seeds.randrange(SEEDS))))

    @Slot()
    def _on_open_notebook(self) -> None:
        self._submit(Load(Problem.notebook()))

    @Slot(object)
    def _on_placed(self, place: Place) -> None:
        assert self.snapshot is not None  # noqa: S101  # a place comes with one; this tells the type checker
        self.traveller.show_place(place, self.snapshot.problem)

    @Slot(float)
    def _on_learning_rate(self, rate: float) -> None:
        before = self._settings.learning_rate
        self._settings = replace(self._settings, learning_rate=rate)
        self.traveller.edit(SetLearningRate(rate), SetLearningRate(before), f"learning rate {before:g}", "rate")

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
