"""The way from the dialog of the training to a run that is trained so."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from linviz.core.command import Reset
from linviz.core.reading import FindDevices
from linviz.core.settings import Settings
from linviz.gui.training_dialog import TrainingDialog

if TYPE_CHECKING:
    from linviz.gui.main_window import MainWindow


class TrainingChoice(QObject):
    """Opens *Training*, keeps it up to date, and begins the run that was chosen there."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._dialog: TrainingDialog | None = None
        self._devices: tuple[str, ...] = ()  # that torch has here; none before that is known
        self._question = FindDevices()
        window.commands["optimizer"].triggered.connect(self._on_asked)
        window.tool_bar.training.asked.connect(self.open)
        window.shown.connect(self._on_shown)
        window.backend.done.connect(self._on_done)

    @Slot(str)
    def open(self, optimizer: str) -> None:
        """Open the dialog, with this optimizer in it."""
        window = self._window
        shape = window.driver.shape if window.snapshot is None else window.snapshot.shape
        dialog = TrainingDialog(window.driver.settings, optimizer, shape, window.view.appearance, window)
        dialog.chosen.connect(self.begin)
        dialog.finished.connect(self._on_finished)
        if self._devices:
            dialog.offer_devices(self._devices)
        else:
            window.backend.submit(self._question)
        window.dialogs.show(dialog)
        self._dialog = dialog

    @Slot(object)
    def begin(self, settings: Settings) -> None:
        """Begin a run at the start with these; the history of another dtype goes, once that is settled."""
        driver = self._window.driver
        if settings.dtype == driver.settings.dtype:
            driver.submit(Reset(settings))
        else:
            self._window.file_commands.guard(lambda: driver.submit(Reset(settings)))

    @Slot()
    def _on_asked(self) -> None:
        self.open(self._window.driver.settings.optimizer)

    @Slot()
    def _on_shown(self) -> None:
        if self._dialog is not None and self._window.snapshot is not None:
            self._dialog.show_in_force(self._window.driver.settings, self._window.snapshot.shape)

    @Slot(object, object)
    def _on_done(self, command: object, found: object) -> None:
        if command is self._question and isinstance(found, tuple):
            self._devices = found
            if self._dialog is not None:
                self._dialog.offer_devices(found)

    @Slot()
    def _on_finished(self) -> None:
        if self.sender() is self._dialog:
            self._dialog = None
