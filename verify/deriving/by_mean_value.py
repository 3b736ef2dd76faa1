"""Derivations of |f(a) - f(b)| <= c |a - b| from |J(z) u|^2 <= c^2 |u|^2 for every z and u, J the Jacobian of f."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from theory import terms as t
from theory.statements.derivation import Derivation, Line, Surplus, Unfold
from theory.statements.lemmas import LipschitzBound
from theory.terms import Property, Symbol, Term, rewrite
from theory.terms.lettering import free_names
from verify.deriving.asking import Asking
from verify.deriving.by_both_signs import others, surplus
from verify.deriving.by_induction import Way
from verify.deriving.chains import FAULTS
from verify.deriving.estimates import half_of
from verify.deriving.ingredients import definitions
from verify.deriving.rewriting import context
from verify.deriving.sites import HALF, TWO, length_of
from verify.deriving.visible import ONE
from verify.proof.matrices.normal_form import Answer, equal


def by_mean_value(way: Way) -> Way:
    """What seeks a derivation as `way` does, and where it finds none, of a length of a difference by slopes."""

    def sought(asking: Asking, left: Term, right: Term) -> Derivation | None:
        found = way(asking, left, right)
        for value, other, a, b in _differences(left) if found is None else ():
            try:
                found = found or _by_slope(asking, way, left, right, (value, other), (a, b))
            except FAULTS:
                continue
        return found

    return sought


def _differences(left: Term) -> Iterator[tuple[Term, Term, Symbol, Symbol]]:
    """f(a), f(b), a and b where a length is |f(a) - f(b)|."""
    column = half_of(left.base) if isinstance(left, t.Power) and left.exponent == HALF else None
    column = left.body if isinstance(left, t.Abs) else column
    if not isinstance(column, t.Sum) or column.columns != 1:
        return
    symbols = [s for s in rewrite.free_symbols(column) if s.columns == 1 and not s.has(Property.DIMENSION)]
    symbols.sort(key=lambda s: s.name)
    for a in symbols:
        mine = [one for one in column.terms if a in rewrite.free_symbols(one)]
        rest = [one for one in column.terms if a not in rewrite.free_symbols(one)]
        if not mine or not rest:
            continue
        value, other = t.add(*mine), t.add(*map(_minus, rest))
        if _is_negative(value) and not _is_negative(other):  # f is not turned round
            continue
        for b in (b for b in symbols if b != a and b.shape == a.shape and not (a.properties | b.properties)):
            if b not in rewrite.free_symbols(value) and rewrite.substitute(value, {a: b}) == other:
                yield value, other, a, b


def _squared(chain: Derivation | None) -> Term | None:
    """What the squares of both sides of one line differ by."""
    reasons = chain.lines[0].reasons if chain is not None and len(chain.lines) == 1 else ()
    return next((one.term for one in reasons if isinstance(one, Surplus) and one.squared), None)


def _minus(term: Term) -> Term:
    return term.body if isinstance(term, t.Scale) and term.scalar == t.Number(Fraction(-1)) else -term


def _is_negative(term: Term) -> bool:
    first = term.terms[0] if isinstance(term, t.Sum) else term
    return isinstance(first, t.Scale) and isinstance(first.scalar, t.Number) and first.scalar.value < 0


def _by_slope(
    asking: Asking, way: Way, left: Term, right: Term, values: tuple[Term, Term], at: tuple[Symbol, Symbol]
) -> Derivation | None:
    a, b = at
    length = length_of(a - b, t.Eye(a.rows))
    bound = next((rewrite.replace(right, one, ONE) for one in (length, length_of(b - a, t.Eye(a.rows)))
                  if any(node == one for node in t.walk(right))), None)  # fmt: skip
    if bound is None or equal(right, t.scale(bound, length), context(asking.assumptions, ())) is not Answer.EQUAL:
        return None
    if not rewrite.free_symbols(bound).isdisjoint(at):
        return None
    spoken = asking.theorem.symbols
    taken = {s.name for s in (*spoken, *rewrite.free_symbols(left), *rewrite.free_symbols(right))}
    z, u = (Symbol(next(free_names(letter, taken)), a.shape) for letter in ("z", "u"))
    body = rewrite.substitute(rewrite.unfold(values[0]), {a: z})
    plain = LipschitzBound(body, z, u, bound, ONE, a, b)
    slope, own = plain.slope, length_of(u, t.Eye(u.rows))
    chain = way(asking, slope.T @ slope, t.scale(t.power(bound, TWO), u.T @ u))
    shown = None if chain is None else surplus(chain)
    if shown is None and not body.is_scalar:  # the squares of lengths in one line
        chain = way(asking, length_of(slope, t.Eye(slope.rows)), t.scale(bound, own))
        shown = _squared(chain)
    if chain is None or shown is None:
        return None
    lemma = LipschitzBound(body, z, u, bound, shown, a, b)
    inside = definitions(left, right)
    reasons = (*([Unfold(inside)] if inside else []), *others(chain), lemma)
    line = Line("<=", right, (Surplus(lemma.gap, squared=True), *dict.fromkeys(reasons)))
    return Derivation(left, (asking.lean(left, line),)) if asking.accepts(left, line) else None
