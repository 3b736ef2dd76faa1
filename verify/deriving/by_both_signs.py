"""Derivations of |s| <= b from s <= b and -s <= b, of |M| <= b for a symmetric M from M <= b I and -M <= b I, and for
any M from |M u|^2 <= b^2 |u|^2.

The squares of |s| and b differ by (b - s)(b + s); the squares of |M| and b by the smallest eigenvalue of
(b I - M)(b I + M), two matrices that commute, or of b^2 I - M'M; those of |M v| and b |v| by v'(b I - M)(b I + M)v.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from theory import terms as t
from theory.statements.derivation import ALGEBRA, Derivation, Line, Reason, Surplus
from theory.terms import Term, rewrite
from theory.terms.symbols import smallest_eigenvalue
from verify.deriving.asking import Asking
from verify.deriving.by_induction import Way
from verify.deriving.chains import FAULTS
from verify.deriving.estimates import half_of
from verify.deriving.quadratic_forms import fresh_column, is_linear, matrix_of, without
from verify.deriving.rewriting import assuming
from verify.deriving.sites import HALF, TWO, length_of
from verify.deriving.visible import ONE
from verify.proof.matrices.normal_form import Answer, equal


def by_both_signs(way: Way) -> Way:
    """What seeks a derivation as `way` does, and where it finds none, of both signs of what has its size taken."""

    def sought(asking: Asking, left: Term, right: Term) -> Derivation | None:
        found = way(asking, left, right)
        if found is None and isinstance(left, t.Abs):
            sides = [way(asking, side, right) for side in (left.body, -left.body)]
            found = _joined(asking, left, right, sides, None)
        if found is None and (matrix := _symmetric(asking, left)) is not None:
            u = fresh_column(matrix.rows, left, right)
            most = t.scale(right, u.T @ u)
            sides = [way(asking, u.T @ side @ u, most) for side in (matrix, -matrix)]
            found = _joined(asking, left, right, sides, u)
        if found is None and (matrix := _of_norm(left)) is not None:
            u = fresh_column(matrix.columns, left, right)
            image = matrix @ u
            side = way(asking, image.T @ image, t.scale(t.power(right, TWO), u.T @ u))
            found = _joined(asking, left, right, [side], u)
        for matrix, v, most in _images(asking, left, right) if found is None else ():
            sides = [way(asking, v.T @ side @ v, t.scale(most, v.T @ v)) for side in (matrix, -matrix)]
            found = found or _joined(asking, left, right, sides, v, around=v)
        return found

    return sought


def _of_norm(left: Term) -> Term | None:
    """M of an operator norm |M|."""
    if not isinstance(left, t.Power) or left.exponent != HALF or not isinstance(left.base, t.LargestEigenvalue):
        return None
    return half_of(left.base.body)


def _symmetric(asking: Asking, left: Term) -> Term | None:
    """M of an operator norm |M|, where it is symmetric."""
    matrix = _of_norm(left)
    return matrix if matrix is not None and _is_symmetric(asking, matrix) else None


def _is_symmetric(asking: Asking, matrix: Term) -> bool:
    if matrix.rows != matrix.columns:
        return False
    try:
        whole = rewrite.unfold(matrix)
        return equal(whole, t.transpose(whole), assuming(asking.assumptions)) is Answer.EQUAL
    except FAULTS:
        return False


def _images(asking: Asking, left: Term, right: Term) -> Iterator[tuple[Term, t.Symbol, Term]]:
    """M, v and b of a length |M v| beside b |v|, for a symmetric M that v does not stand in."""
    column = half_of(left.base) if isinstance(left, t.Power) and left.exponent == HALF else None
    if column is None or column.columns != 1:
        return
    for v in sorted(rewrite.free_symbols(column), key=lambda s: s.name):
        length = length_of(v, t.Eye(v.rows)) if v.columns == 1 else right
        if v.columns == 1 and is_linear(column, v) and any(node == length for node in t.walk(right)):
            matrix, most = without(column, v), rewrite.replace(right, length, ONE)
            if t.scale(most, length) == right and _is_symmetric(asking, matrix):
                yield matrix, v, most


def _joined(
    asking: Asking,
    left: Term,
    right: Term,
    sides: Sequence[Derivation | None],
    u: t.Symbol | None,
    around: Term | None = None,
) -> Derivation | None:
    """One line by what one side leaves, or the product of what two leave, as numbers or as matrices around u; between
    a column and itself, where one is given."""
    parts: list[Term] = []
    reasons: dict[Reason, None] = {}
    for chain in sides:
        whole = None if chain is None else surplus(chain)
        part = whole if whole is None or u is None else matrix_of(whole, u)
        if chain is None or part is None:
            return None
        parts.append(part)
        reasons.update(dict.fromkeys(others(chain)))
    if u is None:
        product = t.scale(*parts)
    elif around is None:
        product = smallest_eigenvalue(reduce(t.matmul, parts))
    else:
        product = around.T @ reduce(t.matmul, parts) @ around
    line = Line("<=", right, (Surplus(product, squared=True), *(reasons or (ALGEBRA,))))
    return Derivation(left, (asking.lean(left, line),)) if asking.accepts(left, line) else None


def surplus(chain: Derivation) -> Term | None:
    """By how much the last term of a chain is above the first: what its lines leave, none of them by squares."""
    parts: list[Term] = []
    for line in chain.lines:
        own = next((reason for reason in line.reasons if isinstance(reason, Surplus)), None)
        if line.relation != "=" and (own is None or own.squared):
            return None
        parts += [own.term] if own is not None else []
    return t.add(*parts) if parts else None


def others(chain: Derivation) -> Iterator[Reason]:
    """What its lines name but for their certificates."""
    return (reason for line in chain.lines for reason in line.reasons if not isinstance(reason, Surplus))
