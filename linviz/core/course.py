"""What commands come to, told without a trainer: how many steps are done, and which phase comes next."""

from dataclasses import dataclass, replace

from linviz.core.command import Command, Edit, NextPhase, RunTo, SetLearningRate, Step, UpdateAgain
from linviz.core.optimizers import NO_HAND
from linviz.core.settings import Settings
from linviz.core.snapshot import PHASES, Phase
from linviz.errors import InputError


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a run has come.

    Parameters
    ----------
    settings
        Those in force.
    step
        The number of steps done.
    next_phase
        The phase that comes next.
    has_gradient
        Whether there is one to update with.
    """

    settings: Settings
    step: int = 0
    next_phase: Phase = Phase.FORWARD
    has_gradient: bool = False

    def after(self, command: Command, count: int = 1) -> "Stand":
        """Tell how far it has come when a command was done, `Step` as often as told.

        Raises
        ------
        InputError
            If that can't be done here.
        """
        if self.settings.evaluates and getattr(command, "by_hand", False):
            raise InputError(NO_HAND)
        match command:
            case Step():
                return replace(self, step=self.step + count, next_phase=Phase.FORWARD, has_gradient=True)
            case NextPhase():
                return self._with_done(self.next_phase)
            case RunTo(phase=last):
                stand = self._with_done(self.next_phase)
                done = self.next_phase
                while done is not last:
                    done, stand = stand.next_phase, stand._with_done(stand.next_phase)
                return stand
            case UpdateAgain():
                if not self.has_gradient:
                    raise InputError(f"there is no gradient for the update again after step {self.step}")
                return replace(self, step=self.step + 1)
            case SetLearningRate(learning_rate=rate):
                return replace(self, settings=replace(self.settings, learning_rate=rate))
            case Edit():
                return replace(self, next_phase=Phase.FORWARD)
            case _:
                raise InputError(f"{type(command).__name__} is no part of a branch")

    def _with_done(self, phase: Phase) -> "Stand":
        following = PHASES[(PHASES.index(phase) + 1) % len(PHASES)]
        gradient = {Phase.ZERO_GRAD: False, Phase.BACKWARD: True}.get(phase, self.has_gradient)
        return replace(self, step=self.step + (phase is Phase.UPDATE), next_phase=following, has_gradient=gradient)
