"""Where the parameters start. Needs no torch but for what is drawn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from linviz.core.option import Choices, Option, any_number, whole
from linviz.errors import InputError

if TYPE_CHECKING:
    # --help reads settings, and does without numpy.
    import numpy as np
    from numpy.typing import NDArray
    from torch import nn

INITIALISATIONS: Final = ("given", "default", "zeros", "constant", "normal", "xavier")


@dataclass(frozen=True, slots=True)
class Initialisation(Choices):
    """The starting parameters: those of the problem, or others in their place.

    What is drawn is drawn in float32 after ``torch.manual_seed(init_seed)``, whatever the dtype of the run, as a
    problem's numbers are.

    Parameters
    ----------
    init
        One of `INITIALISATIONS`: as the problem has them; as ``nn.Linear`` makes them; all 0; all ``init_value``; the
        weight by ``nn.init.normal_`` with ``std=init_value`` or by ``nn.init.xavier_uniform_`` (Glorot and Bengio,
        2010), and the bias 0.
    init_value
        See ``init``.
    init_seed
        Of what is drawn.

    Raises
    ------
    InputError
        If a value is none of those allowed, or a standard deviation is negative.
    """

    init: str = "given"
    init_value: float = 0.1
    init_seed: int = 0

    OPTIONS: ClassVar[tuple[Option, ...]] = (
        Option.of_words("init", INITIALISATIONS, "The starting parameters: the problem's, or made otherwise."),
        Option("init_value", 0.1, "a finite number", any_number, "The constant, or the normal's standard deviation."),
        Option("init_seed", 0, "a whole number from 0 on", whole(0), "Seed of what is drawn."),
    )

    def __post_init__(self) -> None:
        Choices.__post_init__(self)
        if self.init == "normal" and self.init_value < 0:
            raise InputError(f"init value must be from 0 on as a standard deviation, got {self.init_value:g}")

    @property
    def drawn(self) -> bool:
        """Whether torch draws them."""
        return self.init in ("default", "normal", "xavier")

    def words(self, parameter: str) -> str:
        """Say how a parameter, ``weight`` or ``bias``, is made; nothing if it is the problem's."""
        if self.init == "zeros" or (self.init in ("normal", "xavier") and parameter == "bias"):
            return "all 0"
        seed = f"with seed {self.init_seed}"
        return {
            "default": f"drawn by nn.Linear itself {seed}",
            "constant": f"all {self.init_value:g}",
            "normal": f"drawn from a normal distribution, standard deviation {self.init_value:g}, {seed}",
            "xavier": f"drawn by nn.init.xavier_uniform_ {seed}",
        }.get(self.init, "")

    @property
    def code(self) -> tuple[str, ...]:
        """The lines that change ``linear`` after it was made, but for the seed before it."""
        value = repr(self.init_value)
        return {
            "zeros": ("nn.init.zeros_(linear.weight)", "nn.init.zeros_(linear.bias)"),
            "constant": (f"nn.init.constant_(linear.weight, {value})", f"nn.init.constant_(linear.bias, {value})"),
            "normal": (f"nn.init.normal_(linear.weight, std={value})", "nn.init.zeros_(linear.bias)"),
            "xavier": ("nn.init.xavier_uniform_(linear.weight)", "nn.init.zeros_(linear.bias)"),
        }.get(self.init, ())

    def parameters(
        self, weight: "NDArray[np.floating[Any]]", bias: "NDArray[np.floating[Any]]"
    ) -> "tuple[NDArray[np.floating[Any]], NDArray[np.floating[Any]]]":
        """Give weight (outputs, inputs) and bias (outputs,) in place of a problem's."""
        import numpy as np  # noqa: PLC0415  # as above

        if self.init == "given":
            return weight, bias
        if not self.drawn:
            value = self.init_value if self.init == "constant" else 0.0
            return np.full_like(weight, value), np.full_like(bias, value)
        linear = self._draw(*weight.shape)
        if not np.isfinite(linear.weight.detach().numpy()).all():
            raise InputError(
                f"init value {self.init_value:g} draws numbers that float32 can't hold: choose a smaller one"
            )
        return linear.weight.detach().numpy(), linear.bias.detach().numpy()

    def _draw(self, outputs: int, inputs: int) -> "nn.Linear":
        import torch  # noqa: PLC0415  # settings are read before torch is there
        from torch import nn  # noqa: PLC0415  # as above

        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(self.init_seed)
            linear = nn.Linear(inputs, outputs, dtype=torch.float32, device="cpu")
            if self.init != "default":
                # Seeded anew, so that the numbers are those of the line alone.
                torch.default_generator.manual_seed(self.init_seed)
                nn.init.zeros_(linear.bias)
            if self.init == "normal":
                nn.init.normal_(linear.weight, std=self.init_value)
            elif self.init == "xavier":
                nn.init.xavier_uniform_(linear.weight)
        return linear
