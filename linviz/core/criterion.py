"""The losses that a run may use: which class of ``torch.nn``, and how it is made into one number. Needs no torch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from linviz.core.option import Choices, Option, positive

if TYPE_CHECKING:
    from torch import nn

LOSSES: Final = ("MSE", "L1", "Huber")
REDUCTIONS: Final = ("mean", "sum")


@dataclass(frozen=True, slots=True)
class Criterion(Choices):
    """A loss of ``torch.nn``.

    Parameters
    ----------
    loss
        One of `LOSSES`, however its letters are written: ``nn.MSELoss``, ``nn.L1Loss`` or ``nn.HuberLoss``.
    reduction
        One of `REDUCTIONS`, over samples × outputs.
    delta
        Of Huber alone: the size of a residual from which on it counts by its size instead of its square.

    Raises
    ------
    InputError
        If a value is none of those allowed.
    """

    loss: str = "MSE"
    reduction: str = "mean"
    delta: float = 1.0

    OPTIONS: ClassVar[tuple[Option, ...]] = (
        Option.of_words("loss", LOSSES, "Squares of the residuals, their sizes, or Huber's mixture of both."),
        Option.of_words("reduction", REDUCTIONS, "The mean over samples x outputs, or the sum."),
        Option(
            "delta", 1.0, "a number above 0", positive, "Of Huber: the size from which a residual counts by its size."
        ),
    )

    @property
    def name(self) -> str:
        """The class: ``MSELoss``."""
        return f"{self.loss}Loss"

    @property
    def code(self) -> str:
        """How it is made: ``nn.MSELoss()``."""
        given = [f"reduction={self.reduction!r}"] if self.reduction != "mean" else []
        given += [f"delta={self.delta!r}"] if self.loss == "Huber" and self.delta != 1 else []
        return f"nn.{self.name}({', '.join(given)})"

    @property
    def formula(self) -> str:
        """What it computes, in a few words: ``mean of (ŷ − y)²``."""
        each = {"MSE": "(ŷ − y)²", "L1": "|ŷ − y|", "Huber": f"Huber(ŷ − y), δ = {self.delta:g}"}[self.loss]
        return f"{self.reduction} of {each}"

    def made(self) -> "nn.Module":
        """Make it."""
        from torch import nn  # noqa: PLC0415  # settings are read before torch is there

        if self.loss == "Huber":
            return nn.HuberLoss(reduction=self.reduction, delta=self.delta)
        return {"MSE": nn.MSELoss, "L1": nn.L1Loss}[self.loss](reduction=self.reduction)
