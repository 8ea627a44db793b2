"""Moments made by numpy alone, and what a person would see or hear of a widget."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from hypothesis import settings
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget

from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Applied, Burst, Phase, Snapshot, Update
from linviz.gui.appearance import Appearance
from linviz.gui.theme import Theme

Array = NDArray[np.floating[Any]]

# No deadline: the machine is shared. Derandomized, so that a push that touches nothing turns nothing red.
FEW = settings(deadline=None, derandomize=True, max_examples=60)
MANY = settings(deadline=None, derandomize=True, max_examples=300)


def frozen(values: Any, dtype: str = "float32") -> Array:
    """Make an array as snapshots hold it: in the run's dtype, read-only."""
    array: Array = np.array(values, dtype)
    array.flags.writeable = False
    return array


def problem(samples: int, inputs: int, outputs: int) -> Problem:
    """Draw a problem of a shape, by numpy."""
    draw = np.random.default_rng(0)
    x, y = draw.standard_normal((samples, inputs)), draw.standard_normal((samples, outputs))
    weight, bias = draw.standard_normal((outputs, inputs)), draw.standard_normal(outputs)
    return Problem(frozen(x), frozen(y), frozen(weight), frozen(bias))


def moment_of(given: Problem, step: int = 1, computed_at: int = 0) -> Snapshot:
    """Give a moment in which everything is computed, by the formulas."""
    x, y, weight, bias = (frozen(getattr(given, name)) for name in ("x", "y", "weight", "bias"))
    prediction = x @ weight.T + bias
    residual = prediction - y
    upstream = 2 / residual.size * residual
    computed = ("prediction", "residual", "loss", "weight_grad", "bias_grad")
    return Snapshot(
        step,
        Phase.FORWARD,
        given,
        Settings(),
        x,
        y,
        weight,
        bias,
        frozen(prediction),
        frozen(residual),
        float(np.mean(residual**2)),
        frozen(upstream.T @ x),
        frozen(upstream.sum(0)),
        dict.fromkeys(computed, computed_at),
        {name: {} for name in computed},
    )


def burst_of(losses: Any, first: int = 0, by_hand: bool = False) -> Burst:
    """Give what a command delivers that computed these losses, from the step with this number on."""
    values = np.array(losses, np.float64)
    steps = np.arange(first, first + len(values), dtype=np.int64)
    given = Snapshot.at_start(problem(2, 1, 1), Settings())
    done = Snapshot(
        int(steps[-1]) + 1,
        Phase.FORWARD,
        given.problem,
        given.settings,
        given.x,
        given.y,
        given.weight,
        given.bias,
        loss=float(values[-1]),
        computed_at={"loss": int(steps[-1])},
        applied=Applied(Update.MANUAL_STEP if by_hand else Update.STEP, 0.01, {}),
    )
    return Burst(done, steps, values)


def spoken_name(widget: QWidget) -> str:
    """Give the name that a screen reader says."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def settle() -> None:
    """Let layouts come to rest, as they do before a person sees them."""
    QApplication.sendPostedEvents()


def picture(widget: QWidget) -> QImage:
    """Draw a widget as it stands on the screen."""
    return widget.grab().toImage()


def colour_at(image: QImage, spot: QPoint) -> QColor:
    """Give the colour of a picture where a widget's coordinates say."""
    ratio = image.devicePixelRatio()
    return image.pixelColor(round(spot.x() * ratio), round(spot.y() * ratio))


class Themed(Protocol):
    """A part of the window that takes a theme."""

    def set_theme(self, theme: Theme) -> None:
        """Take colours and measures."""


def dress(widget: QWidget, theme: str = "light", scale: float = 1.0, *, parts: Sequence[Themed] = ()) -> Theme:
    """Give a widget outside the window the fonts and the style sheet that it has inside."""
    appearance = Appearance(theme, scale, widget)
    widget.setStyleSheet(appearance.style_sheet())
    for part in parts or (widget,):
        part.set_theme(appearance.theme)  # type: ignore[union-attr]  # the parts of the window all have it
    return appearance.theme
