"""The data, and the parameters from which training starts."""

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linviz.errors import InputError
from linviz.resources import resource

EXAMPLES = ("notebook",)
MAX_SEED = 2**63 - 1


@dataclass(frozen=True, eq=False)
class Problem:
    """A linear model's data and starting parameters.

    The arrays are copied, read-only, and float32 if they come so, float64 otherwise. `Settings` say in which dtype they
    are trained; the same problem starts from the same numbers in both.

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

    Raises
    ------
    InputError
        If the shapes don't fit together, a dimension is 0, or a number isn't finite.
    """

    x: NDArray[np.floating[Any]]
    y: NDArray[np.floating[Any]]
    weight: NDArray[np.floating[Any]]
    bias: NDArray[np.floating[Any]]
    name: str = "own data"
    seed: int | None = None

    def __post_init__(self) -> None:
        for field, dimensions in (("x", 2), ("y", 2), ("weight", 2), ("bias", 1)):
            object.__setattr__(self, field, _frozen(field, getattr(self, field), dimensions))
        samples, inputs, outputs = self.shape
        expected = {"y": (samples, outputs), "weight": (outputs, inputs), "bias": (outputs,)}
        for field, shape in expected.items():
            found = getattr(self, field).shape
            if found != shape:
                raise InputError(f"{field} must have the shape {shape} to fit x {self.x.shape}, got {found}")

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
        names = ("x", "y", "weight", "bias")
        if all(getattr(self, name).dtype == dtype for name in names):
            return self
        limit = float(np.finfo(dtype).max)
        for name in names:
            largest = float(np.abs(getattr(self, name)).max())
            if largest > limit:
                raise InputError(f"{name} holds {largest:g}, which {dtype} can't hold: choose dtype float64")
        return replace(self, **{name: getattr(self, name).astype(dtype) for name in names})

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

    Raises
    ------
    InputError
        If a number is out of its range.
    """

    samples: int
    inputs: int
    outputs: int
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("samples", "inputs", "outputs"):
            value = getattr(self, name)
            if not _is_integer(value) or value < 1:
                raise InputError(f"{name} must be a whole number of at least 1, got {value}")
            object.__setattr__(self, name, int(value))  # numpy's would overflow
        if not _is_integer(self.seed) or not 0 <= self.seed <= MAX_SEED:
            raise InputError(f"seed must be a whole number from 0 to 2**63 - 1, got {self.seed}")
        object.__setattr__(self, "seed", int(self.seed))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Samples, inputs, outputs."""
        return self.samples, self.inputs, self.outputs

    def draw(self) -> Problem:
        """Draw x and y by ``torch.randn`` and the parameters by ``nn.Linear``'s own initialisation.

        The numbers are those of the notebook's cells 36 and 37 run after ``torch.manual_seed(seed)``, in float32;
        the global random state is left as it was.

        Raises
        ------
        InputError
            If that takes more memory than there is.
        """
        import torch  # noqa: PLC0415  # the window is painted before torch is loaded

        self.check_memory()
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(self.seed)
            x = torch.randn(self.samples, self.inputs, dtype=torch.float32, device="cpu")
            y = torch.randn(self.samples, self.outputs, dtype=torch.float32, device="cpu")
            linear = torch.nn.Linear(self.inputs, self.outputs, dtype=torch.float32, device="cpu")
        weight, bias = linear.weight.detach(), linear.bias.detach()
        name = f"random {self.samples} × {self.inputs} → {self.outputs}"
        return Problem(x.numpy(), y.numpy(), weight.numpy(), bias.numpy(), name=name, seed=self.seed)

    def check_memory(self) -> None:
        """Raise an `InputError` if drawing takes more memory than there is; needs no torch."""
        import psutil  # noqa: PLC0415  # asked once, not at start-up

        # x is held by torch while it is drawn, by the problem and by the trainer; of y's shape are
        # also prediction, residual and their like in the burst loop and in two snapshots.
        numbers = self.samples * (3 * self.inputs + 10 * self.outputs) + 8 * (self.inputs + 1) * self.outputs
        needed, free = 8 * numbers, psutil.virtual_memory().available
        if needed > free:
            raise InputError(
                f"random {self.samples} {self.inputs} {self.outputs} needs about {_gigabytes(needed)} GB of memory and "
                f"{_gigabytes(free)} GB are free: ask for fewer samples, inputs or outputs"
            )


def _gigabytes(count: int) -> str:
    """Write a number of bytes; whole numbers, since a float may be too small for it."""
    whole, tenths = divmod(count // 10**8, 10)
    return f"{whole:,}.{tenths}"


def _is_integer(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _frozen(name: str, values: ArrayLike, dimensions: int) -> NDArray[np.floating[Any]]:
    """Copy into a read-only float array, checked for shape and finiteness."""
    try:
        if np.iscomplexobj(values):
            raise TypeError("it holds complex numbers")  # which numpy would halve
        dtype = np.float32 if getattr(values, "dtype", None) == np.float32 else np.float64
        array: NDArray[np.floating[Any]] = np.array(values, dtype=dtype, order="C")
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{name} must be a rectangular table of numbers: {error}") from error
    if array.ndim != dimensions or 0 in array.shape:
        raise InputError(f"{name} must have {dimensions} dimension(s), none of them 0, got the shape {array.shape}")
    if not np.isfinite(array).all():
        index = tuple(int(i[0]) for i in np.nonzero(~np.isfinite(array)))
        raise InputError(f"{name}{list(index)} must be a finite number, got {array[index]}")
    view = array.view()  # whose owner torch may share
    view.flags.writeable = False
    return view
