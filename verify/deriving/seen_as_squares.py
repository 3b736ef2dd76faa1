"""How a number of a difference is read as the square of a column, and the space that the column is in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from theory import terms as t
from theory.terms import Term
from verify.deriving.sites import form_of
from verify.deriving.visible import ONE, chained, matrix, monomial_term, quotient, root_of, sign
from verify.proof.matrices import kinds as k
from verify.proof.matrices import signs
from verify.proof.matrices.forms import Context
from verify.proof.matrices.kinds import Monomial


@dataclass(frozen=True)
class Space:
    """The columns of one shape between which q u'Mv is taken."""

    q: Monomial
    metric: Term
    shape: t.Shape


Seen = tuple[Space, Term]  # a column in a space
Reading = Callable[[Context, Monomial], Seen | None]


def inner(space: Space, u: Term, v: Term) -> Term:
    """u'Mv of columns, tr(U'M V) of matrices."""
    whole = form_of(u, space.metric, v)
    return whole if whole.is_scalar else t.trace(whole)


def as_column(ctx: Context, monomial: Monomial) -> Seen | None:
    """q u'Mu, q tr(V'M V), or q c^2 where there is no such factor: all squares of numbers are within u and c."""
    for atom, exponent in monomial:
        if exponent % 2 == 1 and (halved := _halved(ctx, atom)) is not None:
            outer, q = _apart(quotient(monomial, ((atom, 1),)))
            if sign(ctx, q) == 1:
                metric, u = halved
                return Space(q, metric, u.shape), t.scale(monomial_term(ctx, outer), u)
    outer, q = _apart(monomial)
    return (Space(q, ONE, ONE.shape), monomial_term(ctx, outer)) if sign(ctx, q) == 1 else None


def as_root(ctx: Context, monomial: Monomial) -> Seen | None:
    """The square of a root, as |u|_M^2 is."""
    root = root_of(ctx, monomial)
    return None if root is None else (Space((), ONE, ONE.shape), root)


def _apart(monomial: Monomial) -> tuple[Monomial, Monomial]:
    """s and q with s^2 q the monomial, and exponents from 0 to below 2 in q."""
    outer = tuple((atom, exponent // 2) for atom, exponent in monomial if exponent // 2)
    return outer, tuple((atom, exponent % 2) for atom, exponent in monomial if exponent % 2)


def _halved(ctx: Context, atom: int) -> tuple[Term, Term] | None:
    """M and u of a number u'Mu, M and V of tr(V'M V), where M is I or a semidefinite factor; u'S^-1 u is of S^-1 u."""
    what = ctx.atoms[atom].what
    if not isinstance(what, k.Scalar | k.Trace):
        return None
    turns = range(len(what.word)) if isinstance(what, k.Trace) else (0,)
    for word in (what.word[i:] + what.word[:i] for i in turns):
        half = len(word) // 2
        first, middle, last = word[:half], word[half : len(word) - half], word[len(word) - half :]
        if half and ctx.transpose_word(first) == last:
            u = chained(ctx, last)
            if not middle:
                return t.Eye(u.shape[0]), u
            if signs.factor_semidefinite(ctx, middle[0]):
                metric = matrix(ctx, middle[0])
                return (metric.body, t.matmul(metric, u)) if isinstance(metric, t.Inverse) else (metric, u)
    return None
