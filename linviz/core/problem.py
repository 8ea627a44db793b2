"""The data, and the parameters from which training starts."""

import json
import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core import names
from linviz.core.frozen import frozen, sealed
from linviz.core.memory import gigabytes
from linviz.core.scaling import Scaling
from linviz.core.start import MAX_SEED, checked_seed, is_whole, linear_start, seeded
from linviz.errors import InputError, shown
from linviz.resources import resource

__all__ = ["MAX_SEED", "Problem", "Recipe"]

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Problem:
    """A linear model's data and starting parameters.

    The arrays are read-only, and float32 if they come so, float64 otherwise; they are copied unless they are so
    already, see `frozen`. `Settings` say in which dtype they are trained; the same problem starts from the same numbers
    in both.

    Parameters
    ----------
    x
        Inputs, (samples, inputs).
    y
        Targets, (samples, outputs).
    weight, bias
        Starting parameters as ``nn.Linear`` stores them, (outputs, inputs) and (outputs,).
    name
        What it is called on the screen.
    seed
        The seed it was drawn from, or none.
    x_names, y_names
        What the columns of x and y are called, one line each; empty if they have no names.
    scaling
        What x and y were standardised by; none if they are as they came.
    true_weight, true_bias
        The parameters that y was made with, both or none.
    noise
        By what the drawn noise in that y was multiplied.
    source
        Where the numbers are from, in a sentence; may be empty.

    Raises
    ------
    InputError
        If the shapes don't fit together, a dimension is 0, or a number isn't finite.
    """

    x: Array
    y: Array
    weight: Array
    bias: Array
    name: str = "own data"
    seed: int | None = None
    x_names: tuple[str, ...] = ()
    y_names: tuple[str, ...] = ()
    scaling: Scaling | None = None
    true_weight: Array | None = None
    true_bias: Array | None = None
    noise: float | None = None
    source: str = ""

    def __post_init__(self) -> None:
        dimensions = {"x": 2, "y": 2, "weight": 2, "bias": 1}
        if self.true_weight is not None or self.true_bias is not None:
            dimensions |= {"true_weight": 2, "true_bias": 1}
        for field, count in dimensions.items():
            object.__setattr__(self, field, frozen(field, getattr(self, field), count))
        samples, inputs, outputs = self.shape
        of_weight, of_bias = (outputs, inputs), (outputs,)
        expected = {"y": (samples, outputs), "weight": of_weight, "bias": of_bias}
        expected |= {"true_weight": of_weight, "true_bias": of_bias}
        for field, shape in expected.items():
            found = getattr(self, field)
            if found is not None and found.shape != shape:
                raise InputError(f"{field} must have the shape {shape} to fit x {self.x.shape}, got {found.shape}")
        self._check_words(inputs, outputs)
        if self.noise is not None:
            object.__setattr__(self, "noise", _amount(self.noise))
        for side, count in (("x", inputs), ("y", outputs)):
            mean = None if self.scaling is None else getattr(self.scaling, f"{side}_mean")
            if mean is not None and len(mean) != count:
                raise InputError(
                    f"scaling has {len(mean)} means for the {count} column(s) of {side}: give one for each"
                )

    def _check_words(self, inputs: int, outputs: int) -> None:
        for field, count in (("x_names", inputs), ("y_names", outputs)):
            given = tuple(getattr(self, field))
            if given and len(given) != count:
                raise InputError(f"{field} has {len(given)} name(s) for {count} column(s): give one for each, or none")
            for each in given:
                if not isinstance(each, str) or not 0 < len(each) <= names.MOST_OF_COLUMN or not names.is_plain(each):
                    raise InputError(
                        f"{field} must be lines of text of at most {names.MOST_OF_COLUMN} characters, got {shown(each)}"
                    )
            object.__setattr__(self, field, given)
        if len(self.source) > names.MOST_OF_SOURCE or not names.is_plain(self.source):
            raise InputError(
                f"source must be a line of text of at most {names.MOST_OF_SOURCE} characters, got {shown(self.source)}"
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Samples, inputs, outputs."""
        return self.x.shape[0], self.x.shape[1], self.weight.shape[0]

    @property
    def title(self) -> str:
        """Its name, and its seed if it was drawn."""
        return self.name if self.seed is None else f"{self.name}, seed {self.seed}"

    def as_dtype(self, dtype: str) -> "Problem":
        """Give the same problem with all arrays in this dtype; itself if they are so already.

        Raises
        ------
        InputError
            If a number is beyond the dtype's range.
        """
        arrays = {name: getattr(self, name) for name in ("x", "y", "weight", "bias")}
        if all(array.dtype == dtype for array in arrays.values()):
            return self
        limit = float(np.finfo(dtype).max)
        for name, array in arrays.items():
            largest = max(float(array.max()), -float(array.min()))
            if largest > limit:
                raise InputError(f"{name} holds {largest:g}, which {dtype} can't hold: choose dtype float64")
        cast: dict[str, Any] = {
            name: sealed(array.astype(dtype)) for name, array in arrays.items() if array.dtype != dtype
        }
        return replace(self, **cast)

    @classmethod
    def notebook(cls) -> "Problem":
        """Give the notebook's problem: 10 samples, 3 inputs, 2 outputs, the numbers as it printed them."""
        cells = json.loads(resource("examples/notebook.json").read_text("utf-8"))["cells"]
        printed = {name: value for cell in cells[:2] for name, value in cell["out"].items()}
        return cls(printed["x"], printed["y"], printed["weight"], printed["bias"], name="notebook")

    @classmethod
    def random(cls, samples: int, inputs: int, outputs: int, seed: int = 0) -> "Problem":
        """Draw a problem by the notebook's recipe; see `Recipe`."""
        return Recipe(samples, inputs, outputs, seed).draw()


@dataclass(frozen=True, slots=True)
class Recipe:
    """A random problem that is yet to be drawn.

    Parameters
    ----------
    samples, inputs, outputs
        The shape, each at least 1.
    seed
        From 0 to 2⁶³ − 1.
    noise
        If given, y is made with true parameters and this much noise instead of being drawn alone; at least 0.
    true_weight, true_bias
        Those parameters as rows of numbers, (outputs, inputs) and (outputs,); drawn if they aren't given.

    Raises
    ------
    InputError
        If a number is out of its range, or true parameters have another shape.
    """

    samples: int
    inputs: int
    outputs: int
    seed: int = 0
    noise: float | None = None
    true_weight: tuple[tuple[float, ...], ...] | None = None
    true_bias: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        for name in ("samples", "inputs", "outputs"):
            value = getattr(self, name)
            if not is_whole(value) or value < 1:
                raise InputError(f"{name} must be a whole number of at least 1, got {value}")
            object.__setattr__(self, name, int(value))  # numpy's would overflow
        object.__setattr__(self, "seed", checked_seed(self.seed))
        given = self.true_weight is not None or self.true_bias is not None
        if given and self.noise is None:
            object.__setattr__(self, "noise", 0.0)
        if self.noise is not None:
            object.__setattr__(self, "noise", _amount(self.noise))
        self._take("true_weight", (self.outputs, self.inputs))
        self._take("true_bias", (self.outputs,))

    def _take(self, field: str, shape: tuple[int, ...]) -> None:
        """Keep true parameters as numbers of Python, which can be compared and hashed."""
        if getattr(self, field) is None:
            return
        array = frozen(field, getattr(self, field), len(shape))
        if array.shape != shape:
            raise InputError(f"{field} must have the shape {shape}, got {array.shape}")
        largest = float(np.abs(array).max())
        if largest > float(np.finfo(np.float32).max):
            raise InputError(f"{field} holds {largest:g}, which float32 can't hold: random problems are drawn in it")
        rows = array.tolist()
        object.__setattr__(self, field, tuple(map(tuple, rows)) if array.ndim > 1 else tuple(rows))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Samples, inputs, outputs."""
        return self.samples, self.inputs, self.outputs

    def draw(self) -> Problem:
        """Draw x and y by ``torch.randn`` and the parameters by ``nn.Linear``'s own initialisation.

        The numbers are those of the notebook's cells 36 and 37 run after ``torch.manual_seed(seed)``, in float32;
        the global random state is left as it was. With noise, y is ``x Wᵀ + b + noise · y`` of that y, where W and b
        are drawn by ``torch.randn`` after all the rest: x and the starting parameters are the same without.

        Raises
        ------
        InputError
            If that takes more memory than there is, or y is beyond float32.
        """
        import torch  # noqa: PLC0415  # the window is painted before torch is loaded

        self.check_memory()
        with seeded(self.seed):
            x = torch.randn(self.samples, self.inputs, dtype=torch.float32, device="cpu")
            y = torch.randn(self.samples, self.outputs, dtype=torch.float32, device="cpu")
            weight, bias = linear_start(self.inputs, self.outputs)
            true_weight, true_bias = (
                torch.randn(*shape, dtype=torch.float32, device="cpu")
                if given is None
                else torch.tensor(given, dtype=torch.float32, device="cpu")
                for given, shape in (
                    (self.true_weight, (self.outputs, self.inputs)),
                    (self.true_bias, (self.outputs,)),
                )
            )
        name = f"random {self.samples} × {self.inputs} → {self.outputs}"
        if self.noise is None:
            return Problem(x.numpy(), y.numpy(), weight, bias, name=name, seed=self.seed)
        made = x @ true_weight.T + true_bias + self.noise * y
        return Problem(
            x.numpy(),
            made.numpy(),
            weight,
            bias,
            name=f"{name}, noise {self.noise:g}",
            seed=self.seed,
            true_weight=true_weight.numpy(),
            true_bias=true_bias.numpy(),
            noise=self.noise,
        )

    @property
    def memory(self) -> int:
        """About how many bytes it takes to draw and train it."""
        # x is held by torch while it is drawn, by the problem and by the trainer; of y's shape are
        # also prediction, residual and their like in the burst loop and in two snapshots.
        return 8 * (self.samples * (3 * self.inputs + 10 * self.outputs) + 8 * (self.inputs + 1) * self.outputs)

    def check_memory(self) -> None:
        """Raise an `InputError` if drawing takes more memory than there is; needs no torch."""
        import psutil  # noqa: PLC0415  # asked once, not at start-up

        needed, free = self.memory, psutil.virtual_memory().available
        if needed > free:
            raise InputError(
                f"random {self.samples} {self.inputs} {self.outputs} needs about {gigabytes(needed)} GB of memory and "
                f"{gigabytes(free)} GB are free: ask for fewer samples, inputs or outputs"
            )


def _amount(noise: object) -> float:
    """Give an amount of noise as Python's own number."""
    try:
        amount = math.nan if isinstance(noise, bool | str) else float(noise)  # type: ignore[arg-type]  # float() judges
    except (TypeError, ValueError, OverflowError):
        amount = math.nan
    if not 0 <= amount <= float(np.finfo(np.float32).max):
        raise InputError(f"noise must be a number from 0 on, within float32, got {shown(noise)}")
    return amount
