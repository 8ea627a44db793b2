"""The optimizers of ``torch.optim`` that a run may use, and what can be chosen of each. Needs no torch.

Names, defaults and limits are those of torch's own constructors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from linviz.core.option import (
    MOST_COUNTED,
    Option,
    Value,
    any_number,
    at_least_0,
    coefficient,
    count,
    flag,
    or_none,
    pair,
)
from linviz.errors import InputError, shown


@dataclass(frozen=True, slots=True)
class Optimizer:
    """An optimizer of ``torch.optim``.

    Parameters
    ----------
    name
        Of the class.
    meaning
        What its step does, in a sentence.
    options
        What can be chosen, in the order of torch's constructor.
    memory
        What it remembers of each parameter, as torch calls it, each with the option without which it doesn't; none of
        LBFGS, whose memory grows.
    by_hand
        Whether its step can be written as an update by hand.
    """

    name: str
    meaning: str
    options: tuple[Option, ...]
    memory: tuple[tuple[str, str], ...] = ()
    by_hand: bool = True

    def remembers(self, chosen: Mapping[str, Value]) -> tuple[str, ...]:
        """Tell what it remembers of each parameter once it has made a step, with these options."""
        return tuple(name for name, option in self.memory if not option or chosen[option])

    def checked(self, chosen: Mapping[str, object]) -> dict[str, Value]:
        """Give a value for every option, torch's default where none was chosen.

        Raises
        ------
        InputError
            If it has no such option, or a value is none of those allowed.
        """
        names = [option.name for option in self.options]
        for name in chosen:
            if name not in names:
                raise InputError(f"{self.name} has no {name}: it has {', '.join(names)}")
        values = {
            option.name: option.value(chosen.get(option.name, option.default), self.name) for option in self.options
        }
        if values.get("nesterov") and (not values["momentum"] or values["dampening"]):
            raise InputError(
                f"nesterov needs a momentum above 0 and no dampening, got momentum {values['momentum']} and dampening "
                f"{values['dampening']}"
            )
        return values


_FLAG = "true or false"
_WEIGHT_DECAY = "a number from 0 on", at_least_0, "Adds so many times the parameter to its gradient."
_EPS = "a number from 0 on", at_least_0, "Added to the root that is divided by, so that it is never 0."
_BETAS = (
    "two numbers from 0 to below 1, such as 0.9,0.999",
    pair,
    "How much of the running means of the gradient and of its square each step keeps.",
)
_KEPT = "How much of the last move each step keeps."
_ADAM = (
    Option("betas", (0.9, 0.999), *_BETAS),
    Option("eps", 1e-8, *_EPS),
)
_AMSGRAD = Option("amsgrad", False, _FLAG, flag, "Divides by the root of the largest mean square so far.")
_MOMENTS = ("step", ""), ("exp_avg", ""), ("exp_avg_sq", ""), ("max_exp_avg_sq", "amsgrad")

OPTIMIZERS: Final[Mapping[str, Optimizer]] = {
    optimizer.name: optimizer
    for optimizer in (
        Optimizer(
            "SGD",
            "Gradient descent: parameter − η · gradient, with momentum if chosen.",
            (
                Option("momentum", 0.0, "a number from 0 on", at_least_0, _KEPT),
                Option(
                    "dampening",
                    0.0,
                    "a finite number",
                    any_number,
                    "Leaves out so much of the gradient where it is added to the momentum.",
                ),
                Option("weight_decay", 0.0, *_WEIGHT_DECAY),
                Option("nesterov", False, _FLAG, flag, "Looks ahead: moves by gradient + momentum * buffer."),
            ),
            (("momentum_buffer", "momentum"),),
        ),
        Optimizer(
            "Adam",
            "Divides a running mean of the gradient by the root of one of its squares.",
            (*_ADAM, Option("weight_decay", 0.0, *_WEIGHT_DECAY), _AMSGRAD),
            _MOMENTS,
        ),
        Optimizer(
            "AdamW",
            "Adam whose weight decay shrinks the parameters themselves, not by way of the gradient.",
            (
                *_ADAM,
                Option(
                    "weight_decay",
                    0.01,
                    "a number from 0 on",
                    at_least_0,
                    "Takes so many times learning rate times parameter off it.",
                ),
                _AMSGRAD,
            ),
            _MOMENTS,
        ),
        Optimizer(
            "RMSprop",
            "Divides the gradient by the root of a running mean of its squares.",
            (
                Option(
                    "alpha",
                    0.99,
                    "a number from 0 to below 1",
                    coefficient,
                    "How much of the running mean each step keeps.",
                ),
                Option("eps", 1e-8, *_EPS),
                Option("weight_decay", 0.0, *_WEIGHT_DECAY),
                Option("momentum", 0.0, "a number from 0 on", at_least_0, _KEPT),
                Option("centered", False, _FLAG, flag, "Divides by the root of the variance, not of the mean square."),
            ),
            (("step", ""), ("square_avg", ""), ("momentum_buffer", "momentum"), ("grad_avg", "centered")),
        ),
        Optimizer(
            "Adagrad",
            "Divides the gradient by the root of the sum of all its squares so far.",
            (
                Option(
                    "lr_decay",
                    0.0,
                    "a number from 0 on",
                    at_least_0,
                    "Divides the learning rate by 1 + so many times the steps done.",
                ),
                Option("weight_decay", 0.0, *_WEIGHT_DECAY),
                Option("initial_accumulator_value", 0.0, "a number from 0 on", at_least_0, "Where the sum begins."),
                Option("eps", 1e-10, *_EPS),
            ),
            (("step", ""), ("sum", "")),
        ),
        Optimizer(
            "LBFGS",
            "Estimates the curvature from the last moves, and makes several moves in a step.",
            (
                Option("max_iter", 20, f"a whole number from 1 to {MOST_COUNTED:,}", count, "Most moves in one step."),
                Option(
                    "max_eval",
                    None,
                    f"none or a whole number from 1 to {MOST_COUNTED:,}",
                    or_none(count),
                    "Evaluations of the loss in one step, at most; none is 5/4 of max_iter.",
                ),
                Option("tolerance_grad", 1e-7, "a number from 0 on", at_least_0, "Stops where no gradient is larger."),
                Option(
                    "tolerance_change",
                    1e-9,
                    "a number from 0 on",
                    at_least_0,
                    "Stops where neither loss nor parameters change by more.",
                ),
                Option(
                    "history_size",
                    100,
                    f"a whole number from 1 to {MOST_COUNTED:,}",
                    count,
                    "How many moves it remembers.",
                ),
                Option(
                    "line_search_fn",
                    None,
                    "none or strong_wolfe",
                    {None: None, "none": None, "strong_wolfe": "strong_wolfe"}.__getitem__,
                    "How it looks along a direction for how far to go.",
                ),
            ),
            by_hand=False,
        ),
    )
}
"""By name, in the order in which they are offered."""

NO_HAND: Final = (
    "LBFGS has no update by hand: it evaluates the loss several times within one step and decides by what it finds; "
    "choose Step, or another optimizer"
)


def named(name: object) -> Optimizer:
    """Give an optimizer by its name, however its letters are written.

    Raises
    ------
    InputError
        If there is none.
    """
    wanted = name.strip().lower() if isinstance(name, str) else ""
    for optimizer in OPTIMIZERS.values():
        if optimizer.name.lower() == wanted:
            return optimizer
    raise InputError(f"optimizer must be one of {', '.join(OPTIMIZERS)}, got {shown(name)}")
