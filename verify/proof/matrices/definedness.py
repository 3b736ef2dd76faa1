"""When a term is defined: every negative power, root and inverse in it has been shown to exist.

It is asked of the term as it stands, node by node, before anything simplifies it: arguments of definitions and points
of derivatives are looked at even where nothing depends on them. Under a derivative in v, taken at a point, the body
must be defined around that point and differentiable there: either for every value of v of the declared kind, or because
what must not vanish (or be negative) is shown positive at the point, and is continuous.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from theory import terms as t
from theory.terms import Property, Symbol, Term
from theory.terms.known_functions import of_positive
from theory.terms.rewrite import (
    OPEN,
    binder_depth,
    derivatives_needed,
    functions_in,
    rebuild,
    substitute,
    unfold,
)
from theory.terms.text import text
from verify.proof.matrices import order, properties
from verify.proof.matrices.differential import differential, direction_of, ready
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import normal_form

Bindings = tuple[tuple[Symbol, Term | None], ...]


@dataclass(frozen=True)
class Obligation:
    """What must hold of a subterm for a term to be defined.

    `kind`: "nonzero", "nonnegative", "invertible", or a property, such as the variable of a derivative is declared to
    have.
    `bindings`: the binders around the subterm, the innermost first: of a derivative the variable and the point it is
    taken at, of a recursion a letter, of whose value nothing is known.
    """

    kind: str | Property
    term: Term
    bindings: Bindings = ()

    def __str__(self) -> str:
        return self.kind.value if isinstance(self.kind, Property) else self.kind


def first_undefined(term: Term, ctx: Context, facts: order.Facts) -> Obligation | None:
    """The first obligation of a term that is not shown; None if the term is defined.

    `ctx` has every assumption that may be used, and carries derivatives out.
    """
    for obligation in dict.fromkeys(obligations(term, ctx)):
        plain = unfold(obligation.term)
        if not shown(ctx, obligation.kind, plain, facts) and not _shown_at(ctx, replace(obligation, term=plain), facts):
            return obligation
    normal_form(ctx, unfold(term))  # what has no normal form at all is refused here
    return None


# ---- what must hold -----------------------------------------------------------------------------------------
def obligations(term: Term, ctx: Context) -> Iterator[Obligation]:
    """Everything that must hold for the term to be defined; `ctx` carries out derivatives inside derivatives."""
    match term:
        case t.Power(base, exponent):
            if exponent.denominator != 1:
                yield Obligation("nonnegative", base)
            if exponent < 0:
                yield Obligation("nonzero", base)
        case t.Inverse(body):
            yield Obligation("nonzero" if body.is_scalar else "invertible", body)
        case t.LargestEigenvalue(body):
            yield Obligation(Property.SYMMETRIC, body)
        case t.Special("log", (argument,)):
            yield Obligation(Property.POSITIVE, argument)
        case t.Elementwise(function, _, argument) if of_positive(function.name):
            yield Obligation(Property.POSITIVE, any_entry(argument))
        case t.Call(definition, arguments):
            values = dict(zip(definition.parameters, arguments, strict=True))
            yield from obligations(substitute(definition.body, values), ctx)
        case t.Derivative():
            yield from _of_derivative(term, ctx)
            return
        case t.Iterate(bodies, variables, starts, _, _):
            for obligation in (found for body in bodies for found in obligations(body, ctx)):
                letters = ((variable, None) for variable in variables)
                yield replace(obligation, bindings=(*obligation.bindings, *letters))
            for start in starts:
                yield from obligations(start, ctx)
            return
    for child in term.children:
        yield from obligations(child, ctx)


def _of_derivative(term: t.Derivative, ctx: Context) -> Iterator[Obligation]:
    variable, at = term.variable, term.at
    yield from obligations(at, ctx)
    for prop in sorted(variable.properties, key=lambda p: p.value):
        yield Obligation(prop, any_entry(at) if prop in t.ENTRYWISE else at)
    inside = [*obligations(term.body, ctx), *_of_slopes(term, ctx)]
    for obligation in inside:
        yield replace(obligation, bindings=(*obligation.bindings, (variable, at)))


def _of_slopes(term: t.Derivative, ctx: Context) -> Iterator[Obligation]:
    """What the differentials ask for: that a root is not taken at 0, that no |.| vanishes; of the body as it stands,
    and of those parts that its value need not show."""
    variable = term.variable

    def carried_out(node: Term) -> Term:
        return (
            ready(ctx, node, variable) if isinstance(node, t.Derivative | t.Expectation) else rebuild(node, carried_out)
        )

    for place, bindings in ((term.body, ()), *_unseen(term.body)):
        slope = carried_out(unfold(place))
        for _ in range(2 if term.kind == "hessian" else 1):
            slope = differential(slope, variable, direction_of(variable))
            for obligation in obligations(slope, ctx):
                yield replace(obligation, bindings=(*obligation.bindings, *bindings))


def _unseen(term: Term) -> Iterator[tuple[Term, Bindings]]:
    """Arguments of definitions, points and bodies of derivatives, what an expectation is taken of; and the binders."""
    match term:
        case t.Call(definition, arguments):
            yield from ((argument, ()) for argument in arguments)
            yield from _unseen(substitute(definition.body, dict(zip(definition.parameters, arguments, strict=True))))
        case t.Expectation(body):
            yield body, ()
        case t.Derivative(body, variable, at):
            yield at, ()
            yield from _unseen(at)
            for place, bindings in ((body, ()), *_unseen(body)):
                yield place, (*bindings, (variable, at))
            return
        case t.Iterate(bodies, variables, starts, _, _):
            for place, bindings in (found for body in bodies for found in _unseen(body)):
                yield place, (*bindings, *((variable, None) for variable in variables))
            for start in starts:
                yield from _unseen(start)
            return
    for child in term.children:
        yield from _unseen(child)


def any_entry(term: Term) -> Term:
    """An entry of a term, whichever it is: between standard basis vectors of which nothing else is known, with names of
    two words, which no letter of a statement has."""
    rows, columns = term.shape
    depth = binder_depth(term) + 1
    found = term
    if rows != 1:
        found = t.matmul(t.transpose(Symbol("some row", (rows, 1), frozenset({Property.BASIS}), bound=depth)), found)
    if columns != 1:
        found = t.matmul(found, Symbol("some column", (columns, 1), frozenset({Property.BASIS}), bound=depth))
    return found


def spoken(term: Term) -> str:
    """A term as text, with any entry of a part of it in words."""
    return re.sub(r"some row~+' ", "each entry of ", re.sub(r" some column~+", "", text(term)))


# ---- whether it does ----------------------------------------------------------------------------------------
NEARBY: Mapping[str | Property, str | Property] = {  # what holds near a point, if that is shown at the point
    "nonzero": "nonzero",
    "invertible": "invertible",
    "nonnegative": Property.POSITIVE,
    **{prop: prop for prop in OPEN},
}


def _shown_at(ctx: Context, obligation: Obligation, facts: order.Facts) -> bool:
    """At the points of the derivatives around it: strictly and of what is continuous, so that it holds nearby. What is
    no open condition, such as that a matrix is symmetric, is shown at no point."""
    term, strictly = obligation.term, NEARBY.get(obligation.kind)
    if strictly is None:
        return False
    deepest = max(map(binder_depth, (term, *(variable for variable, _ in obligation.bindings))))
    for variable, at in obligation.bindings:
        deepest += 1  # a letter is none that a binder further out may bind
        value = replace(variable, bound=deepest) if at is None else unfold(at)
        term = substitute(term, {variable: value})
    return _continuous(term) and shown(ctx, strictly, term, facts)


def _continuous(term: Term) -> bool:
    """No activation or field at its last derivative, which need not be continuous."""
    return not any(
        derivatives_needed(term, function=function)
        >= (function.smoothness if isinstance(function, t.Activation) else 2)
        for function in functions_in(term)
    )


# ---- one obligation -----------------------------------------------------------------------------------------
def shown(ctx: Context, kind: str | Property, term: Term, facts: order.Facts) -> bool:
    """Is an obligation shown? kind: "nonzero", "nonnegative", "invertible", or a property."""
    if kind is Property.POSITIVE and order.positive(ctx, term, facts):
        return True
    if isinstance(kind, Property):
        return properties.has_property(ctx, normal_form(ctx, term), kind)
    if kind == "nonnegative" and order.nonnegative(ctx, term, facts):
        return True
    if kind == "invertible" and order.definite_above(ctx, term, facts):
        return True
    if kind != "invertible" and order.positive(ctx, term, facts):
        return True
    if properties.discharge(ctx, kind, normal_form(ctx, term)):
        return True
    return kind != "nonnegative" and _of_positive_square(ctx, term, facts)


def _of_positive_square(ctx: Context, term: Term, facts: order.Facts) -> bool:
    """Does something that is assumed to be positive say that the square is, of a number, or of a determinant?"""
    if not any(isinstance(fact, order.Fact) and fact.strict for fact in facts):
        return False
    number = term if term.is_scalar else t.determinant(term)
    return order.positive(ctx, t.power(number, Fraction(2)), facts)
