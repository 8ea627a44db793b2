"""What choices of the training come to, in words: for their dialog, and wherever the window tells of them."""

import math
from collections.abc import Mapping
from typing import Final

from linviz.core.batches import Batches
from linviz.core.criterion import Criterion
from linviz.core.initialisation import Initialisation
from linviz.core.option import Value
from linviz.core.schedule import Schedule
from linviz.core.settings import BIAS, DEVICE, PARTS, TRAINING, Settings
from linviz.core.split import Split
from linviz.gui.option_line import text_of

TOLD: Final = (0, 100, 1000)
"""Steps whose learning rates are told of a schedule."""
BRIEF: Final = 26
"""Characters that the tool bar has room for."""


def value_of(settings: Settings, name: str) -> Value:
    """Give what is chosen of one of `TRAINING`, by its name."""
    for part, kind in PARTS.items():
        if any(option.name == name for option in kind.OPTIONS):
            found: Value = getattr(getattr(settings, part), name)
            return found
    return settings.bias if name == BIAS.name else settings.device


def why_not_counted(name: str, values: Mapping[str, Value]) -> str:
    """Say why an option counts for nothing beside what else is chosen; nothing if it does count."""
    init, schedule = values["init"], values["schedule"]
    reasons = {
        "delta": values["loss"] != "Huber" and "With loss Huber alone.",
        "shuffle": values["batch"] is None and "With batches alone.",
        "batch_seed": not (values["batch"] is not None and values["shuffle"]) and "With shuffled batches alone.",
        "schedule_steps": schedule == "constant" and "With a schedule alone.",
        "schedule_factor": schedule == "constant" and "With a schedule alone.",
        "test_seed": not values["test_share"] and "With a test set alone.",
        "init_value": init not in ("constant", "normal") and "With init constant or normal alone.",
        "init_seed": init not in ("default", "normal", "xavier") and "With what is drawn alone.",
    }
    return reasons.get(name) or ""


def of_loss(criterion: Criterion) -> str:
    """Say what the loss is, and what that does to theory."""
    said = f"{criterion.code} gives the {criterion.formula}."
    return said if criterion.loss == "MSE" else f"{said} Its optimum is not known beforehand, as it is for MSE."


def of_batches(batches: Batches, samples: int) -> tuple[str, str]:
    """Say what an epoch of so many training samples is, and the same in a few words."""
    if batches.all_at_once(samples):
        return f"Each iteration uses all {samples:,} training samples: it is an epoch.", "all samples"
    size = batches.batch or samples
    iterations, left = -(-samples // size), samples % size
    last = f", the last of {left:,}" if left else ""
    order = "each epoch in another order" if batches.shuffle else "in the order of the data"
    said = f"{samples:,} samples in batches of {size:,}, {order}: {iterations:,} iterations an epoch{last}."
    return said, f"{size:,} samples"


def of_schedule(schedule: Schedule, rate: float) -> tuple[str, str]:
    """Say the learning rates at some steps, and the same in a few words."""
    if schedule.constant:
        return f"The learning rate is {rate:g} at all steps.", schedule.schedule
    told = ", ".join(f"{rate * schedule.factor(step):.4g} at step {step:,}" for step in TOLD)
    words = [schedule.schedule] if schedule.schedule != "constant" else []
    words += [f"warm-up {schedule.warm_up:,}"] if schedule.warm_up else []
    return f"The learning rate is {told}.", " · ".join(words)


def of_split(split: Split, samples: int) -> tuple[str, str]:
    """Say how many samples are tested on, and the same in a few words."""
    tests = split.tests(samples)
    if not tests:
        return f"All {samples:,} samples are trained on.", "none"
    are = "is" if tests == 1 else "are"
    return (
        f"{tests:,} of {samples:,} samples {are} kept to test on, the other {samples - tests:,} are trained on.",
        f"{tests:,} of {samples:,} samples",
    )


def of_start(start: Initialisation, inputs: int, outputs: int) -> str:
    """Say where the parameters start."""
    value, seed = f"{start.init_value:g}", f"from seed {start.init_seed}"
    return {
        "given": "The weight and the bias start as the problem has them.",
        "default": f"Both are drawn evenly within ±1/√inputs = ±{1 / math.sqrt(inputs):.4g}, {seed}: nn.Linear's own.",
        "zeros": "All are 0.",
        "constant": f"All are {value}.",
        "normal": f"The weight is drawn from a normal distribution of mean 0 and std {value}, {seed}; the bias is 0.",
        "xavier": "The weight is drawn evenly within ±√(6 / (inputs + outputs)) = "
        f"±{math.sqrt(6 / (inputs + outputs)):.4g}, {seed}; the bias is 0.",
    }[start.init]


def of_model(bias: bool, dtype: str) -> str:
    """Say what the model computes, and how exactly."""
    digits = {"float32": 7, "float64": 16}[dtype]
    return f"ŷ = x Wᵀ{' + b' * bias}, in {dtype}: about {digits} digits."


def differences(before: Settings, after: Settings) -> tuple[str, ...]:
    """Name what is another choice: ``batch none → 16``."""
    said = []
    if before.optimizer != after.optimizer:
        said.append(f"{before.title} → {after.title}")
    else:
        said += _changed(before.options, after.options)
    return (*said, *_changed(_all(before), _all(after)))


def _all(settings: Settings) -> dict[str, Value]:
    """Give every choice but the optimizer's own, as it is called on the screen."""
    chosen = {option.name.replace("_", " "): value_of(settings, option.name) for option in TRAINING}
    return {"lr": settings.learning_rate, "dtype": settings.dtype, **chosen}


def _changed(before: Mapping[str, Value], after: Mapping[str, Value]) -> list[str]:
    pairs = ((name, before[name], after[name]) for name in after)
    return [f"{name} {text_of(one)} → {text_of(other)}" for name, one, other in pairs if one != other]


def brief(settings: Settings) -> str:
    """Name what is chosen beside the optimizer, as far as the tool bar has room: ``L1 · batch 16 · +2``."""
    words = [f"{name} {text_of(value)}" for name, value in settings.chosen.items()]
    for name, value in settings.training.items():
        if isinstance(value, bool):
            words.append(f"{'' if value else 'no '}{name}")
        else:
            alone = name in ("loss", "reduction", "schedule", DEVICE.name)
            words.append(text_of(value) if alone else f"{name} {text_of(value)}")
    words = [word.replace("_", " ") for word in words]
    shown: list[str] = []
    while words and len(" · ".join([*shown, words[0]])) <= BRIEF - 5 * (len(words) > 1):
        shown.append(words.pop(0))
    return " · ".join([*shown, *([f"+{len(words)}"] if words else [])])
