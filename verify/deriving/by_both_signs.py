"""Derivations of |s| <= b from s <= b and -s <= b, of |M| <= b for a symmetric M from M <= b I and -M <= b I, and for
any M from |M u|^2 <= b^2 |u|^2.

The squares of |s| and b differ by (b - s)(b + s); the squares of |M| and b by the smallest eigenvalue of
(b I - M)(b I + M), two matrices that commute, or of b^2 I - M'M.
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
from verify.deriving.quadratic_forms import fresh_column, matrix_of
from verify.deriving.rewriting import assuming
from verify.deriving.sites import HALF, TWO
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
    if matrix is None or matrix.rows != matrix.columns:
        return None
    try:
        whole = rewrite.unfold(matrix)
        symmetric = equal(whole, t.transpose(whole), assuming(asking.assumptions)) is Answer.EQUAL
    except FAULTS:
        return None
    return matrix if symmetric else None


def _joined(
    asking: Asking, left: Term, right: Term, sides: Sequence[Derivation | None], u: t.Symbol | None
) -> Derivation | None:
    """One line by what one side leaves, or the product of what two leave, as numbers or as matrices around u."""
    parts: list[Term] = []
    reasons: dict[Reason, None] = {}
    for chain in sides:
        whole = None if chain is None else surplus(chain)
        part = whole if whole is None or u is None else matrix_of(whole, u)
        if chain is None or part is None:
            return None
        parts.append(part)
        reasons.update(dict.fromkeys(others(chain)))
    product = t.scale(*parts) if u is None else smallest_eigenvalue(reduce(t.matmul, parts))
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
