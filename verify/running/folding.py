"""Roots and denominators of a normal form, written as the statement wrote them.

A normal form multiplies out: the variance of a batch becomes m y'y - (1'y)^2, of which nobody sees that it is not
negative, neither a reader nor the checker. Where such a base is a multiple of one that the term itself has, by a power
of a dimension, it is put back. Nothing is believed of it: what comes out is proved equal like any other term.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from theory import terms as t
from theory.statements.claims import Assumption
from theory.terms import CalculusError, Property, Symbol, Term, rewrite
from verify.deriving.ingredients import mechanical
from verify.deriving.rewriting import context
from verify.proof.matrices.normal_form import Answer, equal

MOST = 12  # bases of the term that are tried for each of the result


def folded(result: Term, term: Term, assumptions: Sequence[Assumption]) -> Term:
    """The result with the bases of its powers as the term has them, where one is a multiple of the other."""
    wanted = list(dict.fromkeys(_bases(term)))[:MOST]
    sizes = sorted((s for s in rewrite.free_symbols(term) if s.has(Property.DIMENSION)), key=lambda s: s.name)
    changed = False
    for base in dict.fromkeys(node.base for node in t.walk(result) if isinstance(node, t.Power) and _held(node)):
        if base in wanted or isinstance(base, Symbol):
            continue
        for original in wanted:
            if (multiple := _multiple(base, original, sizes, assumptions)) is not None:
                result = _put(result, base, multiple, original)
                break
        else:
            continue
        changed = True
    return _gathered(result, frozenset(sizes)) if changed else result


def _held(power: t.Power) -> bool:
    return power.exponent < 0 or power.exponent.denominator != 1


def _bases(term: Term) -> Iterator[Term]:
    """What the term takes roots of and divides by, its definitions written out one after the other."""
    yield from (node.base for node in t.walk(term) if isinstance(node, t.Power) and _held(node))
    for definition in sorted({n.definition for n in t.walk(term) if isinstance(n, t.Call)}, key=lambda d: d.name):
        for call in (node for node in t.walk(term) if isinstance(node, t.Call) and node.definition is definition):
            if isinstance(term, t.Derivative):
                continue
            yield from _bases(_opened(call))
    if isinstance(term, t.Derivative):
        yield from _bases(rewrite.replace(term.body, term.variable, term.at))


def _opened(call: t.Call) -> Term:
    """The body of a definition at the call's arguments; definitions inside it stay as they are."""
    return rewrite.substitute(call.definition.body, dict(zip(call.definition.parameters, call.arguments, strict=True)))


_Multiple = tuple[Symbol | None, int]  # a dimension and its exponent


def _multiple(
    base: Term, original: Term, sizes: Sequence[Symbol], assumptions: Sequence[Assumption]
) -> _Multiple | None:
    """The power of a dimension that makes the one of the other; None where none does."""
    scales: list[_Multiple] = [(None, 0), *((size, k) for size in sizes for k in (1, 2))]
    for size, k in scales:
        scaled = original if size is None else t.scale(t.power(size, Fraction(k)), original)
        known = context(assumptions, mechanical(base, scaled))
        try:
            if equal(rewrite.unfold(base), rewrite.unfold(scaled), known) is Answer.EQUAL:
                return size, k
        except (CalculusError, ArithmeticError, RecursionError):
            continue
    return None


def _put(term: Term, base: Term, multiple: _Multiple, original: Term) -> Term:
    """(m^k original)^e, taken apart, in the place of base^e."""
    size, k = multiple

    def visit(node: Term) -> Term:
        if isinstance(node, t.Power) and node.base == base:
            root = t.power(original, node.exponent)
            return root if size is None else t.scale(t.power(size, k * node.exponent), root)
        return rewrite.rebuild(node, visit)

    return visit(term)


def _gathered(term: Term, sizes: frozenset[Symbol]) -> Term:
    """The powers of each dimension in a row of factors as one power: a dimension is positive, so they add."""
    if not isinstance(term, t.Scale):
        return rewrite.rebuild(term, lambda child: _gathered(child, sizes))
    exponents = dict.fromkeys(sorted(sizes, key=lambda s: s.name), Fraction(0))
    others: list[Term] = []
    body: Term = term
    waiting: list[Term] = []
    while isinstance(body, t.Scale):
        waiting.append(body.scalar)
        body = body.body
    if body.is_scalar:
        waiting.append(body)
        body = t.as_term(1)
    while waiting:
        factor = waiting.pop(0)
        if isinstance(factor, t.Scale):
            waiting[:0] = [factor.scalar, factor.body]
        elif factor in exponents:
            exponents[factor] += 1  # type: ignore[index]
        elif isinstance(factor, t.Power) and factor.base in exponents:
            exponents[factor.base] += factor.exponent  # type: ignore[index]
        else:
            others.append(_gathered(factor, sizes))
    numbers = [factor for factor in others if isinstance(factor, t.Number)]
    rest = [factor for factor in others if not isinstance(factor, t.Number)]
    powers = [t.power(size, exponent) for size, exponent in exponents.items() if exponent]
    result = _gathered(body, sizes)
    for factor in reversed([*numbers, *powers, *rest]):
        result = t.scale(factor, result)
    return result
