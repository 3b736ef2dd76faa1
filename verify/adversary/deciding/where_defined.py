"""Where both sides of a claim are defined, and what that makes of an assumption or a property that is given up.

A claim says nothing where a power, a root or an inverse in it does not exist (derivatives carried out). So what must
be positive for that may be assumed; and where a weaker property adds only instances at which a side is undefined, it
adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from theory import terms as t
from theory.statements.claims import Assumption, AtMost, Claim, SupBound, symbols_of
from theory.terms import CalculusError, Property, Symbol, Term, rewrite
from theory.terms.known_functions import of_positive
from verify.adversary.mutating.mutants_of_theorems import Mutant
from verify.deriving.rewriting import assuming
from verify.proof.matrices import order, signs
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal, normal_form

ZERO = t.Number(Fraction(0))
Values = Mapping[Symbol, Term]


def defining(mutant: Mutant) -> tuple[AtMost, ...]:
    """What must hold for both sides to be defined, as assumptions.

    What stands under a root is >= 0, and > 0 if it divides as well or is differentiated; what divides and is never
    negative is > 0. q > 0 is c <= q with a c > 0 of its own, and 0 <= q.
    """
    claim, dropped = mutant.lie.claim, mutant.dropped
    ctx = assuming(mutant.lie.assumptions)
    needs: dict[Term, set[str]] = {}
    for side in (claim.left, claim.right):
        for term, need in _needs(rewrite.unfold(side), {}):
            needs.setdefault(term, set()).add(need)
    spare = dropped.left if isinstance(dropped, AtMost) else None
    facts: list[AtMost] = []
    for term, kinds in needs.items():
        if _is_random(term) or order.positive(ctx, term):
            continue
        if kinds == {"root"}:
            facts.append(AtMost(ZERO, term))
        elif "root" in kinds or _less_one(term) or order.nonnegative(ctx, term, ()):
            free = isinstance(spare, Symbol) and spare.properties == {Property.POSITIVE}
            own = spare if free and spare is not None else _constant(len(facts))
            facts += [AtMost(own, term), AtMost(ZERO, term)]
            spare = None
    return tuple(facts)


def regained(mutant: Mutant, facts: Sequence[AtMost]) -> bool:
    """Is the assumption dropped, c <= q with a c > 0 that nothing else speaks of, what the sides need anyway?"""
    dropped, claim = mutant.dropped, mutant.lie.claim
    if not isinstance(dropped, AtMost) or not isinstance(dropped.left, Symbol):
        return False
    spoken = symbols_of(claim, mutant.lie.assumptions) | rewrite.free_symbols(dropped.right)
    if dropped.left.properties != {Property.POSITIVE} or dropped.left in spoken:
        return False
    ctx = assuming(mutant.lie.assumptions)
    return any(
        fact.left != ZERO and equal(rewrite.unfold(fact.right), rewrite.unfold(dropped.right), ctx) is Answer.EQUAL
        for fact in facts
    )


def _constant(number: int) -> Symbol:
    return Symbol(f"c_{number}", (1, 1), frozenset({Property.POSITIVE}))


def defined_nowhere(claim: Claim) -> bool:
    """Does a side divide by what is always 0, or take a root of what is always negative?"""
    sides = [rewrite.unfold(side) for side in (claim.left, claim.right)]
    return any(_fails(side, {}, here) for side in sides for here in (_pole, _negative_root))


def undefined_beyond(mutant: Mutant) -> bool:
    """Is a side undefined wherever the weaker property holds and the declared one does not?

    Nonzero gives up 0, positive 0 or the negative numbers, definite and invertible the singular matrices.
    """
    old, new = mutant.old, mutant.new
    if old is None or new is None:
        return False
    sides = [rewrite.unfold(side) for side in (mutant.lie.claim.left, mutant.lie.claim.right)]
    if Property.POSITIVE in old.properties and not old.is_scalar:
        return any(_of_each_entry(node, new) for side in sides for node in t.walk(side))
    if old.properties - new.properties == {Property.NONZERO} or Property.NONNEGATIVE in new.properties:
        nothing = ZERO if new.is_scalar else t.Zero(new.shape)
        return any(_fails(side, {new: nothing}, _pole) for side in sides)
    if Property.POSITIVE in old.properties and Property.NONZERO in new.properties:
        below = replace(new, properties=frozenset({Property.NEGATIVE}))
        return any(_fails(side, {new: below}, _negative_root) for side in sides)
    if Property.POSITIVE_SEMIDEFINITE in new.properties or Property.INVERTIBLE in old.properties:
        inverted = (new, t.transpose(new))
        return any(isinstance(node, t.Inverse) and node.body in inverted for side in sides for node in t.walk(side))
    return False


def implied(mutant: Mutant) -> Assumption | None:
    """The assumption from which the property given up follows.

    |phi'| <= c makes c >= 0; 0 < S <= L I makes L > 0; mu I <= S with mu > 0 makes S positive definite.
    """
    old, new = mutant.old, mutant.new
    for assumption in mutant.lie.assumptions if old is not None else ():
        match assumption:
            case SupBound(bound=bound) if bound == new and old is not None and old.properties == {Property.NONNEGATIVE}:
                return assumption
            case AtMost(left, t.Scale(scalar, t.Eye())) if scalar == new and order.definite(Context(), left):
                return assumption
            case AtMost(t.Scale(scalar, t.Eye()), right) if right == new and order.positive(Context(), scalar):
                return assumption
    return None


# ---- what must hold for a term to be defined -----------------------------------------------------------------
def _needs(term: Term, at: Values) -> Iterator[tuple[Term, str]]:
    """Each term that stands under a root, or that divides: at the point where the derivatives around it are taken."""
    if isinstance(term, t.Derivative):
        yield from _needs(term.at, at)
        yield from _needs(term.body, {**at, term.variable: rewrite.substitute(term.at, at)})
        return
    if isinstance(term, t.Power):
        base = rewrite.substitute(term.base, at)
        if term.exponent.denominator % 2 == 0:
            yield base, "root"
            if any(rewrite.depends_on(term.base, variable) for variable in at):
                yield base, "nonzero"  # a root has no derivative at 0
        if term.exponent < 0:
            yield from ((factor, "nonzero") for factor in {base: None, **dict.fromkeys(_factors(base))})
    for child in term.starts if isinstance(term, t.Iterate) else term.children:
        yield from _needs(child, at)


def _factors(term: Term) -> Iterator[Term]:
    """What must not vanish for the term not to vanish."""
    match term:
        case t.Scale(scalar, body):
            yield from _factors(scalar)
            yield from _factors(body)
        case t.Power(base, _) | t.Abs(base):
            yield from _factors(base)
        case _:
            yield term


def _less_one(term: Term) -> bool:
    """m - 1 for a size m, which is never negative."""
    return any(s.has(Property.DIMENSION) and term == s - 1 for s in rewrite.free_symbols(term))


def _is_random(term: Term) -> bool:
    """Does the value vary with a random vector? Then it is no condition on an instance."""
    return any(rewrite.depends_on(term, s) for s in rewrite.free_symbols(term) if s.has(Property.RANDOM))


# ---- instances at which a side is undefined -----------------------------------------------------------------
def _fails(term: Term, values: Values, here: Callable[[Term, Values], bool]) -> bool:
    """Does some node fail when the term is evaluated at these values? Derivatives are taken where they are taken."""
    if isinstance(term, t.Derivative):
        inside = {**values, term.variable: rewrite.substitute(term.at, values)}
        return _fails(term.at, values, here) or _fails(term.body, inside, here)
    children = term.starts if isinstance(term, t.Iterate) else term.children
    return here(term, values) or any(_fails(child, values, here) for child in children)


def _of_each_entry(term: Term, column: Symbol) -> bool:
    """Is it undefined where an entry of the column is 0, or negative unless it is declared not to be: log, sqrt or
    rsqrt of each entry as it stands, or the inverse of its diagonal matrix?"""
    if isinstance(term, t.Elementwise):
        return of_positive(term.function.name) and term.argument == column
    nonnegative = Property.NONNEGATIVE in column.properties
    return isinstance(term, t.Inverse) and term.body == t.diag(column) and nonnegative


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
        return normal_form(Context(differentiate=carry_out), rewrite.substitute(inside, values)).is_zero
    except (CalculusError, ArithmeticError):
        return False


def _negative_root(term: Term, values: Values) -> bool:
    """A root of what is visibly negative."""
    if not isinstance(term, t.Power) or term.exponent.denominator % 2:
        return False
    try:
        ctx, base = Context(differentiate=carry_out), rewrite.substitute(term.base, values)
        return order.nonnegative(ctx, -base, ()) and signs.is_nonzero(ctx, normal_form(ctx, base))
    except (CalculusError, ArithmeticError):
        return False
