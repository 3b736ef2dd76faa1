"""Stein's identities for the means over normal vectors that stand in a claim: what a line cites beside the law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import reduce

from theory import terms as t
from theory.statements.claims import Assumption, Gaussian
from theory.statements.derivation import DIFFERENTIATE, Reason
from theory.statements.lemmas import SteinIdentity
from theory.terms import CalculusError, Symbol, Term, rewrite
from verify.deriving.rewriting import context
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.tame import is_tame
from verify.proof.matrices.unform import to_term

ONE = t.as_term(1)
MOST = 6  # of them in one line


def stein_identities(
    sides: Sequence[Term], reasons: Sequence[Reason], given: Sequence[Assumption]
) -> Iterator[tuple[Reason, ...]]:
    """Those for E[g x'] wherever that stands in the normal forms of the sides; then with those for what these come to,
    and so on."""
    laws = {law.over: law for law in given if isinstance(law, Gaussian)}
    found: dict[SteinIdentity, None] = {}
    written = [rewrite.unfold(side) for side in sides] if laws else []
    while laws and len(found) < MOST:
        ctx = context(given, (*reasons, DIFFERENTIATE, *found))
        try:
            seen = [to_term(ctx, normal_form(ctx, side)) for side in written]
        except (CalculusError, ArithmeticError, RecursionError):
            return
        further = [one for one in _for(seen, laws) if one not in found and _may_be_cited(one)]
        if not further:
            return
        found |= dict.fromkeys(further[: MOST - len(found)])
        yield tuple(reversed(found))  # what one comes to is then written by those for it


def _may_be_cited(one: SteinIdentity) -> bool:
    """Are there derivatives of the order that it asks for, and does its function not grow as the density falls?"""
    if not is_tame(one.argument, one.over):
        return False
    try:
        normal_form(context((), (DIFFERENTIATE,)), one.sides[1])
    except (CalculusError, ArithmeticError, RecursionError):
        return False
    return True


def _for(terms: Sequence[Term], laws: dict[Symbol, Gaussian]) -> Iterator[SteinIdentity]:
    means = dict.fromkeys(n for term in terms for n in t.walk(term) if isinstance(n, t.Expectation) and n.over in laws)
    for mean in means:
        law = laws[mean.over]
        for g in _beside(mean.body, mean.over):
            if not any(isinstance(node, t.Expectation) for node in t.walk(g)):
                yield SteinIdentity(g, law.over, law.mean, law.covariance)


def _beside(body: Term, x: Symbol) -> Iterator[Term]:
    """The g of which a term is g x', x g', s x x', x'g or g'x; of a number x, g x."""
    numbers: list[Term] = []
    while isinstance(body, t.Scale):
        numbers, body = [*numbers, body.scalar], body.body
    if x.is_scalar:
        yield from _beside_number([*numbers, body], x)
        return
    scalar: Term = reduce(t.scale, numbers, ONE)
    factors = body.factors if isinstance(body, t.Product) else (body,)
    row, inner = t.transpose(x), body.is_scalar
    for ends, rest in (
        (factors[-1] == (x if inner else row), factors[:-1]),
        (factors[0] == (row if inner else x), factors[1:]),
    ):
        beside = reduce(t.matmul, rest[1:], rest[0]) if rest else ONE
        beside = beside if beside.shape[1] == 1 else t.transpose(beside)
        if ends and beside.shape[1] == 1 and (rewrite.depends_on(scalar, x) or rewrite.depends_on(beside, x)):
            yield t.scale(scalar, beside)


def _beside_number(factors: list[Term], x: Symbol) -> Iterator[Term]:
    for i, factor in enumerate(factors):
        base, exponent = (factor.base, factor.exponent) if isinstance(factor, t.Power) else (factor, Fraction(1))
        rest = [*factors[:i], *factors[i + 1 :]]
        if base == x and exponent >= 1 and any(rewrite.depends_on(other, x) for other in rest):
            yield reduce(t.scale, rest, t.power(x, exponent - 1) if exponent > 1 else ONE)
