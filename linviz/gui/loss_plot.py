"""The live curve: the loss of each step against the step number."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QResizeEvent

# pyqtgraph takes the Qt binding that is imported already, so it comes after PySide6.
import pyqtgraph as pg  # isort: skip

from linviz.core.forecast import Forecast
from linviz.core.hindsight import LookBack, Seen
from linviz.core.loss_path import LossPath
from linviz.core.place import Place
from linviz.core.session import Session
from linviz.core.snapshot import Burst
from linviz.gui.branch_curves import BranchCurves
from linviz.gui.evaluation_curves import EvaluationCurves, told
from linviz.gui.forecast_curve import ForecastCurve
from linviz.gui.loss_marks import LossMarks, after
from linviz.gui.loss_scale import LossScale, Scale
from linviz.gui.plot_axes import LossAxis, PlotAxes, StepAxis
from linviz.gui.plot_range import EMPTY, losses_range, steps_range
from linviz.gui.read_out import ReadOut, nearest_finite
from linviz.gui.theme import Theme, branch_colour

POINTS_SHOWN = 150
"""Up to so many, each loss is a dot."""
DENSE = 200
"""Heights of the plot that a curve goes up and down; from there on it is a band in which no edge can be seen."""
MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
ZOOMS = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}


class LossPlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws the losses of a branch and, thin, those of the others; follows a run, and reads out a point.

    The point is the one under the mouse, or where the arrow keys stand.
    """

    scaled = Signal()
    """The axis counts something else."""
    asked = Signal(object)
    """A question to the worker."""

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent, axisItems={"bottom": StepAxis("bottom"), "left": LossAxis("left")})
        self.setObjectName("loss_plot")
        self.setAccessibleName("loss curve")
        self.setAccessibleDescription(
            "Loss against steps. Left and Right move the read-out, + and - zoom, Z shows all."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.branches, self._forecast = BranchCurves(self), ForecastCurve(self)
        self._theme: Theme | None = None
        self._font = QFont()
        self._following = True
        self._chosen, self._scale = Scale.LINEAR, LossScale()
        self._losses_range = EMPTY
        self._plot_axes = PlotAxes(self)
        item = self.getPlotItem()
        item.hideButtons()
        item.setContentsMargins(0, 6, 8, 0)  # half a number's height, or the topmost is cut
        item.setMenuEnabled(False)  # it has an exporter that fails with Qt 6.11, and transforms that tell untruths
        self._view = item.getViewBox()
        self._view.disableAutoRange()
        self._view.sigRangeChangedManually.connect(self._on_zoomed)
        self._curve = pg.PlotCurveItem(skipFiniteCheck=True)
        # As one path, a wide and smooth noisy curve takes 140 ms a frame; line by line, 10.
        self._curve.setSegmentedLineMode("on")
        self._dots = pg.ScatterPlotItem(size=6, pxMode=True, pen=None)
        self._here = pg.InfiniteLine(
            angle=90, movable=False, label="", labelOpts={"position": 0.94, "anchors": [(0, 0.5), (1, 0.5)]}
        )
        self._here.setVisible(False)
        for part in (self._curve, self._dots, self._here):
            self.addItem(part, ignoreBounds=True)
        self.marks, self.evaluations = LossMarks(self), EvaluationCurves(self)
        self._read_out = ReadOut(self)
        self.start()

    def set_hint(self, text: str) -> None:
        """Say this in the empty plot."""
        self.marks.hint.setText(text)

    def start(self) -> None:
        """Begin an empty curve."""
        self.branches.clear()
        self._here.setVisible(False)
        self._read_out.hide()
        self.reset_zoom()

    def put(self, burst: Burst) -> None:
        """Add what a command did."""
        if burst.place is not None:
            self.show_place(burst.place)
        self.branches.losses.put(burst)
        self.refresh()
        self._look_back()

    def _look_back(self) -> None:
        if self.branches.losses.must_look_back():
            self.asked.emit(LookBack(self.branches.current))

    @Slot(object, object)
    def take_done(self, _command: object, result: object) -> None:
        """Take evaluations that were asked for."""
        if isinstance(result, Seen) and self.branches.take_seen(result):
            self.refresh()

    def take_session(self, session: Session, place: Place) -> None:
        """Draw what was saved, and where the run stands in it."""
        self.branches.take_session(session)
        self.show_place(place)
        self._colour_curve()
        self.reset_zoom()
        self._look_back()

    @property
    def path(self) -> LossPath:
        """The losses of the branch that the run stands on."""
        return self.branches.losses.path

    def show_place(self, place: Place) -> None:
        """Go to the branch that the run stands on, and mark where on it, if that is in the past."""
        if self.branches.stand_at(place):
            self._read_out.hide()
            self._colour_curve()
        self._here.setVisible(place.in_the_past)
        if place.in_the_past:
            self._here.setPos(place.step)
            self._here.label.setFormat(f" step {place.step} ")

    def set_log(self, log: bool) -> None:
        """Draw on a logarithmic axis, or no longer."""
        self._choose(Scale.LOG, log)

    def set_excess(self, excess: bool) -> None:
        """Draw what the losses are above the optimal one, on a logarithmic axis, or no longer."""
        self._choose(Scale.EXCESS, excess)

    def _choose(self, kind: Scale, chosen: bool) -> None:
        if chosen or self._chosen is kind:  # what was chosen instead meanwhile stays
            self._chosen = kind if chosen else Scale.LINEAR
            self._rescale()

    def show_forecast(self, forecast: Forecast | None, optimum: float | None) -> None:
        """Draw a prediction, and the optimal loss as a line; none where they aren't known."""
        known = self._forecast.optimum
        self._forecast.show(forecast, optimum)
        if optimum != known:
            self._rescale()
        else:
            self.refresh()

    def _rescale(self) -> None:
        """Draw on the axis that was chosen; what is above the optimum can't be told before that is known."""
        optimum = self._forecast.optimum
        if self._chosen is Scale.EXCESS:
            self._scale = LossScale(Scale.LOG) if optimum is None else LossScale(Scale.EXCESS, optimum)
        else:
            self._scale = LossScale(self._chosen)
        self._plot_axes.set_logarithmic(self._scale.logarithmic)
        self._read_out.hide()
        self.reset_zoom()
        self.scaled.emit()

    @property
    def subtracted(self) -> float | None:
        """The optimal loss, where the axis counts what is above it."""
        return self._scale.optimum if self._scale.kind is Scale.EXCESS else None

    @property
    def parted(self) -> bool:
        """Whether the course of each direction is drawn, where the axis counts what is above the optimum."""
        return self._forecast.parted

    @Slot()
    def reset_zoom(self) -> None:
        """Show all and follow the run again."""
        self._following = True
        self._losses_range = EMPTY
        self.refresh()

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours and the size of text."""
        font = QFont("Inter")
        font.setPixelSize(round(11 * text_scale))
        self.setBackground(theme.card)
        self._plot_axes.set_theme(theme, font, text_scale)
        self._theme, self._font = theme, font
        self._colour_curve()
        self._here.setPen(pg.mkPen(theme.next, width=2))
        self._here.label.setColor(QColor(theme.on_stale))
        self._here.label.setFont(font)
        self.marks.set_theme(theme, font, text_scale)
        self.evaluations.set_theme(theme)
        self._read_out.set_theme(theme, font)
        self.refresh()

    def _colour_curve(self) -> None:
        """Draw the curve in the colour of its branch."""
        if self._theme is not None:
            colour = branch_colour(self._theme, self.branches.current)
            self._curve.setData([], [], pen=pg.mkPen(colour, width=2))
            self._dots.setBrush(QColor(colour))
            self._forecast.set_theme(self._theme, self._font, colour)

    def refresh(self) -> None:
        """Draw what the present range shows of the losses, and of what is predicted."""
        losses = self.branches.losses
        if self._following:
            ahead = self._forecast.forecast is not None
            begin, end = self.branches.reach()
            end = max(begin, end, losses.evaluations.last if losses.evaluated_on(self._scale) else begin)
            self._view.setXRange(*steps_range(end, ahead, begin), padding=0)
        first, last = self._view.viewRange()[0]
        points = max(int(self._view.width()), 100)
        if self._theme is not None:
            self.branches.draw(self._theme, first, last, points, self._scale)
        self._forecast.draw(first, last, points, self._scale)
        self.evaluations.draw(losses, first, last, points, self._scale)
        steps, heights = losses.curve(first, last, points, self._scale)
        if self._following:
            others = (*self.evaluations.heights, *self.branches.extremes(first, last))
            there = [each for each in (heights, *others) if len(each)]
            low = min((float(each.min()) for each in there), default=math.nan)
            high = max((float(each.max()) for each in there), default=math.nan)
            low, high = self._forecast.room(low, high, self._scale, self._view.height())
            if not math.isnan(low):
                self._losses_range = losses_range(low, high, self._losses_range)
            self._view.setYRange(*self._losses_range, padding=0)
        low, high = self._view.viewRange()[1]
        # Smooth edges are three quarters of the time to paint a band: 15 ms for one as wide as the window.
        dense = float(np.abs(np.diff(np.clip(heights, low, high))).sum()) > DENSE * (high - low)
        self._curve.setData(steps, heights, antialias=not dense)
        few = len(steps) <= POINTS_SHOWN
        self._dots.setData(*(steps, heights) if few else ([], []))
        self.marks.draw(losses, self._scale, first, last, self._forecast.heights if self.branches.empty else None)
        if self._read_out.step is not None:
            self._read(self._read_out.step)  # it stands in the range that was

    def _read(self, step: int, towards: int = 0) -> None:
        """Read out the loss nearest to a step, or what is predicted of it; nothing if there is neither."""
        forecast, known = self._forecast.forecast, len(self.path)
        if forecast is not None and not towards and step >= max(known, forecast.first):
            nearest: int | None = step
            loss, said = np.array([forecast.loss(step)]), "predicted "
        else:
            nearest, said = nearest_finite(known, self.path.at, step, towards), ""
            loss = self.path.losses(nearest, nearest + 1) if nearest is not None else np.empty(0)
        if nearest is None or not np.isfinite(loss[0]) or not self.branches.losses.counts_on(self._scale):
            self._read_out.hide()
            return
        manual, optimum = " · then a manual step" if nearest in self.branches.losses.manual else "", self.subtracted
        number = f"L = {loss[0]:.6g}" if optimum is None else f"L − optimum = {loss[0] - optimum:.3g}"
        evaluated = "" if said else told(self.branches.losses, nearest, self._scale)
        height = self._scale.heights(loss)[0]
        self._read_out.show_at(nearest, height, f"{said}{after(nearest)} · {number}{evaluated}{manual}")

    @Slot()
    def _on_zoomed(self) -> None:
        self._following = False
        self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        spot = self.mapToScene(event.position().toPoint())
        if self._view.sceneBoundingRect().contains(spot):
            self._read(round(self._view.mapSceneToView(spot).x()))
        else:
            self._read_out.hide()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._read_out.hide()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.reset_zoom()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = Qt.Key(event.key()), len(self.path) - 1
        now = last if self._read_out.step is None else self._read_out.step
        if key in MOVES:
            self._read(now + MOVES[key], MOVES[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._read(0 if key == Qt.Key.Key_Home else last)
        elif key in ZOOMS:
            self._view.scaleBy((ZOOMS[key], 1), center=QPointF(now, self._view.viewRange()[1][0]))
            self._on_zoomed()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_read_out"):  # Qt resizes once before the constructor is through
            self.refresh()
