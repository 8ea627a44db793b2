"""The list of runs: switch, rename, delete, and compare two of them."""

from PySide6.QtCore import QItemSelection, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from linviz.core.place import Place
from linviz.core.travel import Delete, Rename, Switch
from linviz.gui.appearance import Appearance
from linviz.gui.branches_model import NAME, BranchesModel
from linviz.gui.branches_table import BranchesTable
from linviz.gui.card import Card
from linviz.gui.ends_card import EndsCard

SIZE = 900, 640
SHARES = 300, 260
"""Heights of the list and of the comparison, before the person says otherwise."""
BUTTONS = ("switch", "rename", "delete", "compare")


class BranchesDialog(QDialog):
    """Follows the run. What it does to it, it asks the window for.

    Parameters
    ----------
    appearance
        Theme and text size; followed while the dialog is open.
    parent
        The window.
    """

    asked = Signal(object)
    """A command or a question for the worker."""
    edited = Signal(object, object, str)
    """The command that does it, the one that undoes it, and what the Undo menu calls it."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Branches")
        self.setObjectName("branches_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._appearance = appearance
        self._place: Place | None = None
        self._model = BranchesModel(self)
        self._model.renamed.connect(self._on_renamed)
        self._model.refused.connect(self._complain)
        self.ends = EndsCard(self)
        self.ends.asked.connect(self.asked)
        self.table = BranchesTable(self._model, self)
        self.table.deleting.connect(self._on_delete)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._said, self._complaint = QLabel(self), QLabel(self)
        for name, label, role in (("branches_said", self._said, "title"), ("complaint", self._complaint, "differ")):
            label.setObjectName(name)
            label.setProperty("role", role)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._buttons = {name: QPushButton(name.capitalize(), self) for name in BUTTONS}
        for name, slot in zip(
            BUTTONS, (self._on_switch, self._on_rename, self._on_delete, self._on_compare), strict=True
        ):
            self._buttons[name].setObjectName(name)
            self._buttons[name].clicked.connect(slot)
        self._buttons["switch"].setDefault(True)  # what Enter in the list does
        self._lay_out()
        appearance.changed.connect(self._on_appearance_changed)
        self._on_appearance_changed()
        self._offer()

    def _lay_out(self) -> None:
        close = QPushButton("Close", self)
        close.setToolTip("Close this list; the runs stay  (Esc)")
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        for button in self._buttons.values():
            row.addWidget(button)
        row.addStretch()
        row.addWidget(close)
        above = Card(self)
        column = QVBoxLayout(above)
        column.setContentsMargins(11, 8, 11, 8)
        column.setSpacing(6)
        column.addWidget(self._said)
        column.addWidget(self.table, 1)
        column.addWidget(self._complaint)
        self._parts = parts = QSplitter(Qt.Orientation.Vertical, self)
        parts.addWidget(above)
        parts.addWidget(self.ends)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(8)
        self.ends.begun.connect(self._on_begun)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 10, 10, 10)
        whole.setSpacing(8)
        whole.addWidget(parts, 1)
        whole.addLayout(row)
        self.resize((QSize(*SIZE) * self._appearance.text_scale).boundedTo(self.screen().availableSize()))

    def show_place(self, place: Place) -> None:
        """Show the branches there are, and where the run stands among them."""
        before, self._place = self._place, place
        if before is not None and (before.branches, before.branch) == (place.branches, place.branch):
            return
        others = self._model.show_place(place)
        self.ends.show_place(place)
        if others:
            self.table.fit()
        if before is None:
            self.table.setCurrentIndex(self._model.index(self._model.row_of(place.branch), NAME))
        count = len(place.branches)
        more = "" if count > 1 else " Change anything in the past, or Reset, and another one begins."
        self._said.setText(
            f"{count:,} {'runs' if count > 1 else 'run'}. The present one is {self._model.name(place.branch)}.{more}"
        )
        self._offer()

    @Slot(object, object)
    def take_done(self, command: object, result: object) -> None:
        """Take what a command or question gave; what others asked for is none of ours."""
        self.ends.take_done(command, result)

    @Slot()
    def give_up(self) -> None:
        """Wait no longer: something failed."""
        self._model.give_up()
        self.ends.give_up()

    def _offer(self) -> None:
        """Offer what can be done with what is selected, and say of the rest why it can't."""
        rows = self.table.rows()
        present = any(self._model.info(row).number == self._model.present for row in rows)
        here = "The run stands on it"
        one = "" if len(rows) == 1 else "Select one run"
        for name, tip, why_not in (
            ("switch", "Stand at the end of this run  (Enter)", one or (f"{here} already" if present else "")),
            ("rename", "Edit its name in the list  (F2)", one),
            ("delete", "Take it out of the list; Undo brings it back  (Delete)",
             "Select a run" if not rows else f"{here}: switch to another one first" if present else ""),
            ("compare", "Set their parameters side by side where they end",
             "" if len(rows) == 2 else "Select two runs, with Ctrl or Shift held down"),  # noqa: PLR2004  # two are compared
        ):  # fmt: skip
            self._buttons[name].setEnabled(not why_not)
            self._buttons[name].setToolTip(why_not or tip)
            self._buttons[name].setAccessibleDescription(why_not or tip)

    @Slot(str)
    def _complain(self, complaint: str) -> None:
        self._complaint.setText(complaint)
        self._complaint.setVisible(bool(complaint))

    @Slot()
    def _on_appearance_changed(self) -> None:
        theme = self._appearance.theme
        self._model.set_theme(theme)
        self.table.set_theme(theme)
        self.ends.set_theme(theme)
        self._complain("")

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        self._complain("")
        self._offer()

    @Slot()
    def _on_begun(self) -> None:
        self._parts.setSizes(list(SHARES))

    @Slot()
    def _on_switch(self) -> None:
        self.asked.emit(Switch(self._model.info(self.table.rows()[0]).number))

    @Slot()
    def _on_rename(self) -> None:
        self.table.setFocus()
        self.table.edit_name(self.table.rows()[0])

    @Slot(object, str, str)
    def _on_renamed(self, number: int, before: str, name: str) -> None:
        self._complain("")
        self.edited.emit(Rename(number, name), Rename(number, before), f"Rename {_plain(before)}")

    @Slot()
    def _on_delete(self) -> None:
        if not self._buttons["delete"].isEnabled():  # the key was pressed
            self._complain(f"{self._buttons['delete'].toolTip()}.")
            return
        for number in [self._model.info(row).number for row in self.table.rows()]:
            name = _plain(self._model.name(number))
            self.edited.emit(Delete(number), Delete(number, deleted=False), f"Delete {name}")

    @Slot()
    def _on_compare(self) -> None:
        self.ends.compare(*(self._model.info(row).number for row in self.table.rows()))


def _plain(name: str) -> str:
    """Write a name so that no letter of it becomes a key of the menu."""
    return name.replace("&", "&&")
