"""Derivatives of scalar terms in a scalar symbol, by a small table. What it returns is not simplified.

It is the derivative at every point at which the term is defined and `around` holds: a root needs a positive base,
arccos an argument inside (-1, 1), an absolute value an argument that is not 0. That the result is defined is not
enough: x^(3/2) has no derivative at 0, where that formula has a value, because it is not defined around 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from theory import terms as t
from theory.terms import CalculusError, Symbol, Term, rewrite

_ZERO = t.Number(Fraction(0))


def derivative_of(term: Term, variable: Symbol) -> Term:
    """d term / d variable. Raises CalculusError for a node without a row."""
    if not rewrite.depends_on(term, variable):
        return _ZERO
    match term:
        case t.Symbol():
            return t.Number(Fraction(1))
        case t.Sum(terms):
            return t.add(*(derivative_of(x, variable) for x in terms))
        case t.Scale(scalar, body):
            return t.add(_times(derivative_of(scalar, variable), body), _times(scalar, derivative_of(body, variable)))
        case t.Product(factors) if len(factors) > 1 and all(x.is_scalar for x in factors):
            first, rest = factors[0], t.Product(factors[1:]) if len(factors) > 2 else factors[1]
            return derivative_of(t.scale(first, rest), variable)
        case t.Power(_, exponent) if exponent == 0:
            return _ZERO
        case t.Power(base, exponent):
            return _times(t.scale(t.Number(exponent), t.power(base, exponent - 1)), derivative_of(base, variable))
        case t.Abs(body):
            return _times(t.scale(body, t.power(t.Abs(body), Fraction(-1))), derivative_of(body, variable))
        case t.Call():
            return derivative_of(rewrite.unfold(term, frozenset({term.definition})), variable)
        case t.Derivative(body, inner, at, "gradient") if inner.is_scalar:
            return derivative_of(rewrite.substitute(derivative_of(body, inner), {inner: at}), variable)
        case t.Special(name, arguments):
            return _special(name, arguments, variable)
    raise CalculusError(f"no rule to differentiate {type(term).__name__} {term!r} in {variable.name}")


@dataclass(frozen=True)
class Condition:
    """`term` must be positive (sign ">"), or any number but 0 (sign "!=")."""

    term: Term
    sign: str


def around(term: Term, variable: Symbol) -> Iterator[Condition]:
    """What must hold at a point at which the term is defined, so that it is defined and differentiable all around it.

    Each condition holds near a point if it holds there: what it speaks of is continuous. A part that does not vary
    with the variable need only be defined. Raises CalculusError for a node without a row.
    """
    if not rewrite.depends_on(term, variable):
        return
    match term:
        case t.Symbol() | t.Sum() | t.Scale() | t.Product():
            pass
        case t.Power(base, exponent):
            if exponent.denominator > 1:
                yield Condition(base, ">")
            elif exponent < 0:
                yield Condition(base, "!=")
        case t.Abs(body):
            yield Condition(body, "!=")
        case t.Special("sin" | "cos" | "exp" | "erf"):
            pass
        case t.Special("log" | "pow", arguments):
            yield Condition(arguments[0], ">")
        case t.Special("arccos", arguments):
            yield Condition(1 - arguments[0] ** 2, ">")
        case t.Call():
            yield from around(rewrite.unfold(term, frozenset({term.definition})), variable)
        case t.Derivative(body, inner, at, "gradient") if inner.is_scalar:
            for condition in around(body, inner):
                yield Condition(rewrite.substitute(condition.term, {inner: at}), condition.sign)
            for whole in (body, derivative_of(body, inner)):
                yield from around(rewrite.substitute(whole, {inner: at}), variable)
            yield from around(at, variable)
            return  # its body is seen at the point, not on all of its line
        case _:
            raise CalculusError(f"no rule to differentiate {type(term).__name__} {term!r} in {variable.name}")
    for child in term.children:
        yield from around(child, variable)


def carried_out(term: Term) -> Term:
    """The term with its definitions unfolded and its derivatives carried out. Raises CalculusError as above."""
    whole = rewrite.unfold(term)

    def visit(node: Term) -> Term:
        node = rewrite.rebuild(node, visit)
        if isinstance(node, t.Derivative):
            return rewrite.substitute(derivative_of(node.body, node.variable), {node.variable: node.at})
        return node

    return visit(whole)


def _times(a: Term, b: Term) -> Term:
    return _ZERO if _ZERO in (a, b) else t.scale(a, b)


def _special(name: str, arguments: tuple[Term, ...], variable: Symbol) -> Term:
    u = arguments[0]
    outer: Term
    match name:
        case "sin":
            outer = t.Special("cos", (u,))
        case "cos":
            outer = -t.Special("sin", (u,))
        case "arccos":
            outer = -t.power(1 - u**2, Fraction(-1, 2))
        case "exp":
            outer = t.Special("exp", (u,))
        case "log":
            outer = t.power(u, Fraction(-1))
        case "erf":
            outer = 2 * t.power(t.Special("pi"), Fraction(-1, 2)) * t.Special("exp", (-(u**2),))
        case "pow":
            a = arguments[1]
            base_part = _times(t.scale(a, t.Special("pow", (u, a - 1))), derivative_of(u, variable))
            power_part = _times(t.Special("pow", (u, a)) * t.Special("log", (u,)), derivative_of(a, variable))
            return t.add(base_part, power_part)
        case _:
            raise CalculusError(f"no rule to differentiate {name} in {variable.name}")
    return _times(outer, derivative_of(u, variable))
