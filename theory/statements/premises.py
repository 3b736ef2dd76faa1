"""What a theorem rests on that none of its lines shows: named axioms, each with its name, for whoever prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from theory import terms as t
from theory.statements.claims import DOMINATED, AtMost, Gaussian, Interchange, interchange_name
from theory.statements.derivation import (
    Antiderivative,
    CauchySchwarz,
    DeterminantBound,
    ExpTangent,
    Extension,
    Induction,
    KnownIntegral,
    Line,
    MeanValue,
    Reason,
    RootBound,
    Surplus,
)
from theory.statements.known_integrals import KNOWN, Known, instantiate
from theory.statements.theorem import Theorem
from theory.terms import Term, rewrite
from theory.terms.symbols import real
from theory.terms.text import text

FINITE = "every expectation that is written is finite, and so is each into which linearity of E cuts it"
CAUCHY_SCHWARZ = "the Cauchy-Schwarz inequality"
EXP_TANGENT = "exp lies above its tangent at 0"
DETERMINANTS = "the trace lies above the logarithms of determinants"
MEAN_VALUE = "the mean value theorem"
ROOTS = "of numbers that are not negative the larger has the larger square"
LOEWNER = "the inverse reverses Loewner's order"
ISSERLIS = "the moments of a normal law (Isserlis)"
INDUCTION = "induction on a number of steps"
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
            found.update(dict.fromkeys(_own_premises(here)))
            waiting += here.cited
    return tuple(sorted(found))


def axioms() -> Mapping[str, str]:
    """Everything that a proof may rest on and no line derives, by the name it is printed with, and what it says."""
    exchange = f"{interchange_name(t.Symbol('x', (1, 1)))}, as assumed"
    found = {
        FINITE: "asked wherever E is written; E is linear over what is finite",
        exchange: f"a theorem's own assumption `interchange(x)`: {DOMINATED}",
        CAUCHY_SCHWARZ: "u'Mv <= (u'Mu)^(1/2) (v'Mv)^(1/2) for M symmetric positive semidefinite; of matrices under tr "
        "and of numbers under E",
        EXP_TANGENT: "1 + t <= exp(t) for every real t",
        DETERMINANTS: "tr(P Q) - n >= log(det(P)) + log(det(Q)) for P and Q symmetric positive definite of size n",
        MEAN_VALUE: "|f(a) - f(b)| <= K |a - b| for an f with |f'| <= K on the whole line, as is assumed of f or known "
        "of tanh, sigmoid, softplus and sin",
        ROOTS: "a^2 <= b^2 gives a <= b for every b >= 0",
        LOEWNER: "A <= B gives B^-1 <= A^-1 for A and B symmetric positive definite",
        ISSERLIS: "of a law that is assumed to be normal: the mean of a product of entries, each less its own mean, is "
        "the sum over all ways to pair them of the products of their covariances",
        INDUCTION: "what holds after one step, and after one more wherever it holds, holds after every number of steps",
        CALCULUS: "the integral of F' between two ends is the difference of F there, for F continuous up to the ends",
        CONTINUITY: "used for limits at infinity, in t = 1/n",
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
    if any(_speaks_of(term, t.Expectation) for term in _terms(theorem)):
        yield FINITE
    for assumption in theorem.assumptions:
        if isinstance(assumption, Interchange):
            yield f"{interchange_name(assumption.over)}, as assumed"
        if isinstance(assumption, Gaussian):  # what is defined may rest on it, also where no line cites it
            yield ISSERLIS
    for part in theorem.parts:
        for line in part.derivation.every_line if part.derivation else ():
            for reason in line.reasons:
                yield from _axiom(reason)
                if isinstance(reason, AtMost) and not reason.left.is_scalar and _inverts(line):
                    yield LOEWNER


def _terms(theorem: Theorem) -> Iterator[Term]:
    for part in theorem.parts:
        yield from (part.claim.left, part.claim.right)
        yield from (line.term for line in part.derivation.every_line) if part.derivation else ()


def _inverts(line: Line) -> bool:
    """Does the line, or its certificate, speak of an inverse?"""
    terms = [line.term, *(reason.term for reason in line.reasons if isinstance(reason, Surplus))]
    return any(_speaks_of(term, t.Inverse) for term in terms)


def _speaks_of(term: Term, kind: type[Term]) -> bool:
    """Does such a node stand in the term, or in a definition that it speaks of?"""
    parts = [term, *(definition.body for definition in rewrite.definitions_in(term))]
    return any(isinstance(node, kind) for part in parts for node in t.walk(part))


def _axiom(reason: Reason) -> Iterator[str]:
    match reason:
        case CauchySchwarz():
            yield CAUCHY_SCHWARZ
        case ExpTangent():
            yield EXP_TANGENT
        case DeterminantBound():
            yield DETERMINANTS
        case MeanValue():
            yield MEAN_VALUE
        case RootBound():
            yield ROOTS
        case Induction():
            yield INDUCTION
        case Antiderivative():
            yield CALCULUS
        case Extension():
            yield CONTINUITY
        case KnownIntegral():
            yield known_integral(reason)
