"""Derivations offered for a claim on real numbers: one line by what is carried out or integrated, or a certificate.

Antiderivatives and factors are proposed by SymPy. For left <= right the difference is written as a product whose
factors are sums of what is plainly nonnegative on the ranges: powers of the distances to their ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from theory import terms as t
from theory.statements.derivation import ALGEBRA, Antiderivative, Derivation, Line, Reason, Surplus
from theory.statements.ranges import Range
from theory.terms import Symbol, Term, rewrite
from verify.deriving.asking import Asking
from verify.deriving.chains import changed
from verify.deriving.ingredients import ladder, mechanical, rewritten

ZERO, ONE = t.Number(Fraction(0)), t.Number(Fraction(1))
MOST_INTEGRALS = 4
OO = t.Special("oo")
FAULTS = Exception  # SymPy raises of many kinds: a proposal that does not come is none
LONGEST = 40  # nodes of a body that is integrated
HIGHEST = 40  # degree of a polynomial that is written about the ends of a range


def equality(asking: Asking, left: Term, right: Term) -> Derivation | None:
    """A derivation of left = right. Raises LimitReachedError."""
    from theory.sympy.continuations import continuations  # here: SymPy takes its time, and most runs do without

    begun = [Derivation(left), *changed(asking, left)]
    for start in begun:
        for reasons in (
            *ladder(start.last, right, ()),
            *_integrating(start.last, right),
            *((e,) for e in continuations(start.last)),
        ):
            line = Line("=", right, reasons)
            if asking.accepts(start.last, line):
                return Derivation(left, (*start.lines, asking.lean(start.last, line)))
    for lines in rewritten(right, asking.cited, asking.lemmas):
        back = Line("=", right, lines[0].reasons)
        if len(lines) == 1 and asking.accepts(lines[0].term, back):
            for reasons in ladder(left, lines[0].term, ()):
                line = Line("=", lines[0].term, reasons)
                if asking.accepts(left, line):
                    return Derivation(left, (asking.lean(left, line), back))
    return None


def inequality(asking: Asking, left: Term, right: Term, relation: str = "<=") -> Derivation | None:
    """A derivation of left <= right, or of left < right. Raises LimitReachedError."""
    for start in (Derivation(left), *changed(asking, left)):
        for certificate in _certificates(asking, start.last, right):
            reasons: tuple[Reason, ...] = (Surplus(certificate), *(mechanical(start.last, right) or (ALGEBRA,)))
            line = Line(relation, right, reasons)
            if asking.accepts(start.last, line):
                return Derivation(left, (*start.lines, asking.lean(start.last, line)))
    return None


def strictly(asking: Asking, left: Term, right: Term) -> Derivation | None:
    """A derivation of left < right. Raises LimitReachedError."""
    return inequality(asking, left, right, "<")


# ---- integrals -------------------------------------------------------------------------------------------------
def _integrating(left: Term, right: Term) -> Iterator[tuple[Reason, ...]]:
    """Antiderivatives of the integrals in both sides, beside what is carried out."""
    found: list[Reason] = []
    sides = (rewrite.unfold(left), rewrite.unfold(right))
    integrals = dict.fromkeys(node for side in sides for node in t.walk(side) if isinstance(node, t.Integral))
    bounded = [node for node in integrals if OO not in (node.lower, node.upper)]
    for node in bounded[:MOST_INTEGRALS]:
        variable = Symbol("t_" + node.variable.name.strip("~"), (1, 1))
        body = rewrite.substitute(node.body, {node.variable: variable})
        try:
            if len(list(t.walk(body))) <= LONGEST and (primitive := _primitive(body, variable)) is not None:
                found.append(Antiderivative(primitive, variable))
        except FAULTS:
            continue
    if found:
        yield (*found, *mechanical(left, right))


def _primitive(body: Term, variable: Symbol) -> Term | None:
    """An antiderivative by SymPy's rules for calculation by hand, which come to an end; None where they give none."""
    import sympy as sp
    from sympy.integrals.manualintegrate import manualintegrate

    from theory.sympy.continuations import read_like
    from theory.sympy.write_expressions import to_sympy

    found = manualintegrate(to_sympy(body), to_sympy(variable))
    return None if found.has(sp.Integral) else read_like(found, body + variable)


# ---- certificates --------------------------------------------------------------------------------------------
def _certificates(asking: Asking, left: Term, right: Term) -> Iterator[Term]:
    """right - left as it stands, written out, and as a product of what is plainly >= 0."""
    written = right - left
    yield written
    if (open_ := rewrite.unfold(written)) != written:
        yield open_
    try:
        yield from _products(asking, open_)
    except FAULTS:
        return


def _products(asking: Asking, difference: Term) -> Iterator[Term]:
    """The factors of the numerator over the denominator, each about the ends of the ranges."""
    import sympy as sp

    from theory.sympy.continuations import read_like
    from theory.sympy.write_expressions import to_sympy

    over, under = sp.fraction(sp.together(to_sympy(difference)))
    factored = sp.factor(over), sp.factor(under)
    yield read_like(factored[0] / factored[1], difference)
    ranges = {s.name: r for s, r in asking.theorem.domain.items()}
    parts: list[Term] = []
    sign = 1
    for whole, inverted in ((over, False), (under, True)):
        number, factors = sp.factor_list(whole)
        value = Fraction(int(sp.numer(number)), int(sp.denom(number)))
        sign *= -1 if value < 0 else 1
        parts.append(t.power(t.Number(abs(value)), Fraction(-1 if inverted else 1)))
        for factor, power in factors:
            exponent = Fraction(-int(power) if inverted else int(power))
            plain = None if power % 2 == 0 else _about_ends(factor, ranges, difference)
            if plain is None and power % 2:
                turned = _about_ends(-factor, ranges, difference)
                sign *= -1 if turned is not None else 1
                plain = turned
            parts.append(t.power(plain if plain is not None else read_like(factor, difference), exponent))
    if sign > 0:
        product: Term = ONE
        for part in parts:
            product = t.scale(product, part)
        yield product


def _about_ends(factor: Any, ranges: dict[str, Range], like: Term) -> Term | None:
    """A polynomial as a sum of products of distances to ends of ranges, where all its coefficients are then >= 0."""
    import sympy as sp

    symbols = sorted(factor.free_symbols, key=lambda s: str(s.name))
    known = {str(s): s for s in rewrite.free_symbols(like)}
    distances: dict[Any, Term] = {}
    moved = factor
    for symbol in symbols:
        found = ranges.get(str(symbol))
        if found is None:
            return None
        ends = (found.low, found.high)
        low, high = (None if end is None else sp.Rational(end.numerator, end.denominator) for end in ends)
        if low is not None:
            moved = moved.subs(symbol, symbol + low)
            distances[symbol] = known[str(symbol)] - found.low
        elif high is not None:
            moved = moved.subs(symbol, high - symbol)
            distances[symbol] = found.high - known[str(symbol)]
        else:
            return None
    polynomial = sp.Poly(moved, *symbols)
    if polynomial.total_degree() > HIGHEST or any(not c.is_Rational or c < 0 for c in polynomial.coeffs()):
        return None
    terms: list[Term] = []
    for powers, value in polynomial.terms():
        term: Term = t.Number(Fraction(int(sp.numer(value)), int(sp.denom(value))))
        for symbol, exponent in zip(symbols, powers, strict=True):
            if exponent:
                term = t.scale(term, t.power(distances[symbol], Fraction(int(exponent))))
        terms.append(term)
    return t.add(*terms)
