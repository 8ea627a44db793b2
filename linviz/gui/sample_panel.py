"""The panel of a field whose rows are samples."""

from PySide6.QtWidgets import QWidget

from linviz.core.editing import EDITABLE
from linviz.core.snapshot import Snapshot
from linviz.gui.array_model import ArrayModel
from linviz.gui.array_view import ArrayPanel
from linviz.gui.editable_model import EditableSamples
from linviz.gui.fields import Field
from linviz.gui.sample_model import SampleModel


class SamplePanel(ArrayPanel):
    """Has a row for each sample, and says how many are in use if that isn't all."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        self._parts: tuple[int, int] = 0, 0
        super().__init__(field, parent)

    def _made_model(self) -> ArrayModel:
        self._samples = (EditableSamples if self.field.name in EDITABLE else SampleModel)(self.field, self)
        return self._samples

    def mark_samples(self, marks: bool) -> None:
        """Have room for a mark at each row's number, or no longer."""
        if self.field.name == "x":
            self._samples.mark_samples(marks)
            self.table.fit_header()

    def start(self, shape: tuple[int, ...], as_stored: bool) -> None:
        self._parts = 0, 0
        super().start(shape, as_stored)

    def show_snapshot(self, snapshot: Snapshot) -> bool:
        self._samples.take_samples(snapshot)
        is_new = super().show_snapshot(snapshot)
        used, tests = (0 if each is None else len(each) for each in (snapshot.rows, snapshot.tests))
        if (used, tests) != self._parts:
            self._parts = used, tests
            self._tell(snapshot)
        return self._samples.tell_samples() or is_new

    def _captions(self, shape: tuple[int, ...], transposed: bool) -> tuple[str, ...]:
        plain, (used, tests) = super()._captions(shape, transposed), self._parts
        if not self._samples.is_given:
            some = f"{used:,} of {shape[0]:,} × {shape[1]}"
            return (f"{self.field.word} · {some}", some, f"{used:,} of {shape[0]:,}") if used else plain
        marks = [f"● {used:,} in use"] if used else []
        marks += [f"◆ {tests:,} test"] if tests else []
        said = " · ".join(marks)
        return (*(f"{each} · {said}" for each in plain), said) if marks else plain
