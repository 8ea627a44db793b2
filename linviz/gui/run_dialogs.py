"""The dialogs that follow the run, and what they ask of it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QInputDialog

from linviz.core.condition import Condition, StepReached
from linviz.core.travel import SetBudget
from linviz.gui.branches_dialog import BranchesDialog
from linviz.gui.compare_dialog import CompareDialog
from linviz.gui.preferences import LEAST_MEMORY, MOST_MEMORY
from linviz.gui.run_until_dialog import RunUntilDialog
from linviz.gui.step_dialog import StepDialog
from linviz.gui.training_choice import TrainingChoice

if TYPE_CHECKING:
    from linviz.gui.main_window import MainWindow


class RunDialogs(QObject):
    """Opens *Step against Manual Step*, *Branches*, *Run until* and *Go to step*, and connects them to a window's run.

    Attributes
    ----------
    until
        The conditions in force: each of them stops every run.
    training
        The way to a run that is trained otherwise.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.until: tuple[Condition, ...] = ()
        self.training = TrainingChoice(window)
        self._run_until = RunUntilDialog(window)
        self._run_until.started.connect(self._on_started)
        self._run_until.changed.connect(self._on_changed)
        window.commands["compare"].triggered.connect(self._on_compare)
        window.commands["branches"].triggered.connect(self._on_branches)
        window.commands["run_until"].triggered.connect(self._on_run_until)
        window.commands["go_to_step"].triggered.connect(self._on_go_to_step)
        window.commands["memory"].triggered.connect(self._on_memory)
        # A step that is done stops no run any more, whether the dialog is open or not.
        window.shown.connect(self._follow)
        window.settled.connect(self._follow)

    @Slot()
    def _on_compare(self) -> None:
        window = self._window
        dialog = CompareDialog(window.view.appearance, window.commands["step"], window)
        dialog.asked.connect(window.backend.submit)
        window.backend.done.connect(dialog.take_done)
        window.backend.failed.connect(dialog.give_up)
        window.settled.connect(dialog.ask)
        window.backend.running_changed.connect(dialog.show_running)
        dialog.show_running(window.backend.running)
        window.dialogs.show(dialog)
        dialog.ask()

    @Slot()
    def _on_branches(self) -> None:
        window = self._window
        dialog = BranchesDialog(window.view.appearance, window)
        dialog.addActions([window.commands["undo"], window.commands["redo"]])  # for their keys
        dialog.asked.connect(window.backend.submit)
        dialog.edited.connect(window.traveller.edit)
        window.backend.done.connect(dialog.take_done)
        window.backend.failed.connect(dialog.give_up)
        window.traveller.placed.connect(dialog.show_place)
        if window.traveller.place is not None:
            dialog.show_place(window.traveller.place)
        window.dialogs.show(dialog)

    @Slot()
    def _on_go_to_step(self) -> None:
        window = self._window
        dialog = StepDialog(window.view.appearance, window.commands["as_stored"], window)
        dialog.asked.connect(window.driver.submit)
        window.foresight.predicted.connect(dialog.show_forecast)
        dialog.show_forecast(window.foresight.forecast)
        window.dialogs.show(dialog)

    @Slot()
    def _follow(self) -> None:
        if self._window.snapshot is not None:
            self._run_until.show_step(self._window.snapshot.step)

    @Slot()
    def _on_run_until(self) -> None:
        self._follow()
        self._run_until.show()
        self._run_until.activateWindow()

    @Slot()
    def _on_memory(self) -> None:
        dialog = QInputDialog(self._window)
        dialog.setObjectName("memory_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Memory for the past")
        dialog.setLabelText("MB that the kept states of past steps may take.\nWith less, going back takes longer.")
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setIntRange(LEAST_MEMORY, MOST_MEMORY)
        dialog.setIntValue(self._window.view.memory)
        dialog.intValueSelected.connect(self._on_memory_chosen)
        self._window.dialogs.show(dialog)

    @Slot(int)
    def _on_memory_chosen(self, memory: int) -> None:
        self._window.view.memory = memory
        self._window.backend.submit(SetBudget(memory << 20))

    @Slot(object, object)
    def _on_started(self, until: tuple[Condition, ...], more: int | None) -> None:
        moment = self._window.snapshot
        last = () if more is None or moment is None else (StepReached(moment.step + more),)
        self._window.backend.pause()  # a run that is on knows nothing of these conditions
        self._window.driver.run((*until, *last))

    @Slot(object)
    def _on_changed(self, until: tuple[Condition, ...]) -> None:
        self.until = until
