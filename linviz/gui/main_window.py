"""The window: builds the parts and connects them."""

import logging
import math
from pathlib import Path

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QMainWindow

from linviz.core.filing import Opened
from linviz.core.problem import Problem
from linviz.core.session import Session
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst, Freshness, Snapshot
from linviz.core.tables.table import TableSource
from linviz.core.terms import Index
from linviz.gui.advice import on_divergence
from linviz.gui.backend import Backend, Source
from linviz.gui.commands import build_actions
from linviz.gui.desk import Desk
from linviz.gui.display import Display
from linviz.gui.document import Document
from linviz.gui.driver import MET, Driver, shape_of
from linviz.gui.faults import Faults
from linviz.gui.file_commands import FileCommands
from linviz.gui.first_paint import FirstPaint
from linviz.gui.focus_keys import FocusKeys
from linviz.gui.foresight import Foresight
from linviz.gui.preferences import Preferences
from linviz.gui.recent_files import RecentFiles
from linviz.gui.run_dialogs import RunDialogs
from linviz.gui.status_line import LOADING, NOT_LOADED, StatusLine
from linviz.gui.sweeper import Sweeper
from linviz.gui.traveller import Traveller
from linviz.gui.view_state import ViewState
from linviz.gui.window_dialogs import WindowDialogs
from linviz.gui.window_menus import fill_menus

NOT_FINITE = "not finite"
LEAST_SIZE = 800, 560


class MainWindow(QMainWindow):
    """One problem, seen completely.

    Parameters
    ----------
    source
        What to train, the recipe for it, or a session to go on with; by default the notebook's problem.
    settings
        How to train it; a session brings its own.
    preferences
        What the person chose before; by default read from the person's own file.
    path
        The file that the session is from.

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
    closed = Signal()
    """Nothing will be shown or asked any more."""

    def __init__(
        self,
        source: Source | None = None,
        settings: Settings | None = None,
        preferences: Preferences | None = None,
        path: Path | None = None,
    ) -> None:
        super().__init__()
        self.snapshot: Snapshot | None = None
        self._source = source or Problem.notebook()
        self._settings = source.settings if isinstance(source, Session) else settings or Settings()
        self._leaving = self._keeping = False
        self.faults = Faults(self)
        self._sweeper = Sweeper(self)
        self.backend = Backend(self)
        self.commands = build_actions(self)
        self.addActions(list(self.commands.values()))
        FocusKeys(self)
        self._build(preferences or Preferences.load(), path)
        self._connect()
        self.view.restore()
        self._show_preview()
        # Loading PyTorch would have held up the first picture.
        FirstPaint(self).painted.connect(self._on_painted)

    def _build(self, preferences: Preferences, path: Path | None) -> None:
        self.setWindowTitle("linviz")
        self.recent = RecentFiles(self)
        fill_menus(self.menuBar(), self.commands, self.recent)
        self.desk = Desk(self.commands, self._settings, self)
        self.tool_bar, self.message, self.equation = self.desk.tool_bar, self.desk.message, self.desk.equation
        self.loss, self.code, self.tour, self.why = self.desk.loss, self.desk.code, self.desk.tour, self.desk.why
        self.setCentralWidget(self.desk)
        self.desk.setFocus()
        self.setMinimumSize(*LEAST_SIZE)
        self._status = StatusLine(self.statusBar())
        self._display = Display(self.desk, self._status.speed, self)
        self.foresight = Foresight(self.backend, self.desk, self)
        self.traveller = Traveller(self.commands, self.desk.time_line, self)
        self.view = ViewState(self, self.desk, self.commands, self.recent, preferences)
        self.document = Document(self, path)
        self.file_commands = FileCommands(self, self.document)
        self.driver = Driver(self, self._source, self._settings)
        self.dialogs = WindowDialogs(self, self.message, self.commands)
        self.run_dialogs = RunDialogs(self)
        if preferences.complaint:
            self.message.say(preferences.complaint)

    def _connect(self) -> None:
        self.commands["quit"].triggered.connect(self.close)
        self.commands["tour"].triggered.connect(self._on_tour)
        for part in (self.loss.selected, self.why.chosen, self.tour.chosen):
            part.connect(self.go_to)
        self.tour.left.connect(self._on_tour_left)
        self.desk.time_line.speed.changed.connect(self.backend.set_speed)
        self._display.placed.connect(self.traveller.show_place)
        self.shown.connect(self.foresight.check)
        self.desk.landscape.asked.connect(self.backend.submit)
        self.desk.landscape.moved.connect(self.traveller.edit)
        self.backend.opened.connect(self._on_opened)
        self.backend.delivered.connect(self.tour.take_burst)
        for take_done in (self.desk.landscape.take_done, self.tour.take_done, self._on_done):
            self.backend.done.connect(take_done)
        self.backend.failed.connect(self.tour.give_up)
        self.backend.delivered.connect(self._on_delivered)
        self.backend.failed.connect(self._on_failed)
        self.backend.running_changed.connect(self._on_running_changed)
        self.faults.reported.connect(self._on_fault)
        self._display.broke.connect(self._on_broke)
        self.tool_bar.learning_rate.complained.connect(self._on_complained)

    def _show_preview(self) -> None:
        """Show the start before PyTorch is there, as far as it is known."""
        self._status.tell(None, LOADING)
        self.loss.plot.set_hint(LOADING)
        source = self._source.problem if isinstance(self._source, Session) else self._source
        if not isinstance(source, TableSource):
            self.code.show_source(source, self._settings)
        self._display.start(*shape_of(source))
        if isinstance(source, Problem) and not self._settings.draws:  # what torch draws is shown once it is there
            self.equation.show_snapshot(Snapshot.at_start(source, self._settings))
        self.driver.enable_updates_again(False)

    @Slot()
    def _on_painted(self) -> None:
        self.backend.start(self._source, self._settings, self.view.memory << 20)

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
            self.driver.follow(burst.snapshot)
            self._tell_state()
            if before is None:
                self._sweeper.set_aside()
                self.ready.emit()
            self.shown.emit()
            if not self.backend.running:
                self.settled.emit()

    @Slot()
    def _on_done(self) -> None:
        """Make up for what waited until nothing was on its way: a question is answered after the last moment came."""
        if self.snapshot is not None:
            self.driver.follow(self.snapshot)
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
            there = moment is not None and moment.freshness("weight_grad") is not Freshness.NONE
            self.driver.enable_updates_again(there)
        if moment is None:
            self._status.tell(None, LOADING if busy else NOT_LOADED)
        else:
            state = "Running …" if self.backend.running else self._display.describe(moment)
            self._status.tell(moment, f"{self.traveller.news} {state}".strip())

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

    @Slot()
    def _on_tour(self) -> None:
        self.desk.show_tour(True)
        self.tour.begin()

    @Slot()
    def _on_tour_left(self) -> None:
        self.desk.show_tour(False)
        self.desk.setFocus()

    @Slot(object)
    def _on_opened(self, opened: Opened) -> None:
        assert opened.burst.place is not None  # noqa: S101  # a history gives one; this tells the type checker
        self.loss.plot.take_session(opened.session, opened.burst.place)
        complaint = opened.complaint or self.view.lay_out(opened.session.window)
        if complaint:
            self.message.say(complaint)

    @Slot(object)
    def _on_broke(self, moment: Snapshot) -> None:
        self.message.say(on_divergence(moment), topic=NOT_FINITE)

    def leave(self, *, keep: bool = False) -> None:
        """Close without a question.

        Parameters
        ----------
        keep
            Whether what is not saved is left to the next start; else it is let go.
        """
        self._leaving, self._keeping = True, keep
        self.close()

    @Slot(str, object)
    def go_to(self, field: str, index: Index) -> None:
        """Select a cell by its stored index, and explain it."""
        self.equation.select(field, index)
        self.why.explain_cell(field, index)  # the loss, and what an optimizer remembers, is in no panel

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
        if not self._leaving and self.file_commands.must_ask:
            event.ignore()
            self.file_commands.guard(self.leave)
            return
        if not self._keeping:
            self.document.give_up()
        for dialog in self.findChildren(QDialog):
            dialog.close()
        self.hide()  # the worker may take a second to end while PyTorch is loading
        try:
            self.view.keep()
        except OSError as error:
            logging.getLogger(__name__).error("the settings were not kept: %s", error)
        finally:
            self.backend.close()
            self.closed.emit()
            self._sweeper.stop()
            self.faults.uninstall()
            super().closeEvent(event)
