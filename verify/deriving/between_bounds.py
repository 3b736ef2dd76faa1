"""What a step a I + b S makes of a length, for a symmetric S between two assumed bounds.

    |v - eta S v| <= (1 - eta mu) |v|       mu I <= S <= L I, eta L <= 1
    |v + eta S v| <= (1 + eta L) |v|        0 <= S <= L I

M = a I + b S is semidefinite, and M + D = c I where D is a multiple of an assumed gap: then c^2 I - M^2 = D^2 + 2 D M,
of matrices that commute. c is written so that its sign is seen, as the mean of the diagonal of M + D.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory import terms as t
from theory.statements.claims import Assumption, AtMost
from theory.statements.derivation import Reason, gap
from theory.terms import Term
from verify.deriving.rewriting import facts_of
from verify.deriving.sites import TWO
from verify.proof.matrices import forms as f
from verify.proof.matrices import order
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Word
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.unform import to_term


@dataclass(frozen=True)
class Factor:
    """A `most` with |M v| <= most |v| for every v: most^2 I - M'M is `excess`, visibly semidefinite for the reasons."""

    most: Term
    excess: Term
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class _Gap:
    """A semidefinite number I + weight S, as it is assumed."""

    term: Term
    number: Term
    weight: Term
    reason: Reason


def factors(ctx: Context, given: Sequence[Assumption], form: Form) -> Iterator[Factor]:
    """The factors that are known of a square form M = a I + b S."""
    words = {word for _, word in form.terms if word}
    if len(words) != 1 or not any(not word for _, word in form.terms):
        return
    (word,) = words
    assumed = [a for a in given if isinstance(a, AtMost)]
    facts, gaps = facts_of(ctx, assumed), list(_gaps(ctx, assumed, form.shape, word))
    a, b = _part(ctx, form, ()), _part(ctx, form, word)
    rows = t.of_size(form.shape[0])
    for upper in gaps:
        times = _over(ctx, -b, upper.weight, facts)
        if times is None:
            continue
        d = t.scale(times, upper.term)
        for lower in gaps:
            share = _over(ctx, b, lower.weight, facts)
            if share is None:
                continue
            least = to_term(ctx, normal_form(ctx, a - t.scale(share, lower.number)))
            if order.nonnegative(ctx, least, facts):
                above = t.scale(share, lower.term)
                m = above if least == t.Number(Fraction(0)) else t.scale(least, t.Eye(form.shape[0])) + above
                used = (*(one for one in assumed if one.left.is_scalar), lower.reason, upper.reason)
                yield Factor(
                    t.trace(m) / rows + t.trace(d) / rows,  # apart: a sum in a sum becomes one sum
                    d @ d + t.scale(t.Number(TWO), d @ m),
                    tuple(dict.fromkeys(used)),
                )


def _part(ctx: Context, form: Form, word: Word) -> Term:
    """What stands before a word."""
    terms: f.Terms = {(monomial, ()): value for (monomial, own), value in form.terms.items() if own == word}
    return to_term(ctx, Form((1, 1), terms))


def _gaps(ctx: Context, assumed: Sequence[AtMost], shape: t.Shape, word: Word) -> Iterator[_Gap]:
    for a in (a for a in assumed if a.left.shape == shape):
        own = normal_form(ctx, gap(a))
        if {key[1] for key in own.terms} <= {(), word}:
            yield _Gap(gap(a), _part(ctx, own, ()), _part(ctx, own, word), a)


def _over(ctx: Context, part: Term, weight: Term, facts: order.Facts) -> Term | None:
    """part / weight, where it is visibly nonnegative and other than 0."""
    over = normal_form(ctx, part / weight)
    term = to_term(ctx, over)
    return term if not over.is_zero and order.nonnegative(ctx, term, facts) else None
