"""The live curve: the loss of each step against the step number."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Slot
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QResizeEvent

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from linviz.core.loss_record import Floats, LossRecord
from linviz.core.snapshot import Burst, Phase, Update
from linviz.gui.plot_range import losses_range, steps_range
from linviz.gui.theme import Theme

POINTS_SHOWN = 150
"""Up to so many, each loss is a dot."""
SMALLEST, LARGEST = 1e-300, 1e150
"""What the axes can bear: a subnormal loss divides by zero there, one near the largest double overflows."""


class LossPlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws the losses of a `LossRecord`, follows a run, and reads out the point under the mouse or the keys."""

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_plot")
        self.setAccessibleName("loss curve")
        self.setAccessibleDescription(
            "Loss against steps. Left and Right move the read-out, + and - zoom, Z shows all."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.record = LossRecord()
        self._manual: list[int] = []
        self._broken: tuple[int, float] | None = None
        self._log = False
        self._following = True
        self._cursor: int | None = None
        self._theme: Theme | None = None
        item = self.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)  # it has an exporter that fails with Qt 6.11, and transforms that tell untruths
        self._view = item.getViewBox()
        self._view.disableAutoRange()
        self._view.sigRangeChangedManually.connect(self._on_zoomed)
        self._axes = [item.getAxis(side) for side in ("left", "bottom")]
        for axis in self._axes:
            axis.enableAutoSIPrefix(False)
        self._axes[1].setLabel("step")
        # The axes' own grid takes 10 ms a frame; this one takes no time that can be measured.
        self._grid = pg.PlotCurveItem(connect="pairs")
        self._view.sigYRangeChanged.connect(self._on_losses_range_changed)
        self._curve = pg.PlotCurveItem()
        # As one path, a wide and smooth noisy curve takes 140 ms a frame; line by line, 10.
        self._curve.setSegmentedLineMode("on")
        self._dots = pg.ScatterPlotItem(size=6, pxMode=True)
        self._circles = pg.ScatterPlotItem(size=10, pxMode=True)
        self._hair = pg.InfiniteLine(angle=90, movable=False)
        self._spot = pg.ScatterPlotItem(size=9, pxMode=True)
        self._broken_line = pg.InfiniteLine(angle=90, movable=False, label="", labelOpts={"position": 0.9})
        self._text = pg.TextItem(anchor=(0, 0))
        for part in (
            self._grid,
            self._curve,
            self._dots,
            self._circles,
            self._hair,
            self._spot,
            self._broken_line,
            self._text,
        ):
            self.addItem(part, ignoreBounds=True)
        self.start()

    def start(self) -> None:
        """Begin an empty curve."""
        self.record.clear()
        self._manual.clear()
        self._broken = None
        self._read_out(None)
        self.reset_zoom()

    def put(self, burst: Burst) -> None:
        """Add what a command did."""
        self.record.put(burst.steps, burst.losses)
        moment = burst.snapshot
        if len(burst.losses) and not math.isfinite(burst.losses[-1]) and self._broken is None:
            self._broken = int(burst.steps[-1]), float(burst.losses[-1])
        manual = moment.last_update is Update.MANUAL_STEP and moment.next_phase is Phase.FORWARD
        if manual and len(burst.steps) and (not self._manual or self._manual[-1] < burst.steps[-1]):
            self._manual.append(int(burst.steps[-1]))
        self.refresh()

    def set_log(self, log: bool) -> None:
        """Draw on a logarithmic axis, or a linear one."""
        self._log = log
        self._axes[0].setLogMode(log)
        self.reset_zoom()

    @Slot()
    def reset_zoom(self) -> None:
        """Show all and follow the run again."""
        self._following = True
        self._losses_range = (math.inf, -math.inf)
        self.refresh()

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours and the size of text."""
        self._theme = theme
        self.setBackground(theme.card)
        font = QFont("Inter")
        font.setPixelSize(round(11 * text_scale))
        for axis in self._axes:
            axis.setPen(pg.mkPen(theme.grid))
            axis.setTextPen(pg.mkPen(theme.dim))
            axis.setStyle(tickFont=font, tickTextOffset=6)
            axis.setTickDensity(0.7)
            axis.label.setFont(font)
        self._axes[0].setWidth(round(58 * text_scale))
        self._axes[1].setHeight(round(40 * text_scale))
        self._grid.setPen(pg.mkPen(theme.grid, width=1))
        self._curve.setData([], [], pen=pg.mkPen(theme.accent, width=2), antialias=True)
        self._dots.setBrush(QColor(theme.accent))
        self._dots.setPen(None)
        self._circles.setPen(pg.mkPen(theme.manual, width=2))
        self._circles.setBrush(QColor(theme.card))
        self._hair.setPen(pg.mkPen(theme.next, width=1))
        self._spot.setBrush(QColor(theme.next))
        self._spot.setPen(None)
        self._text.setColor(QColor(theme.text))
        self._text.setFont(font)
        self._text.fill = QColor(theme.card)
        self._broken_line.setPen(pg.mkPen(theme.on_danger, width=1, style=Qt.PenStyle.DashLine))
        self._broken_line.label.setColor(QColor(theme.on_danger))
        self._broken_line.label.setFont(font)
        self.refresh()

    def refresh(self) -> None:
        """Draw what the present range shows of the record."""
        if self._theme is None:
            return
        if self._following:
            self._view.setXRange(*steps_range(max(len(self.record) - 1, 0)), padding=0)
        first, last = self._view.viewRange()[0]
        steps, losses = self.record.curve(first, last, max(int(self._view.width()), 100))
        heights = self._heights(losses)
        if self._following and len(heights):
            self._losses_range = losses_range(float(heights.min()), float(heights.max()), self._losses_range)
            self._view.setYRange(*self._losses_range, padding=0)
        few = len(steps) <= POINTS_SHOWN
        self._curve.setData(steps, heights, skipFiniteCheck=True)
        self._dots.setData(*(steps, heights) if few else ([], []))
        self._show_marks(first, last)

    def _show_marks(self, first: float, last: float) -> None:
        manual = np.array([step for step in self._manual if first <= step <= last], np.int64)
        manual = manual[np.isfinite(self.record.losses[manual])]
        self._circles.setData(manual.astype(float), self._heights(self.record.losses[manual]))
        self._broken_line.setVisible(self._broken is not None)
        if self._broken is not None:
            step, loss = self._broken
            self._broken_line.setPos(step)
            self._broken_line.label.setFormat(f"not finite: loss is {loss:g} at step {step}")

    def _heights(self, losses: Floats) -> Floats:
        if self._log:
            return np.log10(np.clip(losses, SMALLEST, None))
        return np.where(losses < SMALLEST, 0.0, np.minimum(losses, LARGEST))

    def _read_out(self, step: int | None) -> None:
        """Show the loss nearest to a step, or nothing."""
        nearest = self._nearest(step)
        self._cursor = nearest
        for part in (self._hair, self._spot, self._text):
            part.setVisible(nearest is not None)
        if nearest is None:
            return
        loss = float(self.record.losses[nearest])
        height = float(self._heights(np.array([loss]))[0])
        manual = " · manual step" if nearest in self._manual else ""
        text = f"step {nearest} · L = {loss:.6g}{manual}"
        self._hair.setPos(nearest)
        self._spot.setData([nearest], [height])
        (left, right), (_, top) = self._view.viewRange()
        self._text.setAnchor((1, 0) if nearest > (left + right) / 2 else (0, 0))
        self._text.setPos(QPointF(nearest, top))
        self._text.setText(text, QColor(self._theme.text) if self._theme else None)

    def _nearest(self, step: int | None) -> int | None:
        """Give the step nearest to this one that has a finite loss."""
        if step is None or not len(self.record):
            return None
        step = min(max(step, 0), len(self.record) - 1)
        near = np.arange(max(step - 50, 0), min(step + 51, len(self.record)))
        near = near[np.isfinite(self.record.losses[near])]
        return int(near[np.abs(near - step).argmin()]) if len(near) else None

    @Slot()
    def _on_losses_range_changed(self) -> None:
        """Draw a line at each number that stands on the axis."""
        low, high = self._view.viewRange()[1]
        levels = self._axes[0].tickValues(low, high, max(self._view.height(), 1))
        heights = np.repeat(np.array(levels[0][1] if levels else [], float), 2)
        self._grid.setData(np.resize([-1e12, 1e12], len(heights)), heights)

    @Slot()
    def _on_zoomed(self) -> None:
        self._following = False
        self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        spot = self._view.mapSceneToView(self.mapToScene(event.position().toPoint()))
        inside = self._view.sceneBoundingRect().contains(self.mapToScene(event.position().toPoint()))
        self._read_out(round(spot.x()) if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._read_out(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.reset_zoom()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
        zooms = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
        key = Qt.Key(event.key())
        if key in moves:
            now = len(self.record) - 1 if self._cursor is None else self._cursor
            self._read_out(now + moves[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._read_out(0 if key == Qt.Key.Key_Home else len(self.record) - 1)
        elif key in zooms:
            centre = None if self._cursor is None else QPointF(self._cursor, self._view.viewRange()[1][0])
            self._view.scaleBy((zooms[key], 1), center=centre)
            self._on_zoomed()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_view"):  # Qt resizes once before the constructor is through
            self.refresh()
