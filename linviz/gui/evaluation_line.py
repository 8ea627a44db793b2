"""How good the parameters are over all samples: R² of each output, and the key to the curves of the loss plot."""

import math

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from linviz.core.evaluation import Evaluation
from linviz.core.evaluation_record import TEST, TRAINING
from linviz.core.loss_record import Floats
from linviz.core.snapshot import Snapshot
from linviz.gui.evaluation_curves import KEYS
from linviz.gui.labels import Caption
from linviz.gui.theme import Theme

DEFINITION = (
    "R² of each output: 1 − Σ(y − ŷ)² / Σ(y − ȳ)². It is 1 where every prediction is right, 0 where they are no better "
    "than the mean of y, and there is none where y is the same for all samples."
)
LISTED = 4
"""Outputs; of more, the range of theirs is told."""
LARGE = 100
"""From there on two decimals say too much."""
VCENTER = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class EvaluationLine(Caption):
    """A line of small print in which the keys of the curves have their colours."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._colours: dict[str, QColor] = {}
        self.setObjectName("evaluation")

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._colours = {KEYS[TRAINING]: QColor(theme.whole), KEYS[TEST]: QColor(theme.test)}
        self.update()

    def show_evaluation(self, evaluation: Evaluation | None, moment: Snapshot) -> None:
        """Say what an evaluation of a moment says; nothing if there is none."""
        if evaluation is None or evaluation.step != moment.step:
            self.set_texts("")
            self.setToolTip("")
            self.setAccessibleName("")
            return
        texts, tip = evaluation_texts(evaluation, moment)
        self.set_texts(*texts)
        self.setToolTip(tip)
        self.setAccessibleName(texts[0])

    def paint_text(self, painter: QPainter, text: str) -> None:
        ink, left = painter.pen(), 0
        pieces = [""]
        for character in text:
            if character in self._colours:
                pieces += [character, ""]
            else:
                pieces[-1] += character
        for piece in pieces:
            painter.setPen(self._colours.get(piece, ink.color()))
            painter.drawText(QRect(left, 0, self.width() - left, self.height()), VCENTER, piece)
            left += self.fontMetrics().horizontalAdvance(piece)


def evaluation_texts(evaluation: Evaluation, moment: Snapshot) -> tuple[tuple[str, ...], str]:
    """Say what an evaluation says, in fewer and fewer words, and how it was computed."""
    tests = 0 if moment.tests is None else len(moment.tests)
    samples = len(moment.x) - tests
    by_parts = not moment.settings.batches.all_at_once(samples)
    r2 = r2_text(evaluation.training_r2, evaluation.training_loss)
    words = f"all {samples:,} {'training ' if tests else ''}samples"
    told, bare = [(KEYS[TRAINING] if by_parts else "", words, evaluation.training_loss, r2)], f"R² {r2}"
    if evaluation.test_loss is not None and evaluation.test_r2 is not None:
        r2 = r2_text(evaluation.test_r2, evaluation.test_loss)
        told.append((KEYS[TEST], f"{tests:,} test sample{'s' if tests != 1 else ''}", evaluation.test_loss, r2))
        bare += f" · test {r2}"
    brief = ("all", "test")
    middle = " · ".join(
        f"{key} {word} {loss:.4g}, R² {r2}" if key else f"R² {r2}"
        for (key, _, loss, r2), word in zip(told, brief[: len(told)], strict=True)
    )
    long = " · ".join(f"{key} {words}: L = {loss:.4g}, R² {r2}" if key else f"R² {r2}" for key, words, loss, r2 in told)
    short = " · ".join(f"{key} {loss:.4g}, R² {r2}" if key else f"R² {r2}" for key, _, loss, r2 in told)
    tip = f"{DEFINITION}\n\nComputed with the parameters after step {moment.step:,}."
    drawn = " and ".join(f"{key} {words}" for key, words, _, _ in told if key)
    if drawn:
        tip += f"\nThe curve of {drawn} has a point at each moment that was shown, not at each step."
    return (long, middle, short, bare), tip


def r2_text(values: Floats, loss: float) -> str:
    """Write R² of each output, or of many the lowest and the highest."""
    if not math.isfinite(loss):
        return "none: the loss isn't finite"
    if len(values) <= LISTED:
        return ", ".join(map(_written, values.tolist()))
    known = values[~np.isnan(values)]
    if not len(known):
        return "none: y constant"
    return f"{_written(known.min())} to {_written(known.max())} ({len(values):,} outputs)"


def _written(value: float) -> str:
    if math.isnan(value):
        return "none (y constant)"
    return (f"{value:.2f}" if abs(value) < LARGE else f"{value:.1e}").replace("-", "−")
