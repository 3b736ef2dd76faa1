"""A difference as a sum of squares by exact LDL': a quadratic form in the columns and numbers that are seen in it.

A number q u'Mu of the difference with a positive weight, a semidefinite M and a plainly nonnegative q is the square of
a column u; of numbers the column has one entry, of traces tr(V'M V) it is a matrix. Numbers q u'Mv with two such
columns are twice the entries of a Gram matrix of fractions, and this is L D L' with D >= 0 where the difference is a
sum of squares of these columns: d_1 q |u_1 + l_21 u_2 + ...|_M^2 + d_2 q |u_2 + ...|_M^2 and so on. The rest of the
difference must have a plain sign. Of at most COLUMNS columns each product of two is put into normal form once, for
each of two readings. A symbol among the coefficients is used only where it goes into a column or stands before all of
its square.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from itertools import combinations

from theory import terms as t
from theory.terms import Term
from verify.deriving.asking import Asking
from verify.deriving.seen_as_squares import Reading, Space, as_column, as_root, inner
from verify.deriving.sites import Site
from verify.deriving.visible import monomial_term, sign
from verify.proof.matrices import forms as f
from verify.proof.matrices import scalars
from verify.proof.matrices.forms import Context
from verify.proof.matrices.kinds import Monomial
from verify.proof.matrices.normal_form import normal_form

COLUMNS = 12
NOTHING = Fraction(0)

_Products = Mapping[tuple[Space, int, int], tuple[Monomial, Fraction]]
_Spaces = Mapping[Space, list[tuple[Monomial, Term]]]


def sum_of_squares(asking: Asking, site: Site) -> Term | None:
    """A term that the difference equals: squares with positive weights and numbers of a plain sign. None where the Gram
    matrices have a negative pivot. Raises LimitReachedError."""
    wanted = {monomial: Fraction(value) for (monomial, _), value in site.form.terms.items()}
    plain = {key for key, value in wanted.items() if sign(site.ctx, key) * value > 0}
    if len(plain) == len(wanted):
        return None
    for reading in (as_column, as_root):
        spaces = _spaces(site.ctx, wanted, reading)
        if not 1 < sum(map(len, spaces.values())) <= COLUMNS:
            continue
        squared = {key for columns in spaces.values() for key, _ in columns}
        products = _products(asking, site.ctx, spaces)
        crossed = {key for key, _ in products.values() if key in wanted and key not in squared}
        if not wanted.keys() - squared - plain <= crossed:
            continue
        for used in (crossed, crossed - plain):
            if (found := _squares(site.ctx, wanted, spaces, products, used)) is not None:
                return found
    return None


def _squares(
    ctx: Context, wanted: Mapping[Monomial, Fraction], spaces: _Spaces, products: _Products, used: Collection[Monomial]
) -> Term | None:
    """The sum of squares in which the products with two columns are those that may be used, and the rest is plain."""
    rest = dict(wanted)
    parts: list[Term] = []
    for space, columns in spaces.items():
        gram = [[NOTHING] * len(columns) for _ in columns]
        for i, (key, _) in enumerate(columns):
            gram[i][i] = rest.pop(key)
        for i, j in combinations(range(len(columns)), 2):
            key, value = products.get((space, i, j), ((), NOTHING))
            if value and key in used and key in rest:
                gram[i][j] = gram[j][i] = rest.pop(key) / (2 * value)
        rows = ldl(gram)
        if rows is None:
            return None
        for weight, row in rows:
            whole = t.add(*(t.scale(t.Number(x), u) for x, (_, u) in zip(row, columns, strict=True) if x))
            square = inner(space, whole, whole)
            parts.append(t.scale(t.Number(weight), t.scale(monomial_term(ctx, space.q), square)))
    if any(sign(ctx, key) * value <= 0 for key, value in rest.items()):
        return None
    return t.add(*parts, *(t.scale(t.Number(value), monomial_term(ctx, key)) for key, value in rest.items()))


def ldl(gram: list[list[Fraction]]) -> list[tuple[Fraction, list[Fraction]]] | None:
    """Positive weights and rows l with gram = the sum of weight l'l, exactly; None where gram is not semidefinite."""
    left, rows = [row[:] for row in gram], []
    for i, row in enumerate(left):
        pivot = row[i]
        if pivot < 0 or (pivot == 0 and any(row[i:])):
            return None
        if pivot == 0:
            continue
        scaled = [NOTHING] * i + [x / pivot for x in row[i:]]
        rows.append((pivot, scaled))
        for lower in left[i + 1 :]:
            lower[:] = [x - lower[i] * y for x, y in zip(lower, scaled, strict=True)]
    return rows


def _spaces(
    ctx: Context, wanted: Mapping[Monomial, Fraction], reading: Reading
) -> dict[Space, list[tuple[Monomial, Term]]]:
    """The columns whose squares have positive weights, by q, M and shape, each beside its square."""
    found: dict[Space, list[tuple[Monomial, Term]]] = {}
    for key, value in wanted.items():
        if value > 0 and (seen := reading(ctx, key)) is not None:
            found.setdefault(seen[0], []).append((key, seen[1]))
    return found


def _products(asking: Asking, ctx: Context, spaces: _Spaces) -> _Products:
    """q u'Mv of two columns of one space, where it is a multiple of one number."""
    found: dict[tuple[Space, int, int], tuple[Monomial, Fraction]] = {}
    for space, columns in spaces.items():
        for (i, (_, u)), (j, (_, v)) in combinations(enumerate(columns), 2):
            asking.weigh()
            ctx.restart()
            terms = scalars.reduce_sums(ctx, normal_form(ctx, inner(space, u, v))).terms
            for (monomial, _), value in terms.items() if len(terms) == 1 else ():
                found[space, i, j] = f.merge(space.q, monomial), Fraction(value)
    return found
