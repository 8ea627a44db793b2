"""The loss of every step, and a curve of it that fits on a screen."""

import numpy as np
from numpy.typing import NDArray

BUCKET = 256
"""Steps a bucket of the reduced record: a million steps are 4,000 buckets, a screen's width."""
BLOCK = 256 * BUCKET
"""Steps a block of memory, half a megabyte: one array that grows has to be copied, 150 ms for eight million steps."""

Floats = NDArray[np.float64]


class LossRecord:
    """Losses by step number, 8 bytes a step.

    A step whose loss was never computed (it was an update again) holds NaN, as does one whose loss is not a number;
    neither can be drawn.
    """

    def __init__(self) -> None:
        self._lows, self._highs = np.empty(4), np.empty(4)
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._size = 0
        self._blocks: list[Floats] = []
        self._reduced = 0  # how many full buckets have their extremes in _lows and _highs

    def __len__(self) -> int:
        """One more than the last step that has a loss."""
        return self._size

    @property
    def losses(self) -> Floats:
        """Losses by step number, a copy of all: (steps,)."""
        return self.between(0, self._size)

    def between(self, first: int, last: int) -> Floats:
        """Give the losses of the steps from ``first`` to before ``last``, all of the record: (last − first,)."""
        blocks = range(first // BLOCK, -(-last // BLOCK))
        parts = [self._blocks[each][max(first - each * BLOCK, 0) : last - each * BLOCK] for each in blocks]
        return np.concatenate(parts) if parts else np.empty(0)

    def at(self, steps: NDArray[np.int64]) -> Floats:
        """Give the losses of these steps, all of the record: (n,)."""
        found, blocks = np.empty(len(steps)), steps // BLOCK
        for each in np.unique(blocks):
            here = blocks == each
            found[here] = self._blocks[each][steps[here] - each * BLOCK]
        return found

    def put(self, steps: NDArray[np.int64], losses: Floats) -> None:
        """Note the losses of these steps.

        Parameters
        ----------
        steps
            Step numbers, ascending, none before the last step noted: (n,).
        losses
            Their losses: (n,).
        """
        if not len(steps):
            return
        size = int(steps[-1]) + 1
        while len(self._blocks) * BLOCK < size:
            self._blocks.append(np.empty(BLOCK))
        for each in range(min(self._size, int(steps[0])) // BLOCK, (size - 1) // BLOCK + 1):
            start, block = each * BLOCK, self._blocks[each]
            block[max(self._size - start, 0) : max(size - start, 0)] = np.nan
            low, high = np.searchsorted(steps, (start, start + BLOCK))
            block[steps[low:high] - start] = losses[low:high]
        self._size = max(size, self._size)
        self._reduce()

    def curve(self, first: float, last: float, points: int) -> tuple[Floats, Floats]:
        """Give a polyline through the finite losses of a range of steps that looks like all of them.

        Parameters
        ----------
        first, last
            The range, in steps; the neighbours just outside are taken in, so that the line leaves the frame.
        points
            About how many points to give at most; of each stretch the lowest and the highest loss are kept.

        Returns
        -------
        steps, losses
            Both (n,), steps ascending.
        """
        points = max(points, 2)
        start = min(max(int(np.floor(min(max(first, 0), self._size))), 0), max(self._size - 1, 0))
        stop = min(max(int(np.ceil(min(max(last, 0), self._size))) + 1, start), self._size)
        if stop - start <= points:
            steps, losses = np.arange(start, stop, dtype=float), self.between(start, stop)
        elif stop - start <= points * BUCKET:
            losses = self.between(start, stop)
            steps, losses = _extremes(losses, losses, start, 1, points)
        else:
            low, high = start // BUCKET, stop // BUCKET
            steps, losses = _extremes(self._lows[low:high], self._highs[low:high], low * BUCKET, BUCKET, points)
            steps = np.concatenate((steps, np.arange(high * BUCKET, stop, dtype=float)))
            losses = np.concatenate((losses, self.between(high * BUCKET, stop)))
        finite = np.isfinite(losses)
        return steps[finite], losses[finite]

    def _reduce(self) -> None:
        full = self._size // BUCKET
        if full == self._reduced:
            return
        if full > len(self._lows):
            self._lows, self._highs = _grown(self._lows, full), _grown(self._highs, full)
        buckets = self.between(self._reduced * BUCKET, full * BUCKET).reshape(-1, BUCKET)
        finite = np.isfinite(buckets)
        self._lows[self._reduced : full] = np.min(buckets, axis=1, initial=np.inf, where=finite)
        self._highs[self._reduced : full] = np.max(buckets, axis=1, initial=-np.inf, where=finite)
        self._reduced = full


def _grown(array: Floats, size: int) -> Floats:
    grown = np.empty(max(size, 2 * len(array)))
    grown[: len(array)] = array
    return grown


def _extremes(lows: Floats, highs: Floats, start: int, width: int, points: int) -> tuple[Floats, Floats]:
    """Reduce to the lowest and the highest of each stretch, drawn at its two ends, in the order that its ends have."""
    stretch = -(-len(lows) // max(points // 2, 1))
    edges = np.arange(0, len(lows), stretch)
    ends = np.append(edges[1:], len(lows)) - 1
    # fmin and fmax pass over NaN; an infinity only hides its own stretch, which its finite part still shows.
    low = np.fmin.reduceat(np.where(np.isfinite(lows), lows, np.nan), edges)
    high = np.fmax.reduceat(np.where(np.isfinite(highs), highs, np.nan), edges)
    first_is_high = highs[edges] >= lows[ends]
    steps = np.empty(2 * len(edges))
    losses = np.empty(2 * len(edges))
    steps[0::2], steps[1::2] = start + edges * width, start + (ends + 1) * width - 1
    losses[0::2] = np.where(first_is_high, high, low)
    losses[1::2] = np.where(first_is_high, low, high)
    return steps, losses
