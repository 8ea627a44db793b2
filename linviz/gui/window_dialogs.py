"""The dialogs that commands of the window open."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QFileDialog, QMainWindow

from linviz.gui.dialogs import about_dialog, shortcuts_dialog
from linviz.gui.message_bar import MessageBar
from linviz.gui.picture import save_png


class WindowDialogs(QObject):
    """Opens the dialogs for a picture's file, for the shortcuts and for the versions; none is modal to the program."""

    def __init__(self, window: QMainWindow, message: MessageBar, actions: dict[str, QAction]) -> None:
        super().__init__(window)
        self._window, self._message = window, message
        actions["save_picture"].triggered.connect(self._on_save_picture)
        actions["shortcuts"].triggered.connect(self._on_shortcuts)
        actions["about"].triggered.connect(self._on_about)

    @Slot()
    def _on_shortcuts(self) -> None:
        self.show(shortcuts_dialog(self._window))

    @Slot()
    def _on_about(self) -> None:
        self.show(about_dialog(self._window))

    def show(self, dialog: QDialog) -> None:
        """Show a dialog; one of its kind that is open goes."""
        for other in self._window.findChildren(QDialog, dialog.objectName()):
            if other is not dialog:
                other.close()
        dialog.show()

    @Slot()
    def _on_save_picture(self) -> None:
        dialog = QFileDialog(self._window, "Save picture", "linviz.png", "PNG (*.png)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_picture_chosen)
        dialog.open()

    @Slot(str)
    def _on_picture_chosen(self, path: str) -> None:
        try:
            save_png(self._window, Path(path))
        except OSError as error:
            self._message.say(f"The picture was not saved: {error}.", "error")
