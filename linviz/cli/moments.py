"""The steps that a trace prints: made here, and kept in a file if asked, or read from one."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from linviz.cli.output import complain
from linviz.core.command import Drawable, Step, drawn
from linviz.core.evaluation import Evaluation
from linviz.core.history import History
from linviz.core.session import Session
from linviz.core.session_file import write_session
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst, Snapshot
from linviz.core.trainer import Trainer
from linviz.errors import InputError


class Made(NamedTuple):
    """A step: the moments before and after it, and what tells, until the next is made, how good its parameters are."""

    before: Snapshot
    after: Snapshot
    evaluation: Callable[[], Evaluation | None]


Moments = Iterator[Made]


def made(source: Drawable, settings: Settings, steps: int, by_hand: bool) -> Moments:
    """Make steps; nothing is kept of those given.

    Parameters
    ----------
    source
        The problem, drawn or not.
    settings
        How it is trained.
    steps
        How many steps to make.
    by_hand
        Whether updates are written by hand.
    """
    trainer = Trainer(drawn(source), settings)
    yield from _advanced(trainer, trainer.manual_step if by_hand else trainer.step, steps)


def kept(source: Drawable, settings: Settings, steps: int, by_hand: bool, path: Path) -> Moments:
    """Make steps as `made` does, and after the last write a session of them.

    Raises
    ------
    InputError
        If the file can't be written.
    """
    history = History(drawn(source), settings)
    losses = []

    def advance() -> Snapshot:
        burst = history.perform(Step(by_hand))
        assert isinstance(burst, Burst)  # noqa: S101  # a command gives one; this tells the type checker
        losses.append(burst.losses[-1])
        return burst.snapshot

    yield from _advanced(history.trainer, advance, steps)
    session = history.session()
    (branch,) = session.branches
    write_session(replace(session, branches=(replace(branch, losses=np.array(losses)),)), path)


def saved(session: Session, step: int | None) -> Moments:
    """Give a step of the branch that a session stands on, computed again; without a number the one done last there.

    Raises
    ------
    InputError
        If there is no such step.
    """
    history = History.of(session)
    place = history.place()
    wanted = place.step if step is None else step
    if not place.first < wanted <= place.steps:
        first = place.first + 1
        there = f"has the steps {first} to {place.steps}" if place.steps >= first else "has no step yet"
        raise InputError(f"{session.problem.title} as saved {there}, there is no step {wanted}")
    after = history.seek_step(wanted).snapshot
    assert after.applied is not None  # noqa: S101  # a step applies an update; this tells the type checker
    operands = after.applied.operands
    settings = replace(after.settings, learning_rate=after.applied.learning_rate)
    before = replace(after, step=wanted - 1, settings=settings, weight=operands["weight"], bias=operands["bias"])
    yield Made(before, after, history.trainer.evaluation)


def _advanced(trainer: Trainer, advance: Callable[[], Snapshot], steps: int) -> Moments:
    """Give the moments of each step; say once if the loss stops being finite, and go on."""
    finite = True
    for _ in range(steps):
        before = trainer.snapshot()
        after = advance()
        assert after.loss is not None  # noqa: S101  # a whole step computes it; this tells the type checker
        if finite and not math.isfinite(after.loss):
            finite = False
            complain(
                f"the loss is not finite from step {after.step} on ({after.loss}) at learning rate "
                f"{after.applied.rate if after.applied else before.settings.learning_rate}: try a smaller --lr"
            )
        yield Made(before, after, trainer.evaluation)
