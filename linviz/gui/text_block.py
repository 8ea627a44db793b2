"""A text as high as its lines, which may change often."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from linviz.gui.theme import Theme


class TextBlock(QWidget):
    """A label that asks for room only when its lines become more or fewer; what is cut off is in its tool tip.

    A QLabel in a layout has the whole window laid out again with each new text, and painted what is behind it.

    Parameters
    ----------
    name
        The label's objectName.
    role
        Its role in the style sheet, or nothing.

    Attributes
    ----------
    label
        What holds the text.
    """

    def __init__(self, name: str, role: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.label = QLabel(self)
        self.label.setObjectName(name)
        self.label.setProperty("role", role)
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self._card = QColor()
        self._heights: dict[int, int] = {}  # by width; a layout asks a dozen times
        self._told: dict[int, int] = {}  # what the layout goes by
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_theme(self, theme: Theme) -> None:
        """Take the colour of what is behind the text."""
        self._card = QColor(theme.card)
        self.update()

    def say(self, text: str) -> None:
        """Show a text."""
        self.label.setText(text)
        self._heights.clear()

    def arrange(self) -> None:
        """Give the label its room, and ask for another layout if that is not what there is."""
        width = self.width()
        height = self.label.heightForWidth(width)
        self.label.setGeometry(self.rect())
        cut_off = self.label.text() if height > self.height() else ""
        if cut_off != self.label.toolTip():
            self.label.setToolTip(cut_off)
        self._heights = {width: height}
        if height != self._told.get(width):
            self._told = {width: height}
            self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self.label.heightForWidth(width)
        self._told[width] = self._heights[width]
        return self._heights[width]

    def sizeHint(self) -> QSize:
        return QSize(0, self.label.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.label.minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # the label's text is another, or its font
            self.arrange()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._card)
        painter.end()
