"""The landscape: its axes, what part of it is looked at, and how a person moves on it."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QResizeEvent

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from linviz.core.landscape import Points
from linviz.gui.landscape_picture import LandscapePicture
from linviz.gui.landscape_range import Range, seen_range
from linviz.gui.landscape_sight import Sight
from linviz.gui.theme import Theme

MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_PageUp: (0, 10),
    Qt.Key.Key_PageDown: (0, -10),
}
ZOOMS = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
STRIDES = 40
"""Key presses across the picture."""
LOW, HIGH = 20, 38
"""Height of the numbers below, without and with the axis' name."""
GRIP = 12
"""Pixels around the parameters' point in which it can be taken."""
HINT = (
    "Drag the point, or Ctrl+click, to move the parameters there; drag beside it to look elsewhere, turn the wheel to "
    "zoom. By keys: arrows and Enter."
)


class LandscapePlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Shows a sight, follows the run until a person looks elsewhere, and lets the parameters be moved.

    A plain click moves nothing: the parameters move when their point is dragged, by Ctrl+click, or by Enter where the
    arrow keys stand.
    """

    moved = Signal(object)
    """Coordinates to which the parameters are to go: (2,)."""
    looked = Signal()
    """A person looks at another part of it."""

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent)
        self.setObjectName("landscape_plot")
        self.setAccessibleName("landscape of the loss")
        self.setAccessibleDescription(
            "Contours of the loss over two axes. Arrow keys move a cursor, Enter moves the parameters there, Escape "
            "takes the cursor away, + and - zoom, Z shows all."
        )
        self.setToolTip(HINT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        item = self.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.setContentsMargins(0, 6, 8, 0)
        self._view = item.getViewBox()
        self._view.disableAutoRange()
        self._view.sigRangeChangedManually.connect(self._on_zoomed)
        self._axes = item.getAxis("bottom"), item.getAxis("left")
        for axis in self._axes:
            axis.enableAutoSIPrefix(False)
            axis.setStyle(maxTextLevel=0)
        self.picture = LandscapePicture(self._view)
        self._names = "", ""
        self._text_scale = 1.0
        self._following = True
        self._range: Range | None = None

    def show_sight(self, sight: Sight | None) -> None:
        """Show a moment; one that can't be drawn leaves what there was."""
        self.picture.sight = sight
        self._look()
        self.picture.update_moved()

    def set_low(self, low: bool) -> None:
        """Leave the axes' names out, which stand above the plot too, or don't."""
        for axis in self._axes:
            axis.showLabel(not low)
        self._axes[0].setHeight(round((LOW if low else HIGH) * self._text_scale))

    def set_names(self, across: str, up: str) -> None:
        """Name the axes; what was looked at on others is of no use."""
        if (across, up) != self._names:
            self._names = across, up
            for axis, name in zip(self._axes, self._names, strict=True):
                axis.setLabel(name)
            self.picture.cursor = self.picture.dragged = None
            self.reset_zoom()

    @property
    def names(self) -> tuple[str, str]:
        """Of the axes."""
        return self._names

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours and the size of text."""
        font = QFont("Inter")
        font.setPixelSize(round(11 * text_scale))
        self.setBackground(theme.card)
        for axis in self._axes:
            axis.setPen(pg.mkPen(theme.grid))
            axis.setTextPen(pg.mkPen(theme.dim))
            axis.setStyle(tickFont=font, tickTextOffset=4)
            axis.label.setFont(font)
            axis.setTickDensity(0.8 / text_scale)
        self._text_scale = text_scale
        self.set_low(not self._axes[0].label.isVisible())
        self._axes[1].setWidth(round(52 * text_scale))
        self.picture.set_theme(theme, font)

    @Slot()
    def reset_zoom(self) -> None:
        """Show all and follow the run again."""
        self._following, self._range = True, None
        self.refresh()
        self.looked.emit()

    def refresh(self) -> None:
        """Look where the run is, and paint anew."""
        self._look()
        self.picture.update()

    def _look(self) -> None:
        sight = self.picture.sight
        if self._following and sight is not None and sight.finite:
            rect = self._view.rect()
            shape = max(rect.width(), 1.0) / max(rect.height(), 1.0)
            seen = seen_range(sight.outstanding, self._range, shape)
            if seen is not None and seen != self._range:
                self._range = seen
                self._view.setRange(xRange=seen[0], yRange=seen[1], padding=0)

    @Slot()
    def _on_zoomed(self) -> None:
        self._following = False
        self.picture.update()
        self.looked.emit()

    def _point(self, spot: QPoint) -> Points:
        """Give the coordinates at a place of the widget."""
        found = self._view.mapSceneToView(QPointF(self.mapToScene(spot)))
        return np.array([found.x(), found.y()])

    def _grips(self, spot: QPoint) -> bool:
        """Tell whether a place of the widget is on the parameters' point."""
        sight = self.picture.sight
        if sight is None or not sight.finite:
            return False
        here = self.mapFromScene(self._view.mapToScene(QPointF(*self.picture.frame.pixels(sight.here))))
        return (QPointF(spot) - QPointF(here)).manhattanLength() <= GRIP

    def _read(self, point: Points | None) -> None:
        """Say what the loss is at a point; nothing at none."""
        sight, said = self.picture.sight, ""
        if point is not None and sight is not None and sight.finite and sight.slice is not None:
            across, up = (f"{name} = {value:.4g}" for name, value in zip(self._names, point, strict=True))
            loss = float(sight.slice.loss(point[None])[0])
            said = f"{across} · {up}" if np.isnan(loss) else f"{across} · {up}\nL = {loss:.6g}"
        if said != self.picture.said:
            self.picture.said = said
            self.picture.update()

    def read_out(self) -> str:
        """Give what is said of the point under the mouse, or of the cursor."""
        return self.picture.said

    def _move(self, point: Points) -> None:
        if np.isfinite(point).all():
            self.moved.emit(point)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and self.picture.sight is not None:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            if self._grips(spot):
                self.picture.dragged = self._point(spot)
                event.accept()
                return
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._move(self._point(spot))
                event.accept()
                return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        if self.picture.dragged is not None:
            self.picture.dragged = self._point(spot)
            self._read(self.picture.dragged)
            self.picture.update()
            return
        super().mouseMoveEvent(event)
        hovered = self._grips(spot)
        if hovered != self.picture.hovered:
            self.picture.hovered = hovered
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if hovered else Qt.CursorShape.ArrowCursor)
            self.picture.update()
        inside = self._view.sceneBoundingRect().contains(QPointF(self.mapToScene(spot)))
        self._read(self._point(spot) if inside else self.picture.cursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged, self.picture.dragged = self.picture.dragged, None
        if dragged is None:
            super().mouseReleaseEvent(event)
            return
        self._read(self.picture.cursor)
        sight = self.picture.sight
        if sight is not None and not self._grips(event.position().toPoint()):  # put back where it was, it stays
            self._move(dragged)
        self.picture.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if not self._grips(event.position().toPoint()):
            self.reset_zoom()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.picture.hovered = False
        self._read(self.picture.cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, sight = Qt.Key(event.key()), self.picture.sight
        if sight is None or not sight.finite:
            super().keyPressEvent(event)
        elif key in MOVES:
            (left, right), (low, high) = self._view.viewRange()
            stride = np.array([right - left, high - low]) / STRIDES
            now = sight.here if self.picture.cursor is None else self.picture.cursor
            self._set_cursor(now + stride * MOVES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.picture.cursor is not None:
            cursor, self.picture.cursor = self.picture.cursor, None
            self._set_cursor(None)
            self._move(cursor)
        elif key == Qt.Key.Key_Escape:
            self.picture.dragged = None
            self._set_cursor(None)
        elif key in ZOOMS:
            centre = sight.here if self.picture.cursor is None else self.picture.cursor
            self._view.scaleBy((ZOOMS[key], ZOOMS[key]), center=QPointF(*centre))
            self._on_zoomed()
        else:
            super().keyPressEvent(event)

    def _set_cursor(self, point: Points | None) -> None:
        self.picture.cursor = point
        self._read(point)
        self.picture.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_range"):  # Qt resizes once before the constructor is through
            self._range = None if self._following else self._range
            self.refresh()
            self.looked.emit()
