"""The course that a run takes from a moment on, if nothing but whole steps are made. Needs no torch."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from linviz.core.descent import Descent
from linviz.core.loss_record import Floats
from linviz.core.snapshot import Burst, Freshness, Phase, Snapshot, Update
from linviz.core.theory import Parameters, Theory
from linviz.core.trajectory import Trajectory

NEAR = 0.01
"""Of the predicted loss: what a loss may differ from it before the run has left the prediction."""
ROUNDED = 100
"""Units of rounding of targets and predictions, whose square a loss may be off where the optimum fits perfectly."""
PLAIN = Update.STEP, Update.MANUAL_STEP


@dataclass(frozen=True, eq=False)
class Forecast:
    """A prediction, made at a moment of a run.

    Parameters
    ----------
    trajectory
        The course, from parameters of that moment.
    first
        The number of steps done where it begins.
    moment
        The moment at which it was made.
    """

    trajectory: Trajectory
    first: int
    moment: Snapshot

    @classmethod
    def of(cls, theory: Theory, moment: Snapshot) -> "Forecast":
        """Predict from a moment on.

        Where the gradient of the update to come belongs to older parameters, as after an update again within an
        iteration, the course begins after that update.

        Raises
        ------
        InputError
            If it has no closed form.
        """
        descent, now, buffer = Descent.of(moment.settings), Parameters(moment.weight, moment.bias), _buffer(moment)
        if moment.next_phase is Phase.FORWARD or moment.freshness("prediction") is Freshness.FRESH:
            return cls(Trajectory(theory, descent, now, buffer), moment.step, moment)
        source = moment.computed_from["prediction"]
        gradient = theory.gradient(Parameters(source["weight"], source["bias"]))
        return cls(Trajectory(theory, descent, *descent.after(now, gradient, buffer)), moment.step + 1, moment)

    def losses(self, steps: NDArray[np.int64]) -> Floats:
        """Give the loss that is computed after each of these steps, none of them before `first`: (steps,)."""
        return np.asarray(self.trajectory.losses(steps - self.first), np.float64)

    def excess(self, steps: NDArray[np.int64]) -> Floats:
        """Give what of these losses is above the optimal one: (steps,).

        With all its digits, unless weight decay leads elsewhere than to the least loss.
        """
        if self.decays:
            return self.losses(steps) - self.trajectory.theory.with_weight_decay(0).optimal_loss
        return np.asarray(self.trajectory.excess(steps - self.first), np.float64)

    @property
    def decays(self) -> bool:
        """Whether weight decay tells what is descended from the loss."""
        return self.trajectory.descent.weight_decay > 0

    def loss(self, step: int) -> float:
        """Give the loss after a step, not before `first`."""
        return self.trajectory.loss(step - self.first)

    def agrees(self, moment: Snapshot) -> bool:
        """Tell whether the loss of a moment that it leads to is the predicted one, but for what rounding may do."""
        at = moment.computed_at.get("loss", -1)
        if moment.loss is None or at < self.first or not np.isfinite(moment.loss):
            return True
        predicted, rounding = self.loss(at), ROUNDED * float(np.finfo(moment.weight.dtype).eps)
        return abs(moment.loss - predicted) <= NEAR * predicted + rounding**2 * self._squares

    @cached_property
    def _squares(self) -> float:
        """Mean square, or sum of squares, of what is rounded: targets, and predictions to begin with."""
        theory = self.trajectory.theory
        squares = theory.scale * (float(np.sum(theory.targets**2)) + theory.unexplained)
        return max(squares, self.trajectory.loss(0))

    def below_rounding(self, moment: Snapshot) -> bool:
        """Tell whether what is predicted above the optimal loss is less than the dtype can tell of a moment's loss."""
        at = moment.computed_at.get("loss", -1)
        if moment.loss is None or at < self.first or self.decays:
            return False
        return float(self.excess(np.array([at]))[0]) < float(np.finfo(moment.weight.dtype).eps) / 2 * moment.loss

    def leads_to(self, before: Snapshot, burst: Burst) -> bool:
        """Tell whether a moment that a command ended in lies on the course, as the one before it did.

        Parameters
        ----------
        before
            The moment before the command, on the same branch.
        burst
            What the command did.
        """
        moment = burst.snapshot
        if moment.settings != self.moment.settings or moment.step < self.first:
            return moment.weight is before.weight and moment.settings == self.moment.settings
        if moment.last_update is Update.EDIT and moment.applied is not before.applied:
            return False
        if moment.step <= before.step:
            return True  # a phase, or a moment that was on the way here
        applied = moment.applied
        plain = applied is not None and applied.update in PLAIN and moment.step - before.step <= len(burst.losses)
        # Right after the update, the gradient that it took is still there.
        fresh = moment.computed_at.get("weight_grad", moment.step - 1) == moment.step - 1
        return plain and (fresh or moment.step == self.first)


def _buffer(moment: Snapshot) -> Parameters | None:
    """Give the buffer that momentum carries, if it does: at the start of a run it has none."""
    weight = moment.state.get("weight_momentum_buffer")
    if weight is None:
        return None
    return Parameters(weight, moment.state.get("bias_momentum_buffer", np.zeros_like(moment.bias)))
