"""Derivations offered for an identity: one line first, then two or three with a term between.

The terms between are normal forms of either side under some of the reasons, and what a cited theorem makes of a side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from theory.statements.claims import Assumption, Equal, assumption_text, interchanged
from theory.statements.derivation import ALGEBRA, DIFFERENTIATE, Derivation, Line, Reason, Unfold
from theory.statements.theorem import Theorem
from theory.terms import CalculusError, Term, rewrite
from verify.deriving.asking import Asking
from verify.deriving.ingredients import Reasons, called, equalities, ladder, mechanical, rewritten
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import add_rule, normal_form
from verify.proof.matrices.unform import to_term

FAULTS = (CalculusError, ArithmeticError, RecursionError)


def identity(asking: Asking, left: Term, right: Term, cited: Sequence[Theorem]) -> Derivation | None:
    """A derivation of left = right, the shortest way first. Raises LimitReachedError."""
    return one_line(asking, left, right) or by_citing(asking, left, right, cited) or between(asking, left, right)


def one_line(asking: Asking, left: Term, right: Term) -> Derivation | None:
    """left = right by the first reasons that do."""
    for reasons in ladder(left, right, asking.theorem.assumptions):
        line = Line("=", right, reasons)
        if asking.accepts(left, line):
            return Derivation(left, (asking.lean(left, line),))
    return None


def by_citing(asking: Asking, left: Term, right: Term, cited: Sequence[Theorem], deep: int = 2) -> Derivation | None:
    """Through what cited theorems make of the left side, or of the right side, or of what they have made of one."""
    if not cited:
        return None
    for before, reasons in opened(left):
        for found in rewritten(before, cited):
            step = Line("=", found.term, (found.reason,))
            first = () if before == left else (Line("=", before, reasons),)
            if not asking.derives(Derivation(left, (*first, step))):
                continue
            if found.term == right:
                return Derivation(left, (*first, step))
            rest = one_line(asking, found.term, right)
            if rest is None and deep > 1:
                rest = by_citing(asking, found.term, right, cited, deep - 1)
            if rest is not None:
                return Derivation(left, (*first, step, *rest.lines))
    for found in rewritten(right, cited):
        back = Line("=", right, (found.reason,))
        if asking.accepts(found.term, back) and (rest := one_line(asking, left, found.term)) is not None:
            return Derivation(left, (*rest.lines, back))
    return None


def opened(term: Term) -> Iterator[tuple[Term, Reasons]]:
    """The term as it stands, with one of its definitions written out, and with all."""
    yield term, (ALGEBRA,)
    inside = called(term)
    for some in (*((one,) for one in inside), inside) if len(inside) > 1 else (inside,):
        if some:
            yield rewrite.unfold(term, frozenset(some)), (Unfold(some),)


def between(asking: Asking, left: Term, right: Term) -> Derivation | None:
    """left = middle = right, where the middle is a normal form of one side."""
    given = asking.theorem.assumptions
    for middle, reasons in _middles(left, given):
        if middle in (left, right) or not asking.accepts(left, Line("=", middle, reasons)):
            continue
        if (rest := one_line(asking, middle, right)) is not None:
            return Derivation(left, (Line("=", middle, reasons), *rest.lines))
    for middle, reasons in _middles(right, given):
        back = Line("=", right, reasons)
        if middle in (left, right) or not asking.accepts(middle, back):
            continue
        if (rest := one_line(asking, left, middle)) is not None:
            return Derivation(left, (*rest.lines, back))
    return None


def _middles(term: Term, given: Sequence[Assumption]) -> Iterator[tuple[Term, Reasons]]:
    steps = mechanical(term)
    rewrites = equalities(given)
    offered: list[Reasons] = [steps, *((*steps, one) for one in rewrites), rewrites, (*steps, *rewrites)]
    seen: set[Term] = set()
    for reasons in dict.fromkeys(offered):
        middle = plain(term, reasons or (ALGEBRA,), given)
        if middle is not None and middle not in seen:
            seen.add(middle)
            yield middle, reasons or (ALGEBRA,)


def plain(term: Term, reasons: Sequence[Reason], given: Sequence[Assumption]) -> Term | None:
    """The term written from its normal form under these reasons; None where there is none."""
    ctx = context(given, reasons)
    names = frozenset(chain.from_iterable(r.definitions for r in reasons if isinstance(r, Unfold)))
    try:
        return to_term(ctx, normal_form(ctx, rewrite.unfold(term, names)))
    except FAULTS:
        return None


def context(given: Sequence[Assumption], reasons: Sequence[Reason]) -> Context:
    """A context in which the reasons' equalities are rewrites, and derivatives are carried out if one says so."""
    carried = any(reason is DIFFERENTIATE for reason in reasons)
    ctx = Context(differentiate=carry_out if carried else None, interchange=interchanged(tuple(given)))
    for reason in reasons:
        if isinstance(reason, Equal):
            try:
                add_rule(ctx, assumption_text(reason), reason.left, reason.right)
            except CalculusError:
                continue  # less is found
    return ctx
