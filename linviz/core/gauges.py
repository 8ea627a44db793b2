"""A step in a few numbers: how far it goes, and how far there is to go. Needs no torch."""

import math
from dataclasses import dataclass

import numpy as np

from linviz.core.snapshot import Array, Snapshot
from linviz.core.theory import Parameters, Theory
from linviz.core.what_if import Parabola, WhatIf

NEAR = 0.005
"""Of α: what two decimals don't show."""
COCKPIT = (
    "Defined by Cockpit (Schneider, Dangel, Hennig, NeurIPS 2021), which fits a parabola to loss and slope at both "
    "ends; here the parabola is exact."
)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number that tells how training goes.

    Parameters
    ----------
    name
        Of the gauge.
    word
        What the number is or says, in a word or two.
    value
        NaN where there is none.
    meaning
        Its formula, and what it tells, in sentences.
    past
        Whether it tells of the step before, not of now or the one to come.
    """

    name: str
    word: str
    value: float
    meaning: str
    past: bool = False


def gauges(what_if: WhatIf, rate: float) -> tuple[Gauge, ...]:
    """Read all gauges at a moment.

    Two of them tell of a step: of the update to come at this learning rate, where that is a line that theory knows;
    otherwise of the update before.

    Parameters
    ----------
    what_if
        The moment's line.
    rate
        The learning rate of the update to come.
    """
    theory, moment = what_if.theory, what_if.moment
    now = theory.packed(Parameters(moment.weight, moment.bias))
    move = _Move.to_come(what_if, now, rate) if what_if.straight else _Move.before(theory, moment, now)
    with np.errstate(over="ignore", invalid="ignore"):  # of a run that diverges
        gradient = theory.packed(theory.gradient(theory.unpacked(now)))
        away = now - theory.packed(theory.optimum_from(theory.unpacked(now)))
        along = theory.directions.T @ away
        curved = float(np.sum(theory.curvature[:, None] * along**2)) + theory.weight_decay * float(np.sum(away**2))
    return (
        _overshoot(move),
        Gauge("gradient", "‖∂L/∂θ‖", _norm(gradient), "The length of the gradient of the loss at the present weight "
              "and bias, all parameters together: √Σ (∂L/∂θ)². It is 0 at the optimum."),
        _relative(move),
        Gauge("distance", "‖θ − θ*‖", _norm(away), "How far weight and bias are from the optimum that descent reaches "
              "from here, all parameters together: √Σ (θ − θ*)². Where the loss is flat, nothing moves nor counts."),
        Gauge("excess", "L − L*" if not what_if.decays else "J − J*", curved / 2, "What the loss is above that of the "
              "optimum: ½ Σ λ (θ − θ*)² along the eigen-directions, with all its digits"
              + (", and the term of the weight decay with it." if what_if.decays else ".")),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Move:
    """A step: whose, what it is along its line, and its length by that of the parameters it begins with."""

    whose: str
    alpha: float
    relative: float
    past: bool = False

    @classmethod
    def to_come(cls, what_if: WhatIf, now: Array, rate: float) -> "_Move":
        finite = what_if.objective.finite
        alpha = what_if.objective.overshoot(rate) if finite else math.nan
        return cls("the update to come", alpha, _share(rate * what_if.direction, now))

    @classmethod
    def before(cls, theory: Theory, moment: Snapshot, now: Array) -> "_Move":
        if moment.applied is None or not moment.updated:
            return cls("the update before (here there was none)", math.nan, math.nan, past=True)
        then = theory.packed(Parameters(moment.applied.operands["weight"], moment.applied.operands["bias"]))
        with np.errstate(over="ignore", invalid="ignore"):
            step = now - then
            slope = float(np.sum(theory.packed(theory.gradient(theory.unpacked(then))) * step))
            curvature = float(np.sum(theory.curvature[:, None] * (theory.directions.T @ step) ** 2))
        parabola = Parabola(0.0, slope, curvature)
        alpha = parabola.overshoot(1.0) if parabola.finite else math.nan
        return cls("the update before", alpha, _share(step, then), past=True)


def _overshoot(move: _Move) -> Gauge:
    return Gauge("α", _verdict(move.alpha), move.alpha, f"How {move.whose} stands to the minimum along its own line: "
                 "α = η / η* − 1, with η* the rate that is best for this step. −1: it does not move, 0: it is at that "
                 f"minimum, +1: as far beyond it, from where on it raises the loss. {COCKPIT}", move.past)  # fmt: skip


def _relative(move: _Move) -> Gauge:
    return Gauge("update", "‖Δθ‖ / ‖θ‖", move.relative, f"How large {move.whose} is, by the size of weight and bias: "
                 "√Σ Δθ² / √Σ θ². Infinite where all of them are 0.", move.past)  # fmt: skip


def _verdict(alpha: float) -> str:
    """Say what an α means."""
    if math.isnan(alpha):
        return "not known"
    if abs(alpha) < NEAR:
        return "at the minimum"
    if alpha < 0:
        return "uphill" if alpha < -1 else "no move" if alpha == -1 else "undershoots"
    return "overshoots" if alpha <= 1 else "raises the loss"


def _norm(array: Array) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.linalg.norm(array))


def _share(step: Array, of: Array) -> float:
    size, length = _norm(step), _norm(of)
    if not length:
        return math.inf if size else 0.0
    return size / length if math.isfinite(length) else math.nan
