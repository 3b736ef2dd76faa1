"""What a theorem rests on that none of its lines shows: named axioms, each with its name, for whoever prints it."""

from __future__ import annotations

from collections.abc import Iterator

from theory.calculus import rewrite
from theory.calculus import terms as t
from theory.calculus.forms import interchange_name
from theory.calculus.terms import Term
from theory.claims import AtMost, Interchange
from theory.derivation import Antiderivative, CauchySchwarz, Extension, KnownIntegral, Line, Reason, Surplus
from theory.theorem import Theorem

FINITE = "every expectation that is written is finite, and so is each into which linearity of E cuts it"
CAUCHY_SCHWARZ = "the Cauchy-Schwarz inequality"
LOEWNER = "the inverse reverses Loewner's order"
CALCULUS = "the fundamental theorem of calculus"
CONTINUITY = "the limit of a continuous function is its value"


def premises(theorem: Theorem) -> tuple[str, ...]:
    """Every named axiom that its statement and its derivation rest on, and those of the theorems it cites."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [theorem]
    while waiting:
        here = waiting.pop()
        if here.id not in seen:
            seen.add(here.id)
            found.update(dict.fromkeys(_own(here)))
            waiting += here.cited
    return tuple(sorted(found))


def known_integral(reason: KnownIntegral) -> str:
    """The name of a known integral with its source, as it stands beside the line that uses it."""
    from theory.scalar.known import instantiate

    known = instantiate(reason)
    return f"{known.label} ({known.source})"


def _own(theorem: Theorem) -> Iterator[str]:
    if any(isinstance(node, t.Expectation) for term in _terms(theorem) for node in t.walk(rewrite.unfold(term))):
        yield FINITE
    for assumption in theorem.assumptions:
        if isinstance(assumption, Interchange):
            yield f"{interchange_name(assumption.over)}, as assumed"
    for part in theorem.parts:
        for line in part.derivation.lines if part.derivation else ():
            for reason in line.reasons:
                yield from _axiom(reason)
                if isinstance(reason, AtMost) and not reason.left.is_scalar and _inverts(line):
                    yield LOEWNER


def _terms(theorem: Theorem) -> Iterator[Term]:
    for part in theorem.parts:
        yield from (part.claim.left, part.claim.right)
        yield from (line.term for line in part.derivation.lines) if part.derivation else ()


def _inverts(line: Line) -> bool:
    """Does the line, or its certificate, speak of an inverse?"""
    terms = [line.term, *(reason.term for reason in line.reasons if isinstance(reason, Surplus))]
    return any(isinstance(node, t.Inverse) for term in terms for node in t.walk(rewrite.unfold(term)))


def _axiom(reason: Reason) -> Iterator[str]:
    match reason:
        case CauchySchwarz():
            yield CAUCHY_SCHWARZ
        case Antiderivative():
            yield CALCULUS
        case Extension():
            yield CONTINUITY
        case KnownIntegral():
            yield known_integral(reason)
