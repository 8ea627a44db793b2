"""What a person asks of the run, on its way to the worker."""

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from linviz.core.command import Command, Load, Reset, Run, RunTo, SetLearningRate
from linviz.core.condition import Condition
from linviz.core.filing import Opened
from linviz.core.new_start import NewStart
from linviz.core.optimizers import NO_HAND
from linviz.core.problem import Problem, Recipe
from linviz.core.session import Session
from linviz.core.settings import Settings
from linviz.core.snapshot import Phase, Snapshot
from linviz.core.tables.table import TableSource
from linviz.core.travel import Delete, Leap, Move, Rename, Travel
from linviz.gui.backend import Source
from linviz.gui.cell_commands import CellCommands
from linviz.gui.commands import COMMANDS

if TYPE_CHECKING:
    from linviz.gui.main_window import MainWindow

MET = "met"
SEEDS = 10_000
"""New seed draws one below this: short enough to say and to type."""


NOTEBOOKS = ": weight.data.sub_(lr * weight.grad.data), and the same for the bias"
BY_HAND = ("update_again_by_hand", "manual_step", "compare")
"""Commands that an optimizer without an update by hand can't offer; the first one needs a gradient, too."""


def shape_of(source: Source) -> tuple[int, int, int]:
    """Give the samples, inputs and outputs of what a run begins with."""
    return source.problem.shape if isinstance(source, Session) else source.shape


class Driver(QObject):
    """Carries out the commands of the Training menu, and what code panel, tour and learning rate ask for."""

    def __init__(self, window: "MainWindow", source: Source, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._shape = shape_of(source)
        self._seeds = random.SystemRandom()
        self._tips: dict[str, tuple[str, str]] = {}
        for entry in COMMANDS:
            if entry.command:
                window.commands[entry.name].triggered.connect(self._on_command)
        window.commands["run"].triggered.connect(self._on_run)
        window.commands["new_seed"].triggered.connect(self._on_new_seed)
        window.commands["open_notebook"].triggered.connect(self._on_open_notebook)
        window.backend.opened.connect(self._on_opened)
        window.traveller.asked.connect(self.submit)
        window.why.asked.connect(window.backend.submit)
        window.loss.plot.asked.connect(window.backend.submit)
        window.backend.done.connect(window.loss.plot.take_done)
        window.backend.done.connect(window.why.take_done)
        window.backend.refused.connect(window.why.take_refused)
        window.code.asked.connect(self._on_line_chosen)
        window.tour.asked.connect(self._on_cell_asked)
        window.tool_bar.learning_rate.changed.connect(self._on_learning_rate)
        CellCommands(window)
        self._offer_by_hand()
        window.file_commands.importer.expect(source)

    @property
    def settings(self) -> Settings:
        """Those in force."""
        return self._settings

    @property
    def shape(self) -> tuple[int, int, int]:
        """Samples, inputs, outputs, as far as they are known before the data are there."""
        return self._shape

    @Slot(object)
    def submit(self, command: Command | Travel) -> None:
        """Hand a command to the worker."""
        if isinstance(command, Load):
            self._shape = command.source.shape  # of what New seed draws, also before this is drawn
        if _changes(command):
            self._window.document.expect()
        self._window.traveller.expect(command)
        self._window.backend.submit(command)
        # Whether there will be a gradient is known when the command is done; until then no click is refused.
        self.enable_updates_again(True)

    def run(self, until: tuple[Condition, ...]) -> None:
        """Repeat Step until paused, or until a condition holds."""
        self._window.document.expect()
        self._window.traveller.expect(Run())
        self._window.message.withdraw(MET)
        self._window.backend.run(until)
        self.enable_updates_again(True)

    @Slot(object)
    def load(self, source: Problem | Recipe | TableSource | NewStart) -> None:
        """Start on another problem, once it is settled what becomes of the run."""
        self._window.file_commands.guard(lambda: self.submit(Load(source)))

    def enable_updates_again(self, enabled: bool) -> None:
        """Offer the two commands that need a gradient, or don't."""
        self._window.commands["update_again"].setEnabled(enabled)
        self._window.commands["update_again_by_hand"].setEnabled(enabled and not self._settings.evaluates)

    def follow(self, moment: Snapshot) -> None:
        """Show what is in force: after undo or in the past it is something else than was chosen last."""
        settings = moment.settings
        if settings != self._settings and not self._window.backend.busy:
            self._settings = settings
            self._window.tool_bar.show_settings(settings)
            self._offer_by_hand()
        self._window.tool_bar.learning_rate.show_step(settings.schedule, moment.step)

    def _offer_by_hand(self) -> None:
        """Offer what is updated by hand, or say why not."""
        for name in BY_HAND:
            action = self._window.commands[name]
            tips = self._tips.setdefault(name, (action.toolTip(), action.statusTip()))
            for set_tip, tip in zip((action.setToolTip, action.setStatusTip), tips, strict=True):
                set_tip(NO_HAND if self._settings.evaluates else self._tip_by_hand(tip))
        for name in BY_HAND[1:]:
            self._window.commands[name].setEnabled(not self._settings.evaluates)

    def _tip_by_hand(self, tip: str) -> str:
        """Say what is written by hand, if that isn't the notebook's line."""
        if self._settings.is_plain:
            return tip
        return tip.replace(NOTEBOOKS, f" as {self._settings.optimizer} does it; Code, By hand, shows the lines")

    @Slot()
    def _on_command(self) -> None:
        name = self.sender().objectName()
        self.submit(next(entry.command for entry in COMMANDS if entry.name == name and entry.command))

    @Slot(bool)
    def _on_run(self, running: bool) -> None:
        if running:
            self.run(self._window.run_dialogs.until)
        else:
            self._window.backend.pause()

    @Slot(object, bool)
    def _on_line_chosen(self, phase: Phase, by_hand: bool) -> None:
        self.submit(RunTo(phase, by_hand))

    @Slot()
    def _on_cell_asked(self) -> None:
        if self._window.tour.starts_over(idle=not self._window.backend.busy):
            self._window.file_commands.guard(self._run_cell)
        else:
            self._run_cell()

    def _run_cell(self) -> None:
        for command in self._window.tour.commands(idle=not self._window.backend.busy):
            if isinstance(command, Reset) and (self._settings.training or not self._settings.is_plain):
                # The notebook makes its model anew and trains it plainly by SGD, whatever was chosen here.
                self.submit(Reset(Settings(dtype=self._settings.dtype)))
            self.submit(command)

    @Slot(object)
    def _on_opened(self, opened: Opened) -> None:
        self._shape = opened.session.problem.shape

    @Slot()
    def _on_new_seed(self) -> None:
        seed, moment = self._seeds.randrange(SEEDS), self._window.snapshot
        if moment is not None and self._shape[0] == 1:  # of a table that is known once it is read
            self._shape = moment.problem.shape
        if moment is not None and moment.problem.x_names:
            self.load(NewStart(moment.problem, seed))
        else:
            noise = moment.problem.noise if moment is not None and moment.shape == self._shape else None
            self.load(Recipe(*self._shape, seed, noise))

    @Slot()
    def _on_open_notebook(self) -> None:
        self.load(Problem.notebook())

    @Slot(float)
    def _on_learning_rate(self, rate: float) -> None:
        before = self._settings.learning_rate
        self._settings = replace(self._settings, learning_rate=rate)
        does, undoes = SetLearningRate(rate), SetLearningRate(before)
        self._window.traveller.edit(does, undoes, f"learning rate {before:g}", "rate")


def _changes(command: Command | Travel) -> bool:
    """Tell whether a command may change what a file would hold."""
    match command:
        case Move(beyond=beyond):
            return beyond is not None
        case Rename() | Delete() | Leap():
            return True
        case _:
            return not isinstance(command, Load | Travel)
