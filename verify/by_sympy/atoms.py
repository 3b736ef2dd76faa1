"""SymPy objects for what the calculus leaves free: activations whose derivatives SymPy knows, and infinitesimals.

An opaque symbol would have the derivative 0, so a function is a SymPy class that names its derivative (`fdiff`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import Any

import sympy as sp

Expr = Any  # a commutative SymPy scalar; SymPy has no types of its own


class Cannot(Exception):  # noqa: N818 - an answer, not a mistake
    """What this deriver has no rule for, in words. It says nothing of whether the statement holds."""


# Functions that are kept. SymPy takes two of one name for different ones, so there is room for more than a statement
# can have: one that had been forgotten and made again would agree with itself no more, and no line would be repeated.
FUNCTIONS = 4_096


class Along(sp.Symbol):  # type: ignore[misc]
    """The parameter t of a line v + t h, along which a derivative is taken at t = 0."""


@lru_cache(maxsize=FUNCTIONS)
def activation(name: str, order: int) -> Any:
    """The `order`-th derivative of a free function of one real variable, as a SymPy function."""

    def fdiff(self: Any, argindex: int = 1) -> Expr:
        return activation(name, order + 1)(self.args[0])

    return type(f"{name}_{order}", (sp.Function,), {"fdiff": fdiff, "is_real": True, "nargs": 1})


def along(*values: Expr) -> tuple[Along, ...]:
    """The parameters that occur, in the order of their names."""
    found = set[Along]().union(*(value.atoms(Along) for value in values))
    return tuple(sorted(found, key=lambda t: (len(t.name), t.name)))


def at_zero(value: Expr, parameters: Iterable[Along]) -> Expr:
    """The value with the parameters at 0."""
    moved = value.xreplace({t: sp.Integer(0) for t in parameters})
    if moved.has(sp.zoo, sp.nan, sp.oo, -sp.oo):
        raise Cannot("a side has no value where the derivative is taken")
    return moved


def differentiated(value: Expr, parameters: Iterable[Along]) -> Expr:
    """Differentiated once in each of the parameters, by `sympy.diff`, and taken at 0."""
    parameters = tuple(parameters)
    for t in parameters:
        value = sp.diff(value, t)
    return at_zero(value, parameters)


def multilinear(value: Expr, parameters: tuple[Along, ...]) -> Iterator[tuple[Expr, Expr]]:
    """Pairs whose products add up to the value, as far as derivatives once in each parameter at 0 can tell: a monomial
    in the parameters, and what stands beside it, free of them."""
    for count in range(len(parameters) + 1):
        for chosen in combinations(parameters, count):
            beside = at_zero(differentiated(value, chosen), parameters)
            if beside != 0:
                yield sp.Mul(*chosen), beside


def outermost(value: Expr) -> tuple[Expr, ...]:
    """The largest parts that are no sums, products or whole powers: functions, roots, absolute values."""
    found: dict[Expr, None] = {}
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, sp.Pow) and not part.exp.is_Integer:
            found[sp.Pow(part.base, sp.Rational(1, part.exp.q)) if part.exp.is_Rational else part] = None
        elif isinstance(part, sp.Function):
            found[part] = None
        else:
            waiting.extend(part.args)
    return tuple(found)


def monomials(value: Expr) -> tuple[Expr, ...]:
    """The value as a sum of products; what stands inside functions and roots is left as it is."""
    names = {part: sp.Dummy(real=True) for part in outermost(value)}
    back = {name: part for part, name in names.items()}
    return tuple(term.xreplace(back) for term in sp.Add.make_args(sp.expand(value.xreplace(names))))
