"""What a theorem rests on that none of its lines shows: named axioms, each with its name, for whoever prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from theory import terms as t
from theory.statements.claims import DOMINATED, AtMost, Gaussian, Interchange, interchange_name
from theory.statements.derivation import (
    Antiderivative,
    Extension,
    Induction,
    KnownIntegral,
    Line,
    Reason,
    Surplus,
)
from theory.statements.known_integrals import KNOWN, Known, instantiate
from theory.statements.lemmas import LEMMAS, DeterminantBound, Lemma
from theory.statements.theorem import Theorem
from theory.terms import Term, rewrite
from theory.terms.symbols import real
from theory.terms.text import text

FINITE = "every expectation that is written is finite, and so is each into which linearity of E cuts it"
LOEWNER = "the inverse reverses Loewner's order"
DETERMINANTS = "determinants keep Loewner's order"
ISSERLIS = "the moments of a normal law (Isserlis)"
INDUCTION = "induction on a number of steps"
CALCULUS = "the fundamental theorem of calculus"
CONTINUITY = "the limit of a continuous function is its value"
ENCLOSED = "boxes in ball arithmetic, which cover its whole range"


def premises(theorem: Theorem) -> tuple[str, ...]:
    """Every named axiom that its statement and its derivation rest on, and those of the theorems it cites."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [theorem]
    while waiting:
        here = waiting.pop()
        if here.id not in seen:
            seen.add(here.id)
            found.update(dict.fromkeys(_own_premises(here)))
            waiting += here.cited
    return tuple(sorted(found))


def axioms() -> Mapping[str, str]:
    """Everything that a proof may rest on and no line derives, by the name it is printed with, and what it says."""
    exchange = f"{interchange_name(t.Symbol('x', (1, 1)))}, as assumed"
    found = {
        FINITE: "asked wherever E is written; E is linear over what is finite",
        exchange: f"a theorem's own assumption `interchange(x)`: {DOMINATED}",
        **{lemma.premise: lemma.says for lemma in LEMMAS},
        LOEWNER: "A <= B gives B^-1 <= A^-1 for A and B symmetric positive definite",
        DETERMINANTS: "B <= A gives det(B) <= det(A) for A and B symmetric positive semidefinite",
        ISSERLIS: "of a law that is assumed to be normal: the mean of a product of entries, each less its own mean, is "
        "the sum over all ways to pair them of the products of their covariances",
        INDUCTION: "what holds after one step, and after one more wherever it holds, holds after every number of steps",
        CALCULUS: "the integral of F' between two ends is the difference of F there, for F continuous up to the ends",
        CONTINUITY: "used for limits at infinity, in t = 1/n",
        ENCLOSED: "in place of lines: on each box the claim is enclosed, by code beyond the room of the line checkers",
    }
    for name, known in integrals().items():
        found[name] = f"`{text(known.left)} = {text(known.right)}` {where(known)}"
    return MappingProxyType(found)


def integrals() -> Mapping[str, Known]:
    """The known integrals in letters, each by the name that it is printed with."""
    found = {}
    for name, (count, _) in KNOWN.items():
        reason = KnownIntegral(name, tuple(map(real, ("p", "r", "q")[:count])))
        found[known_integral(reason)] = instantiate(reason)
    return MappingProxyType(found)


def where(known: Known) -> str:
    """What an integral is known for."""
    return f"for {', '.join(map(text, known.positive))} > 0"


def known_integral(reason: KnownIntegral) -> str:
    """The name of a known integral with its source, as it stands beside the line that uses it."""
    known = instantiate(reason)
    return f"{known.label} ({known.source})"


@lru_cache(maxsize=1_024)
def _own_premises(theorem: Theorem) -> tuple[str, ...]:
    """Those of the theorem alone; every page of a run asks for those of all that it cites."""
    return tuple(_own(theorem))


def _own(theorem: Theorem) -> Iterator[str]:
    if type(theorem) is Theorem and theorem.by_boxes:
        yield ENCLOSED
    if any(_speaks_of(term, t.Expectation) for term in _terms(theorem)):
        yield FINITE
    for assumption in theorem.assumptions:
        if isinstance(assumption, Interchange):
            yield f"{interchange_name(assumption.over)}, as assumed"
        if isinstance(assumption, Gaussian):  # what is defined may rest on it, also where no line cites it
            yield ISSERLIS
    for chain in (part.derivation for part in theorem.parts if part.derivation):
        for line in chain.every_line:
            for reason in line.reasons:
                yield from _axiom(reason)
                if isinstance(reason, AtMost) and not reason.left.is_scalar and _line_speaks_of(line, t.Inverse):
                    yield LOEWNER
            if line.relation != "=" and _line_speaks_of(line, t.Determinant, chain.start):
                yield DETERMINANTS  # a line without a lemma may rest on either
                yield DeterminantBound.premise


def _terms(theorem: Theorem) -> Iterator[Term]:
    for part in theorem.parts:
        yield from (part.claim.left, part.claim.right)
        yield from (line.term for line in part.derivation.every_line) if part.derivation else ()


def _line_speaks_of(line: Line, kind: type[Term], *more: Term) -> bool:
    """Does such a node stand in the line, in its certificate, or in one of the other terms?"""
    terms = [line.term, *(reason.term for reason in line.reasons if isinstance(reason, Surplus)), *more]
    return any(_speaks_of(term, kind) for term in terms)


def _speaks_of(term: Term, kind: type[Term]) -> bool:
    """Does such a node stand in the term, or in a definition that it speaks of?"""
    parts = [term, *(definition.body for definition in rewrite.definitions_in(term))]
    return any(isinstance(node, kind) for part in parts for node in t.walk(part))


def _axiom(reason: Reason) -> Iterator[str]:
    match reason:
        case Lemma():
            yield type(reason).premise
        case Induction():
            yield INDUCTION
        case Antiderivative():
            yield CALCULUS
        case Extension():
            yield CONTINUITY
        case KnownIntegral():
            yield known_integral(reason)
