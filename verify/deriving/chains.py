"""Derivations offered for an identity: one line first, then two or three with a term between.

The terms between are normal forms of either side under some of the reasons, and what a cited theorem makes of a side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from theory.statements.claims import Assumption
from theory.statements.derivation import ALGEBRA, Derivation, Line, Reason, Unfold
from theory.terms import CalculusError, Term, rewrite
from verify.deriving.asking import Asking
from verify.deriving.ingredients import Reasons, called, equalities, ladder, mechanical, rewritten
from verify.deriving.rewriting import context
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.unform import to_term

FAULTS = (CalculusError, ArithmeticError, RecursionError)


def identity(asking: Asking, left: Term, right: Term) -> Derivation | None:
    """A derivation of left = right, the shortest way first. Raises LimitReachedError."""
    return one_line(asking, left, right) or by_citing(asking, left, right) or between(asking, left, right)


def one_line(asking: Asking, left: Term, right: Term) -> Derivation | None:
    """left = right by the first reasons that do."""
    for reasons in ladder(left, right, asking.assumptions):
        line = Line("=", right, reasons)
        if asking.accepts(left, line):
            return Derivation(left, (asking.lean(left, line),))
    return None


def by_citing(asking: Asking, left: Term, right: Term, deep: int = 2) -> Derivation | None:
    """Through what cited theorems make of the left side, or of the right side, or of what they have made of one."""
    if not asking.cited:
        return None
    for begun in changed(asking, left):
        if begun.last == right:
            return begun
        rest = one_line(asking, begun.last, right)
        if rest is None and deep > 1:
            rest = by_citing(asking, begun.last, right, deep - 1)
        if rest is not None:
            return Derivation(left, (*begun.lines, *rest.lines))
    for lines in rewritten(right, asking.cited):
        back = Line("=", right, lines[0].reasons)
        if asking.accepts(lines[0].term, back) and (rest := one_line(asking, left, lines[0].term)) is not None:
            return Derivation(left, (*rest.lines, back))
    return None


def changed(asking: Asking, term: Term) -> Iterator[Derivation]:
    """What cited theorems and lemmas make of the term as it stands, or with definitions written out."""
    seen = {term}
    for before, reasons in opened(term):
        for lines in rewritten(before, asking.cited, asking.lemmas):
            first = () if before == term else (Line("=", before, reasons),)
            begun = Derivation(term, (*first, *lines))
            if begun.last not in seen and asking.derives(begun):
                seen.add(begun.last)
                yield begun


def opened(term: Term) -> Iterator[tuple[Term, Reasons]]:
    """The term as it stands, with one of its definitions written out, and with all."""
    yield term, (ALGEBRA,)
    inside = called(term)
    for some in (*((one,) for one in inside), inside) if len(inside) > 1 else (inside,):
        if some:
            yield rewrite.unfold(term, frozenset(some)), (Unfold(some),)


def between(asking: Asking, left: Term, right: Term) -> Derivation | None:
    """left = middle = right, where the middle is a normal form of one side."""
    given = asking.assumptions
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
