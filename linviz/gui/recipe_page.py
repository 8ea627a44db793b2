"""Random problems: of what shape, from which seed, and whether true weights are behind them."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFormLayout, QPlainTextEdit, QVBoxLayout, QWidget

from linviz.core.numerals import count, matrix, not_negative, seed
from linviz.core.problem import Recipe
from linviz.errors import InputError
from linviz.gui.number_entry import NumberEntry
from linviz.gui.problem_page import Offer, ProblemPage
from linviz.gui.shape_preview import Shape, memory_text
from linviz.gui.tick_box import TickBox

SHAPE = {"samples": 200, "inputs": 3, "outputs": 2}
NOISE = 0.1
RANDOM = "x and y are drawn by torch.randn, as the notebook draws them: there is nothing to find but the best fit."
TRUE = (
    "x and true weights W*, b* are drawn, and y = x W*ᵀ + b* + noise · randn: what training finds can be held against "
    "what is true."
)
ROWS = 3
"""Lines of a matrix that are seen at once."""


class RecipePage(ProblemPage):
    """Samples, inputs, outputs and a seed; with noise also true weights, drawn or written.

    Parameters
    ----------
    noisy
        Whether y comes from true weights.
    parent
        The part it stands in.
    """

    def __init__(self, noisy: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._form = QFormLayout()
        self._entries: dict[str, NumberEntry] = {}
        for name, number in SHAPE.items():
            self._add(name, _counted(name), number)
        self._add("seed", seed, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.words(TRUE if noisy else RANDOM))
        column.addLayout(self._form)
        self._written: TickBox | None = None
        if noisy:
            self._add("noise", _noise, NOISE)
            self._add_truth()
        column.addStretch()

    def _add(self, name: str, read: Callable[[str], float], number: float) -> None:
        entry = NumberEntry(read, number, f"new_{name}", name, self)
        entry.textEdited.connect(self._on_edited)
        entry.marked.connect(self.changed)
        entry.entered.connect(self.changed)
        self._entries[name] = entry
        self._form.addRow(name, entry)

    def _add_truth(self) -> None:
        self._written = TickBox("Write W* and b* instead of drawing them", self)
        self._written.setObjectName("new_written")
        self._written.setToolTip("The numbers below are the true weights; inputs and outputs are theirs")
        self._form.addRow(self._written)
        self._weight, self._bias = QPlainTextEdit("1 -2 3\n0.5 0 -1", self), QPlainTextEdit("0.5 -0.5", self)
        for text, name, symbol, tip, rows in (
            (self._weight, "weight", "W*", "A row an output, a column an input: 1 -2 3, or as torch prints it", ROWS),
            (self._bias, "bias", "b*", "One number an output", 1),
        ):
            text.setObjectName(f"new_{name}")
            text.setAccessibleName(f"true {name}")
            text.setToolTip(tip)
            text.setTabChangesFocus(True)
            text.setProperty("numbers", "true")
            text.ensurePolished()  # its font is that of the style sheet
            text.setFixedHeight(text.fontMetrics().lineSpacing() * rows + 18)
            text.textChanged.connect(self.changed)
            self._form.addRow(symbol, text)
        self._written.toggled.connect(self._on_written)
        self._on_written(False)

    @Slot(bool)
    def _on_written(self, written: bool) -> None:
        for text in (self._weight, self._bias):
            text.setEnabled(written)
        for name in ("inputs", "outputs"):
            self._entries[name].setEnabled(not written)
        self.changed.emit()

    @Slot()
    def _on_edited(self) -> None:
        entry = self.sender()
        assert isinstance(entry, NumberEntry)  # noqa: S101  # it is the sender; this tells the type checker
        entry.check()  # a whole number is right or wrong with each letter, and the shapes below follow it
        self.changed.emit()

    def offer(self) -> Offer:
        numbers = {name: self._number(name) for name in self._entries if self._entries[name].isEnabled()}
        truth: dict[str, object] = {}
        if self._written is not None and self._written.isChecked():
            truth = self._truth()
        recipe = Recipe(**numbers, **truth)  # type: ignore[arg-type]  # it checks what it is given
        recipe.check_memory()
        return Offer(recipe, recipe.shape, f"About {memory_text(recipe.memory)} of memory")

    def _truth(self) -> dict[str, object]:
        weight, bias = matrix(self._weight.toPlainText(), "W*"), matrix(self._bias.toPlainText(), "b*")
        flat = tuple(number for row in bias for number in row)
        if len(flat) != len(weight):
            raise InputError(
                f"b* must have a number for each row of W*, an output: W* has {len(weight)} row(s), b* {len(flat)}"
            )
        return {"inputs": len(weight[0]), "outputs": len(weight), "true_weight": weight, "true_bias": flat}

    def _number(self, name: str) -> float:
        entry = self._entries[name]
        if entry.wrong:
            raise InputError(entry.wrong)
        return entry.number

    def shape(self) -> Shape:
        samples, inputs, outputs = (
            int(entry.number) if entry.taken and entry.isEnabled() else None
            for entry in (self._entries[name] for name in SHAPE)
        )
        return samples, inputs, outputs


def _counted(name: str) -> Callable[[str], int]:
    return lambda text: count(text, name)


def _noise(text: str) -> float:
    return not_negative(text, "noise")
