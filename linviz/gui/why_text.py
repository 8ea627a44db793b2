"""The words and numbers of *Why this number?*, as plain text."""

import math

from linviz.core.checks import Check, Verdict
from linviz.core.explain import Explanation
from linviz.core.terms import Factor, Terms
from linviz.gui.fields import symbol_of
from linviz.gui.numbers import change_text, shortest, signed

_MARKS = {Verdict.AGREES: "✓ ", Verdict.DIFFERS: "⚠ ", Verdict.UNCLEAR: "? ", Verdict.REFERENCE: ""}
MANY = 3
"""Factors from which on a term says which they are, and terms of an update at most."""
_UNCLEAR = "? Rounding alone may make this difference, and could hide as much: it tells nothing."
_KINK = (
    "? Rounding alone, or a residual where the slope of the loss changes, may make this difference: it tells nothing."
)


def value_text(name: str, explanation: Explanation) -> str:
    """Write what a cell holds, in the digits that tell it from its neighbours, and what it was before an update."""
    text = f"{name} = {shortest(explanation.value, explanation.dtype)}"
    if explanation.previous is None:
        return text
    return f"{text}\nold {shortest(explanation.previous, explanation.dtype)} · Δ {change_text(explanation.change)}"


def sum_text(explanation: Explanation, shown: list[int]) -> str:
    """Write the sum of the terms, of which some are shown, and what their factor makes of it."""
    terms, lines = explanation.terms, []
    if len(shown) < len(terms):
        rest, left_out = len(terms) - len(shown), signed(terms.remainder(shown))
        lines.append(f"the {len(shown)} largest of {len(terms):,}; the other {rest:,} sum to {left_out}")
    scaled = f"  × {explanation.scale:.6g} = {signed(explanation.total)}" if explanation.scale != 1 else ""
    lines.append(f"Σ = {signed(terms.sum())}{scaled}")
    lines += _factors_named(terms, shown)
    leading = terms.leading()
    if leading:
        lines.append(f"bold: {terms.share(leading):.0%} of Σ|terms|")
    return "\n".join(lines)


def _factors_named(terms: Terms, shown: list[int]) -> list[str]:
    """Name the factors of terms that can't be told by where they stand: too many, or made of what a cell holds."""
    told = {terms[at].factors for at in shown[:MANY]}
    told = {factors for factors in told if len(factors) >= MANY or any(factor.form for factor in factors)}
    names = {tuple(factor.named(_symbol(factor)) for factor in factors) for factors in told}
    return [f"the factors: {' × '.join(each)}" for each in sorted(names)]


def _symbol(factor: Factor) -> str:
    return "r" if factor.form else symbol_of(factor.field)


def checks_text(explanation: Explanation) -> str:
    """Write the ways to the number, how far each leads from it, and what that says."""
    lines = [f"⚠ {explanation.warning}"] if explanation.warning else []
    lines.append(" · ".join(map(_check_text, explanation.checks)))
    if explanation.verdict is Verdict.UNCLEAR and not explanation.warning:
        formed = any(factor.form for factor in explanation.terms[0].factors)
        lines.append(_KINK if formed and explanation.field.endswith("_grad") else _UNCLEAR)
    return "\n".join(lines)


def _check_text(check: Check) -> str:
    text = f"{_MARKS[check.verdict]}{check.name} {signed(check.value)}"
    return text if check.verdict is Verdict.REFERENCE or math.isnan(check.ulp) else f"{text} ({check.ulp:+,.1f} ulp)"
