"""What a theorem rests on that none of its lines shows: named axioms, each with its name, for whoever prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from theory import terms as t
from theory.statements.claims import DOMINATED, AtMost, Equal, Gaussian, Interchange, interchange_name
from theory.statements.derivation import (
    Antiderivative,
    Derivation,
    Extension,
    Induction,
    Instance,
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
        "the sum over all ways to pair them of the products of their covariances; that of exp(a'x) is "
        "exp(a'mu + a'S a/2)",
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
    for before, line in (step for part in theorem.parts if part.derivation for step in _steps(part.derivation)):
        for reason in line.reasons:
            yield from _axiom(reason)
        yield from _unnamed(before, line)


def _steps(chain: Derivation) -> Iterator[tuple[Term, Line]]:
    """Each line behind the term that it follows, those that an induction rests on among them."""
    before = chain.start
    for line in chain.lines:
        if (inner := line.induction) is not None:
            yield from _steps(inner.base)
            yield from _steps(inner.step)
        yield before, line
        before = line.term


def _unnamed(before: Term, line: Line) -> Iterator[str]:
    """What a line may rest on that none of its reasons names: where inverses or determinants may be compared.

    Either may stand there by another name, which the normal form knows: exp(d log(c)) and exp(1'log(v)) are
    determinants, rsqrt(v) o rsqrt(v) is the diagonal of an inverse; and in what the line cites, as in B = S^-1.
    """
    cited = [term for reason in line.reasons for term in _cited_terms(reason)]
    spoken = [before, line.term, *cited]
    orders = [reason for reason in line.reasons if isinstance(reason, AtMost) and not reason.left.is_scalar]
    if orders and (any(map(_speaks_of_inverses, spoken)) or any(map(_without_matrices, orders))):
        yield LOEWNER
    compared = spoken if line.relation != "=" else [part for term in spoken for part in _signed_sums(term)]
    logs = any(isinstance(reason, Equal) and _speaks_of_log(reason.right) for reason in line.reasons)
    if any(_speaks_of_determinants(term, logs=logs) for term in compared):
        yield DETERMINANTS  # a line without a lemma may rest on either
        yield DeterminantBound.premise


def _terms(theorem: Theorem) -> Iterator[Term]:
    """What it claims, what it assumes equal or in order, and its lines with what they cite."""
    for assumption in theorem.assumptions:
        yield from _cited_terms(assumption)
    for part in theorem.parts:
        yield from (part.claim.left, part.claim.right)
        for line in part.derivation.every_line if part.derivation else ():
            yield from (line.term, *(term for reason in line.reasons for term in _cited_terms(reason)))


def _cited_terms(reason: Reason) -> Iterator[Term]:
    """The terms of what a line cites."""
    match reason:
        case Surplus(term):
            yield term
        case Lemma():
            yield from reason.terms
        case Equal(left, right) | AtMost(left, right):
            yield from (left, right)
        case Theorem() | Instance():
            cited, values = (reason, ()) if isinstance(reason, Theorem) else (reason.theorem, reason.values)
            yield from (side for part in cited.parts for side in (part.claim.left, part.claim.right))
            yield from (value for _, value in values)


def _speaks_of(term: Term, kind: type[Term]) -> bool:
    """Does such a node stand in the term, or in a definition that it speaks of?"""
    parts = [term, *(definition.body for definition in rewrite.definitions_in(term))]
    return any(isinstance(node, kind) for part in parts for node in t.walk(part))


def _speaks_of_log(term: Term) -> bool:
    return any(_is_function(node, "log") for node in t.walk(term))


def _speaks_of_inverses(term: Term) -> bool:
    """Also of those of diagonal matrices, by the roots of their entries, and in the slope of a determinant."""
    for node in t.walk(rewrite.unfold(term)):
        if isinstance(node, t.Inverse) or any(_is_function(node, name) for name in ("log", "sqrt", "rsqrt")):
            return True
        if isinstance(node, t.Derivative) and _speaks_of(node.body, t.Determinant):
            return True
    return False


def _without_matrices(order: AtMost) -> bool:
    """Are both sides made of numbers, columns and I alone? So their inverses can be written."""
    symbols = rewrite.free_symbols(order.left) | rewrite.free_symbols(order.right)
    return all(symbol.shape[1] == 1 for symbol in symbols)


def _speaks_of_determinants(term: Term, *, logs: bool) -> bool:
    """Also of powers c^d and of products of entries, as exp of logarithms; `logs`: a logarithm may be put in."""
    for node in t.walk(rewrite.unfold(term)):
        if isinstance(node, t.Determinant) or (_is_function(node, "exp") and (logs or _speaks_of_log(node))):
            return True
    return False


def _signed_sums(term: Term) -> Iterator[Term]:
    """The sums in a term below a root, a line of division or a logarithm: where it is defined is a question of sign."""
    for node in t.walk(rewrite.unfold(term)):
        signed = isinstance(node, t.Power) and (node.exponent < 0 or node.exponent.denominator != 1)
        if signed or _is_function(node, "log") or isinstance(node, t.Inverse):
            yield from (part for part in t.walk(node) if isinstance(part, t.Sum))


def _is_function(node: Term, name: str) -> bool:
    """Is it this function of a number, or of each entry of a column?"""
    if isinstance(node, t.Special):
        return node.name == name
    return isinstance(node, t.Elementwise) and node.function.name == name


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
