"""Why this number? An explanation as text or JSON."""

from collections import deque
from collections.abc import Iterator

from linviz.cli import strict_json
from linviz.cli.moments import Moments
from linviz.core.checks import Verdict
from linviz.core.explain import Explanation, explain
from linviz.core.terms import Factor, Index, Term

MOST = 50
"""Terms printed; of more, the largest."""


def lines(moments: Moments, asked: tuple[str, Index], as_json: bool) -> Iterator[str]:
    """Explain a cell as it is after the last of some steps."""
    [(_before, after, _evaluation)] = deque(moments, maxlen=1)
    explanation = explain(after, *asked)
    if as_json:
        yield strict_json.line(_record(explanation))
    else:
        yield from _text(explanation)


def _record(explanation: Explanation) -> dict[str, object]:
    terms = explanation.terms
    shown = terms.largest(MOST)
    return {
        "field": explanation.field,
        "index": list(explanation.index),
        "value": explanation.value,
        "formula": explanation.formula,
        "text": explanation.text,
        "terms": [_term(terms[at]) for at in shown],
        "scale": explanation.scale,
        "total": explanation.total,
        "checks": [
            {"name": c.name, "value": c.value, "ulp": c.ulp, "verdict": str(c.verdict)} for c in explanation.checks
        ],
        "count": len(terms),
        "remainder": terms.remainder(shown),
        "previous": explanation.previous,
        "note": explanation.note,
        "warning": explanation.warning,
    }


def _term(term: Term) -> dict[str, object]:
    return {"factors": [_operand(factor) for factor in term.factors], "sign": term.sign, "value": term.value}


def _operand(factor: Factor) -> dict[str, object]:
    made = {"made": factor.named(_cell(factor))} if factor.form else {}
    return {"field": factor.field, "index": list(factor.index), "value": factor.value, **made}


def _text(explanation: Explanation) -> Iterator[str]:
    terms = explanation.terms
    yield explanation.text
    yield explanation.note
    shown = terms.largest(MOST)
    leading = terms.leading()
    for at in shown:
        term = terms[at]
        product = " * ".join(_factor(factor) for factor in term.factors)
        mark = "  <" if at in leading else ""
        yield f"  {'-' if term.sign < 0 else ''}{product}  = {term.value:+.9g}{mark}"
    if len(shown) < len(terms):
        rest = len(terms) - len(shown)
        yield f"  and {rest:,} smaller terms, which sum to {terms.remainder(shown):+.9g}"
    if leading:
        yield f"  < the largest: {terms.share(leading):.0%} of what is added up, signs aside"
    if len(terms):
        yield f"sum {terms.sum():+.9g} * {explanation.scale:.9g} = {explanation.total:+.9g}"
    yield f"value {explanation.value!r}"
    if explanation.previous is not None:
        yield f"old {explanation.previous!r} -> new {explanation.value!r}, change {explanation.change:+.9g}"
    for check in explanation.checks:
        off = "" if check.verdict is Verdict.REFERENCE else f" ({check.ulp:+.2f} ulp, {check.verdict})"
        yield f"  {check.name}: {check.value!r}{off}"
    if explanation.warning:
        yield f"WARNING: {explanation.warning}"
    if explanation.remark:
        yield explanation.remark


def _factor(factor: Factor) -> str:
    return f"{factor.named(_cell(factor))} {factor.value:+.9g}"


def _cell(factor: Factor) -> str:
    return f"{factor.field}[{','.join(map(str, factor.index))}]" if factor.index else factor.field
