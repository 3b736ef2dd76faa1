"""Recursions as an author writes them, and powers of matrices: what makes the nodes of `theory.terms.iterates`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from theory import terms as t
from theory.terms import CalculusError, Dimension, Iterate, ShapeError, Symbol, Term, show
from theory.terms.iterates import require_count
from theory.terms.rewrite import binder_depth, free_symbols, substitute


def power(base: Term, exponent: Term | Dimension) -> Term:
    """A square matrix, or a number, to the power of so many steps: I, or 1, multiplied by it from the left so often."""
    count = _count(exponent)
    if base.rows != base.columns:
        raise ShapeError(f"a power needs a square matrix or a number; {base!r} has shape {show(base.shape)}.")
    variable = Symbol("power", base.shape, bound=binder_depth(base) + 1)
    start = t.Number(Fraction(1)) if base.is_scalar else t.Eye(base.rows)
    body = t.multiply(base, variable) if base.is_scalar else t.matmul(base, variable)
    return Iterate((body,), (variable,), (start,), count)


def _count(of: Term | Dimension) -> Dimension:
    """A number of steps, or a whole number, as a count."""
    if isinstance(of, t.Number) and of.value.denominator == 1:
        of = int(of.value)
    return t.as_size(of, require_count)


def as_power(term: Iterate) -> Term | None:
    """The matrix or the number of which the term is a power, if it was made as one."""
    base = _multiplied(term.bodies[0], term.variables[0])
    return base if base is not None and power(base, term.count) == term else None


def _multiplied(body: Term, variable: Symbol) -> Term | None:
    """What multiplies the variable from the left."""
    match body:
        case t.Scale(scalar, inner) if inner == variable and variable.is_scalar:
            return scalar
        case t.Scale(scalar, inner):
            rest = _multiplied(inner, variable)
            return None if rest is None else t.scale(scalar, rest)
        case t.Product((*factors, last)) if last == variable:
            return factors[0] if len(factors) == 1 else t.Product(tuple(factors))
    return None


def iterates(steps: Mapping[Symbol, tuple[Term, object]], count: Term | Dimension) -> tuple[Term, ...]:
    """Each letter after `count` steps, where all change at once: iterates({w: (w - v, w0), v: (b * v + g, v0)}, t).

    steps: to each letter what a step makes of it, and what it begins as. Raises CalculusError and ShapeError for
    letters of which something is declared, for shapes that do not fit, and for what is no number of steps.
    """
    bodies = [t.as_term(body, like=letter) for letter, (body, _) in steps.items()]
    depth = 1 + max(map(binder_depth, bodies), default=0)
    bound = {letter: _bound(letter, depth) for letter in steps}
    starts = tuple(t.as_term(start, like=letter) for letter, (_, start) in steps.items())
    made = tuple(substitute(body, bound) for body in bodies)
    times = _count(count)
    return tuple(Iterate(made, tuple(bound.values()), starts, times, place) for place in range(len(starts)))


def _bound(letter: Symbol, depth: int) -> Symbol:
    if not isinstance(letter, Symbol) or letter.properties or letter.bound:
        declared = ", ".join(sorted(p.value for p in letter.properties)) if isinstance(letter, Symbol) else ""
        raise CalculusError(
            f"expected a letter of which nothing is declared to iterate in, got {letter!r:.80}"
            f"{f', declared {declared}' if declared else ''}. Remedy: iterate(body, w, w0, t) with w = vector('w', d)."
        )
    return Symbol(letter.name, letter.shape, tex=letter.tex, bound=depth)


def iterate(body: Term, letter: Symbol, start: object, count: Term | Dimension) -> Term:
    """What the letter is after `count` steps, each of which makes it the body, if it begins as `start`.

    Gradient descent is iterate(w - eta * A @ w, w, w0, t). Raises as `iterates` does.
    """
    return iterates({letter: (body, start)}, count)[0]


def lettered(term: Iterate) -> tuple[tuple[Symbol, ...], tuple[Term, ...]]:
    """The variables as free letters, and the bodies over these, where no other symbol of the bodies has such a name; as
    they are otherwise."""
    names = {variable.name for variable in term.variables}
    others = frozenset[Symbol]().union(*map(free_symbols, term.bodies)) - {*term.variables}
    if any(symbol.name in names for symbol in others):
        return term.variables, term.bodies
    free = tuple(Symbol(v.name, v.shape, tex=v.tex) for v in term.variables)
    values = dict(zip(term.variables, free, strict=True))
    return free, tuple(substitute(body, values) for body in term.bodies)
