"""The two small dialogs of the Help menu; neither is modal."""

import html

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from linviz.gui.commands import COMMANDS, shown_keys
from linviz.gui.faults import diagnostics, log_path

MOUSE_AND_MORE = (
    ("Tab, Shift+Tab", "The next control, the one before"),
    ("arrows, in a panel", "Another cell; in all panels Space runs and letters are commands"),
    ("arrows, on the curve", "Read out another step; + and - zoom"),
    ("wheel, drag, double click on the curve", "Zoom, move, show all"),
)


class TextDialog(QDialog):
    """Shows rich text, which can be copied."""

    def __init__(self, title: str, name: str, text: str, copied: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._copied = copied
        browser = QTextBrowser(self)
        browser.setHtml(text)
        browser.setAccessibleName(title)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setObjectName("copy")
        copy.clicked.connect(self._on_copy)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(browser)
        layout.addWidget(buttons)
        self.resize(660, 560)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._copied)


def shortcuts_dialog(parent: QWidget) -> TextDialog:
    """Make the list of all commands and keys."""
    rows = [(" or ".join(map(shown_keys, e.shortcuts)), e.text, e.tip) for e in COMMANDS]
    table = "".join(
        f"<tr><td style='white-space: nowrap'><b>{html.escape(text)}</b></td><td style='white-space: nowrap'>"
        f"{html.escape(keys)}</td><td>{html.escape(tip)}</td></tr>"
        for keys, text, tip in rows
    )
    more = "".join(f"<tr><td>{keys}</td><td></td><td>{what}</td></tr>" for keys, what in MOUSE_AND_MORE)
    plain = "\n".join(f"{keys or '–':16} {text}: {tip}" for keys, text, tip in rows)
    return TextDialog(
        "Keyboard shortcuts", "shortcuts_dialog", f"<table cellpadding=4>{table}{more}</table>", plain, parent
    )


def about_dialog(parent: QWidget) -> TextDialog:
    """Make the dialog with the versions."""
    versions = f"{diagnostics()}\nlog: {log_path()}"
    text = (
        "<h3>linviz</h3><p>See every number of a PyTorch training step.</p>"
        f"<p>{html.escape(versions).replace(chr(10), '<br>')}</p>"
        "<p>Fonts: Inter and JetBrains Mono, SIL Open Font License 1.1. Icons: Lucide, ISC License.</p>"
    )
    return TextDialog("About linviz", "about_dialog", text, versions, parent)
