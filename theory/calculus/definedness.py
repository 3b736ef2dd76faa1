"""When a term is defined: every negative power, root and inverse in it has been shown to exist.

Under a derivative in v, taken at a point, the body must be defined around that point: either for every value of v of
the declared kind, or because what must not vanish (or be negative) is shown positive at the point, and is continuous.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from theory.calculus import order, signs
from theory.calculus import terms as t
from theory.calculus.forms import Context, Obligation
from theory.calculus.normal_form import normal_form
from theory.calculus.rewrite import depends_on, free_symbols, substitute
from theory.calculus.terms import Symbol, Term

Bindings = tuple[tuple[Symbol, Term], ...]


def first_undefined(term: Term, context: Callable[[], Context], facts: order.Facts) -> Obligation | None:
    """The first obligation of a term, definitions unfolded, that is not shown; None if the term is defined.

    `context` makes a fresh context with every assumption that may be used and with derivatives carried out.
    """
    return next(_undefined(term, context, facts, ()), None)


def _undefined(
    term: Term, context: Callable[[], Context], facts: order.Facts, bindings: Bindings
) -> Iterator[Obligation]:
    ctx = context()
    normal_form(ctx, term)
    known = {variable for variable, _ in bindings}
    for obligation in list(ctx.obligations):
        if _bound_in(obligation.term) - known or shown(ctx, obligation.kind, obligation.term, facts):
            continue  # what mentions a variable bound further inside is looked at with that derivative's body
        if not _shown_at(context, obligation, facts, bindings):
            yield obligation
    for node in _outermost(term):
        yield from _undefined(node.body, context, facts, ((node.variable, node.at), *bindings))


def _bound_in(term: Term) -> set[Symbol]:
    return {s for s in free_symbols(term) if s.bound > 0}


def _outermost(term: Term) -> Iterator[t.Derivative]:
    if isinstance(term, t.Derivative):
        yield term
        yield from _outermost(term.at)
        return
    for child in term.children:
        yield from _outermost(child)


def _shown_at(context: Callable[[], Context], obligation: Obligation, facts: order.Facts, bindings: Bindings) -> bool:
    """At the points of the derivatives around it: strictly, so that it holds nearby, if it depends on a variable."""
    term, moves = obligation.term, False
    for variable, at in bindings:
        moves = moves or depends_on(term, variable)
        term = substitute(term, {variable: at})
    if not bindings or (moves and not _continuous(term)):
        return False
    ctx = context()
    if moves and obligation.kind == "nonnegative":
        return positive(ctx, term, facts)
    return shown(ctx, obligation.kind, term, facts)


def _continuous(term: Term) -> bool:
    """No activation or field at its last derivative, which need not be continuous."""
    return not any(
        (isinstance(n, t.Elementwise) and n.order >= n.function.smoothness)
        or (isinstance(n, t.FieldValue) and n.order >= 2)
        for n in t.walk(term)
    )


# ---- one obligation -----------------------------------------------------------------------------------------
def shown(ctx: Context, kind: str, term: Term, facts: order.Facts) -> bool:
    """Is an obligation shown? kind: "nonzero", "nonnegative" or "invertible"."""
    if kind == "nonnegative" and order.nonnegative(ctx, term, facts):
        return True
    if kind != "invertible" and positive(ctx, term, facts):
        return True
    return signs.discharge(ctx, kind, normal_form(ctx, term))


def positive(ctx: Context, term: Term, facts: order.Facts) -> bool:
    """Is a scalar term shown > 0: as it is written, by its normal form, or as a fact and something >= 0?"""
    if order.positive(ctx, term, facts):
        return True
    return signs.exceeds(ctx, normal_form(ctx, term), order.strict_forms(ctx, facts))
