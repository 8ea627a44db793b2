"""What optimizers may be asked for: their options, names and refusals."""

from typing import Any

import pytest
import torch
from torch import nn

from linviz.core.optimizers import OPTIMIZERS
from linviz.core.settings import Settings
from linviz.errors import InputError


@pytest.mark.parametrize(
    ("name", "options", "complaint"),
    [
        ("Adam", {"betas": (0.9, 1.0)}, "betas of Adam must be two numbers from 0 to below 1, such as 0.9,0.999, got"),
        ("Adam", {"betas": "0.9"}, "betas of Adam must be"),
        ("Adam", {"betas": 0.9}, "betas of Adam must be"),
        ("Adam", {"momentum": 0.9}, "Adam has no momentum: it has betas, eps, weight_decay, amsgrad"),
        ("SGD", {"momentum": -0.1}, "momentum of SGD must be a number from 0 on, got -0.1"),
        ("SGD", {"momentum": "a lot"}, "momentum of SGD must be a number from 0 on, got a lot"),
        ("SGD", {"momentum": True}, "momentum of SGD must be a number"),
        ("SGD", {"weight_decay": float("nan")}, "weight_decay of SGD must be a number from 0 on, got nan"),
        ("SGD", {"nesterov": True}, "nesterov needs a momentum above 0 and no dampening, got momentum 0.0"),
        ("SGD", {"nesterov": "maybe"}, "nesterov of SGD must be true or false, got maybe"),
        ("LBFGS", {"max_iter": 2.5}, "max_iter of LBFGS must be a whole number from 1 to 10,000, got 2.5"),
        (
            "LBFGS",
            {"line_search_fn": "goldstein"},
            "line_search_fn of LBFGS must be none or strong_wolfe, got goldstein",
        ),
        ("adamax", {}, "optimizer must be one of SGD, Adam, AdamW, RMSprop, Adagrad, LBFGS, got adamax"),
    ],
)
def test_what_no_optimizer_takes_is_refused_in_a_sentence(name: str, options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        Settings(optimizer=name, options=options)
    assert str(caught.value).startswith(complaint)


def test_options_and_defaults_are_torchs() -> None:
    for optimizer in OPTIMIZERS.values():
        kind = getattr(torch.optim, optimizer.name)
        made = kind([nn.Parameter(torch.zeros(1))], lr=0.1)
        theirs = made.param_groups[0]
        for option in optimizer.options:
            expected = option.default
            if option.name == "max_eval":
                continue  # which torch itself computes from max_iter
            assert theirs[option.name] == expected, (optimizer.name, option.name)
            assert option.read(expected) == expected


def test_names_and_options_are_read_as_people_type_them() -> None:
    typed = Settings(optimizer=" adamw ", options={"betas": "0.8, 0.9", "amsgrad": "Yes", "eps": "1e-6"})
    assert typed == Settings(optimizer="AdamW", options={"betas": (0.8, 0.9), "amsgrad": True, "eps": 1e-6})
    assert typed.chosen == {"betas": (0.8, 0.9), "amsgrad": True, "eps": 1e-6}
    assert typed.title == "AdamW(betas=(0.8, 0.9), eps=1e-06, amsgrad=True)"
    assert hash(typed) == hash(Settings(optimizer="AdamW", options=typed.options))
    assert (Settings().title, Settings().is_plain, typed.is_plain) == ("SGD", True, False)
