"""What a line for a claim may cite: definitions, derivatives, assumed equalities, theorems whose left side fits.

Reasons are offered from the simple to the many: each alone, then those that every line of its kind needs, then all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from theory import terms as t
from theory.statements.claims import Assumption, Equal, Gaussian
from theory.statements.derivation import ALGEBRA, DIFFERENTIATE, Derivation, Instance, Line, Reason, Unfold
from theory.statements.theorem import Theorem
from theory.terms import CalculusError, Symbol, Term, rewrite
from verify.deriving.by_parts import stein_identities

Reasons = tuple[Reason, ...]
MOST_PLACES = 12  # at which a cited theorem's left side is found in a term


def definitions(*terms: Term) -> tuple[t.Definition, ...]:
    """Every definition that the terms speak of, by name."""
    found = frozenset[t.Definition]().union(*(rewrite.definitions_in(term) for term in terms))
    return tuple(sorted(found, key=lambda d: d.name))


def called(*terms: Term) -> tuple[t.Definition, ...]:
    """The definitions that stand in the terms themselves, not inside another's body."""
    found = {node.definition for term in terms for node in t.walk(term) if isinstance(node, t.Call)}
    return tuple(sorted(found, key=lambda d: d.name))


def differentiates(*terms: Term) -> bool:
    """Is a derivative in them to be carried out?"""
    return any(isinstance(node, t.Derivative) for term in terms for node in t.walk(rewrite.unfold(term)))


def mechanical(*terms: Term) -> Reasons:
    """What is carried out without a choice: all definitions, and derivatives."""
    found = definitions(*terms)
    return (*((Unfold(found),) if found else ()), *((DIFFERENTIATE,) if differentiates(*terms) else ()))


def equalities(assumptions: Sequence[Assumption]) -> tuple[Equal | Gaussian, ...]:
    """The assumed equalities, and the normal laws: what a line may rewrite by."""
    return tuple(a for a in assumptions if isinstance(a, Equal | Gaussian))


def ladder(left: Term, right: Term, assumptions: Sequence[Assumption]) -> Iterator[Reasons]:
    """Reasons for left = right, none twice: each alone, the mechanical ones with each, all, and all but one."""
    steps, given = mechanical(left, right), equalities(assumptions)
    offered: list[Reasons] = [(ALGEBRA,), *((step,) for step in steps), steps]
    offered += [(equality,) for equality in given]
    offered += [(*steps, equality) for equality in given]
    offered.append((*steps, *given))
    if len(given) > 2:
        offered += [(*steps, *(other for other in given if other is not one)) for one in given]
    inside = called(left, right)
    if len(inside) > 1:  # a definition that both sides keep may be in the way of an assumption about it
        rest = tuple(step for step in steps if not isinstance(step, Unfold))
        offered += [(Unfold((one,)), *rest, *given) for one in inside]
    yield from (reasons for reasons in dict.fromkeys(offered) if reasons)
    for parts in stein_identities((left, right), (*steps, *given), assumptions):
        yield tuple(dict.fromkeys((*steps, DIFFERENTIATE, *given, *parts)))


# ---- cited theorems ------------------------------------------------------------------------------------------
def rewritten(term: Term, cited: Sequence[Theorem], lemmas: Sequence[Derivation] = ()) -> Iterator[tuple[Line, ...]]:
    """Lines from the term to what it is with one identity used: of a cited theorem, wherever its left side fits a part
    of the term, or of a lemma whose left side stands in it.

    The left side's symbols stand for whatever is found there: structure decides, no arithmetic.
    """
    for lemma in lemmas:
        lines = tuple(Line("=", rewrite.replace(term, lemma.start, n.term), n.reasons) for n in lemma.lines)
        if lines and lines[-1].term != term:
            yield lines
    for theorem in cited:
        for part in (part for part in theorem.parts if part.claim.relation == "="):
            seen: set[Term] = set()
            for node in _places(term, type(part.claim.left)):
                values = fitted(part.claim.left, node)
                if values is None or not _fit(values, theorem):
                    continue
                moved = {s: v for s, v in values.items() if s != v}
                try:
                    right = rewrite.substitute(part.claim.right, moved)
                    if rewrite.substitute(part.claim.left, moved) != node:
                        continue
                    changed = rewrite.replace(term, node, right)
                except CalculusError:
                    continue
                if changed != term and changed not in seen:
                    seen.add(changed)
                    label = part.label if len(theorem.parts) > 1 else None
                    whole = not moved and label is None
                    reason: Reason = theorem if whole else Instance(theorem, tuple(moved.items()), label)
                    yield (Line("=", changed, (reason,)),)


def _places(term: Term, kind: type[Term]) -> list[Term]:
    return list(dict.fromkeys(node for node in t.walk(term) if type(node) is kind))[:MOST_PLACES]


def _fit(values: Mapping[Symbol, Term], theorem: Theorem) -> bool:
    """Only symbols of the theorem are given values, and no dimension or random vector another."""
    fixed = (t.Property.DIMENSION, t.Property.RANDOM)
    return all(s == v or (s in theorem.symbols and not any(s.has(p) for p in fixed)) for s, v in values.items())


def fitted(pattern: Term, term: Term) -> dict[Symbol, Term] | None:
    """Values of the pattern's symbols that make it the term, or None. Bound variables must agree as they stand."""
    values: dict[Symbol, Term] = {}
    return values if _fits(pattern, term, values) else None


def _fits(pattern: Term, term: Term, values: dict[Symbol, Term]) -> bool:
    if isinstance(pattern, Symbol):
        if pattern.shape != term.shape or pattern.bound:
            return pattern == term
        return values.setdefault(pattern, term) == term
    if type(pattern) is not type(term) or pattern.shape != term.shape:
        return False
    ours, theirs = pattern.children, term.children
    if len(ours) != len(theirs) or _bare(pattern) != _bare(term):
        return False
    return all(_fits(a, b, values) for a, b in zip(ours, theirs, strict=True))


def _bare(term: Term) -> tuple[object, ...]:
    """What a node says beside its children."""
    match term:
        case t.Number(value):
            return (value,)
        case t.Power(_, exponent):
            return (exponent,)
        case t.Elementwise(function, order, _):
            return (function, order)
        case t.FieldValue(field, order, _):
            return (field, order)
        case t.Call(definition, _):
            return (definition,)
        case t.Expectation(_, over):
            return (over,)
        case t.Derivative(_, variable, _, kind):
            return (variable, kind)
        case t.Eye(size) | t.Ones(size):
            return (size,)
        case _:
            return ()
