"""What the loss would be after the update to come, at any learning rate. Needs no torch."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core.snapshot import Array, Freshness, Phase, Snapshot
from linviz.core.theory import Parameters, Theory

Rates = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Parabola:
    """A function of the learning rate: ``value + slope · rate + curvature / 2 · rate²``.

    Parameters
    ----------
    value
        At rate 0, where nothing moves.
    slope
        There; negative where the line goes downhill.
    curvature
        Not negative.
    """

    value: float
    slope: float
    curvature: float

    def at(self, rates: Rates) -> Rates:
        """Give the values at rates; infinite where float64 ends."""
        return self.value + self.change(rates)

    def change(self, rates: Rates) -> Rates:
        """Give the values at rates less that at rate 0, with all digits."""
        with np.errstate(over="ignore", invalid="ignore"):
            return rates * (self.slope + rates * (self.curvature / 2))

    @property
    def finite(self) -> bool:
        """Whether all of it is."""
        return all(map(math.isfinite, (self.value, self.slope, self.curvature)))

    @property
    def best(self) -> float | None:
        """The rate of the least value, the Cauchy step |g|² / gᵀHg if it goes along a gradient; none if that is 0.

        Source: Cauchy 1847; Nocedal and Wright, Numerical Optimization, 2nd ed., eq. 3.26.
        """
        if not (self.finite and self.slope < 0 < self.curvature):
            return None
        best = -self.slope / self.curvature
        return best if math.isfinite(best) else None

    @property
    def limit(self) -> float | None:
        """The rate at which the value is that of rate 0 again, twice the best one; above it, it is more."""
        return None if self.best is None else 2 * self.best

    def overshoot(self, rate: float) -> float:
        """Give α of a step of this rate: −1 did not move, 0 is at the minimum along the line, +1 as far beyond it.

        ``rate / best − 1``, as Cockpit defines it (Schneider, Dangel, Hennig, Cockpit: A Practical Debugging Tool for
        the Training of Deep Neural Networks, NeurIPS 2021, section 2.1). There a parabola is fitted to what is measured
        at both ends of the step; here there is no other. Below −1 the step goes uphill, away from the minimum; infinite
        if it begins there.
        """
        if self.curvature == 0:
            return -1.0
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            return float(np.float64(self.curvature) * rate / -np.float64(self.slope)) - 1 if self.slope else np.inf


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """The line from the present parameters along which the update to come moves them, and the loss along it.

    The update of SGD is ``θ − rate · d``: with d the gradient for plain SGD, and what weight decay and momentum make of
    it where they are chosen (`linviz.core.descent.Descent` has the formulas). On a paraboloid the loss along a line is
    a parabola, so all of it follows from the slope ``−gᵀd`` and the curvature ``dᵀHd``, without another look at the
    data.

    Parameters
    ----------
    theory
        Of the data, with the weight decay that counts here.
    moment
        The present one.
    direction
        d, as the columns of `Theory.packed`: (parameters, outputs).
    loss
        What the criterion would return.
    objective
        The loss and the term of the weight decay, which is what is descended; without weight decay the same.
    """

    theory: Theory
    moment: Snapshot
    direction: Array
    loss: Parabola
    objective: Parabola

    @classmethod
    def of(cls, theory: Theory, moment: Snapshot) -> "WhatIf":
        """Look along the update to come; along the negative gradient where the optimizer has no such line."""
        chosen: dict[str, Any] = dict(moment.settings.options) if goes_straight(moment) else {}
        theory = theory.with_weight_decay(chosen.get("weight_decay", 0.0))
        with np.errstate(over="ignore", invalid="ignore"):  # of a run that diverges
            here = theory.packed(Parameters(moment.weight, moment.bias))
            direction = _direction(theory, moment, here, chosen)
            decay = theory.weight_decay
            slope = -float(np.sum(theory.packed(theory.gradient(theory.unpacked(here))) * direction))
            curvature = float(np.sum(theory.curvature[:, None] * (theory.directions.T @ direction) ** 2))
            value = theory.loss(theory.unpacked(here))
            size, along, length = (float(np.sum(each)) for each in (here**2, here * direction, direction**2))
        return cls(
            theory,
            moment,
            direction,
            Parabola(value, slope, curvature),
            Parabola(value + decay / 2 * size, slope - decay * along, curvature + decay * length),
        )

    @property
    def rate(self) -> float:
        """The learning rate of the update to come."""
        return self.moment.settings.rate(self.moment.step)

    @property
    def straight(self) -> bool:
        """Whether the optimizer's own update moves along this line, with any rate."""
        return goes_straight(self.moment)

    @property
    def stale(self) -> bool:
        """Whether the update to come takes the gradient of older parameters."""
        return _is_stale(self.moment)

    @property
    def decays(self) -> bool:
        """Whether weight decay tells the objective from the loss."""
        return self.theory.weight_decay > 0

    @property
    def words(self) -> tuple[str, ...]:
        """What the line is, and the same in fewer and fewer words."""
        settings, momentum = self.moment.settings, self.moment.settings.options.get("momentum")
        if not settings.is_exact:
            return (
                "along the negative gradient of all samples; the step goes along that of a batch",
                "along −∂L/∂θ; a batch goes another way",
                "for all samples, not a batch",
            )
        if not self.straight:
            return (
                f"along the negative gradient; {settings.title} itself goes another way",
                f"along −∂L/∂θ; {settings.optimizer} goes another way",
                f"not {settings.optimizer}'s own way",
            )
        what = "gradient and momentum" if momentum else "negative gradient"
        if self.decays:
            what = f"{what} with weight decay"
        if self.stale:
            return f"along the update with a stale {what.removeprefix('negative ')}", "along a stale gradient"
        if self.moment.freshness("weight_grad") is not Freshness.FRESH:
            return (
                f"along the {what}, which theory knows before backward() does",
                f"along the {what}, known by theory",
                f"along the {what}",
            )
        return f"along the {what}: what update comes to at other rates", f"along the {what}"

    def sentence(self, rate: float) -> str:
        """Say what an update of this rate would do."""
        parabola, best = self.objective, self.objective.best
        name = "the loss with the term of the weight decay" if self.decays else "the loss"
        if not parabola.finite:
            return "Parameters or loss are not finite any more: there is no parabola to go along."
        if parabola.curvature == 0:
            return "The gradient is 0: no learning rate moves anything."
        if best is None:
            return f"From here this line goes uphill: every learning rate raises {name}."
        change = float(parabola.at(np.array([rate]))[0])
        verb = "lower" if change < parabola.value else "raise" if change > parabola.value else "keep"
        goes = f"the update {verb}s" if self.straight else f"a step along the negative gradient would {verb}"
        which, own = ("this", "") if self.straight else ("such a", f" {self._own_way}")
        return (
            f"At η = {rate:.4g} {goes} {name} from {parabola.value:.6g} to {change:.6g}. The best rate for "
            f"{which} step is {best:.4g}; above {2 * best:.4g} it raises it.{own}"
        )

    @property
    def _own_way(self) -> str:
        """Say, of an update that doesn't go along this line, where it goes."""
        if not self.moment.settings.is_exact:
            return "The update to come goes along the gradient of a batch instead."
        return f"The update of {self.moment.settings.title} to come goes another way."


def goes_straight(moment: Snapshot) -> bool:
    """Tell whether the next update is parameters − rate · something that theory knows: that of SGD on all samples."""
    return moment.settings.optimizer == "SGD" and moment.settings.is_exact


def _is_stale(moment: Snapshot) -> bool:
    return moment.next_phase is not Phase.FORWARD and moment.freshness("prediction") is Freshness.STALE


def _direction(theory: Theory, moment: Snapshot, here: Array, chosen: dict[str, Any]) -> Array:
    """Give what the learning rate is multiplied by in the update to come: (parameters, outputs)."""
    gradient = _gradient(theory, moment)
    if theory.weight_decay:
        gradient = gradient + theory.weight_decay * here
    momentum = chosen.get("momentum", 0.0)
    if not momentum:
        return gradient
    buffer = gradient
    if "weight_momentum_buffer" in moment.state:
        kept = Parameters(
            moment.state["weight_momentum_buffer"],
            moment.state.get("bias_momentum_buffer", np.zeros_like(moment.bias)),
        )
        buffer = momentum * theory.packed(kept) + (1 - chosen["dampening"]) * gradient
    return gradient + momentum * buffer if chosen["nesterov"] else buffer


def _gradient(theory: Theory, moment: Snapshot) -> Array:
    """Give the gradient that the update to come takes; the theory knows it before ``backward()`` does."""
    now = Parameters(moment.weight, moment.bias)
    if not (_is_stale(moment) and goes_straight(moment)):
        return theory.packed(theory.gradient(now))
    if moment.next_phase is Phase.UPDATE and moment.weight_grad is not None and moment.bias_grad is not None:
        return theory.packed(Parameters(moment.weight_grad, moment.bias_grad))
    source = moment.computed_from["prediction"]
    return theory.packed(theory.gradient(Parameters(source["weight"], source["bias"])))
