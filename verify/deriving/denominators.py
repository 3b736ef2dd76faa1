"""A difference over its denominators: what is positive below a line of division is multiplied away.

d - x'x / (x'x/d + eps) is d eps over x'x/d + eps, which is visibly nonnegative. The denominator is divided by as it was
written, since a variance is visibly nonnegative as a square, and not as the sum of its parts.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from math import ceil

from theory import terms as t
from theory.terms import Term
from verify.deriving.visible import monomial_term, sign
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import order, signs
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Monomial
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.powers import settled
from verify.proof.matrices.unform import to_term

MOST_CLEARED = 4  # denominators that are sums, of one difference


def cleared(ctx: Context, term: Term, form: Form) -> tuple[Term, Form] | None:
    """The form without denominators that are sums, eigenvalues or determinants of plain sign, and 1 over what it was
    multiplied by, which is positive."""
    written = _written(ctx, term)
    factor: list[Term] = []
    negative: set[int] = set()
    for _ in range(MOST_CLEARED):
        below = [
            (atom, exponent)
            for monomial, _ in form.terms
            for atom, exponent in monomial
            if exponent < 0
            and (isinstance(ctx.atoms[atom].what, k.Sum | k.LargestEigenvalue) or _positive_determinant(ctx, atom))
        ]
        if not below:
            return (reduce(t.scale, factor), form) if factor else None
        atom, exponent = max(below)
        own: Monomial = ((atom, -1),)
        if atom not in written and sign(ctx, own) != 1:
            over = _over_negative(ctx, atom)
            if over is None:
                return None
            written[atom] = over, own
            negative.add(atom)
        base, own = written.get(atom, (monomial_term(ctx, own), own))
        times = ceil(exponent / dict(own)[atom])
        factor += [base] * times
        whole = Form(form.shape, {})
        for (monomial, _), value in form.terms.items():
            up = f.merge(monomial, tuple((a, -times * e) for a, e in own))
            whole = f.add(whole, settled(ctx, up), value * (-1 if atom in negative else 1) ** times)
        form = whole
    return None


def _over_negative(ctx: Context, atom: int) -> Term | None:
    """1/(-s) for an atom s, a sum of numbers or an eigenvalue, that is plainly negative; else None."""
    what = ctx.atoms[atom].what
    less = f.times_number(f.thaw(what.form) if isinstance(what, k.Sum) else f.of_atom(atom), -1)
    return t.power(to_term(ctx, less), Fraction(-1)) if signs.is_positive(ctx, less) else None


def _positive_determinant(ctx: Context, atom: int) -> bool:
    return isinstance(ctx.atoms[atom].what, k.Determinant) and signs.atom_positive(ctx, atom)


def _written(ctx: Context, term: Term) -> dict[int, tuple[Term, Monomial]]:
    """Sums that stand in a denominator of the term and are visibly positive as they are written there: 1 over them, and
    the monomial of that."""
    found: dict[int, tuple[Term, Monomial]] = {}
    for node in t.walk(term):
        if isinstance(node, t.Power) and node.exponent < 0 and order.positive(ctx, node.base):
            over = t.power(node.base, Fraction(-1))
            terms = normal_form(ctx, over).terms
            if len(terms) == 1:
                (((monomial, _), value),) = terms.items()
                for atom, exponent in monomial:
                    if value == 1 and exponent < 0 and isinstance(ctx.atoms[atom].what, k.Sum):
                        found.setdefault(atom, (over, monomial))
    return found
