"""The evaluations along a branch, at the moments at which they were made, and curves of them that fit on a screen."""

from typing import TYPE_CHECKING, Final

import numpy as np

from linviz.core.evaluation import Evaluation
from linviz.core.loss_record import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRAINING: Final = 0
TEST: Final = 1
"""Which loss: over all training samples, or over the test set."""


class EvaluationRecord:
    """Losses by step, ascending; at most one of each kind a step. There are some sixty a second of a run."""

    def __init__(self) -> None:
        self._steps: NDArray[np.int64] = np.empty(64, np.int64)
        self._losses: Floats = np.empty((2, 64))
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, evaluation: Evaluation) -> None:
        """Note an evaluation, in place of one of the same step: an edit may have changed what it was of."""
        size, at = self._size, int(np.searchsorted(self._steps[: self._size], evaluation.step))
        if at == size or self._steps[at] != evaluation.step:
            if size == len(self._steps):
                self._steps = np.concatenate([self._steps, np.empty_like(self._steps)])
                self._losses = np.concatenate([self._losses, np.empty_like(self._losses)], axis=1)
            self._steps[at + 1 : size + 1] = self._steps[at:size].copy()
            self._losses[:, at + 1 : size + 1] = self._losses[:, at:size].copy()
            self._size += 1
        self._steps[at] = evaluation.step
        test = np.nan if evaluation.test_loss is None else evaluation.test_loss
        self._losses[:, at] = evaluation.training_loss, test

    @property
    def last(self) -> int:
        """The last step that it has, or −1."""
        return int(self._steps[self._size - 1]) if self._size else -1

    def at(self, step: int) -> tuple[float, float] | None:
        """Give both losses of a step, NaN for one that isn't there; none if that step has none."""
        at = int(np.searchsorted(self._steps[: self._size], step))
        if at == self._size or self._steps[at] != step:
            return None
        training, test = self._losses[:, at].tolist()
        return training, test

    def until(self, step: int) -> "EvaluationRecord":
        """Give a copy of what it has up to a step."""
        made, size = EvaluationRecord(), int(np.searchsorted(self._steps[: self._size], step, "right"))
        room = max(size, 64)
        made._steps, made._losses = self._steps[:room].copy(), self._losses[:, :room].copy()
        made._size = size
        return made

    def curve(self, kind: int, first: float, last: float, points: int) -> tuple[Floats, Floats]:
        """Give a polyline through the finite losses of a range of steps, and its neighbours just outside.

        Parameters
        ----------
        kind
            `TRAINING` or `TEST`.
        first, last
            The range, in steps.
        points
            About how many points to give at most; of each stretch the lowest and the highest are kept.

        Returns
        -------
        steps, losses
            Both (n,), steps ascending.
        """
        begin, end = self._range(first, last)
        steps, losses = self._steps[begin:end].astype(float), self._losses[kind, begin:end]
        finite = np.isfinite(losses)
        steps, losses = steps[finite], losses[finite]
        if len(steps) <= points:
            return steps, losses
        edges = np.arange(0, len(steps), -(-len(steps) // max(points // 2, 1)))
        ends = np.append(edges[1:], len(steps)) - 1
        low, high = np.minimum.reduceat(losses, edges), np.maximum.reduceat(losses, edges)
        rises = losses[edges] < losses[ends]
        pairs = np.where(rises, low, high), np.where(rises, high, low)
        return np.column_stack((steps[edges], steps[ends])).ravel(), np.column_stack(pairs).ravel()

    def marks(self, kind: int, first: float, last: float, most: int) -> tuple[Floats, Floats]:
        """Give at most so many of its points in a range: the same ones as it grows, until they are too many."""
        begin, end = self._range(first, last)
        stride = 1
        while (end - begin) > most * stride:
            stride *= 2
        at = np.arange(-(-begin // stride) * stride, end, stride)
        at = at[np.isfinite(self._losses[kind, at])]
        return self._steps[at].astype(float), self._losses[kind, at]

    def _range(self, first: float, last: float) -> tuple[int, int]:
        begin, end = np.searchsorted(self._steps[: self._size], (first, last))
        return max(int(begin) - 1, 0), min(int(end) + 1, self._size)
