"""What is assumed, and what lines name, for those who search: as rewrites of a normal form, and as facts on signs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from theory.statements.claims import Assumption, AtMost, Equal, Gaussian, SupBound, assumption_text, interchanged
from theory.statements.derivation import DIFFERENTIATE, Reason
from theory.statements.lemmas import Lemma, SteinIdentity
from theory.terms import CalculusError, Term
from verify.proof.matrices import order
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import add_gaussian, add_rule


def context(given: Sequence[Assumption], reasons: Sequence[Reason]) -> Context:
    """A context in which the reasons' equalities are rewrites, and derivatives are carried out if one says so."""
    carried = any(reason is DIFFERENTIATE for reason in reasons)
    ctx = Context(differentiate=carry_out if carried else None, interchange=interchanged(tuple(given)))
    for reason in reasons:
        if isinstance(reason, Gaussian):
            add_gaussian(ctx, assumption_text(reason), reason)
        if isinstance(reason, Equal):
            _add(ctx, assumption_text(reason), reason.left, reason.right)
        if isinstance(reason, SteinIdentity):
            for sides in filter(None, (reason.sides, reason.traces)):
                _add(ctx, reason.premise, *sides)
    return ctx


def _add(ctx: Context, name: str, left: Term, right: Term) -> None:
    with suppress(CalculusError):  # less is found
        add_rule(ctx, name, left, right)


def assuming(assumptions: Sequence[Assumption]) -> Context:
    """A context with every assumed equality that can be used as a rewrite, and derivatives carried out."""
    return context(assumptions, (DIFFERENTIATE, *assumptions))


def facts_of(ctx: Context, reasons: Sequence[Reason], relation: str = "<=") -> list[order.Fact | order.SupFact]:
    """What the reasons say is nonnegative, and for a line < positive. The line checker gives each a name; who searches
    needs none."""
    found: list[order.Fact | order.SupFact] = []
    for reason in reasons:
        match reason:
            case AtMost(left, right):
                found += order.loewner_facts(ctx, "", left, right)
                found += order.strict_facts(ctx, "", left, right) if relation == "<" else []
            case SupBound(function, derivative, bound):
                found.append(order.SupFact("", function, derivative, bound))
            case Lemma():
                found.append(order.Fact("", reason.gap))
    return found
