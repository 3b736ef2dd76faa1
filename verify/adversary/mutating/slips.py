"""One slip of the hand at one place of a term: what a person who copies or derives a formula gets wrong.

Purely syntactic. Nothing here knows whether the changed term is wrong, or even different.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from theory import terms as t
from theory.terms import CalculusError, Property, Term, recursions, rewrite
from theory.terms.limits import EXPONENT
from theory.terms.size_arithmetic import plus
from theory.terms.text import text

LONGEST = 40  # characters of a term in the name of a slip
ONE = t.Number(Fraction(1))
Slip = tuple[str, Term]


def slips(term: Term) -> Iterator[Slip]:
    """The term with one slip in it, in words, for every slip and place; definitions called stay called."""
    if isinstance(term, t.Iterate):
        yield from _repeated(term)
        return
    yield from _here(term)
    for index, child in enumerate(term.children):
        for name, changed in slips(child):
            try:
                yield name, _with_child(term, index, changed)
            except CalculusError:
                continue  # what cannot be written down needs no refutation
    yield from _unbiased(term)


def _repeated(term: t.Iterate) -> Iterator[Slip]:
    """A step too many, and a slip in what is repeated, in its own letters, or where it begins."""
    yield f"a step too many in {short(term)}", replace(term, count=plus(term.count, 1))
    base = recursions.as_power(term)
    if base is not None:
        yield from ((name, recursions.power(changed, term.count)) for name, changed in slips(base))
        return
    letters, bodies = recursions.lettered(term)
    bound = dict(zip(letters, term.variables, strict=True))
    for place, (body, start) in enumerate(zip(bodies, term.starts, strict=True)):
        for name, changed in slips(body):
            made = rewrite.substitute(changed, bound)
            yield name, replace(term, bodies=(*term.bodies[:place], made, *term.bodies[place + 1 :]))
        for name, changed in slips(start):
            yield name, replace(term, starts=(*term.starts[:place], changed, *term.starts[place + 1 :]))


def short(term: Term) -> str:
    """A term as the name of a slip speaks of it."""
    whole = text(term)
    return whole if len(whole) <= LONGEST else whole[: LONGEST - 3].rstrip() + "..."


def _with_child(term: Term, index: int, changed: Term) -> Term:
    position = iter(range(len(term.children)))
    put: Callable[[Term], Term] = lambda child: changed if next(position) == index else child  # noqa: E731
    return rewrite.rebuild(term, put)


def _here(term: Term) -> Iterator[Slip]:
    match term:
        case t.Number(value) if value not in (0, 1, -1):
            yield f"{value} left out", ONE
        case t.Symbol() if term.has(Property.DIMENSION):
            yield f"{term.name} - 1 for {term.name}", term - 1
            yield f"sqrt({term.name}) for {term.name}", t.power(term, Fraction(1, 2))
        case t.Sum(terms):
            for i, item in enumerate(terms):
                yield f"{short(item)} left out", t.add(*terms[:i], *terms[i + 1 :])
                yield f"the sign of {short(item)}", t.add(*terms[:i], -item, *terms[i + 1 :])
        case t.Scale(scalar, body):
            yield from _scaled(scalar, body)
        case t.Product(factors):
            yield from _multiplied(factors)
        case t.Power(base, exponent):
            if _may_be_squared(term):
                yield f"the power of {short(base)} doubled", t.power(base, 2 * exponent)
            if abs(exponent) != 1:
                yield f"the power of {short(base)} left out", t.power(base, Fraction(1 if exponent > 0 else -1))
        case t.Elementwise(function, order, argument):
            if order < function.smoothness:
                yield f"a derivative of {function.name} too many", t.Elementwise(function, order + 1, argument)
            if order:
                yield f"a derivative of {function.name} too few", t.Elementwise(function, order - 1, argument)


def _may_be_squared(term: Term) -> bool:
    """Is the square of the term one that can be written?"""
    return not isinstance(term, t.Power) or abs(term.exponent.numerator) <= EXPONENT // 2


def _scaled(scalar: Term, body: Term) -> Iterator[Slip]:
    if scalar == t.Number(Fraction(-1)):
        yield f"the sign of {short(body)}", body
        return
    if not isinstance(scalar, t.Number):  # a number names itself when it is left out
        yield f"{short(scalar)} left out", body
        if _may_be_squared(scalar):
            yield f"{short(scalar)} squared", t.scale(t.power(scalar, Fraction(2)), body)
    if body.is_scalar and not isinstance(body, (t.Scale, t.Number)):
        yield f"{short(body)} left out", scalar
        if _may_be_squared(body):
            yield f"{short(body)} squared", t.scale(scalar, t.power(body, Fraction(2)))


def _multiplied(factors: tuple[Term, ...]) -> Iterator[Slip]:
    for i, factor in enumerate(factors):
        if factor.rows != factor.columns:
            continue
        before, after = factors[:i], factors[i + 1 :]
        yield f"{short(factor)} left out", _product((*before, *after))
        yield f"{short(factor)} squared", _product((*before, factor, factor, *after))
        if not (isinstance(factor, t.Symbol) and factor.has(Property.SYMMETRIC)):
            yield f"{short(factor)} transposed", _product((*before, t.transpose(factor), *after))


def _product(factors: tuple[Term, ...]) -> Term:
    out = factors[0]
    for factor in factors[1:]:
        out = t.matmul(out, factor)
    return out


# ---- the variance inside definitions -------------------------------------------------------------------------
def _unbiased(term: Term) -> Iterator[Slip]:
    """A call that speaks of the biased variance of a batch, with the unbiased one, m/(m - 1) times as large."""
    if not isinstance(term, t.Call):
        return
    for inside in sorted(rewrite.definitions_in(term), key=lambda d: d.name):
        size = _averaged_over(inside.body)
        if size is not None:
            around = rewrite.definitions_in(term) - {inside}
            opened = rewrite.unfold(term, frozenset(d for d in around if inside in _calls(d)))
            yield f"the unbiased variance in {term.definition.name}", _enlarged(opened, inside, size)


def _calls(definition: t.Definition) -> frozenset[t.Definition]:
    return rewrite.definitions_in(definition.body)


def _averaged_over(body: Term) -> t.Symbol | None:
    """m, if the body is (1/m) v'v: a variance as a batch has it."""
    match body:
        case t.Scale(t.Power(t.Symbol() as size, exponent), t.Product((first, second))) if exponent == -1:
            if size.has(Property.DIMENSION) and t.transpose(first) == second:
                return size
    return None


def _enlarged(term: Term, variance: t.Definition, size: t.Symbol) -> Term:
    changed = rewrite.rebuild(term, lambda child: _enlarged(child, variance, size))
    return size / (size - 1) * changed if isinstance(changed, t.Call) and changed.definition is variance else changed
