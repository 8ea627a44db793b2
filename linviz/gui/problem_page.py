"""What every kind of new problem has in common in its dialog: a page that offers one."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from linviz.gui.backend import Source
from linviz.gui.shape_preview import Shape


@dataclass(frozen=True, slots=True)
class Offer:
    """A problem that can be begun.

    Parameters
    ----------
    source
        The problem or the recipe for it; none if more is to be chosen elsewhere.
    shape
        Samples, inputs, outputs.
    said
        What it takes and gives, in a sentence.
    """

    source: Source | None
    shape: Shape
    said: str


class ProblemPage(QWidget):
    """A form of its own; `offer` reads it."""

    changed = Signal()
    """What it offers may be another."""

    BEGIN = "Begin", "Begin at the start of this problem  (Enter)"
    """The button that takes the offer, and its tip."""

    def offer(self) -> Offer:
        """Give what is chosen.

        Raises
        ------
        InputError
            If it can't be; the message says why.
        """
        raise NotImplementedError

    def shape(self) -> Shape:
        """Give as much of the shape as is known, also while something is wrong."""
        return None, None, None

    def words(self, text: str, name: str = "") -> QLabel:
        """Make a paragraph of small print."""
        label = QLabel(text, self)
        label.setObjectName(name)
        label.setProperty("role", "dim")
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label
