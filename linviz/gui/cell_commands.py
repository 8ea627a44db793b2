"""The commands of the Edit menu: numbers that are copied, pasted and typed."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from linviz.core.clipping import MOST_PASTED, Numbers, check_size, pasted, tensor_code, tsv
from linviz.core.code import digits
from linviz.core.command import Edit
from linviz.core.editing import EDITABLE, Cell, inverse
from linviz.errors import InputError, sentence
from linviz.gui.array_table import ArrayTable
from linviz.gui.array_view import ArrayPanel
from linviz.gui.cell_table import Block
from linviz.gui.editable_model import EditableModel
from linviz.gui.fields import cell_name, symbol_of

if TYPE_CHECKING:
    from linviz.gui.main_window import MainWindow

TOPIC = "cells"
SHOWN_FOR = 5000
"""Milliseconds that the status line says what was done."""
MENU = ("edit_number", "copy", "copy_tensor", "paste", "select_all")


class CellCommands(QObject):
    """Carries out what a person does with the numbers of the panels.

    An edit pauses a run, as a phase does: already when its entry opens, or the number would change under the pen.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._equation = window, window.equation
        commands = window.commands
        for name, slot in zip(
            MENU, (self._on_edit, self._on_copy, self._on_copy_tensor, self._on_paste, self._on_select_all), strict=True
        ):
            commands[name].triggered.connect(slot)
        self._menu = QMenu(self._equation)
        self._menu.setToolTipsVisible(True)
        self._menu.addActions([commands[name] for name in MENU])
        self._equation.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._equation.customContextMenuRequested.connect(self._on_menu_asked)
        self._equation.refused.connect(self._on_refused)
        self._equation.paste_asked.connect(self._on_paste)
        for panel in self._equation.panels.values():
            if isinstance(panel.model, EditableModel):
                panel.model.asked.connect(self._on_asked)
                panel.model.begun.connect(window.backend.pause)

    @Slot(str)
    def _on_refused(self, field: str) -> None:
        """Say why nothing can be typed there."""
        model = self._equation.shown[field].model
        if isinstance(model, EditableModel):
            self._say(model.refusal)
            return
        others = ", ".join(map(symbol_of, EDITABLE[:-1]))
        self._say(
            f"{symbol_of(field)} is computed: it can be copied, not edited. Edit {others} or {symbol_of(EDITABLE[-1])}."
        )

    @Slot(QPoint)
    def _on_menu_asked(self, at: QPoint) -> None:
        """Offer all this for the number under the mouse, which its click has selected."""
        under = self._equation.childAt(at)
        if under is not None and isinstance(under.parentWidget(), ArrayTable):
            self._menu.popup(self._equation.mapToGlobal(at))

    @Slot()
    def _on_edit(self) -> None:
        panel = self._chosen()
        if panel is not None:
            panel.table.setFocus()
            panel.table.type_into(panel.table.currentIndex())

    @Slot()
    def _on_select_all(self) -> None:
        panel = self._chosen()
        if panel is not None:
            panel.table.selectAll()

    @Slot()
    def _on_copy(self) -> None:
        self._copy(as_code=False)

    @Slot()
    def _on_copy_tensor(self) -> None:
        self._copy(as_code=True)

    @Slot()
    def _on_paste(self) -> None:
        panel = self._chosen()
        if panel is None:
            return
        model, block = panel.model, panel.table.selection
        if not isinstance(model, EditableModel) or model.refusal or block is None:
            self._on_refused(panel.field.name)
            return
        try:
            numbers = pasted(QGuiApplication.clipboard().text())
            if numbers.size == 1 and np.prod(block.shape) <= MOST_PASTED:
                numbers = np.full(block.shape, numbers.item())
            cells = model.cells(block.top, block.left, numbers)
        except InputError as error:
            self._complain(error)
            return
        rows, columns = numbers.shape
        self._write(cells)
        panel.table.set_block(Block(block.top, block.left, block.top + rows - 1, block.left + columns - 1))

    @Slot(object)
    def _on_asked(self, cells: tuple[Cell, ...]) -> None:
        self._write(cells)

    def _write(self, cells: tuple[Cell, ...]) -> None:
        """Have numbers written, so that it can be undone."""
        self._window.backend.pause()
        moment = self._window.snapshot
        if moment is None:
            self._say("PyTorch is still loading: edit the number once it is there.")
            return
        self._window.message.withdraw(TOPIC)
        field, index, value = cells[0]
        written = digits(getattr(moment, field).dtype.type(value))
        words = f"{cell_name(field, index)} = {written}" if len(cells) == 1 else f"{len(cells):,} numbers of {field}"
        self._window.traveller.edit(Edit(cells), Edit(inverse(moment, cells)), words)

    def _copy(self, *, as_code: bool) -> None:
        panel = self._chosen()
        block = panel.table.selection if panel is not None else None
        if panel is None or block is None:
            return
        if panel.model.values is None:
            self._say(f"There are no numbers in {symbol_of(panel.field.name)} yet.")
            return
        try:
            check_size(block.shape)
            numbers = panel.model.numbers(slice(block.top, block.bottom + 1), slice(block.left, block.right + 1))
            text = tensor_code(_as_tensor(numbers, panel)) if as_code else tsv(numbers)
        except InputError as error:
            self._complain(error)
            return
        QGuiApplication.clipboard().setText(text)
        self._window.message.withdraw(TOPIC)
        what = " × ".join(f"{side:,}" for side in block.shape)
        turned = "ᵀ, as shown" if panel.model.transposed else ""
        kind = "as code for torch" if as_code else "for a spreadsheet"
        self._window.statusBar().showMessage(
            f"Copied {what} of {symbol_of(panel.field.name)}{turned}, {kind}.", SHOWN_FOR
        )

    def _chosen(self) -> ArrayPanel | None:
        panel = self._equation.chosen
        if panel is None:
            self._say("No number is selected: click one in a panel, or go there by Tab.")
        return panel

    def _complain(self, error: InputError) -> None:
        self._say(sentence(error))

    def _say(self, text: str) -> None:
        self._window.message.say(text, topic=TOPIC)


def _as_tensor(numbers: Numbers, panel: ArrayPanel) -> Numbers:
    """Give a block as many dimensions as its tensor has; a single number has none."""
    if numbers.size == 1:
        return numbers.reshape(())
    return numbers[0] if panel.model.is_line else numbers
