"""The same data, and other parameters to start from. Needs no torch until they are drawn."""

from dataclasses import dataclass, replace

from linviz.core.problem import Problem
from linviz.core.start import starting_parameters


@dataclass(frozen=True, slots=True, eq=False)
class NewStart:
    """A problem whose starting parameters are yet to be drawn: nobody's own data are drawn anew.

    Parameters
    ----------
    problem
        Its data stay.
    seed
        From 0 to 2⁶³ − 1.
    """

    problem: Problem
    seed: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """Samples, inputs, outputs."""
        return self.problem.shape

    def draw(self) -> Problem:
        """Draw the parameters by ``nn.Linear``'s own initialisation after ``torch.manual_seed(seed)``."""
        weight, bias = starting_parameters(*self.shape[1:], self.seed)
        dtype = self.problem.weight.dtype
        return replace(self.problem, weight=weight.astype(dtype), bias=bias.astype(dtype))
