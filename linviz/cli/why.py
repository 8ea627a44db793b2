"""Why this number? An explanation as text or JSON."""

from collections import deque
from collections.abc import Iterator

from linviz.cli import strict_json
from linviz.cli.moments import Moments
from linviz.core.explain import Explanation, explain
from linviz.core.terms import Factor, Index

MOST = 50
"""Terms printed as text; of more, the largest."""


def lines(moments: Moments, asked: tuple[str, Index], as_json: bool) -> Iterator[str]:
    """Explain a cell as it is after the last of some steps."""
    [(_before, after)] = deque(moments, maxlen=1)
    explanation = explain(after, *asked)
    if as_json:
        yield strict_json.line(_record(explanation))
    else:
        yield from _text(explanation)


def _record(explanation: Explanation) -> dict[str, object]:
    return {
        "field": explanation.field,
        "index": list(explanation.index),
        "value": explanation.value,
        "formula": explanation.formula,
        "text": explanation.text,
        "terms": [
            {
                "factors": [{"field": f.field, "index": list(f.index), "value": f.value} for f in term.factors],
                "value": term.value,
            }
            for term in explanation.terms
        ],
        "scale": explanation.scale,
        "total": explanation.total,
        "checks": [{"name": c.name, "value": c.value, "ulp": c.ulp} for c in explanation.checks],
    }


def _text(explanation: Explanation) -> Iterator[str]:
    terms = explanation.terms
    yield explanation.text
    yield explanation.note
    shown = terms.largest(MOST)
    for at in shown:
        term = terms[at]
        yield f"  {' * '.join(_factor(factor) for factor in term.factors)}  = {term.value:+.9g}"
    if len(shown) < len(terms):
        rest = len(terms) - len(shown)
        yield f"  and {rest:,} smaller terms, which sum to {terms.remainder(shown):+.9g}"
    if len(terms):
        yield f"sum {terms.sum():+.9g} * {explanation.scale:.9g} = {explanation.total:+.9g}"
    yield f"value {explanation.value!r}"
    for check in explanation.checks:
        verdict = "" if check.agrees else "  DIFFERS by more than rounding explains"
        yield f"  {check.name}: {check.value!r} ({check.ulp:+.2f} ulp){verdict}"
    if explanation.remark:
        yield explanation.remark


def _factor(factor: Factor) -> str:
    index = f"[{','.join(map(str, factor.index))}]" if factor.index else ""
    return f"{factor.field}{index} {factor.value:+.9g}"
