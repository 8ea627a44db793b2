"""The two small dialogs of the Help menu; neither is modal."""

import html

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from linviz.gui.commands import COMMANDS, shown_keys
from linviz.gui.faults import diagnostics, log_path

MOUSE_AND_MORE = (
    ("Tab, Shift+Tab", "Another control"),
    ("arrows", "In a panel: another cell"),
    ("arrows, + and -", "On the curve: read out, zoom"),
    ("wheel, drag, double click", "On the curve: zoom, move, all"),
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
    table, plain = "", ""
    for menu in dict.fromkeys(entry.menu for entry in COMMANDS):
        table += f"<tr><td colspan=3><br><b>{menu}</b></td></tr>"
        for entry in (entry for entry in COMMANDS if entry.menu == menu):
            keys = " or ".join(map(shown_keys, entry.shortcuts))
            table += _row(entry.text, keys, entry.tip)
            plain += f"{keys or '–':16} {menu}, {entry.text}: {entry.tip}\n"
    table += "<tr><td colspan=3><br><b>Keys and mouse</b></td></tr>"
    table += "".join(_row(what, keys, "") for keys, what in MOUSE_AND_MORE)
    text = f"<table cellpadding=3 width='100%'>{table}</table>"
    return TextDialog("Keyboard shortcuts", "shortcuts_dialog", text, plain, parent)


def _row(text: str, keys: str, tip: str) -> str:
    cells = (f"<td style='white-space: nowrap'>{html.escape(each)}</td>" for each in (text, keys))
    return f"<tr>{''.join(cells)}<td>{html.escape(tip)}</td></tr>"


def about_dialog(parent: QWidget) -> TextDialog:
    """Make the dialog with the versions."""
    versions = f"{diagnostics()}\nlog: {log_path()}"
    text = (
        "<h3>linviz</h3><p>See every number of a PyTorch training step.</p>"
        f"<p>{html.escape(versions).replace(chr(10), '<br>')}</p>"
        "<p>Fonts: Inter and JetBrains Mono, SIL Open Font License 1.1. Icons: Lucide, ISC License.</p>"
    )
    return TextDialog("About linviz", "about_dialog", text, versions, parent)
