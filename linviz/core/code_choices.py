"""The choices of the training as code: starting parameters, device, test set, batches and schedule. Needs no torch."""

from linviz.core.batches import Batches
from linviz.core.settings import Settings
from linviz.core.split import Split

SEED = 2**62
"""A batch seed below it and an epoch make a seed that torch takes as it is."""


def model(settings: Settings, inputs: int, outputs: int) -> tuple[str, ...]:
    """Give the lines that make ``linear`` with starting parameters that are not the problem's."""
    start, is_double = settings.initialisation, settings.dtype == "float64"
    shape = f"{inputs}, {outputs}" if settings.bias else f"{inputs}, {outputs}, bias=False"
    lines = [line for line in start.code if settings.bias or "linear.bias" not in line]
    if not start.drawn:
        return f"linear = nn.Linear({shape}{', dtype=torch.float64' if is_double else ''})", *lines
    seed, made = f"torch.manual_seed({start.init_seed})", f"linear = nn.Linear({shape})"
    first = (seed, made) if start.init == "default" else (made, seed)
    # As in linviz.core.initialisation: drawn in float32, whatever the dtype is.
    return *first, *lines, *(("linear = linear.double()",) if is_double else ())


def moved(settings: Settings) -> tuple[str, ...]:
    """Give the line that brings data and model to the device."""
    if settings.device == "cpu":
        return ()
    return (f"x, y, linear = (each.to({settings.device!r}) for each in (x, y, linear))",)


def split(chosen: Split, samples: int) -> tuple[str, ...]:
    """Give the lines that choose the samples to train and to test on."""
    count = chosen.tests(samples)
    if not count:
        return ()
    return (
        f"generator = torch.Generator().manual_seed({chosen.test_seed})",
        "order = torch.randperm(len(x), generator=generator)",
        f"train, test = order[{count}:].sort().values, order[:{count}].sort().values",
    )


def rows(settings: Settings, samples: int) -> tuple[str, tuple[str, ...]]:
    """Give what indexes the samples that an iteration uses, or nothing, and the lines that find them.

    They are those of `linviz.core.batches.Batches`, with ``k`` as the number of updates before.
    """
    batches, tests = settings.batches, settings.split.tests(samples)
    count, kept = samples - tests, "train" if tests else ""
    if batches.all_at_once(count):
        return kept, ()
    size = min(batches.batch or count, count)
    several = -(-count // size)
    part = f"[at * {size} : at * {size} + {size}]"
    number = f"len({kept or 'x'})"
    if not batches.shuffle:
        return "rows", (f"at = k % {several}", f"rows = {kept or f'torch.arange({number})'}{part}")
    return "rows", (
        f"epoch, at = divmod(k, {several})",
        f"generator = torch.Generator().manual_seed({_epoch_seed(batches)})",
        f"order = torch.randperm({number}, generator=generator)",
        f"rows = train[order{part}]" if kept else f"rows = order{part}",
    )


def factor(settings: Settings) -> tuple[str, ...]:
    """Give the lines that define the schedule's factor after k updates."""
    if settings.schedule.constant:
        return ()
    return "def factor(k):", f"    return {settings.schedule.code}"


def _epoch_seed(batches: Batches) -> str:
    if not batches.batch_seed:
        return "epoch"
    sum_ = f"{batches.batch_seed} + epoch"
    return sum_ if batches.batch_seed < SEED else f"({sum_}) % 2**63"
