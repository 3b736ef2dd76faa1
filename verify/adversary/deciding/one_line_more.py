"""Claims shown true by the line checker in one line, or in one line more than a theorem has.

    shown     an identity by normal form, a bound whose difference is visibly nonnegative
    follows   a theorem's bound made weaker on one side
    mirrored  the theorem itself, with a symbol of either sign negated

Search happens here and is trusted with nothing: each returns what `establish` said of a trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from theory import terms as t
from theory.statements.claims import KINDS, Assumption, AtMost, Claim, Equal, Gaussian, Identity, symbols_of
from theory.statements.derivation import DIFFERENTIATE, Derivation, Line, Reason, Unfold, instance, start, surplus
from theory.statements.theorem import Part, Theorem
from theory.terms import CalculusError, Property, Symbol, Term, rewrite
from verify.adversary.mutating.redeclaring import Redeclared
from verify.deriving.rewriting import assuming, facts_of
from verify.exact.sizes import only_numbers
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict
from verify.proof.matrices import forms, order
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.normal_form import Answer, equal, normal_form
from verify.proof.matrices.unform import to_term

FREE = frozenset({Property.NONZERO})  # what a symbol may be declared and still change its sign


def equal_where_defined(claim: Claim, assumptions: tuple[Assumption, ...]) -> bool:
    """Have the sides of an identity one normal form? Then it is true wherever both are defined, as they stand.

    So it is where their squares add up to 0, for then both are 0: one may be a root of minus a sum of squares.
    """
    if not isinstance(claim, Identity):
        return False
    ctx, left, right = assuming(assumptions), claim.left, claim.right
    return _same(ctx, left, right) or (left.is_scalar and _same(ctx, t.scale(left, left), -t.scale(right, right)))


def shown(claim: Claim, assumptions: tuple[Assumption, ...]) -> bool:
    """Does the line checker accept the claim in one line, definitions written out and everything allowed?

    A dimension that is the size of nothing is also tried as (1 + s)^2 with s >= 0: it is at least 1.
    """
    return _shown(claim, assumptions) or any(_shown(changed, given) for changed, given in _from_one(claim, assumptions))


def _from_one(claim: Claim, assumptions: tuple[Assumption, ...]) -> Iterator[tuple[Claim, tuple[Assumption, ...]]]:
    """The claim with (1 + s)^2 for each dimension in it that is only a number, its root simplified to 1 + s."""
    names = only_numbers(claim, assumptions)
    dimensions = [d for d in symbols_of(claim, assumptions) if d.name in names]
    if not dimensions or any(not isinstance(a, Equal | AtMost) for a in assumptions):
        return
    roots = {Symbol(d.name, (1, 1), frozenset({Property.POSITIVE})) for d in dimensions}
    squares = {r: t.power(r, Fraction(2)) for r in roots}
    shifted = {r: 1 + Symbol(f"{r.name}_more", (1, 1), frozenset({Property.NONNEGATIVE})) for r in roots}

    def put(term: Term) -> Term:
        term = rewrite.unfold(term)
        for d in dimensions:
            term = Redeclared(d, next(r for r in roots if r.name == d.name)).term(term)
        ctx = forms.Context(differentiate=carry_out)
        return rewrite.substitute(_plain(ctx, rewrite.substitute(term, squares)), shifted)

    try:
        given = tuple(
            replace(a, left=put(a.left), right=put(a.right)) for a in assumptions if isinstance(a, Equal | AtMost)
        )
        yield replace(claim, left=put(claim.left), right=put(claim.right)), given
    except (CalculusError, ArithmeticError, RecursionError):
        return


def _shown(claim: Claim, assumptions: tuple[Assumption, ...]) -> bool:
    reasons: tuple[Reason, ...] = (_definitions(claim), DIFFERENTIATE)
    if not claim.ordered:
        reasons = (*reasons, *(a for a in assumptions if isinstance(a, Equal | Gaussian)))
        return _same(assuming(assumptions), claim.left, claim.right) and accepted(
            start(claim.left).equals(claim.right, *reasons), assumptions
        )
    return any(
        accepted(_line(claim, surplus(gap), *reasons, *cited), assumptions)
        for gap, cited in _differences(claim.left, claim.right, assumptions, claim.relation)
    )


def _line(claim: Claim, *reasons: Reason) -> Derivation:
    """The claim as one line."""
    return Derivation(claim.left, (Line(claim.relation, claim.right, reasons),))


def follows(theorem: Theorem, part: Part, claim: Claim) -> bool:
    """Is the claim the theorem's inequality made weaker: on one side by what is visibly nonnegative, or scaled?"""
    derivation, stated = part.derivation, part.claim
    if derivation is None or not stated.ordered or claim.relation != stated.relation:
        return False
    reasons: tuple[Reason, ...] = (_definitions(claim, stated), DIFFERENTIATE)
    if (claim.left == stated.left) is not (claim.right == stated.right):
        above = claim.left == stated.left
        smaller, larger = (stated.right, claim.right) if above else (claim.left, stated.left)
        for gap, cited in _differences(smaller, larger, theorem.assumptions):
            step = Line("<=", larger, (surplus(gap), *reasons, *cited))
            lines = (*derivation.lines, step) if above else (step, *derivation.lines)
            if accepted(Derivation(derivation.start if above else smaller, lines), theorem.assumptions):
                return True
    whole = _combined(theorem, stated, claim)
    itself = instance(theorem, {}, part.label)
    return whole is not None and accepted(_line(claim, surplus(whole), itself), theorem.assumptions)


def _combined(theorem: Theorem, stated: Claim, claim: Claim) -> Term | None:
    """a (right - left) + (b - a) right, if the claim's sides are a left and b right with numbers 0 < a <= b."""
    ctx = assuming(theorem.assumptions)
    b = _times(ctx, stated.right, claim.right)
    a = b if stated.left == claim.left == t.Number(Fraction(0)) else _times(ctx, stated.left, claim.left)
    if a is None or b is None or not 0 < a <= b:
        return None
    half = t.scale(t.Number(a / 2), stated.right - stated.left)  # twice a half: a sum in a sum would be one sum
    return half + half + t.scale(t.Number(b - a), stated.right) if b > a else half + half


def _times(ctx: forms.Context, term: Term, multiple: Term) -> Fraction | None:
    """The number that makes one term the other, by normal form."""
    try:
        first, second = normal_form(ctx, term).terms, normal_form(ctx, multiple).terms
    except (CalculusError, ArithmeticError, RecursionError):
        return None
    factors = {Fraction(second[k]) / Fraction(first[k]) for k in first} if first.keys() == second.keys() else set()
    return factors.pop() if len(factors) == 1 else None


def _definitions(*claims: Claim) -> Unfold:
    """The reason that writes out every definition of the claims."""
    found = (rewrite.definitions_in(side) for claim in claims for side in (claim.left, claim.right))
    return Unfold(tuple(sorted(frozenset[t.Definition]().union(*found), key=lambda d: d.name)))


def mirrored(theorem: Theorem, part: Part, claim: Claim) -> bool:
    """Is the claim the theorem's own part at -v for a symbol v that no assumption holds?"""
    for symbol in theorem.symbols:
        if not symbol.properties <= FREE:
            continue
        try:
            sides = [rewrite.substitute(s, {symbol: -symbol}) for s in (part.claim.left, part.claim.right)]
            if not _same(assuming(theorem.assumptions), sides[0] - sides[1], claim.left - claim.right):
                continue
            reason: Reason = instance(theorem, {symbol: -symbol}, part.label)
            certificate = (surplus(claim.right - claim.left),) if claim.ordered else ()
            chain = _line(claim, *certificate, reason)
        except CalculusError:
            continue
        if accepted(chain, theorem.assumptions):
            return True
    return False


def accepted(derivation: Derivation, assumptions: tuple[Assumption, ...]) -> bool:
    """Is the derivation a proof of its own ends under these assumptions?"""
    claim = KINDS[derivation.relation](derivation.start, derivation.last)
    try:
        theorem = Theorem(
            "lies.lie",
            claim,
            derivation,
            near_misses={"none": claim},
            assumptions=assumptions,
            docstring="A lie, as the line checker sees it.",
        )
        return establish(check(theorem)).verdict is Verdict.PROVED
    except (CalculusError, ArithmeticError):
        return False


# ---- what is worth the line checker's time -------------------------------------------------------------------
def _differences(
    smaller: Term, larger: Term, assumptions: tuple[Assumption, ...], relation: str = "<="
) -> Iterator[tuple[Term, tuple[Assumption, ...]]]:
    """larger - smaller where its sign is visible, for a line of that relation, and the assumptions to be cited with it.

    It is looked at as it is written and in normal form, with no definition written out, with one, with those called,
    and with all.
    """
    ctx = assuming(assumptions)
    visible = order.SHOWN[relation]
    equalities = tuple(a for a in assumptions if isinstance(a, Equal | Gaussian))
    written = larger - smaller
    called = frozenset(node.definition for node in t.walk(written) if isinstance(node, t.Call))
    levels = (frozenset[t.Definition](), *(frozenset({d}) for d in sorted(called, key=lambda d: d.name)), called)
    opened = (rewrite.unfold(written, level) for level in levels)
    for assumption in (a for a in assumptions if isinstance(a, AtMost) and a.left.is_scalar):
        regrouped = _regrouped(ctx, written, assumption)
        if regrouped is not None:
            yield regrouped, assumptions
    for gap in dict.fromkeys((*opened, rewrite.unfold(written))):
        for cited in dict.fromkeys((equalities, assumptions)):  # a cited fact that is not decided stops the line
            try:
                facts = facts_of(ctx, cited, relation)
                for term in (_plain(ctx, gap), gap):
                    if visible(ctx, term, facts):
                        yield term, cited
            except (CalculusError, ArithmeticError, RecursionError):
                continue


def _regrouped(ctx: forms.Context, term: Term, assumption: AtMost) -> Term | None:
    """q r as q (r - l) + q l, where l <= r is assumed, and l and q are visibly nonnegative."""
    low, high = rewrite.unfold(assumption.left), rewrite.unfold(assumption.right)
    try:
        factor = _plain(ctx, t.scale(rewrite.unfold(term), t.power(high, Fraction(-1))))
        if order.nonnegative(ctx, factor, ()) and order.nonnegative(ctx, low, ()):
            half = t.scale(t.scale(t.Number(Fraction(1, 2)), factor), assumption.right - assumption.left)
            return half + half + t.scale(factor, assumption.left)  # a sum in a sum would be one sum
    except (CalculusError, ArithmeticError, RecursionError):
        pass
    return None


def _plain(ctx: forms.Context, term: Term) -> Term:
    return to_term(ctx, normal_form(ctx, term))


def _same(ctx: forms.Context, left: Term, right: Term) -> bool:
    try:
        return equal(rewrite.unfold(left), rewrite.unfold(right), ctx) is Answer.EQUAL
    except (CalculusError, ArithmeticError, RecursionError):
        return False
