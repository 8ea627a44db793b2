"""A person's own data: from a file, from a spreadsheet."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from linviz.gui.problem_page import Offer, ProblemPage

READS = (
    "Tables as CSV, TSV or text (commas, semicolons or tabs; decimal points or commas), Parquet, and arrays as .npy or "
    ".npz.\n\nNext you see the first rows and choose which columns are x and which are y. Nothing is left out, encoded "
    "or standardised without being asked for.\n\nA file can also be dropped on the window; cells that were copied in a "
    "spreadsheet are pasted with Ctrl+V."
)


class FilePage(ProblemPage):
    """Leads on to where a file is chosen, or a table pasted."""

    paste_asked = Signal()

    BEGIN = "Choose a file…", "Name the file; its columns are chosen next  (Enter)"

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        paste = QPushButton("Paste a table", self)
        paste.setObjectName("paste")
        paste.setToolTip("Take the cells that were copied in a spreadsheet")
        paste.setAutoDefault(False)
        paste.clicked.connect(self.paste_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.words(READS))
        column.addWidget(paste, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch()

    def offer(self) -> Offer:
        return Offer(None, ("samples", "inputs", "outputs"), "Known when the file is chosen")
