"""A formula in mathematical type."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from linviz.gui.theme import Theme
from linviz.gui.type_case import SIZE, formula_svg


@lru_cache(maxsize=256)
def drawing(latex: str, colour: str, size: float) -> QSvgRenderer:
    """Make a formula ready to paint; kept, as it is asked for with each layout."""
    return QSvgRenderer(QByteArray(formula_svg(latex, colour, size).encode()))


class FormulaView(QWidget):
    """Paints one formula, smaller where it would not fit; reads it aloud as plain text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._latex, self._colour, self._size = "", "#000000", float(SIZE)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take the colour and the size of text."""
        self._colour, self._size = theme.text, SIZE * text_scale
        self.updateGeometry()
        self.update()

    def show_formula(self, latex: str, text: str) -> None:
        """Show a formula, given as LaTeX and as plain text."""
        if latex == self._latex:
            return
        before, self._latex = self.sizeHint().height(), latex
        self.setAccessibleName(text)
        self.setToolTip(text)
        if self.sizeHint().height() != before:  # or the whole window would be laid out for nothing
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if not self._latex:
            return QSize(0, 0)
        size = drawing(self._latex, self._colour, self._size).defaultSize()
        return QSize(size.width(), size.height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if not self._latex:
            return
        formula = drawing(self._latex, self._colour, self._size)
        size = formula.defaultSize().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        size = size.boundedTo(formula.defaultSize())
        painter = QPainter(self)
        formula.render(painter, QRectF(0, (self.height() - size.height()) / 2, size.width(), size.height()))
        painter.end()
