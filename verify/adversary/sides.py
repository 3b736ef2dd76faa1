"""Where both sides of a claim are defined, and what that makes of an assumption or a property that is given up.

A claim says nothing where a power, a root or an inverse in it does not exist (derivatives carried out). So what must
be positive for that may be assumed; and where a weaker property adds only instances at which a side is undefined, it
adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from theory.calculus import order, rewrite
from theory.calculus import terms as t
from theory.calculus.definedness import first_undefined
from theory.calculus.forms import Context, Obligation
from theory.calculus.normal_form import normal_form
from theory.calculus.terms import CalculusError, Property, Symbol, Term
from theory.claims import Assumption, AtMost, SupBound
from verify.adversary.mutants import Mutant
from verify.adversary.showing import context

MOST = 6  # more conditions for both sides to be defined than this are not looked for
ZERO = t.Number(Fraction(0))


def defining(mutant: Mutant) -> tuple[AtMost, ...]:
    """What must hold for both sides to be defined and is not known, as assumptions; none if it cannot be put so."""
    claim, assumptions = mutant.lie.claim, mutant.lie.assumptions
    facts: list[AtMost] = []
    for side in (claim.left, claim.right):
        whole = rewrite.unfold(side)
        for _ in range(MOST):
            missing = _missing(whole, (*assumptions, *facts))
            if missing is None:
                break
            fact = _as_assumption(missing, whole, mutant.dropped, facts)
            if fact is None or fact in facts:
                return ()
            facts.append(fact)
    return tuple(facts)


def undefined_beyond(mutant: Mutant) -> bool:
    """Is a side undefined wherever the weaker property holds and the declared one does not?

    Nonzero gives up 0, positive 0 or the negative numbers, definite the singular matrices.
    """
    old, new = mutant.old, mutant.new
    if old is None or new is None:
        return False
    sides = [rewrite.unfold(side) for side in (mutant.lie.claim.left, mutant.lie.claim.right)]
    if old.properties - new.properties == {Property.NONZERO} or Property.NONNEGATIVE in new.properties:
        nothing = ZERO if new.is_scalar else t.Zero(new.shape)
        return any(_fails(side, {new: nothing}, _pole) for side in sides)
    if Property.POSITIVE in old.properties and Property.NONZERO in new.properties:
        below = replace(new, properties=frozenset({Property.NEGATIVE}))
        return any(_fails(side, {new: below}, _negative_root) for side in sides)
    if Property.POSITIVE_SEMIDEFINITE in new.properties:
        return any(isinstance(node, t.Inverse) and node.body == new for side in sides for node in t.walk(side))
    return False


def implied(mutant: Mutant) -> Assumption | None:
    """The assumption from which the property given up follows: |phi'| <= c makes c >= 0, 0 < S <= L I makes L > 0."""
    old, new = mutant.old, mutant.new
    for assumption in mutant.lie.assumptions if old is not None else ():
        match assumption:
            case SupBound(bound=bound) if bound == new and old is not None and old.properties == {Property.NONNEGATIVE}:
                return assumption
            case AtMost(left, t.Scale(scalar, t.Eye())) if scalar == new and order.definite(Context(), left):
                return assumption
    return None


# ---- conditions as assumptions ------------------------------------------------------------------------------
def _missing(whole: Term, assumptions: tuple[Assumption, ...]) -> Obligation | None:
    ctx = context(assumptions)
    try:
        return first_undefined(whole, lambda: context(assumptions), _facts(ctx, assumptions))
    except (CalculusError, ArithmeticError):
        return None


def _facts(ctx: Context, assumptions: tuple[Assumption, ...]) -> list[order.Fact]:
    return [
        fact
        for a in assumptions
        if isinstance(a, AtMost) and a.left.is_scalar
        for fact in order.definedness_facts(ctx, "", rewrite.unfold(a.left), rewrite.unfold(a.right))
    ]


def _as_assumption(missing: Obligation, whole: Term, dropped: Assumption | None, facts: list[AtMost]) -> AtMost | None:
    """q >= 0 as 0 <= q, and q > 0 as c <= q with a c > 0 of its own. Powers of q that is never negative and not zero
    exist for q > 0 alone."""
    term = missing.term
    for node in t.walk(whole):
        if isinstance(node, t.Derivative) and node.at == replace(node.variable, bound=0):
            term = rewrite.substitute(term, {node.variable: node.at})
    symbols = rewrite.free_symbols(term)
    if missing.kind == "invertible" or any(s.bound for s in symbols) or _random(term):
        return None
    if missing.kind == "nonnegative":
        return AtMost(ZERO, term)
    ctx = Context(differentiate=True)
    if not order.nonnegative(ctx, term, _facts(ctx, tuple(facts))):
        return None
    own = dropped.left if isinstance(dropped, AtMost) else None
    spare = isinstance(own, Symbol) and own.properties == {Property.POSITIVE} and own not in symbols
    if isinstance(own, Symbol) and spare and all(own != fact.left for fact in facts):
        return AtMost(own, term)
    return AtMost(Symbol(f"c_{len(facts)}", (1, 1), frozenset({Property.POSITIVE})), term)


def _random(term: Term) -> bool:
    """Does the value vary with a random vector? Then it is no condition on an instance."""
    return any(rewrite.depends_on(term, s) for s in rewrite.free_symbols(term) if s.has(Property.RANDOM))


# ---- instances at which a side is undefined -----------------------------------------------------------------
Values = Mapping[Symbol, Term]


def _fails(term: Term, values: Values, here: Callable[[Term, Values], bool]) -> bool:
    """Does some node fail when the term is evaluated at these values? Derivatives are taken where they are taken."""
    if isinstance(term, t.Derivative):
        inside = {**values, term.variable: rewrite.substitute(term.at, values)}
        return _fails(term.at, values, here) or _fails(term.body, inside, here)
    return here(term, values) or any(_fails(child, values, here) for child in term.children)


def _pole(term: Term, values: Values) -> bool:
    """A negative power or an inverse of what is 0 in normal form."""
    match term:
        case t.Power(base, exponent) if exponent < 0:
            inside = base
        case t.Inverse(body):
            inside = body
        case _:
            return False
    try:
        return normal_form(Context(differentiate=True), rewrite.substitute(inside, values)).is_zero
    except (CalculusError, ArithmeticError):
        return False


def _negative_root(term: Term, values: Values) -> bool:
    """A root of what is visibly negative."""
    if not isinstance(term, t.Power) or term.exponent.denominator % 2:
        return False
    try:
        return order.positive(Context(differentiate=True), -rewrite.substitute(term.base, values))
    except (CalculusError, ArithmeticError):
        return False
