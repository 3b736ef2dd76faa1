"""Derivations by induction on a number of steps: the base and the step are sought as any line is, the step with the
hypothesis among what is assumed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from theory import terms as t
from theory.statements.claims import assumption_terms
from theory.statements.derivation import Derivation, Line, Surplus, hypothesis, induction
from theory.terms import Property, Symbol, Term, rewrite
from theory.terms.size_arithmetic import dimensions_in, plus
from verify.deriving.asking import Asking

Way = Callable[[Asking, Term, Term], Derivation | None]


def by_induction(way: Way, relation: str) -> Way:
    """What seeks a derivation as `way` does, and where it finds none, by induction on what steps are counted by."""

    def sought(asking: Asking, left: Term, right: Term) -> Derivation | None:
        found = way(asking, left, right)
        for over in _counted(left, right) if found is None else ():
            if any(over in rewrite.free_symbols(side) for a in asking.assumptions for side in assumption_terms(a)):
                continue
            found = found or _by(asking, sought, over, left, right, relation)
        return found

    return sought


def _counted(*terms: Term) -> list[Symbol]:
    """The numbers of steps that are counts, the first by name first."""
    counts = (node.count for term in terms for node in t.walk(rewrite.unfold(term)) if isinstance(node, t.Iterate))
    return sorted((s for s in dimensions_in(counts) if s.has(Property.STEPS)), key=lambda s: s.name)


def _by(asking: Asking, way: Way, over: Symbol, left: Term, right: Term, relation: str) -> Derivation | None:
    sides = [[rewrite.with_steps(side, over, count) for side in (left, right)] for count in (1, plus(over, 1))]
    if any(over in rewrite.free_symbols(side) for side in sides[0]):
        return None
    base = way(asking, *sides[0])
    if base is None:
        return None
    further = replace(asking, given=(*asking.given, hypothesis(left, right, relation)), lemmas=())
    step = way(further, *sides[1])
    if step is None and over not in rewrite.free_symbols(right):
        step = _back_to(further, way, sides[1][0], left, right, relation)
    asking.asked = further.asked
    if step is None:
        return None
    line = Line(relation, right, (induction(over, _never_bare(base, relation), _never_bare(step, relation)),))
    return Derivation(left, (line,)) if asking.accepts(left, line) else None


def _back_to(asking: Asking, way: Way, later: Term, left: Term, right: Term, relation: str) -> Derivation | None:
    """later, then left by `way`, then right by the hypothesis, which is given last: what no step makes more."""
    line = Line(relation, right, (*([Surplus(right - left)] if relation != "=" else []), asking.given[-1]))
    if not asking.accepts(left, line):
        return None
    begun = way(asking, later, left)
    return None if begun is None else Derivation(later, (*begun.lines, line))


def _never_bare(chain: Derivation, relation: str) -> Derivation:
    """A derivation with a line in it, where both sides are one term already."""
    return chain if chain.lines else chain.equals(chain.start)
