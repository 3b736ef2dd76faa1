"""Claims shown true by the line checker in one line, or in one line more than a theorem has.

    shown     an identity by normal form, a bound whose difference is visibly nonnegative
    follows   a theorem's bound made weaker on one side
    mirrored  the theorem itself, with a symbol of either sign negated

Search happens here and is trusted with nothing: each returns what `establish` said of a trace.
"""

from __future__ import annotations

from collections.abc import Iterator

from theory.calculus import forms, order, rewrite
from theory.calculus.normal_form import Answer, add_rule, equal, normal_form
from theory.calculus.terms import CalculusError, Property, Term
from theory.calculus.unform import to_term
from theory.claims import Assumption, AtMost, Bound, Claim, Equal, Identity, SupBound
from theory.derivation import DIFFERENTIATE, Derivation, Line, Reason, instance, start, surplus
from theory.theorem import Part, Theorem
from verify.kernel import Verdict, establish
from verify.rules.derivation import assumption_text, observe

FREE = frozenset({Property.NONZERO})  # what a symbol may be declared and still change its sign


def shown(claim: Claim, assumptions: tuple[Assumption, ...]) -> bool:
    """Does the line checker accept the claim in one line, definitions written out and everything allowed?"""
    left, right = rewrite.unfold(claim.left), rewrite.unfold(claim.right)
    equalities = tuple(a for a in assumptions if isinstance(a, Equal))
    if not isinstance(claim, Bound):
        if not _same(context(assumptions), left, right):
            return False
        return accepted(start(left).equals(right, DIFFERENTIATE, *equalities), assumptions)
    return any(
        accepted(start(left).at_most(right, surplus(gap), DIFFERENTIATE, *assumptions), assumptions)
        for gap in _differences(left, right, assumptions)
    )


def follows(theorem: Theorem, part: Part, claim: Claim) -> bool:
    """Is the claim the theorem's bound made weaker on one side, by what is visibly nonnegative?"""
    derivation, stated = part.derivation, part.claim
    if derivation is None or not isinstance(stated, Bound) or not isinstance(claim, Bound):
        return False
    if (claim.left == stated.left) is (claim.right == stated.right):
        return False
    above = claim.left == stated.left
    smaller, larger = (stated.right, claim.right) if above else (claim.left, stated.left)
    for gap in _differences(smaller, larger, theorem.assumptions):
        step = Line("<=", larger, (surplus(gap), DIFFERENTIATE, *theorem.assumptions))
        lines = (*derivation.lines, step) if above else (step, *derivation.lines)
        if accepted(Derivation(derivation.start if above else smaller, lines), theorem.assumptions):
            return True
    return False


def mirrored(theorem: Theorem, part: Part, claim: Claim) -> bool:
    """Is the claim the theorem's own part at -v for a symbol v that no assumption holds?"""
    for symbol in theorem.symbols:
        if not symbol.properties <= FREE:
            continue
        try:
            sides = [rewrite.substitute(s, {symbol: -symbol}) for s in (part.claim.left, part.claim.right)]
            if not _same(context(theorem.assumptions), sides[0] - sides[1], claim.left - claim.right):
                continue
            reason: Reason = instance(theorem, {symbol: -symbol}, part.label)
            if isinstance(claim, Bound):
                chain = start(claim.left).at_most(claim.right, surplus(claim.right - claim.left), reason)
            else:
                chain = start(claim.left).equals(claim.right, reason)
        except CalculusError:
            continue
        if accepted(chain, theorem.assumptions):
            return True
    return False


def accepted(derivation: Derivation, assumptions: tuple[Assumption, ...]) -> bool:
    """Is the derivation a proof of its own ends under these assumptions?"""
    kind = Bound if derivation.relation == "<=" else Identity
    claim = kind(derivation.start, derivation.last)
    try:
        theorem = Theorem(
            "lies.lie",
            claim,
            derivation,
            near_misses={"none": claim},
            assumptions=assumptions,
            docstring="A lie, as the line checker sees it.",
        )
        return establish(observe(theorem)).verdict is Verdict.PROVED
    except (CalculusError, ArithmeticError):
        return False


# ---- what is worth the line checker's time -------------------------------------------------------------------
def _differences(smaller: Term, larger: Term, assumptions: tuple[Assumption, ...]) -> Iterator[Term]:
    """larger - smaller, as it is written and in normal form, where its sign is visible."""
    ctx = context(assumptions)
    facts: list[order.Fact | order.SupFact] = []
    for assumption in assumptions:
        if isinstance(assumption, AtMost):
            facts += order.loewner_facts(ctx, "", assumption.left, assumption.right)
        elif isinstance(assumption, SupBound):
            facts.append(order.SupFact("", assumption.function, assumption.order, assumption.bound))
    try:
        gap = rewrite.unfold(larger - smaller)
        known = [f.term for f in facts if isinstance(f, order.Fact) and f.term.is_scalar]
        for term in (gap, _plain(ctx, gap), *(fact + _plain(ctx, gap - fact) for fact in known)):
            if order.nonnegative(ctx, term, facts):
                yield term
    except (CalculusError, ArithmeticError, RecursionError):
        return


def _plain(ctx: forms.Context, term: Term) -> Term:
    return to_term(ctx, normal_form(ctx, term))


def _same(ctx: forms.Context, left: Term, right: Term) -> bool:
    try:
        return equal(rewrite.unfold(left), rewrite.unfold(right), ctx) is Answer.EQUAL
    except (CalculusError, ArithmeticError, RecursionError):
        return False


def context(assumptions: tuple[Assumption, ...]) -> forms.Context:
    """A context with every assumed equality that can be used as a rewrite, and derivatives carried out."""
    ctx = forms.Context(differentiate=True)
    for assumption in assumptions:
        if isinstance(assumption, Equal):
            try:
                add_rule(ctx, assumption_text(assumption), assumption.left, assumption.right)
            except CalculusError:
                continue  # less is shown
    return ctx
