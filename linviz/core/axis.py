"""The axes of a landscape: directions in the space of the parameters. Needs no torch."""

from dataclasses import dataclass

import numpy as np

from linviz.core.terms import Index
from linviz.core.theory import Parameters, Theory
from linviz.errors import InputError


@dataclass(frozen=True, slots=True)
class Axis:
    """A direction in the space of the parameters: that of one of them, or an eigen-direction of an output.

    Parameters
    ----------
    output
        The output whose parameters it concerns.
    at
        Which of them: an input, or the number of inputs for the bias; or which eigenvector, as `Spectrum.eigenvectors`
        has them, by ascending eigenvalue.
    eigen
        Whether it is an eigen-direction.
    """

    output: int
    at: int
    eigen: bool = False

    @classmethod
    def of_cell(cls, field: str, index: Index, inputs: int) -> "Axis":
        """Give the axis along ``weight[k, j]`` or ``bias[k]``."""
        return cls(index[0], index[1] if field == "weight" else inputs)

    def cell(self, inputs: int) -> tuple[str, Index]:
        """Give the field and stored index of the parameter along which it goes, if it is no eigen-direction."""
        return ("bias", (self.output,)) if self.at == inputs else ("weight", (self.output, self.at))

    def upright(self, other: "Axis") -> bool:
        """Tell whether it stands at right angles to another one, whatever the data are."""
        return self != other and (self.output != other.output or self.eigen == other.eigen)


def first_axes(theory: Theory, start: Parameters) -> tuple[Axis, Axis]:
    """Choose two parameters to begin with: of the output that has farthest to go, those two that have.

    With one parameter an output it takes another output's; with one parameter in all there is no second axis.

    Raises
    ------
    InputError
        If the model has only one parameter.
    """
    away = np.abs(theory.packed(theory.optimum_from(start)) - theory.packed(start))
    first_cells(theory.parameters, theory.outputs)  # or there are no two
    output = int(np.argmax(np.sum(away**2, axis=0)))
    if theory.parameters > 1:
        first, second = sorted(np.argsort(away[:, output], kind="stable")[::-1][:2].tolist())
        return Axis(output, first), Axis(output, second)
    one, two = sorted(np.argsort(away[0], kind="stable")[::-1][:2].tolist())
    return Axis(one, 0), Axis(two, 0)


def first_cells(parameters: int, outputs: int) -> tuple[Axis, Axis]:
    """Choose two parameters to begin with where nothing is known of them: the first two of an output, if it has two.

    Raises
    ------
    InputError
        If the model has only one parameter.
    """
    if parameters * outputs < 2:  # noqa: PLR2004  # a plane has two
        raise InputError("the model has one parameter, and a landscape needs two")
    return (Axis(0, 0), Axis(0, 1)) if parameters > 1 else (Axis(0, 0), Axis(1, 0))
